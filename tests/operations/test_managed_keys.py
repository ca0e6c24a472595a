"""AWS managed keys: made by DescribeKey, closed to direct use and change; AWS owned keys: there and not to be seen."""

import base64
import json
from dataclasses import replace
from typing import Any

import pytest

from strongroom.authz.policy import PolicyKind, parse_policy
from strongroom.crypto.keyring import Authorised
from strongroom.crypto.opened import CipherKey
from strongroom.model.key import Alias, Key, KeyManager, KeyMaterial
from strongroom.model.managed_key import PREDEFINED, SYSTEM_ACCOUNT
from strongroom.model.quota import ResourceQuotas
from strongroom.operations.kms.managed_keys import managed_key_policy, new_managed_key, new_owned_key, owned_key
from strongroom.store.port import ConflictError
from support.house import ACCOUNT, OTHER_ACCOUNT, START, House

HELLO = "aGVsbG8="
ALIAS = "alias/aws/sqs"
ARN = f"arn:aws:kms:us-east-1:{ACCOUNT}:{ALIAS}"

# Recorded for aws/sqs.
SQS_POLICY = """{
  "Version" : "2012-10-17",
  "Id" : "auto-sqs-1",
  "Statement" : [ {
    "Sid" : "Allow access through Simple Queue Service (SQS) for all principals in the account that are authorized to use SQS",
    "Effect" : "Allow",
    "Principal" : {
      "AWS" : "*"
    },
    "Action" : [ "kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:CreateGrant", "kms:DescribeKey" ],
    "Resource" : "*",
    "Condition" : {
      "StringEquals" : {
        "kms:ViaService" : "sqs.us-east-1.amazonaws.com",
        "kms:CallerAccount" : "111122223333"
      }
    }
  }, {
    "Sid" : "Allow direct access to key metadata to the account",
    "Effect" : "Allow",
    "Principal" : {
      "AWS" : "arn:aws:iam::111122223333:root"
    },
    "Action" : [ "kms:Describe*", "kms:Get*", "kms:List*", "kms:RevokeGrant" ],
    "Resource" : "*"
  } ]
}"""


@pytest.fixture
def managed(house: House) -> str:
    key_id: str = house.ok("DescribeKey", {"KeyId": ALIAS})["KeyMetadata"]["KeyId"]
    return key_id


def keys_of(house: House, account: str = ACCOUNT) -> int:
    with house.store.snapshot() as view:
        return view.count(Key, {"account": account})


@pytest.mark.parametrize("name", [ALIAS, ARN])
def test_describing_a_predefined_alias_makes_its_key(house: House, name: str) -> None:
    answer = house.call("DescribeKey", {"KeyId": name})
    metadata = answer.body["KeyMetadata"]
    assert answer.committed
    assert {member: metadata[member] for member in ("KeyManager", "Description", "KeySpec", "Origin", "KeyState")} == {
        "KeyManager": "AWS",
        "Description": "Default key that protects my SQS messages when no other key is defined",
        "KeySpec": "SYMMETRIC_DEFAULT",
        "Origin": "AWS_KMS",
        "KeyState": "Enabled",
    }
    assert metadata["MultiRegion"] is False
    assert metadata["CreationDate"] == START
    again = house.call("DescribeKey", {"KeyId": name})
    assert (again.body["KeyMetadata"], again.committed) == (metadata, False)
    assert house.ok("ListKeys")["Keys"] == [{"KeyId": metadata["KeyId"], "KeyArn": metadata["Arn"]}]
    other = house.ok("DescribeKey", {"KeyId": ALIAS}, region="eu-west-1")["KeyMetadata"]
    assert other["KeyId"] != metadata["KeyId"]


def test_the_making_has_a_record_of_its_own(house: House) -> None:
    request = house.request("DescribeKey", {"KeyId": ALIAS})
    decided = house.pipeline.carry_out(request, house.store, 7).decided
    (_, first_id, first), (_, second_id, second) = house.store.outbox(7)
    assert (first_id, first) == (decided.event_id, decided.record)
    record = json.loads(second)
    key_arn = json.loads(decided.body)["KeyMetadata"]["Arn"]
    assert (record["eventName"], record["eventType"], record["readOnly"]) == ("CreateKey", "AwsServiceEvent", False)
    assert record["userIdentity"] == {"accountId": ACCOUNT, "invokedBy": "AWS Internal"}
    assert record["resources"] == [{"accountId": ACCOUNT, "type": "AWS::KMS::Key", "ARN": key_arn}]
    assert record["eventID"] == second_id != first_id
    assert json.loads(first)["resources"] == record["resources"]


def test_who_may_not_describe_it_makes_nothing(house: House) -> None:
    nobody = house.add_user("nobody")
    answer = house.call("DescribeKey", {"KeyId": ALIAS}, user=nobody)
    assert answer.error[0] == "AccessDeniedException"
    assert str(answer.error[1]).endswith("because no identity-based policy allows the kms:DescribeKey action")
    assert not answer.committed
    stranger = house.add_user("stranger", _allow_all(), account=OTHER_ACCOUNT)
    assert house.call("DescribeKey", {"KeyId": ARN}, user=stranger).error[0] == "AccessDeniedException"
    assert house.call("DescribeKey", {"KeyId": ARN}, region="eu-west-1").error == (
        "NotFoundException",
        "Invalid arn us-east-1",
    )
    assert keys_of(house) == 0


@pytest.mark.parametrize("name", ["alias/aws/nothing", "alias/aws/", "x/alias/aws/s3", "alias/aws/s3/x"])
def test_other_names_make_nothing(house: House, name: str) -> None:
    assert house.call("DescribeKey", {"KeyId": name}).error[0] == "NotFoundException"
    assert keys_of(house) == 0


def test_a_cryptographic_operation_makes_nothing(house: House) -> None:
    gone = ("NotFoundException", f"Alias {ARN} is not found.")
    assert house.call("Encrypt", {"KeyId": ALIAS, "Plaintext": HELLO}).error == gone
    assert keys_of(house) == 0


def test_only_the_first_of_two_is_committed(house: House) -> None:
    made = [
        new_managed_key(PREDEFINED[ALIAS], ACCOUNT, "us-east-1", house.keyring, 0, house.pipeline.random_bytes)
        for _ in range(2)
    ]
    house.store.commit(made[0][1])
    with pytest.raises(ConflictError):
        house.store.commit(made[1][1])
    assert house.ok("DescribeKey", {"KeyId": ALIAS})["KeyMetadata"]["KeyId"] == made[0][0].key_id


def test_the_policy_is_that_of_aws(house: House, managed: str) -> None:
    assert house.ok("GetKeyPolicy", {"KeyId": managed})["Policy"] == SQS_POLICY


def test_every_service_has_a_policy_that_stands(house: House) -> None:
    assert sorted(PREDEFINED) == list(PREDEFINED)
    for service in PREDEFINED.values():
        parse_policy(managed_key_policy(service, ACCOUNT, "us-east-1"), PolicyKind.KEY)
        metadata = house.ok("DescribeKey", {"KeyId": service.alias})["KeyMetadata"]
        assert metadata["Description"].startswith("Default key that protects my ")
    assert keys_of(house) == len(PREDEFINED)


@pytest.mark.parametrize(
    ("operation", "members"),
    [
        ("PutKeyPolicy", {"Policy": SQS_POLICY}),
        ("EnableKey", {}),
        ("DisableKey", {}),
        ("ScheduleKeyDeletion", {}),
        ("CancelKeyDeletion", {}),
        ("TagResource", {"Tags": [{"TagKey": "a", "TagValue": "b"}]}),
        ("UntagResource", {"TagKeys": ["a"]}),
        ("UpdateKeyDescription", {"Description": "mine"}),
        ("CreateGrant", {"GranteePrincipal": f"arn:aws:iam::{ACCOUNT}:user/administrator", "Operations": ["Encrypt"]}),
        ("Encrypt", {"Plaintext": HELLO}),
        ("GenerateDataKey", {"KeySpec": "AES_256"}),
    ],
)
def test_what_its_policy_refuses(house: House, managed: str, operation: str, members: dict[str, Any]) -> None:
    arn = f"arn:aws:kms:us-east-1:{ACCOUNT}:key/{managed}"
    who = house.administrator.user.arn
    answer = house.call(operation, {"KeyId": managed, **members})
    assert answer.error[0] == "AccessDeniedException"
    assert answer.error[1] == (
        f"User: {who} is not authorized to perform: kms:{operation} on resource: {arn} "
        f"because no resource-based policy allows the kms:{operation} action"
    )


def test_aliases_of_managed_keys(house: House, managed: str) -> None:
    members = {"AliasName": "alias/mine", "TargetKeyId": managed}
    assert house.call("CreateAlias", members).error[0] == "AccessDeniedException"
    mine = house.ok("CreateKey")["KeyMetadata"]["KeyId"]
    for operation, asked in (
        ("CreateAlias", {"TargetKeyId": mine}),
        ("UpdateAlias", {"TargetKeyId": mine}),
        ("DeleteAlias", {}),
    ):
        assert house.call(operation, {"AliasName": ALIAS, **asked}).error == ("NotAuthorizedException", None)


def test_what_the_account_may_see(house: House, managed: str) -> None:
    for operation in (
        "DescribeKey",
        "GetKeyPolicy",
        "GetKeyLastUsage",
        "ListResourceTags",
        "ListKeyPolicies",
        "ListGrants",
    ):
        house.ok(operation, {"KeyId": managed})


def test_it_is_rotated_every_year(house: House, managed: str) -> None:
    with house.store.snapshot() as view:
        key = view.get(Key, ACCOUNT, "us-east-1", managed)
    assert key is not None
    assert (key.rotation_period_days, key.rotation_ms) == (365, (int(START) + 365 * 86_400) * 1000)


def test_it_counts_in_no_quota(house: House, managed: str) -> None:
    house.pipeline = replace(house.pipeline, quotas=ResourceQuotas(keys=1))
    house.ok("CreateKey")
    assert house.call("CreateKey").error[0] == "LimitExceededException"
    house.ok("DescribeKey", {"KeyId": "alias/aws/s3"})


# --- ListAliases ---------------------------------------------------------------------------------------------------------


def test_all_predefined_aliases_are_listed(house: House, managed: str) -> None:
    entries = {entry["AliasName"]: entry for entry in house.ok("ListAliases")["Aliases"]}
    assert list(entries) == list(PREDEFINED)
    assert entries["alias/aws/s3"] == {
        "AliasName": "alias/aws/s3",
        "AliasArn": f"arn:aws:kms:us-east-1:{ACCOUNT}:alias/aws/s3",
    }
    assert entries[ALIAS]["TargetKeyId"] == managed
    assert entries[ALIAS]["CreationDate"] == START
    assert [entry["AliasName"] for entry in house.ok("ListAliases", {"KeyId": managed})["Aliases"]] == [ALIAS]


@pytest.mark.parametrize("size", [1, 2, 3, 7, 100])
def test_pages_hold_each_alias_once(house: House, managed: str, size: int) -> None:
    names = ["alias/a", "alias/aws-like", "alias/b", "alias/z"]
    for name in names:
        house.ok("CreateAlias", {"AliasName": name, "TargetKeyId": house.ok("CreateKey")["KeyMetadata"]["KeyId"]})
    seen: list[str] = []
    asked: dict[str, Any] = {"Limit": size}
    while True:
        page = house.ok("ListAliases", asked)
        assert 0 < len(page["Aliases"]) <= size
        seen += [entry["AliasName"] for entry in page["Aliases"]]
        if not page["Truncated"]:
            break
        asked["Marker"] = page["NextMarker"]
    assert seen == sorted([*names, *PREDEFINED])


def test_another_accounts_key_has_no_aliases_here(house: House, key_id: str) -> None:
    stranger = house.add_user("stranger", _allow_all(), account=OTHER_ACCOUNT)
    for missing in (key_id, "1234abcd-12ab-34cd-56ef-1234567890ab"):
        arn = f"arn:aws:kms:us-east-1:{ACCOUNT}:key/{missing}"
        answer = house.call("ListAliases", {"KeyId": arn}, user=stranger)
        assert answer.error == ("NotFoundException", f"Key '{arn}' does not exist")


# --- AWS owned keys ------------------------------------------------------------------------------------------------------


def test_an_owned_key_is_there_and_cannot_be_seen(house: House) -> None:
    """No operation of anybody tells it from a key that does not exist."""
    made, changes = new_owned_key("trail", "us-east-1", house.keyring, 0, house.pipeline.random_bytes)
    with house.store.snapshot() as view:
        assert owned_key(view, "trail", "us-east-1") is None
    house.store.commit(changes)
    with house.store.snapshot() as view:
        found = owned_key(view, "trail", "us-east-1")
        assert found is not None
        assert (found.key_id, found.account, found.manager) == (made.key_id, SYSTEM_ACCOUNT, KeyManager.AWS)
        assert owned_key(view, "trail", "eu-west-1") is None
        assert view.get(Alias, SYSTEM_ACCOUNT, "us-east-1", "alias/aws/trail") is not None
    never = made.arn.replace(made.key_id, "1234abcd-12ab-34cd-56ef-1234567890ab")
    for operation, members in (
        ("DescribeKey", {}),
        ("GetKeyPolicy", {}),
        ("GetKeyLastUsage", {}),
        ("ListResourceTags", {}),
        ("ListGrants", {}),
        ("ListAliases", {}),
        ("Encrypt", {"Plaintext": HELLO}),
        ("ScheduleKeyDeletion", {}),
    ):
        answers = [house.call(operation, {"KeyId": arn, **members}) for arn in (made.arn, never)]
        assert {answer.status for answer in answers} == {400}
        assert answers[0].raw.replace(made.key_id.encode(), b"x") == answers[1].raw.replace(never[-36:].encode(), b"x")
        assert answers[0].record["resources"] == []
    blob = _encrypted_by_the_house(house, made)
    answer = house.call("Decrypt", {"CiphertextBlob": blob})
    assert answer.error[0] == "AccessDeniedException"
    assert "the resource associated with this ciphertext" in str(answer.error[1])
    assert answer.record["resources"] == []
    alias = f"arn:aws:kms:us-east-1:{SYSTEM_ACCOUNT}:alias/aws/trail"
    assert house.call("DescribeKey", {"KeyId": alias}).error[0] == "AccessDeniedException"
    assert house.call("DescribeKey", {"KeyId": made.key_id}).error[0] == "NotFoundException"
    assert house.ok("ListKeys")["Keys"] == []
    assert all("trail" not in entry["AliasName"] for entry in house.ok("ListAliases")["Aliases"])


def _encrypted_by_the_house(house: House, key: Key) -> str:
    with house.store.snapshot() as view:
        material = view.get(KeyMaterial, key.account, key.region, key.key_id, key.material_id)
    assert material is not None
    opened = house.keyring.open(Authorised(key.arn), key, material)
    assert isinstance(opened, CipherKey)
    return base64.b64encode(opened.encrypt("SYMMETRIC_DEFAULT", b"log", b"", house.pipeline.random_bytes)).decode()


def _allow_all() -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "kms:*", "Resource": "*"}]}
