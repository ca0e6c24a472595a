"""Key states by hand: EnableKey, DisableKey, ScheduleKeyDeletion, CancelKeyDeletion.

Source: AWS KMS API Reference, those actions; AWS KMS Developer Guide, "Deleting AWS KMS keys".
"""

from dataclasses import replace
from typing import Any

from strongroom.model.change import Update
from strongroom.model.key import Key, KeyState
from strongroom.model.permission import ConditionValues
from strongroom.operations.dates import cloudtrail_date
from strongroom.operations.kms.common import changed_key, on_key, one_refusal
from strongroom.operations.kms.deletion import spared
from strongroom.operations.kms.versions import DAY_MS
from strongroom.operations.operation import Call, Operation, Outcome, members
from strongroom.wire.shapes import kms

MIN_WINDOW_DAYS, MAX_WINDOW_DAYS = 7, 30  # API Reference, ScheduleKeyDeletion, PendingWindowInDays


def _with_state(key: Key, state: KeyState) -> Outcome:
    return changed_key(key) if key.state is state else changed_key(key, Update(replace(key, state=state)))


def _enable_key(call: Call, _request: kms.EnableKeyRequest) -> Outcome:
    return _with_state(call.key, KeyState.ENABLED)


def _disable_key(call: Call, _request: kms.DisableKeyRequest) -> Outcome:
    return _with_state(call.key, KeyState.DISABLED)


def _window_days(request: kms.ScheduleKeyDeletionRequest) -> int:
    return MAX_WINDOW_DAYS if request.pending_window_in_days is None else request.pending_window_in_days


def _schedule_key_deletion(call: Call, request: kms.ScheduleKeyDeletionRequest) -> Outcome:
    days = _window_days(request)
    if days < MIN_WINDOW_DAYS:
        raise one_refusal(
            days, "pendingWindowInDays", f"Member must have value greater than or equal to {MIN_WINDOW_DAYS}"
        )
    if days > MAX_WINDOW_DAYS:
        raise one_refusal(
            days, "pendingWindowInDays", f"Member must have value less than or equal to {MAX_WINDOW_DAYS}"
        )
    key = _scheduled(call.key, call.now_ms, days)
    elements: dict[str, Any] = {"keyId": key.arn, "keyState": key.state.value}
    if key.deletion_ms is not None:
        elements["deletionDate"] = cloudtrail_date(key.deletion_ms)
    return Outcome(
        kms.ScheduleKeyDeletionResponse(
            key_id=key.arn,
            deletion_date=key.deletion_ms / 1000 if key.deletion_ms is not None else None,
            key_state=key.state.value,
            pending_window_in_days=days,
        ),
        (Update(key),),
        response_elements=elements | {"pendingWindowInDays": days},
    )


def _scheduled(key: Key, now_ms: int, days: int) -> Key:
    """A primary waits for its replicas first: its own waiting period begins when the last of them is gone."""
    if key.replica_regions:
        return replace(key, state=KeyState.PENDING_REPLICA_DELETION, pending_window_days=days)
    return replace(key, state=KeyState.PENDING_DELETION, deletion_ms=now_ms + days * DAY_MS)


def _schedule_conditions(request: kms.ScheduleKeyDeletionRequest, _action: str) -> ConditionValues:
    return {"kms:schedulekeydeletionpendingwindowindays": str(_window_days(request))}


def _schedule_logged(request: kms.ScheduleKeyDeletionRequest) -> dict[str, Any]:
    return {"keyId": request.key_id, "pendingWindowInDays": _window_days(request)}


def _cancel_key_deletion(call: Call, _request: kms.CancelKeyDeletionRequest) -> Outcome:
    key = spared(call.view, call.key)
    return Outcome(kms.CancelKeyDeletionResponse(key_id=key.arn), (Update(key),), response_elements={"keyId": key.arn})


_S = kms.OPERATIONS
_LOGGED_KEY = members(key_id="keyId")

OPERATIONS = (
    Operation(_S["EnableKey"], _enable_key, on_key("kms:EnableKey"), logged=_LOGGED_KEY, read_only=False),
    Operation(_S["DisableKey"], _disable_key, on_key("kms:DisableKey"), logged=_LOGGED_KEY, read_only=False),
    Operation(
        _S["ScheduleKeyDeletion"],
        _schedule_key_deletion,
        on_key("kms:ScheduleKeyDeletion"),
        _schedule_conditions,
        _schedule_logged,
        read_only=False,
    ),
    Operation(
        _S["CancelKeyDeletion"],
        _cancel_key_deletion,
        on_key("kms:CancelKeyDeletion"),
        logged=_LOGGED_KEY,
        read_only=False,
    ),
)
