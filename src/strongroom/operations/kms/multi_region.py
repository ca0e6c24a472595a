"""Multi-Region keys: ReplicateKey, UpdatePrimaryRegion.

Related keys share key id and material and are otherwise keys of their own, each in its Region. A Region is a partition of
the store, so what AWS brings about in several Regions within minutes is one commit here, and over before the answer leaves.
Only the primary key knows its replicas; a replica knows where its primary is.
Source: AWS KMS API Reference, those actions; AWS KMS Developer Guide, "Multi-Region keys"; recorded answers for the texts.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from strongroom.authz.defaults import default_key_policy
from strongroom.errors import AlreadyExistsError, KMSInvalidStateError, UnsupportedOperationError, ValidationError
from strongroom.model.arn import key_arn
from strongroom.model.change import Change, Ensure, Insert, Update
from strongroom.model.key import Key, KeyMaterial, KeyState, MaterialState, Origin
from strongroom.model.permission import ConditionValues, KeyRef, NewReplica, Permission, ReplicaRef
from strongroom.model.principal import Principal
from strongroom.model.regions import in_other_partition
from strongroom.operations.kms.common import bypass_conditions, changed_key, check_room_for_key, tag_conditions
from strongroom.operations.kms.metadata import key_metadata, logged_metadata
from strongroom.operations.kms.policies import checked_policy
from strongroom.operations.kms.tags import checked_tags
from strongroom.operations.operation import Call, FurtherRecord, Operation, Outcome, members
from strongroom.wire.shapes import kms

_REPLICATE = "kms:ReplicateKey"
_UPDATE_PRIMARY_REGION = "kms:UpdatePrimaryRegion"
_PAGE = 100  # versions of key material

# --- ReplicateKey ----------------------------------------------------------------------------------------------------


def _replicate_permissions(request: kms.ReplicateKeyRequest, _caller: Principal) -> tuple[Permission, ...]:
    primary = KeyRef(request.key_id)
    actions = ("kms:CreateKey", "kms:TagResource") if request.tags else ("kms:CreateKey",)
    return (
        Permission(_REPLICATE, primary),
        *(Permission(action, NewReplica(primary), request.replica_region) for action in actions),
    )


def _replicate_conditions(request: kms.ReplicateKeyRequest, action: str) -> ConditionValues:
    """The replica's permissions see what a CreateKey of it would say; spec, usage and origin are the primary key's."""
    if action == _REPLICATE:
        return {"kms:replicaregion": request.replica_region}
    return {
        **bypass_conditions(request.bypass_policy_lockout_safety_check),
        "kms:multiregion": "true",
        "kms:multiregionkeytype": "REPLICA",
        **tag_conditions(request.tags),
    }


def _check_replica_region(call: Call, primary: Key, region: str) -> None:
    """Errors: ValidationError, AlreadyExistsError."""
    if region == primary.region:
        raise ValidationError(f"{region} cannot have a replica because it contains the primary.")
    if in_other_partition(region):
        raise ValidationError("The replica key Region must be in the same AWS partition as the primary key Region.")
    if region not in call.regions:
        raise ValidationError(
            f"Region {region} is not a valid Region or multi-Region keys are not supported in Region {region}."
        )
    if call.view.get(Key, primary.account, region, primary.key_id) is not None:
        raise AlreadyExistsError("You can create only one replica of each primary key in each AWS Region.")


def _replicate_key(call: Call, request: kms.ReplicateKeyRequest) -> Outcome:
    if not call.key.is_primary:
        raise UnsupportedOperationError(f"{call.key.arn} is not a multi-region primary key.")
    _check_replica_region(call, call.key, request.replica_region)
    check_room_for_key(call, request.replica_region)
    primary = replace(call.key, replica_regions=tuple(sorted((*call.key.replica_regions, request.replica_region))))
    replica = _new_replica(call, primary, request)
    text = request.policy if request.policy is not None else default_key_policy(primary.account)
    policy = checked_policy(call, replica, text, bypass_lockout_check=bool(request.bypass_policy_lockout_safety_check))
    replica = replace(replica, policy_sha256=policy.sha256)
    # AWS creates replicas in the background and answers before; ours is there, but its first answer looks the same.
    metadata = key_metadata(call.view, replace(replica, state=KeyState.CREATING), primary=primary)
    tags = [kms.Tag(tag_key=name, tag_value=value) for name, value in replica.tags]
    logged = logged_metadata(metadata)
    return Outcome(
        kms.ReplicateKeyResponse(replica_key_metadata=metadata, replica_policy=text, replica_tags=tags or None),
        (Update(primary), Ensure(policy), Insert(replica), *_copied_material(call, primary, replica)),
        response_elements={"replicaKeyMetadata": logged, "replicaPolicy": text},
        further=(_created(request, replica, logged),),
    )


def _new_replica(call: Call, primary: Key, request: kms.ReplicateKeyRequest) -> Key:
    """Return the replica as it is stored: what related keys share is the primary's, the rest starts afresh."""
    return Key(
        account=primary.account,
        region=request.replica_region,
        key_id=primary.key_id,
        key_spec=primary.key_spec,
        key_usage=primary.key_usage,
        state=KeyState.PENDING_IMPORT if primary.origin == Origin.EXTERNAL else KeyState.ENABLED,
        origin=primary.origin,
        manager=primary.manager,
        description=request.description or "",
        policy_sha256="",
        material_id=primary.material_id,
        created_ms=call.now_ms,
        multi_region=True,
        primary_region=primary.region,
        tags=checked_tags((), request.tags or []),
    )


def _copied_material(call: Call, primary: Key, replica: Key) -> Iterator[Change]:
    """Return the history of the primary's material for the replica.

    Imported material does not travel: its owner imports the same bytes in each Region, and staged material waits for that.
    """
    for material in _history(call, primary):
        here = replace(material, region=replica.region, version=0)
        if primary.origin != Origin.EXTERNAL:
            yield Insert(here)
            continue
        if material.state is MaterialState.PENDING_ROTATION:
            waiting = MaterialState.PENDING_MULTI_REGION_IMPORT_AND_ROTATION
            yield from (Update(replace(row, state=waiting)) for row in _everywhere(call, primary, material.material_id))
            here = replace(here, state=waiting)
        yield Insert(replace(here, wrapped=b"", expiration_model="", valid_to_ms=None))


def _history(call: Call, key: Key) -> Iterator[KeyMaterial]:
    where = {"account": key.account, "region": key.region, "key_id": key.key_id}
    page = call.view.page(KeyMaterial, where, limit=_PAGE)
    yield from page
    while len(page) == _PAGE:
        page = call.view.page(KeyMaterial, where, after=page[-1].material_id, limit=_PAGE)
        yield from page


def _everywhere(call: Call, primary: Key, material_id: str) -> Iterator[KeyMaterial]:
    """Yield the rows that one version has in the Regions of a multi-Region key."""
    for region in (primary.region, *primary.replica_regions):
        row = call.view.get(KeyMaterial, primary.account, region, primary.key_id, material_id)
        if row is not None:
            yield row


def _created(request: kms.ReplicateKeyRequest, replica: Key, metadata: dict[str, Any]) -> FurtherRecord:
    """Return the CreateKey that CloudTrail shows in the replica's Region."""
    parameters: dict[str, Any] = {
        "description": replica.description,
        "origin": replica.origin,
        "keySpec": replica.key_spec,
        "customerMasterKeySpec": replica.key_spec,
        "keyUsage": replica.key_usage,
        "multiRegion": True,
        "bypassPolicyLockoutSafetyCheck": bool(request.bypass_policy_lockout_safety_check),
        "tags": [{"tagKey": name, "tagValue": value} for name, value in replica.tags],
    }
    if request.policy is not None:
        parameters["policy"] = request.policy
    return FurtherRecord("CreateKey", replica.region, parameters, {"keyMetadata": metadata}, replica.arn)


def _replicate_logged(request: kms.ReplicateKeyRequest) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "keyId": request.key_id,
        "replicaRegion": request.replica_region,
        "bypassPolicyLockoutSafetyCheck": bool(request.bypass_policy_lockout_safety_check),
        "description": request.description or "",
    }
    if request.policy is not None:
        shown["policy"] = request.policy
    if request.tags:
        shown["tags"] = [{"tagKey": tag.tag_key, "tagValue": tag.tag_value} for tag in request.tags]
    return shown


# --- UpdatePrimaryRegion ---------------------------------------------------------------------------------------------


def _update_permissions(request: kms.UpdatePrimaryRegionRequest, _caller: Principal) -> tuple[Permission, ...]:
    primary = KeyRef(request.key_id)
    return (
        Permission(_UPDATE_PRIMARY_REGION, primary),
        Permission(_UPDATE_PRIMARY_REGION, ReplicaRef(primary), request.primary_region),
    )


def _update_conditions(request: kms.UpdatePrimaryRegionRequest, _action: str) -> ConditionValues:
    return {"kms:primaryregion": request.primary_region}


def _update_primary_region(call: Call, request: kms.UpdatePrimaryRegionRequest) -> Outcome:
    former, *replica = call.keys
    if not former.is_primary:
        raise KMSInvalidStateError(f"{former.arn} is not a multi-Region primary key.")
    if request.primary_region == former.region:
        return changed_key(former)
    if not replica:
        raise ValidationError(f"{former.key_id} does not have a replica key in the specified Region.")
    (becoming,) = replica
    regions = {former.region, *former.replica_regions} - {becoming.region}
    changes = (
        Update(
            replace(
                former,
                primary_region=becoming.region,
                replica_regions=(),
                rotation_period_days=None,
                rotation_ms=None,
                on_demand_rotations=0,
            )
        ),
        Update(
            replace(
                becoming,
                primary_region=becoming.region,
                replica_regions=tuple(sorted(regions)),
                rotation_period_days=former.rotation_period_days,
                rotation_ms=former.rotation_ms,
                on_demand_rotations=former.on_demand_rotations,
            )
        ),
        *(
            Update(replace(_replica_in(call, former, region), primary_region=becoming.region))
            for region in sorted(regions - {former.region})
        ),
    )
    return Outcome(
        None,
        changes,
        response_elements={"keyId": former.arn},
        further=(
            FurtherRecord(
                call.operation,
                becoming.region,
                {"keyId": becoming.arn, "primaryRegion": becoming.region},
                {"keyId": becoming.arn},
                becoming.arn,
            ),
        ),
    )


def _replica_in(call: Call, primary: Key, region: str) -> Key:
    """Errors: LookupError when the store has lost a replica, which is our bug."""
    replica = call.view.get(Key, primary.account, region, primary.key_id)
    if replica is None:
        raise LookupError(
            f"{primary.arn} names {key_arn(region, primary.account, primary.key_id)}, which is not stored"
        )
    return replica


_S = kms.OPERATIONS

OPERATIONS = (
    Operation(
        _S["ReplicateKey"],
        _replicate_key,
        _replicate_permissions,
        _replicate_conditions,
        _replicate_logged,
        read_only=False,
    ),
    Operation(
        _S["UpdatePrimaryRegion"],
        _update_primary_region,
        _update_permissions,
        _update_conditions,
        members(key_id="keyId", primary_region="primaryRegion"),
        read_only=False,
    ),
)
