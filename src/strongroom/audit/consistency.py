"""Proofs that the journal of a later day continues that of an earlier one, to be checked without the journal.

Over all records of a stream, from its very first, stands one hash tree (``merkle``). Its root at a time is that over the records
before the first one of that time or later; whoever kept it can be shown that later roots only added to it. Of what has
expired the anchor keeps the frontier of the tree: roots that count at least as many records can still be proven from.
"""

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import TypeVar

import msgspec

from strongroom.audit.anchor import Anchor, read_anchor
from strongroom.audit.counting import FRAME_BYTES, Position
from strongroom.audit.forward import stretches
from strongroom.audit.merkle import (
    Frontier,
    Node,
    SplitNodeError,
    consistency_path,
    frontier_of,
    is_consistent,
    leaf_hash,
    tree_root,
)
from strongroom.audit.proof import ProofError
from strongroom.audit.segment import slots, stream_path

_ATTEMPTS = 3  # the beginning may expire while it is read
_EMPTY_ROOT = tree_root(()).hex()


class Head(msgspec.Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """The root over the first ``records`` of a stream: those ``before`` a time."""

    slot: int
    records: int
    root: str
    before: str


class Growth(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """The proof for one stream. An empty tree is the beginning of each."""

    slot: int
    first: int
    first_root: str
    second: int
    second_root: str
    path: tuple[str, ...]


class ConsistencyProof(msgspec.Struct, frozen=True, kw_only=True, tag="consistency"):
    """``before`` is the time of the later roots."""

    before: str
    streams: tuple[Growth, ...]


class _EventTime(msgspec.Struct):
    eventTime: str = ""  # noqa: N815 - CloudTrail's name


_EVENT_TIME = msgspec.json.Decoder(_EventTime)
_HEAD = msgspec.json.Decoder(Head)
_PROOF = msgspec.json.Decoder(ConsistencyProof)

T = TypeVar("T")


def event_time(record: bytes) -> str:
    """Return a record's event time as it stands; nothing when there is none."""
    try:
        return _EVENT_TIME.decode(record).eventTime
    except (msgspec.DecodeError, UnicodeDecodeError):
        return ""


def expired_tree(anchor: Anchor | None) -> Frontier:
    """Return the tree over what has expired. Errors: ProofError when it was not kept."""
    if anchor is None:
        return Frontier()
    try:
        return frontier_of(anchor.records or 0, [bytes.fromhex(root) for root in anchor.frontier])
    except ValueError as error:
        raise ProofError(f"The anchor of the stream is damaged: {error}") from None


# --- making ----------------------------------------------------------------------------------------------------------


def heads(journal: Path, before: str) -> list[Head]:
    """Return the root of each stream at a time (an eventTime). Errors: ProofError, OSError."""
    return [_settled(stream_path(journal, slot), partial(_head, slot, before)) for slot in slots(journal)]


def _head(slot: int, before: str, stream: Path, anchor: Anchor | None) -> Head:
    tree = _kept_tree(anchor, slot)
    if anchor is not None and anchor.latest >= before:
        raise ProofError(f"Stream {slot:02d}: what was written until {anchor.latest} has expired; name a later time.")
    for record in _records(stream, anchor):
        if event_time(record) >= before:
            break
        tree.add((1, leaf_hash(record)))
    return Head(slot=slot, records=tree.size, root=tree.root().hex(), before=before)


def prove_consistency(journal: Path, earlier: Sequence[Head], later: Sequence[Head]) -> ConsistencyProof:
    """Return the proof that each of the ``later`` trees continues its ``earlier`` one. Errors: ProofError, OSError."""
    known = {head.slot: head for head in earlier}
    if missing := known.keys() - {head.slot for head in later}:
        raise ProofError(f"Stream {min(missing):02d} has no later root.")
    proofs = []
    for head in later:
        before = known.get(head.slot) or Head(slot=head.slot, records=0, root=_EMPTY_ROOT, before="")
        proofs.append(_settled(stream_path(journal, head.slot), partial(_growth, before, head)))
    return ConsistencyProof(before=max((head.before for head in later), default=""), streams=tuple(proofs))


def _growth(earlier: Head, later: Head, stream: Path, anchor: Anchor | None) -> Growth:
    where = f"Stream {later.slot:02d}"
    first, second = earlier.records, later.records
    if first > second:
        raise ProofError(f"{where}: the later root counts fewer records ({second}) than the earlier one ({first}).")
    first_root, second_root, path = tree_root(()), bytes.fromhex(later.root), list[bytes]()
    if first:
        nodes = _nodes(stream, anchor, later.slot)
        try:
            first_root, second_root, path = consistency_path(nodes, first, second)
        except SplitNodeError:
            expired = anchor.records if anchor is not None else 0
            raise ProofError(
                f"{where}: {expired} records have expired; a root over {first} of them cannot be proven from any more. "
                f"It could be to a root of before they expired, and from that one on."
            ) from None
        except ValueError:
            raise ProofError(f"{where}: the journal holds fewer than the {second} records of the later root.") from None
    for name, root, head in (("earlier", first_root, earlier), ("later", second_root, later)):
        if root.hex() != head.root:
            raise ProofError(f"{where}: the journal does NOT lead to the {name} root: a record was changed.")
    return Growth(
        slot=later.slot,
        first=first,
        first_root=earlier.root,
        second=second,
        second_root=later.root,
        path=tuple(one.hex() for one in path),
    )


def _settled(stream: Path, work: Callable[[Path, Anchor | None], T]) -> T:
    """Do ``work`` on a stream whose beginning does not expire meanwhile."""
    for _ in range(_ATTEMPTS):
        anchor = _anchor(stream)
        try:
            result: T | ProofError = work(stream, anchor)
        except ProofError as error:
            result = error
        if _anchor(stream) == anchor:
            if isinstance(result, ProofError):
                raise result
            return result
    raise ProofError("Records keep expiring while they are read. Try again.")


def _anchor(stream: Path) -> Anchor | None:
    try:
        return read_anchor(stream)
    except ValueError as error:
        raise ProofError(str(error)) from None


def _kept_tree(anchor: Anchor | None, slot: int) -> Frontier:
    if anchor is not None and anchor.records is None:
        raise ProofError(
            f"Stream {slot:02d}: its beginning expired under a version that kept no hashes of it; nothing can be proven."
        )
    return expired_tree(anchor)


def _nodes(stream: Path, anchor: Anchor | None, slot: int) -> Iterator[Node]:
    yield from _kept_tree(anchor, slot).nodes
    for record in _records(stream, anchor):
        yield 1, leaf_hash(record)


def _records(stream: Path, anchor: Anchor | None) -> Iterator[bytes]:
    for stretch in stretches(stream, Position(anchor.segment + 1 if anchor is not None else 0, 0)):
        for start, _, line in stretch.lines():
            if start:
                yield line[FRAME_BYTES:]


# --- checking --------------------------------------------------------------------------------------------------------


def read_heads(data: bytes) -> list[Head]:
    """Return roots that were kept, one JSON line each. Errors: ProofError."""
    try:
        return [_HEAD.decode(line) for line in data.splitlines() if line.strip()]
    except ValueError as error:  # also msgspec's errors are
        raise ProofError(f"These are no roots of: strongroom audit roots --at TIME ({error})") from None


def is_consistency_proof(data: bytes) -> bool:
    """Say whether ``data`` is such a proof; it may not hold."""
    try:
        _PROOF.decode(data)
    except ValueError:
        return False
    return True


def check_consistency(data: bytes, earlier: Sequence[Head], later: Sequence[Head] | None) -> ConsistencyProof:
    """Return the proof in ``data`` if it leads from the ``earlier`` roots to the ``later`` ones, or any. Errors: ProofError."""
    try:
        proof = _PROOF.decode(data)
        holding = {one.slot: _holds(one) for one in proof.streams}
    except ValueError as error:
        raise ProofError(f"This is no proof: {error}") from None
    if not all(holding.values()):
        raise ProofError("The proof does NOT hold.")
    if len(holding) != len(proof.streams):
        raise ProofError("The proof names a stream twice.")
    firsts = {(one.slot, one.first, one.first_root) for one in proof.streams if one.first}
    seconds = {(one.slot, one.second, one.second_root) for one in proof.streams}
    if firsts != {_of(head) for head in earlier if head.records}:
        raise ProofError("The proof does NOT begin with the earlier roots.")
    if later is not None and seconds != {_of(head) for head in later}:
        raise ProofError("The proof does NOT lead to the later roots.")
    return proof


def _holds(growth: Growth) -> bool:
    path = [bytes.fromhex(one) for one in growth.path]
    first_root, second_root = bytes.fromhex(growth.first_root), bytes.fromhex(growth.second_root)
    if growth.first == 0:
        return not path and growth.first_root == _EMPTY_ROOT and growth.second >= 0
    return is_consistent(growth.first, growth.second, first_root, second_root, path)


def _of(head: Head) -> tuple[int, int, str]:
    return head.slot, head.records, head.root
