"""Roots of the journal at two times: a later one continues an earlier one, or the proof fails and says where."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from strongroom.audit.anchor import read_anchor, write_anchor
from strongroom.audit.consistency import Head, check_consistency, heads, prove_consistency, read_heads
from strongroom.audit.journal import Journal
from strongroom.audit.merkle import (
    Frontier,
    SplitNodeError,
    consistency_path,
    frontier_of,
    is_consistent,
    leaf_hash,
    tree_root,
)
from strongroom.audit.proof import ProofError
from strongroom.audit.retention import Retention, tidy
from strongroom.audit.verify import verify
from strongroom.cli.main import main

VECTORS = json.loads((Path(__file__).parent.parent / "vectors" / "audit" / "consistency.json").read_text())["cases"]
DAY = 86_400
NOW = 1_768_514_954.0
EVER = "9999"

Opener = Callable[..., Journal]


# --- trees -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("case", VECTORS, ids=lambda case: case["id"])
def test_published_proofs(case: dict[str, Any]) -> None:
    holds = is_consistent(
        case["first"],
        case["second"],
        bytes.fromhex(case["first_root"]),
        bytes.fromhex(case["second_root"]),
        [bytes.fromhex(one) for one in case["path"]],
    )
    assert holds is case["valid"]


# The leaves of the published trees; the proofs that hold are made from them byte for byte.
LEAVES = [leaf_hash(bytes.fromhex(leaf)) for leaf in
          ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")]  # fmt: skip


@pytest.mark.parametrize(
    "case", [one for one in VECTORS if one["id"].endswith("happy path")], ids=lambda one: one["id"]
)
def test_published_proofs_are_made(case: dict[str, Any]) -> None:
    first_root, second_root, path = consistency_path(((1, leaf) for leaf in LEAVES), case["first"], case["second"])
    assert (first_root.hex(), second_root.hex()) == (case["first_root"], case["second_root"])
    assert [one.hex() for one in path] == case["path"]


@given(st.data())
def test_a_proof_holds_for_its_two_trees_alone(data: st.DataObject) -> None:
    """Also when of a beginning only the frontier is left: from any tree that is at least as large."""
    second = data.draw(st.integers(1, 150))
    first = data.draw(st.integers(1, second))
    expired = data.draw(st.integers(0, first))
    leaves = [leaf_hash(b"%d" % n) for n in range(second)]
    kept = Frontier()
    for leaf in leaves[:expired]:
        kept.add((1, leaf))
    assert kept.root() == tree_root(leaves[:expired])
    assert frontier_of(expired, [root for _, root in kept.nodes]).nodes == kept.nodes
    nodes = [*kept.nodes, *((1, leaf) for leaf in leaves[expired:])]
    one, other, path = consistency_path(nodes, first, second)
    assert (one, other) == (tree_root(leaves[:first]), tree_root(leaves))
    assert is_consistent(first, second, one, other, path)
    assert not is_consistent(first, second, one, bytes(32), path)
    assert not is_consistent(first, second, bytes(32), other, path)
    if first < second:
        assert not is_consistent(first + 1, second, one, other, path)
        changed = data.draw(st.integers(0, len(path) - 1))
        assert not is_consistent(first, second, one, other, path[:changed] + path[changed + 1 :])
        assert not is_consistent(first, second, one, other, [*path[:changed], bytes(32), *path[changed + 1 :]])


def test_what_is_not_kept_cannot_be_proven() -> None:
    nodes = [(4, bytes(32)), (1, bytes(32))]
    for first, second in ((3, 5), (4, 6), (3, 3)):
        with pytest.raises(ValueError, match=r"^$|leaves"):
            consistency_path(nodes, first, second)
    with pytest.raises(SplitNodeError):
        consistency_path(nodes, 2, 5)
    with pytest.raises(ValueError, match="argument"):
        frontier_of(5, [bytes(32)])


# --- journals --------------------------------------------------------------------------------------------------------


def timed(number: int) -> bytes:
    return b'{"eventTime":"2026-01-15T22:%02d:%02dZ","eventID":"e%06d","pad":"%s"}' % (
        number // 60, number % 60, number, b"x" * 400,
    )  # fmt: skip


def at(number: int) -> str:
    return f"2026-01-15T22:{number // 60:02d}:{number % 60:02d}Z"


@pytest.fixture
def journal(tmp_path: Path, open_journal: Opener) -> Journal:
    """A hundred records, one a second, in segments of about twenty."""
    opened = open_journal()
    opened.append([timed(number) for number in range(10)])
    for first in range(10, 100, 10):
        opened.append([timed(number) for number in range(first, first + 10)])
    return opened


def test_roots_at_times_are_over_what_was_before(tmp_path: Path, journal: Journal) -> None:
    for count in (0, 1, 17, 100):
        (head,) = heads(tmp_path, at(count))
        assert (head.slot, head.records) == (1, count)
        assert head.root == tree_root([leaf_hash(timed(number)) for number in range(count)]).hex()
    journal.append([timed(3), timed(120)])
    assert heads(tmp_path, at(50))[0].records == 50, "a clock that was set back moves no root"


def test_a_later_root_continues_an_earlier_one(tmp_path: Path, journal: Journal, open_journal: Opener) -> None:
    kept = heads(tmp_path, at(37))
    open_journal(2).append([timed(50)])
    journal.append([timed(100)])
    later = heads(tmp_path, EVER)
    data = msgspec.json.encode(prove_consistency(tmp_path, kept, later))
    assert b"eventID" not in data
    proof = check_consistency(data, kept, later)
    assert [(one.slot, one.first, one.second) for one in proof.streams] == [(1, 37, 101), (2, 0, 1)]
    assert check_consistency(data, kept, None) == proof
    assert prove_consistency(tmp_path, later, later).streams[0].path == ()
    for other in (heads(tmp_path, at(36)), [], [Head(slot=2, records=37, root=kept[0].root, before="")]):
        with pytest.raises(ProofError, match="begin with"):
            check_consistency(data, other, later)
    with pytest.raises(ProofError, match="lead to the later"):
        check_consistency(data, kept, later[:1])
    for damaged in (data.replace(b'"first":37', b'"first":38'), data.replace(b'"second":101', b'"second":100')):
        with pytest.raises(ProofError, match=r"NOT (hold|lead)"):
            check_consistency(damaged, kept, later)
    for nonsense in (b"{}", b"x", data.replace(b'"path":["', b'"path":["z')):
        with pytest.raises(ProofError, match="no proof"):
            check_consistency(nonsense, kept, later)


CHANGES: dict[str, Callable[[list[bytes]], list[bytes]]] = {
    "changed": lambda lines: [line.replace(b"e000005", b"e000099") for line in lines],
    "removed": lambda lines: [line for line in lines if b"e000005" not in line],
    "reordered": lambda lines: [*lines[:5], lines[6], lines[5], *lines[7:]],
    "inserted": lambda lines: [*lines[:5], lines[5], *lines[5:]],
    "cut off": lambda lines: lines[:5],
}


@pytest.mark.parametrize("change", CHANGES)
def test_whoever_rewrites_what_is_proven_is_found_out(
    tmp_path: Path, journal: Journal, open_journal: Opener, change: str
) -> None:
    """He writes the whole journal again, so that its chain holds, and makes his own roots and proofs."""
    kept = heads(tmp_path, at(50))
    forged = tmp_path / "forged"
    records = CHANGES[change]([timed(number) for number in range(100)])
    other = open_journal(directory=forged)
    for number in range(0, len(records), 10):
        other.append(records[number : number + 10])
    assert verify(forged).ok
    with pytest.raises(ProofError, match=r"NOT lead to the earlier root|fewer"):
        prove_consistency(forged, kept, heads(forged, EVER))
    own = heads(forged, at(50))
    proof = msgspec.json.encode(prove_consistency(forged, own, heads(forged, EVER)))
    with pytest.raises(ProofError, match="NOT begin with"):
        check_consistency(proof, kept, None)
    if change != "cut off":
        other.append([timed(200)])
        later = [Head(slot=1, records=90, root=kept[0].root, before=EVER)]
        with pytest.raises(ProofError, match=r"NOT lead to the"):
            prove_consistency(forged, heads(forged, at(10)), later)


def test_what_was_added_may_not_be_taken_away(tmp_path: Path, journal: Journal, open_journal: Opener) -> None:
    open_journal(2).append([timed(1)])
    kept = heads(tmp_path, EVER)
    with pytest.raises(ProofError, match="counts fewer"):
        prove_consistency(tmp_path, kept, heads(tmp_path, at(20)))
    with pytest.raises(ProofError, match="Stream 02 has no later root"):
        prove_consistency(tmp_path, kept, kept[:1])


# --- what has expired ------------------------------------------------------------------------------------------------


def expire(journal: Path, max_bytes: int) -> None:
    tidy(journal, Retention(max_bytes=max_bytes), lambda _slot: (), NOW + DAY)


def test_what_has_expired_still_counts(tmp_path: Path, journal: Journal) -> None:
    """Roots stay what they were; those that count all that has expired can be proven from, older ones cannot."""
    whole, kept, old = heads(tmp_path, EVER), heads(tmp_path, at(80)), heads(tmp_path, at(5))
    expire(tmp_path, 40_000)
    expire(tmp_path, 30_000)
    anchor = read_anchor(tmp_path / "01")
    assert anchor is not None
    assert anchor.records is not None
    assert 10 < anchor.records <= 80
    assert anchor.latest == at(anchor.records - 1)
    assert len(anchor.frontier) == anchor.records.bit_count()
    assert heads(tmp_path, EVER) == whole
    assert heads(tmp_path, at(80)) == kept
    assert heads(tmp_path, at(anchor.records))[0].records == anchor.records
    check_consistency(msgspec.json.encode(prove_consistency(tmp_path, kept, whole)), kept, whole)
    with pytest.raises(ProofError, match=rf"{anchor.records} records have expired; a root over 5"):
        prove_consistency(tmp_path, old, whole)
    with pytest.raises(ProofError, match="has expired; name a later time"):
        heads(tmp_path, at(5))
    assert verify(tmp_path).ok


def test_a_beginning_of_which_nothing_was_kept_proves_nothing(tmp_path: Path, journal: Journal) -> None:
    expire(tmp_path, 40_000)
    anchor = read_anchor(tmp_path / "01")
    assert anchor is not None
    write_anchor(tmp_path / "01", msgspec.structs.replace(anchor, records=None, frontier=()))
    with pytest.raises(ProofError, match="kept no hashes"):
        heads(tmp_path, EVER)
    expire(tmp_path, 30_000)
    again = read_anchor(tmp_path / "01")
    assert again is not None
    assert (again.records, again.segments > anchor.segments) == (None, True)
    write_anchor(tmp_path / "01", msgspec.structs.replace(anchor, frontier=("00",) * 9))
    with pytest.raises(ProofError, match="damaged"):
        heads(tmp_path, EVER)


# --- the commands ----------------------------------------------------------------------------------------------------


def test_from_the_command_line(tmp_path: Path, open_journal: Opener) -> None:
    """Yesterday's roots are kept in a file; today's proof needs nothing else to be checked."""
    journal = open_journal(directory=tmp_path / "journal")
    journal.append([timed(number) for number in range(40)])
    data = ["--data", str(tmp_path)]
    paths = {name: tmp_path / name for name in ("kept", "proof", "later", "forged")}

    def run(*arguments: str, code: int = 0) -> str:
        result = CliRunner().invoke(main, ["audit", *arguments])
        assert result.exit_code == code, (result.output, result.stderr)
        return result.stdout if code == 0 else result.stderr

    paths["kept"].write_text(run("roots", "--at", at(30), *data))
    assert [head.records for head in read_heads(paths["kept"].read_bytes())] == [30]
    journal.append([timed(number) for number in range(40, 60)])
    paths["proof"].write_text(run("prove-consistency", "--from", str(paths["kept"]), *data))
    paths["later"].write_text(run("check-proof", str(paths["proof"]), "--from", str(paths["kept"])))
    assert [head.records for head in read_heads(paths["later"].read_bytes())] == [60]
    assert paths["later"].read_text() == run("roots", "--at", json.loads(paths["later"].read_text())["before"], *data)
    both = ["--from", str(paths["kept"]), "--to", str(paths["later"])]
    assert run("check-proof", str(paths["proof"]), *both) == ""
    assert json.loads(run("prove-consistency", "--from", at(10), "--to", at(50), *data))["streams"][0]["first"] == 10
    paths["forged"].write_text(paths["kept"].read_text().replace('"root":"', '"root":"00')[:-4] + '"}')
    assert "NOT begin" in run("check-proof", str(paths["proof"]), "--from", str(paths["forged"]), code=1)
    assert "--from" in run("check-proof", str(paths["proof"]), code=1)
    assert "no roots of" in run("check-proof", str(paths["proof"]), "--from", str(paths["proof"]), code=1)
    assert "no time" in run("roots", "--at", "yesterday", *data, code=1)
