"""The model's constraints in AWS's words: each broken one is named, with its path and, if no secret, its value.

Works on plain values by wire name that are of the right types already: ``refusal`` and ``query`` see to that.
Source: recorded ValidationException answers of AWS services. A scalar in a list or map is refused at the container,
with all rules of the scalar; a member of a structure in a list as ``tags.1.member.tagKey``: so AWS's front end does.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from types import MappingProxyType
from typing import Any, TypeVar

import msgspec

from strongroom.errors import SerializationError, ValidationError
from strongroom.wire.plan import (
    Blob,
    Boolean,
    Integer,
    ListOf,
    MapOf,
    Member,
    Node,
    Scalar,
    Structure,
    Text,
    Time,
    members_of,
)
from strongroom.wire.shape import Shape

S = TypeVar("S", bound=Shape)

MAX_FAILURES = 100  # ours: a body of many empty structures must not make an answer many times its own size
_ENUMERATION = re.compile(r"(Member must satisfy enum value set): \[[^\]]*\]")
_PATTERN = re.compile(
    r"Value at '(\w+)' failed to satisfy constraint: Member must satisfy regular expression pattern: (.*)"
)
_MUST = MappingProxyType(
    {
        r"[\w+=,.@-]+": "contain only alphanumeric characters and/or the following: +=,.@_-",
        r"[\w]+": "contain only alphanumeric characters.",
        r"(\u002F)|(\u002F[\u0021-\u007E]+\u002F)": (
            "begin and end with / and contain only alphanumeric characters and/or / characters."
        ),
        r"\u002F[\u0021-\u007F]*": (
            "begin with the / character and contain only alphanumeric characters and/or / characters."
        ),
        r"[\u0009\u000A\u000D\u0020-\u00FF]+": "contain only printable ASCII characters.",
    }
)
"""What IAM says of these patterns, after all other constraints, and of one of them at a time."""
_NOT_NULL = "Member must not be null"
_REDACTED = "***Sensitive Data Redacted***"


def build(shape: type[S], values: Mapping[str, Any], *, told: bool = True) -> S:
    """Return ``values`` as a ``shape``. Errors: ValidationError naming every broken constraint.

    Not ``told``: in the words of IAM, which shows neither the values nor the list of an enumeration.
    """
    failures = list(islice(_structure_failures(shape, values, "", hidden=not told), MAX_FAILURES))
    if not told:
        failures = _untold(failures)
    if failures:
        errors = "error" if len(failures) == 1 else "errors"
        raise ValidationError(f"{len(failures)} validation {errors} detected: {'; '.join(failures)}")
    try:
        return msgspec.convert(values, shape)
    except (msgspec.MsgspecError, UnicodeError) as error:
        # INVARIANT: what the checks above let pass and msgspec does not is still refused, if without a reason.
        raise SerializationError from error


def _untold(failures: Sequence[str]) -> list[str]:
    """Return what IAM says of these. Errors: ValidationError, where that is another text altogether."""
    specified, others = [], []
    for failure in failures:
        found = _PATTERN.fullmatch(failure)
        if found is not None and (must := _MUST.get(found[2])):
            specified.append(f"The specified value for {found[1]} is invalid. It must {must}")
        else:
            others.append(_ENUMERATION.sub(r"\1", failure))
    if specified and not others:
        raise ValidationError(specified[0])
    return others


# --- where ---------------------------------------------------------------------------------------------------------


def _structure_failures(shape: type[Shape], values: Mapping[str, Any], prefix: str, *, hidden: bool) -> Iterator[str]:
    for member in members_of(shape):
        value = values.get(member.wire_name)
        path, unseen = prefix + member.path_name, hidden or member.hidden
        if value is not None:
            yield from _value_failures(member.node, value, path, hidden=unseen)
        elif member.required:
            yield _failure("" if unseen else "null ", path, _NOT_NULL)


def _value_failures(node: Node, value: Any, path: str, *, hidden: bool) -> Iterator[str]:
    rules = [rule for rule, broken in _rules(node, value) if broken]
    if isinstance(node, ListOf):
        rules += _container_rule("Member", node.item, value)
    elif isinstance(node, MapOf):
        rules += _container_rule("Map keys", node.key, value)
        rules += _container_rule("Map value", node.value, value.values())
    if rules:
        shown = "" if hidden else f"'{_shown(node, value)}' "
        yield from (_failure(shown, path, rule) for rule in rules)
    yield from _inner_failures(node, value, path, hidden=hidden)


def _inner_failures(node: Node, value: Any, path: str, *, hidden: bool) -> Iterator[str]:
    """Yield the failures of structures and containers inside; scalars were refused with what contains them."""
    if isinstance(node, Structure):
        yield from _structure_failures(node.shape, value, path + ".", hidden=hidden)
        return
    if isinstance(node, ListOf):
        inner, pairs = node.item, zip(range(1, len(value) + 1), value, strict=True)
    elif isinstance(node, MapOf):
        inner, pairs = node.value, value.items()
    else:
        return
    if isinstance(inner, Scalar):
        return
    for name, each in pairs:
        if each is None:
            yield _failure("" if hidden else "null ", f"{path}.{name}.member", _NOT_NULL)
        else:
            yield from _value_failures(inner, each, f"{path}.{name}.member", hidden=hidden)


def _failure(shown: str, path: str, rule: str) -> str:
    return f"Value {shown}at '{path}' failed to satisfy constraint: {rule}"


# --- which ---------------------------------------------------------------------------------------------------------


def _container_rule(whose: str, node: Node, values: Any) -> list[str]:
    """Return one rule when any of the scalars in a container breaks any of theirs; it names them all."""
    if not isinstance(node, Scalar):
        return []
    without_value = any(value is None for value in values)
    if not without_value and not any(broken for value in values for _, broken in _rules(node, value)):
        return []
    rules = [rule for rule, _ in _rules(node, None)]
    # Recorded answers list a scalar's rules in this order: longest, shortest, pattern, enumeration, null.
    rules.sort(key=lambda rule: ("less than" not in rule, "greater than" not in rule))
    return [f"{whose} must satisfy constraint: [{', '.join([*rules, _NOT_NULL] if without_value else rules)}]"]


def _rules(node: Node, value: Any) -> Iterator[tuple[str, bool]]:
    """Yield each rule of ``node`` in words, and whether ``value`` breaks it; None breaks none."""
    match node:
        case Text():
            if node.pattern is not None:
                rule = f"Member must satisfy regular expression pattern: {node.printed}"
                yield rule, value is not None and not node.pattern.search(value)
            yield from _bounds("length", node.shortest, node.longest, value if value is None else len(value))
            if node.values:
                rule = f"Member must satisfy enum value set: [{', '.join(node.values)}]"
                yield rule, value is not None and value not in node.values
        case Integer():
            yield from _bounds("value", node.least, node.most, value)
        case Blob() | ListOf() | MapOf():
            yield from _bounds("length", node.shortest, node.longest, value if value is None else len(value))
        case _:
            return  # booleans, times and structures have no rules of their own


def _bounds(of: str, least: int | None, most: int | None, found: int | None) -> Iterator[tuple[str, bool]]:
    if least is not None:
        yield f"Member must have {of} greater than or equal to {least}", found is not None and found < least
    if most is not None:
        yield f"Member must have {of} less than or equal to {most}", found is not None and found > most


# --- what ----------------------------------------------------------------------------------------------------------


def _shown(node: Node, value: Any) -> str:  # noqa: PLR0911 - one return for each kind
    """Return ``value`` as AWS's Java prints it: ``[a, b]``, ``{k=v}``, ``Tag(tagKey=a, tagValue=b)``."""
    if value is None:
        return "null"
    match node:
        case ListOf():
            return f"[{', '.join(_shown(node.item, each) for each in value)}]"
        case MapOf():
            return f"{{{', '.join(f'{name}={_shown(node.value, each)}' for name, each in value.items())}}}"
        case Structure():
            shown = (_shown_member(member, value) for member in members_of(node.shape) if member.wire_name in value)
            return f"{node.shape.__name__}({', '.join(shown)})"
        case Boolean():
            return "true" if value else "false"
        case Blob():
            return _REDACTED
        case Text() | Integer() | Time():
            return str(value)


def _shown_member(member: Member, values: Mapping[str, Any]) -> str:
    shown = _REDACTED if member.hidden else _shown(member.node, values[member.wire_name])
    return f"{member.path_name}={shown}"
