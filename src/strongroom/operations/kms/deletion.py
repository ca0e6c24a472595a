"""The end of a key whose waiting period is over, and what a key that was to be deleted returns to. Pure.

Source: AWS KMS Developer Guide, "Delete an AWS KMS key", "Deleting multi-Region keys".
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from strongroom.model.change import Change, Delete
from strongroom.model.key import Alias, Key, KeyMaterial, KeyState, Origin
from strongroom.model.key_usage import KeyUsage
from strongroom.model.view import Snapshot
from strongroom.operations.kms.grant_ends import grants_of_key
from strongroom.operations.kms.imported import lacks_material, lose_replica
from strongroom.operations.kms.versions import DAY_MS

_PAGE = 1000

# The rows that belong to one key, by the last part of their identity. Whatever else is kept about a key is named here.
_BELONGINGS: tuple[tuple[type[Any], str], ...] = (
    (KeyMaterial, "material_id"),
    (Alias, "name"),
    (KeyUsage, "key_id"),
)


def deleted(view: Snapshot, key: Key, now_ms: int) -> tuple[Change, ...]:
    """Return the changes that destroy ``key`` in its Region, with all that belongs to it.

    With the last replica gone, the waiting period of a primary that waited for it begins: in full, from ``now_ms``. Imported
    material that was staged, and missing in that replica alone, may rotate now.
    """
    changes: list[Change] = [Delete(key), *grants_of_key(view, key), *_belongings(view, key)]
    if key.is_replica:
        primary = view.get(Key, key.account, key.primary_region, key.key_id)
        if primary is not None:
            changes += lose_replica(view, primary, _without_replica(primary, key.region, now_ms))
    return tuple(changes)


def _belongings(view: Snapshot, key: Key) -> Iterator[Delete]:
    where = {"account": key.account, "region": key.region, "key_id": key.key_id}
    for noun, name in _BELONGINGS:
        after = None
        while page := view.page(noun, where, after=after, limit=_PAGE):
            yield from map(Delete, page)
            after = getattr(page[-1], name)


def _without_replica(primary: Key, region: str, now_ms: int) -> Key:
    primary = replace(primary, replica_regions=tuple(each for each in primary.replica_regions if each != region))
    if primary.replica_regions or primary.state is not KeyState.PENDING_REPLICA_DELETION:
        return primary
    assert primary.pending_window_days is not None  # noqa: S101 - ScheduleKeyDeletion set it
    return replace(
        primary,
        state=KeyState.PENDING_DELETION,
        deletion_ms=now_ms + primary.pending_window_days * DAY_MS,
        pending_window_days=None,
    )


def spared(view: Snapshot, key: Key) -> Key:
    """Return ``key`` with its deletion cancelled: disabled, or waiting for the imported material that it lacks."""
    lacking = key.origin == Origin.EXTERNAL and lacks_material(view, key)
    state = KeyState.PENDING_IMPORT if lacking else KeyState.DISABLED
    return replace(key, state=state, deletion_ms=None, pending_window_days=None)
