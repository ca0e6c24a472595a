"""CreateKey. Source: AWS KMS API Reference, CreateKey; recorded answers for the texts."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from strongroom.authz.defaults import default_key_policy
from strongroom.crypto.key_pairs import supported
from strongroom.errors import UnsupportedOperationError, ValidationError
from strongroom.model.change import Change, Ensure, Insert
from strongroom.model.key import Key, KeyManager, KeyState, Origin
from strongroom.model.key_spec import KEY_SPECS, SYMMETRIC_DEFAULT, KeySpec
from strongroom.model.permission import ANY_RESOURCE, ConditionValues, Permission
from strongroom.model.principal import Principal
from strongroom.operations.kms.common import bypass_conditions, check_room_for_key, tag_conditions
from strongroom.operations.kms.key_store_rules import check_store_for_new_key, is_for_store
from strongroom.operations.kms.material import new_key_id, new_material, new_material_id
from strongroom.operations.kms.metadata import key_metadata, logged_metadata
from strongroom.operations.kms.policies import checked_policy
from strongroom.operations.kms.tags import checked_tags
from strongroom.operations.operation import Call, Operation, Outcome
from strongroom.wire.shapes import kms


def _permissions(request: kms.CreateKeyRequest, _caller: Principal) -> tuple[Permission, ...]:
    create = Permission("kms:CreateKey", ANY_RESOURCE)
    return (create, Permission("kms:TagResource", ANY_RESOURCE)) if request.tags else (create,)


def _conditions(request: kms.CreateKeyRequest, _action: str) -> ConditionValues:
    spec, usage = _requested_spec(request), _requested_usage(request)
    conditions = {
        **bypass_conditions(request.bypass_policy_lockout_safety_check),
        "kms:keyspec": spec,
        "kms:customermasterkeyspec": spec,
        "kms:keyorigin": _requested_origin(request),
        "kms:multiregion": str(bool(request.multi_region)).lower(),
        **tag_conditions(request.tags),
    }
    if request.multi_region:
        conditions["kms:multiregionkeytype"] = "PRIMARY"
    if usage is not None:
        conditions |= {"kms:keyusage": usage, "kms:customermasterkeyusage": usage}
    return conditions


def _requested_spec(request: kms.CreateKeyRequest) -> str:
    return request.key_spec or request.customer_master_key_spec or SYMMETRIC_DEFAULT


def _requested_usage(request: kms.CreateKeyRequest) -> str | None:
    return request.key_usage or KEY_SPECS[_requested_spec(request)].default_usage


def _requested_origin(request: kms.CreateKeyRequest) -> str:
    return request.origin or Origin.AWS_KMS


def _checked_kind(request: kms.CreateKeyRequest) -> tuple[KeySpec, str]:
    """Return key spec and key usage. Errors: ValidationError, UnsupportedOperationError."""
    if request.key_spec and request.customer_master_key_spec:
        raise ValidationError(
            "You cannot specify KeySpec and CustomerMasterKeySpec in the same request. CustomerMasterKeySpec is deprecated."
        )
    spec, usage = KEY_SPECS[_requested_spec(request)], _requested_usage(request)
    if usage is None:
        raise ValidationError(
            "You must specify a KeyUsage value for all KMS keys except for symmetric encryption keys."
        )
    if usage not in spec.algorithms:
        raise ValidationError(f"KeyUsage {usage} is not compatible with KeySpec {spec.name}")
    origin = _requested_origin(request)
    if not spec.importable and origin != Origin.AWS_KMS:
        raise ValidationError(f"KeySpec {spec.name} is not supported for Origin {origin}")
    if not supported(spec.name):
        raise UnsupportedOperationError(f"KeySpec {spec.name} is not supported in this Region.")
    return spec, usage


def _create_key(call: Call, request: kms.CreateKeyRequest) -> Outcome:
    spec, usage = _checked_kind(request)
    check_room_for_key(call, call.region)
    if is_for_store(request):
        check_store_for_new_key(call.view, call.account, call.region, request)
        raise UnsupportedOperationError("Drivers of custom key stores are not built in this version of strongroom.")
    imported = request.origin == Origin.EXTERNAL
    key = Key(
        account=call.account,
        region=call.region,
        key_id=new_key_id(call.random_bytes, multi_region=bool(request.multi_region)),
        key_spec=spec.name,
        key_usage=usage,
        state=KeyState.PENDING_IMPORT if imported else KeyState.ENABLED,
        origin=_requested_origin(request),
        manager=KeyManager.CUSTOMER,
        description=request.description or "",
        policy_sha256="",
        material_id="" if imported else new_material_id(call),
        created_ms=call.now_ms,
        multi_region=bool(request.multi_region),
        primary_region=call.region if request.multi_region else "",
        tags=checked_tags((), request.tags or []),
    )
    text = request.policy if request.policy is not None else default_key_policy(call.account)
    policy = checked_policy(call, key, text, bypass_lockout_check=bool(request.bypass_policy_lockout_safety_check))
    key = replace(key, policy_sha256=policy.sha256)
    changes: tuple[Change, ...] = (Ensure(policy), Insert(key))
    if not imported:
        changes = (*changes, Insert(new_material(call, key)))
    metadata = key_metadata(call.view, key)
    return Outcome(
        kms.CreateKeyResponse(key_metadata=metadata),
        changes,
        response_elements={"keyMetadata": logged_metadata(metadata)},
        touched=(key.arn,),
    )


def _logged(request: kms.CreateKeyRequest) -> Mapping[str, Any]:
    """CloudTrail shows CreateKey's effective values, defaults included."""
    spec = _requested_spec(request)
    shown: dict[str, Any] = {
        "description": request.description or "",
        "origin": _requested_origin(request),
        "keySpec": spec,
        "customerMasterKeySpec": spec,
        "keyUsage": _requested_usage(request),
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


OPERATIONS = (
    Operation(
        kms.OPERATIONS["CreateKey"],
        _create_key,
        _permissions,
        _conditions,
        _logged,
        read_only=False,
    ),
)
