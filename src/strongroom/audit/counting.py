"""Which segments of a stream count, and how much of each: by what the headers say. Works beside a running server.

A segment is followed by the one whose header names it. Where a disk failed there are others, which were given up and stood for
no answer, and bytes behind what the next header knows of: neither counts. Nothing is verified here.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from strongroom.audit.chain import Header, Predecessor, read_header
from strongroom.audit.segment import read_part, segment_numbers

FRAME_BYTES = 65  # of a line before its JSON: the chain value's digits and a space
_HEAD_BYTES = 2048  # more than a header


class Position(NamedTuple):
    """All before ``used_bytes`` of ``segment``; (0, 0) is the beginning of a stream."""

    segment: int = 0
    used_bytes: int = 0


class Counted(NamedTuple):
    """``end`` is how many bytes count, None: what there is, the segment is the last. ``header`` is None where it is damaged."""

    number: int
    end: int | None
    header: Header | None


def counting_back(stream: Path, since: int = 0) -> Iterator[Counted]:
    """Yield the segments that count, the newest first, down to number ``since``. Errors: OSError."""
    claimed: Predecessor | None = None
    for number in reversed(segment_numbers(stream)):
        if number < since:
            return
        if claimed is not None and number > claimed.segment:
            continue
        head = read_part(stream, number, 0, _HEAD_BYTES)
        if not head.strip(b"\0"):
            continue  # made for later use, or gone meanwhile
        header = read_header(head)
        end = claimed.used_bytes if claimed is not None and claimed.segment == number else None
        yield Counted(number, end, header)
        claimed = header.previous if header is not None else None


def counting_segments(stream: Path, since: int = 0) -> list[Counted]:
    """Return the segments that count, from number ``since`` on. Errors: OSError."""
    return list(counting_back(stream, since))[::-1]
