"""Frames of regular files: every thread reads, encrypts (or opens) and writes frames of its own, each at its place.

No thread waits for another, so that two cores are used where they are free and nothing is lost where they are not; a stream, or a
signature's hash over all of it, cannot be done so (``pipe`` does these).
"""

import itertools
import os
import stat
import threading
from collections.abc import Callable
from io import FileIO
from typing import Protocol, TypeGuard

from strongroom.envelope.errors import MessageError
from strongroom.envelope.pipe import Sink, Source

_THREADS = 4
_LEAST_BYTES = 1 << 20  # a smaller file is done before a thread has begun

Progress = Callable[[int], object]
Share = Callable[[int], int]  # index -> bytes of plaintext done


class PlacedSink(Sink, Protocol):
    """A file in the making that can be written in any order."""

    def write_at(self, data: memoryview, place: int) -> None:
        """Write all of it there."""

    def seek_to(self, place: int) -> None:
        """Say where the next ``write`` goes."""


def is_placed(source: Source, sink: Sink) -> TypeGuard[FileIO]:
    """Say whether both are files large enough for this: then ``source`` is a FileIO, and ``sink`` a PlacedSink."""
    if not isinstance(source, FileIO) or not hasattr(sink, "write_at"):
        return False
    found = os.fstat(source.fileno())
    return stat.S_ISREG(found.st_mode) and found.st_size >= _LEAST_BYTES


def in_shares(make: Callable[[], Share], count: int, progress: Progress | None) -> None:
    """Call shares 0 to ``count`` - 1, on as many threads as there are cores (at most four), each with a share of its own making.

    Errors: the first that one of them meets; the others then stop after what they are at.
    """
    indexes, errors, lock = itertools.count(), list[BaseException](), threading.Lock()

    def run() -> None:
        try:
            share = make()
            while not errors and (index := next(indexes)) < count:
                done = share(index)
                if progress is not None:
                    with lock:
                        progress(done)
        except BaseException as error:  # noqa: BLE001 - raised again below
            errors.append(error)

    others = [
        threading.Thread(target=run, name="envelope", daemon=True)
        for _ in range(min(_THREADS, len(os.sched_getaffinity(0)), count) - 1)
    ]
    for thread in others:
        thread.start()
    run()
    for thread in others:
        thread.join()
    if errors:
        raise errors[0]


def read_at(source: int, view: memoryview, place: int) -> None:
    """Fill a buffer from there. Errors: MessageError when the file ends before."""
    filled = 0
    while filled < len(view):
        got = os.preadv(source, [view[filled:]], place + filled)
        if not got:
            raise MessageError("The file became shorter while it was read.")
        filled += got
