"""What a worker keeps of the store between requests: rows that were read, and rows that were looked for and not there.

Bounded by two generations: rows are found in the young one, or moved there from the old; when the young is full the old is
let go. So a hit is one look-up, and what is used stays. Used by the event loop only.
"""

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from strongroom.model.view import NO_COLUMNS, Snapshot
from strongroom.store.port import Identity
from strongroom.store.tables import MAPPED, UNCACHED

N = TypeVar("N")

Where = tuple[type[Any], Identity]
Read = tuple[Where, Any]

_NOUNS = {noun.__name__: noun for noun in MAPPED}
_UNKNOWN = object()


class Miss(Exception):  # noqa: N818 - not an error: the answer "ask the store"
    """The cache cannot tell."""


class NounCache:
    """A view of the store as of ``sequence`` that knows only what it was told."""

    def __init__(self, sequence: int, *, limit: int = 500_000) -> None:
        self.sequence = sequence
        self._half = limit // 2
        self._young: dict[Where, Any] = {}
        self._old: dict[Where, Any] = {}

    def get(self, noun: type[N], *identity: str) -> N | None:
        """Return the row, or None for a row known not to be there. Raises Miss."""
        where = (noun, identity)
        row = self._young.get(where, _UNKNOWN)
        if row is _UNKNOWN:
            row = self._old.get(where, _UNKNOWN)
            if row is _UNKNOWN:
                raise Miss
            self._keep(where, row)
        return row  # type: ignore[no-any-return]  # rows are kept under their type

    def page(self, noun: type[N], where: Mapping[str, str], *, after: str | None = None, limit: int) -> Sequence[N]:  # noqa: ARG002 - a view's face
        raise Miss

    def due(self, *_: Any, **__: Any) -> Sequence[Any]:
        raise Miss

    def count(self, noun: type[N], where: Mapping[str, str]) -> int:  # noqa: ARG002 - a view's face
        raise Miss

    def admit(self, sequence: int, read: Sequence[Read]) -> None:
        """Keep what a snapshot read, unless the cache has moved past that snapshot: then some of it may be stale."""
        if sequence >= self.sequence:
            for where, row in read:
                self._keep(where, row)

    def refresh(self, sequence: int, changed: Sequence[tuple[str, Identity]] | None) -> None:
        """Move on to ``sequence``: drop the rows that changed since; None means that it is not known which."""
        self.sequence = sequence
        if changed is None:
            self._young.clear()
            self._old.clear()
            return
        for name, identity in changed:
            noun = _NOUNS.get(name)
            if noun is not None:
                self._young.pop((noun, identity), None)
                self._old.pop((noun, identity), None)

    def _keep(self, where: Where, row: Any) -> None:
        if len(self._young) >= self._half:
            self._old, self._young = self._young, {}
        self._young[where] = row


class RecordingSnapshot:
    """A snapshot that remembers what was read through it, for ``NounCache.admit``."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self.read: list[Read] = []

    @property
    def sequence(self) -> int:
        return self._snapshot.sequence

    def get(self, noun: type[N], *identity: str) -> N | None:
        row = self._snapshot.get(noun, *identity)
        if noun not in UNCACHED:
            self.read.append(((noun, identity), row))
        return row

    def page(self, noun: type[N], where: Mapping[str, str], *, after: str | None = None, limit: int) -> Sequence[N]:
        return self._snapshot.page(noun, where, after=after, limit=limit)

    def count(self, noun: type[N], where: Mapping[str, str]) -> int:
        return self._snapshot.count(noun, where)

    def due(
        self, noun: type[N], column: str, until: int, *, where: Mapping[str, str] = NO_COLUMNS, limit: int
    ) -> Sequence[N]:
        return self._snapshot.due(noun, column, until, where=where, limit=limit)
