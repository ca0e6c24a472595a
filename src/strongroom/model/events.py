"""What an operation can see of the audit records that are written already: a look back from now."""

from collections.abc import Callable, Iterator
from typing import Protocol


class Scan(Protocol):
    """Records, the newest first: by event time across workers, and each worker's in the order it wrote them.

    It may end before everything is read, when that would take too long; then ``cursor`` says where to go on, as it does
    after every record. None: there is nothing behind.
    """

    def __iter__(self) -> Iterator[bytes]: ...

    @property
    def cursor(self) -> str | None: ...


Events = Callable[[str | None], Scan]
"""Look back from a cursor of an earlier scan, or from now. Errors: ValueError for a cursor that is none."""


class _Nothing:
    cursor = None

    def __iter__(self) -> Iterator[bytes]:
        return iter(())


def NO_EVENTS(_cursor: str | None) -> Scan:  # noqa: N802 - a constant, as the others of its kind
    """Find nothing."""
    return _Nothing()
