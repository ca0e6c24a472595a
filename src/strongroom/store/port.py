"""What we ask of a store. SQLite and memory answer today; one contract suite runs against each of them.

A store keeps *nouns*: the frozen dataclasses of ``model`` that ``store.tables`` lists. It knows nothing about what they
mean: an operation decides on a snapshot and returns changes, and ``commit`` applies all of them or none.
"""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Protocol

from strongroom.model.change import Change, Delete, Ensure, Expect, Insert, Latest, Update
from strongroom.model.view import Snapshot

__all__ = [
    "NO_OUTBOX",
    "Change",
    "ConflictError",
    "Delete",
    "Ensure",
    "Expect",
    "Identity",
    "Insert",
    "Latest",
    "Outbox",
    "Snapshot",
    "Store",
    "StoreUnavailableError",
    "Update",
]  # fmt: skip

Identity = tuple[str, ...]
"""The primary key of a noun, in the order of ``store.tables``."""


class ConflictError(Exception):
    """A row is not at the version that the changes were decided on: decide again on a fresh snapshot."""


class StoreUnavailableError(Exception):
    """The store cannot be read or written now (full disk, locked or lost file); nothing was changed. Says what to do."""


@dataclass(frozen=True, slots=True)
class Outbox:
    """Audit records that commit with the changes, until the journal of worker ``slot`` holds them.

    ``records`` are (event id, record bytes); ``drained`` names records of earlier commits that the journal has by now.
    """

    slot: int
    records: Sequence[tuple[str, bytes]] = field(default=(), repr=False)
    drained: Sequence[str] = ()


NO_OUTBOX = Outbox(0)


class Store(Protocol):
    def snapshot(self) -> AbstractContextManager[Snapshot]: ...

    def commit(self, changes: Sequence[Change], outbox: Outbox = NO_OUTBOX) -> int:
        """Apply all changes and the outbox durably, or none; return the new sequence.

        Errors: ConflictError, StoreUnavailableError.
        """

    def changed_since(self, sequence: int) -> tuple[int, Sequence[tuple[str, Identity]] | None]:
        """Return the present sequence and the (noun name, identity) changed after ``sequence``; None for "too many to say"."""

    def outbox(self, slot: int | None = None) -> Sequence[tuple[int, str, bytes]]:
        """Return (slot, event id, record) of what no journal is known to hold, oldest first; all slots when None."""

    def scrub(self) -> bool:
        """Destroy what was deleted wherever the store still keeps a copy; False when it must be tried again later.

        Errors: StoreUnavailableError.
        """

    def close(self) -> None: ...
