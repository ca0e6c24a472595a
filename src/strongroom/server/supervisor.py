"""The parent process: prepares the data directory, starts the workers, says when they are ready, restarts the dead.

Workers are forked, so that they begin with every module loaded and the domain key revealed: a second less at each start, and
a worker that died is replaced at once. INVARIANT: this process has no second thread and no open database when it forks. What a
worker runs is uvicorn's server.
SIGTERM and SIGINT stop gracefully, SIGHUP replaces the workers one by one.
"""

import fcntl
import gc
import logging
import multiprocessing
import os
import pickle
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from multiprocessing.connection import wait
from types import FrameType
from typing import IO

from uvicorn.config import STARTUP_FAILURE, Config
from uvicorn.supervisors.multiprocess import Process

from strongroom.bootstrap import DataDirectoryError, make_private_directory, open_data, read_passphrase, replace_file
from strongroom.crypto.keyring import Keyring
from strongroom.server import metrics
from strongroom.server.console import Console
from strongroom.server.indexer import Child, Duties
from strongroom.server.logs import LOGGING
from strongroom.server.moved_clock import MovedClock, forbid_moved_clock
from strongroom.server.protocol import LaneProtocol
from strongroom.server.settings import Settings
from strongroom.server.worker import create_application

logger = logging.getLogger("strongroom")

_START_SECONDS = 60.0
_STOP_SECONDS = 30
_ANSWER_SECONDS = 30  # a worker that does not answer the supervisor for so long is replaced
_LOOK_SECONDS = 5.0  # between two questions whether a worker still answers; that one died is noticed at once
_YOUNG_SECONDS, _PAUSE_SECONDS = 1.0, 0.2  # a worker that died so young is not replaced before a pause
_STOP_SIGNALS = (signal.SIGTERM, signal.SIGINT)
_SIGNALS = (*_STOP_SIGNALS, signal.SIGHUP)


class PortTakenError(Exception):
    """The address cannot be listened on. The text says what to do."""


class Worker(Process):
    """uvicorn's view of a worker process, whose process is a fork of this one."""

    def __init__(self, config: Config, sockets: list[socket.socket]) -> None:  # not the base's: it would spawn
        self.config = config
        self._server = None
        self.parent_conn, self.child_conn = multiprocessing.Pipe()
        fork = multiprocessing.get_context("fork")
        self.started_at = time.monotonic()
        self.process = fork.Process(target=self._run, args=(sockets,))  # type: ignore[assignment]  # is a SpawnProcess there

    def start(self) -> None:
        """Fork. No signal may come to the child before it has let go of this process's handlers."""
        signal.pthread_sigmask(signal.SIG_BLOCK, _SIGNALS)
        try:
            super().start()
        finally:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, _SIGNALS)

    def _healthcheck(self, timeout: float) -> bool | None:
        """As the base's, but a worker that dies while it is asked ends the question: nobody would notice the others meanwhile."""
        try:
            self.parent_conn.send(b"ping")
            if self.parent_conn not in wait([self.parent_conn, self.process.sentinel], timeout):
                return None
            started: bool = self.parent_conn.recv()
        except (OSError, EOFError, pickle.UnpicklingError):
            return None
        return started

    def _run(self, sockets: list[socket.socket]) -> None:
        signal.set_wakeup_fd(-1)
        for number in _SIGNALS:
            signal.signal(number, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _SIGNALS)
        self.target(sockets)


class Supervisor:
    """Keeps the workers running until it is told to stop. ``ready`` is called once, when all of them serve.

    ``child`` is the process that follows the audit journal: not forked but a program of its own, so that it has no keys.
    """

    def __init__(
        self, config: Config, listener: socket.socket, ready: Callable[[], None], child: Child | None = None
    ) -> None:
        self._child = child
        self._config = config
        self._sockets = [listener]
        self._ready = ready
        self._workers: list[Worker] = []
        self._stop = threading.Event()
        self._failed = False
        self._replace = False

    def run(self) -> bool:
        """Return whether everything went well, from the start to the end of the last worker."""
        gc.freeze()  # what is here now is shared by all workers, as long as nobody writes to it
        with self._woken_by_signals() as woken:
            self._workers = [self._started() for _ in range(self._config.workers)]
            if all(worker.wait_until_ready(_START_SECONDS, self._stop) for worker in self._workers):
                self._ready()
            elif not self._stop.is_set():
                self._give_up()
            while not self._stop.is_set():
                if self._child is not None:
                    self._child.keep_alive()
                happened = wait([woken, *(worker.process.sentinel for worker in self._workers)], _LOOK_SECONDS)
                with suppress(BlockingIOError):
                    woken.recv(4096)
                if self._replace:
                    self._replace = False
                    self._replace_all()
                self._replace_dead(woken, ask=not happened)
            for worker in self._workers:
                worker.terminate()
            for worker in self._workers:
                worker.join()
            if self._child is not None:
                self._child.stop()
        good = (0, None, *(-number for number in _STOP_SIGNALS))  # uvicorn raises what stopped it once more
        return not self._failed and all(worker.exitcode in good for worker in self._workers)

    def _started(self) -> Worker:
        worker = Worker(self._config, self._sockets)
        worker.start()
        return worker

    def _give_up(self) -> None:
        self._failed = True
        self._stop.set()

    def _replace_dead(self, woken: socket.socket, *, ask: bool) -> None:
        """Replace the dead, and when there is time to ``ask``, those that live but do not answer."""
        for index, worker in enumerate(self._workers):
            if self._stop.is_set() or (worker.process.is_alive() and (not ask or worker.ping(_ANSWER_SECONDS))):
                continue
            worker.kill()  # it may hang
            worker.join()
            if worker.exitcode == STARTUP_FAILURE:  # so would the next
                logger.error("worker %s could not start", worker.pid)
                self._give_up()
                return
            logger.error("worker %s died (exit code %s); another takes its place", worker.pid, worker.exitcode)
            if time.monotonic() - worker.started_at < _YOUNG_SECONDS:
                wait([woken], _PAUSE_SECONDS)
            self._workers[index] = self._started()

    def _replace_all(self) -> None:
        """One by one, each when the next one serves."""
        for index, old in enumerate(self._workers):
            new = self._started()
            if not new.wait_until_ready(_START_SECONDS, self._stop):
                new.kill()
                new.join()
                if not self._stop.is_set():
                    logger.error("a new worker did not start in time; the old ones stay")
                return
            old.terminate()
            old.join()
            self._workers[index] = new

    @contextmanager
    def _woken_by_signals(self) -> Iterator[socket.socket]:
        """Give a socket that is readable after a signal."""
        woken, waker = socket.socketpair()
        woken.setblocking(False)  # noqa: FBT003 - as the socket module has it
        waker.setblocking(False)  # noqa: FBT003 - as above
        before = {number: signal.signal(number, self._heard) for number in _SIGNALS}
        signal.set_wakeup_fd(waker.fileno(), warn_on_full_buffer=False)
        try:
            yield woken
        finally:
            signal.set_wakeup_fd(-1)
            for number, handler in before.items():
                signal.signal(number, handler)
            woken.close()
            waker.close()

    def _heard(self, number: int, _frame: FrameType | None) -> None:
        if number in _STOP_SIGNALS:
            self._stop.set()
        else:
            self._replace = True


def serve(settings: Settings, announce: Callable[[Settings, bool], None]) -> int:
    """Run until stopped; return the exit code. Errors: DataDirectoryError, RootKeyError, PortTakenError."""
    data = settings.data
    make_private_directory(data.path)
    make_private_directory(data.run)
    make_private_directory(data.journal)
    with _locked(settings):
        if settings.test_clock:
            MovedClock(data.test_clock).create()
        else:
            forbid_moved_clock(data.test_clock)
        opened = open_data(
            data.database, data.root_key, data.credentials, data.journal,
            passphrase_text=read_passphrase(settings.passphrase_file), region=settings.default_region,
            clock=time.time, random_bytes=os.urandom,
        )  # fmt: skip
        opened.store.close()
        listener = _listen(settings)
        replace_file(data.endpoint, settings.endpoint + "\n", mode=0o644)
        metrics.prepare(data.metrics)
        supervisor = Supervisor(
            _config(settings, opened.keyring),
            listener,
            ready=lambda: announce(settings, opened.first_start),
            child=Child(
                data.path, Duties(settings.retention, settings.forward, settings.events, index=settings.audit_index)
            ),
        )
        return 0 if supervisor.run() else 1


def _config(settings: Settings, keyring: Keyring) -> Config:
    data = settings.data
    return Config(
        partial(create_application, settings, keyring, Console()),
        factory=True,
        host=settings.host,
        port=settings.port,
        workers=settings.workers,
        loop="uvloop",
        http=LaneProtocol,
        ws="none",
        lifespan="on",
        log_config=LOGGING,
        access_log=False,
        server_header=False,
        date_header=True,
        proxy_headers=False,
        timeout_graceful_shutdown=_STOP_SECONDS,
        backlog=4096,
        ssl_certfile=str(data.server_certificate) if settings.tls else None,
        ssl_keyfile=str(data.server_key) if settings.tls else None,
    )


def _listen(settings: Settings) -> socket.socket:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    listener = socket.socket(family)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((settings.host, settings.port))
    except OSError as error:
        listener.close()
        raise PortTakenError(
            f"Cannot listen on {settings.host}:{settings.port}: {error.strerror}. Choose another with --port (or PORT)."
        ) from None
    return listener


class _locked:  # noqa: N801 - reads as the verb it is
    """Hold the data directory for this one server, and as long as one of its workers lives. Errors: DataDirectoryError."""

    def __init__(self, settings: Settings) -> None:
        self._path = settings.data.lock
        self._file: IO[str] | None = None

    def __enter__(self) -> None:
        self._file = self._path.open("a+")
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise DataDirectoryError(
                f"Another strongroom server is using {self._path.parent.parent}. Stop it, or choose another directory with --data."
            ) from None

    def __exit__(self, *_: object) -> None:
        if self._file is not None:
            self._file.close()
