"""GetKeyLastUsage: when a key was last used, and for what.

Uses are kept by the server beside the journal (``server.key_uses``), a few seconds after the answer.
Source: AWS KMS API Reference, GetKeyLastUsage; AWS KMS Developer Guide, "Determine past usage of a KMS key".
"""

from strongroom.model.change import Change, Delete
from strongroom.model.key import Key
from strongroom.model.key_usage import TRACKING_SETTING, KeyUsage
from strongroom.model.setting import Setting
from strongroom.model.view import Snapshot
from strongroom.operations.kms.common import on_key
from strongroom.operations.operation import Call, Operation, Outcome, members
from strongroom.wire.shapes import kms


def last_usage(view: Snapshot, key: Key) -> KeyUsage | None:
    """Return the last successful cryptographic use of ``key``; None when there was none since uses have been kept."""
    return view.get(KeyUsage, key.account, key.region, key.key_id)


def tracked_since_ms(view: Snapshot, key: Key) -> int:
    """Return since when every use of ``key`` is known."""
    started = view.get(Setting, TRACKING_SETTING)
    return max(key.created_ms, int(started.value) if started is not None else 0)


def unused_since_ms(view: Snapshot, key: Key) -> int:
    """Return the last moment at which ``key`` was used, or may have been."""
    usage = last_usage(view, key)
    return usage.used_s * 1000 if usage is not None else tracked_since_ms(view, key)


def usage_of_key(view: Snapshot, key: Key) -> tuple[Change, ...]:
    """Return the changes that forget what is known of the use of ``key``: for whoever deletes it."""
    usage = last_usage(view, key)
    return () if usage is None else (Delete(usage),)


def _get_key_last_usage(call: Call, _request: kms.GetKeyLastUsageRequest) -> Outcome:
    key = call.key
    usage = last_usage(call.view, key)
    shown = kms.KeyLastUsageData()
    if usage is not None:
        shown = kms.KeyLastUsageData(
            operation=usage.operation,
            timestamp=float(usage.used_s),
            cloud_trail_event_id=usage.event_id,
            kms_request_id=usage.request_id,
        )
    return Outcome(
        kms.GetKeyLastUsageResponse(
            key_id=key.key_id,
            key_last_usage=shown,
            tracking_start_date=tracked_since_ms(call.view, key) / 1000,
            key_creation_date=key.created_ms / 1000,
        )
    )


OPERATIONS = (
    Operation(
        kms.OPERATIONS["GetKeyLastUsage"],
        _get_key_last_usage,
        on_key("kms:GetKeyLastUsage"),
        logged=members(key_id="keyId"),
    ),
)
