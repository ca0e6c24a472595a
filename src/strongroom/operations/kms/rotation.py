"""Rotation: EnableKeyRotation, DisableKeyRotation, GetKeyRotationStatus, RotateKeyOnDemand, ListKeyRotations.

Automatic rotation itself is a job (``jobs``). Source: AWS KMS API Reference, those actions; recorded answers for the texts
and for what each kind of key answers. State comes before eligibility, but the origin before the state (``model.key_state``).
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from strongroom.errors import LimitExceededError, RotationConflictError, UnsupportedOperationError, ValidationError
from strongroom.model.change import Update
from strongroom.model.key import Key, KeyManager, KeyMaterial, KeyState, Origin
from strongroom.model.key_state import Rule, refusal
from strongroom.model.permission import ConditionValues
from strongroom.model.view import Snapshot
from strongroom.operations.kms.common import changed_key, on_key
from strongroom.operations.kms.versions import DAY_MS, ON_DEMAND, rotated, versions_of
from strongroom.operations.operation import Call, Operation, Outcome, members
from strongroom.operations.paging import Listing
from strongroom.wire.shapes import kms

DEFAULT_PERIOD_DAYS = 365  # API Reference, EnableKeyRotation, RotationPeriodInDays
NEAR_ROTATION_MS = 20 * 60 * 1000  # API Reference, RotateKeyOnDemand, ConflictException

_NEAR = (
    "The request was rejected because an automatic rotation of this key is currently in progress or scheduled to begin "
    "within the next 20 minutes."
)
_EXTERNAL_STORES = (Origin.AWS_CLOUDHSM, Origin.EXTERNAL_KEY_STORE)


def _not_for_replicas(call: Call) -> None:
    if call.key.is_replica:
        raise UnsupportedOperationError(
            f"{call.key.arn} is a multi-region replica key which is not valid for {call.operation}."
        )


def _primary_of(view: Snapshot, key: Key) -> Key:
    """Return the key that rotates for ``key``. Errors: LookupError when a replica has no primary, which is our bug."""
    if not key.is_replica:
        return key
    primary = view.get(Key, key.account, key.primary_region, key.key_id)
    if primary is None:
        raise LookupError(f"{key.arn} is a replica without its primary")
    return primary


# --- EnableKeyRotation, DisableKeyRotation ---------------------------------------------------------------------------


def _enable_key_rotation(call: Call, request: kms.EnableKeyRotationRequest) -> Outcome:
    key, days = call.key, request.rotation_period_in_days
    _not_for_replicas(call)
    if not key.is_symmetric_encryption:
        raise UnsupportedOperationError
    if key.rotation_period_days is not None and days in (None, key.rotation_period_days):
        return changed_key(key)  # it keeps its period, and the date
    days = days or DEFAULT_PERIOD_DAYS
    enabled = replace(key, rotation_period_days=days, rotation_ms=call.now_ms + days * DAY_MS)
    return changed_key(key, Update(enabled))


def _enable_conditions(request: kms.EnableKeyRotationRequest, _action: str) -> ConditionValues:
    """A request without a period counts as 365, also where the key keeps a shorter one (recorded)."""
    return {"kms:rotationperiodindays": str(request.rotation_period_in_days or DEFAULT_PERIOD_DAYS)}


def _disable_key_rotation(call: Call, _request: kms.DisableKeyRotationRequest) -> Outcome:
    key = call.key
    _not_for_replicas(call)
    if key.rotation_period_days is None:
        return changed_key(key)
    return changed_key(key, Update(replace(key, rotation_period_days=None, rotation_ms=None)))


# --- GetKeyRotationStatus --------------------------------------------------------------------------------------------


def _get_key_rotation_status(call: Call, _request: kms.GetKeyRotationStatusRequest) -> Outcome:
    key = call.key
    if key.origin in _EXTERNAL_STORES:
        raise refusal(Rule.ORIGIN, key)
    schedule = _primary_of(call.view, key)
    days, next_ms = schedule.rotation_period_days, schedule.rotation_ms
    if days is None or next_ms is None or not _shows_schedule(key):
        return Outcome(kms.GetKeyRotationStatusResponse(key_rotation_enabled=False, key_id=key.arn))
    return Outcome(
        kms.GetKeyRotationStatusResponse(
            key_rotation_enabled=True,
            key_id=key.arn,
            rotation_period_in_days=days,
            next_rotation_date=next_ms / 1000,
        )
    )


def _shows_schedule(key: Key) -> bool:
    """AWS managed keys rotate every year, but were recorded to say nothing of it."""
    return key.manager is KeyManager.CUSTOMER and key.state is not KeyState.PENDING_DELETION


# --- RotateKeyOnDemand -----------------------------------------------------------------------------------------------


def _rotate_key_on_demand(call: Call, _request: kms.RotateKeyOnDemandRequest) -> Outcome:
    key = call.key
    _not_for_replicas(call)
    if key.origin in _EXTERNAL_STORES:
        raise refusal(Rule.ORIGIN, key)
    if not key.is_symmetric_encryption:
        raise UnsupportedOperationError
    if key.on_demand_rotations >= call.quotas.on_demand_rotations:
        raise LimitExceededError(
            "The on-demand rotations limit has been reached for the given keyId. "
            f"No more on-demand rotations can be performed for this key: {key.arn}"
        )
    if key.rotation_ms is not None and key.rotation_ms <= call.now_ms + NEAR_ROTATION_MS:
        raise RotationConflictError(_NEAR)
    rotation = rotated(call.view, key, call.now_ms, call.keyring, call.random_bytes, ON_DEMAND)
    return Outcome(
        kms.RotateKeyOnDemandResponse(key_id=key.arn),
        rotation.changes,
        response_elements={"keyId": key.arn},
        events=rotation.events,
    )


# --- ListKeyRotations ------------------------------------------------------------------------------------------------

_ROTATIONS = Listing("ListKeyRotations", default=100, maximum=1000)
_ALL_KEY_MATERIAL = "ALL_KEY_MATERIAL"


def _list_key_rotations(call: Call, request: kms.ListKeyRotationsRequest) -> Outcome:
    key = call.key
    if request.include_key_material is not None and not key.is_symmetric_encryption:
        raise ValidationError("Input parameter includeKeyMaterial can only be used with symmetric keys.")
    history = versions_of(call.view, _primary_of(call.view, key)) if key.is_symmetric_encryption else ()
    if request.include_key_material != _ALL_KEY_MATERIAL:
        history = [version for version in history if version.rotated_ms is not None]
    held = _held_here(call.view, key, history)
    entries = [(f"{version.position:08d}", _entry(key, version, held)) for version in history]
    page = _ROTATIONS.slice_of(entries, request.limit, request.marker)
    return Outcome(
        kms.ListKeyRotationsResponse(rotations=list(page.items), next_marker=page.next_marker, truncated=page.truncated)
    )


def _held_here(view: Snapshot, key: Key, history: Sequence[KeyMaterial]) -> Mapping[str, KeyMaterial]:
    """Return the versions in the key's own Region: a replica shares the history, but imports for itself."""
    if key.is_replica and key.origin == Origin.EXTERNAL:
        history = versions_of(view, key)
    return {version.material_id: version for version in history}


def _entry(key: Key, version: KeyMaterial, held: Mapping[str, KeyMaterial]) -> kms.RotationsListEntry:
    imported: dict[str, Any] = {}
    if key.origin == Origin.EXTERNAL:
        own = held.get(version.material_id)
        present = own is not None and own.is_present
        imported = {
            "key_material_description": version.description or None,
            "import_state": "IMPORTED" if present else "PENDING_IMPORT",
        }
        if own is not None and present:
            imported["expiration_model"] = own.expiration_model or None
            imported["valid_to"] = own.valid_to_ms / 1000 if own.valid_to_ms is not None else None
    return kms.RotationsListEntry(
        key_id=key.arn,
        key_material_id=version.material_id,
        key_material_state=version.state.value,
        rotation_date=version.rotated_ms / 1000 if version.rotated_ms is not None else None,
        rotation_type=version.rotation_type or None,
        **imported,
    )


_S = kms.OPERATIONS
_LOGGED_KEY = members(key_id="keyId")

OPERATIONS = (
    Operation(
        _S["EnableKeyRotation"],
        _enable_key_rotation,
        on_key("kms:EnableKeyRotation"),
        _enable_conditions,
        members(key_id="keyId", rotation_period_in_days="rotationPeriodInDays"),
        read_only=False,
    ),
    Operation(
        _S["DisableKeyRotation"],
        _disable_key_rotation,
        on_key("kms:DisableKeyRotation"),
        logged=_LOGGED_KEY,
        read_only=False,
    ),
    Operation(
        _S["GetKeyRotationStatus"],
        _get_key_rotation_status,
        on_key("kms:GetKeyRotationStatus"),
        logged=_LOGGED_KEY,
        inline=True,
        cross_account=True,
    ),
    Operation(
        _S["RotateKeyOnDemand"],
        _rotate_key_on_demand,
        on_key("kms:RotateKeyOnDemand"),
        logged=_LOGGED_KEY,
        read_only=False,
    ),
    Operation(
        _S["ListKeyRotations"],
        _list_key_rotations,
        on_key("kms:ListKeyRotations"),
        logged=members(key_id="keyId", include_key_material="includeKeyMaterial", limit="limit", marker="marker"),
    ),
)
