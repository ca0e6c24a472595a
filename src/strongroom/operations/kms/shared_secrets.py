"""Secrets shared with a peer: DeriveSharedSecret (ECDH), Encapsulate and Decapsulate (ML-KEM).

Source: AWS KMS API Reference, those actions; NIST SP 800-56A, 5.7.1.2; FIPS 203.
"""

from strongroom.crypto.opened import AgreementKey, EncapsulationKey
from strongroom.model.key_spec import ENCAPSULATE_DECAPSULATE, KEY_AGREEMENT
from strongroom.model.permission import ConditionValues
from strongroom.operations.kms.common import check_algorithm, check_usage, on_key
from strongroom.operations.kms.recipient import sealed_for
from strongroom.operations.operation import Call, Operation, Outcome, Work, members
from strongroom.wire.shapes import kms


def _derive_shared_secret(call: Call, request: kms.DeriveSharedSecretRequest) -> Outcome | Work:
    key = call.key
    check_usage(call, key, KEY_AGREEMENT)
    check_algorithm(request.key_agreement_algorithm, key)
    opened = call.open(key, key.material_id)
    assert isinstance(opened, AgreementKey)  # noqa: S101 - the key's usage was checked

    def derived() -> Outcome:
        secret = opened.derive(request.public_key)
        sealed = sealed_for(call.recipient, secret, call.random_bytes)
        return Outcome(
            kms.DeriveSharedSecretResponse(
                key_id=key.arn,
                shared_secret=secret if sealed is None else None,
                ciphertext_for_recipient=sealed,
                key_agreement_algorithm=request.key_agreement_algorithm,
                key_origin=key.origin,
            )
        )

    return Work(derived) if opened.is_slow else derived()


def _derive_conditions(request: kms.DeriveSharedSecretRequest, _action: str) -> ConditionValues:
    return {"kms:keyagreementalgorithm": request.key_agreement_algorithm}


KEMRequest = kms.EncapsulateRequest | kms.DecapsulateRequest


def _opened(call: Call, request: KEMRequest) -> EncapsulationKey:
    check_usage(call, call.key, ENCAPSULATE_DECAPSULATE)
    check_algorithm(request.encapsulation_algorithm, call.key)
    opened = call.open(call.key, call.key.material_id)
    assert isinstance(opened, EncapsulationKey)  # noqa: S101 - the key's usage was checked
    return opened


def _encapsulate(call: Call, request: kms.EncapsulateRequest) -> Outcome:
    secret, ciphertext = _opened(call, request).encapsulate()
    return Outcome(
        kms.EncapsulateResponse(
            key_id=call.key.arn,
            shared_secret=secret,
            shared_secret_ciphertext_blob=ciphertext,
            encapsulation_algorithm=request.encapsulation_algorithm,
        )
    )


def _decapsulate(call: Call, request: kms.DecapsulateRequest) -> Outcome:
    return Outcome(
        kms.DecapsulateResponse(
            key_id=call.key.arn,
            shared_secret=_opened(call, request).decapsulate(request.shared_secret_ciphertext_blob),
            encapsulation_algorithm=request.encapsulation_algorithm,
        )
    )


_S = kms.OPERATIONS
_kem_logged = members(key_id="keyId", encapsulation_algorithm="encapsulationAlgorithm", dry_run="dryRun")

OPERATIONS = (
    Operation(
        _S["DeriveSharedSecret"],
        _derive_shared_secret,
        on_key("kms:DeriveSharedSecret", alias_allowed=True),
        _derive_conditions,
        members(key_id="keyId", key_agreement_algorithm="keyAgreementAlgorithm", dry_run="dryRun"),
        inline=True,
        cross_account=True,
    ),
    *(
        Operation(
            _S[name],
            act,
            on_key(f"kms:{name}", alias_allowed=True),
            logged=_kem_logged,
            inline=True,
            cross_account=True,
        )
        for name, act in (("Encapsulate", _encapsulate), ("Decapsulate", _decapsulate))
    ),
)
