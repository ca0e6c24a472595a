"""Up to 4,096 neighbouring records of one segment, as the index keeps them. Pure.

For every term there is a 40-bit digest. A term that many records of the block share has a row of its own: one bit for each
record. All others stand in 256 buckets, by the first byte of their digest: the other four bytes, and which record. So what a
block costs does not depend on how many different values there are, and a search for one request id reads one bucket of
each block. Digests may meet; whoever searches compares the record itself.
"""

import zlib
from array import array
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from hashlib import blake2b
from itertools import accumulate

from strongroom.audit.index.terms import Bundle, Facts

BLOCK_RECORDS = 4096
_DIGEST_BYTES = 5
_RARE = 4  # a term of up to so many records of a block stands in a bucket: a row of its own costs about as much
_REST_BYTES = _DIGEST_BYTES - 1
_ENTRY_BYTES = _REST_BYTES + 2

Use = tuple[int, str, str, str]
"""(day since the epoch, key ARN or "", principal, operation)."""


@dataclass(slots=True)
class Count:
    calls: int = 0
    refused: int = 0
    last: int = 0


@dataclass(slots=True)
class Block:
    """``starts`` are offsets in the segment; ``end`` is where the last line ends."""

    slot: int
    segment: int
    start: int
    end: int = 0
    starts: "array[int]" = field(default_factory=lambda: array("I"))
    seconds: "array[int]" = field(default_factory=lambda: array("q"))
    bundles: dict[Bundle, list[int]] = field(default_factory=dict)
    uses: dict[Use, Count] = field(default_factory=dict)

    def add(self, start: int, end: int, facts: Facts) -> None:
        """Add the record whose line is from ``start`` to ``end``."""
        number = len(self.starts)
        self.starts.append(start)
        self.seconds.append(facts.second)
        self.end = end
        known = self.bundles
        for bundle in facts.bundles:
            if bundle in known:
                known[bundle].append(number)
            else:
                known[bundle] = [number]
        self.count(facts)

    def count(self, facts: Facts) -> None:
        """Add a record to the summaries only."""
        if not facts.counts:
            return
        day = facts.second // 86400
        for key in facts.keys or ("",):
            use = (day, key, facts.principal, facts.operation)
            count = self.uses.get(use)
            if count is None:
                count = self.uses[use] = Count()
            if facts.refused:
                count.refused += 1
            else:
                count.calls += 1
                count.last = max(count.last, facts.second)

    @property
    def full(self) -> bool:
        return len(self.starts) >= BLOCK_RECORDS

    def pack(self) -> "Packed":
        """Return what the index keeps of a block that is complete."""
        terms = self._terms()
        return Packed(
            place=(
                self.slot,
                self.segment,
                self.start,
                self.end,
                len(self.starts),
                min(self.seconds),
                max(self.seconds),
            ),
            starts=pack_numbers(self.starts),
            seconds=pack_numbers(self.seconds),
            common=_common(terms),
            rare=_rare(terms),
            uses=self.uses,
        )

    def _terms(self) -> dict[str, list[int]]:
        """Return which records have each term; a record may stand twice."""
        found: dict[str, list[int]] = {}
        for bundle, numbers in self.bundles.items():
            for term in bundle:
                found[term] = found[term] + numbers if term in found else numbers
        return found


@dataclass(frozen=True, slots=True)
class Packed:
    """``place`` is slot, segment, start, end, count, first and last second."""

    place: tuple[int, int, int, int, int, int, int]
    starts: bytes
    seconds: bytes
    common: list[tuple[int, bytes]]
    rare: list[tuple[int, bytes]]
    uses: dict[Use, Count]


def _common(terms: Mapping[str, list[int]]) -> list[tuple[int, bytes]]:
    """Return (digest, records that have it) of those ``terms`` that get rows of their own."""
    merged: dict[int, int] = {}
    for term, numbers in terms.items():
        if len(numbers) > _RARE:
            digest = int.from_bytes(digest_of(term), "big")
            merged[digest] = merged.get(digest, 0) | _bits(numbers)
    return [
        (digest, zlib.compress(bits.to_bytes((bits.bit_length() + 7) // 8, "little"), 1))
        for digest, bits in merged.items()
    ]


def _rare(terms: Mapping[str, list[int]]) -> list[tuple[int, bytes]]:
    """Return (bucket, entries) of all others: the rests of the digests, then the numbers of the records."""
    rests: list[list[bytes]] = [[] for _ in range(256)]
    numbers: list[list[int]] = [[] for _ in range(256)]
    for term, found in terms.items():
        if len(found) <= _RARE:
            digest = digest_of(term)
            bucket, rest = digest[0], digest[1:]
            for number in found:
                rests[bucket].append(rest)
                numbers[bucket].append(number)
    return [
        (bucket, b"".join(rests[bucket]) + array("H", numbers[bucket]).tobytes())
        for bucket in range(256)
        if rests[bucket]
    ]


_IDS = ("r", "v")  # random already, where they are ours
_UUID_CHARACTERS = 36


def digest_of(term: str) -> bytes:
    """Return the five bytes by which a term is kept."""
    if term[:1] in _IDS and len(term) == 1 + _UUID_CHARACTERS:
        with suppress(ValueError):
            digest = bytes.fromhex(term[1:9] + term[10:12])
            if len(digest) == _DIGEST_BYTES:  # it passes over blanks
                return digest
    return blake2b(term.encode("utf-8", "replace"), digest_size=_DIGEST_BYTES).digest()


def bits_of_common(row: bytes) -> int:
    """Return the records of a row of ``Block.common``, one bit each. Errors: zlib.error."""
    return int.from_bytes(zlib.decompress(row), "little")


def bits_of_rare(entries: bytes, digest: bytes) -> int:
    """Return the records that have ``digest`` in the entries of its bucket, one bit each."""
    rest = digest[1:]
    end = len(entries) // _ENTRY_BYTES * _REST_BYTES
    bits = 0
    at = entries.find(rest, 0, end)
    while at >= 0:
        if at % _REST_BYTES == 0:
            place = end + at // _REST_BYTES * 2
            bits |= 1 << int.from_bytes(entries[place : place + 2], "little")
        at = entries.find(rest, at + 1, end)
    return bits


def _bits(numbers: Iterable[int]) -> int:
    buffer = bytearray(BLOCK_RECORDS // 8)
    for number in numbers:
        buffer[number >> 3] |= 1 << (number & 7)
    return int.from_bytes(buffer, "little")


def pack_numbers(numbers: "array[int]") -> bytes:
    """Return differences of neighbouring numbers, compressed: they are small and alike."""
    return zlib.compress(array("q", (b - a for a, b in zip((0, *numbers), numbers, strict=False))).tobytes(), 1)


def unpack_numbers(data: bytes) -> list[int]:
    """Return what ``pack_numbers`` was given. Errors: zlib.error, ValueError."""
    differences = array("q")
    differences.frombytes(zlib.decompress(data))
    return list(accumulate(differences))
