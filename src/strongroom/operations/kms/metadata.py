"""KeyMetadata: how a key describes itself. Source: AWS KMS API Reference, KeyMetadata; recorded answers."""

from typing import Any

from strongroom.model.key import Key, KeyState
from strongroom.operations.dates import cloudtrail_date
from strongroom.wire.shapes import kms


def key_metadata(key: Key) -> kms.KeyMetadata:
    """Return the metadata of an answer; members without a value are left out on the wire."""
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
        origin=key.origin,
        key_manager=key.manager.value,
        customer_master_key_spec=key.key_spec,
        key_spec=key.key_spec,
        encryption_algorithms=["SYMMETRIC_DEFAULT"],
        multi_region=key.multi_region,
        current_key_material_id=key.material_id,
    )


def logged_metadata(key: Key) -> dict[str, Any]:
    """The same for an audit record: lowerCamel names, dates as text. Source: CloudTrail entry examples of the KMS guide."""
    shown: dict[str, Any] = {
        "aWSAccountId": key.account,
        "keyId": key.key_id,
        "arn": key.arn,
        "creationDate": cloudtrail_date(key.created_ms),
        "enabled": key.state is KeyState.ENABLED,
        "description": key.description,
        "keyUsage": key.key_usage,
        "keyState": key.state.value,
        "origin": key.origin,
        "keyManager": key.manager.value,
        "customerMasterKeySpec": key.key_spec,
        "keySpec": key.key_spec,
        "encryptionAlgorithms": ["SYMMETRIC_DEFAULT"],
        "multiRegion": key.multi_region,
        "currentKeyMaterialId": key.material_id,
    }
    return shown
