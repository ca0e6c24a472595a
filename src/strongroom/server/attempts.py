"""Failed sign-ins, counted by all workers together: a page of counters in a file. Satisfies ``console.attempts.Attempts``.

A name stands for the counter that its keyed hash falls on: two that meet are counted together, which makes it stricter. A
counter holds for one window of time.
"""

import fcntl
import os
import struct
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from hashlib import blake2b
from pathlib import Path

from strongroom.operations.console.attempts import WINDOW_SECONDS, Counted
from strongroom.store.generation import shared_page

_COUNTERS = 1 << 16
_COUNTER = struct.Struct("<II")  # window, failed attempts
_KEY_BYTES = 32
_BYTES = _KEY_BYTES + _COUNTERS * _COUNTER.size


class SharedAttempts:
    """The counters, seen from one worker; its threads and other processes take turns by a lock on the file."""

    def __init__(self, path: Path, clock: Callable[[], float]) -> None:
        """Make the file if need be. ``clock`` gives seconds since the epoch."""
        self._path = path
        self._clock = clock
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            with self._locked():
                if os.fstat(descriptor).st_size != _BYTES:
                    os.ftruncate(descriptor, 0)
                    os.ftruncate(descriptor, _BYTES)
                    os.pwrite(descriptor, os.urandom(_KEY_BYTES), 0)
        finally:
            os.close(descriptor)
        self._page = shared_page(path, _BYTES)
        self._key = self._page[:_KEY_BYTES]

    def take(self, names: Sequence[Counted]) -> bool:
        with self._locked():
            window, places = self._window(), [self._place(each.name) for each in names]
            counts = [self._count(place, window) for place in places]
            if any(count >= each.most for count, each in zip(counts, names, strict=True)):
                return False
            for place, count in zip(places, counts, strict=True):
                _COUNTER.pack_into(self._page, place, window, count + 1)
            return True

    def give_back(self, names: Sequence[Counted]) -> None:
        with self._locked():
            window = self._window()
            for place in [self._place(each.name) for each in names]:
                if count := self._count(place, window):
                    _COUNTER.pack_into(self._page, place, window, count - 1)

    def _window(self) -> int:
        return int(self._clock() // WINDOW_SECONDS)

    def _place(self, name: str) -> int:
        digest = blake2b(name.encode("utf-8", "replace"), key=self._key, digest_size=4).digest()
        return _KEY_BYTES + int.from_bytes(digest, "little") % _COUNTERS * _COUNTER.size

    def _count(self, place: int, window: int) -> int:
        of, count = _COUNTER.unpack_from(self._page, place)
        return int(count) if of == window else 0

    @contextmanager
    def _locked(self) -> Iterator[None]:
        with self._path.with_name(self._path.name + ".lock").open("ab") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
