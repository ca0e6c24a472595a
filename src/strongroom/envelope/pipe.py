"""Bytes on their way: exact reads from any stream, and workers that write and hash while the next frames are encrypted.

A worker has one job (``write``, ``digest.update``) and takes chunks in order. A chunk goes back to its pool when all workers are
through with it: so memory is what the pools hold, whatever the length of the stream.
"""

import io
import threading
from collections.abc import Callable
from contextlib import suppress
from queue import SimpleQueue
from types import TracebackType
from typing import Protocol, Self

from strongroom.envelope.errors import MessageError

CHUNK_BYTES = 1 << 18  # what is handed from thread to thread at once: a few of them fit a core's cache
_BUFFERED_BYTES = 1 << 18

Job = Callable[[memoryview], object]


class Source(Protocol):
    """What is read: any binary stream that can fill a buffer."""

    def readinto(self, buffer: memoryview, /) -> int | None:
        """Fill the buffer, or a part of it; 0 at the end."""


class Sink(Protocol):
    """What is written: any binary stream."""

    def write(self, data: memoryview, /) -> int | None:
        """Write, all of it or (unbuffered files) a part."""


class _Borrowed(io.RawIOBase):
    """A raw stream that a buffer reads, and does not close when it is thrown away."""

    def __init__(self, source: io.RawIOBase) -> None:
        self.readinto = source.readinto  # type: ignore[method-assign]  # the same, without a call between

    def readable(self) -> bool:
        return True


class Reader:
    """Exact reads. ``count`` is how many bytes were read."""

    def __init__(self, source: Source) -> None:
        self.count = 0
        self._source = source

    def buffered(self) -> None:
        """From here on many small reads: gather them, where the source does not."""
        if isinstance(self._source, io.RawIOBase):
            self._source = io.BufferedReader(_Borrowed(self._source), _BUFFERED_BYTES)

    def fill(self, view: memoryview) -> int:
        """Fill a buffer as far as the stream goes; return how far."""
        filled = 0
        while filled < len(view):
            got = self._source.readinto(view[filled:])
            if not got:
                break
            filled += got
        self.count += filled
        return filled

    def exact(self, view: memoryview) -> None:
        """Fill a buffer. Errors: MessageError when the stream ends before."""
        if self.fill(view) != len(view):
            raise MessageError("The message is cut off: it ends before it is whole.")

    def take(self, count: int) -> bytes:
        """Return that many bytes. Errors: as ``exact``."""
        buffer = bytearray(count)
        self.exact(memoryview(buffer))
        return bytes(buffer)


def write_all(sink: Sink) -> Job:
    """Return a job that writes whole chunks, also to an unbuffered file that takes a part at a time."""

    def job(view: memoryview) -> None:
        rest = view
        while rest:
            written = sink.write(rest)
            if written is None or written == len(rest):
                return
            rest = rest[written:]

    return job


class Chunk:
    """A buffer of a pool, and how many workers still need it."""

    def __init__(self, pool: "Pool", size: int) -> None:
        self.view = memoryview(bytearray(size))
        self._pool, self._needed, self._lock = pool, 0, threading.Lock()

    def needed_by(self, workers: int) -> None:
        self._needed = workers

    def done(self) -> None:
        with self._lock:
            self._needed -= 1
            last = self._needed <= 0
        if last:
            self._pool.give(self)


class Pool:
    """A fixed number of chunks: who asks for one waits until a worker is through with it."""

    def __init__(self, chunks: int, size: int) -> None:
        self._free: SimpleQueue[Chunk] = SimpleQueue()
        for _ in range(chunks):
            self._free.put(Chunk(self, size))

    def take(self) -> Chunk:
        return self._free.get()

    def give(self, chunk: Chunk) -> None:
        self._free.put(chunk)


class _Worker(threading.Thread):
    """Does one job to each chunk. After a failure it only lets go of chunks, and its ``error`` is for whoever feeds it."""

    def __init__(self, job: Job) -> None:
        super().__init__(name="envelope", daemon=True)
        self.error: BaseException | None = None
        self.abandoned = False
        self._job = job
        self._queue: SimpleQueue[tuple[Chunk, int] | None] = SimpleQueue()

    def put(self, item: tuple[Chunk, int] | None) -> None:
        self._queue.put(item)

    def run(self) -> None:
        while (item := self._queue.get()) is not None:
            chunk, length = item
            if self.error is None and not self.abandoned:
                try:
                    self._job(chunk.view[:length])
                except BaseException as error:  # noqa: BLE001 - raised again by the feeding thread
                    self.error = error
            chunk.done()


class Workers:
    """One worker a job, each given every chunk. A context manager: left well, all that was fed is done or an error raised."""

    def __init__(self, *jobs: Job) -> None:
        self._workers = [_Worker(job) for job in jobs]

    def feed(self, chunk: Chunk, length: int) -> None:
        """Hand over the first ``length`` bytes of a chunk. Errors: what a worker met before."""
        self._raise()
        chunk.needed_by(len(self._workers))
        for worker in self._workers:
            worker.put((chunk, length))

    def __enter__(self) -> Self:
        for worker in self._workers:
            worker.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for worker in self._workers:
            worker.abandoned = error is not None
            worker.put(None)
        for worker in self._workers:
            with suppress(RuntimeError):  # never started
                worker.join()
        if error is None:
            self._raise()

    def _raise(self) -> None:
        for worker in self._workers:
            if worker.error is not None:
                raise worker.error
