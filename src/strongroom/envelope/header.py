"""The message header: bytes <-> ``Header``. Versions 1 and 2 of the AWS Encryption SDK's format; nothing is opened here.

Source: AWS Encryption SDK specification, data-format/message-header.md. What is parsed comes from anybody: each length is
checked against what is there, and the number of keys against the caller's limit, before anything is kept.
"""

import struct
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from strongroom.envelope.errors import ContextError, MessageError, PolicyError
from strongroom.envelope.suites import COMMITMENT_BYTES, IV_BYTES, SUITES, TAG_BYTES, Suite

AWS_KMS = "aws-kms"  # key provider id of keys of AWS KMS
PUBLIC_KEY = "aws-crypto-public-key"  # context key that a signed message keeps its public key in
RESERVED = "aws-crypto-"  # context keys that callers may not use

_TYPE = 0x80  # customer authenticated encrypted data
_UNFRAMED, _FRAMED = 1, 2
_MAX_FIELD = 0xFFFF  # lengths are 16 bits

Read = Callable[[int], bytes]  # that many bytes or MessageError


@dataclass(frozen=True, slots=True)
class EncryptedDataKey:
    """The data key, encrypted under one key: ``info`` is the key's ARN for AWS KMS."""

    provider: str
    info: bytes
    ciphertext: bytes = field(repr=False)

    @property
    def name(self) -> str:
        """What to call it: the ARN, or provider and name of other kinds of keys."""
        text = self.info.decode("utf-8", "backslashreplace")
        return text if self.provider == AWS_KMS else f"{self.provider} {text!r}"


@dataclass(frozen=True, slots=True)
class Header:
    """``frame_bytes`` 0: unframed. ``raw`` are the bytes that ``tag`` authenticates."""

    suite: Suite
    message_id: bytes
    context: Mapping[str, str]
    keys: tuple[EncryptedDataKey, ...]
    frame_bytes: int
    commitment: bytes
    raw: bytes = field(repr=False)
    iv: bytes = bytes(IV_BYTES)
    tag: bytes = b""

    @property
    def framed(self) -> bool:
        return self.frame_bytes > 0

    @property
    def serialized(self) -> bytes:
        """The whole header, with its authentication."""
        return self.raw + (b"" if self.suite.committing else self.iv) + self.tag


def parse(read: Read, max_keys: int) -> Header:
    """Read a header. Errors: MessageError; PolicyError when it has more than ``max_keys`` encrypted data keys."""
    raw = bytearray()

    def take(count: int) -> bytes:
        piece = read(count)
        raw.extend(piece)
        return piece

    suite = _suite(take)
    message_id = take(suite.message_id_bytes)
    context = parse_context(take(_u16(take)))
    count = _u16(take)
    if not count:
        raise MessageError("The message has no encrypted data key.")
    if count > max_keys:
        raise PolicyError(f"The message has {count} encrypted data keys, more than the limit of {max_keys}.")
    keys = tuple(_encrypted_data_key(take) for _ in range(count))
    content = take(1)[0]
    if content not in {_UNFRAMED, _FRAMED}:
        raise MessageError(f"Unknown content type {content}.")
    if not suite.committing and (take(4) != bytes(4) or take(1)[0] != IV_BYTES):
        raise MessageError("The reserved bytes or the IV length of the header are not what the format says.")
    frame_bytes: int = struct.unpack(">I", take(4))[0]
    if (frame_bytes == 0) != (content == _UNFRAMED):
        raise MessageError("The frame length does not fit the content type.")
    commitment = take(COMMITMENT_BYTES) if suite.committing else b""
    iv = bytes(IV_BYTES) if suite.committing else read(IV_BYTES)
    return Header(suite, message_id, context, keys, frame_bytes, commitment, bytes(raw), iv, read(TAG_BYTES))


def build(  # noqa: D417 - the others are the fields of Header
    suite: Suite,
    message_id: bytes,
    context: Mapping[str, str],
    keys: tuple[EncryptedDataKey, ...],
    frame_bytes: int,
    *,
    commitment: bytes,
    iv: bytes = bytes(IV_BYTES),
) -> Header:
    """Return a header without its tag.

    Args:
        commitment: The message's commitment to its key, empty where the suite has none.
        iv: What the tag will be made with. Other than zeros only in version 1, whose header has a place for it.
    """
    serialized = serialize_context(context)
    parts = [b"\x02" if suite.committing else bytes([1, _TYPE]), struct.pack(">H", suite.id), message_id]
    parts += [struct.pack(">H", len(serialized)), serialized, struct.pack(">H", len(keys))]
    for key in keys:
        parts += [_counted(key.provider.encode()), _counted(key.info), _counted(key.ciphertext)]
    parts += [bytes([_FRAMED if frame_bytes else _UNFRAMED])]
    parts += [] if suite.committing else [bytes(4), bytes([IV_BYTES])]
    parts += [struct.pack(">I", frame_bytes), commitment]
    return Header(suite, message_id, context, keys, frame_bytes, commitment, b"".join(parts), iv)


def serialize_context(context: Mapping[str, str]) -> bytes:
    """Return the bytes of an encryption context, empty for an empty one. Errors: ContextError when it is too large."""
    if not context:
        return b""
    pairs = sorted((name.encode(), value.encode()) for name, value in context.items())
    if any(len(text) > _MAX_FIELD for pair in pairs for text in pair):
        raise ContextError("A name or value of the encryption context is longer than 65,535 bytes.")
    whole = struct.pack(">H", len(pairs)) + b"".join(_counted(name) + _counted(value) for name, value in pairs)
    if len(whole) > _MAX_FIELD:
        raise ContextError("The encryption context is longer than 65,535 bytes.")
    return whole


def parse_context(serialized: bytes) -> dict[str, str]:
    """Return the context in these bytes. Errors: MessageError."""
    if not serialized:
        return {}
    place = 0

    def take(count: int) -> bytes:
        nonlocal place
        piece = serialized[place : place + count]
        if len(piece) != count:
            raise MessageError("The encryption context is cut off.")
        place += count
        return piece

    context: dict[str, str] = {}
    for _ in range(_u16(take)):
        name, value = _text(take(_u16(take))), _text(take(_u16(take)))
        if name in context:
            raise MessageError("A name stands twice in the encryption context.")
        context[name] = value
    if place != len(serialized):
        raise MessageError("The encryption context is followed by something else.")
    return context


def _suite(take: Read) -> Suite:
    version = take(1)[0]
    if version == ord("A"):  # of "AQ" and "Ag", 0x01 and 0x02 in base64
        raise MessageError("Not a message, but perhaps one in base64: decode it first (base64 -d).")
    if version not in {1, 2}:
        raise MessageError("Not a message of the AWS Encryption SDK (it begins with no known version).")
    if version == 1 and take(1)[0] != _TYPE:
        raise MessageError("Not a message of the AWS Encryption SDK (its type is unknown).")
    suite = SUITES.get(_u16(take))
    if suite is None or suite.version != version:
        raise MessageError("The message's algorithm suite is unknown, or not one of its format version.")
    return suite


def _encrypted_data_key(take: Read) -> EncryptedDataKey:
    provider = _text(take(_u16(take)))
    return EncryptedDataKey(provider, take(_u16(take)), take(_u16(take)))


def _u16(take: Read) -> int:
    return int.from_bytes(take(2), "big")


def _text(raw: bytes) -> str:
    try:
        return raw.decode()
    except UnicodeDecodeError:
        raise MessageError("A text in the header is not UTF-8.") from None


def _counted(raw: bytes) -> bytes:
    if len(raw) > _MAX_FIELD:
        raise MessageError("A field of the header would be longer than 65,535 bytes.")
    return struct.pack(">H", len(raw)) + raw
