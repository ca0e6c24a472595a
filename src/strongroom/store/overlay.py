"""A view with rows that are not in the store yet: to decide on what would be there, before anything is committed."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeVar

from strongroom.model.view import NO_COLUMNS, Snapshot
from strongroom.store.tables import MAPPED

N = TypeVar("N")


class Overlay:
    """Satisfies ``Snapshot``. The rows laid over it must not be in ``view``."""

    def __init__(self, view: Snapshot, rows: Sequence[Any]) -> None:
        self._view = view
        self._rows = {(type(row), MAPPED[type(row)].identity_of(row)): row for row in rows}

    @property
    def sequence(self) -> int:
        return self._view.sequence

    def get(self, noun: type[N], *identity: str) -> N | None:
        row: N | None = self._rows.get((noun, identity))
        return self._view.get(noun, *identity) if row is None else row

    def page(self, noun: type[N], where: Mapping[str, str], *, after: str | None = None, limit: int) -> Sequence[N]:
        last = MAPPED[noun].identity[-1]
        more = [row for row in self._matching(noun, where) if after is None or getattr(row, last) > after]
        found = self._view.page(noun, where, after=after, limit=limit)
        return sorted([*found, *more], key=lambda row: getattr(row, last))[:limit] if more else found

    def count(self, noun: type[N], where: Mapping[str, str]) -> int:
        return self._view.count(noun, where) + sum(1 for _ in self._matching(noun, where))

    def due(
        self, noun: type[N], column: str, until: int, *, where: Mapping[str, str] = NO_COLUMNS, limit: int
    ) -> Sequence[N]:
        return self._view.due(noun, column, until, where=where, limit=limit)

    def _matching(self, noun: type[N], where: Mapping[str, str]) -> Iterator[N]:
        for (kind, _), row in self._rows.items():
            if kind is noun and where.items() <= MAPPED[noun].row(row).items():
                yield row
