"""A shape as data: what its members are, where they stand on the wire and which constraints they carry.

The fast decoder needs none of this; refusals, forms and XML do. Source of the facts: the annotations that msgspec
compiles, so that the slow ways and the fast one cannot come to differ.
"""

import re
from dataclasses import dataclass
from functools import cache
from typing import Any

from msgspec import inspect

from strongroom.wire.shape import PATTERN, TIMESTAMP, Shape

_ANCHORED = re.compile(r"\\A\(\?a?:(.*)\)\\Z", re.DOTALL)  # how the generator anchors the model's pattern


@dataclass(frozen=True, slots=True)
class Text:
    """``printed`` is the pattern as the model writes it, ``values`` the enumeration if there is one."""

    shortest: int | None = None
    longest: int | None = None
    pattern: re.Pattern[str] | None = None
    printed: str | None = None
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Integer:
    least: int | None
    most: int | None


@dataclass(frozen=True, slots=True)
class Boolean:
    pass


@dataclass(frozen=True, slots=True)
class Time:
    """Seconds since the epoch; ISO 8601 in the query dialect."""


@dataclass(frozen=True, slots=True)
class Blob:
    shortest: int | None
    longest: int | None


@dataclass(frozen=True, slots=True)
class ListOf:
    item: "Node"
    shortest: int | None
    longest: int | None


@dataclass(frozen=True, slots=True)
class MapOf:
    key: Text
    value: "Node"
    shortest: int | None
    longest: int | None


@dataclass(frozen=True, slots=True)
class Structure:
    shape: type[Shape]


Scalar = Text | Integer | Boolean | Time | Blob
Node = Scalar | ListOf | MapOf | Structure


@dataclass(frozen=True, slots=True)
class Member:
    """``path_name`` is how AWS names the member in a refusal: the wire name with a small first letter."""

    attribute: str
    wire_name: str
    path_name: str
    node: Node
    required: bool
    hidden: bool


@cache
def members_of(shape: type[Shape]) -> tuple[Member, ...]:
    """Return the members of ``shape`` in the model's order."""
    described = inspect.type_info(shape)
    if not isinstance(described, inspect.StructType):
        raise TypeError(f"{shape.__name__} is not a structure")
    return tuple(
        Member(
            attribute=field.name,
            wire_name=field.encode_name,
            path_name=field.encode_name[0].lower() + field.encode_name[1:],
            node=_node(field.type, {}),
            required=field.required,
            hidden=field.name in shape.HIDDEN,
        )
        for field in described.fields
    )


def _node(described: inspect.Type, extra: dict[str, Any]) -> Node:  # noqa: C901, PLR0911 - one case for each kind
    match described:
        case inspect.Metadata():
            return _node(described.type, described.extra or {})
        case inspect.UnionType():
            (present,) = (each for each in described.types if not isinstance(each, inspect.NoneType))
            return _node(present, extra)
        case inspect.LiteralType():
            return Text(values=tuple(map(str, described.values)))
        case inspect.StrType():
            return _text(described, extra)
        case inspect.IntType():
            return Integer(described.ge, described.le)
        case inspect.BoolType():
            return Boolean()
        case inspect.FloatType() if extra.get("kind") == TIMESTAMP:
            return Time()
        case inspect.BytesType():
            return Blob(described.min_length, described.max_length)
        case inspect.ListType():
            return ListOf(_node(described.item_type, {}), described.min_length, described.max_length)
        case inspect.DictType():
            key = _node(described.key_type, {})
            if isinstance(key, Text):
                return MapOf(key, _node(described.value_type, {}), described.min_length, described.max_length)
        case inspect.StructType() if issubclass(described.cls, Shape):
            return Structure(described.cls)
    raise TypeError(f"{described} is no kind that a service model has")


def _text(described: inspect.StrType, extra: dict[str, Any]) -> Text:
    if described.pattern is None:
        return Text(described.min_length, described.max_length)
    anchored = _ANCHORED.fullmatch(described.pattern)
    printed = extra.get(PATTERN) or (anchored[1] if anchored else described.pattern)
    return Text(described.min_length, described.max_length, re.compile(described.pattern), printed)
