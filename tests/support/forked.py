"""Processes of ``strongroom``, and of the AWS CLI, that begin as forks of one process which has every module loaded.

Loading takes most of a start: a second of a processor for a server, half of one for a command. What runs here is the command
line as its users run it (``python -m strongroom.cli.main``), in a process, session, directory and environment of its own; only
the interpreter is not new. A test of that, too, takes ``subprocess``.
"""

import atexit
import gc
import importlib
import json
import os
import pkgutil
import runpy
import select
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import IO

Done = subprocess.CompletedProcess[str]

MAIN = "strongroom.cli.main"
AWS = "awscli"
_NOT_LOADED = (
    MAIN,
    "strongroom.integrations",
    "strongroom.store.migrations.env",
    "strongroom.store.migrations.versions",
)
_REQUEST_BYTES = 100_000


class Forked:
    """One process: what tests use of ``subprocess.Popen``."""

    def __init__(
        self,
        arguments: Sequence[str],
        *,
        stdout: IO[bytes],
        stderr: IO[bytes],
        environment: Mapping[str, str],
        directory: Path | None = None,
        module: str = MAIN,
    ) -> None:
        """``module`` is what ``python -m`` would be given: MAIN or AWS."""
        self.args = arguments
        self.returncode: int | None = None
        self._news, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs, open(os.devnull, "rb") as nothing:  # noqa: PTH123 - no path but a device
            request = {
                "arguments": arguments,
                "environment": dict(environment),
                "directory": str(directory or Path.cwd()),
            }
            files = [nothing.fileno(), stdout.fileno(), stderr.fileno(), theirs.fileno()]
            socket.send_fds(_prepared(module), [json.dumps(request).encode()], files)
        self.pid = int(self._news.recv(32))

    def poll(self) -> int | None:
        return self._ended(0)

    def wait(self, timeout: float | None = None) -> int:
        code = self._ended(timeout)
        if code is None:
            raise subprocess.TimeoutExpired(self.args, timeout or 0)
        return code

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def _ended(self, timeout: float | None) -> int | None:
        if self.returncode is None and select.select([self._news], [], [], timeout)[0]:
            self.returncode = int(self._news.recv(32))
            self._news.close()
        return self.returncode

    def __del__(self) -> None:
        self._news.close()


def run(
    arguments: Sequence[str | Path], environment: Mapping[str, str], *, timeout: float = 60, module: str = MAIN
) -> Done:
    """Run ``strongroom`` (or another ``module``) to its end; return its exit code and all that it printed."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        command = [str(argument) for argument in arguments]
        process = Forked(command, stdout=out, stderr=err, environment=environment, module=module)
        try:
            code = process.wait(timeout)
        except subprocess.TimeoutExpired:
            process.kill()
            raise
        out.seek(0)
        err.seek(0)
        return Done(process.args, code, out.read().decode(), err.read().decode())


@cache
def _prepared(module: str) -> socket.socket:
    """Return the line to the process that forks; each process of tests has its own, which ends with it."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with theirs:
        # -P: what stands beside this file is not what ``import`` shall find.
        command = [sys.executable, "-P", __file__, module, str(theirs.fileno())]
        process = subprocess.Popen(
            command, pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL, start_new_session=True
        )

    def end() -> None:
        ours.close()
        process.wait()

    atexit.register(end)
    return ours


# --- the process that forks ------------------------------------------------------------------------------------------


def _load(module: str) -> dict[str, str]:
    """Load all of it; return what the loading has put into the environment (``awscli`` does)."""
    before = dict(os.environ)
    if module == AWS:
        importlib.import_module("awscli.clidriver")
        importlib.import_module("awscli.handlers")
    else:
        _load_strongroom()
    gc.collect()
    gc.freeze()
    return {name: value for name, value in os.environ.items() if before.get(name) != value}


def _load_strongroom() -> None:
    """Nothing of it is called here, and no test is in this process: what tests see is the command line, as ever."""
    package = importlib.import_module(MAIN.partition(".")[0])
    for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        if not module.name.startswith(_NOT_LOADED):
            importlib.import_module(module.name)
    importlib.import_module("alembic.command")


def _fork_on_request(line: socket.socket) -> bool:
    """Return True in each child, which has become what was asked for, and False when nobody will ask any more."""
    running: dict[int, socket.socket] = {}
    woken, waker = socket.socketpair()
    woken.setblocking(False)
    waker.setblocking(False)
    signal.set_wakeup_fd(waker.fileno())
    signal.signal(signal.SIGCHLD, lambda *_: None)
    while True:
        ready, _, _ = select.select([line, woken], [], [])
        with suppress(BlockingIOError):
            woken.recv(4096)
        for pid in list(running):
            if (found := os.waitpid(pid, os.WNOHANG)) != (0, 0):
                with running.pop(pid) as news, suppress(OSError):
                    news.sendall(str(os.waitstatus_to_exitcode(found[1])).encode())
        if line not in ready:
            continue
        message, files, _, _ = socket.recv_fds(line, _REQUEST_BYTES, 4)
        if not message:
            return False
        if (pid := os.fork()) == 0:
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            for unused in (line, woken, waker, *running.values()):
                unused.close()
            _become(json.loads(message), files)
            return True
        running[pid] = socket.socket(fileno=files.pop())
        running[pid].sendall(str(pid).encode())
        for file in files:
            os.close(file)


def _become(request: dict[str, object], files: list[int]) -> None:
    os.setsid()
    for standard, file in enumerate(files[:3]):
        os.dup2(file, standard)
    for file in files:
        os.close(file)
    os.environ.clear()
    os.environ.update(request["environment"])  # type: ignore[call-overload]  # JSON
    os.chdir(request["directory"])  # type: ignore[arg-type]  # JSON
    time.tzset()
    sys.argv = ["strongroom", *request["arguments"]]  # type: ignore[misc]  # JSON


if __name__ == "__main__":
    _, _module, _number = sys.argv
    _environment = _load(_module)
    with socket.socket(fileno=int(_number)) as _line:
        _is_child = _fork_on_request(_line)
    if _is_child:
        os.environ.update(_environment)
        runpy.run_module(_module, run_name="__main__", alter_sys=True)
