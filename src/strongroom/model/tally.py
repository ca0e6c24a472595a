"""What an operation can see of the audit records in sums: how many there are over time, and how keys were used."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from strongroom.model.events import EventQuery


@dataclass(frozen=True, slots=True)
class Lag:
    """How the search index stands: ``bytes`` of the journal are not in it yet. ``problem``: why it cannot be used."""

    bytes: int = 0
    problem: str | None = None


@dataclass(slots=True)
class Count:
    """Calls answered and refused, and the last second of one that was answered."""

    calls: int = 0
    refused: int = 0
    last: int = 0

    def add(self, calls: int, refused: int, last: int) -> None:
        self.calls += calls
        self.refused += refused
        self.last = max(self.last, last)


@dataclass(frozen=True, slots=True)
class Histogram:
    """(all, refused) records by bucket number. ``since`` says from when on they were counted where not all could be."""

    buckets: dict[int, tuple[int, int]] = field(default_factory=dict)
    since: int | None = None


@dataclass(frozen=True, slots=True)
class KeyUse:
    """The calls of one operation on one key by one principal on one day (days since the epoch)."""

    key: str
    day: int
    principal: str
    operation: str
    calls: int
    refused: int
    last: int


class TallyUnavailableError(Exception):
    """It would take too long to count: there is no index. The text says why."""


class Tallies(Protocol):
    """Errors of all: OSError; of ``uses`` TallyUnavailableError also."""

    def histogram(self, query: EventQuery, width_seconds: int) -> Histogram:
        """Count records from ``query.since`` (bucket 0 begins there) to ``query.until``; both must be set."""

    def uses(self, key_arns: str, days: range | None = None) -> Sequence[KeyUse]:
        """Return the uses of the key of that ARN; with ``*`` at its end, of all keys whose ARN begins so."""

    def lag(self) -> Lag: ...


class _NoTallies:
    def histogram(self, query: EventQuery, width_seconds: int) -> Histogram:  # noqa: ARG002 - the port's
        return Histogram()

    def uses(self, key_arns: str, days: range | None = None) -> Sequence[KeyUse]:  # noqa: ARG002 - the port's
        return ()

    def lag(self) -> Lag:
        return Lag()


NO_TALLIES: Tallies = _NoTallies()
