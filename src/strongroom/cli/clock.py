"""``strongroom clock``: the clock of a test server, moved on and looked at."""

import fcntl
import re
import time
from collections.abc import Iterator
from datetime import UTC, datetime

import click

from strongroom.bootstrap import open_store
from strongroom.jobs.report import job_reports
from strongroom.server.moved_clock import MovedClock
from strongroom.server.settings import DataDirectory

_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86_400}
_DURATION = re.compile(r"(?:\d+[smhd])+")
_PART = re.compile(r"(\d+)([smhd])")
_PAUSE_SECONDS = 0.05
_DAY_SECONDS = 86_400


def seconds_of(text: str) -> int:
    """Return the seconds of a duration such as ``365d`` or ``1d12h``. Errors: ClickException."""
    seconds = sum(int(count) * _UNITS[unit] for count, unit in _PART.findall(text)) if _DURATION.fullmatch(text) else 0
    if not seconds:
        raise click.ClickException(
            f"{text!r} is no time to move on by: write 365d, 12h, 30m, 45s or 1d12h. The clock moves forwards only."
        )
    return seconds


def present(data: DataDirectory) -> float:
    """Return the time of the data directory's server: moved, or real. Seconds since the epoch."""
    return MovedClock(data.test_clock)() if data.test_clock.exists() else time.time()


def describe(data: DataDirectory) -> str:
    """Say what time it is there. Errors: DataDirectoryError when it has no test clock."""
    clock = MovedClock(data.test_clock)
    ahead = clock.offset_seconds
    days, rest = divmod(ahead, _DAY_SECONDS)
    return f"{date_text(clock() * 1000)} (test clock, {days:.0f} days {rest / 3600:.1f} hours ahead)"


def date_text(milliseconds: float) -> str:
    """Return a date as the command line shows it."""
    return f"{datetime.fromtimestamp(milliseconds / 1000, UTC):%Y-%m-%d %H:%M:%S} UTC"


def advance(data: DataDirectory, seconds: int, wait_seconds: float) -> Iterator[str]:
    """Move the clock on; if a server runs, wait until it has done what came due. Errors: DataDirectoryError."""
    store = open_store(data.database, must_exist=True)
    try:
        clock = MovedClock(data.test_clock)
        clock.advance(seconds)
        yield describe(data)
        if not _served(data):
            yield "no server runs here: what is due will be done at its next start"
            return
        deadline = time.monotonic() + wait_seconds
        while True:
            with store.snapshot() as view:
                reports = job_reports(view, int(clock() * 1000))
            left = [f"{report.lease.name} {report.overdue}" for report in reports if report.overdue]
            if not left and not any(report.lease.holder for report in reports):
                yield "all that was due is done"
                return
            if time.monotonic() > deadline:
                yield f"still due after {wait_seconds:g} s: {', '.join(left) or 'nothing, but jobs are at work'}; see strongroom jobs"
                return
            time.sleep(_PAUSE_SECONDS)
    finally:
        store.close()


def _served(data: DataDirectory) -> bool:
    """Say whether a server holds the data directory."""
    if not data.lock.exists():
        return False
    with data.lock.open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return True
    return False
