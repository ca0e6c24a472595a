"""The matrix of operations and key states, cell by cell where AWS's answers were recorded or documented."""

import pytest

from strongroom.errors import DisabledError, KMSInvalidStateError
from strongroom.model.key import Key, KeyManager, KeyState
from strongroom.model.key_state import OPERATIONS_WITH_STATE_RULES, Rule, check_state, rule_for
from strongroom.operations.table import BUILT

ARN = "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"


def key_in(state: KeyState) -> Key:
    return Key(
        account="111122223333",
        region="us-east-1",
        key_id="1234abcd-12ab-34cd-56ef-1234567890ab",
        key_spec="SYMMETRIC_DEFAULT",
        key_usage="ENCRYPT_DECRYPT",
        state=state,
        origin="AWS_KMS",
        manager=KeyManager.CUSTOMER,
        description="",
        policy_sha256="",
        material_id="",
        created_ms=0,
    )


@pytest.mark.parametrize(
    ("operation", "state", "error", "text"),
    [
        ("Encrypt", KeyState.DISABLED, DisabledError, f"{ARN} is disabled."),
        ("Decrypt", KeyState.PENDING_DELETION, KMSInvalidStateError, f"{ARN} is pending deletion."),
        ("ReEncrypt", KeyState.PENDING_IMPORT, KMSInvalidStateError, f"{ARN} is pending import."),
        ("GenerateDataKey", KeyState.UNAVAILABLE, KMSInvalidStateError, f"{ARN} is unavailable."),
        ("Encrypt", KeyState.CREATING, KMSInvalidStateError, f"{ARN} is creating."),
        ("EnableKey", KeyState.UPDATING, KMSInvalidStateError, f"{ARN} is updating."),
        ("TagResource", KeyState.PENDING_REPLICA_DELETION, KMSInvalidStateError, f"{ARN} is pending replica deletion."),
        ("CancelKeyDeletion", KeyState.ENABLED, KMSInvalidStateError, f"{ARN} is not pending deletion."),
        ("CancelKeyDeletion", KeyState.DISABLED, KMSInvalidStateError, f"{ARN} is not pending deletion."),
        ("ScheduleKeyDeletion", KeyState.PENDING_DELETION, KMSInvalidStateError, f"{ARN} is pending deletion."),
        ("UpdateKeyDescription", KeyState.PENDING_DELETION, KMSInvalidStateError, f"{ARN} is pending deletion."),
    ],
)
def test_refusals_in_aws_words(operation: str, state: KeyState, error: type[Exception], text: str) -> None:
    with pytest.raises(error) as refused:
        check_state(operation, key_in(state))
    assert str(refused.value) == text


@pytest.mark.parametrize(
    ("operation", "state"),
    [
        ("GetPublicKey", KeyState.DISABLED),
        ("PutKeyPolicy", KeyState.PENDING_DELETION),
        ("EnableKey", KeyState.ENABLED),
        ("EnableKey", KeyState.DISABLED),
        ("CancelKeyDeletion", KeyState.PENDING_DELETION),
        ("CancelKeyDeletion", KeyState.PENDING_REPLICA_DELETION),
        ("DescribeKey", KeyState.PENDING_DELETION),
        ("ScheduleKeyDeletion", KeyState.PENDING_IMPORT),
        ("DeleteAlias", KeyState.PENDING_DELETION),
    ],
)
def test_what_is_not_refused(operation: str, state: KeyState) -> None:
    check_state(operation, key_in(state))


def test_every_operation_has_a_cell_for_every_state() -> None:
    for operation in OPERATIONS_WITH_STATE_RULES:
        for state in KeyState:
            assert rule_for(operation, state) in Rule


def test_the_short_cut_for_enabled_keys_agrees_with_the_table() -> None:
    for operation in OPERATIONS_WITH_STATE_RULES - {"CancelKeyDeletion"}:
        assert rule_for(operation, KeyState.ENABLED) is Rule.OK


def test_every_built_operation_on_a_key_has_a_row() -> None:
    without_key = {"CreateKey", "ListKeys", "ListRetirableGrants", "GenerateRandom"}
    about_keys = {name for name in BUILT["kms"] if "CustomKeyStore" not in name} - without_key
    assert about_keys <= OPERATIONS_WITH_STATE_RULES
