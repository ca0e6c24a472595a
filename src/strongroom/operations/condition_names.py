"""Condition keys that bear a name out of the request: one of an encryption context, one of a tag.

Source: IAM User Guide, "IAM JSON policy elements: Condition" (names of condition keys ignore case).
"""

from collections.abc import Iterable, Mapping
from functools import lru_cache

_CONTEXT = "kms:encryptioncontext:"
_MAX_REMEMBERED = 256


def of_context(context: Mapping[str, str]) -> dict[str, str | tuple[str, ...]]:
    """Return the condition keys of an encryption context, and the one that holds its names."""
    conditions: dict[str, str | tuple[str, ...]] = {"kms:encryptioncontextkeys": tuple(context)}
    for name in context:
        conditions[_context_key(name)] = context[name]
    if len(conditions) <= len(context):
        conditions |= by_lower_name(_CONTEXT, context.items())
    return conditions


@lru_cache(_MAX_REMEMBERED)
def _context_key(name: str) -> str:
    """On the hot path; whoever asks again sends the same names."""
    return _CONTEXT + name.lower()


def by_lower_name(prefix: str, pairs: Iterable[tuple[str, str]]) -> dict[str, str | tuple[str, ...]]:
    """Return the condition keys of (name, value) pairs whose names do not ignore case.

    INVARIANT: names that differ in case alone are one key with several values, which no Allow takes for one.
    """
    conditions: dict[str, str | tuple[str, ...]] = {}
    for name, value in pairs:
        key = prefix + name.lower()
        conditions[key] = (*_values_of(conditions[key]), value) if key in conditions else value
    return conditions


def _values_of(value: str | tuple[str, ...]) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else value
