"""The end of grants: RetireGrant, RevokeGrant, and what the deletion of a key takes along.

To revoke is the key administrator's, by policy. To retire is the holders': the retiring principal, the grantee where the grant
includes RetireGrant, and who may by an identity policy in the key's account; key policies cannot allow it.
Source: AWS KMS API Reference, those actions; AWS KMS Developer Guide, "Retiring and revoking grants".
"""

from collections.abc import Iterator
from typing import Any

from strongroom.authz.grants import MAY_RETIRE
from strongroom.model.change import Delete
from strongroom.model.grant import Grant
from strongroom.model.key import Key
from strongroom.model.permission import GrantRef, KeyRef, Permission
from strongroom.model.principal import Principal
from strongroom.model.view import Snapshot
from strongroom.operations.find_grant import find_grant, grant_with_id
from strongroom.operations.kms.common import changed_key, on_key
from strongroom.operations.operation import Call, Operation, Outcome, members
from strongroom.wire.shapes import kms

_PAGE = 1000


def grants_of_key(view: Snapshot, key: Key) -> Iterator[Delete]:
    """Return the changes that end every grant on ``key``: a deleted key leaves none behind."""
    where, after = {"account": key.account, "region": key.region, "key_id": key.key_id}, None
    while page := view.page(Grant, where, after=after, limit=_PAGE):
        yield from map(Delete, page)
        after = page[-1].grant_id


# --- RetireGrant -------------------------------------------------------------------------------------------------------


def _ref(request: kms.RetireGrantRequest) -> GrantRef:
    return GrantRef(
        request.grant_token, KeyRef(request.key_id) if request.key_id is not None else None, request.grant_id
    )


def _retire_grant_permissions(request: kms.RetireGrantRequest, _caller: Principal) -> tuple[Permission, ...]:
    return (Permission(MAY_RETIRE, _ref(request)),)


def _retire_grant(call: Call, request: kms.RetireGrantRequest) -> Outcome:
    key, grant = find_grant(call.view, call.keyring, _ref(request), call.account, call.region)
    return Outcome(None, (Delete(grant),), response_elements={"keyId": key.arn}, additional={"grantId": grant.grant_id})


def _retire_grant_logged(request: kms.RetireGrantRequest) -> dict[str, Any] | None:
    """CloudTrail shows no parameters of RetireGrant: one of them may be a grant token."""
    return {"dryRun": True} if request.dry_run else None


# --- RevokeGrant -------------------------------------------------------------------------------------------------------


def _revoke_grant(call: Call, request: kms.RevokeGrantRequest) -> Outcome:
    return changed_key(call.key, Delete(grant_with_id(call.view, call.key, request.grant_id)))


_revoke_grant_members = members(key_id="keyId", grant_id="grantId")


def _revoke_grant_logged(request: kms.RevokeGrantRequest) -> dict[str, Any]:
    return _revoke_grant_members(request) | ({"dryRun": True} if request.dry_run else {})


_S = kms.OPERATIONS

OPERATIONS = (
    Operation(
        _S["RetireGrant"],
        _retire_grant,
        _retire_grant_permissions,
        logged=_retire_grant_logged,
        read_only=False,
        cross_account=True,
    ),
    Operation(
        _S["RevokeGrant"],
        _revoke_grant,
        on_key("kms:RevokeGrant"),
        logged=_revoke_grant_logged,
        read_only=False,
        cross_account=True,
    ),
)
