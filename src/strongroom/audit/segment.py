"""Segment files: names, making, writing, cutting. What stands in them is the chain's business, when is the journal's.

A segment is filled with real zeros and synced before it is used. Writing into it then changes no metadata, so one
fdatasync is one disk write; blocks that were only reserved would cost a file system transaction at every first touch.
"""

import errno
import os
import re
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from strongroom.audit.compressed import read_compressed

SEGMENT_BYTES = 16 << 20
LEAST_SEGMENT_BYTES = 64 << 10

NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_BLOCK_BYTES = 4096
_ZEROS = bytes(1 << 20)
_SLOT = re.compile(r"\d{2,}")
_SEGMENT = re.compile(r"(\d{8,})\.log(?:\.gz)?")


@dataclass(slots=True)
class Segment:
    """An open segment; ``used`` counts the bytes that are written *and* synced."""

    number: int
    path: Path
    descriptor: int
    size: int
    used: int = 0

    def write(self, data: bytes) -> None:
        """Write ``data`` behind what is used and sync it; the caller then moves ``used``. Errors: OSError.

        INVARIANT: after an error the bytes behind ``used`` are never written again nor counted: a kernel may mark a
        page clean that it failed to write, and a second sync would then succeed without writing anything.
        """
        write_all(self.descriptor, data, self.used)
        os.fdatasync(self.descriptor)
        if os.fstat(self.descriptor).st_nlink == 0:
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(self.path))

    def finish(self) -> None:
        """Cut the zeros off and close. The cut need not be durable: zeros behind the last line mean nothing."""
        with suppress(OSError):
            os.ftruncate(self.descriptor, self.used)
        os.close(self.descriptor)

    def give_up(self) -> None:
        """Close after a failure, taking away whatever of it can be taken away."""
        with suppress(OSError):
            if self.used == 0:
                self.path.unlink(missing_ok=True)
            else:
                os.ftruncate(self.descriptor, self.used)
                os.fsync(self.descriptor)
        with suppress(OSError):
            os.close(self.descriptor)


# --- names ----------------------------------------------------------------------------------------------------


def stream_path(directory: Path, slot: int) -> Path:
    """Return where the stream of worker ``slot`` is."""
    return directory / f"{slot:02d}"


def segment_path(stream: Path, number: int) -> Path:
    """Return where segment ``number`` of a stream is; the first is 1."""
    return stream / f"{number:08d}.log"


def compressed_path(stream: Path, number: int) -> Path:
    """Return where segment ``number`` is once it is compressed."""
    return stream / f"{number:08d}.log.gz"


def slots(directory: Path) -> list[int]:
    """Return the slots that have a stream; none when there is no directory."""
    return sorted(int(name) for name in _names(directory) if _SLOT.fullmatch(name))


def segment_numbers(stream: Path) -> list[int]:
    """Return the segments of a stream in order, prepared ones too; none when there is no directory."""
    return sorted({int(found[1]) for name in _names(stream) if (found := _SEGMENT.fullmatch(name))})


def stored_bytes(journal: Path) -> int:
    """Return what all segments below ``journal`` take, compressed as they are."""
    total = 0
    for slot in slots(journal):
        stream = stream_path(journal, slot)
        for name in _names(stream):
            if _SEGMENT.fullmatch(name):
                with suppress(FileNotFoundError):
                    total += (stream / name).stat().st_size
    return total


def read_segment(stream: Path, number: int, *, compressed: bool = False) -> bytes:
    """Return what the file holds, zeros and all; nothing when it went away, as prepared segments do.

    ``compressed`` reads the compressed file although there may be a plain one. Errors: OSError.
    """
    if not compressed:
        with suppress(FileNotFoundError):
            return segment_path(stream, number).read_bytes()
    return _read_compressed(stream, number, 0, None)


def read_part(stream: Path, number: int, start: int, length: int) -> bytes:
    """Return up to ``length`` bytes from offset ``start`` on; nothing when the segment went away."""
    try:
        descriptor = os.open(segment_path(stream, number), os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        return _read_compressed(stream, number, start, length)
    try:
        return os.pread(descriptor, length, start)
    finally:
        os.close(descriptor)


def _read_compressed(stream: Path, number: int, start: int, length: int | None) -> bytes:
    try:
        descriptor = os.open(compressed_path(stream, number), os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        return b""
    try:
        return read_compressed(descriptor, start, length)
    finally:
        os.close(descriptor)


def _names(directory: Path) -> list[str]:
    try:
        return [path.name for path in directory.iterdir()]
    except FileNotFoundError:
        return []


# --- making ----------------------------------------------------------------------------------------------------


def make_directory(path: Path) -> None:
    """Make ``path`` (0700) and what is missing above it, durably. Errors: OSError."""
    if path.is_dir():
        return
    make_directory(path.parent)
    with suppress(FileExistsError):
        path.mkdir(mode=0o700)
    sync_directory(path.parent)


def make_segment(stream: Path, number: int, size: int, least: int) -> Segment:
    """Make segment ``number`` of ``size`` bytes, or of half, a quarter... where there is no room, but with ``least``.

    Takes the next free number when that file exists: what a failure left behind is never written again.
    Errors: OSError, and then no new file stays.
    """
    smallest = max(least, min(size, LEAST_SEGMENT_BYTES))
    size = -(-max(size, smallest) // _BLOCK_BYTES) * _BLOCK_BYTES
    while True:
        try:
            return _make(stream, number, size)
        except OSError as error:
            if error.errno not in NO_ROOM or size <= smallest:
                raise
            size = max(size // 2, smallest)


def _make(stream: Path, number: int, size: int) -> Segment:
    while True:
        path = segment_path(stream, number)
        try:
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
            break
        except FileExistsError:
            number += 1
    segment = Segment(number, path, descriptor, size)
    try:
        os.posix_fallocate(descriptor, 0, size)  # learn at once, not after much writing, that there is no room
        for offset in range(0, size, len(_ZEROS)):
            write_all(descriptor, _ZEROS[: size - offset], offset)
            os.fdatasync(descriptor)  # piece by piece: one large sync would hold up those of the live segment
        os.fsync(descriptor)
        sync_directory(stream)
    except BaseException:
        segment.give_up()
        raise
    return segment


def write_all(descriptor: int, data: bytes, offset: int) -> None:
    """Write all of ``data``, also when the kernel takes it in pieces. Errors: OSError."""
    written = os.pwrite(descriptor, data, offset)
    while written < len(data):
        more = os.pwrite(descriptor, data[written:], offset + written)
        if more == 0:
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        written += more


def write_whole(path: Path, data: bytes, partial: Path) -> None:
    """Put ``data`` at ``path`` (0600) durably, whole or not at all, by way of ``partial`` beside it. Errors: OSError."""
    partial.unlink(missing_ok=True)
    descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    try:
        write_all(descriptor, data, 0)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    partial.replace(path)
    sync_directory(path.parent)


def sync_directory(path: Path) -> None:
    """Make names in ``path`` durable. Errors: OSError."""
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
