"""The process that follows the journal for searches: a child of the supervisor, of low priority, so that no worker waits for it.

It is a process and not a thread of a worker because it computes: a thread would take the interpreter from the event loop.
It ends with its supervisor, and the supervisor starts it again when it ends by itself.
"""

import contextlib
import gc
import logging
import logging.config
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import msgspec

from strongroom.audit.counting import Position
from strongroom.audit.index.database import IndexUnusableError
from strongroom.audit.index.filler import Filler, IndexBusyError
from strongroom.audit.integrity import kept_integrity
from strongroom.audit.readers import kept_positions
from strongroom.audit.retention import Retention, tidy
from strongroom.audit.segment import segment_numbers, slots, stream_path
from strongroom.model.clock import Clock
from strongroom.model.key_usage import UsageMark
from strongroom.server.announcing import Announcer
from strongroom.server.forwarding import Forwarder
from strongroom.server.logs import LOGGING
from strongroom.server.moved_clock import MovedClock
from strongroom.server.sender import Sender
from strongroom.server.settings import Announcements, DataDirectory
from strongroom.store.port import Store

logger = logging.getLogger("strongroom")

_NICE = 15  # three per cent of a busy core at most: calls come first, and it follows all the same
_PAUSE_SECONDS = 1.0
_RETRY_SECONDS = 5.0
_TIDY_SECONDS = 10.0
_FIRST_LOOK_SECONDS, _LOOK_SECONDS = 60.0, 6 * 3600.0  # after the start; then every few hours
_ALL_SLOTS = 1000
_STOP_SECONDS = 10.0
_GC_THRESHOLDS = (100_000, 50, 1000)  # a block is many objects and no cycles


def main() -> None:
    """Follow the journal of the data directory given, until told to stop or the parent process is gone."""
    data = DataDirectory(Path(sys.argv[1]))
    logging.config.dictConfig(LOGGING)
    os.umask(0o077)
    parent = os.getppid()
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        # SIGINT and SIGHUP reach the whole terminal or group: what to do about them is the supervisor's business
        signal.signal(number, (lambda *_: stop.set()) if number == signal.SIGTERM else signal.SIG_IGN)
    with contextlib.suppress(OSError):
        os.nice(_NICE)
    gc.set_threshold(*_GC_THRESHOLDS)
    duties = msgspec.json.decode(sys.stdin.buffer.read(), type=Duties)
    follower = Follower(data, duties.retention, index=duties.index)
    senders: list[Sender] = [Forwarder(data.journal, url) for url in duties.forward]
    if (events := duties.events) is not None:
        clock = MovedClock(data.test_clock) if data.test_clock.exists() else time.time
        senders += [Announcer(data, url, events, clock) for url in events.urls]
    for sender in senders:
        sender.start()
    pause = 0.0
    while not stop.wait(pause) and os.getppid() == parent:
        pause = follower.turn()
    for sender in senders:
        sender.stop()
    follower.close()


@dataclass(frozen=True, slots=True)
class Duties:
    """What the process is told, on its standard input: a command line can be seen by everybody, and URLs may hold secrets."""

    retention: Retention
    forward: tuple[str, ...] = ()
    events: Announcements | None = None
    index: bool = True


class Follower:
    """Keeps the index filled (if there is to be one), whatever happens to it, and the journal within its bounds."""

    def __init__(
        self, data: DataDirectory, retention: Retention, clock: Clock = time.time, *, index: bool = True
    ) -> None:
        self._data = data
        self._retention = retention
        self._clock = clock
        self._index = index
        self._filler: Filler | None = None
        self._next_tidying = 0.0
        self._next_look = clock() + _FIRST_LOOK_SECONDS
        self._looking: subprocess.Popen[bytes] | None = None
        self._store: Store | None = None

    def turn(self) -> float:
        """Do what there is to do; return how many seconds to wait then."""
        try:
            if self._index:
                if self._filler is None:
                    self._filler = Filler(self._data.journal, self._data.index)
                self._filler.step()
            if (now := self._clock()) >= self._next_tidying:
                self._next_tidying = now + _TIDY_SECONDS
                self._tidy(self._filler, now)
            self._look(now)
        except IndexBusyError:
            return _RETRY_SECONDS  # somebody fills it by hand
        except (IndexUnusableError, OSError, ValueError) as failure:
            logger.error("The audit journal's index waits, and will be tried again: %s", failure)  # noqa: TRY400 - the text says all
            self.close()
            return _RETRY_SECONDS
        return _PAUSE_SECONDS

    def _tidy(self, filler: Filler | None, now: float) -> None:
        marks = self._marks() if self._retention.expires else {}
        readers = kept_positions(self._data.journal)

        def needed(slot: int) -> Iterator[tuple[str, int]]:
            if filler is not None:
                yield "index", filler.needed(slot)
            if slot in marks:
                yield "key usage", marks[slot]
            for reader, positions in readers.items():
                yield reader, positions.get(slot, Position()).segment

        done = tidy(self._data.journal, self._retention, needed, now)
        if done.expired and filler is not None:
            streams = slots(self._data.journal)
            numbers = {slot: segment_numbers(stream_path(self._data.journal, slot)) for slot in streams}
            filler.index.forget_segments({slot: min(found) for slot, found in numbers.items() if found})
        if done.expired or done.compressed:
            logger.info("audit journal: %d segments expired, %d compressed", done.expired, done.compressed)
        limit = self._retention.max_bytes
        if limit is not None and done.bytes > limit:
            waits = f"; waiting for {', '.join(done.waiting_for)}" if done.waiting_for else ""
            logger.warning("The audit journal takes %d bytes, more than %d%s", done.bytes, limit, waits)

    def _look(self, now: float) -> None:
        """Have the journal verified now and then, and say so when it does not hold."""
        if self._looking is not None and self._looking.poll() is not None:
            seen = kept_integrity(self._data.journal)
            if self._looking.returncode == 1 and seen is not None and seen.problems:
                logger.error("The audit journal does not hold: %s", seen.text)
            self._looking = None
        if self._looking is None and now >= self._next_look:
            self._next_look = now + _LOOK_SECONDS
            command = [sys.executable, "-m", "strongroom.audit.integrity", str(self._data.journal)]
            self._looking = subprocess.Popen(command, stdin=subprocess.DEVNULL)  # noqa: S603 - our own program

    def _marks(self) -> dict[int, int]:
        """Return, of each slot, the first segment whose uses of keys may not be in the store."""
        from strongroom.bootstrap import DataDirectoryError, open_store  # noqa: PLC0415 - large, and only for this
        from strongroom.store.port import StoreUnavailableError  # noqa: PLC0415 - as above

        try:
            if self._store is None:
                self._store = open_store(self._data.database, must_exist=True)
            with self._store.snapshot() as view:
                marks = view.page(UsageMark, {}, limit=_ALL_SLOTS)
        except (DataDirectoryError, StoreUnavailableError) as error:
            raise OSError(str(error)) from error
        return {int(mark.slot): mark.segment for mark in marks}

    def close(self) -> None:
        """Let go of the index, and stop what looks at the journal."""
        if self._looking is not None:
            self._looking.kill()
            self._looking.wait()
            self._looking = None
        if self._filler is not None:
            self._filler.close()
            self._filler = None
        if self._store is not None:
            self._store.close()
            self._store = None


class Child:
    """The supervisor's side: starts the process, looks after it, ends it."""

    def __init__(self, data: Path, duties: Duties) -> None:
        self._data = data
        self._duties = duties
        self._process: subprocess.Popen[bytes] | None = None
        self._started = 0.0

    def keep_alive(self) -> None:
        """Start the process when there is none; not more than once in a while."""
        if self._process is not None and self._process.poll() is None:
            return
        now = time.monotonic()
        if self._process is not None and now - self._started < _RETRY_SECONDS:
            return
        self._started = now
        command = [sys.executable, "-m", "strongroom.server.indexer", str(self._data)]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE)  # noqa: S603 - our own program
        if self._process.stdin is not None:
            with contextlib.suppress(OSError):  # it ended at once, and will be started again
                self._process.stdin.write(msgspec.json.encode(self._duties))
                self._process.stdin.close()

    def stop(self) -> None:
        """End the process."""
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


if __name__ == "__main__":
    main()
