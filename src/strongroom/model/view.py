"""What an operation can see of the world: one consistent moment of the store, and nothing else."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Protocol, TypeVar

N = TypeVar("N")

NO_COLUMNS: Mapping[str, str] = MappingProxyType({})


class Snapshot(Protocol):
    """A consistent view of the store at one moment; ``sequence`` is the last commit it holds."""

    @property
    def sequence(self) -> int: ...

    def get(self, noun: type[N], *identity: str) -> N | None:
        """Return the row of that identity, or None."""

    def page(self, noun: type[N], where: Mapping[str, str], *, after: str | None = None, limit: int) -> Sequence[N]:
        """Return at most ``limit`` rows whose columns equal ``where``, in the order of the last part of the identity.

        ``after`` continues behind the row whose last identity part it names. ``where`` must fix all other identity
        parts or name indexed columns; anything else is our bug.
        """

    def count(self, noun: type[N], where: Mapping[str, str]) -> int:
        """Return how many rows have columns equal to ``where``."""

    def due(
        self, noun: type[N], column: str, until: int, *, where: Mapping[str, str] = NO_COLUMNS, limit: int
    ) -> Sequence[N]:
        """Return at most ``limit`` rows whose ``column`` (a time, indexed) is not after ``until``, the earliest first."""
