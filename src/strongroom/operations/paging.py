"""Pages: ``Limit`` and ``Marker`` in, ``Truncated`` and ``NextMarker`` out.

A marker is opaque to callers and names what it continues: one listing's marker is refused by every other. Source: AWS
KMS API Reference, the ``Limit`` of each list operation; recorded answers for the defaults.
"""

import base64
import binascii
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Generic, TypeVar

import msgspec

from strongroom.errors import InvalidMarkerError, ValidationError
from strongroom.model.view import Snapshot

N = TypeVar("N")


class _Marker(msgspec.Struct, array_like=True, frozen=True):
    listing: str
    after: str


@dataclass(frozen=True, slots=True)
class Page(Generic[N]):
    items: Sequence[N]
    next_marker: str | None

    @property
    def truncated(self) -> bool:
        return self.next_marker is not None


@dataclass(frozen=True, slots=True)
class Listing:
    """One list operation's page sizes; ``name`` goes into its markers."""

    name: str
    default: int
    maximum: int

    def page_of(
        self, view: Snapshot, noun: type[N], where: Mapping[str, str], by: str, limit: int | None, marker: str | None
    ) -> Page[N]:
        """Return the page of rows that equal ``where``, ordered by their attribute ``by`` (the last of their identity)."""
        size, after = self._size(limit), self._after(marker)
        found = view.page(noun, where, after=after, limit=size + 1)
        items = found[:size]
        return Page(items, self._marker(getattr(items[-1], by)) if len(found) > size else None)

    def merged_page_of(  # noqa: PLR0917 - as above, and what is laid between
        self,
        view: Snapshot,
        noun: type[N],
        where: Mapping[str, str],
        by: str,
        limit: int | None,
        marker: str | None,
        names: Collection[str],
    ) -> Page[N | str]:
        """Return the page of rows as ``page_of`` does, with those ``names`` between them that no row has."""
        size, after = self._size(limit), self._after(marker)
        found: dict[str, N | str] = {
            getattr(row, by): row for row in view.page(noun, where, after=after, limit=size + 1)
        }
        # Rows behind the page may have some of the names; those names lie behind the page as well.
        for name in names:
            if after is None or name > after:
                found.setdefault(name, name)
        merged = sorted(found.items(), key=itemgetter(0))
        items = [item for _, item in merged[:size]]
        return Page(items, self._marker(merged[size - 1][0]) if len(merged) > size else None)

    def slice_of(self, items: Sequence[tuple[str, N]], limit: int | None, marker: str | None) -> Page[N]:
        """Return the page of (name, item) pairs that are in the order of their names and at hand already."""
        size, after = self._size(limit), self._after(marker)
        rest = [pair for pair in items if after is None or pair[0] > after]
        return Page([item for _, item in rest[:size]], self._marker(rest[size - 1][0]) if len(rest) > size else None)

    def _size(self, limit: int | None) -> int:
        if limit is None:
            return self.default
        if limit > self.maximum:
            raise ValidationError(
                f"1 validation error detected: Value '{limit}' at 'limit' failed to satisfy constraint: "
                f"Member must have value less than or equal to {self.maximum}"
            )
        return limit

    def _marker(self, after: str) -> str:
        return base64.b64encode(msgspec.json.encode(_Marker(self.name, after))).decode()

    def _after(self, marker: str | None) -> str | None:
        if marker is None:
            return None
        try:
            found = msgspec.json.decode(base64.b64decode(marker, validate=True), type=_Marker)
        except (binascii.Error, ValueError, msgspec.DecodeError):
            raise InvalidMarkerError from None
        if found.listing != self.name:
            raise InvalidMarkerError
        return found.after
