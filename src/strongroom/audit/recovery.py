"""Taking up a stream where a process left it, whatever ended that process.

Finds the last line, cuts off a write that never finished (keeping its bytes beside the segment), removes segments that
were prepared and never used. Damage is not repaired: it stays in its place for ``verify`` to name, and the stream goes
on behind it, because a journal that cannot be written would stop the service over a record that is already spoiled.
"""

import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from strongroom.audit.chain import (
    GENESIS,
    Ending,
    Lines,
    Predecessor,
    chain_before,
    ending_behind,
    last_claimed,
    read_header,
    used_bytes,
    verify_lines,
)
from strongroom.audit.segment import (
    compressed_path,
    read_segment,
    segment_numbers,
    segment_path,
    sync_directory,
    write_all,
)


@dataclass(frozen=True, slots=True)
class Recovery:
    """What was found. ``torn_bytes`` were cut off, never acknowledged; ``damaged`` segments do not verify."""

    previous: Predecessor | None
    chain: bytes
    segments: int
    bytes: int
    torn_bytes: int
    damaged: tuple[int, ...]


def recover(stream: Path) -> Recovery:
    """Settle the end of ``stream`` and return where it goes on. Only its one writer may call this. Errors: OSError."""
    torn, damaged, previous, chain = 0, [], None, GENESIS
    for number in reversed(segment_numbers(stream)):
        data = read_segment(stream, number)
        if used_bytes(data) == 0:
            segment_path(stream, number).unlink(missing_ok=True)
            continue
        lines = _verify_alone(data)
        if lines.ending is Ending.ALTERED:
            damaged.append(number)
            claimed = last_claimed(data)
            if claimed is None:
                continue
            chain, end = claimed
        else:
            torn += used_bytes(data) - lines.end
            _cut(stream, number, data, lines.end)
            if lines.count == 0:
                continue
            chain, end = lines.chain, lines.end
        previous = Predecessor(number, end, chain.hex())
        break
    sizes = [_size(stream, number) for number in segment_numbers(stream)]
    return Recovery(previous, chain, len(sizes), sum(sizes), torn, tuple(damaged))


def _size(stream: Path, number: int) -> int:
    """Return the bytes on disk of a segment, which may be compressed, or expire at this moment."""
    for path in (segment_path(stream, number), compressed_path(stream, number)):
        with suppress(FileNotFoundError):
            return path.stat().st_size
    return 0


def _verify_alone(data: bytes) -> Lines:
    """Verify a segment from the chain value that its own header names."""
    header = read_header(data)
    before = chain_before(header) if header is not None else None
    if before is None:
        return Lines(data, GENESIS, ending=ending_behind(data, 0))
    return verify_lines(data, before)


def _cut(stream: Path, number: int, data: bytes, end: int) -> None:
    """Take away what stands behind ``end``; a segment without a whole line goes altogether."""
    if len(data) == end:
        return
    path = segment_path(stream, number)
    torn = data[end : used_bytes(data)]
    if torn:
        _keep_aside(path.with_suffix(".torn"), torn)
    descriptor = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    try:
        # INVARIANT: lines that count are on the disk. These were read through the page cache, which may hold what an
        # earlier sync failed to write and marks it clean all the same; writing it again makes the sync mean something.
        write_all(descriptor, data[:end], 0)
        os.ftruncate(descriptor, end)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    if end == 0:
        path.unlink(missing_ok=True)
    sync_directory(stream)


def _keep_aside(path: Path, torn: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    try:
        write_all(descriptor, torn, 0)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
