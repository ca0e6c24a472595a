"""The parent process: prepares the data directory, starts the workers, says when they are ready, restarts the dead.

The workers are uvicorn's; so are the signals (SIGTERM and SIGINT stop gracefully, SIGHUP replaces workers one by one).
"""

import fcntl
import os
import socket
import time
from collections.abc import Callable
from functools import partial
from typing import IO

from uvicorn.config import Config
from uvicorn.supervisors.multiprocess import Multiprocess

from strongroom.bootstrap import DataDirectoryError, make_private_directory, open_data, read_passphrase, replace_file
from strongroom.server import metrics
from strongroom.server.indexer import Child, Duties
from strongroom.server.logs import LOGGING
from strongroom.server.moved_clock import MovedClock, forbid_moved_clock
from strongroom.server.settings import Settings
from strongroom.server.worker import create_application

_START_SECONDS = 60.0
_STOP_SECONDS = 30


class PortTakenError(Exception):
    """The address cannot be listened on. The text says what to do."""


class Supervisor(Multiprocess):
    """uvicorn's supervisor, which also says when every worker serves and keeps one child that is no worker."""

    def __init__(
        self, config: Config, sockets: list[socket.socket], ready: Callable[[], None], child: Child | None = None
    ) -> None:
        super().__init__(config, sockets)
        self._ready = ready
        self._child = child

    def run(self) -> None:
        try:
            super().run()
        finally:
            if self._child is not None:
                self._child.stop()

    def keep_subprocess_alive(self) -> None:
        super().keep_subprocess_alive()
        if self._child is not None and not self.should_exit.is_set():
            self._child.keep_alive()

    def init_processes(self) -> None:
        super().init_processes()
        if all(process.wait_until_ready(_START_SECONDS, self.should_exit) for process in self.processes):
            self._ready()
        elif not self.signal_queue:
            self.should_exit.set()


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
            _config(settings),
            [listener],
            ready=lambda: announce(settings, opened.first_start),
            child=Child(data.path, Duties(settings.retention, settings.forward)) if settings.audit_index else None,
        )
        supervisor.run()
        failed = any(process.exitcode not in (0, None, -15) for process in supervisor.processes)
        return 1 if failed else 0


def _config(settings: Settings) -> Config:
    data = settings.data
    return Config(
        partial(create_application, settings),
        factory=True,
        host=settings.host,
        port=settings.port,
        workers=settings.workers,
        loop="uvloop",
        http="strongroom.server.protocol:LaneProtocol",
        ws="none",
        lifespan="on",
        log_config=LOGGING,
        access_log=False,
        server_header=False,
        date_header=True,
        proxy_headers=False,
        timeout_graceful_shutdown=_STOP_SECONDS,
        timeout_worker_healthcheck=30,
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
    listener.set_inheritable(True)
    return listener


class _locked:  # noqa: N801 - reads as the verb it is
    """Hold the data directory for this one server. Errors: DataDirectoryError."""

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
