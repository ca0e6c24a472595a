"""What can be told of a message without any key. Nothing of it is authenticated: it is what the message says of itself."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from strongroom.envelope import body
from strongroom.envelope.errors import MessageError
from strongroom.envelope.header import Header, parse
from strongroom.envelope.pipe import Reader, Source
from strongroom.envelope.suites import TAG_BYTES

_ANY = 0xFFFF  # as many keys as the format allows: nobody is asked about them here
_MAX_FOOTER_BYTES = 2 + 160  # of a DER signature over P-384 there are at most 104


class SeekableSource(Source, Protocol):
    """A binary stream that may be a file."""

    def seekable(self) -> bool: ...

    def seek(self, place: int, whence: int = 0, /) -> int: ...

    def read(self, count: int, /) -> bytes | None: ...


@dataclass(frozen=True, slots=True)
class Layout:
    """Where a message's parts begin and end, in bytes from its start. ``frames`` 0: unframed."""

    body_start: int
    body_end: int
    end: int
    plaintext_bytes: int
    frames: int


@dataclass(frozen=True, slots=True)
class Report:
    """A header, and the layout where the message is a file."""

    header: Header
    layout: Layout | None

    def to_json(self) -> Mapping[str, Any]:
        """Return it as JSON values."""
        header, layout = self.header, self.layout
        return {
            "version": header.suite.version,
            "algorithmSuite": {
                "id": f"0x{header.suite.id:04x}",
                "name": header.suite.name,
                "committing": header.suite.committing,
                "signed": header.suite.signed,
            },
            "messageId": header.message_id.hex(),
            "encryptionContext": dict(header.context),
            "encryptedDataKeys": [
                {
                    "provider": key.provider,
                    "key": key.info.decode("utf-8", "backslashreplace"),
                    "bytes": len(key.ciphertext),
                }
                for key in header.keys
            ],
            "frameBytes": header.frame_bytes,
            "headerBytes": len(header.serialized),
            "frames": layout.frames if layout else None,
            "plaintextBytes": layout.plaintext_bytes if layout else None,
            "messageBytes": layout.end if layout else None,
        }


def inspect(source: SeekableSource) -> Report:
    """Read a header and, of a file, look where its frames end. Errors: MessageError, also when it is not whole."""
    header = parse(Reader(source).take, _ANY)
    return Report(header, layout(source, header) if source.seekable() else None)


def layout(source: SeekableSource, header: Header) -> Layout:
    """Find the end of the body by its last frame, without reading the others. Errors: MessageError when it is not there."""
    start = len(header.serialized)
    end = source.seek(0, os.SEEK_END)
    found = _framed(source, header, start, end) if header.framed else _unframed(source, start)
    after = end - found.body_end if found is not None else -1
    if (
        found is None
        or after < 0
        or (not header.suite.signed and after)
        or (header.suite.signed and not _footer(source, found, after))
    ):
        raise MessageError("The message is cut off, or something follows it: its last frame is not where it should be.")
    return Layout(start, found.body_end, end, found.plaintext_bytes, found.frames)


def _framed(source: SeekableSource, header: Header, start: int, end: int) -> Layout | None:
    size = header.frame_bytes
    each = size + body.REGULAR_OVERHEAD
    room = end - start - body.FINAL_OVERHEAD
    least = max(0, room - size - (_MAX_FOOTER_BYTES if header.suite.signed else 0))
    for regular in range(room // each, least // each - 1, -1):
        at = start + regular * each
        prefix = _at(source, at, body.FINAL_PREFIX_BYTES)
        if prefix[:4] != body.FINAL_MARK or int.from_bytes(prefix[4:8], "big") != regular + 1:
            continue
        length = int.from_bytes(prefix[-4:], "big")
        body_end = at + body.FINAL_OVERHEAD + length
        if length <= size and body_end <= end:
            return Layout(start, body_end, end, regular * size + length, regular + 1)
    return None


def _unframed(source: SeekableSource, start: int) -> Layout | None:
    prefix = _at(source, start, body.UNFRAMED_PREFIX_BYTES)
    if len(prefix) != body.UNFRAMED_PREFIX_BYTES:
        return None
    length = int.from_bytes(prefix[-8:], "big")
    return Layout(start, start + len(prefix) + length + TAG_BYTES, 0, length, 0)


def _footer(source: SeekableSource, found: Layout, after: int) -> bool:
    return after > 2 and int.from_bytes(_at(source, found.body_end, 2), "big") == after - 2  # noqa: PLR2004 - its length


def _at(source: SeekableSource, place: int, count: int) -> bytes:
    if place < 0:
        return b""
    source.seek(place)
    return source.read(count) or b""
