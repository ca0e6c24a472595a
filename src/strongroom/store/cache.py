"""What a worker keeps of the store between requests: rows that were read, and rows that were looked for and not there.

A *family* is all rows of a noun that share everything of their identity but the last part (the grants of one grantee on one
key): it is kept like a row, under that prefix, when it was read whole, and dropped when any row of it changes or comes.

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
"""A noun with a whole identity, or with all but its last part: that of a family."""
Read = tuple[Where, Any]
"""A row (None when it is not there), or the rows of a family as a tuple."""

MAX_FAMILY = 1000  # rows; larger families are read from the store each time

_NOUNS = {noun.__name__: noun for noun in MAPPED}
_FAMILY = {noun: mapped.identity[:-1] for noun, mapped in MAPPED.items()}
_UNKNOWN = object()


class Miss(Exception):  # noqa: N818 - not an error: the answer "ask the store"
    """The cache cannot tell."""


class NounCache:
    """A view of the store as of ``sequence`` that knows only what it was told."""

    def __init__(self, sequence: int, *, limit: int = 500_000) -> None:
        self.sequence = sequence
        self._half = limit // 2
        self._held = 0  # rows put into the young generation
        self._young: dict[Where, Any] = {}
        self._old: dict[Where, Any] = {}

    def get(self, noun: type[N], *identity: str) -> N | None:
        """Return the row, or None for a row known not to be there. Raises Miss."""
        return self._found((noun, identity))  # type: ignore[no-any-return]  # rows are kept under their type

    def page(self, noun: type[N], where: Mapping[str, str], *, after: str | None = None, limit: int) -> Sequence[N]:
        """Return the beginning of a family that was read whole. Raises Miss, for every other page too."""
        family = None if after is not None else _family(noun, where)
        if family is None:
            raise Miss
        rows: Sequence[N] = self._found(family)
        return rows[:limit]

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
            self._held = 0
            return
        for name, identity in changed:
            noun = _NOUNS.get(name)
            if noun is not None:
                for where in ((noun, identity), (noun, identity[:-1])):
                    self._young.pop(where, None)
                    self._old.pop(where, None)

    def _found(self, where: Where) -> Any:
        row = self._young.get(where, _UNKNOWN)
        if row is _UNKNOWN:
            row = self._old.get(where, _UNKNOWN)
            if row is _UNKNOWN:
                raise Miss
            self._keep(where, row)
        return row

    def _keep(self, where: Where, row: Any) -> None:
        if self._held >= self._half:
            self._old, self._young, self._held = self._young, {}, 0
        self._young[where] = row
        self._held += 1 if type(row) is not tuple else 1 + len(row)


def _family(noun: type[Any], where: Mapping[str, str]) -> Where | None:
    """Return the family that ``where`` names exactly, or None."""
    names = _FAMILY[noun]
    if len(where) != len(names):
        return None
    try:
        return noun, tuple([where[name] for name in names])
    except KeyError:
        return None


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
        rows = self._snapshot.page(noun, where, after=after, limit=limit)
        # INVARIANT: only what is known to be the whole family is remembered: it began at the beginning and had room to spare.
        if after is None and len(rows) < limit and len(rows) <= MAX_FAMILY and noun not in UNCACHED:
            family = _family(noun, where)
            if family is not None:
                self.read.append((family, tuple(rows)))
        return rows

    def count(self, noun: type[N], where: Mapping[str, str]) -> int:
        return self._snapshot.count(noun, where)

    def due(
        self, noun: type[N], column: str, until: int, *, where: Mapping[str, str] = NO_COLUMNS, limit: int
    ) -> Sequence[N]:
        return self._snapshot.due(noun, column, until, where=where, limit=limit)
