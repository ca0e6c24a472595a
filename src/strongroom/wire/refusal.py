"""The slow way into a shape: what the fast decoder refused is accepted after all, or refused in exactly AWS's words.

AWS looks at types first and stops at the first wrong one (SerializationException), then collects every broken
constraint (ValidationException). It is more patient than msgspec with numbers: 1.5 for an integer is truncated.
Source: answers of AWS JSON 1.1 front ends, recorded. A lone surrogate in a string is refused like bad UTF-8: it has no
bytes that a key, a policy or an audit record could hold.
"""

from collections.abc import Mapping
from typing import Any, TypeVar

import msgspec

from strongroom.errors import SerializationError
from strongroom.wire.constraints import build
from strongroom.wire.plan import Blob, Boolean, Integer, ListOf, MapOf, Node, Structure, Text, Time, members_of
from strongroom.wire.shape import EARLIEST, LATEST, Shape

S = TypeVar("S", bound=Shape)

MOST_INTEGER = 2**63 - 1
_LIST = "Start of list found where not expected"
_OBJECT = "Start of structure or map found where not expected."  # with its full stop, unlike the one above
_EPOCH = "milliseconds since epoch"


def decode_slowly(shape: type[S], body: bytes) -> S:
    """Return ``body`` as a ``shape``. Errors: SerializationError, ValidationError."""
    try:
        document = msgspec.json.decode(body)
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        raise SerializationError from None  # and never with a piece of the body, which may hold a secret
    if isinstance(document, list):
        raise SerializationError(_LIST)
    if not isinstance(document, dict):
        raise SerializationError
    return build(shape, _members(shape, document))


def _members(shape: type[Shape], document: Mapping[str, Any]) -> dict[str, Any]:
    """Return the known, present members of ``document`` by wire name, each of its type."""
    return {
        member.wire_name: _converted(member.node, document[member.wire_name])
        for member in members_of(shape)
        if document.get(member.wire_name) is not None
    }


def _converted(node: Node, value: Any) -> Any:
    if value is None:
        return None  # in a list or map; whether that is allowed is a constraint, not a type
    match node:
        case Structure():
            return _members(node.shape, _expected(dict, value, "null"))
        case ListOf():
            return [_converted(node.item, each) for each in _expected(list, value, "list or null")]
        case MapOf():
            pairs = _expected(dict, value, "map or null")
            return {name: _converted(node.value, each) for name, each in pairs.items()}
        case _:
            return _scalar(node, value)


def _expected(kind: type, value: Any, words: str) -> Any:
    if isinstance(value, kind):
        return value
    if isinstance(value, list):
        raise SerializationError(_LIST)
    if isinstance(value, dict):
        raise SerializationError(_OBJECT)
    raise SerializationError(f"Expected {words}")


def _scalar(node: Text | Integer | Boolean | Time | Blob, value: Any) -> Any:
    if isinstance(value, list):
        raise SerializationError(_LIST)
    if isinstance(value, dict):
        raise SerializationError(_OBJECT)
    match node, value:
        case (Text(), str()) | (Boolean(), bool()):
            return value
        case Blob(), str():
            return blob(value)
        case (Integer(), int() | float()) if not isinstance(value, bool):
            if abs(value) <= MOST_INTEGER:
                return int(value)
        case (Time(), int() | float()) if not isinstance(value, bool):
            if EARLIEST <= value <= LATEST:  # compared as it is: an integer may be too large for a float
                return float(value)
    raise SerializationError(f"{_token(value)} can not be converted to {_words(node)}")


def _token(value: Any) -> str:
    if isinstance(value, bool):
        return "TRUE_VALUE" if value else "FALSE_VALUE"
    return "STRING_VALUE" if isinstance(value, str) else "NUMBER_VALUE"


def _words(node: Node) -> str:
    match node:
        case Integer():
            return "an Integer"
        case Boolean():
            return "a Boolean"
        case Time():
            return _EPOCH
        case Blob():
            return "a Blob"
        case _:
            return "a String"


def blob(text: str) -> bytes:
    """Return the bytes of standard, padded base64. Errors: SerializationError."""
    try:
        return msgspec.convert(text, bytes)  # by msgspec here too: both ways in must accept the same texts
    except (msgspec.MsgspecError, UnicodeError):
        raise SerializationError from None
