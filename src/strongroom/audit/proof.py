"""Proofs that a record stands in a full segment of the journal, to be checked without the journal."""

from collections.abc import Iterator
from pathlib import Path

import msgspec

from strongroom.audit.chain import used_bytes
from strongroom.audit.counting import FRAME_BYTES, counting_segments
from strongroom.audit.merkle import audit_path, leaf_hash, root_by_path, tree_root
from strongroom.audit.segment import read_segment, slots, stream_path


class ProofError(ValueError):
    """There is no proof, or it does not hold. The text says why."""


class Proof(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """``record`` is the record's JSON as it stands; hashes are hex."""

    record: str
    slot: int
    segment: int
    number: int
    records: int
    path: tuple[str, ...]
    root: str


class Root(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """The root over the ``records`` of one full segment."""

    slot: int
    segment: int
    records: int
    root: str


def roots(journal: Path) -> Iterator[Root]:
    """Yield the root of every full segment, for keeping elsewhere. Errors: OSError."""
    for slot in slots(journal):
        stream = stream_path(journal, slot)
        for segment, end, _ in counting_segments(stream):
            if end is not None:
                leaves = [leaf_hash(record) for record in _records(stream, segment, end)]
                yield Root(slot=slot, segment=segment, records=len(leaves), root=tree_root(leaves).hex())


def prove(journal: Path, slot: int, segment: int, record: bytes) -> Proof:
    """Return the proof for a record of that segment. Errors: ProofError, OSError."""
    stream = stream_path(journal, slot)
    end = next((one.end for one in counting_segments(stream, segment) if one.number == segment), None)
    if end is None:
        raise ProofError(
            "The record stands in the live segment. It can be proven when that is full, or after a restart."
        )
    records = _records(stream, segment, end)
    if record not in records:
        raise ProofError("The record is no longer in its segment.")
    number, leaves = records.index(record), [leaf_hash(one) for one in records]
    return Proof(
        record=record.decode(),
        slot=slot,
        segment=segment,
        number=number,
        records=len(leaves),
        path=tuple(one.hex() for one in audit_path(leaves, number)),
        root=tree_root(leaves).hex(),
    )


def check(data: bytes, root: str) -> Proof:
    """Return the proof in ``data`` if it leads to ``root``. Errors: ProofError."""
    try:
        proof = msgspec.json.decode(data, type=Proof)
        path = [bytes.fromhex(one) for one in proof.path]
        wanted = bytes.fromhex(root)
    except ValueError as error:  # also msgspec's errors are
        raise ProofError(f"This is no proof: {error}") from None
    found = root_by_path(leaf_hash(proof.record.encode()), proof.number, proof.records, path)
    if found is None or found != wanted:
        raise ProofError("The proof does NOT lead to that root.")
    return proof


def _records(stream: Path, segment: int, end: int) -> list[bytes]:
    data = read_segment(stream, segment)[:end]
    return [line[FRAME_BYTES:] for line in data[: used_bytes(data)].split(b"\n")[1:-1]]  # not the header
