"""What this version of the server does not do yet, and says so: read from the page that promises to list it.

A client test that meets "not built" is skipped while ``docs/divergences.md`` lists the operation and fails otherwise, so
that neither the page nor the tests can fall behind the server. Nothing here imports the product.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import pytest
from botocore.exceptions import ClientError

_PAGE = Path(__file__).parents[2] / "docs" / "divergences.md"
_SECTION = re.compile(r"^## Not built yet\n(.*?)(?=^## |\Z)", re.MULTILINE | re.DOTALL)
_NAME = re.compile(r"\b[A-Z][A-Za-z]+\b")
_WORDS = "not built in this version of strongroom"


@cache
def listed() -> frozenset[str]:
    """Return the words of the page's first section that may be names of operations; empty without such a section."""
    section = _SECTION.search(_PAGE.read_text(encoding="utf-8"))
    return frozenset(_NAME.findall(section[1])) if section else frozenset()


def check(operation: str, code: str, message: str) -> None:
    """Skip when the refusal says "not built" and the page says so too; fail when only the refusal does; else nothing."""
    if code != "UnsupportedOperationException" or _WORDS not in message:
        return
    if operation in listed():
        pytest.skip(f"docs/divergences.md lists {operation} as not built: {message}")
    pytest.fail(f"docs/divergences.md does not list {operation}, but the server answers: {message}")


@contextmanager
def as_far_as_built() -> Iterator[None]:
    """Run calls of botocore, each of which may meet an operation that is not built."""
    try:
        yield
    except ClientError as error:
        check(error.operation_name, error.response["Error"]["Code"], error.response["Error"]["Message"])
        raise
