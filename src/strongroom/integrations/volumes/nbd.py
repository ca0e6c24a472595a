"""The server's side of the NBD protocol on one connection: fixed newstyle handshake, then whole-sector reads, writes and flushes.

Trim and write-zeroes are not offered: a hole would show which sectors are unused, and decrypt to noise. What a disk refuses (full,
broken) is answered for that request alone. Source: github.com/NetworkBlockDevice/nbd, doc/proto.md.
"""

import errno
import socket
import struct
from typing import NamedTuple, Protocol

_MAGIC, _OPTION, _OPTION_REPLY = 0x4E42444D41474943, 0x49484156454F5054, 0x3E889045565A9
_REQUEST, _REPLY = 0x25609513, 0x67446698
_FIXED_NEWSTYLE, _NO_ZEROES = 1, 2
_EXPORT_NAME, _ABORT, _LIST, _INFO, _GO = 1, 2, 3, 6, 7
_ACK, _SERVER, _INFORMATION = 1, 2, 3
_UNSUPPORTED, _INVALID, _UNKNOWN = 0x80000001, 0x80000003, 0x80000006
_INFO_EXPORT, _INFO_BLOCK_SIZE = 0, 3
_HAS_FLAGS, _READ_ONLY, _SEND_FLUSH, _SEND_FUA, _MULTI_CONN = 1, 2, 4, 8, 256
_READ, _WRITE, _DISCONNECT, _FLUSH = 0, 1, 2, 3
_FUA = 1
_MOST_OPTION_BYTES = 4096
MOST_BYTES = 32 * 1024 * 1024  # doc/proto.md: what every client may send
_PREFERRED_BYTES = 65536
_ERRORS = {errno.EPERM, errno.EIO, errno.ENOMEM, errno.EINVAL, errno.ENOSPC}  # the protocol's own; others are EIO


class _Export(Protocol):
    size: int
    sector_bytes: int

    def read(self, offset: int, length: int) -> bytes: ...
    def write(self, offset: int, data: bytearray) -> None: ...
    def flush(self) -> None: ...


class _GoneError(Exception):
    """The client hung up, or speaks something else."""


class _Asked(NamedTuple):
    flags: int
    command: int
    handle: int
    offset: int
    length: int


class Connection:
    """``serve`` returns when the client is done; ``names`` are the exports it may ask for (the empty one is the default)."""

    def __init__(self, peer: socket.socket, disk: _Export, names: tuple[str, ...], *, read_only: bool) -> None:
        self._peer, self._disk, self._names, self._read_only = peer, disk, ("", *names), read_only
        self._flags = _HAS_FLAGS | _SEND_FLUSH | _SEND_FUA | _MULTI_CONN | (_READ_ONLY if read_only else 0)
        self._zeroes = True

    def serve(self) -> None:
        try:
            if self._handshake():
                while self._request():
                    pass
        except (_GoneError, ConnectionError):
            return

    # --- the handshake -----------------------------------------------------------------------------------------------

    def _handshake(self) -> bool:
        """Return whether the client goes on to use the export."""
        self._peer.sendall(struct.pack(">QQH", _MAGIC, _OPTION, _FIXED_NEWSTYLE | _NO_ZEROES))
        (wanted,) = struct.unpack(">I", self._exactly(4))
        if wanted & ~(_FIXED_NEWSTYLE | _NO_ZEROES):
            return False
        self._zeroes = not wanted & _NO_ZEROES
        while True:
            magic, option, length = struct.unpack(">QII", self._exactly(16))
            if magic != _OPTION or length > _MOST_OPTION_BYTES:
                return False
            given = bytes(self._exactly(length))
            if option == _EXPORT_NAME:
                return self._old_go(given)
            if option == _ABORT:
                self._answer(option, _ACK)
                return False
            if self._option(option, given):
                return True

    def _option(self, option: int, given: bytes) -> bool:
        if option == _LIST:
            for offered in self._names[1:]:
                self._answer(option, _SERVER, struct.pack(">I", len(offered)) + offered.encode())
            self._answer(option, _ACK)
            return False
        if option not in {_INFO, _GO}:
            self._answer(option, _UNSUPPORTED)
            return False
        name = _name(given)
        if name is None or name not in self._names:
            self._answer(option, _INVALID if name is None else _UNKNOWN)
            return False
        size = self._disk.sector_bytes
        blocks = struct.pack(">HIII", _INFO_BLOCK_SIZE, size, max(size, _PREFERRED_BYTES), MOST_BYTES)
        self._answer(option, _INFORMATION, struct.pack(">HQH", _INFO_EXPORT, self._disk.size, self._flags))
        self._answer(option, _INFORMATION, blocks)
        self._answer(option, _ACK)
        return option == _GO

    def _old_go(self, given: bytes) -> bool:
        """NBD_OPT_EXPORT_NAME knows no refusal but hanging up."""
        if given.decode(errors="replace") not in self._names:
            return False
        self._peer.sendall(struct.pack(">QH", self._disk.size, self._flags) + bytes(124 if self._zeroes else 0))
        return True

    def _answer(self, option: int, kind: int, data: bytes = b"") -> None:
        self._peer.sendall(struct.pack(">QIII", _OPTION_REPLY, option, kind, len(data)) + data)

    # --- requests ----------------------------------------------------------------------------------------------------

    def _request(self) -> bool:
        magic, *rest = struct.unpack(">IHHQQI", self._exactly(28))
        asked = _Asked(*rest)
        if magic != _REQUEST or asked.command == _DISCONNECT:
            return False
        if asked.command == _WRITE and asked.length > MOST_BYTES:
            return False  # its data cannot be skipped safely
        data = self._exactly(asked.length) if asked.command == _WRITE else bytearray()
        try:
            found, error = self._carry_out(asked, data), 0
        except OSError as failure:
            found, error = b"", failure.errno if failure.errno in _ERRORS else errno.EIO
        self._peer.sendall(struct.pack(">IIQ", _REPLY, error, asked.handle) + found)
        return True

    def _carry_out(self, asked: _Asked, data: bytearray) -> bytes:
        """Return what is read. Errors: OSError, whose number the client is told."""
        disk = self._disk
        if asked.command == _FLUSH:
            disk.flush()
            return b""
        if asked.command not in {_READ, _WRITE} or asked.flags & ~_FUA:
            raise OSError(errno.EINVAL, "not offered")
        if asked.offset % disk.sector_bytes or asked.length % disk.sector_bytes or asked.length > MOST_BYTES:
            raise OSError(errno.EINVAL, "not whole sectors")
        if asked.offset + asked.length > disk.size:
            raise OSError(errno.ENOSPC if asked.command == _WRITE else errno.EINVAL, "beyond the end")
        if asked.command == _READ:
            return disk.read(asked.offset, asked.length)
        if self._read_only:
            raise OSError(errno.EPERM, "attached for reading")
        disk.write(asked.offset, data)
        if asked.flags & _FUA:
            disk.flush()
        return b""

    def _exactly(self, length: int) -> bytearray:
        buffer, got = bytearray(length), 0
        view = memoryview(buffer)
        while got < length:
            part = self._peer.recv_into(view[got:])
            if not part:
                raise _GoneError
            got += part
        view.release()
        return buffer


def _name(given: bytes) -> str | None:
    """Return the export's name in an NBD_OPT_INFO or NBD_OPT_GO; None when the option is malformed."""
    if len(given) < 6:  # noqa: PLR2004 - length of the name, and the count of information requests
        return None
    (length,) = struct.unpack_from(">I", given)
    if len(given) < 6 + length:
        return None
    (count,) = struct.unpack_from(">H", given, 4 + length)
    return given[4 : 4 + length].decode(errors="replace") if len(given) == 6 + length + 2 * count else None
