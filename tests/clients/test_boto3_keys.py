"""boto3 as it comes: keys, their states, aliases, tags, policies and listings.

What is written is read back at once: Terraform and Ansible poll until they see what they wrote, and give up otherwise.
Source of what must hold: AWS KMS API Reference; AWS KMS Developer Guide, "Key states of AWS KMS keys".
"""

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from support.refusals import refusal
from support.server import Server

MakeKey = Callable[..., Any]
UNKNOWN_KEY_ID = "1234abcd-12ab-34cd-56ef-1234567890ab"


@pytest.fixture
def kms(server: Server) -> Any:
    return server.boto3()


def state_of(kms: Any, key_id: str) -> str:
    state: str = kms.describe_key(KeyId=key_id)["KeyMetadata"]["KeyState"]
    return state


# --- keys ------------------------------------------------------------------------------------------------------------


def test_metadata_of_a_new_key(kms: Any, server: Server) -> None:
    before = datetime.now(UTC) - timedelta(seconds=1)
    made = kms.create_key(Description="payroll", Tags=[{"TagKey": "team", "TagValue": "blue"}])["KeyMetadata"]
    account = server.boto3("sts").get_caller_identity()["Account"]
    assert re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", made["KeyId"])
    assert re.fullmatch(r"[0-9a-f]{64}", made.pop("CurrentKeyMaterialId"))
    assert before < made.pop("CreationDate") < datetime.now(UTC) + timedelta(seconds=1)
    assert made == {
        "AWSAccountId": account,
        "KeyId": made["KeyId"],
        "Arn": f"arn:aws:kms:us-east-1:{account}:key/{made['KeyId']}",
        "Enabled": True,
        "Description": "payroll",
        "KeyUsage": "ENCRYPT_DECRYPT",
        "KeyState": "Enabled",
        "Origin": "AWS_KMS",
        "KeyManager": "CUSTOMER",
        "CustomerMasterKeySpec": "SYMMETRIC_DEFAULT",
        "KeySpec": "SYMMETRIC_DEFAULT",
        "EncryptionAlgorithms": ["SYMMETRIC_DEFAULT"],
        "MultiRegion": False,
    }


def test_describe_says_what_create_said(kms: Any) -> None:
    made = kms.create_key(Description="same")["KeyMetadata"]
    assert kms.describe_key(KeyId=made["KeyId"])["KeyMetadata"] == made


def test_update_key_description(kms: Any, key: Any) -> None:
    kms.update_key_description(KeyId=key.key_id, Description="written anew")
    assert kms.describe_key(KeyId=key.key_id)["KeyMetadata"]["Description"] == "written anew"


@pytest.mark.parametrize(
    ("given", "text"),
    [
        (UNKNOWN_KEY_ID, "Key 'arn:aws:kms:us-east-1:{account}:key/" + UNKNOWN_KEY_ID + "' does not exist"),
        ("health-check-dummy-key", "Invalid keyId 'health-check-dummy-key'"),  # SeaweedFS's probe
        ("alias/nothing-here", "Alias arn:aws:kms:us-east-1:{account}:alias/nothing-here is not found."),
        ("mrk-" + "0" * 32, "Key 'arn:aws:kms:us-east-1:{account}:key/mrk-" + "0" * 32 + "' does not exist"),
    ],
)
def test_unknown_key(kms: Any, server: Server, given: str, text: str) -> None:
    """Kubernetes and SeaweedFS switch on the exact name."""
    account = server.boto3("sts").get_caller_identity()["Account"]
    for method, parameters in {"describe_key": {}, "encrypt": {"Plaintext": b"x"}}.items():
        refused = refusal(kms, method, KeyId=given, **parameters)
        assert (refused.code, refused.message, refused.status) == (
            "NotFoundException",
            text.format(account=account),
            400,
        )


def test_exceptions_are_the_clients_own(kms: Any) -> None:
    with pytest.raises(kms.exceptions.NotFoundException):
        kms.describe_key(KeyId=UNKNOWN_KEY_ID)


def test_disable_and_enable(kms: Any, key: Any) -> None:
    blob = kms.encrypt(KeyId=key.key_id, Plaintext=b"x")["CiphertextBlob"]
    kms.disable_key(KeyId=key.key_id)
    assert state_of(kms, key.key_id) == "Disabled"
    for method, parameters in {
        "encrypt": {"KeyId": key.key_id, "Plaintext": b"x"},
        "decrypt": {"CiphertextBlob": blob},
        "generate_data_key": {"KeyId": key.key_id, "KeySpec": "AES_256"},
        "re_encrypt": {"CiphertextBlob": blob, "DestinationKeyId": key.key_id},
    }.items():
        refused = refusal(kms, method, **parameters)
        assert (refused.code, refused.message) == ("DisabledException", f"{key.arn} is disabled."), method
    kms.enable_key(KeyId=key.key_id)
    assert kms.decrypt(CiphertextBlob=blob)["Plaintext"] == b"x"


def test_deletion_is_scheduled_and_cancelled(kms: Any, key: Any) -> None:
    """A cancelled deletion leaves the key Disabled."""
    blob = kms.encrypt(KeyId=key.key_id, Plaintext=b"x")["CiphertextBlob"]
    scheduled = kms.schedule_key_deletion(KeyId=key.key_id, PendingWindowInDays=7)
    assert (scheduled["KeyId"], scheduled["KeyState"], scheduled["PendingWindowInDays"]) == (
        key.arn,
        "PendingDeletion",
        7,
    )
    wanted = datetime.now(UTC) + timedelta(days=7)
    assert abs(scheduled["DeletionDate"] - wanted) < timedelta(minutes=1)
    assert kms.describe_key(KeyId=key.key_id)["KeyMetadata"]["DeletionDate"] == scheduled["DeletionDate"]
    again = refusal(kms, "schedule_key_deletion", KeyId=key.key_id)
    assert (again.code, again.message) == ("KMSInvalidStateException", f"{key.arn} is pending deletion.")
    assert refusal(kms, "decrypt", CiphertextBlob=blob).code == "KMSInvalidStateException"

    assert kms.cancel_key_deletion(KeyId=key.key_id)["KeyId"] == key.arn
    metadata = kms.describe_key(KeyId=key.key_id)["KeyMetadata"]
    assert (metadata["KeyState"], metadata["Enabled"], "DeletionDate" in metadata) == ("Disabled", False, False)
    kms.enable_key(KeyId=key.key_id)
    assert kms.decrypt(CiphertextBlob=blob)["Plaintext"] == b"x"


def test_deletion_of_a_live_key_cannot_be_cancelled(kms: Any, key: Any) -> None:
    refused = refusal(kms, "cancel_key_deletion", KeyId=key.key_id)
    assert (refused.code, refused.message) == ("KMSInvalidStateException", f"{key.arn} is not pending deletion.")


@pytest.mark.parametrize("days", [6, 31])
def test_waiting_period_is_7_to_30_days(kms: Any, key: Any, days: int) -> None:
    refused = refusal(kms, "schedule_key_deletion", KeyId=key.key_id, PendingWindowInDays=days)
    assert refused.code == "ValidationException"
    assert state_of(kms, key.key_id) == "Enabled"


# --- aliases ---------------------------------------------------------------------------------------------------------


def test_alias_is_made_moved_and_deleted(kms: Any, make_key: MakeKey) -> None:
    first, second = make_key(), make_key()
    alias = f"alias/moves-{first.key_id}"
    kms.create_alias(AliasName=alias, TargetKeyId=first.key_id)
    blob = kms.encrypt(KeyId=alias, Plaintext=b"x")["CiphertextBlob"]
    (listed,) = kms.list_aliases(KeyId=first.key_id)["Aliases"]
    assert (listed["AliasName"], listed["TargetKeyId"]) == (alias, first.key_id)
    assert listed["AliasArn"] == first.arn.replace(f"key/{first.key_id}", alias)

    kms.update_alias(AliasName=alias, TargetKeyId=second.arn)
    assert kms.describe_key(KeyId=alias)["KeyMetadata"]["KeyId"] == second.key_id
    assert kms.list_aliases(KeyId=first.key_id)["Aliases"] == []
    assert kms.decrypt(CiphertextBlob=blob)["KeyId"] == first.arn  # the blob names the key, not the alias

    kms.delete_alias(AliasName=alias)
    assert refusal(kms, "encrypt", KeyId=alias, Plaintext=b"x").code == "NotFoundException"
    assert refusal(kms, "delete_alias", AliasName=alias).code == "NotFoundException"


def test_alias_names_are_checked(kms: Any, key: Any) -> None:
    alias = f"alias/twice-{key.key_id}"
    kms.create_alias(AliasName=alias, TargetKeyId=key.key_id)
    taken = refusal(kms, "create_alias", AliasName=alias, TargetKeyId=key.key_id)
    arn = key.arn.replace(f"key/{key.key_id}", alias)
    assert (taken.code, taken.message) == ("AlreadyExistsException", f"An alias with the name {arn} already exists")
    plain = refusal(kms, "create_alias", AliasName="no-prefix", TargetKeyId=key.key_id)
    assert plain.message.startswith('Alias must start with the prefix "alias/".')
    reserved = refusal(kms, "create_alias", AliasName="alias/aws/s3", TargetKeyId=key.key_id)
    assert reserved.code == "NotAuthorizedException"
    target = refusal(kms, "create_alias", AliasName=f"{alias}-2", TargetKeyId=alias)
    assert (target.code, target.message) == ("ValidationException", "Aliases must refer to keys. Not aliases")


def test_an_alias_does_not_name_a_key_to_manage(kms: Any, key: Any) -> None:
    alias = f"alias/manage-{key.key_id}"
    kms.create_alias(AliasName=alias, TargetKeyId=key.key_id)
    refused = refusal(kms, "disable_key", KeyId=alias)
    assert refused.code == "InvalidArnException"
    assert state_of(kms, key.key_id) == "Enabled"


# --- tags ------------------------------------------------------------------------------------------------------------


def test_tags_are_written_read_and_taken_off(kms: Any, make_key: MakeKey) -> None:
    key = make_key(Tags=[{"TagKey": "team", "TagValue": "blue"}])
    kms.tag_resource(
        KeyId=key.key_id, Tags=[{"TagKey": "team", "TagValue": "red"}, {"TagKey": "empty", "TagValue": ""}]
    )
    listed = kms.list_resource_tags(KeyId=key.key_id)
    assert {tag["TagKey"]: tag["TagValue"] for tag in listed["Tags"]} == {"team": "red", "empty": ""}
    assert listed["Truncated"] is False
    kms.untag_resource(KeyId=key.key_id, TagKeys=["team", "never-there"])
    assert kms.list_resource_tags(KeyId=key.key_id)["Tags"] == [{"TagKey": "empty", "TagValue": ""}]


@pytest.mark.parametrize(
    ("tags", "text"),
    [
        ([{"TagKey": "a", "TagValue": "1"}, {"TagKey": "a", "TagValue": "2"}], "Duplicate tag keys"),
        ([{"TagKey": "AWS:mine", "TagValue": "1"}], "Tags beginning with aws: are reserved"),
        ([{"TagKey": f"t{number}", "TagValue": ""} for number in range(51)], "Too many tags"),
    ],
)
def test_tags_are_validated_before_the_key_exists(server: Server, tags: list[dict[str, str]], text: str) -> None:
    kms = server.boto3(region="af-south-1")  # a Region where no other test makes keys
    refused = refusal(kms, "create_key", Tags=tags)
    assert (refused.code, refused.message) == ("TagException", text)
    assert kms.list_keys()["Keys"] == []


# --- policies --------------------------------------------------------------------------------------------------------


def test_the_default_policy_lets_the_account_decide(kms: Any, key: Any) -> None:
    found = kms.get_key_policy(KeyId=key.key_id)
    account = key.arn.split(":")[4]
    assert found["PolicyName"] == "default"
    assert found["Policy"] == (
        '{\n  "Version" : "2012-10-17",\n  "Id" : "key-default-1",\n  "Statement" : [ {\n'
        '    "Sid" : "Enable IAM User Permissions",\n    "Effect" : "Allow",\n    "Principal" : {\n'
        f'      "AWS" : "arn:aws:iam::{account}:root"\n'
        '    },\n    "Action" : "kms:*",\n    "Resource" : "*"\n  } ]\n}'
    )
    assert kms.list_key_policies(KeyId=key.key_id)["PolicyNames"] == ["default"]


def policy_for(key_arn: str, *more: dict[str, Any]) -> dict[str, Any]:
    root = f"arn:aws:iam::{key_arn.split(':')[4]}:root"
    allow = {"Sid": "account", "Effect": "Allow", "Principal": {"AWS": root}, "Action": "kms:*", "Resource": "*"}
    return {"Version": "2012-10-17", "Statement": [allow, *more]}


def test_a_policy_comes_back_verbatim(kms: Any, make_key: MakeKey) -> None:
    """Terraform and Ansible compare what they read with what they wrote."""
    key = make_key()
    text = json.dumps(policy_for(key.arn), indent=3, separators=(" ,", "  :  ")) + "\n"
    kms.put_key_policy(KeyId=key.key_id, PolicyName="default", Policy=text)
    assert kms.get_key_policy(KeyId=key.key_id, PolicyName="default")["Policy"] == text
    born_with_it = make_key(Policy=text)
    assert kms.get_key_policy(KeyId=born_with_it.key_id)["Policy"] == text


def test_nobody_locks_himself_out(kms: Any, key: Any) -> None:
    """Tools match the text."""
    before = kms.get_key_policy(KeyId=key.key_id)["Policy"]
    statement = {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "kms:Encrypt", "Resource": "*"}
    text = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    for method, parameters in {"put_key_policy": {"KeyId": key.key_id}, "create_key": {}}.items():
        refused = refusal(kms, method, Policy=text, **parameters)
        assert (refused.code, refused.message) == (
            "MalformedPolicyDocumentException",
            "The new key policy will not allow you to update the key policy in the future.",
        ), method
    assert kms.get_key_policy(KeyId=key.key_id)["Policy"] == before
    kms.put_key_policy(KeyId=key.key_id, Policy=text, BypassPolicyLockoutSafetyCheck=True)
    assert refusal(kms, "get_key_policy", KeyId=key.key_id).code == "AccessDeniedException"


@pytest.mark.parametrize("text", ["{", "[]", '{"Version":"2012-10-17"}', '{"Version":"2012-10-17","Statement":[{}]}'])
def test_a_broken_policy_is_refused(kms: Any, key: Any, text: str) -> None:
    assert refusal(kms, "put_key_policy", KeyId=key.key_id, Policy=text).code == "MalformedPolicyDocumentException"


# --- listings --------------------------------------------------------------------------------------------------------


def test_pages_of_keys_and_aliases(server: Server) -> None:
    """Markers continue where a page ended; ``Truncated`` is honest also on the last full page."""
    kms = server.boto3(region="ap-south-1")
    made = sorted(kms.create_key()["KeyMetadata"]["KeyId"] for _ in range(4))
    for number, key_id in enumerate(made):
        kms.create_alias(AliasName=f"alias/paged-{number}", TargetKeyId=key_id)
    pages = list(kms.get_paginator("list_keys").paginate(PaginationConfig={"PageSize": 2}))
    assert [len(page["Keys"]) for page in pages] == [2, 2]
    assert [page["Truncated"] for page in pages] == [True, False]
    assert "NextMarker" not in pages[-1]
    assert sorted(entry["KeyId"] for page in pages for entry in page["Keys"]) == made
    aliases = (
        kms.get_paginator("list_aliases").paginate(PaginationConfig={"PageSize": 3}).build_full_result()["Aliases"]
    )
    own = [entry["AliasName"] for entry in aliases if not entry["AliasName"].startswith("alias/aws/")]
    assert own == [f"alias/paged-{number}" for number in range(4)]
    assert refusal(kms, "list_keys", Marker="bm9uc2Vuc2U=").code == "InvalidMarkerException"


def test_default_page_size_of_aliases_is_50(server: Server) -> None:
    kms = server.boto3(region="ap-south-2")
    first, second = (kms.create_key()["KeyMetadata"]["KeyId"] for _ in range(2))
    for number in range(51):
        kms.create_alias(AliasName=f"alias/fifty-{number:02}", TargetKeyId=(first, second)[number // 50])
    page = kms.list_aliases()
    assert (len(page["Aliases"]), page["Truncated"]) == (50, True)
    rest = kms.list_aliases(Marker=page["NextMarker"])
    names = [entry["AliasName"] for entry in (*page["Aliases"], *rest["Aliases"])]
    own = [name for name in names if not name.startswith("alias/aws/")]  # the predefined ones count among the 50
    assert own == [f"alias/fifty-{number:02}" for number in range(51)]
    assert rest["Truncated"] is False
    full = refusal(kms, "create_alias", AliasName="alias/one-too-many", TargetKeyId=first)
    assert full.code == "LimitExceededException"
