"""Message authentication codes: GenerateMac, VerifyMac. Source: AWS KMS API Reference, those actions.

VerifyMac never answers false: a bad MAC is an error, as with AWS.
"""

from strongroom.crypto.opened import MACKey
from strongroom.model.key_spec import GENERATE_VERIFY_MAC
from strongroom.model.permission import ConditionValues
from strongroom.operations.kms.common import check_algorithm, check_usage, on_key
from strongroom.operations.operation import Call, Operation, Outcome, members
from strongroom.wire.shapes import kms

MACRequest = kms.GenerateMacRequest | kms.VerifyMacRequest


def _opened(call: Call, request: MACRequest) -> MACKey:
    check_usage(call, call.key, GENERATE_VERIFY_MAC)
    check_algorithm(request.mac_algorithm, call.key)
    opened = call.open(call.key, call.key.material_id)
    assert isinstance(opened, MACKey)  # noqa: S101 - the key's usage was checked
    return opened


def _generate_mac(call: Call, request: kms.GenerateMacRequest) -> Outcome:
    mac = _opened(call, request).generate(request.message)
    return Outcome(kms.GenerateMacResponse(mac=mac, mac_algorithm=request.mac_algorithm, key_id=call.key.arn))


def _verify_mac(call: Call, request: kms.VerifyMacRequest) -> Outcome:
    _opened(call, request).verify(request.message, request.mac)
    return Outcome(kms.VerifyMacResponse(key_id=call.key.arn, mac_valid=True, mac_algorithm=request.mac_algorithm))


def _conditions(request: MACRequest, _action: str) -> ConditionValues:
    return {"kms:macalgorithm": request.mac_algorithm}


_S = kms.OPERATIONS

OPERATIONS = tuple(
    Operation(
        _S[name],
        act,
        on_key(f"kms:{name}", alias_allowed=True),
        _conditions,
        members(key_id="keyId", mac_algorithm="macAlgorithm", dry_run="dryRun"),
        inline=True,
        cross_account=True,
    )
    for name, act in (("GenerateMac", _generate_mac), ("VerifyMac", _verify_mac))
)
