"""GetKeyLastUsage: what counts as a use, and the condition key that looks at it."""

import json
import re
from typing import Any

import botocore.session
import pytest

from strongroom.model.change import Insert
from strongroom.model.key import Key
from strongroom.model.key_usage import TRACKED_OPERATIONS, TRACKING_SETTING, KeyUsage
from strongroom.model.setting import Setting
from strongroom.operations.kms.usage import usage_of_key
from support.house import ACCOUNT, OTHER_ACCOUNT, START, House

DAY = 86_400.0
HELLO = "aGVsbG8="


def test_the_operations_are_those_of_the_model() -> None:
    model = botocore.session.get_session().get_service_model("kms")
    assert set(model.shape_for("KeyLastUsageData").members["Operation"].enum) == TRACKED_OPERATIONS


def test_never_used(house: House, key_id: str) -> None:
    house.now += 60
    assert house.ok("GetKeyLastUsage", {"KeyId": key_id}) == {
        "KeyId": key_id,
        "KeyLastUsage": {},
        "TrackingStartDate": START,
        "KeyCreationDate": START,
    }


def test_the_last_use_with_its_ids(house: House, key_id: str) -> None:
    house.ok("Encrypt", {"KeyId": key_id, "Plaintext": HELLO})
    house.now += 60.75
    answer = house.call("GenerateDataKey", {"KeyId": key_id, "KeySpec": "AES_256"})
    found = house.ok("GetKeyLastUsage", {"KeyId": f"arn:aws:kms:us-east-1:{ACCOUNT}:key/{key_id}"})
    assert found["KeyId"] == key_id
    assert found["KeyLastUsage"] == {
        "Operation": "GenerateDataKey",
        "Timestamp": START + 60,
        "CloudTrailEventId": answer.record["eventID"],
        "KmsRequestId": answer.request_id,
    }


def test_what_is_no_use(house: House, key_id: str) -> None:
    """Dry runs, refusals, and everything that is not cryptographic."""
    for operation, members in (
        ("Encrypt", {"Plaintext": HELLO, "DryRun": True}),
        ("Decrypt", {"CiphertextBlob": HELLO}),
        ("DescribeKey", {}),
        ("GetKeyPolicy", {}),
        ("ListResourceTags", {}),
        ("EnableKey", {}),
    ):
        house.call(operation, {"KeyId": key_id, **members})
    nobody = house.add_user("nobody")
    assert house.call("Encrypt", {"KeyId": key_id, "Plaintext": HELLO}, user=nobody).status == 400
    assert house.ok("GetKeyLastUsage", {"KeyId": key_id})["KeyLastUsage"] == {}


def test_re_encrypt_uses_both_keys(house: House, key_id: str) -> None:
    other = house.ok("CreateKey")["KeyMetadata"]["KeyId"]
    blob = house.ok("Encrypt", {"KeyId": key_id, "Plaintext": HELLO})["CiphertextBlob"]
    answer = house.call("ReEncrypt", {"CiphertextBlob": blob, "DestinationKeyId": other})
    for key in (key_id, other):
        usage = house.ok("GetKeyLastUsage", {"KeyId": key})["KeyLastUsage"]
        assert (usage["Operation"], usage["CloudTrailEventId"]) == ("ReEncrypt", answer.record["eventID"])


@pytest.mark.parametrize(
    ("spec", "usage", "operation", "members"),
    [
        ("ECC_NIST_P256", "SIGN_VERIFY", "Sign", {"Message": HELLO, "SigningAlgorithm": "ECDSA_SHA_256"}),
        ("HMAC_256", "GENERATE_VERIFY_MAC", "GenerateMac", {"Message": HELLO, "MacAlgorithm": "HMAC_SHA_256"}),
        ("SYMMETRIC_DEFAULT", "ENCRYPT_DECRYPT", "GenerateDataKeyPair", {"KeyPairSpec": "ECC_NIST_P256"}),
        ("ECC_NIST_P256", "SIGN_VERIFY", "GetPublicKey", {}),
    ],
)
def test_other_kinds_of_keys(house: House, spec: str, usage: str, operation: str, members: dict[str, Any]) -> None:
    key_id = house.ok("CreateKey", {"KeySpec": spec, "KeyUsage": usage})["KeyMetadata"]["KeyId"]
    house.ok(operation, {"KeyId": key_id, **members})
    found = house.ok("GetKeyLastUsage", {"KeyId": key_id})["KeyLastUsage"]
    assert found.get("Operation") == (operation if operation in TRACKED_OPERATIONS else None)


def test_in_every_key_state(house: House, key_id: str) -> None:
    house.ok("Encrypt", {"KeyId": key_id, "Plaintext": HELLO})
    for operation in ("DisableKey", "ScheduleKeyDeletion"):
        house.ok(operation, {"KeyId": key_id})
        assert house.ok("GetKeyLastUsage", {"KeyId": key_id})["KeyLastUsage"]["Operation"] == "Encrypt"


def test_refusals(house: House, key_id: str) -> None:
    house.ok("CreateAlias", {"AliasName": "alias/a", "TargetKeyId": key_id})
    assert house.call("GetKeyLastUsage", {"KeyId": "alias/a"}).error[0] == "InvalidArnException"
    assert (
        house.call("GetKeyLastUsage", {"KeyId": "1234abcd-12ab-34cd-56ef-1234567890ab"}).error[0] == "NotFoundException"
    )
    stranger = house.add_user("stranger", _allow_all(), account=OTHER_ACCOUNT)
    arn = f"arn:aws:kms:us-east-1:{ACCOUNT}:key/{key_id}"
    assert house.call("GetKeyLastUsage", {"KeyId": arn}, user=stranger).error[0] == "AccessDeniedException"
    nobody = house.add_user("nobody")
    assert re.search("kms:GetKeyLastUsage", str(house.call("GetKeyLastUsage", {"KeyId": key_id}, user=nobody).error[1]))


def test_tracking_may_have_begun_after_the_key(house: House, key_id: str) -> None:
    began = START + 10 * DAY
    house.store.commit((Insert(Setting(TRACKING_SETTING, str(int(began * 1000)).encode())),))
    found = house.ok("GetKeyLastUsage", {"KeyId": key_id})
    assert (found["KeyCreationDate"], found["TrackingStartDate"]) == (START, began)


def test_a_deleted_key_leaves_no_usage(house: House, key_id: str) -> None:
    house.ok("Encrypt", {"KeyId": key_id, "Plaintext": HELLO})
    with house.store.snapshot() as view:
        key = view.get(Key, ACCOUNT, "us-east-1", key_id)
        assert key is not None
        house.store.commit(usage_of_key(view, key))
    with house.store.snapshot() as view:
        assert view.get(KeyUsage, ACCOUNT, "us-east-1", key_id) is None
        assert usage_of_key(view, key) == ()


@pytest.mark.parametrize("operation", ["DisableKey", "ScheduleKeyDeletion"])
@pytest.mark.parametrize(
    ("used", "days", "allowed"),
    [(0, 29.9, False), (0, 30, True), (None, 29.9, False), (None, 30, True), (5, 34.9, False)],
)
def test_trailing_days_without_usage(
    house: House, operation: str, used: float | None, days: float, allowed: bool
) -> None:
    """Whole days since the last use; a key that was never used counts from its creation."""
    policy = _guarded(29)
    key_id = house.ok("CreateKey", {"Policy": policy})["KeyMetadata"]["KeyId"]
    if used is not None:
        house.now = START + used * DAY
        house.ok("Encrypt", {"KeyId": key_id, "Plaintext": HELLO})
    house.now = START + days * DAY
    answer = house.call(operation, {"KeyId": key_id})
    assert (answer.status == 200) is allowed
    if not allowed:
        assert "with an explicit deny in a resource-based policy" in str(answer.error[1])


def test_the_condition_key_is_absent_elsewhere(house: House) -> None:
    """A Deny with it on everything stops those two operations alone."""
    key_id = house.ok("CreateKey", {"Policy": _guarded(29, "kms:*")})["KeyMetadata"]["KeyId"]
    house.ok("Encrypt", {"KeyId": key_id, "Plaintext": HELLO})
    house.ok("EnableKey", {"KeyId": key_id})
    assert house.call("DisableKey", {"KeyId": key_id}).error[0] == "AccessDeniedException"


def _guarded(days: int, action: Any = ("kms:DisableKey", "kms:ScheduleKeyDeletion")) -> str:
    actions = [action] if isinstance(action, str) else list(action)
    return json.dumps(
        {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Effect": "Allow",
                    "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"},
                    "Action": "kms:*",
                    "Resource": "*",
                },
                {
                    "Effect": "Deny",
                    "Principal": "*",
                    "Action": actions,
                    "Resource": "*",
                    "Condition": {"NumericLessThanEquals": {"kms:TrailingDaysWithoutKeyUsage": str(days)}},
                },
            ],
        }
    )


def _allow_all() -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "kms:*", "Resource": "*"}]}
