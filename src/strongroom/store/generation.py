"""How processes on one machine tell each other that the store has changed, without asking it: a shared page of counters.

Each worker slot counts its own commits in its own 8 bytes, so that no two processes write the same place and no lock is
needed; to look is to compare one slice of bytes. The last slot is the command line's and is guarded by a file lock.
"""

import fcntl
import mmap
import os
import struct
from pathlib import Path
from typing import IO

SLOTS = 64
_COUNTER = struct.Struct("<Q")
_BYTES = SLOTS * _COUNTER.size

_claims: list[IO[bytes]] = []  # locks of this process's slots: held until it ends, however it ends


class Generation:
    """The counters, seen from one slot."""

    def __init__(self, path: Path, slot: int) -> None:
        self._page = shared_page(path, _BYTES)
        self._path = path
        self._slot = slot
        self._seen = b""

    def moved(self) -> bool:
        """Whether anything was announced since the last look (also true at the first)."""
        present = self._page[:]
        if present == self._seen:
            return False
        self._seen = present
        return True

    def look_again(self) -> None:
        """Make the next look say "moved": what it led to could not be done."""
        self._seen = b""

    def bump(self) -> None:
        """Announce a commit of this slot. Called by several threads of one process, and for the last slot by several processes."""
        with self._path.with_name(f"bump-{self._slot}.lock").open("ab") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            at = self._slot * _COUNTER.size
            (count,) = _COUNTER.unpack_from(self._page, at)
            _COUNTER.pack_into(self._page, at, count + 1)


def shared_page(path: Path, size: int) -> mmap.mmap:
    """Return a file that processes share as memory, made if need be. Errors: OSError, when there is no room for all of it.

    The room is taken at once: to write where a file has a hole, on a disk that is full by then, kills the process (SIGBUS).
    """
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        os.posix_fallocate(descriptor, 0, size)
        return mmap.mmap(descriptor, size)
    finally:
        os.close(descriptor)


def claim_slot(directory: Path, limit: int) -> int:
    """Return the lowest slot that no live process holds, held from now on until this process ends. Errors: RuntimeError."""
    for slot in range(limit):
        file = (directory / f"slot-{slot:02d}.lock").open("ab")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            file.close()
            continue
        _claims.append(file)
        return slot
    raise RuntimeError(f"all {limit} worker slots are taken")
