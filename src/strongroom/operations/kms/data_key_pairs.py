"""Data key pairs: GenerateDataKeyPair, GenerateDataKeyPairWithoutPlaintext. Source: AWS KMS API Reference, those actions."""

from collections.abc import Mapping
from typing import Any

from strongroom.crypto.key_pairs import public_der_of, supported
from strongroom.errors import UnsupportedOperationError
from strongroom.model.key_spec import SYMMETRIC_DEFAULT
from strongroom.model.permission import ConditionValues
from strongroom.operations.kms.common import context_conditions, on_key
from strongroom.operations.kms.data_keys import data_key_wrapping_key
from strongroom.operations.kms.encryption import bound_context
from strongroom.operations.kms.recipient import sealed_for
from strongroom.operations.operation import Call, Operation, Outcome, Work
from strongroom.wire.shapes import kms

PairRequest = kms.GenerateDataKeyPairRequest | kms.GenerateDataKeyPairWithoutPlaintextRequest


def _generate(call: Call, request: PairRequest, *, with_plaintext: bool) -> Work:
    key, spec = call.key, request.key_pair_spec
    wrapping_key = data_key_wrapping_key(call, "a data key pair")
    bound = bound_context(request.encryption_context)
    if not supported(spec):
        raise UnsupportedOperationError(f"KeyPairSpec {spec} is not supported in this Region.")

    def generated() -> Outcome:
        private_key = call.new_private_key(spec)
        answer: dict[str, Any] = {
            "private_key_ciphertext_blob": wrapping_key.encrypt_data_key(private_key, bound, call.random_bytes),
            "public_key": public_der_of(spec, private_key),
            "key_id": key.arn,
            "key_pair_spec": spec,
            "key_material_id": key.material_id,
        }
        output: kms.GenerateDataKeyPairResponse | kms.GenerateDataKeyPairWithoutPlaintextResponse
        if with_plaintext:
            sealed = sealed_for(call.recipient, private_key, call.random_bytes)
            output = kms.GenerateDataKeyPairResponse(
                **answer,
                private_key_plaintext=private_key if sealed is None else None,
                ciphertext_for_recipient=sealed,
            )
        else:
            output = kms.GenerateDataKeyPairWithoutPlaintextResponse(**answer)
        return Outcome(output, additional={"keyMaterialId": key.material_id})

    return Work(generated, is_long=True)


def _generate_data_key_pair(call: Call, request: kms.GenerateDataKeyPairRequest) -> Work:
    return _generate(call, request, with_plaintext=True)


def _generate_data_key_pair_without_plaintext(
    call: Call, request: kms.GenerateDataKeyPairWithoutPlaintextRequest
) -> Work:
    return _generate(call, request, with_plaintext=False)


def _conditions(request: PairRequest, _action: str) -> ConditionValues:
    return context_conditions(request.encryption_context, SYMMETRIC_DEFAULT) | {
        "kms:datakeypairspec": request.key_pair_spec
    }


def _logged(request: PairRequest) -> Mapping[str, Any]:
    shown: dict[str, Any] = {"keyId": request.key_id, "keyPairSpec": request.key_pair_spec}
    if request.encryption_context:
        shown["encryptionContext"] = request.encryption_context
    if request.dry_run:
        shown["dryRun"] = True
    return shown


_S = kms.OPERATIONS

OPERATIONS = tuple(
    Operation(
        _S[name],
        act,
        on_key(f"kms:{name}", alias_allowed=True),
        _conditions,
        _logged,
        inline=True,
        cross_account=True,
    )
    for name, act in (
        ("GenerateDataKeyPair", _generate_data_key_pair),
        ("GenerateDataKeyPairWithoutPlaintext", _generate_data_key_pair_without_plaintext),
    )
)
