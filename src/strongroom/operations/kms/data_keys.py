"""Data keys and random bytes: GenerateDataKey, GenerateDataKeyWithoutPlaintext, GenerateRandom.

Source: AWS KMS API Reference, those actions.
"""

from collections.abc import Mapping
from typing import Any

from strongroom.crypto.opened import SymmetricKey
from strongroom.errors import InvalidKeyUsageError, UnsupportedOperationError, ValidationError
from strongroom.model.key_spec import ENCRYPT_DECRYPT, SYMMETRIC_DEFAULT
from strongroom.model.permission import ConditionValues
from strongroom.operations.kms.common import check_usage, context_conditions, on_anything, on_key
from strongroom.operations.kms.encryption import bound_context
from strongroom.operations.kms.key_store_rules import check_store_for_random
from strongroom.operations.kms.recipient import sealed_for
from strongroom.operations.operation import Call, Operation, Outcome
from strongroom.wire.shapes import kms

_BYTES_OF = {"AES_256": 32, "AES_128": 16}

DataKeyRequest = kms.GenerateDataKeyRequest | kms.GenerateDataKeyWithoutPlaintextRequest


def _length(request: DataKeyRequest) -> int:
    if (request.key_spec is None) == (request.number_of_bytes is None):
        raise ValidationError("Please specify either number of bytes or key spec.")
    return _BYTES_OF[request.key_spec] if request.key_spec is not None else request.number_of_bytes or 0


def data_key_wrapping_key(call: Call, what: str) -> SymmetricKey:
    """Return the opened key that ``what`` will be encrypted under. Errors: InvalidKeyUsageError for anything but a symmetric one."""
    key = call.key
    check_usage(call, key, ENCRYPT_DECRYPT)
    if not key.is_symmetric_encryption:
        raise InvalidKeyUsageError(f"You cannot generate {what} with an asymmetric CMK")
    opened = call.open(key, key.material_id)
    assert isinstance(opened, SymmetricKey)  # noqa: S101 - the spec was checked
    return opened


def _make(call: Call, request: DataKeyRequest) -> tuple[bytes, bytes]:
    """Return (data key, its ciphertext blob)."""
    wrapping_key = data_key_wrapping_key(call, "a data key")
    bound = bound_context(request.encryption_context)
    data_key = call.random_bytes(_length(request))
    return data_key, wrapping_key.encrypt_data_key(data_key, bound, call.random_bytes)


def _generate_data_key(call: Call, request: kms.GenerateDataKeyRequest) -> Outcome:
    plaintext, blob = _make(call, request)
    sealed = sealed_for(call.recipient, plaintext, call.random_bytes)
    key = call.key
    return Outcome(
        kms.GenerateDataKeyResponse(
            ciphertext_blob=blob,
            plaintext=plaintext if sealed is None else None,
            key_id=key.arn,
            ciphertext_for_recipient=sealed,
            key_material_id=key.material_id if sealed is None else None,
        ),
        additional={"keyMaterialId": key.material_id},
    )


def _generate_data_key_without_plaintext(call: Call, request: kms.GenerateDataKeyWithoutPlaintextRequest) -> Outcome:
    _plaintext, blob = _make(call, request)
    key = call.key
    return Outcome(
        kms.GenerateDataKeyWithoutPlaintextResponse(
            ciphertext_blob=blob, key_id=key.arn, key_material_id=key.material_id
        ),
        additional={"keyMaterialId": key.material_id},
    )


def _conditions(request: DataKeyRequest, _action: str) -> ConditionValues:
    return context_conditions(request.encryption_context, SYMMETRIC_DEFAULT)


def _logged(request: DataKeyRequest) -> Mapping[str, Any]:
    shown: dict[str, Any] = {"keyId": request.key_id}
    if request.key_spec is not None:
        shown["keySpec"] = request.key_spec
    if request.number_of_bytes is not None:
        shown["numberOfBytes"] = request.number_of_bytes
    if request.encryption_context:
        shown["encryptionContext"] = request.encryption_context
    if request.dry_run:
        shown["dryRun"] = True
    return shown


def _generate_random(call: Call, request: kms.GenerateRandomRequest) -> Outcome:
    if request.custom_key_store_id is not None:
        check_store_for_random(call.view, call.account, call.region, request.custom_key_store_id)
        # Never bytes of our own in place of the cluster's: a store can only be connected by a driver, which brings them.
        raise UnsupportedOperationError("Drivers of AWS CloudHSM clusters are not built in this version of strongroom.")
    if request.number_of_bytes is None:
        raise ValidationError("NumberOfBytes is required.")
    plaintext = call.random_bytes(request.number_of_bytes)
    sealed = sealed_for(call.recipient, plaintext, call.random_bytes)
    return Outcome(
        kms.GenerateRandomResponse(
            plaintext=plaintext if sealed is None else None,
            ciphertext_for_recipient=sealed,
        )
    )


_S = kms.OPERATIONS

OPERATIONS = (
    Operation(
        _S["GenerateDataKey"],
        _generate_data_key,
        on_key("kms:GenerateDataKey", alias_allowed=True),
        _conditions,
        _logged,
        inline=True,
        cross_account=True,
    ),
    Operation(
        _S["GenerateDataKeyWithoutPlaintext"],
        _generate_data_key_without_plaintext,
        on_key("kms:GenerateDataKeyWithoutPlaintext", alias_allowed=True),
        _conditions,
        _logged,
        inline=True,
        cross_account=True,
    ),
    Operation(_S["GenerateRandom"], _generate_random, on_anything("kms:GenerateRandom"), inline=True),
)
