"""Condition keys that bear a name out of the request: one of an encryption context, one of a tag.

Source: IAM User Guide, "IAM JSON policy elements: Condition" (names of condition keys ignore case).
"""

from collections.abc import Iterable


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
