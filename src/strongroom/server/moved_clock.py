"""The clock of a test server (``serve --test-clock``): real time plus an offset that only grows, the same in every process.

The offset is a small file, replaced as a whole; each look at the clock asks the file system whether it is still the same
one. It stays in the data directory: what a server has dated with a moved clock must never meet an earlier time again.
"""

import fcntl
import os
import time
from pathlib import Path

from strongroom.bootstrap import DataDirectoryError, replace_file

LAST_SECOND = (
    250_000_000_000  # in the year 9892: dates of keys lie some years ahead, and those of records end with 9999
)
_HINT = "Start a server there with: strongroom serve --test-clock"


class MovedClock:
    """``time.time`` as a test server has it. Seconds since the epoch."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._seen: tuple[int, int] | None = None
        self._offset_seconds = 0.0

    def __call__(self) -> float:
        return time.time() + self.offset_seconds

    @property
    def offset_seconds(self) -> float:
        """Errors: DataDirectoryError when the file is gone."""
        try:
            found = os.stat(self._path)  # noqa: PTH116 - a third of the time, at each look at the clock
            if (present := (found.st_ino, found.st_mtime_ns)) != self._seen:
                self._offset_seconds, self._seen = float(self._path.read_text()), present
        except FileNotFoundError:
            if self._seen is not None:
                return self._offset_seconds  # a running server keeps the time it had
            raise DataDirectoryError(f"{self._path.parent} has no test clock. {_HINT}") from None
        except ValueError:
            raise DataDirectoryError(f"The test clock {self._path} is damaged.") from None
        return self._offset_seconds

    def create(self) -> None:
        """Make the file of a clock that was not moved yet, unless there is one."""
        if not self._path.exists():
            replace_file(self._path, "0\n", mode=0o600)

    def advance(self, seconds: float) -> None:
        """Move the clock on, durably and for everybody. Errors: DataDirectoryError, also for too far; ValueError for the way back."""
        if not seconds > 0:
            raise ValueError("a clock moves forwards only")
        with self._path.with_name(self._path.name + ".lock").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if self() + seconds > LAST_SECOND:
                raise DataDirectoryError("A test clock goes no further than the year 9892, and there is no way back.")
            replace_file(self._path, f"{self.offset_seconds + seconds!r}\n", mode=0o600)


def forbid_moved_clock(path: Path) -> None:
    """Refuse to serve with real time what a moved clock has dated. Errors: DataDirectoryError."""
    if not path.exists():
        return
    days = MovedClock(path).offset_seconds / 86_400
    if days:
        raise DataDirectoryError(
            f"{path.parent} belongs to a test server whose clock is {days:.1f} days ahead; with real time its dates would be "
            "wrong. Start it with --test-clock, or choose another directory with --data."
        )
    path.unlink()
