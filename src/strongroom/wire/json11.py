"""AWS JSON 1.1, the dialect of KMS: bodies to shapes and back, errors, and the operation that a request names.

The way in is one prebuilt msgspec decoder for each shape; what it refuses goes to ``refusal``, which words the error,
or accepts it after all. Source: AWS KMS API Reference, "Making API requests"; AWS JSON 1.1 protocol, Smithy 2.0.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, TypeVar

import msgspec

from strongroom.errors import AWSError, UnknownContentTypeError, UnknownOperationError
from strongroom.wire.refusal import decode_slowly
from strongroom.wire.shape import Shape

S = TypeVar("S", bound=Shape)

CONTENT_TYPE = b"application/x-amz-json-1.1"
_CONTENT_TYPE_TEXT = CONTENT_TYPE.decode()
_XML_CONTENT_TYPE = b"application/xml"
_UNKNOWN_CONTENT_TYPE_BODY = b"<UnknownOperationException/>"

TARGET_PREFIXES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "kms": ("TrentService",),  # Trent is what AWS calls KMS inside
        "cloudtrail": ("com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101", "CloudTrail_20131101"),
        "strongroom": ("Strongroom_20261124",),
    }
)
_SERVICE_OF = {prefix: service for service, prefixes in TARGET_PREFIXES.items() for prefix in prefixes}


class _Decoders(dict[type[Shape], Callable[[bytes], Any]]):
    """The decoder of each shape, made when first asked for: afterwards a look-up is that of a plain dict."""

    def __missing__(self, shape: type[Shape]) -> Callable[[bytes], Any]:
        decoder: Callable[[bytes], Any] = msgspec.json.Decoder(shape).decode
        self[shape] = decoder
        return decoder


_decoders = _Decoders()
_encode = msgspec.json.Encoder().encode


def decode(shape: type[S], body: bytes) -> S:
    """Return ``body`` as a ``shape``. Errors: SerializationError, ValidationError."""
    try:
        found: S = _decoders[shape](body)
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        return decode_slowly(shape, body)
    return found


def encode(output: Shape | None) -> bytes:
    """Return the body of an answer: empty for an operation without output, ``{}`` for an output without members."""
    return b"" if output is None else _encode(output)


def encode_error(error: AWSError) -> tuple[int, bytes, bytes]:
    """Return (HTTP status, content type, body). A text-less error has no message member at all."""
    if isinstance(error, UnknownContentTypeError):
        return error.http_status, _XML_CONTENT_TYPE, _UNKNOWN_CONTENT_TYPE_BODY
    members = {"__type": error.wire_name}
    if error.message is not None:
        members[error.message_member] = error.message
    try:
        body = _encode(members)
    except UnicodeEncodeError:  # a lone surrogate, brought by a header: no reason to leave a caller without an answer
        body = _encode({name: text.encode(errors="replace").decode() for name, text in members.items()})
    return error.http_status, CONTENT_TYPE, body


def check_content_type(content_type: str) -> None:
    """Errors: UnknownContentTypeError unless it is this dialect's. ``; charset=utf-8`` does not matter."""
    if content_type == _CONTENT_TYPE_TEXT:
        return
    if content_type.partition(";")[0].strip().lower() != _CONTENT_TYPE_TEXT:
        raise UnknownContentTypeError


def operation_of(target: str | None) -> tuple[str, str]:
    """Return (service, operation name) of an ``X-Amz-Target``. Errors: UnknownOperationError.

    Whether the service has such an operation is for the one who looks it up.
    """
    prefix, _, operation = (target or "").rpartition(".")
    service = _SERVICE_OF.get(prefix)
    if service is None or not operation:
        raise UnknownOperationError
    return service, operation
