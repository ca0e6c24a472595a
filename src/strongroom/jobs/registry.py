"""The jobs, as data: which keys are due, and what is done to each. Pure: ``runner`` commits.

INVARIANT: what is to be done stands in the key's own row (a date and a state), and doing it changes that row. So a job that
was killed anywhere begins again without doing anything twice.

Source: AWS KMS Developer Guide, "Rotate AWS KMS keys", "Delete an AWS KMS key".
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from strongroom.crypto.keyring import Keyring
from strongroom.model.change import Change, Delete
from strongroom.model.key import Key, KeyMaterial, KeyState
from strongroom.model.random import RandomBytes
from strongroom.model.service_event import ServiceEvent
from strongroom.model.view import NO_COLUMNS, Snapshot
from strongroom.operations.kms.deletion import deleted
from strongroom.operations.kms.imported import expire_materials
from strongroom.operations.kms.versions import AUTOMATIC, rotated


@dataclass(frozen=True, slots=True)
class Tools:
    """What a job may use beside the view it decides on."""

    keyring: Keyring
    random_bytes: RandomBytes


@dataclass(frozen=True, slots=True)
class Deed:
    """What a job decided for one key. ``destroys``: wrapped material goes with it, and must be found nowhere afterwards."""

    changes: tuple[Change, ...]
    events: tuple[ServiceEvent, ...]
    destroys: bool = False


@dataclass(frozen=True, slots=True)
class Job:
    """``due`` names the time of a key at which ``act`` is called for it, if the key then is in ``state`` (None: in any)."""

    name: str
    due: str
    state: KeyState | None
    act: Callable[[Snapshot, Key, int, Tools], Deed]

    @property
    def where(self) -> Mapping[str, str]:
        return NO_COLUMNS if self.state is None else {"state": self.state.value}

    def is_due(self, key: Key, now_ms: int) -> bool:
        at: int | None = getattr(key, self.due)
        return at is not None and at <= now_ms and self.state in (None, key.state)


def _rotate(view: Snapshot, key: Key, now_ms: int, tools: Tools) -> Deed:
    rotation = rotated(view, key, now_ms, tools.keyring, tools.random_bytes, AUTOMATIC)
    return Deed(rotation.changes, rotation.events)


def _delete(view: Snapshot, key: Key, now_ms: int, _tools: Tools) -> Deed:
    return Deed(deleted(view, key, now_ms), (ServiceEvent("DeleteKey", key),), destroys=True)


def _expire(view: Snapshot, key: Key, now_ms: int, _tools: Tools) -> Deed:
    changes = expire_materials(view, key, now_ms)
    gone = [row for change in changes if (row := _emptied(view, change)) is not None]
    events = [
        ServiceEvent("DeleteExpiredKeyMaterial", key, {"keyId": key.key_id, "keyMaterialId": row.material_id})
        for row in gone
        if row.region == key.region
    ]
    return Deed(changes, tuple(events), destroys=bool(gone))


def _emptied(view: Snapshot, change: Change) -> KeyMaterial | None:
    """Return the row that loses its material by ``change``, if it does."""
    row = change.noun
    if not isinstance(row, KeyMaterial) or (row.is_present and not isinstance(change, Delete)):
        return None
    before = view.get(KeyMaterial, row.account, row.region, row.key_id, row.material_id)
    return before if before is not None and before.is_present else None


# The place to add a job.
JOBS = (
    # Disabled keys pause: the date stays, and comes due when they are enabled again. What waits for its end does not rotate.
    Job("rotation", "rotation_ms", KeyState.ENABLED, _rotate),
    Job("deletion", "deletion_ms", KeyState.PENDING_DELETION, _delete),
    Job("expiry", "expires_ms", None, _expire),
)
