"""Compressed segments: gzip files (RFC 1952) of many members, so that a line in the middle can be read by itself.

Each member holds 64 KiB and says in its header's extra field how long it is, compressed and not; ``gzip -d`` and ``zcat``
read such a file like any other.
"""

import os
import struct
import zlib

_MEMBER_BYTES = 64 << 10
_LEVEL = 4
_REMEMBERED = 64
_HEADER = struct.Struct(
    "<4sIBBH2sHII"
)  # RFC 1952, 2.3: ID1 ID2 CM FLG, MTIME, XFL, OS, XLEN; then one subfield of ours
_MAGIC = b"\x1f\x8b\x08\x04"  # gzip, deflate, with an extra field
_UNKNOWN_SYSTEM = 255
_SUBFIELD = b"SR"
_TRAILER = struct.Struct("<II")  # CRC-32, length


class DamagedSegmentError(OSError):
    """A compressed segment cannot be read."""


def compress(data: bytes) -> bytes:
    """Return ``data`` as the content of a compressed segment."""
    members: list[bytes] = []
    for start in range(0, len(data), _MEMBER_BYTES):
        part = data[start : start + _MEMBER_BYTES]
        packer = zlib.compressobj(_LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS)
        body = packer.compress(part) + packer.flush()
        total = _HEADER.size + len(body) + _TRAILER.size
        header = _HEADER.pack(_MAGIC, 0, 0, _UNKNOWN_SYSTEM, 12, _SUBFIELD, 8, total, len(part))
        members += (header, body, _TRAILER.pack(zlib.crc32(part), len(part)))
    return b"".join(members)


def read_compressed(descriptor: int, start: int, length: int | None) -> bytes:
    """Return up to ``length`` bytes (None: all) from offset ``start`` of what was compressed. Errors: DamagedSegmentError."""
    try:
        table = _members(descriptor)
        end = start + length if length is not None else table[-1][2] + table[-1][3] if table else 0
        parts = []
        for offset, size, first, plain in table:
            if first < end and first + plain > start:
                data = _unpack(os.pread(descriptor, size, offset), plain)
                parts.append(data[max(0, start - first) : end - first])
    except (zlib.error, struct.error, ValueError) as error:
        raise DamagedSegmentError(f"a compressed segment of the audit journal is damaged: {error}") from error
    return b"".join(parts)


def _unpack(member: bytes, plain: int) -> bytes:
    data = zlib.decompress(member[_HEADER.size : -_TRAILER.size], -zlib.MAX_WBITS, plain)
    if _TRAILER.unpack(member[-_TRAILER.size :]) != (zlib.crc32(data), len(data)):
        raise ValueError("its check sum is wrong")
    return data


_Table = list[tuple[int, int, int, int]]
"""(offset, bytes, first plain byte, plain bytes) of each member."""

_tables: dict[tuple[int, int, int, int], _Table] = {}


def _members(descriptor: int) -> _Table:
    """Return the table of a file; compressed segments never change."""
    status = os.fstat(descriptor)
    identity = (status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns)
    table = _tables.get(identity)
    if table is None:
        table, offset, first = [], 0, 0
        while offset < status.st_size:
            magic, _, _, _, _, _, _, total, plain = _HEADER.unpack(os.pread(descriptor, _HEADER.size, offset))
            if magic != _MAGIC or total <= _HEADER.size:
                raise ValueError("a member's header is wrong")
            table.append((offset, total, first, plain))
            offset, first = offset + total, first + plain
        if len(_tables) >= _REMEMBERED:
            _tables.clear()
        _tables[identity] = table
    return table
