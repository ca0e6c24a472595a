"""The plugin as a process: its socket, its signals, its end.

Whoever can open the socket can have data keys opened: it is made without access for others, in a place that only its owner can write to.
"""

import fcntl
import logging
import os
import shutil
import signal
import socket
import stat
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path

import grpc

from strongroom.integrations.kubernetes.provider import Provider
from strongroom.integrations.kubernetes.service import handler

THREADS = 8
_SCHEME = "unix://"
_LONGEST_PATH_BYTES = 107  # sockaddr_un.sun_path, unix(7)
_LOG = logging.getLogger("strongroom.k8s-plugin")


class SocketError(Exception):
    """The socket cannot be made. The text says why and what to do."""


def socket_path(address: str) -> Path:
    """Return the path in ``unix:///path`` (or a bare path). Errors: SocketError."""
    path = address.removeprefix(_SCHEME)
    if path.startswith(("@", "/@")):
        raise SocketError(
            "An abstract socket has no permissions: anybody on the machine could use the key. Give a path."
        )
    if not path.startswith("/"):
        raise SocketError(
            f"{address}: the socket is unix:// and an absolute path, as in unix:///run/strongroom/kms.sock"
        )
    if len(os.fsencode(path)) > _LONGEST_PATH_BYTES:
        raise SocketError(f"{path} is longer than the {_LONGEST_PATH_BYTES} bytes that a socket's path can have")
    return Path(path)


def clear(path: Path) -> None:
    """Take away what an earlier process left at the path. Errors: SocketError when it is not a stale socket."""
    directory = path.parent
    try:
        mode = directory.stat().st_mode
    except OSError as error:
        raise SocketError(f"{directory}: {error.strerror}") from None
    if mode & stat.S_IWOTH:
        raise SocketError(f"Anybody can write to {directory} and put another socket there; use a directory of your own")
    try:
        there = path.lstat().st_mode
    except FileNotFoundError:
        return
    if not stat.S_ISSOCK(there):
        raise SocketError(f"{path} is there already and is no socket")
    with socket.socket(socket.AF_UNIX) as probe:
        probe.settimeout(1)
        try:
            probe.connect(str(path))
        except (ConnectionRefusedError, FileNotFoundError):
            path.unlink(missing_ok=True)
            return
        except OSError as error:
            raise SocketError(f"{path}: {error.strerror or error}") from None
    raise SocketError(f"Another process serves {path}")


@contextmanager
def alone(path: Path) -> Iterator[None]:
    """Let one process at a time look what stands at the path and put its socket there. Errors: SocketError."""
    try:
        directory = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except OSError as error:
        raise SocketError(f"{path.parent}: {error.strerror}") from None
    try:
        fcntl.flock(directory, fcntl.LOCK_EX)
        yield
    finally:
        os.close(directory)


def serve(
    provider: Provider, path: Path, *, group: str | None = None, drain_seconds: float, ready: Callable[[], None]
) -> None:
    """Serve until SIGTERM or SIGINT; then finish the calls under way. Errors: SocketError."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    pool = ThreadPoolExecutor(THREADS, thread_name_prefix="kms")
    server = grpc.server(pool, handlers=(handler(provider),))
    with alone(path):
        clear(path)
        mask = os.umask(0o177)  # the socket is born 0600: there is no moment in which others could connect
        try:
            server.add_insecure_port(f"unix:{path}")
            server.start()
        except RuntimeError as error:
            raise SocketError(f"{path}: {error}") from None
        finally:
            os.umask(mask)
    made = path.stat().st_ino
    try:
        _give(path, group)
        ready()
        stop.wait()
        _LOG.info("Ending: calls under way have %g s", drain_seconds)
    finally:
        server.stop(drain_seconds).wait()
        pool.shutdown()
        with suppress(OSError):
            if path.stat().st_ino == made:  # and not a successor's
                path.unlink()


def _give(path: Path, group: str | None) -> None:
    """Let a group use the socket. Errors: SocketError."""
    if group is None:
        return
    try:
        shutil.chown(path, group=group)
        path.chmod(0o660)
    except (LookupError, OSError) as error:
        raise SocketError(f"{path} cannot be given to the group {group}: {error}") from None
