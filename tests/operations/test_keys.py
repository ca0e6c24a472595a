"""CreateKey, DescribeKey, ListKeys, UpdateKeyDescription and the life of a key."""

import json

import pytest

from strongroom.authz.defaults import default_key_policy
from support.house import ACCOUNT, START, House
from support.policies import trust


def test_a_new_key_describes_itself_as_aws_does(house: House) -> None:
    made = house.ok("CreateKey", {"Description": "mine", "Tags": [{"TagKey": "team", "TagValue": "blue"}]})[
        "KeyMetadata"
    ]
    key_id = made["KeyId"]
    assert made == {
        "AWSAccountId": ACCOUNT,
        "KeyId": key_id,
        "Arn": f"arn:aws:kms:us-east-1:{ACCOUNT}:key/{key_id}",
        "CreationDate": START,
        "Enabled": True,
        "Description": "mine",
        "KeyUsage": "ENCRYPT_DECRYPT",
        "KeyState": "Enabled",
        "Origin": "AWS_KMS",
        "KeyManager": "CUSTOMER",
        "CustomerMasterKeySpec": "SYMMETRIC_DEFAULT",
        "KeySpec": "SYMMETRIC_DEFAULT",
        "EncryptionAlgorithms": ["SYMMETRIC_DEFAULT"],
        "MultiRegion": False,
        "CurrentKeyMaterialId": made["CurrentKeyMaterialId"],
    }
    assert house.ok("DescribeKey", {"KeyId": key_id})["KeyMetadata"] == made
    assert house.ok("GetKeyPolicy", {"KeyId": key_id}) == {
        "Policy": default_key_policy(ACCOUNT),
        "PolicyName": "default",
    }
    assert house.ok("ListResourceTags", {"KeyId": key_id}) == {
        "Tags": [{"TagKey": "team", "TagValue": "blue"}],
        "Truncated": False,
    }


@pytest.mark.parametrize(
    ("members", "error"),
    [
        (
            {"KeySpec": "RSA_2048"},
            (
                "ValidationException",
                "You must specify a KeyUsage value for all KMS keys except for symmetric encryption keys.",
            ),
        ),
        (
            {"KeySpec": "SYMMETRIC_DEFAULT", "CustomerMasterKeySpec": "SYMMETRIC_DEFAULT"},
            (
                "ValidationException",
                "You cannot specify KeySpec and CustomerMasterKeySpec in the same request. CustomerMasterKeySpec is deprecated.",
            ),
        ),
        (
            {"KeyUsage": "SIGN_VERIFY"},
            ("ValidationException", "KeyUsage SIGN_VERIFY is not compatible with KeySpec SYMMETRIC_DEFAULT"),
        ),
        (
            {"Tags": [{"TagKey": "a", "TagValue": "1"}, {"TagKey": "a", "TagValue": "2"}]},
            ("TagException", "Duplicate tag keys"),
        ),
        ({"Tags": [{"TagKey": "AWS:x", "TagValue": "1"}]}, ("TagException", "Tags beginning with aws: are reserved")),
        (
            {"Policy": '{"Version":"2012-10-17","Statement":[]}'},
            None,
        ),
    ],
)
def test_refused_before_the_key_exists(house: House, members: dict[str, object], error: tuple[str, str] | None) -> None:
    answer = house.call("CreateKey", members)
    assert answer.status == 400
    if error is not None:
        assert answer.error == error
    assert house.ok("ListKeys") == {"Keys": [], "Truncated": False}


def test_lock_out_is_refused_in_aws_words(house: House, key_id: str) -> None:
    policy = (
        '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:user/nobody"},'
        '"Action":"kms:*","Resource":"*"}]}'
    )
    text = "The new key policy will not allow you to update the key policy in the future."
    house.add_user("nobody")
    before = house.ok("GetKeyPolicy", {"KeyId": key_id})
    for operation, members in (("CreateKey", {}), ("PutKeyPolicy", {"KeyId": key_id})):
        answer = house.call(operation, {"Policy": policy, **members})
        assert answer.error == ("MalformedPolicyDocumentException", text)
    assert house.ok("GetKeyPolicy", {"KeyId": key_id}) == before
    house.ok("PutKeyPolicy", {"KeyId": key_id, "Policy": policy, "BypassPolicyLockoutSafetyCheck": True})
    assert house.call("GetKeyPolicy", {"KeyId": key_id}).error[0] == "AccessDeniedException"


@pytest.mark.parametrize(
    ("principal", "accepted"),
    [
        (f"arn:aws:iam::{ACCOUNT}:user/alice", True),
        (f"arn:aws:iam::{ACCOUNT}:user/path/alice", False),
        (f"arn:aws:iam::{ACCOUNT}:user/bob", False),
        (f"arn:aws:iam::{ACCOUNT}:role/deploy", True),
        (f"arn:aws:sts::{ACCOUNT}:assumed-role/deploy/anybody", True),
        (f"arn:aws:iam::{ACCOUNT}:role/other", False),
        (f"arn:aws:sts::{ACCOUNT}:assumed-role/other/anybody", False),
        ("AIDANOBODYNOBODYNOBOD", False),
        ("arn:aws:iam::999999999999:user/elsewhere", True),
        ("999999999999", True),
    ],
)
def test_a_policy_names_who_exists(house: House, key_id: str, principal: str, accepted: bool) -> None:
    """In accounts that this server keeps; of others it knows nothing."""
    house.add_user("alice")
    house.iam_ok("CreateRole", {"RoleName": "deploy", "AssumeRolePolicyDocument": json.dumps(trust({"AWS": ACCOUNT}))})
    document = json.loads(default_key_policy(ACCOUNT))
    document["Statement"].append(
        {"Effect": "Allow", "Principal": {"AWS": principal}, "Action": "kms:*", "Resource": "*"}
    )
    policy = json.dumps(document)
    for operation, members in (("CreateKey", {}), ("PutKeyPolicy", {"KeyId": key_id})):
        answer = house.call(operation, {"Policy": policy, **members})
        if accepted:
            assert answer.status == 200
        else:
            text = "Policy contains a statement with one or more invalid principals."
            assert answer.error == ("MalformedPolicyDocumentException", text)
    if accepted:
        assert house.ok("GetKeyPolicy", {"KeyId": key_id})["Policy"] == policy


def test_a_policy_comes_back_verbatim(house: House, key_id: str) -> None:
    policy = (
        '{ "Version":"2012-10-17",\n"Statement":\t[{"Effect":"Allow","Principal":{"AWS":"111122223333"},'
        '"Action":"kms:*","Resource":"*"} ]}'
    )
    house.ok("PutKeyPolicy", {"KeyId": key_id, "PolicyName": "default", "Policy": policy})
    assert house.ok("GetKeyPolicy", {"KeyId": key_id, "PolicyName": "default"})["Policy"] == policy
    assert house.ok("ListKeyPolicies", {"KeyId": key_id}) == {"PolicyNames": ["default"], "Truncated": False}
    assert house.call("GetKeyPolicy", {"KeyId": key_id, "PolicyName": "other"}).error[0] == "NotFoundException"


def test_the_life_of_a_key(house: House, key_id: str) -> None:
    arn = f"arn:aws:kms:us-east-1:{ACCOUNT}:key/{key_id}"
    this = {"KeyId": key_id}
    blob = house.ok("Encrypt", {**this, "Plaintext": "aGVsbG8="})["CiphertextBlob"]
    house.ok("DisableKey", this)
    assert house.call("Decrypt", {"CiphertextBlob": blob}).error == ("DisabledException", f"{arn} is disabled.")
    house.ok("EnableKey", this)
    house.ok("EnableKey", this)
    scheduled = house.ok("ScheduleKeyDeletion", {**this, "PendingWindowInDays": 7})
    assert scheduled == {
        "KeyId": arn,
        "DeletionDate": START + 7 * 86400,
        "KeyState": "PendingDeletion",
        "PendingWindowInDays": 7,
    }
    assert house.ok("DescribeKey", this)["KeyMetadata"]["DeletionDate"] == START + 7 * 86400
    pending = ("KMSInvalidStateException", f"{arn} is pending deletion.")
    assert house.call("Decrypt", {"CiphertextBlob": blob}).error == pending
    assert house.call("ScheduleKeyDeletion", this).error == pending
    assert house.call("EnableKey", this).error == pending
    assert house.call("CreateAlias", {"AliasName": "alias/a", "TargetKeyId": key_id}).error == pending
    assert house.ok("CancelKeyDeletion", this) == {"KeyId": arn}
    metadata = house.ok("DescribeKey", this)["KeyMetadata"]
    assert (metadata["KeyState"], metadata["Enabled"]) == ("Disabled", False)
    assert "DeletionDate" not in metadata
    house.ok("EnableKey", this)
    assert house.ok("Decrypt", {"CiphertextBlob": blob})["Plaintext"] == "aGVsbG8="


@pytest.mark.parametrize("days", [6, 31])
def test_the_window_is_7_to_30_days(house: House, key_id: str, days: int) -> None:
    name, text = house.call("ScheduleKeyDeletion", {"KeyId": key_id, "PendingWindowInDays": days}).error
    assert name == "ValidationException"
    assert f"Value '{days}' at 'pendingWindowInDays' failed to satisfy constraint" in str(text)


def test_operations_without_output_answer_with_an_empty_body(house: House, key_id: str) -> None:
    for operation, members in (
        ("UpdateKeyDescription", {"Description": "new"}),
        ("TagResource", {"Tags": [{"TagKey": "a", "TagValue": ""}]}),
        ("UntagResource", {"TagKeys": ["a", "never there"]}),
        ("DisableKey", {}),
        ("EnableKey", {}),
    ):
        answer = house.call(operation, {"KeyId": key_id, **members})
        assert (answer.status, answer.raw) == (200, b""), operation
    assert house.ok("DescribeKey", {"KeyId": key_id})["KeyMetadata"]["Description"] == "new"


def test_lists_are_paged_honestly(house: House) -> None:
    made = sorted(house.ok("CreateKey")["KeyMetadata"]["KeyId"] for _ in range(5))
    seen, marker = [], None
    for expected_truncated in (True, True, False):
        page = house.ok("ListKeys", {"Limit": 2, **({"Marker": marker} if marker else {})})
        assert page["Truncated"] is expected_truncated
        assert ("NextMarker" in page) is expected_truncated
        seen += [key["KeyId"] for key in page["Keys"]]
        marker = page.get("NextMarker")
    assert seen == made
    assert house.call("ListKeys", {"Marker": "nonsense"}).error == ("InvalidMarkerException", None)
    alias_marker = house.ok("ListKeys", {"Limit": 1})["NextMarker"]
    assert house.call("ListAliases", {"Marker": alias_marker}).error == ("InvalidMarkerException", None)
    assert house.call("ListAliases", {"Limit": 101}).error[0] == "ValidationException"


def test_regions_are_apart(house: House, key_id: str) -> None:
    assert house.ok("ListKeys", region="eu-west-1") == {"Keys": [], "Truncated": False}
    gone = house.call("DescribeKey", {"KeyId": key_id}, region="eu-west-1")
    assert gone.error == ("NotFoundException", f"Key 'arn:aws:kms:eu-west-1:{ACCOUNT}:key/{key_id}' does not exist")
    arn = f"arn:aws:kms:us-east-1:{ACCOUNT}:key/{key_id}"
    assert house.call("DescribeKey", {"KeyId": arn}, region="eu-west-1").error == (
        "NotFoundException",
        "Invalid arn us-east-1",
    )


@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("health-check-dummy-key", ("NotFoundException", "Invalid keyId 'health-check-dummy-key'")),
        (
            "1234ABCD-12ab-34cd-56ef-1234567890ab",
            ("NotFoundException", "Invalid keyId '1234ABCD-12ab-34cd-56ef-1234567890ab'"),
        ),
        ("mrk-12", ("NotFoundException", "Invalid keyId 'mrk-12'")),
        (
            "1234abcd-12ab-34cd-56ef-1234567890ab",
            (
                "NotFoundException",
                f"Key 'arn:aws:kms:us-east-1:{ACCOUNT}:key/1234abcd-12ab-34cd-56ef-1234567890ab' does not exist",
            ),
        ),
        ("alias/none", ("NotFoundException", f"Alias arn:aws:kms:us-east-1:{ACCOUNT}:alias/none is not found.")),
        ("arn:aws:kms:nonsense", ("InvalidArnException", "Invalid arn arn:aws:kms:nonsense")),
        ("arn:aws:kms::111122223333:key/a", ("InvalidArnException", "Invalid arn arn:aws:kms::111122223333:key/a")),
    ],
)
def test_names_of_no_key(house: House, name: str, error: tuple[str, str]) -> None:
    assert house.call("DescribeKey", {"KeyId": name}).error == error


def test_an_arn_of_another_partition_is_no_key_of_ours(house: House, key_id: str) -> None:
    name = f"arn:aws-cn:kms:us-east-1:{ACCOUNT}:key/{key_id}"
    assert house.call("DescribeKey", {"KeyId": name}).error == ("InvalidArnException", f"Invalid arn {name}")


def test_an_alias_is_refused_where_only_keys_are_taken(house: House) -> None:
    answer = house.call("DisableKey", {"KeyId": "alias/any"})
    assert answer.error == ("InvalidArnException", "Key Aliases are not supported for this operation.")


def test_whose_keys_are_listed(house: House, key_id: str) -> None:
    """Nothing is shared through RAM here: only the caller's own keys can be asked for."""
    for owners, expected in (
        (["SELF"], [key_id]),
        (["OTHER_ACCOUNTS_VIA_RAM"], []),
        (["OTHER_ACCOUNTS_VIA_RAM", "SELF"], [key_id]),
    ):
        answer = house.ok("ListKeys", {"ResourceOwners": owners})
        assert ([key["KeyId"] for key in answer["Keys"]], answer["Truncated"]) == (expected, False)
    assert house.call("ListKeys", {"ResourceOwners": ["NOBODY"]}).error[0] == "ValidationException"
