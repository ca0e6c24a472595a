"""Reading a stream backwards, its newest line first, between two positions. Nothing is verified here."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from strongroom.audit.counting import FRAME_BYTES, Position, counting_back
from strongroom.audit.segment import read_segment

END = Position(2**63 - 1, 2**63 - 1)
START = Position()


class Line(NamedTuple):
    """One record, and where its line stands."""

    segment: int
    start: int
    record: bytes

    @property
    def end(self) -> int:
        return self.start + FRAME_BYTES + len(self.record) + 1


def segments_back(stream: Path, before: Position = END, since: int = 0) -> Iterator[tuple[int, bytes]]:
    """Yield (number, the bytes that count) of each segment before a position, the newest first. Errors: OSError."""
    for number, end, _ in counting_back(stream, since):
        if number <= before.segment:
            data = read_segment(stream, number)[:end]
            if number == before.segment:
                data = data[: max(before.used_bytes, 0)]
            yield number, data.rstrip(b"\0")


def lines_back(stream: Path, before: Position = END, since: Position = START) -> Iterator[Line]:
    """Yield the whole lines between two positions, the last one first, without the headers. Errors: OSError."""
    for number, data in segments_back(stream, before, since.segment):
        first = since.used_bytes if number == since.segment else 0
        end = data.rfind(b"\n") + 1
        while end > first:
            start = data.rfind(b"\n", 0, end - 1) + 1
            if start:
                yield Line(number, start, data[start + FRAME_BYTES : end - 1])
            end = start
