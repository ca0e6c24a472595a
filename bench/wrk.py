"""One run of wrk on its own core, and what it counted. Every answer must have been a good one, or there is no result."""

import json
import resource
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from machine import HOST, BenchError, Busy, Program, cores
from presign import write_requests

_SCRIPT = Path(__file__).with_name("wrk.lua")
_ERRORS = ("not_2xx", "connect", "read", "write", "timeout")
_TIMEOUT_SECONDS = 20  # moto answers 128 connections slowly; slow is not wrong


@dataclass(frozen=True, slots=True)
class Run:
    """``bytes_each`` is the mean size of an answer, headers included; ``cpu_us`` the server's processor time for one.

    ``others`` is the part of all cores that neither the server nor wrk used: somebody else's work beside the run.
    """

    requests: int
    per_second: float
    p50_ms: float
    p99_ms: float
    max_ms: float
    bytes_each: float
    cpu_us: float
    others: float


def check_installed() -> None:
    """Errors: BenchError."""
    if shutil.which("wrk") is None:
        raise BenchError("wrk is not installed. On Debian and Ubuntu: apt-get install wrk")
    if shutil.which("taskset") is None:
        raise BenchError("taskset is not installed. On Debian and Ubuntu: apt-get install util-linux")


def run(program: Program, port: int, requests: Sequence[bytes], connections: int, seconds: float, work: Path) -> Run:
    """Send ``requests`` over and over for ``seconds``. Errors: BenchError for anything but answers with status 2xx."""
    file = work / "requests"
    write_requests(file, requests)
    _, client_core = cores()
    busy, server_before, client_before = Busy(), program.cpu_seconds(), _children_seconds()
    done = subprocess.run(
        [
            "taskset", "-c", str(client_core), "wrk", "--threads", "1", "--connections", str(connections),
            "--duration", f"{max(round(seconds), 1)}s", "--timeout", f"{_TIMEOUT_SECONDS}s", "--script", str(_SCRIPT),
            f"http://{HOST}:{port}/", "--", str(file),
        ],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    server_seconds = program.cpu_seconds() - server_before
    others = busy.others(server_seconds + _children_seconds() - client_before)
    line = next((line for line in done.stdout.splitlines() if line.startswith("result ")), None)
    if done.returncode != 0 or line is None:
        raise BenchError(f"wrk failed: {done.stdout}{done.stderr}")
    found = json.loads(line.removeprefix("result "))
    wrong = {name: found[name] for name in _ERRORS if found[name]}
    if wrong or not found["requests"]:
        raise BenchError(f"wrk on port {port} with {connections} connections: {found['requests']} answers, and {wrong}")
    return Run(
        requests=found["requests"],
        per_second=found["requests"] * 1e6 / found["microseconds"],
        p50_ms=found["p50_us"] / 1000,
        p99_ms=found["p99_us"] / 1000,
        max_ms=found["max_us"] / 1000,
        bytes_each=found["bytes"] / found["requests"],
        cpu_us=server_seconds * 1e6 / found["requests"],
        others=others,
    )


def _children_seconds() -> float:
    """Return the processor time of the children that have ended: of wrk, and of nobody else that ends during a run."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
