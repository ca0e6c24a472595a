"""What somebody tries who has credentials and wants more: names that look alike, names of those who were, other accounts' services."""

import json
from typing import Any
from urllib.parse import unquote

import pytest

from strongroom.model.identity import Role
from strongroom.operations.iam.provision import NewUser
from strongroom.stations.questions import Questions
from strongroom.stations.recorded import Records
from support.house import ACCOUNT, OTHER_ACCOUNT, House
from support.roles import allow, assume, make_role, refused, session_of, sts, trust
from support.services import key_with

DENIED = "AccessDeniedException"
HELLO = "aGVsbG8="
RED, BLUE = ("red", "blue")


@pytest.mark.parametrize("names", [("Team", "team"), ("team", "Team")])
def test_tags_whose_names_differ_in_case_alone_are_one_key_with_two_values(
    house: House, names: tuple[str, str]
) -> None:
    """Neither of them is taken for the one that a policy means: that would be for whoever writes the tags to choose."""
    tags = [{"TagKey": name, "TagValue": value} for name, value in zip(names, (RED, BLUE), strict=True)]
    key = house.ok("CreateKey", {"Tags": tags})["KeyMetadata"]["KeyId"]
    for team in (RED, BLUE):
        wanted = {"StringEquals": {"aws:ResourceTag/team": team}}
        user = house.add_user(f"user-{team}", allow("kms:Encrypt", Condition=wanted))
        assert house.call("Encrypt", {"KeyId": key, "Plaintext": HELLO}, user=user).error[0] == DENIED
        wanted = {"StringEquals": {"aws:RequestTag/team": team}}
        maker = house.add_user(f"maker-{team}", allow("kms:*", Condition=wanted))
        assert house.call("CreateKey", {"Tags": tags}, user=maker).error[0] == DENIED
        assert house.call("TagResource", {"KeyId": key, "Tags": tags}, user=maker).error[0] == DENIED


def test_a_role_trusts_the_service_of_its_own_account(house: House) -> None:
    """At AWS the service has to be given the role there, by iam:PassRole; services here all know every ARN."""
    trusted: dict[str, Any] = trust({"Service": "ec2.amazonaws.com"})
    role = make_role(house, "machine", trusted, allow("kms:*"))
    own, other = house.add_service("ec2"), house.add_service("ec2", account=OTHER_ACCOUNT)
    answer = sts(house, "AssumeRole", {"RoleArn": role, "RoleSessionName": "job"}, user=own)
    assert answer.body["AssumedRoleUser"]["Arn"] == f"arn:aws:sts::{ACCOUNT}:assumed-role/machine/job"
    text = f"User: ec2.amazonaws.com is not authorized to perform: sts:AssumeRole on resource: {role}"
    assert refused(house, role, user=other) == ("AccessDenied", text)
    assert refused(house, role, user=house.add_service("s3"))[0] == "AccessDenied"


def made_again(house: House, user: NewUser) -> NewUser:
    """Delete a user and make another one of that name, without any policy."""
    name = {"UserName": user.user.name}
    for policy in house.iam_ok("ListUserPolicies", name)["PolicyNames"]:
        house.iam_ok("DeleteUserPolicy", {**name, "PolicyName": policy})
    for key in house.iam_ok("ListAccessKeys", name)["AccessKeyMetadata"]:
        house.iam_ok("DeleteAccessKey", {**name, "AccessKeyId": key["AccessKeyId"]})
    house.iam_ok("DeleteUser", name)
    return house.new_user(user.user.name)


def test_who_is_made_again_under_a_name_is_somebody_else_for_key_policies(house: House) -> None:
    """An ARN means whoever had it when the policy was stored; once that one is gone, its unique id is shown (IAM User Guide)."""
    alice, bob = house.new_user("alice"), house.new_user("bob")
    use = {"Effect": "Allow", "Principal": {"AWS": [alice.user.arn, bob.user.arn]}, "Action": "kms:Encrypt"}
    use["Condition"] = {"ArnLike": {"aws:PrincipalArn": [alice.user.arn, bob.user.arn]}}
    key = key_with(house, use)
    asked = {"KeyId": key, "Plaintext": HELLO}
    text = house.ok("GetKeyPolicy", {"KeyId": key})["Policy"]
    for user in (alice, bob):
        assert house.call("Encrypt", asked, user=user).status == 200
    second = made_again(house, alice)
    refusal = house.call("Encrypt", asked, user=second)
    assert refusal.error[0] == DENIED
    assert house.call("Encrypt", asked, user=bob).status == 200
    with house.store.snapshot() as view:
        call = Records(view).call_of(refusal.record)
        assert not Questions(view).explain(call.question)[-1].decision.allowed
    shown = json.loads(house.ok("GetKeyPolicy", {"KeyId": key})["Policy"])
    expected = json.loads(text)
    expected["Statement"][1]["Principal"]["AWS"][0] = alice.user.user_id
    assert shown == expected
    put = {"KeyId": key, "Policy": json.dumps(shown)}
    assert house.call("PutKeyPolicy", put).error[0] == "MalformedPolicyDocumentException"
    house.ok("PutKeyPolicy", {"KeyId": key, "Policy": text})
    assert house.ok("GetKeyPolicy", {"KeyId": key})["Policy"] == text
    assert house.call("Encrypt", asked, user=second).status == 200


def test_who_is_renamed_stays_who_is_meant(house: House) -> None:
    alice = house.new_user("alice")
    key = key_with(house, {"Effect": "Allow", "Principal": {"AWS": alice.user.arn}, "Action": "kms:Encrypt"})
    house.iam_ok("UpdateUser", {"UserName": "alice", "NewUserName": "alicia"})
    assert house.call("Encrypt", {"KeyId": key, "Plaintext": HELLO}, user=alice).status == 200
    statement = json.loads(house.ok("GetKeyPolicy", {"KeyId": key})["Policy"])["Statement"][1]
    assert statement["Principal"]["AWS"] == f"arn:aws:iam::{ACCOUNT}:user/alicia"
    assert house.call("Encrypt", {"KeyId": key, "Plaintext": HELLO}, user=house.new_user("alice")).error[0] == DENIED


def test_roles_and_sessions_that_a_key_policy_names(house: House) -> None:
    admin = house.administrator.user.arn
    role = make_role(house, "app", trust(admin))
    named = f"arn:aws:sts::{ACCOUNT}:assumed-role/app/one"
    key = key_with(house, {"Effect": "Allow", "Principal": {"AWS": role}, "Action": "kms:Encrypt"},
                   {"Effect": "Allow", "Principal": {"AWS": named}, "Action": "kms:DescribeKey"})  # fmt: skip

    def may(name: str) -> tuple[bool, bool]:
        session = assume(house, role, name)
        calls = (house.call("Encrypt", {"KeyId": key, "Plaintext": HELLO}, user=session),
                 house.call("DescribeKey", {"KeyId": key}, user=session))  # fmt: skip
        return calls[0].status == 200, calls[1].status == 200

    assert (may("one"), may("two")) == ((True, True), (True, False))
    with house.store.snapshot() as view:
        (first,) = view.page(Role, {"account": ACCOUNT, "name": "app"}, limit=1)
    house.iam_ok("DeleteRole", {"RoleName": "app"})
    make_role(house, "app", trust(admin))
    assert (may("one"), may("two")) == ((False, False), (False, False))
    _, by_role, by_session = json.loads(house.ok("GetKeyPolicy", {"KeyId": key})["Policy"])["Statement"]
    assert (by_role["Principal"]["AWS"], by_session["Principal"]["AWS"]) == (first.role_id, f"{first.role_id}:one")


def test_a_deny_spares_whom_it_named(house: House) -> None:
    """NotPrincipal, too, means whoever had the ARN."""
    bob = house.new_user("bob", allow("kms:*"))
    spared = {"AWS": [bob.user.arn, house.administrator.user.arn, ACCOUNT]}
    key = key_with(house, {"Effect": "Deny", "NotPrincipal": spared, "Action": "kms:Encrypt"})
    asked = {"KeyId": key, "Plaintext": HELLO}
    assert house.call("Encrypt", asked, user=bob).status == 200
    second = made_again(house, bob)
    inline = {"UserName": "bob", "PolicyName": "inline", "PolicyDocument": json.dumps(allow("kms:*"))}
    house.iam_ok("PutUserPolicy", inline)
    text = str(house.call("Encrypt", asked, user=second).error[1])
    assert text.endswith("with an explicit deny in a resource-based policy")


def test_a_federated_user_of_who_is_named_is_meant_too(house: House) -> None:
    alice = house.new_user("alice", allow("sts:GetFederationToken"))
    key = key_with(house, {"Effect": "Allow", "Principal": {"AWS": alice.user.arn}, "Action": "kms:Encrypt"})
    session_policy = json.dumps(allow("kms:Encrypt"))
    session = session_of(sts(house, "GetFederationToken", {"Name": "fed", "Policy": session_policy}, user=alice))
    assert house.call("Encrypt", {"KeyId": key, "Plaintext": HELLO}, user=session).status == 200


def test_who_is_made_again_under_a_name_is_not_trusted_by_roles(house: House) -> None:
    alice = house.new_user("alice")
    role = make_role(house, "app", trust(alice.user.arn), allow("kms:*"))
    assume(house, role, user=alice)
    second = made_again(house, alice)
    assert refused(house, role, user=second)[0] == "AccessDenied"
    shown = house.iam_ok("GetRole", {"RoleName": "app"})["Role"]["AssumeRolePolicyDocument"]
    assert json.loads(unquote(shown))["Statement"][0]["Principal"]["AWS"] == alice.user.user_id
    trusted = {"RoleName": "app", "PolicyDocument": json.dumps(trust(second.user.arn))}
    house.iam_ok("UpdateAssumeRolePolicy", trusted)
    assume(house, role, user=second)
