"""KeyMetadata: how a key describes itself. Source: AWS KMS API Reference, KeyMetadata; recorded answers."""

from typing import Any

from strongroom.model.arn import key_arn
from strongroom.model.key import Key, KeyMaterial, KeyState, Origin
from strongroom.model.key_spec import ALGORITHM_MEMBERS
from strongroom.model.view import Snapshot
from strongroom.operations.dates import cloudtrail_date
from strongroom.wire.shapes import kms

_CAMEL_ALGORITHM_MEMBERS = {
    member: "".join(part if index == 0 else part.capitalize() for index, part in enumerate(member.split("_")))
    for member in ALGORITHM_MEMBERS.values()
}


def algorithms_member(key: Key) -> dict[str, Any]:
    """Return the one list of algorithms that a key has, under its member's name."""
    return {ALGORITHM_MEMBERS[key.key_usage]: list(key.algorithms)}


def key_metadata(view: Snapshot, key: Key, *, primary: Key | None = None) -> kms.KeyMetadata:
    """Return the metadata of an answer; members without a value are left out on the wire.

    ``view`` is asked for the related keys of a multi-Region key and for the expiry of imported material; ``primary`` is
    the primary key of ``key`` where the view does not yet hold it as it will be.
    """
    material = current_material(view, key) if key.origin == Origin.EXTERNAL else None
    expires = material is not None and material.is_present and key.state is not KeyState.PENDING_IMPORT
    # Creating a replica is over before anybody can look, but its first answer shows it under way, as AWS's does.
    shows_material = key.is_symmetric_encryption and key.material_id and key.state is not KeyState.CREATING
    waiting = key.state is KeyState.PENDING_REPLICA_DELETION
    return kms.KeyMetadata(
        aws_account_id=key.account,
        key_id=key.key_id,
        arn=key.arn,
        creation_date=key.created_ms / 1000,
        enabled=key.state is KeyState.ENABLED,
        description=key.description,
        key_usage=key.key_usage,
        key_state=key.state.value,
        deletion_date=key.deletion_ms / 1000 if key.deletion_ms is not None else None,
        valid_to=material.valid_to_ms / 1000 if material and expires and material.valid_to_ms is not None else None,
        origin=key.origin,
        custom_key_store_id=key.custom_key_store_id or None,
        expiration_model=material.expiration_model if material and expires else None,
        key_manager=key.manager.value,
        customer_master_key_spec=key.key_spec,
        key_spec=key.key_spec,
        multi_region=key.multi_region,
        multi_region_configuration=_multi_region_configuration(view, key, primary) if key.multi_region else None,
        pending_deletion_window_in_days=key.pending_window_days if waiting else None,
        xks_key_configuration=kms.XksKeyConfigurationType(id=key.xks_key_id) if key.xks_key_id else None,
        current_key_material_id=key.material_id if shows_material else None,
        **algorithms_member(key),
    )


def current_material(view: Snapshot, key: Key) -> KeyMaterial | None:
    """Return the current version of the key's material; None while there never was any."""
    if not key.material_id:
        return None
    return view.get(KeyMaterial, key.account, key.region, key.key_id, key.material_id)


def _multi_region_configuration(view: Snapshot, key: Key, primary: Key | None) -> kms.MultiRegionConfiguration:
    if primary is None:
        primary = key if key.is_primary else view.get(Key, key.account, key.primary_region, key.key_id)
    replicas = sorted(primary.replica_regions if primary is not None else (key.region,))
    return kms.MultiRegionConfiguration(
        multi_region_key_type="PRIMARY" if key.is_primary else "REPLICA",
        primary_key=_in_region(key, key.primary_region),
        replica_keys=[_in_region(key, region) for region in replicas],
    )


def _in_region(key: Key, region: str) -> kms.MultiRegionKey:
    return kms.MultiRegionKey(arn=key_arn(region, key.account, key.key_id), region=region)


def logged_metadata(metadata: kms.KeyMetadata) -> dict[str, Any]:
    """The same for an audit record: lowerCamel names, dates as text. Source: CloudTrail entry examples of the KMS guide."""
    created = metadata.creation_date or 0.0
    shown: dict[str, Any] = {
        "aWSAccountId": metadata.aws_account_id,
        "keyId": metadata.key_id,
        "arn": metadata.arn,
        "creationDate": cloudtrail_date(round(created * 1000)),
        "enabled": metadata.enabled,
        "description": metadata.description,
        "keyUsage": metadata.key_usage,
        "keyState": metadata.key_state,
        "origin": metadata.origin,
        "keyManager": metadata.key_manager,
        "customerMasterKeySpec": metadata.customer_master_key_spec,
        "keySpec": metadata.key_spec,
    }
    for member, name in _CAMEL_ALGORITHM_MEMBERS.items():
        if (algorithms := getattr(metadata, member)) is not None:
            shown[name] = algorithms
    shown["multiRegion"] = metadata.multi_region
    if (related := metadata.multi_region_configuration) is not None:
        shown["multiRegionConfiguration"] = {
            "multiRegionKeyType": related.multi_region_key_type,
            "primaryKey": _logged_related(related.primary_key),
            "replicaKeys": [_logged_related(each) for each in related.replica_keys or ()],
        }
    if metadata.custom_key_store_id is not None:
        shown["customKeyStoreId"] = metadata.custom_key_store_id
    if metadata.xks_key_configuration is not None:
        shown["xksKeyConfiguration"] = {"id": metadata.xks_key_configuration.id}
    if metadata.current_key_material_id is not None:
        shown["currentKeyMaterialId"] = metadata.current_key_material_id
    return shown


def _logged_related(key: kms.MultiRegionKey | None) -> dict[str, Any]:
    return {} if key is None else {"arn": key.arn, "region": key.region}
