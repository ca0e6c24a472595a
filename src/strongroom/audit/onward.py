"""Reading the journal onward from known positions: for what is delivered once, in order, and without gaps.

Every line is verified against the chain before it is handed out. One that does not fit is damage: it is named and passed over,
and what follows must fit to what that line claims to be.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from time import sleep

import msgspec

from strongroom.audit.chain import CHAIN_BYTES, GENESIS, Ending, Header, Lines, chain_before
from strongroom.audit.counting import counting_segments
from strongroom.audit.segment import read_part, read_segment, segment_numbers, slots, stream_path

MOST_BYTES = 8 << 20  # of records in one batch
_HEAD_BYTES = 4096  # a header is a few hundred
_DIGITS = 2 * CHAIN_BYTES
_SETTLE_SECONDS = 0.05  # what a running server writes at the moment may look like damage

Positions = tuple[tuple[int, int, int], ...]
"""(slot, segment, byte), sorted: all before it has been read."""


class _EventTime(msgspec.Struct):
    eventTime: str  # noqa: N815 - CloudTrail's name


_EVENT_TIME = msgspec.json.Decoder(_EventTime)


@dataclass(slots=True)
class Batch:
    """``more`` says that there is more to be read at once; ``damage`` names the places that do not verify."""

    positions: Positions
    records: list[bytes] = field(default_factory=list)
    damage: list[str] = field(default_factory=list)
    more: bool = False


def read_on(directory: Path, positions: Positions, *, most: int = MOST_BYTES) -> Batch:
    """Read on from ``positions`` (of a slot that has none: from its beginning). Errors: OSError."""
    at = {slot: (segment, used) for slot, segment, used in positions}
    batch = Batch(positions)
    left = most
    for slot in slots(directory):
        reader = _Reader(stream_path(directory, slot), slot, *at.get(slot, (0, 0)))
        for record in reader.records(batch.damage):
            batch.records.append(record)
            left -= len(record)
            if left <= 0:
                batch.more = True
                break
        if reader.segment:
            at[slot] = (reader.segment, reader.used)
        if batch.more:
            break
    batch.positions = tuple(sorted((slot, *place) for slot, place in at.items()))
    return batch


def positions_at(directory: Path, since: str) -> Positions:
    """Return positions with all records of ``since`` (an eventTime) and later behind them, and not much else. Errors: OSError."""
    found = []
    for slot in slots(directory):
        stream = stream_path(directory, slot)
        for number in reversed(segment_numbers(stream)):
            first = _first_time(read_part(stream, number, 0, _HEAD_BYTES))
            if first is not None and first < since:
                break
        else:
            number = 0
        found.append((slot, number, 0))
    return tuple(found)


class _Reader:
    """One stream; ``segment`` and ``used`` are how far it was read."""

    def __init__(self, stream: Path, slot: int, segment: int, used: int) -> None:
        self._stream = stream
        self._slot = slot
        self.segment = segment
        self.used = used

    def records(self, damage: list[str]) -> Iterator[bytes]:
        for number, end, header in counting_segments(self._stream, self.segment):
            if number != self.segment:
                self.segment, self.used = number, 0
            lines = self._lines(number, header, end, damage)
            for start, record in lines:
                if start >= self.used and start > 0:  # not the header
                    self.used = start + _DIGITS + 2 + len(record)
                    yield record

    def _lines(
        self, number: int, header: Header | None, end: int | None, damage: list[str]
    ) -> Iterator[tuple[int, bytes]]:
        """Yield (offset, record) of every line that fits."""
        chain, at = (chain_before(header) if header is not None else None) or GENESIS, 0
        data = read_segment(self._stream, number)[:end]
        settled = False
        while True:
            lines = Lines(data, chain, at)
            for record in lines:
                yield at, record
                at = lines.end
            chain, at = lines.chain, lines.end
            if lines.ending is not Ending.ALTERED:
                return
            if not settled:
                sleep(_SETTLE_SECONDS)
                data, settled = read_segment(self._stream, number)[:end], True
                continue
            newline = data.find(b"\n", at)
            claimed = _claimed(data[at : at + _DIGITS])
            if at >= self.used:
                damage.append(f"stream {self._slot:02d}, segment {number}, byte {at}")
            if newline < 0 or claimed is None:
                return
            chain, at = claimed, newline + 1
            self.used = max(self.used, at)


def _claimed(digits: bytes) -> bytes | None:
    try:
        chain = bytes.fromhex(digits.decode("ascii"))
    except ValueError:
        return None
    return chain if len(chain) == CHAIN_BYTES else None


def _first_time(head: bytes) -> str | None:
    """Return the eventTime of the first record behind a header, if it is whole."""
    lines = head.split(b"\n", 2)
    if len(lines) < 3:  # noqa: PLR2004 - header, record, rest
        return None
    try:
        return _EVENT_TIME.decode(lines[1].partition(b" ")[2]).eventTime
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
