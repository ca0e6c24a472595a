"""The records of a call that concerns more than one account: the caller's, and one for each owner of what was used. Pure.

All have the same ``sharedEventID``. An owner learns which account called and the caller's unique id in it, no names; and of
the resources only his own.

Source: CloudTrail User Guide, "sharedEventID example" and "userIdentity element" (AWSAccount); AWS KMS Developer Guide,
"Logging AWS KMS API calls with AWS CloudTrail": denied calls are recorded in the caller's account alone.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import msgspec

from strongroom.audit.record import new_ids
from strongroom.model.principal import PrincipalKind
from strongroom.model.random import RandomBytes

_SERVICE = PrincipalKind.SERVICE.value


class Shared(NamedTuple):
    """``record`` is the caller's; ``copies`` are (account, event id, record) of the owners."""

    record: bytes
    copies: Sequence[tuple[str, str, bytes]]


def shared(record: bytes, owners: Sequence[str], random_bytes: RandomBytes) -> Shared:
    """Return the caller's ``record`` with a shared id, and the records of the accounts that own what it was about."""
    said: dict[str, Any] = msgspec.json.decode(record)
    shared_id, _ = new_ids(random_bytes)
    copies = []
    for account in dict.fromkeys(owners):
        _, event_id = new_ids(random_bytes)
        resources = [one for one in said["resources"] if one["accountId"] == account]
        own = said | {
            "userIdentity": _seen_from_outside(said["userIdentity"]),
            "eventID": event_id,
            "resources": resources,
            "recipientAccountId": account,
        }
        copies.append((account, event_id, _with_shared_id(own, shared_id)))
    return Shared(_with_shared_id(said, shared_id), copies)


def is_copy(shared_id: object, caller_account: object, recipient: object) -> bool:
    """Say whether a record is an owner's, so that the same call is in its caller's account as well."""
    return shared_id is not None and caller_account != recipient


def is_copy_for_owner(record: Mapping[str, Any]) -> bool:
    """Say the same of a whole record."""
    caller = (record.get("userIdentity") or {}).get("accountId")
    return is_copy(record.get("sharedEventID"), caller, record.get("recipientAccountId"))


def _with_shared_id(said: Mapping[str, Any], shared_id: str) -> bytes:
    """Put the shared id where CloudTrail has it: behind the recipient."""
    members: dict[str, Any] = {}
    for name, value in said.items():
        members[name] = value
        if name == "recipientAccountId":
            members["sharedEventID"] = shared_id
    return msgspec.json.encode(members)


def _seen_from_outside(identity: Mapping[str, Any]) -> dict[str, Any]:
    if identity.get("type") == _SERVICE:
        return {"type": _SERVICE, "accountId": identity["accountId"], "invokedBy": identity["invokedBy"]}
    seen = {"type": "AWSAccount", "principalId": identity["principalId"], "accountId": identity["accountId"]}
    if "invokedBy" in identity:
        seen["invokedBy"] = identity["invokedBy"]
    return seen
