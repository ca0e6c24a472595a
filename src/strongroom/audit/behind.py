"""Reading a stream from a known position to its end, newest record first: for what is gathered from the journal.

Nothing is verified here. Lines that a failed write left behind are passed over: they stood for no answer.
"""

from collections.abc import Iterator
from pathlib import Path

from strongroom.audit.chain import read_header
from strongroom.audit.segment import read_segment, segment_numbers


def records_behind(stream: Path, segment: int, used_bytes: int) -> Iterator[bytes]:
    """Yield the JSON of each line behind that position, the last one first; headers too. Errors: OSError."""
    ends: dict[int, int] = {}
    for number in reversed(segment_numbers(stream)):
        if number < segment:
            return
        data = read_segment(stream, number)
        if (header := read_header(data)) is not None and header.previous is not None:
            ends[header.previous.segment] = header.previous.used_bytes
        data = data[: ends.get(number)].rstrip(b"\0")
        if number == segment:
            data = data[used_bytes:]
        for line in reversed(data.splitlines()):
            yield line.partition(b" ")[2]
