"""ExplainAccess, ExplainRequest, TryKeyPolicy and GetServerStatus: decisions in the console's terms, and what they keep to themselves."""

import json
from typing import Any

import pytest

from support.console import ConsoleHouse, allowing, policy
from support.house import ACCOUNT, OTHER_ACCOUNT
from support.roles import assume, make_role, root_of, trust

HELLO = "aGVsbG8="
BOB = f"arn:aws:iam::{ACCOUNT}:user/bob"
ROOT = {
    "Sid": "Account",
    "Effect": "Allow",
    "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"},
    "Action": "kms:*",
    "Resource": "*",
}


def access(house: ConsoleHouse, key_id: str, action: str = "kms:Decrypt", **more: Any) -> dict[str, Any]:
    return house.ask("ExplainAccess", {"PrincipalArn": BOB, "Action": action, "KeyId": key_id, **more})


def test_a_denial_and_the_smallest_change(house: ConsoleHouse, key_id: str) -> None:
    house.add_user("bob")
    found = access(house, key_id)
    assert found["Decision"] == "DENIED"
    assert "no identity-based policy of user bob allows it" in found["Reason"]
    assert found["SmallestChange"] == [
        f"an identity-based policy of user bob that allows kms:Decrypt on arn:aws:kms:us-east-1:{ACCOUNT}:key/{key_id}"
    ]
    (one,) = found["Explanations"]
    assert (one["Principal"], one["Action"], one["Decision"]) == (BOB, "kms:Decrypt", "DENIED")
    assert any("DENIED" in line for line in one["Text"])


def test_the_statements_that_decide(house: ConsoleHouse, key_id: str) -> None:
    statement = {
        "Sid": "Tenant",
        "Effect": "Allow",
        "Action": "kms:Decrypt",
        "Resource": "*",
        "Condition": {"StringEquals": {"kms:EncryptionContext:tenant": "a"}},
    }
    house.add_user("bob", policy(statement))
    allowed = access(house, key_id, EncryptionContext={"tenant": "a"})
    assert allowed["Decision"] == "ALLOWED"
    decides = [one for one in allowed["Statements"] if one["Standing"] == "DECIDES"]
    assert [one["Sid"] for one in decides if one["Kind"] == "IDENTITY_POLICY"] == ["Tenant"]
    assert json.loads(next(one["Document"] for one in decides if one["Sid"] == "Tenant")) == statement
    denied = access(house, key_id, EncryptionContext={"tenant": "b"})
    (unmet,) = [one for one in denied["Statements"] if one["Standing"] == "CONDITION_UNMET"]
    assert unmet["UnmetConditions"] == [
        {"Operator": "StringEquals", "Key": "kms:EncryptionContext:tenant", "Wanted": ["a"], "Seen": ["b"]}
    ]
    assert denied["Explanations"][0]["Context"] == [{"Name": "kms:encryptioncontext:tenant", "Values": ["b"]}]
    given = access(house, key_id, ConditionContext={"kms:EncryptionContext:tenant": "a"})
    assert given["Decision"] == "ALLOWED"


def test_a_grant_decides(house: ConsoleHouse, key_id: str) -> None:
    house.add_user("bob")
    grant = house.ok("CreateGrant", {"KeyId": key_id, "GranteePrincipal": BOB, "Operations": ["Decrypt"]})["GrantId"]
    found = access(house, key_id)
    assert (found["Decision"], found["Grants"]) == ("ALLOWED", [grant])


def test_a_recorded_call(house: ConsoleHouse, key_id: str) -> None:
    bob = house.add_user("bob")
    refused = house.call("Encrypt", {"KeyId": key_id, "Plaintext": HELLO}, user=bob)
    for request_id in (refused.request_id, refused.record["eventID"]):
        found = house.ask("ExplainRequest", {"RequestId": request_id})
        recorded = found["Recorded"]
        assert (recorded["EventName"], recorded["Outcome"], recorded["Principal"]) == ("Encrypt", "DENIED", BOB)
        assert json.loads(recorded["CloudTrailEvent"]) == refused.record
        assert found["Decision"] == "DENIED"
    members = {"UserName": "bob", "PolicyName": "inline", "PolicyDocument": json.dumps(allowing("kms:Encrypt"))}
    house.iam_ok("PutUserPolicy", members)
    found = house.ask("ExplainRequest", {"RequestId": refused.request_id})
    assert (found["Recorded"]["Outcome"], found["Decision"]) == ("DENIED", "ALLOWED")
    assert house.strongroom("ExplainRequest", {"RequestId": "0" * 36}).error[0] == "NotFoundException"


def test_what_cannot_be_explained(house: ConsoleHouse, key_id: str) -> None:
    house.add_user("bob")
    for members, error in (
        ({"Action": "s3:GetObject"}, "NotExplainableException"),
        ({"PrincipalArn": f"arn:aws:iam::{ACCOUNT}:user/nobody"}, "NotFoundException"),
        ({"PrincipalArn": "this is no ARN at all"}, "NotFoundException"),
    ):
        asked = {"PrincipalArn": BOB, "Action": "kms:Decrypt", "KeyId": key_id, **members}
        assert house.strongroom("ExplainAccess", asked).error[0] == error
    signed_in = house.sign_in(ACCOUNT, "bob", "whatever it is")
    assert house.strongroom("ExplainRequest", {"RequestId": signed_in.request_id}).error[0] == "NotExplainableException"


def test_other_accounts_policies_stay_theirs(house: ConsoleHouse, key_id: str) -> None:
    stranger = house.add_user("stranger", allowing("*"), account=OTHER_ACCOUNT)
    theirs = f"arn:aws:iam::{OTHER_ACCOUNT}:user/stranger"
    asked = {"PrincipalArn": theirs, "Action": "kms:Decrypt", "KeyId": key_id}
    assert house.strongroom("ExplainAccess", asked).error[0] == "NotFoundException"
    house.add_service("secretsmanager", account=OTHER_ACCOUNT)
    for service in (
        "secretsmanager.amazonaws.com",
        "elasticfilesystem.amazonaws.com",
    ):  # whether others have it is not told
        asked = {"PrincipalArn": service, "Action": "kms:ListKeys"}
        assert house.strongroom("ExplainAccess", asked).error[0] == "NotFoundException"
    arn = f"arn:aws:kms:us-east-1:{ACCOUNT}:key/{key_id}"
    call = house.call("Encrypt", {"KeyId": arn, "Plaintext": HELLO}, user=stranger)
    assert house.strongroom("ExplainRequest", {"RequestId": call.request_id}).error[0] == "NotFoundException"
    refused = house.strongroom("ExplainRequest", {"RequestId": call.request_id}, user=stranger)
    assert refused.error[0] == "NotExplainableException"
    assert "policies are not shown" in (refused.error[1] or "")


# --- policies -----------------------------------------------------------------------------------------------------------


def tried(house: ConsoleHouse, key_id: str, *statements: dict[str, Any], **more: Any) -> dict[str, Any]:
    return house.ask("TryKeyPolicy", {"KeyId": key_id, "Policy": json.dumps(policy(*statements)), **more})


@pytest.mark.parametrize("indexed", [False, True])
def test_calls_that_would_be_decided_otherwise(house: ConsoleHouse, key_id: str, indexed: bool) -> None:
    bob = house.add_user("bob", allowing("kms:Encrypt"))
    for _ in range(3):
        house.ok("Encrypt", {"KeyId": key_id, "Plaintext": HELLO}, user=bob)
    house.ok("DescribeKey", {"KeyId": key_id})
    if indexed:
        house.fill_index()
    same = tried(house, key_id, ROOT)
    assert (same["Tried"], same["Changed"], same["NowDenied"]) == (same["Same"], [], 0)
    assert (same["LockOut"]["Safe"], same["Complete"], same["Findings"]) == (True, True, [])
    deny = {"Sid": "NoBob", "Effect": "Deny", "Principal": {"AWS": BOB}, "Action": "kms:Encrypt", "Resource": "*"}
    changed = tried(house, key_id, ROOT, deny, MaxChanges=2)
    assert (changed["NowDenied"], len(changed["Changed"])) == (3, 2)
    one = changed["Changed"][0]
    assert (one["Before"], one["After"], one["EventName"], one["Principal"]) == ("ALLOWED", "DENIED", "Encrypt", BOB)
    assert "NoBob" in one["Reason"]
    later = tried(house, key_id, ROOT, deny, Since=house.now + 60)
    assert later["Tried"] == 0


def test_policies_of_a_user_and_of_a_role_are_tried(house: ConsoleHouse, key_id: str) -> None:
    bob = house.add_user("bob", allowing("kms:Encrypt"))
    house.ok("Encrypt", {"KeyId": key_id, "Plaintext": HELLO}, user=bob)
    house.call("DescribeKey", {"KeyId": key_id}, user=bob)
    asked = {"PrincipalArn": BOB, "Policy": json.dumps(allowing("kms:DescribeKey"))}
    beside = house.ask("TryIdentityPolicy", asked)
    assert (beside["Tried"], beside["NowAllowed"], beside["NowDenied"]) == (2, 1, 0)
    (its,) = house.iam_ok("ListUserPolicies", {"UserName": "bob"})["PolicyNames"]
    instead = house.ask("TryIdentityPolicy", {**asked, "InsteadOf": its})
    assert (instead["NowAllowed"], instead["NowDenied"]) == (1, 1)
    assert {one["EventName"]: one["After"] for one in instead["Changed"]} == {
        "Encrypt": "DENIED",
        "DescribeKey": "ALLOWED",
    }
    role = make_role(house, "worker", trust(root_of()), allowing("kms:Encrypt"))
    house.ok("Encrypt", {"KeyId": key_id, "Plaintext": HELLO}, user=assume(house, role))
    tried_role = house.ask("TryIdentityPolicy", {**asked, "PrincipalArn": role, "InsteadOf": "inline"})
    assert (tried_role["Tried"], tried_role["NowDenied"]) == (1, 1)


def test_only_policies_of_ones_own_users_and_roles_are_tried(house: ConsoleHouse, key_id: str) -> None:
    house.add_user("bob", allowing("kms:Encrypt"))
    house.add_user("stranger", account=OTHER_ACCOUNT)
    good = {"PrincipalArn": BOB, "Policy": json.dumps(allowing("kms:Decrypt"))}
    theirs = f"arn:aws:iam::{OTHER_ACCOUNT}:user/stranger"
    for wrong in ({"PrincipalArn": theirs}, {"PrincipalArn": f"{BOB}by"}, {"InsteadOf": "none"}):
        assert house.strongroom("TryIdentityPolicy", good | wrong).error[0] == "NotFoundException"
    broken = house.strongroom("TryIdentityPolicy", good | {"Policy": json.dumps(policy(ROOT))})
    assert broken.error[0] == "MalformedPolicyDocumentException"  # an identity policy names no principal


def test_a_policy_that_locks_out(house: ConsoleHouse, key_id: str) -> None:
    house.add_user("bob")
    only_bob = {"Sid": "Bob", "Effect": "Allow", "Principal": {"AWS": BOB}, "Action": "kms:*", "Resource": "*"}
    found = tried(house, key_id, only_bob)
    assert found["LockOut"] == {
        "Safe": False,
        "Reason": "The new key policy will not allow you to update the key policy in the future.",
    }
    assert [one["Code"] for one in found["Findings"]] == ["NO_ACCOUNT"]


def test_a_policy_that_is_too_long(house: ConsoleHouse, key_id: str) -> None:
    members = {"KeyId": key_id, "Policy": json.dumps(policy({**ROOT, "Sid": "A" * 33_000}))}
    assert house.strongroom("TryKeyPolicy", members).error[0] == "LimitExceededException"


def test_findings(house: ConsoleHouse, key_id: str) -> None:
    nobody = f"arn:aws:iam::{ACCOUNT}:user/nobody"
    everybody = {"Effect": "Allow", "Principal": "*", "Action": ["kms:Encrypt", "kms:Encript", "s3:*"], "Resource": "*"}
    others = {
        "Sid": "Others",
        "Effect": "Allow",
        "Principal": {"AWS": nobody},
        "NotAction": "kms:Decrypt",
        "Resource": "arn:aws:kms:us-east-1:111122223333:key/other",
    }
    found = tried(house, key_id, ROOT, everybody, others)["Findings"]
    codes = sorted((one["Severity"], one["Code"], one.get("Sid", "")) for one in found)
    place = next(one["Sid"] for one in found if one["Code"] == "EVERYBODY")
    assert codes == sorted(
        [
            ("ERROR", "UNKNOWN_PRINCIPAL", ""),
            ("SUGGESTION", "NO_SID", place),
            ("WARNING", "ALLOW_NOT_ACTION", "Others"),
            ("WARNING", "EVERYBODY", place),
            ("WARNING", "OTHER_RESOURCE", "Others"),
            ("WARNING", "UNKNOWN_ACTION", place),
            ("WARNING", "UNKNOWN_ACTION", place),
        ]
    )
    assert (
        house.strongroom("TryKeyPolicy", {"KeyId": key_id, "Policy": "{"}).error[0]
        == "MalformedPolicyDocumentException"
    )


# --- status -------------------------------------------------------------------------------------------------------------


def test_status(house: ConsoleHouse, key_id: str) -> None:
    house.iam_ok("CreateAccountAlias", {"AccountAlias": "acme"})
    found = house.ask("GetServerStatus")
    assert found["Account"] == {"Id": ACCOUNT, "Alias": "acme"}
    assert found["Requests"] == {
        "PerMinute": 120,
        "FailedPerMinute": 6,
        "LatencyMicroseconds": {"P50": 100, "P90": 200, "P99": 300},
        "Connections": 3,
        "WindowSeconds": 60,
    }
    quotas = {one["Name"]: one for one in found["Quotas"]}
    assert quotas["keys"] == {"Name": "keys", "Limit": 100_000, "Used": 1, "Unit": "count"}
    assert quotas["symmetric"]["Limit"] == 10_000
    assert found["Index"]["Usable"] is False
    house.fill_index()
    assert house.ask("GetServerStatus")["Index"]["Usable"] is True
