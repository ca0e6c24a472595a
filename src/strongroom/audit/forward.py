"""Reading a stream forwards from a kept position: for what follows the journal at its own pace.

Works beside a running server. Nothing is verified here; lines that a failed write left behind are passed over as soon as
the segment behind them says so.
"""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from strongroom.audit.counting import Position, counting_segments
from strongroom.audit.segment import read_part, segment_path

STRETCH_BYTES = 4 << 20


class Stretch(NamedTuple):
    """Whole lines of one segment; ``last`` says that the segment holds no more, now and for ever."""

    segment: int
    start: int
    data: bytes
    last: bool

    def lines(self) -> Iterator[tuple[int, int, bytes]]:
        """Yield (start, end, line) of each line, headers too; the offsets are those in the segment."""
        start = self.start
        for line in self.data.split(b"\n")[:-1]:
            end = start + len(line) + 1
            yield start, end, line
            start = end


def stretches(stream: Path, position: Position) -> Iterator[Stretch]:
    """Yield what is behind ``position``, in pieces of some megabytes, until the end of the stream. Errors: OSError."""
    for number, end, _ in counting_segments(stream, position.segment):
        start = position.used_bytes if number == position.segment else 0
        yield from _of_segment(stream, number, start, end)


def _of_segment(stream: Path, number: int, start: int, end: int | None) -> Iterator[Stretch]:
    size = STRETCH_BYTES
    while end is None or start < end:
        wanted = size if end is None else min(size, end - start)
        data = read_part(stream, number, start, wanted)
        if end is None and (zero := data.find(b"\0")) >= 0:
            data = data[:zero]
        whole = data.rfind(b"\n") + 1
        if whole == 0:
            if len(data) < wanted:  # nothing more, or half a line
                return
            size *= 2  # a line longer than a stretch
            continue
        start += whole
        yield Stretch(number, start - whole, data[:whole], last=end is not None and start >= end)
        if len(data) < wanted:  # the end of what there is, at present
            return


def bytes_behind(stream: Path, position: Position) -> int:
    """Return how much of a stream is behind ``position``. Errors: OSError."""
    behind = 0
    for number, end, _ in counting_segments(stream, position.segment):
        used = end if end is not None else _bytes_written(stream, number)
        behind += max(0, used - (position.used_bytes if number == position.segment else 0))
    return behind


def _bytes_written(stream: Path, number: int) -> int:
    """Return where the zeros of the live segment begin, without reading all of it: lines hold none."""
    low = high = 0
    with suppress(FileNotFoundError):  # compressed, or gone meanwhile
        high = segment_path(stream, number).stat().st_size
    while low < high:
        middle = (low + high) // 2
        if read_part(stream, number, middle, 1).strip(b"\0"):
            low = middle + 1
        else:
            high = middle
    return low
