"""What every generated request and response is built on. The shapes themselves are in ``shapes/``.

Attribute names are snake_case, wire names are the service model's; optional members are None when absent, and a JSON
null counts as absent. INVARIANT: a shape never shows its secrets: members in ``HIDDEN`` are in reprs by length only.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

import msgspec

EARLIEST = -62_135_596_800  # 0001-01-01T00:00:00Z, the first second that a ``datetime`` can hold
LATEST = 253_402_300_799  # 9999-12-31T23:59:59Z, the last one

TIMESTAMP = "timestamp"
PATTERN = "pattern"

Timestamp = Annotated[float, msgspec.Meta(ge=float(EARLIEST), le=float(LATEST), extra={"kind": TIMESTAMP})]
"""Seconds since the epoch."""


class Shape(msgspec.Struct, frozen=True, omit_defaults=True, rename="pascal", gc=False):
    """A structure of a service model. Without garbage collection: shapes hold no cycles, and requests are many."""

    HIDDEN: ClassVar[frozenset[str]] = frozenset()
    """Attributes that hold blobs or what the model calls sensitive: kept out of reprs and of refusals."""

    def __repr__(self) -> str:
        shown = (f"{name}={text}" for name, text in self._shown())
        return f"{type(self).__name__}({', '.join(shown)})"

    def __rich_repr__(self) -> list[tuple[str, Any]]:
        """Keep pretty-printers from looking past ``__repr__``, as msgspec's own version of this would let them."""
        return list(self._shown())

    def _shown(self) -> Iterator[tuple[str, str]]:
        for name in self.__struct_fields__:
            value = getattr(self, name)
            if value is not None:
                yield name, f"<{_size(value)}>" if name in self.HIDDEN else repr(value)


def _size(value: Any) -> str:
    """Return how much there is of a hidden value."""
    if isinstance(value, bytes):
        return f"{len(value)} bytes"
    if isinstance(value, str):
        return f"{len(value)} characters"
    return "hidden"


@dataclass(frozen=True, slots=True)
class OperationShape:
    """One operation of a service model. ``output`` None is an empty body; ``errors`` are the declared ones' names."""

    name: str
    input: type[Shape]
    output: type[Shape] | None
    errors: frozenset[str]
