"""Signatures: Sign, Verify. Source: AWS KMS API Reference, those actions.

Verify never answers false: a bad signature is an error, as with AWS.
"""

from typing import Any

from strongroom.crypto.opened import SigningKey
from strongroom.model.key_spec import SIGN_VERIFY
from strongroom.model.permission import ConditionValues
from strongroom.operations.kms.common import check_algorithm, check_usage, on_key
from strongroom.operations.operation import Call, Operation, Outcome, Work, members
from strongroom.wire.shapes import kms

_RAW = "RAW"  # API Reference, Sign, MessageType: the default

SigningRequest = kms.SignRequest | kms.VerifyRequest


def _opened(call: Call, request: SigningRequest) -> SigningKey:
    check_usage(call, call.key, SIGN_VERIFY)
    check_algorithm(request.signing_algorithm, call.key)
    opened = call.open(call.key, call.key.material_id)
    assert isinstance(opened, SigningKey)  # noqa: S101 - the key's usage was checked
    return opened


def _sign(call: Call, request: kms.SignRequest) -> Outcome | Work:
    key, opened = call.key, _opened(call, request)

    def signed() -> Outcome:
        signature = opened.sign(request.signing_algorithm, request.message, request.message_type or _RAW)
        return Outcome(
            kms.SignResponse(key_id=key.arn, signature=signature, signing_algorithm=request.signing_algorithm)
        )

    return Work(signed) if opened.is_slow else signed()


def _verify(call: Call, request: kms.VerifyRequest) -> Outcome | Work:
    key, opened = call.key, _opened(call, request)

    def verified() -> Outcome:
        message_type = request.message_type or _RAW
        opened.verify(request.signing_algorithm, request.message, message_type, request.signature)
        return Outcome(
            kms.VerifyResponse(key_id=key.arn, signature_valid=True, signing_algorithm=request.signing_algorithm)
        )

    return Work(verified) if opened.verifies_slowly else verified()


def _conditions(request: SigningRequest, _action: str) -> ConditionValues:
    return {"kms:signingalgorithm": request.signing_algorithm, "kms:messagetype": request.message_type or _RAW}


_shown = members(key_id="keyId", signing_algorithm="signingAlgorithm", dry_run="dryRun")


def _logged(request: SigningRequest) -> dict[str, Any]:
    shown = _shown(request)
    shown["messageType"] = request.message_type or _RAW
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
    for name, act in (("Sign", _sign), ("Verify", _verify))
)
