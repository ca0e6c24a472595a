"""Files that appear whole under their names or not at all; copies that keep holes; devices that are written header last."""

import errno
import fcntl
import glob
import os
import secrets
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from strongroom.integrations.volumes.errors import VolumeError
from strongroom.integrations.volumes.locks import CHANGING, take

_FICLONE = 0x40049409  # ioctl_ficlone(2): a copy that shares blocks until one of them is written
_CHUNK = 1024 * 1024
_PROBED_BYTES = 1024 * 1024  # where every partition table, file system and LUKS header begins
_COPIES_BYTES = 2 * 16384  # LUKS2's header and its copy, as cryptsetup makes them


def write_whole(path: Path, data: bytes) -> None:
    """Replace a small file in one step."""
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def is_device(path: Path) -> bool:
    """Say whether ``path`` is a block device."""
    return path.exists() and stat.S_ISBLK(path.stat().st_mode)


def size_of(path: Path) -> int:
    """Return the bytes of a file or device."""
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        return os.lseek(descriptor, 0, os.SEEK_END)
    finally:
        os.close(descriptor)


@contextmanager
def appearing(path: Path) -> Iterator[Path]:
    """Give a temporary file beside ``path`` that gets its name at the end of the block, when that is free and all is durable.

    What an earlier one left behind, killed in the middle, is removed: its lock is free.
    """
    if path.exists():
        raise VolumeError(f"{path} exists already: nothing was changed.")
    for left in path.parent.glob(f".{glob.escape(path.name)}.*.partial"):
        _remove_unless_in_use(left)
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}.partial")
    descriptor = os.open(temporary, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    try:
        take(descriptor, CHANGING)
        yield temporary
        os.fsync(descriptor)
        try:
            os.link(temporary, path)  # refuses a name that is taken
        except FileExistsError:
            raise VolumeError(f"{path} exists already: nothing was changed.") from None
        sync_directory(path.parent)
    finally:
        temporary.unlink(missing_ok=True)
        os.close(descriptor)


def _remove_unless_in_use(left: Path) -> None:
    with suppress(FileNotFoundError):
        descriptor = os.open(left, os.O_RDWR | os.O_CLOEXEC)
        try:
            if take(descriptor, CHANGING):
                left.unlink()
        finally:
            os.close(descriptor)


def sync_directory(directory: Path) -> None:
    """Make names durable."""
    descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def reserve(path: Path, size: int, *, sparse: bool) -> None:
    """Give the file its size; its blocks too, unless ``sparse``: then a full disk meets whoever writes later."""
    descriptor = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    try:
        os.ftruncate(descriptor, size)
        if not sparse:
            os.posix_fallocate(descriptor, 0, size)
    finally:
        os.close(descriptor)


def copy(source: Path, target: Path, *, start: int = 0, end: int | None = None) -> None:
    """Copy everything, or a part; holes stay holes, and a file system that shares blocks shares them."""
    read = os.open(source, os.O_RDONLY | os.O_CLOEXEC)
    write = os.open(target, os.O_RDWR | os.O_CLOEXEC)
    try:
        whole = not start and end is None and not is_device(target)
        size = os.lseek(read, 0, os.SEEK_END) if end is None else end
        if whole:
            os.ftruncate(write, size)
        if not whole or not _cloned(read, write):
            _copy_data(read, write, start, size)
        os.fsync(write)
    finally:
        os.close(read)
        os.close(write)


def _cloned(read: int, write: int) -> bool:
    try:
        fcntl.ioctl(write, _FICLONE, read)
    except OSError:
        return False
    return True


def _copy_data(read: int, write: int, start: int, size: int) -> None:
    at = start
    while at < size:
        try:
            begin = os.lseek(read, at, os.SEEK_DATA)
            end = os.lseek(read, begin, os.SEEK_HOLE)
        except OSError as error:
            if error.errno == errno.ENXIO:  # only a hole is left
                return
            begin, end = at, size  # a device has no holes
        at = begin
        while at < end:
            data = os.pread(read, min(_CHUNK, end - at), at)
            done = 0
            while done < len(data):
                done += os.pwrite(write, data[done:], at + done)
            at += len(data)


@contextmanager
def claimed(device: Path, *, force: bool) -> Iterator[int]:
    """Open a block device that nobody uses and, unless forced, that holds nothing. Errors: VolumeError."""
    try:
        descriptor = os.open(device, os.O_RDWR | os.O_EXCL | os.O_CLOEXEC)
    except OSError as error:
        raise VolumeError(f"{device}: {error.strerror}. Is it mounted, or part of something?") from None
    try:
        if not take(descriptor, CHANGING):
            raise VolumeError(f"{device} is being changed by another command.")
        if not force and any(os.pread(descriptor, _PROBED_BYTES, 0)):
            raise VolumeError(f"{device} holds something. --force overwrites it.")
        yield descriptor
    finally:
        os.close(descriptor)


def install_header(header: Path, descriptor: int, length: int) -> None:
    """Write a prepared header over the start of a device: the volume is there whole, or not at all.

    Old header copies go first, then the key slots come, then the new copies, which speak of them; each durable before the next.
    """
    data = header.read_bytes()[:length]
    for start, part in ((0, bytes(_COPIES_BYTES)), (_COPIES_BYTES, data[_COPIES_BYTES:]), (0, data[:_COPIES_BYTES])):
        done = 0
        while done < len(part):
            done += os.pwrite(descriptor, part[done:], start + done)
        os.fdatasync(descriptor)


def overwrite(path: Path, length: int) -> None:
    """Fill the start of a file or device with zeros, durably."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CLOEXEC)
    try:
        for start in range(0, length, _CHUNK):
            os.pwrite(descriptor, bytes(min(_CHUNK, length - start)), start)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
