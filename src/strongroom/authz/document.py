"""The JSON of a policy document, read strictly: no duplicate keys, no unknown elements, one shape for "one or many".

What the elements mean is ``policy``'s. Limits make the time and memory of everything behind this bounded.
Source: IAM User Guide, "Grammar of the IAM JSON policy language"; AWS KMS API Reference, PutKeyPolicy, Policy.
"""

import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, NoReturn

from strongroom.errors import LimitExceededError, MalformedPolicyDocumentError

MAX_POLICY_BYTES = 32_768  # API Reference, PutKeyPolicy, Policy
_CHARACTERS = re.compile(r"[\t\n\r\x20-\xff]*")  # API Reference, PutKeyPolicy, Policy (pattern)
_SURROGATE = re.compile(r"[\ud800-\udfff]")

POLICY_ELEMENTS = frozenset({"Version", "Id", "Statement"})
STATEMENT_ELEMENTS = frozenset(
    {
        "Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction", "Resource", "NotResource", "Condition",
    }
)  # fmt: skip


class Number(str):
    """A JSON number, kept as it was written: conditions compare numbers as texts or exactly, never as floats."""

    __slots__ = ()


def refuse(text: str) -> NoReturn:
    """Refuse the document with this text."""
    raise MalformedPolicyDocumentError(text)


def refuse_syntax(why: str) -> NoReturn:
    """Refuse the document in IAM's words for anything that is not its grammar, and say what IAM does not: why."""
    raise MalformedPolicyDocumentError(f"Syntax errors in policy. {why}.")


def read_document(text: str) -> tuple[Mapping[str, Any], Sequence[Mapping[str, Any]]]:
    """Return the document and its statements, elements known and unique, values not yet looked at.

    Errors: MalformedPolicyDocumentError, LimitExceededError.
    """
    if len(text) > MAX_POLICY_BYTES:
        raise LimitExceededError(f"The policy is longer than {MAX_POLICY_BYTES} bytes.")
    if not _CHARACTERS.fullmatch(text):
        refuse_syntax("It may hold printable characters of Latin-1, tabs, line feeds and carriage returns only")
    if len(text.encode()) > MAX_POLICY_BYTES:
        raise LimitExceededError(f"The policy is longer than {MAX_POLICY_BYTES} bytes.")
    document = _parse_json(text)
    if not isinstance(document, dict):
        refuse_syntax("It is no JSON object")
    _check_elements(document, POLICY_ELEMENTS)
    if "Statement" not in document:
        refuse_syntax("Statement is missing")
    statements = document["Statement"]
    if isinstance(statements, dict):
        statements = [statements]
    if not isinstance(statements, list) or not statements:
        refuse_syntax("Statement must be an object or a list of them, and not empty")
    for statement in statements:
        if not isinstance(statement, dict):
            refuse_syntax("Statement must hold objects")
        _check_elements(statement, STATEMENT_ELEMENTS)
    return document, statements


def _parse_json(text: str) -> Any:
    try:
        return json.loads(
            text, object_pairs_hook=_unique, parse_int=Number, parse_float=Number, parse_constant=_no_constant
        )
    except json.JSONDecodeError as error:
        refuse_syntax(f"It is not valid JSON (line {error.lineno})")
    except (ValueError, RecursionError):  # NaN and its kin; far deeper than any policy is
        refuse_syntax("It is not valid JSON")


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        (twice, _), *_ = Counter(name for name, _ in pairs).most_common(1)
        refuse_syntax(f"{twice[:200]} is there twice in one object")
    return found


def _no_constant(text: str) -> NoReturn:
    raise ValueError(text)


def _check_elements(found: Mapping[str, Any], known: frozenset[str]) -> None:
    for name in found:
        if name not in known:
            refuse_syntax(f"{name[:200]} is no element of a policy at this place")


def text_of(element: str, value: Any) -> str:
    """Return a text. Errors: MalformedPolicyDocumentError."""
    if not isinstance(value, str) or isinstance(value, Number):
        refuse_syntax(f"{element} must be a string")
    if _SURROGATE.search(value):
        refuse_syntax(f"{element} is not valid Unicode")
    return value


def texts_of(element: str, value: Any) -> tuple[str, ...]:
    """Return one text or a list of them as a tuple. Errors: MalformedPolicyDocumentError."""
    if isinstance(value, list):
        return tuple(text_of(element, one) for one in value)
    return (text_of(element, value),)


def condition_values_of(element: str, value: Any) -> tuple[str, ...]:
    """Return the texts, numbers and booleans of a condition, one or a list. Errors: MalformedPolicyDocumentError."""
    found = value if isinstance(value, list) else [value]
    return tuple(_condition_value(element, one) for one in found)


def _condition_value(element: str, value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, Number) else text_of(element, value)


def object_of(element: str, value: Any) -> Mapping[str, Any]:
    """Return an object whose keys are valid Unicode. Errors: MalformedPolicyDocumentError."""
    if not isinstance(value, dict):
        refuse_syntax(f"{element} must be an object")
    for key in value:
        text_of(element, key)
    return value
