"""GetPublicKey: the half of a key pair that may leave. Source: AWS KMS API Reference, GetPublicKey."""

from strongroom.errors import UnsupportedOperationError
from strongroom.operations.kms.common import on_key
from strongroom.operations.kms.metadata import algorithms_member, current_material
from strongroom.operations.operation import Call, Operation, Outcome, members
from strongroom.wire.shapes import kms


def _get_public_key(call: Call, _request: kms.GetPublicKeyRequest) -> Outcome:
    key = call.key
    if not key.spec.is_asymmetric:
        raise UnsupportedOperationError
    material = current_material(call.view, key)
    if material is None:
        raise LookupError(f"{key.arn} names material that is not in the store")
    return Outcome(
        kms.GetPublicKeyResponse(
            key_id=key.arn,
            public_key=material.public_key,
            customer_master_key_spec=key.key_spec,
            key_spec=key.key_spec,
            key_usage=key.key_usage,
            **algorithms_member(key),
        )
    )


OPERATIONS = (
    Operation(
        kms.OPERATIONS["GetPublicKey"],
        _get_public_key,
        on_key("kms:GetPublicKey", alias_allowed=True),
        logged=members(key_id="keyId"),
        inline=True,
        cross_account=True,
    ),
)
