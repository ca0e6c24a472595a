"""Hash tree roots of the journal, and proofs that lead to them, from the command line."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import click
import msgspec

from strongroom.audit.consistency import (
    Head,
    check_consistency,
    heads,
    is_consistency_proof,
    prove_consistency,
    read_heads,
)
from strongroom.audit.index.search import Search
from strongroom.audit.index.terms import query_of
from strongroom.audit.proof import ProofError, check, prove, roots
from strongroom.cli.audit_records import must_exist, when_of
from strongroom.cli.clock import present
from strongroom.server.settings import DataDirectory

_SETTLED_SECONDS = 10  # what is being written now may still fail, and then stands for no answer: no root counts it


def segment_roots(data: DataDirectory) -> Iterator[bytes]:
    """Yield the root of each full segment, as JSON. Errors: DataDirectoryError."""
    must_exist(data)
    return map(msgspec.json.encode, roots(data.journal))


def roots_at(data: DataDirectory, when: str) -> list[bytes]:
    """Return the root of each stream at a time, as JSON. Errors: ClickException, DataDirectoryError."""
    must_exist(data)
    try:
        return [msgspec.json.encode(head) for head in _heads_at(data, when, "--at")]
    except ProofError as error:
        raise click.ClickException(str(error)) from None


def proof(data: DataDirectory, event_id: str) -> bytes:
    """Return the proof of a record, as JSON. Errors: ClickException, DataDirectoryError."""
    must_exist(data)
    for place, record in Search(data.journal, data.index, query_of(event_ids=[event_id])).located():
        try:
            return msgspec.json.encode(prove(data.journal, place.slot, place.segment, record))
        except ProofError as error:
            raise click.ClickException(str(error)) from None
    raise click.ClickException(
        f"There is no record of event {event_id}. Event ids are shown by: strongroom audit search --format csv"
    )


def consistency(data: DataDirectory, earlier: str, later: str) -> bytes:
    """Return the proof between two times or kept roots, as JSON. Errors: ClickException, DataDirectoryError."""
    must_exist(data)
    try:
        first, second = _kept_or_at(data, earlier, "--from"), _kept_or_at(data, later, "--to")
        return msgspec.json.encode(prove_consistency(data.journal, first, second))
    except ProofError as error:
        raise click.ClickException(str(error)) from None


def checked(
    path: Path, root: str | None, earlier: Path | None, later: Path | None
) -> tuple[list[str | bytes], list[str]]:
    """Return what a proof shows, and what is to be said of it, if it holds. Errors: ClickException."""
    data = path.read_bytes()
    try:
        if is_consistency_proof(data):
            return _checked_consistency(data, earlier, later)
        if root is None:
            raise click.ClickException("Name the root that the proof must lead to, as you kept it: --root HEX.")
        proven = check(data, root)
    except ProofError as error:
        raise click.ClickException(str(error)) from None
    return [proven.record], [f"holds: record {proven.number + 1} of {proven.records} under {root.lower()}"]


def _checked_consistency(data: bytes, earlier: Path | None, later: Path | None) -> tuple[list[str | bytes], list[str]]:
    if earlier is None:
        raise click.ClickException("Name the roots that the proof must begin with, as you kept them: --from FILE.")
    proof = check_consistency(
        data, read_heads(earlier.read_bytes()), None if later is None else read_heads(later.read_bytes())
    )
    said = [
        f"holds: stream {one.slot:02d}: the first {one.first} of {one.second} records are those of the earlier root"
        for one in proof.streams
    ]
    shown = [
        msgspec.json.encode(Head(slot=one.slot, records=one.second, root=one.second_root, before=proof.before))
        for one in proof.streams
        if later is None
    ]
    return [*shown], said


def _kept_or_at(data: DataDirectory, text: str, option: str) -> list[Head]:
    path = Path(text)
    return read_heads(path.read_bytes()) if path.is_file() else _heads_at(data, text, option)


def _heads_at(data: DataDirectory, text: str, option: str) -> list[Head]:
    now = int(present(data))
    when = now if text == "now" else when_of(text, now, option)
    second = min(now - _SETTLED_SECONDS, now if when is None else when)
    return heads(data.journal, f"{datetime.fromtimestamp(second, UTC):%Y-%m-%dT%H:%M:%SZ}")
