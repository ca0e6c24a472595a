"""SimulateCustomPolicy, SimulatePrincipalPolicy and the context keys of policies."""

import json
from typing import Any

import pytest

from strongroom.operations.iam import simulate
from support.house import ACCOUNT, OTHER_ACCOUNT, House
from support.policies import allow

KEY = f"arn:aws:kms:us-east-1:{ACCOUNT}:key/1234abcd-12ab-34cd-56ef-1234567890ab"
OTHER_KEY = KEY.replace("1234abcd", "ffffffff")
VIA = {"StringEquals": {"kms:ViaService": "s3.us-east-1.amazonaws.com"}}


@pytest.fixture
def house() -> House:
    return House()


def document(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def statement(effect: str, action: str, resource: str = "*", **elements: Any) -> dict[str, Any]:
    return {"Effect": effect, "Action": action, "Resource": resource, **elements}


def custom(house: House, *policies: str, **members: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = house.iam_ok(
        "SimulateCustomPolicy", {"PolicyInputList": list(policies), "ActionNames": ["kms:Decrypt"], **members}
    )["EvaluationResults"]
    return found


def entry(name: str, *values: str, kind: str = "string") -> dict[str, Any]:
    return {"ContextKeyName": name, "ContextKeyValues": list(values), "ContextKeyType": kind}


@pytest.mark.parametrize(
    ("policies", "decision", "matched"),
    [
        ([document(statement("Allow", "kms:Decrypt"))], "allowed", ["PolicyInputList.1"]),
        ([document(statement("Allow", "kms:Encrypt"))], "implicitDeny", []),
        (
            [document(statement("Allow", "kms:*")), document(statement("Deny", "kms:Dec*"))],
            "explicitDeny",
            ["PolicyInputList.2"],
        ),
    ],
)
def test_decisions(house: House, policies: list[str], decision: str, matched: list[str]) -> None:
    (result,) = custom(house, *policies)
    assert (result["EvalActionName"], result["EvalResourceName"]) == ("kms:Decrypt", "*")
    assert result["EvalDecision"] == decision
    assert [each["SourcePolicyId"] for each in result["MatchedStatements"]] == matched
    assert result["MissingContextValues"] == []
    assert "ResourceSpecificResults" not in result


def test_positions_tell_the_statement(house: House) -> None:
    text = '{"Version":"2012-10-17","Statement":[\n{"Effect":"Allow","Action":"kms:Decrypt","Resource":"*"}]}'
    (result,) = custom(house, text)
    (found,) = result["MatchedStatements"]
    assert found["StartPosition"] == {"Line": 1, "Column": 38}
    assert found["EndPosition"] == {"Line": 2, "Column": 57}


def test_each_action_on_each_resource(house: House) -> None:
    policy = document(statement("Allow", "kms:Decrypt", KEY), statement("Deny", "kms:Encrypt", OTHER_KEY))
    decrypt, encrypt = custom(house, policy, ActionNames=["kms:Decrypt", "kms:Encrypt"], ResourceArns=[KEY, OTHER_KEY])
    assert decrypt["EvalResourceName"] == "arn:${Partition}:kms:${Region}:${Account}:key/${KeyId}"
    assert decrypt["EvalDecision"] == "implicitDeny"  # the strictest
    decisions = [
        [(each["EvalResourceName"], each["EvalResourceDecision"]) for each in result["ResourceSpecificResults"]]
        for result in (decrypt, encrypt)
    ]
    assert decisions == [
        [(KEY, "allowed"), (OTHER_KEY, "implicitDeny")],
        [(KEY, "implicitDeny"), (OTHER_KEY, "explicitDeny")],
    ]


def test_the_one_resource_names_the_result(house: House) -> None:
    """Terraform's aws_iam_principal_policy_simulation shows it as the resource of the result."""
    (result,) = custom(house, document(statement("Allow", "kms:Decrypt", KEY)), ResourceArns=[KEY])
    assert (result["EvalResourceName"], result["EvalDecision"]) == (KEY, "allowed")


def test_context_entries_and_what_is_missing(house: House) -> None:
    policy = document(statement("Allow", "kms:Decrypt", Condition=VIA))
    (missing,) = custom(house, policy)
    assert (missing["EvalDecision"], missing["MissingContextValues"]) == ("implicitDeny", ["kms:ViaService"])
    (given,) = custom(house, policy, ContextEntries=[entry("KMS:viaservice", "s3.us-east-1.amazonaws.com")])
    assert (given["EvalDecision"], given["MissingContextValues"]) == ("allowed", [])
    (listed,) = custom(
        house,
        document(
            statement(
                "Allow",
                "kms:Decrypt",
                Condition={"ForAllValues:StringEquals": {"kms:EncryptionContextKeys": ["a", "b"]}},
            )
        ),
        ContextEntries=[entry("kms:EncryptionContextKeys", "a", "b", kind="stringList")],
    )
    assert listed["EvalDecision"] == "allowed"


def test_a_boundary_limits(house: House) -> None:
    policy, boundary = document(statement("Allow", "kms:*")), document(statement("Allow", "s3:*"))
    (result,) = custom(house, policy, PermissionsBoundaryPolicyInputList=[boundary])
    assert result["EvalDecision"] == "implicitDeny"
    assert result["PermissionsBoundaryDecisionDetail"] == {"AllowedByPermissionsBoundary": False}
    (within,) = custom(house, policy, PermissionsBoundaryPolicyInputList=[policy])
    assert within["PermissionsBoundaryDecisionDetail"] == {"AllowedByPermissionsBoundary": True}


def test_a_resource_policy_counts_as_a_key_policy(house: House) -> None:
    key_policy = document(statement("Allow", "kms:*", Principal={"AWS": ACCOUNT}))
    carol = f"arn:aws:iam::{OTHER_ACCOUNT}:user/carol"
    members = {"ResourceArns": [KEY], "ResourcePolicy": key_policy}
    policy = document(statement("Allow", "kms:*"))
    (here,) = custom(house, policy, CallerArn=f"arn:aws:iam::{ACCOUNT}:user/any", **members)
    assert [each["SourcePolicyType"] for each in here["MatchedStatements"]] == ["resource", "none"]
    (elsewhere,) = custom(house, policy, CallerArn=carol, **members)
    assert (here["EvalDecision"], elsewhere["EvalDecision"]) == ("allowed", "implicitDeny")
    assert house.iam("SimulateCustomPolicy", {"PolicyInputList": [policy], "ActionNames": ["kms:Decrypt"], **members}
                     ).error[0] == "InvalidInput"  # fmt: skip


def test_the_policies_of_a_user_with_its_groups_and_boundary(house: House) -> None:
    alice = house.new_user("alice", allow("kms:Decrypt"))
    house.iam_ok("CreateGroup", {"GroupName": "staff"})
    house.iam_ok("AddUserToGroup", {"GroupName": "staff", "UserName": "alice"})
    house.iam_ok(
        "PutGroupPolicy",
        {"GroupName": "staff", "PolicyName": "no", "PolicyDocument": document(statement("Deny", "kms:Encrypt"))},
    )
    members = {"PolicySourceArn": alice.user.arn, "ActionNames": ["kms:Decrypt", "kms:Encrypt", "kms:Sign"]}
    results = house.iam_ok("SimulatePrincipalPolicy", members)["EvaluationResults"]
    assert [each["EvalDecision"] for each in results] == ["allowed", "explicitDeny", "implicitDeny"]
    sources = [
        (one["SourcePolicyId"], one["SourcePolicyType"]) for each in results for one in each["MatchedStatements"]
    ]
    assert sources == [("user_alice_inline", "user"), ("group_staff_no", "group")]
    excluded = {"InlinePolicyIdentifier": {"PolicyName": "no", "AttachmentType": "group", "AttachmentName": "staff"}}
    more = document(statement("Allow", "kms:Encrypt"))
    members |= {"PolicyExclusionList": [excluded], "PolicyInputList": [more]}
    results = house.iam_ok("SimulatePrincipalPolicy", members)["EvaluationResults"]
    assert [each["EvalDecision"] for each in results] == ["allowed", "allowed", "implicitDeny"]
    limit = house.iam_ok("CreatePolicy", {"PolicyName": "limit", "PolicyDocument": more})["Policy"]["Arn"]
    house.iam_ok("PutUserPermissionsBoundary", {"UserName": "alice", "PermissionsBoundary": limit})
    results = house.iam_ok("SimulatePrincipalPolicy", members)["EvaluationResults"]
    assert [each["EvalDecision"] for each in results] == ["implicitDeny", "allowed", "implicitDeny"]


def test_pages(house: House) -> None:
    actions = [f"kms:{name}" for name in ("Decrypt", "Encrypt", "Sign", "Verify", "ListKeys")]
    members: dict[str, Any] = {"PolicyInputList": [document(statement("Allow", "kms:*"))], "ActionNames": actions}
    seen: list[str] = []
    page: dict[str, Any] = {"IsTruncated": True}
    while page["IsTruncated"]:
        marker = {"Marker": page["Marker"]} if "Marker" in page else {}
        page = house.iam_ok("SimulateCustomPolicy", {**members, "MaxItems": 2, **marker})
        seen += [each["EvalActionName"] for each in page["EvaluationResults"]]
    assert seen == actions


def test_refusals(house: House) -> None:
    good = document(statement("Allow", "kms:*"))
    for members in (
        {"PolicyInputList": ["{"]},
        {
            "PolicyInputList": [good],
            "OrderedOrganizationPolicyInputList": [{"ServiceControlPolicyInputList": [good]}],
        },
        {"PolicyInputList": [good], "PermissionsBoundaryPolicyInputList": [good, good]},
        {"PolicyInputList": [good], "ContextEntries": [entry("aws:SourceIp", "a", "b")]},
        {"PolicyInputList": [good], "CallerArn": f"arn:aws:sts::{ACCOUNT}:assumed-role/a/b"},
    ):
        assert house.iam("SimulateCustomPolicy", {"ActionNames": ["kms:Sign"], **members}).error[0] == "InvalidInput"
    for arn in (f"arn:aws:iam::{ACCOUNT}:user/nobody", f"arn:aws:iam::{OTHER_ACCOUNT}:user/administrator"):
        refused = house.iam("SimulatePrincipalPolicy", {"PolicySourceArn": arn, "ActionNames": ["kms:Sign"]})
        assert refused.error[0] == "NoSuchEntity"


def test_the_context_keys_of_policies(house: House) -> None:
    tagged = f"arn:aws:kms:*:{ACCOUNT}:alias/${{aws:username}}"
    alice = house.new_user("alice", {"Version": "2012-10-17", "Statement": [statement("Allow", "kms:*", tagged)]})
    policy = document(statement("Allow", "kms:Decrypt", Condition=VIA))
    names = house.iam_ok("GetContextKeysForCustomPolicy", {"PolicyInputList": [policy]})["ContextKeyNames"]
    assert names == ["kms:ViaService"]
    members = {"PolicySourceArn": alice.user.arn, "PolicyInputList": [policy]}
    names = house.iam_ok("GetContextKeysForPrincipalPolicy", members)["ContextKeyNames"]
    assert names == ["aws:username", "kms:ViaService"]


def test_what_follows_from_caller_and_resource_needs_no_entry(house: House) -> None:
    alice = house.new_user("alice")
    condition = {
        "StringEquals": {"aws:PrincipalType": "User", "aws:ResourceAccount": ACCOUNT},
        "Bool": {"aws:PrincipalIsAWSService": "false"},
        "ArnEquals": {"aws:PrincipalArn": alice.user.arn},
    }
    policy = document(statement("Allow", "kms:Decrypt", Condition=condition))
    asked = {"PolicySourceArn": alice.user.arn, "PolicyInputList": [policy], "ActionNames": ["kms:Decrypt"]}
    found = house.iam_ok("SimulatePrincipalPolicy", {**asked, "ResourceArns": [KEY]})["EvaluationResults"]
    assert [(one["EvalDecision"], one["MissingContextValues"]) for one in found] == [("allowed", [])]


def test_a_large_simulation_comes_in_short_pages_and_a_huge_one_is_refused(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(simulate, "_MAX_LOOKS", 100)
    policy = document(*(statement("Allow", f"kms:Action{number}") for number in range(10)))
    asked = {
        "PolicyInputList": [policy],
        "ActionNames": [f"kms:Action{number}" for number in range(5)],
        "ResourceArns": [f"arn:aws:kms:us-east-1:{ACCOUNT}:key/{number}" for number in range(5)],
    }
    names: list[str] = []
    found = house.iam_ok("SimulateCustomPolicy", asked)
    while found["IsTruncated"]:
        names += [one["EvalActionName"] for one in found["EvaluationResults"]]
        assert len(names) in {2, 4}
        found = house.iam_ok("SimulateCustomPolicy", {**asked, "Marker": found["Marker"]})
    names += [one["EvalActionName"] for one in found["EvaluationResults"]]
    assert names == asked["ActionNames"]
    huge = {**asked, "PolicyInputList": [policy] * 3}  # 150 looks for one action
    assert house.iam("SimulateCustomPolicy", huge).error[0] == "InvalidInput"
