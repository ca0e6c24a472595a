"""Reading journals: does every line still prove those before it, and what do they say.

Works beside a running server: what is being written at the moment is not an error. What the chain can and cannot show
is said in ``chain``.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from heapq import merge
from pathlib import Path
from typing import Any

import msgspec

from strongroom.audit.anchor import Anchor, read_anchor
from strongroom.audit.chain import (
    FORMAT_VERSION,
    GENESIS,
    Ending,
    Header,
    Lines,
    Predecessor,
    chain_before,
    ending_behind,
    read_header,
    used_bytes,
    verify_lines,
)
from strongroom.audit.compressed import DamagedSegmentError
from strongroom.audit.counting import counting_segments
from strongroom.audit.segment import read_segment, segment_numbers, slots, stream_path

_NO_HEADER = "it is not a header that continues the stream"
_ATTEMPTS = 3  # a segment may be turned over between two looks at a running server's directory


@dataclass(frozen=True, slots=True)
class BadPlace:
    """The first place of a stream that does not hold; ``line`` counts from 1, the header."""

    slot: int
    segment: int
    line: int
    problem: str

    def __str__(self) -> str:
        return f"stream {self.slot:02d}, segment {self.segment}, line {self.line}: {self.problem}"


@dataclass(frozen=True, slots=True)
class StreamReport:
    """One stream up to its first bad place, if any. ``chain`` is the chain value of the last good line.

    ``torn_bytes`` at the very end, and ``unacknowledged_bytes`` behind a failure of the disk, stood for no answer.
    ``anchor`` stands for a beginning that has expired; it has to be believed.
    """

    slot: int
    segments: int
    records: int
    chain: str
    torn_bytes: int
    unacknowledged_bytes: int
    bad: BadPlace | None
    anchor: Anchor | None = None


@dataclass(frozen=True, slots=True)
class Report:
    streams: tuple[StreamReport, ...]

    @property
    def records(self) -> int:
        return sum(stream.records for stream in self.streams)

    @property
    def bad(self) -> tuple[BadPlace, ...]:
        return tuple(stream.bad for stream in self.streams if stream.bad is not None)

    @property
    def ok(self) -> bool:
        return not self.bad


def verify(directory: Path) -> Report:
    """Check all streams below ``directory``, down to the first bad place of each. Errors: OSError."""
    return Report(tuple(_settled(directory, slot) for slot in slots(directory)))


def _settled(directory: Path, slot: int) -> StreamReport:
    """Believe in damage only when it is still there at another look."""
    report = _Walk(directory, slot).report()
    for _ in range(_ATTEMPTS - 1):
        if report.bad is None:
            break
        report = _Walk(directory, slot).report()
    return report


# --- one stream ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Part:
    """What one segment shows by itself, read from the chain value that its own header names."""

    number: int
    header: Header | None
    lines: int
    end: int
    used: int
    chain: bytes
    ending: Ending


class _Walk:
    """From segment to segment, each of which must begin where the one before it ended."""

    def __init__(self, directory: Path, slot: int) -> None:
        self._slot = slot
        self._stream = stream_path(directory, slot)
        self._anchor: Anchor | None = None
        self._anchor_problem: str | None = None
        try:
            self._anchor = read_anchor(self._stream)
        except ValueError as error:
            self._anchor_problem = str(error)
        expired = self._anchor.segment if self._anchor is not None else 0
        parts = [self._examine(number) for number in segment_numbers(self._stream) if number > expired]
        self._parts = [part for part in parts if part.used]
        # Where a disk failed, several segments may claim the same predecessor: the last is the one that was kept.
        self._successors = {_previous_number(part): part for part in self._parts if part.lines}
        self._segments = self._records = self._torn = self._unacknowledged = 0
        self._chain = GENESIS if self._anchor is None else bytes.fromhex(self._anchor.chain)

    def report(self) -> StreamReport:
        problem = self._anchor_problem
        bad = self._walk() if problem is None else BadPlace(self._slot, 0, 1, problem)
        return StreamReport(
            self._slot,
            self._segments,
            self._records,
            self._chain.hex(),
            self._torn,
            self._unacknowledged,
            bad,
            self._anchor,
        )

    def _examine(self, number: int) -> _Part:
        try:
            data = read_segment(self._stream, number)
        except DamagedSegmentError:
            return _Part(number, None, 0, 0, 1, GENESIS, Ending.ALTERED)
        header = read_header(data)
        before = chain_before(header) if header is not None else None
        if before is None:
            return _Part(number, None, 0, 0, used_bytes(data), GENESIS, ending_behind(data, 0))
        lines = verify_lines(data, before)
        return _Part(number, header, lines.count, lines.end, used_bytes(data), lines.chain, lines.ending)

    def _walk(self) -> BadPlace | None:
        at: _Part | None = None
        first = self._anchor.segment if self._anchor is not None else None
        while (following := self._successors.get(at.number if at is not None else first)) is not None:
            if bad := self._check_link(at, following) or self._check_left_behind(at, following):
                return bad
            at = following
            self._segments += 1
            self._records += at.lines - 1
            self._chain = at.chain
        return self._check_end(at)

    def _check_link(self, at: _Part | None, part: _Part) -> BadPlace | None:
        header = part.header
        if header is None or (header.version, header.slot, header.segment) != (FORMAT_VERSION, self._slot, part.number):
            return self._bad(part, 1, "its header is that of another place")
        previous = header.previous
        if at is None or previous is None:
            return self._check_anchor(previous, part)
        if at.end < previous.used_bytes:
            problem = "lines are missing" if at.ending is Ending.CLEAN else at.ending.value
            return self._bad(at, at.lines + 1, problem)
        counting = at if at.end == previous.used_bytes else self._cut_at(at, previous.used_bytes)
        if counting.end != previous.used_bytes or counting.chain.hex() != previous.chain:
            return self._bad(part, 1, "it does not continue the segment before it")
        surplus = at.used - previous.used_bytes
        if surplus and not previous.abandoned:
            return self._bad(at, counting.lines + 1, "there is more than the next segment knows of")
        self._unacknowledged += surplus
        self._records -= at.lines - counting.lines
        return None

    def _check_anchor(self, previous: Predecessor | None, part: _Part) -> BadPlace | None:
        """Compare what the first segment continues with the anchor; it was found by the anchor's number."""
        anchor = self._anchor
        if previous is None or anchor is None:
            return None
        if (previous.used_bytes, previous.chain) == (anchor.used_bytes, anchor.chain):
            return None
        return self._bad(part, 1, "it does not continue what has expired")

    def _cut_at(self, at: _Part, end: int) -> _Part:
        lines = Lines(b"", GENESIS)
        if at.header is not None:
            data = read_segment(self._stream, at.number)[:end]
            lines = verify_lines(data, chain_before(at.header) or GENESIS)
        return _Part(at.number, at.header, lines.count, lines.end, end, lines.chain, lines.ending)

    def _check_left_behind(self, at: _Part | None, following: _Part) -> BadPlace | None:
        """Look at segments that the chain passes by: a failed disk may leave some, whose writing never succeeded."""
        claimed = at.number if at is not None else self._anchor.segment if self._anchor is not None else None
        for part in self._parts:
            if not (claimed or 0) < part.number < following.number:
                continue
            began = part.lines > 0 and _previous_number(part) == claimed
            if not began and part.ending is not Ending.TORN:
                return self._bad(part, 1, _NO_HEADER)
            self._unacknowledged += part.used
        return None

    def _check_end(self, at: _Part | None) -> BadPlace | None:
        """Look at what is behind the last line of the last segment that is connected."""
        if at is not None and at.ending is Ending.ALTERED:
            return self._bad(at, at.lines + 1, at.ending.value)
        if at is not None and at.ending is Ending.TORN:
            self._torn += at.used - at.end
        for part in self._parts:
            if at is not None and part.number <= at.number:
                continue
            if part.lines:
                return BadPlace(self._slot, _previous_number(part) or 0, 1, "the segment is missing")
            if part.ending is not Ending.TORN:
                return self._bad(part, 1, _NO_HEADER)
            self._torn += part.used
        return None

    def _bad(self, part: _Part, line: int, problem: str) -> BadPlace:
        return BadPlace(self._slot, part.number, line, problem)


def _previous_number(part: _Part) -> int | None:
    return part.header.previous.segment if part.header is not None and part.header.previous is not None else None


# --- what the lines say ----------------------------------------------------------------------------------------


class _EventTime(msgspec.Struct):
    eventTime: str = ""  # noqa: N815 - CloudTrail's name


_EVENT_TIME = msgspec.json.Decoder(_EventTime)


def read_raw_records(directory: Path, *, slot: int | None = None) -> Iterator[bytes]:
    """Yield the records below ``directory`` (or of one stream) by event time, each stream in its own order.

    It shows what the lines say; ``verify`` says whether to believe them. Lines that are not JSON are passed over.
    Errors: OSError.
    """
    streams = slots(directory) if slot is None else [slot]
    for _, record in merge(*(_timed(stream_path(directory, one)) for one in streams), key=lambda timed: timed[0]):
        yield record


def read_records(directory: Path, *, slot: int | None = None) -> Iterator[dict[str, Any]]:
    """Yield what ``read_raw_records`` yields, decoded."""
    for record in read_raw_records(directory, slot=slot):
        yield msgspec.json.decode(record)


def _timed(stream: Path) -> Iterator[tuple[str, bytes]]:
    for number, end, _ in counting_segments(stream):
        lines = read_segment(stream, number)[:end].split(b"\n")
        for line in lines[1:-1]:  # not the header, and not what stands behind the last newline
            record = line.partition(b" ")[2]
            try:
                yield _EVENT_TIME.decode(record).eventTime, record
            except (msgspec.DecodeError, UnicodeDecodeError):
                continue
