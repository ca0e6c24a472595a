"""A real program run beside a test: started in a process group of its own, its output kept, its end certain.

Leaves to others: what the program is and how a client is pointed at it (``server.py``, the modules in ``clients/``).
"""

import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from support.forked import Forked

STOP_SECONDS = 20.0
_SHOWN_CHARACTERS = 8000
_PAUSE_SECONDS = 0.02


def free_port() -> int:
    """Return a TCP port of the loopback interface that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def free_ports(count: int) -> list[int]:
    """Return different ports: all are held until the last one is known."""
    probes = [socket.socket() for _ in range(count)]
    try:
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return [probe.getsockname()[1] for probe in probes]
    finally:
        for probe in probes:
            probe.close()


class NotReadyError(AssertionError):
    """The program ended, or did not do in time what was waited for. The text ends with its output."""


class Program:
    """One process and its children. A context manager: whatever happens inside, none of them is left behind."""

    def __init__(
        self, arguments: Sequence[str | Path], log: Path, environment: Mapping[str, str] | None = None
    ) -> None:
        self.log = log
        with log.open("ab") as file:
            self._started_at = file.tell()
            self._process = self._start([str(argument) for argument in arguments], file, environment)

    def _start(
        self, arguments: list[str], log: IO[bytes], environment: Mapping[str, str] | None
    ) -> "subprocess.Popen[bytes] | Forked":
        return subprocess.Popen(
            arguments,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            env=dict(environment) if environment is not None else None,
            cwd=self.log.parent,
            start_new_session=True,  # so that ``kill`` reaches the children too
        )

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def running(self) -> bool:
        return self._process.poll() is None

    def output(self) -> str:
        """Return what this process (and not an earlier one with the same log) has printed."""
        return self.log.read_bytes()[self._started_at :].decode(errors="replace")

    def wait_until(self, happened: Callable[[], bool], what: str, seconds: float) -> None:
        """Wait for a condition. Errors: NotReadyError, at once when the program ends before."""
        deadline = time.monotonic() + seconds
        while not happened():
            if not self.running:
                raise NotReadyError(f"ended with {self._process.returncode} before {what}\n{self.tail()}")
            if time.monotonic() > deadline:
                raise NotReadyError(f"not {what} within {seconds:g} s\n{self.tail()}")
            time.sleep(_PAUSE_SECONDS)

    def stop(self, seconds: float = STOP_SECONDS) -> int:
        """Ask the program to end (SIGTERM) and return its exit code. Errors: NotReadyError when it does not."""
        if self.running:
            self._process.terminate()
        try:
            return self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            raise NotReadyError(f"still running {seconds:g} s after SIGTERM\n{self.tail()}") from None
        finally:
            self.kill()

    def kill(self) -> None:
        """End the whole process group without warning (SIGKILL), and see it gone; fine when nobody is left."""
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        deadline = time.monotonic() + STOP_SECONDS
        while _members(self._process.pid) and time.monotonic() < deadline:  # a worker still holds locks while it dies
            time.sleep(_PAUSE_SECONDS)

    def tail(self) -> str:
        return self.output()[-_SHOWN_CHARACTERS:]

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.kill()


class Strongroom(Program):
    """``strongroom`` with these arguments, without the loading: see ``forked.py``."""

    def _start(self, arguments: list[str], log: IO[bytes], environment: Mapping[str, str] | None) -> Forked:
        return Forked(
            arguments, stdout=log, stderr=log, environment=environment or os.environ, directory=self.log.parent
        )


def accepts(port: int) -> bool:
    """Say whether somebody listens on a port of the loopback interface."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def children(pid: int) -> list[int]:
    """Return the live worker processes of a supervisor (who follows the journal is none), oldest first."""
    found = []
    for process, parent, _ in _live():
        with suppress(OSError):
            if parent == pid and b"strongroom.server.indexer" not in Path(f"/proc/{process}/cmdline").read_bytes():
                found.append(process)
    return sorted(found)


def _members(group: int) -> list[int]:
    return [process for process, _, of in _live() if of == group]


def _live() -> Iterator[tuple[int, int, int]]:
    """Yield the id, parent and process group of each process that has not ended."""
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            _, _, rest = status.read_text().rpartition(") ")
        except OSError:
            continue
        state, parent, group = rest.split()[:3]
        if state != "Z":
            yield int(status.parent.name), int(parent), int(group)


def alive(pid: int) -> bool:
    try:
        _, _, rest = Path(f"/proc/{pid}/stat").read_text().rpartition(") ")
    except OSError:
        return False
    return rest[0] != "Z"
