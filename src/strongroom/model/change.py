"""Changes that an operation wants, as values: the pipeline commits them together with the audit record, or not at all.

A change names the version of the row it was decided on; a store that finds another version refuses the whole commit.
"""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Insert:
    """A new row; ConflictError when its identity is taken. It is stored with version 1."""

    noun: Any


@dataclass(frozen=True, slots=True)
class Update:
    """A row's new content. ``noun.version`` is the version decided on; it is stored with the next one."""

    noun: Any


@dataclass(frozen=True, slots=True)
class Delete:
    """A row's end. ``noun.version`` is the version decided on."""

    noun: Any


@dataclass(frozen=True, slots=True)
class Ensure:
    """A row named by its own content (``PolicyDocument``): written if absent."""

    noun: Any


@dataclass(frozen=True, slots=True)
class Expect:
    """A row that must still be at ``noun.version``, though it is not changed."""

    noun: Any


@dataclass(frozen=True, slots=True)
class Latest:
    """A row that others write too: it stays unless the one there has a later ``by`` (one of its times).

    Nobody decides on such rows from a cache, so they are written without a version to be checked, do not move the
    store's sequence and are not among what ``changed_since`` tells. It is stored with version 1.
    """

    noun: Any
    by: str


Change = Insert | Update | Delete | Ensure | Expect | Latest
