"""Access keys of users, and when each was last used. Source: IAM API Reference, CreateAccessKey and its kin.

The secret leaves with the answer of CreateAccessKey, once; at rest it is wrapped, and the audit record never has it.
"""

from dataclasses import replace

from strongroom.errors import AccessDeniedError, NoSuchEntityError, ValidationError
from strongroom.model.change import Delete, Insert, Update
from strongroom.model.identity import AccessKey, IdentityUse, User
from strongroom.operations.iam.common import (
    changed,
    check_quota,
    every,
    find_user,
    made,
    on,
    on_user_named,
    paged,
    reads,
    seconds,
    user_named,
    writes,
)
from strongroom.operations.iam.provision import new_access_key
from strongroom.operations.operation import Call, Outcome
from strongroom.wire.shapes import iam

MAX_ACCESS_KEYS = 2  # IAM User Guide, "IAM and AWS STS quotas"
_NEVER = "N/A"
_NOT_A_STATUS = (
    "1 validation error detected: Value at 'status' failed to satisfy constraint: Member must satisfy enum value set"
)


def _status(access_key: AccessKey) -> str:
    return "Active" if access_key.active else "Inactive"


def _create_access_key(call: Call, request: iam.CreateAccessKeyRequest) -> Outcome:
    user = find_user(call, user_named(request, call.principal))
    present = call.view.count(AccessKey, {"account": call.account, "user_name": user.name})
    check_quota("AccessKeysPerUser", present, MAX_ACCESS_KEYS)
    access_key, secret = new_access_key(call.keyring, user, call.now_ms, call.random_bytes)
    output = iam.CreateAccessKeyResponse(
        access_key=iam.AccessKey(
            user_name=user.name,
            access_key_id=access_key.access_key_id,
            status=_status(access_key),
            secret_access_key=secret,
            create_date=seconds(access_key.created_ms),
        )
    )
    return made(output, Insert(access_key), Update(user))


def _found(call: Call, request: iam.UpdateAccessKeyRequest | iam.DeleteAccessKeyRequest) -> tuple[User, AccessKey]:
    user = find_user(call, user_named(request, call.principal))
    access_key = call.view.get(AccessKey, request.access_key_id)
    if access_key is None or (access_key.account, access_key.user_name) != (user.account, user.name):
        raise NoSuchEntityError(f"The Access Key with id {request.access_key_id} cannot be found.")
    return user, access_key


def _update_access_key(call: Call, request: iam.UpdateAccessKeyRequest) -> Outcome:
    _, access_key = _found(call, request)
    if request.status == "Expired":
        raise ValidationError(_NOT_A_STATUS)
    return changed(Update(replace(access_key, active=request.status == "Active")))


def _delete_access_key(call: Call, request: iam.DeleteAccessKeyRequest) -> Outcome:
    user, access_key = _found(call, request)
    return changed(Delete(access_key), Update(user))


def _list_access_keys(call: Call, request: iam.ListAccessKeysRequest) -> Outcome:
    user = find_user(call, user_named(request, call.principal))
    access_keys = every(call.view, AccessKey, {"account": call.account, "user_name": user.name}, "access_key_id")
    page = paged("ListAccessKeys", [(access_key.access_key_id, access_key) for access_key in access_keys], request)
    return Outcome(
        iam.ListAccessKeysResponse(
            access_key_metadata=[
                iam.AccessKeyMetadata(
                    user_name=user.name,
                    access_key_id=access_key.access_key_id,
                    status=_status(access_key),
                    create_date=seconds(access_key.created_ms),
                )
                for access_key in page.items
            ],
            is_truncated=page.truncated,
            marker=page.next_marker,
        )
    )


def _get_access_key_last_used(call: Call, request: iam.GetAccessKeyLastUsedRequest) -> Outcome:
    access_key = call.view.get(AccessKey, request.access_key_id)
    if access_key is None or access_key.account != call.account:
        raise AccessDeniedError(
            f"User: {call.principal.arn} is not authorized to perform iam:GetAccessKeyLastUsed "
            f"on resource: access key {request.access_key_id}"
        )
    use = call.view.get(IdentityUse, request.access_key_id)
    last_used = iam.AccessKeyLastUsed(
        last_used_date=seconds(use.used_ms) if use is not None else None,
        service_name=use.service if use is not None else _NEVER,
        region=use.region if use is not None else _NEVER,
    )
    return Outcome(iam.GetAccessKeyLastUsedResponse(user_name=access_key.user_name, access_key_last_used=last_used))


OPERATIONS = (
    writes("CreateAccessKey", _create_access_key, on_user_named("iam:CreateAccessKey")),
    writes("UpdateAccessKey", _update_access_key, on_user_named("iam:UpdateAccessKey")),
    writes("DeleteAccessKey", _delete_access_key, on_user_named("iam:DeleteAccessKey")),
    reads("ListAccessKeys", _list_access_keys, on_user_named("iam:ListAccessKeys")),
    reads(
        "GetAccessKeyLastUsed",
        _get_access_key_last_used,
        on("access-key", "access_key_id", "iam:GetAccessKeyLastUsed"),
    ),
)
