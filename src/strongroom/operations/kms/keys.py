"""Keys as such: CreateKey, DescribeKey, ListKeys, UpdateKeyDescription.

Source: AWS KMS API Reference, those actions; recorded answers for the texts.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from strongroom.authz.defaults import default_key_policy
from strongroom.errors import UnsupportedOperationError, ValidationError
from strongroom.model.change import Ensure, Insert, Update
from strongroom.model.key import Key, KeyManager, KeyState
from strongroom.model.permission import ANY_RESOURCE, ConditionValues, Permission
from strongroom.model.principal import Principal
from strongroom.operations.kms.common import SYMMETRIC_DEFAULT, changed_key, on_anything, on_key, tag_conditions
from strongroom.operations.kms.metadata import key_metadata, logged_metadata
from strongroom.operations.kms.policies import checked_policy
from strongroom.operations.kms.tags import checked_tags
from strongroom.operations.operation import Call, Operation, Outcome, members
from strongroom.operations.paging import Listing
from strongroom.wire.shapes import kms

ENCRYPT_DECRYPT = "ENCRYPT_DECRYPT"
AWS_KMS = "AWS_KMS"

# --- CreateKey -----------------------------------------------------------------------------------------------------


def _create_key_permissions(request: kms.CreateKeyRequest, _caller: Principal) -> tuple[Permission, ...]:
    create = Permission("kms:CreateKey", ANY_RESOURCE)
    return (create, Permission("kms:TagResource", ANY_RESOURCE)) if request.tags else (create,)


def _create_key_conditions(request: kms.CreateKeyRequest, _action: str) -> ConditionValues:
    spec = _requested_spec(request)
    usage = request.key_usage or ENCRYPT_DECRYPT
    return {
        "kms:bypasspolicylockoutsafetycheck": str(bool(request.bypass_policy_lockout_safety_check)).lower(),
        "kms:keyspec": spec,
        "kms:customermasterkeyspec": spec,
        "kms:keyusage": usage,
        "kms:customermasterkeyusage": usage,
        "kms:keyorigin": request.origin or AWS_KMS,
        "kms:multiregion": str(bool(request.multi_region)).lower(),
        **tag_conditions(request.tags),
    }


def _requested_spec(request: kms.CreateKeyRequest) -> str:
    return request.key_spec or request.customer_master_key_spec or SYMMETRIC_DEFAULT


def _check_kind(request: kms.CreateKeyRequest) -> None:
    if request.key_spec and request.customer_master_key_spec:
        raise ValidationError(
            "You cannot specify KeySpec and CustomerMasterKeySpec in the same request. CustomerMasterKeySpec is deprecated."
        )
    spec = _requested_spec(request)
    if request.key_usage is None and spec != SYMMETRIC_DEFAULT:
        raise ValidationError(
            "You must specify a KeyUsage value for all KMS keys except for symmetric encryption keys."
        )
    if spec == SYMMETRIC_DEFAULT and request.key_usage not in (None, ENCRYPT_DECRYPT):
        raise ValidationError(f"KeyUsage {request.key_usage} is not compatible with KeySpec {spec}")
    if spec != SYMMETRIC_DEFAULT:
        raise UnsupportedOperationError(
            f"KeySpec {spec} is not built in this version of strongroom; SYMMETRIC_DEFAULT is."
        )
    if request.origin not in (None, AWS_KMS):
        raise UnsupportedOperationError(
            f"Origin {request.origin} is not built in this version of strongroom; AWS_KMS is."
        )
    if request.custom_key_store_id or request.xks_key_id:
        raise UnsupportedOperationError("Custom key stores are not built in this version of strongroom.")
    if request.multi_region:
        raise UnsupportedOperationError("Multi-Region keys are not built in this version of strongroom.")


def _create_key(call: Call, request: kms.CreateKeyRequest) -> Outcome:
    _check_kind(request)
    tags = checked_tags((), request.tags or [])
    key = Key(
        account=call.account,
        region=call.region,
        key_id=_new_key_id(call),
        key_spec=SYMMETRIC_DEFAULT,
        key_usage=ENCRYPT_DECRYPT,
        state=KeyState.ENABLED,
        origin=AWS_KMS,
        manager=KeyManager.CUSTOMER,
        description=request.description or "",
        policy_sha256="",
        material_id=call.random_bytes(32).hex(),
        created_ms=call.now_ms,
        tags=tags,
    )
    text = request.policy
    if text is None:
        text = default_key_policy(call.account)
    policy = checked_policy(call, key, text, bypass_lockout_check=bool(request.bypass_policy_lockout_safety_check))
    key = replace(key, policy_sha256=policy.sha256)
    return Outcome(
        kms.CreateKeyResponse(key_metadata=key_metadata(key)),
        (Ensure(policy), Insert(key), Insert(call.keyring.new_material(key, call.random_bytes))),
        response_elements={"keyMetadata": logged_metadata(key)},
        touched=(key.arn,),
    )


def _new_key_id(call: Call) -> str:
    """Return a version 4 UUID (RFC 9562, 5.4)."""
    raw = bytearray(call.random_bytes(16))
    raw[6] = raw[6] & 0x0F | 0x40
    raw[8] = raw[8] & 0x3F | 0x80
    text = raw.hex()
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def _create_key_logged(request: kms.CreateKeyRequest) -> Mapping[str, Any]:
    """CloudTrail shows CreateKey's effective values, defaults included."""
    spec = _requested_spec(request)
    shown: dict[str, Any] = {
        "description": request.description or "",
        "origin": request.origin or AWS_KMS,
        "keySpec": spec,
        "customerMasterKeySpec": spec,
        "keyUsage": request.key_usage or ENCRYPT_DECRYPT,
        "multiRegion": bool(request.multi_region),
        "bypassPolicyLockoutSafetyCheck": bool(request.bypass_policy_lockout_safety_check),
        "tags": [{"tagKey": tag.tag_key, "tagValue": tag.tag_value} for tag in request.tags or []],
    }
    if request.policy is not None:
        shown["policy"] = request.policy
    if request.custom_key_store_id is not None:
        shown["customKeyStoreId"] = request.custom_key_store_id
    if request.xks_key_id is not None:
        shown["xksKeyId"] = request.xks_key_id
    return shown


# --- DescribeKey, ListKeys, UpdateKeyDescription ---------------------------------------------------------------------


def _describe_key(call: Call, _request: kms.DescribeKeyRequest) -> Outcome:
    return Outcome(kms.DescribeKeyResponse(key_metadata=key_metadata(call.key)))


_KEYS = Listing("ListKeys", default=100, maximum=1000)


def _list_keys(call: Call, request: kms.ListKeysRequest) -> Outcome:
    where = {"account": call.account, "region": call.region}
    page = _KEYS.page_of(call.view, Key, where, "key_id", request.limit, request.marker)
    return Outcome(
        kms.ListKeysResponse(
            keys=[kms.KeyListEntry(key_id=key.key_id, key_arn=key.arn) for key in page.items],
            next_marker=page.next_marker,
            truncated=page.truncated,
        )
    )


def _update_key_description(call: Call, request: kms.UpdateKeyDescriptionRequest) -> Outcome:
    return changed_key(call.key, Update(replace(call.key, description=request.description)))


_S = kms.OPERATIONS

OPERATIONS = (
    Operation(
        _S["CreateKey"],
        _create_key,
        _create_key_permissions,
        _create_key_conditions,
        _create_key_logged,
        read_only=False,
    ),
    Operation(
        _S["DescribeKey"],
        _describe_key,
        on_key("kms:DescribeKey", alias_allowed=True),
        logged=members(key_id="keyId"),
        inline=True,
        cross_account=True,
    ),
    Operation(_S["ListKeys"], _list_keys, on_anything("kms:ListKeys"), logged=members(limit="limit", marker="marker")),
    Operation(
        _S["UpdateKeyDescription"],
        _update_key_description,
        on_key("kms:UpdateKeyDescription"),
        logged=members(key_id="keyId", description="description"),
        read_only=False,
    ),
)
