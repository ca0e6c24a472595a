"""What an operation can see of the audit records that are written already: a look back from now."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class EventQuery:
    """Records that have one of the values of each kind that is named, and *all* the ``contexts``; nothing named: all records.

    ``since`` <= event time < ``until``, in seconds since the epoch. A principal is a caller's ARN, user name, access key id,
    principal id, role, session name or service. A key is a key ARN, key id, alias ARN or alias name; any other resource's
    ARN stands among them too. A context without a value asks for the name alone. An error may be ``any`` or ``none``.
    """

    since: int | None = None
    until: int | None = None
    operations: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
    principals: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    errors: tuple[str, ...] = ()
    request_ids: tuple[str, ...] = ()
    event_ids: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    accounts: tuple[str, ...] = ()
    resource_types: tuple[str, ...] = ()
    contexts: tuple[tuple[str, str | None], ...] = ()
    read_only: bool | None = None


class Scan(Protocol):
    """Records that match, by event time. To be iterated once.

    It may end before everything is seen, when that would take too long; then ``cursor`` says where to go on, as it does
    after every record. None: there is nothing behind. A scan that goes on finds what was written before its first piece
    began, each record once, whatever is written meanwhile.
    """

    def __iter__(self) -> Iterator[bytes]: ...

    @property
    def cursor(self) -> str | None: ...


class Events(Protocol):
    """The audit records. A record can be found as soon as its answer has left."""

    def search(self, query: EventQuery, cursor: str | None = None, *, oldest_first: bool = False) -> Scan:
        """Begin a scan, or go on from the cursor of an earlier one with the same query and order.

        Errors: ValueError for a cursor that is none; OSError while iterating.
        """


class _Nothing:
    cursor = None

    def __iter__(self) -> Iterator[bytes]:
        return iter(())


class _NoEvents:
    def search(self, query: EventQuery, cursor: str | None = None, *, oldest_first: bool = False) -> Scan:  # noqa: ARG002 - the port's
        return _Nothing()


NO_EVENTS: Events = _NoEvents()
