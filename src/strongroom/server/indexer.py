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
from pathlib import Path

from strongroom.audit.index.database import IndexUnusableError
from strongroom.audit.index.filler import Filler, IndexBusyError
from strongroom.server.logs import LOGGING
from strongroom.server.settings import DataDirectory

logger = logging.getLogger("strongroom")

_NICE = 10
_PAUSE_SECONDS = 1.0
_RETRY_SECONDS = 5.0
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
    follower = Follower(data)
    pause = 0.0
    while not stop.wait(pause) and os.getppid() == parent:
        pause = follower.turn()
    follower.close()


class Follower:
    """Keeps the index filled, whatever happens to it."""

    def __init__(self, data: DataDirectory) -> None:
        self._data = data
        self._filler: Filler | None = None

    def turn(self) -> float:
        """Do what there is to do; return how many seconds to wait then."""
        try:
            if self._filler is None:
                self._filler = Filler(self._data.journal, self._data.index)
            self._filler.step()
        except IndexBusyError:
            return _RETRY_SECONDS  # somebody fills it by hand
        except (IndexUnusableError, OSError) as failure:
            logger.error("The audit journal's index waits, and will be tried again: %s", failure)  # noqa: TRY400 - the text says all
            self.close()
            return _RETRY_SECONDS
        return _PAUSE_SECONDS

    def close(self) -> None:
        """Let go of the index."""
        if self._filler is not None:
            self._filler.close()
            self._filler = None


class Child:
    """The supervisor's side: starts the process, looks after it, ends it."""

    def __init__(self, data: Path) -> None:
        self._data = data
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
        self._process = subprocess.Popen(command, stdin=subprocess.DEVNULL)  # noqa: S603 - our own program

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
