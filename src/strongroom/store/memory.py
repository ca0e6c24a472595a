"""A store in memory, for tests: the same contract as the durable ones, without the disk."""

import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, TypeVar

from strongroom.model.view import NO_COLUMNS
from strongroom.store.port import (
    NO_OUTBOX,
    Change,
    ConflictError,
    Delete,
    Ensure,
    Expect,
    Identity,
    Insert,
    Latest,
    Outbox,
    Snapshot,
    Update,
)
from strongroom.store.tables import MAPPED

N = TypeVar("N")

Rows = dict[tuple[type[Any], Identity], Any]
KEPT_CHANGES = 10_000


class MemorySnapshot:
    """The rows of one moment; a commit makes a new dictionary and leaves this one alone."""

    def __init__(self, rows: Rows, sequence: int) -> None:
        self._rows = rows
        self.sequence = sequence

    def get(self, noun: type[N], *identity: str) -> N | None:
        return self._rows.get((noun, identity))

    def page(self, noun: type[N], where: Mapping[str, str], *, after: str | None = None, limit: int) -> Sequence[N]:
        last = MAPPED[noun].identity[-1]
        found = [row for row in self._matching(noun, where) if after is None or getattr(row, last) > after]
        return sorted(found, key=lambda row: getattr(row, last))[:limit]

    def count(self, noun: type[N], where: Mapping[str, str]) -> int:
        return sum(1 for _ in self._matching(noun, where))

    def due(
        self, noun: type[N], column: str, until: int, *, where: Mapping[str, str] = NO_COLUMNS, limit: int
    ) -> Sequence[N]:
        found = [row for row in self._matching(noun, where) if (at := getattr(row, column)) is not None and at <= until]
        return sorted(found, key=lambda row: getattr(row, column))[:limit]

    def _matching(self, noun: type[N], where: Mapping[str, str]) -> Iterator[Any]:
        mapped = MAPPED[noun]
        for (kind, _), row in self._rows.items():
            if kind is noun and where.items() <= mapped.row(row).items():
                yield row


class MemoryStore:
    """Satisfies ``port.Store``."""

    def __init__(self) -> None:
        self._rows: Rows = {}
        self._sequence = 0
        self._changes: list[tuple[int, str, Identity]] = []
        self._outbox: dict[str, tuple[int, bytes]] = {}
        self._lock = threading.Lock()

    @contextmanager
    def snapshot(self) -> Iterator[Snapshot]:
        with self._lock:
            view = MemorySnapshot(self._rows, self._sequence)
        yield view

    def commit(self, changes: Sequence[Change], outbox: Outbox = NO_OUTBOX) -> int:
        with self._lock:
            rows = dict(self._rows)
            changed = [identity for change in changes if (identity := _apply(rows, change)) is not None]
            if any(event_id in self._outbox for event_id, _ in outbox.records):
                raise ConflictError
            if any(not isinstance(change, Latest) for change in changes):
                self._sequence += 1
                self._changes += [(self._sequence, noun, identity) for noun, identity in changed]
                del self._changes[:-KEPT_CHANGES]
            self._rows = rows
            self._outbox |= {event_id: (outbox.slot, record) for event_id, record in outbox.records}
            for event_id in outbox.drained:
                self._outbox.pop(event_id, None)
            return self._sequence

    def changed_since(self, sequence: int) -> tuple[int, Sequence[tuple[str, Identity]] | None]:
        with self._lock:
            if len(self._changes) >= KEPT_CHANGES and self._changes[0][0] > sequence + 1:
                return self._sequence, None
            return self._sequence, [(noun, identity) for at, noun, identity in self._changes if at > sequence]

    def outbox(self, slot: int | None = None) -> Sequence[tuple[int, str, bytes]]:
        with self._lock:
            return [(at, event, record) for event, (at, record) in self._outbox.items() if slot is None or at == slot]

    def scrub(self) -> bool:
        """Nothing deleted is kept."""
        return True

    def close(self) -> None:
        """Nothing is held."""


def _apply(rows: Rows, change: Change) -> tuple[str, Identity] | None:
    """Apply one change to ``rows``; return what changed. Errors: ConflictError."""
    noun = change.noun
    mapped = MAPPED[type(noun)]
    at = (type(noun), mapped.identity_of(noun))
    present = rows.get(at)
    if isinstance(change, Insert):
        if present is not None or _taken(rows, noun):
            raise ConflictError
        rows[at] = replace(noun, version=1) if mapped.versioned else noun
    elif isinstance(change, Latest):
        if present is None or getattr(present, change.by) <= getattr(noun, change.by):
            rows[at] = replace(noun, version=1)
        return None
    elif isinstance(change, Ensure):
        if present is not None:
            return None
        rows[at] = noun
    else:
        if present is None or present.version != noun.version:
            raise ConflictError
        if isinstance(change, Expect):
            return None
        if isinstance(change, Update):
            rows[at] = replace(noun, version=noun.version + 1)
        else:
            assert isinstance(change, Delete)  # noqa: S101 - the last of the six
            del rows[at]
    return type(noun).__name__, at[1]


def _taken(rows: Rows, noun: Any) -> bool:
    """Tell whether another row holds what must be unique beside the identity."""
    mapped = MAPPED[type(noun)]
    for names in mapped.unique:
        wanted = [getattr(noun, name) for name in names]
        for (kind, _), row in rows.items():
            if kind is type(noun) and [getattr(row, name) for name in names] == wanted:
                return True
    return False
