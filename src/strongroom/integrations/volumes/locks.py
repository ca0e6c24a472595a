"""Locks on the volume itself, held by open file descriptions: a process that dies lets go, a child that inherits one keeps it.

They are not flock's, which cryptsetup takes on the same file for each command. Two bytes far behind any data stand for
"attached" and "being changed". Source: fcntl(2), "Open file description locks (non-POSIX)".
"""

import errno
import fcntl
import os
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from strongroom.integrations.volumes.errors import VolumeError

ATTACHED = 2**62
CHANGING = 2**62 + 1
_FLOCK = "@hhqqi4x"  # struct flock: l_type, l_whence, l_start, l_len, l_pid


def _flock(kind: int, byte: int) -> bytes:
    return struct.pack(_FLOCK, kind, os.SEEK_SET, byte, 1, 0)


def take(descriptor: int, byte: int) -> bool:
    """Try once; say whether it is ours."""
    try:
        fcntl.fcntl(descriptor, fcntl.F_OFD_SETLK, _flock(fcntl.F_WRLCK, byte))
    except OSError as error:
        if error.errno in {errno.EAGAIN, errno.EACCES}:
            return False
        raise
    return True


def is_taken(path: Path, byte: int) -> bool:
    """Say whether some process holds it."""
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        answer = fcntl.fcntl(descriptor, fcntl.F_OFD_GETLK, _flock(fcntl.F_WRLCK, byte))
        kind: int = struct.unpack(_FLOCK, answer)[0]
        return kind != fcntl.F_UNLCK
    finally:
        os.close(descriptor)


@contextmanager
def held(path: Path, *bytes_: int) -> Iterator[int]:
    """Hold the locks for the block; give the descriptor that holds them. Errors: VolumeError when another has one."""
    descriptor = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    try:
        for byte in bytes_:
            if not take(descriptor, byte):
                why = "is attached: detach it first" if byte == ATTACHED else "is being changed by another command"
                raise VolumeError(f"{path} {why}.")
        yield descriptor
    finally:
        os.close(descriptor)
