"""The machine under the benchmark: which cores, which disk, who else is busy, and programs that run beside us.

Everything that is measured runs on one core, and everything that measures on another, so that neither pays for the other.
"""

import os
import platform
import signal
import socket
import statistics
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

HOST = "127.0.0.1"
READY_SECONDS = 60.0
STOP_SECONDS = 20.0
_VIRTUAL_FILE_SYSTEMS = frozenset({"tmpfs", "ramfs"})  # where a sync costs nothing and proves nothing


class BenchError(Exception):
    """The run means nothing: an answer was wrong, a server did not start, a tool is missing. The text says which."""


def cores() -> tuple[int, int]:
    """Return (the core of whoever is measured, the core of whoever measures). Errors: BenchError."""
    mine = sorted(os.sched_getaffinity(0))
    if len(mine) < 2:
        raise BenchError("The benchmark needs two cores: one for the server, one for wrk.")
    return mine[0], mine[1]


def free_port() -> int:
    """Return a TCP port of the loopback interface that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


class Program:
    """One program and its children on the measured core, or on all. A context manager: none of them is left behind."""

    def __init__(
        self,
        arguments: Sequence[str | Path],
        log: Path,
        environment: Mapping[str, str] | None = None,
        *,
        on_all_cores: bool = False,
    ) -> None:
        self._log = log
        mine = sorted(os.sched_getaffinity(0)) if on_all_cores else cores()[:1]
        with log.open("wb") as file:
            self._process = subprocess.Popen(
                ["taskset", "-c", ",".join(map(str, mine)), *map(str, arguments)],
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=subprocess.STDOUT,
                env={**os.environ, **(environment or {})},
                start_new_session=True,  # so that the end reaches the children too
            )

    def output(self) -> str:
        return self._log.read_text(errors="replace")

    def wait_until(self, happened: Callable[[], bool], *, pause_seconds: float = 0.02) -> None:
        """Errors: BenchError when the program ends before, or it takes longer than a start may take."""
        deadline = time.monotonic() + READY_SECONDS
        while not happened():
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise BenchError(f"{self._process.args!r} is not ready:\n{self.output()[-4000:]}")
            time.sleep(pause_seconds)

    def stop(self) -> None:
        """Ask it to end (SIGTERM), then make sure."""
        self._process.terminate()
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(STOP_SECONDS)
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()

    def cpu_seconds(self) -> float:
        """Return the processor time that the program and its living children have used."""
        ticks = 0
        for process in _family(self._process.pid):
            with suppress(OSError):
                fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
                ticks += int(fields[11]) + int(fields[12])  # utime, stime: proc(5), numbered from 3 behind the name
        return ticks / os.sysconf("SC_CLK_TCK")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


def _family(pid: int) -> list[int]:
    found = [pid]
    for parent in found:
        with suppress(OSError):
            found += map(int, Path(f"/proc/{parent}/task/{parent}/children").read_text().split())
    return found


def listens(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex((HOST, port)) == 0


# --- what the numbers depend on --------------------------------------------------------------------------------------


def check_disk(directory: Path) -> str:
    """Return the type of the file system of ``directory``. Errors: BenchError for one that lives in memory."""
    done = subprocess.run(
        ["stat", "--file-system", "--format=%T", str(directory)], capture_output=True, text=True, check=True
    )
    kind = done.stdout.strip()
    if kind in _VIRTUAL_FILE_SYSTEMS:
        raise BenchError(
            f"{directory} is on {kind}, where a sync costs nothing. Name a directory on a disk with --work."
        )
    return kind


def sync_seconds(directory: Path, *, times: int = 200) -> float:
    """Return the median of one write of 1 KiB and its fdatasync into a file that is already there."""
    path = directory / "sync-probe"
    took = []
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        os.write(descriptor, bytes(1 << 20))
        os.fsync(descriptor)
        for turn in range(times):
            started = time.perf_counter()
            os.pwrite(descriptor, b"x" * 1024, turn * 1024)
            os.fdatasync(descriptor)
            took.append(time.perf_counter() - started)
    finally:
        os.close(descriptor)
        path.unlink()
    return statistics.median(took)


class Busy:
    """How much of all cores somebody used since this was made, but for the ``own`` processor seconds."""

    def __init__(self) -> None:
        self._idle, self._all = _idle_and_all()

    def others(self, own_seconds: float = 0.0) -> float:
        """Return a fraction of all cores: numbers from a busy machine are lower bounds at best."""
        idle, everything = _idle_and_all()
        passed = max(everything - self._all, 1)
        busy = passed - (idle - self._idle) - own_seconds * os.sysconf("SC_CLK_TCK")
        return max(busy / passed, 0.0)


def _idle_and_all() -> tuple[int, int]:
    ticks = [int(field) for field in Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:9]]
    return ticks[3] + ticks[4], sum(ticks)


def describe(directory: Path) -> dict[str, str]:
    """Return what a reader must know of the machine to place the numbers."""
    model = next(
        (line.partition(":")[2].strip() for line in Path("/proc/cpuinfo").open() if line.startswith("model name")),  # noqa: SIM115
        platform.machine(),
    )
    busy = Busy()
    time.sleep(1)
    return {
        "processor": f"{model}, {os.cpu_count()} cores, one for the server and one for wrk",
        "system": f"Linux {platform.release()}, Python {platform.python_version()}",
        "disk": f"{check_disk(directory)}, write + fdatasync of 1 KiB {sync_seconds(directory) * 1e6:.0f} us",
        "others": f"{busy.others():.0%} of all cores busy before the start",
    }
