"""The process that holds an attached volume open without device-mapper: an NBD server on a unix socket.

``attach`` starts it as a program of its own (nothing of KMS in its memory, no AWS credentials in its environment) and hands over on
standard input one JSON line and the 64 bytes of the data key; the descriptor with the lock is inherited. It answers one line on
standard output when clients may come, and ends by SIGTERM, or by SIGUSR1 when no client is connected.

It asks the kernel for no core dumps, no tracing and no swapping of its memory. Python cannot promise to wipe the data key after use.
"""

import ctypes
import json
import os
import resource
import signal
import socket
import sys
import threading
from contextlib import suppress
from pathlib import Path
from types import FrameType

from strongroom.integrations.volumes import header
from strongroom.integrations.volumes.disk import Disk
from strongroom.integrations.volumes.errors import VolumeError
from strongroom.integrations.volumes.nbd import Connection

READY = "ready"
_PR_SET_DUMPABLE = 4  # prctl(2)
_MCL_ALL = 1 | 2 | 4  # mlockall(2): what is mapped, what will be, each page when it is used
_STACK_BYTES = 512 * 1024
_LAST_REQUESTS_SECONDS = 5.0


def harden() -> None:
    """Keep the key out of core dumps, other processes of the user, and swap; as far as the kernel lets us."""
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    libc.mlockall(_MCL_ALL)  # refused without the privilege or the limit: then it may be swapped


class Exporter:
    def __init__(self, listener: socket.socket, disk: Disk, name: str, *, read_only: bool) -> None:
        self._listener, self._disk, self._name, self._read_only = listener, disk, name, read_only
        self._address: str = listener.getsockname()
        self._clients: dict[socket.socket, threading.Thread] = {}
        self._ending = False

    def run(self) -> None:
        """Serve until told to end; then let the last answers leave and make everything durable."""
        while not self._ending:
            try:
                peer, _ = self._listener.accept()
            except OSError:
                break
            thread = threading.Thread(target=self._client, args=(peer,), daemon=True)
            self._clients[peer] = thread
            thread.start()
        self._listener.close()
        with suppress(FileNotFoundError):
            os.unlink(self._address)  # noqa: PTH108 - a socket's name; gone, it tells that the end has begun
        for peer, thread in list(self._clients.items()):
            with suppress(OSError):
                peer.shutdown(socket.SHUT_RD)
            thread.join(_LAST_REQUESTS_SECONDS)
        self._disk.flush()

    def end(self, _signal: int, _frame: FrameType | None) -> None:
        self._ending = True
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)

    def end_if_idle(self, number: int, frame: FrameType | None) -> None:
        if not self._clients:
            self.end(number, frame)

    def _client(self, peer: socket.socket) -> None:
        try:
            with peer:
                Connection(peer, self._disk, (self._name,), read_only=self._read_only).serve()
        finally:
            self._clients.pop(peer, None)


def main() -> int:
    """Take the hand-over, serve, return the exit code."""
    harden()
    threading.stack_size(_STACK_BYTES)
    asked = json.loads(sys.stdin.buffer.readline())
    data_key = sys.stdin.buffer.read(header.DATA_KEY_BYTES)
    path, address = Path(asked["path"]), asked["socket"]
    try:
        found = header.read(path)
        key = header.volume_key(path, data_key)
    except VolumeError as error:
        sys.stdout.write(f"{error}\n")
        return 1
    disk = Disk(asked["descriptor"], key, found.data_offset, found.sector_bytes)
    del data_key, key
    with suppress(FileNotFoundError):
        os.unlink(address)  # noqa: PTH108 - a socket's name, left by one that was killed: the lock is ours
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    before = os.umask(0o177)
    listener.bind(address)
    os.umask(before)
    listener.listen(64)
    exporter = Exporter(listener, disk, asked["volume"], read_only=asked["read_only"])
    signal.signal(signal.SIGTERM, exporter.end)
    signal.signal(signal.SIGINT, exporter.end)
    signal.signal(signal.SIGUSR1, exporter.end_if_idle)
    sys.stdout.write(f"{READY}\n")
    sys.stdout.flush()
    with suppress(OSError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    exporter.run()
    return 0


if __name__ == "__main__":
    sys.exit(main())
