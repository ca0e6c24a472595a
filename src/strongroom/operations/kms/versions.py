"""The versions of a key's material: all of them in order, and the step to the next one. Pure.

``rotated`` serves both RotateKeyOnDemand and the job that rotates automatically. Source: AWS KMS Developer Guide, "Rotate
AWS KMS keys"; recorded answers.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from strongroom.crypto.derive import MATERIAL_BYTES
from strongroom.crypto.keyring import Keyring
from strongroom.errors import KMSInvalidStateError
from strongroom.model.change import Change, Insert, Update
from strongroom.model.key import Key, KeyMaterial, KeyState, MaterialState, Origin
from strongroom.model.random import RandomBytes
from strongroom.model.service_event import ServiceEvent
from strongroom.model.view import Snapshot
from strongroom.operations.kms.imported import is_pending
from strongroom.operations.kms.material import MATERIAL_ID_BYTES

AUTOMATIC, ON_DEMAND = "AUTOMATIC", "ON_DEMAND"  # API Reference, RotationsListEntry, RotationType
DAY_MS = 86_400_000

_MAX_VERSIONS = 10_000  # of one key; the shortest period makes four a year
_REPLICA_LACKS_IT = (
    "Cannot perform key material rotation: Key material has not been imported for replicas of the Multi-Region key."
)


@dataclass(frozen=True, slots=True)
class Rotation:
    """A key with its next version, and all that has to be written for it, in every Region."""

    key: Key
    changes: tuple[Change, ...]
    events: tuple[ServiceEvent, ...]


def versions_of(view: Snapshot, key: Key) -> Sequence[KeyMaterial]:
    """Return every version of the key's material in its Region, the first one first, a pending one last."""
    where = {"account": key.account, "region": key.region, "key_id": key.key_id}
    return sorted(view.page(KeyMaterial, where, limit=_MAX_VERSIONS), key=lambda version: version.position)


def rotated(
    view: Snapshot, key: Key, now_ms: int, keyring: Keyring, random_bytes: RandomBytes, rotation_type: str
) -> Rotation:
    """Return ``key`` with fresh material or, if it is imported, with the material that waits for its rotation.

    ``key`` is a symmetric encryption key with its origin AWS_KMS or EXTERNAL, the primary if it is multi-Region: the same
    material becomes current in every Region. Errors: KMSInvalidStateError when no imported material is ready.
    """
    if not key.is_symmetric_encryption or key.is_replica:
        raise ValueError(f"{key.arn} does not rotate")
    versions = versions_of(view, key)
    if key.origin == Origin.EXTERNAL:
        fresh = None
        material_id = _ready_version(key, versions).material_id
    else:
        material_id = random_bytes(MATERIAL_ID_BYTES).hex()
        bare = KeyMaterial(
            key.account, key.region, key.key_id, material_id, b"", now_ms, position=versions[-1].position + 1
        )
        fresh = keyring.wrap_material(bare, random_bytes(MATERIAL_BYTES), random_bytes)
    primary = replace(
        key,
        rotation_ms=_next_rotation(key, now_ms) if rotation_type == AUTOMATIC else key.rotation_ms,
        on_demand_rotations=key.on_demand_rotations + (rotation_type == ON_DEMAND),
    )
    here, changes = _moved_on(primary, versions, material_id, fresh, now_ms, rotation_type)
    events = [_rotate_event(key, here, rotation_type)]
    replicas = replicas_of(view, key)
    for replica in replicas:
        _, more = _moved_on(replica, versions_of(view, replica), material_id, fresh, now_ms, rotation_type)
        changes += more
    if replicas:
        events.append(ServiceEvent("SynchronizeMultiRegionKey", here))
    return Rotation(here, tuple(changes), tuple(events))


def replicas_of(view: Snapshot, primary: Key) -> list[Key]:
    """Return the replicas of a primary (of any key: a single-Region key has none)."""
    found = (view.get(Key, primary.account, region, primary.key_id) for region in primary.replica_regions)
    return [key for key in found if key is not None]


def _ready_version(key: Key, versions: Sequence[KeyMaterial]) -> KeyMaterial:
    """Return the imported version that waits. It may have expired meanwhile: it is rotated to all the same (recorded)."""
    waiting = next((version for version in versions if is_pending(version)), None)
    if waiting is None:
        raise KMSInvalidStateError(f"No available key material pending rotation for the key: {key.arn}.")
    if waiting.state is not MaterialState.PENDING_ROTATION:
        raise KMSInvalidStateError(_REPLICA_LACKS_IT)
    return waiting


def _moved_on(
    key: Key, versions: Sequence[KeyMaterial], material_id: str, fresh: KeyMaterial | None, now_ms: int, rotation_type: str
) -> tuple[Key, list[Change]]:  # fmt: skip
    """Make ``material_id`` the current version in the key's Region. Errors: KMSInvalidStateError when it is not there."""
    as_current: dict[str, Any] = {"state": MaterialState.CURRENT, "rotated_ms": now_ms, "rotation_type": rotation_type}
    changes: list[Change] = [
        Update(replace(version, state=MaterialState.NON_CURRENT))
        for version in versions
        if version.state is MaterialState.CURRENT
    ]
    state = key.state
    if fresh is not None:
        changes.append(Insert(replace(fresh, region=key.region, **as_current)))
    else:
        waiting = next((version for version in versions if version.material_id == material_id), None)
        if waiting is None:
            raise KMSInvalidStateError(_REPLICA_LACKS_IT)
        changes.append(Update(replace(waiting, **as_current)))
        if not waiting.is_present and state is KeyState.ENABLED:
            state = KeyState.PENDING_IMPORT
    key = replace(key, material_id=material_id, state=state)
    return key, [*changes, Update(key)]


def _next_rotation(key: Key, now_ms: int) -> int | None:
    """Return when to rotate next: a period after the last due date, or from now when the key was overdue by as much."""
    if key.rotation_ms is None or key.rotation_period_days is None:
        return None
    period_ms = key.rotation_period_days * DAY_MS
    planned = key.rotation_ms + period_ms
    return planned if planned > now_ms else now_ms + period_ms


def _rotate_event(before: Key, after: Key, rotation_type: str) -> ServiceEvent:
    details = {
        "keyId": after.key_id,
        "rotationType": rotation_type,
        "keyOrigin": after.origin,
        "previousKeyMaterialId": before.material_id,
        "currentKeyMaterialId": after.material_id,
    }
    return ServiceEvent("RotateKey", after, details)
