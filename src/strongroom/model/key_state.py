"""What each operation may do in each key state, and the words of the refusal.

Source: AWS KMS Developer Guide, "Key states of AWS KMS keys"; where recorded answers differ from that table, the
recording wins. One table: an operation on a key that is missing here is our bug, and a test walks the operation table.
"""

from enum import Enum

from strongroom.errors import AWSError, DisabledError, KMSInvalidStateError, UnsupportedOperationError
from strongroom.model.key import Key, KeyState, Origin


class Rule(Enum):
    """A cell of the table. Values are AWS's words behind the key ARN."""

    OK = ""
    DISABLED = " is disabled."
    PENDING_DELETION = " is pending deletion."
    PENDING_REPLICA_DELETION = " is pending replica deletion."
    NOT_PENDING_DELETION = " is not pending deletion."
    PENDING_IMPORT = " is pending import."
    UNAVAILABLE = " is unavailable."
    CREATING = " is creating."
    UPDATING = " is updating."
    ORIGIN = " origin is {origin} which is not valid for this operation."


_OK, _D, _PD, _NPD, _PI = Rule.OK, Rule.DISABLED, Rule.PENDING_DELETION, Rule.NOT_PENDING_DELETION, Rule.PENDING_IMPORT
_UN, _CR, _UP, _OE = Rule.UNAVAILABLE, Rule.CREATING, Rule.UPDATING, Rule.ORIGIN

# The columns of a row below; PendingReplicaDeletion follows PendingDeletion, with its own words.
_COLUMNS = (
    KeyState.ENABLED,
    KeyState.DISABLED,
    KeyState.PENDING_DELETION,
    KeyState.PENDING_IMPORT,
    KeyState.UNAVAILABLE,
    KeyState.CREATING,
    KeyState.UPDATING,
)

_ANY_STATE = (_OK,) * 7
_CRYPTOGRAPHIC = (_OK, _D, _PD, _PI, _UN, _CR, _OK)
_MANAGED_BUT_NOT_DYING = (_OK, _OK, _PD, _OK, _OK, _OK, _OK)

_ROWS: dict[str, tuple[Rule, ...]] = {
    "CancelKeyDeletion": (_NPD, _NPD, _OK, _NPD, _NPD, _NPD, _NPD),
    "CreateAlias": _MANAGED_BUT_NOT_DYING,
    "CreateGrant": (_OK, _D, _PD, _PI, _OK, _CR, _OK),
    "Decapsulate": _CRYPTOGRAPHIC,
    "Decrypt": _CRYPTOGRAPHIC,
    "DeleteAlias": _ANY_STATE,
    "DeleteImportedKeyMaterial": (_OK, _OK, _OK, _OK, _OE, _CR, _UP),
    "DeriveSharedSecret": _CRYPTOGRAPHIC,
    "DescribeKey": _ANY_STATE,
    "DisableKey": (_OK, _OK, _PD, _PI, _OK, _CR, _UP),
    "DisableKeyRotation": (_OK, _D, _PD, _OE, _OE, _CR, _OK),
    "EnableKey": (_OK, _OK, _PD, _PI, _OK, _CR, _UP),
    "EnableKeyRotation": (_OK, _D, _PD, _OE, _OE, _CR, _OK),
    "Encapsulate": _CRYPTOGRAPHIC,
    "Encrypt": _CRYPTOGRAPHIC,
    "GenerateDataKey": _CRYPTOGRAPHIC,
    "GenerateDataKeyPair": _CRYPTOGRAPHIC,
    "GenerateDataKeyPairWithoutPlaintext": _CRYPTOGRAPHIC,
    "GenerateDataKeyWithoutPlaintext": _CRYPTOGRAPHIC,
    "GenerateMac": _CRYPTOGRAPHIC,
    "GetKeyLastUsage": _ANY_STATE,
    "GetKeyPolicy": _ANY_STATE,
    "GetKeyRotationStatus": (_OK, _OK, _OK, _OK, _OE, _OK, _OK),
    "GetParametersForImport": (_OK, _OK, _PD, _OK, _OE, _CR, _UP),
    "GetPublicKey": (_OK, _OK, _PD, _PI, _OK, _CR, _OK),
    "ImportKeyMaterial": (_OK, _OK, _PD, _OK, _OE, _CR, _OK),
    "ListAliases": _ANY_STATE,
    "ListGrants": _ANY_STATE,
    "ListKeyPolicies": _ANY_STATE,
    "ListKeyRotations": _ANY_STATE,
    "ListResourceTags": _ANY_STATE,
    "PutKeyPolicy": _ANY_STATE,
    "ReEncrypt": _CRYPTOGRAPHIC,
    "ReplicateKey": (_OK, _D, _PD, _PI, _OK, _CR, _UP),
    "RetireGrant": _ANY_STATE,
    "RevokeGrant": _ANY_STATE,
    "RotateKeyOnDemand": (_OK, _D, _PD, _PI, _OE, _CR, _OK),
    "ScheduleKeyDeletion": (_OK, _OK, _PD, _OK, _OK, _OK, _UP),
    "Sign": _CRYPTOGRAPHIC,
    "TagResource": _MANAGED_BUT_NOT_DYING,
    "UntagResource": _MANAGED_BUT_NOT_DYING,
    "UpdateAlias": _MANAGED_BUT_NOT_DYING,
    "UpdateKeyDescription": _MANAGED_BUT_NOT_DYING,
    "UpdatePrimaryRegion": (_OK, _D, _PD, _PI, _OK, _CR, _OK),
    "Verify": _CRYPTOGRAPHIC,
    "VerifyMac": _CRYPTOGRAPHIC,
}

OPERATIONS_WITH_STATE_RULES = frozenset(_ROWS)


# To these the origin matters more than the state (recorded): imported material, or another's, never rotates by itself.
_ORIGIN_FIRST = frozenset({"EnableKeyRotation", "DisableKeyRotation"})


def rule_for(operation: str, state: KeyState) -> Rule:
    """Return the cell of the table. Errors: KeyError for an operation that has no row, which is our bug."""
    if state is KeyState.PENDING_REPLICA_DELETION:
        rule = rule_for(operation, KeyState.PENDING_DELETION)
        return Rule.PENDING_REPLICA_DELETION if rule is Rule.PENDING_DELETION else rule
    return _ROWS[operation][_COLUMNS.index(state)]


def check_state(operation: str, key: Key) -> None:
    """Refuse ``operation`` when the key's state does not allow it.

    Errors: DisabledError, KMSInvalidStateError, UnsupportedOperationError.
    """
    if operation in _ORIGIN_FIRST and key.origin != Origin.AWS_KMS:
        raise refusal(Rule.ORIGIN, key)
    if key.state is KeyState.ENABLED and operation != "CancelKeyDeletion":
        return  # the usual case, without a look at the table: its Enabled column refuses CancelKeyDeletion alone
    rule = rule_for(operation, key.state)
    if rule is not Rule.OK:
        raise refusal(rule, key)


def refusal(rule: Rule, key: Key) -> AWSError:
    """Return the error of a cell, worded for ``key``."""
    text = key.arn + rule.value.format(origin=key.origin)
    if rule is Rule.DISABLED:
        return DisabledError(text)
    if rule is Rule.ORIGIN:
        return UnsupportedOperationError(text)
    return KMSInvalidStateError(text)
