"""What identities of IAM may do: permissions of every operation, groups, attachments, boundaries, conditions; and its records."""

import json
from typing import Any

import pytest
from operation_samples import facts, values

from strongroom.operations.table import BUILT, MISSING
from strongroom.wire.plan import members_of
from strongroom.wire.shape import Shape
from support.house import ACCOUNT, House, credentials_of
from support.policies import ALLOW_ALL, allow, trust
from support.roles import FORM, unsigned

TRUST = json.dumps(trust({"Service": "ec2.amazonaws.com"}))


def wire(shape: Shape) -> dict[str, Any]:
    """Return the members that a caller must send."""
    found = {}
    for member in members_of(type(shape)):
        value = getattr(shape, member.attribute)
        if not member.required:
            continue
        if isinstance(value, list):
            value = [wire(each) if isinstance(each, Shape) else each for each in value]
        found[member.wire_name] = value
    return found


@pytest.mark.parametrize("name", sorted(BUILT["iam"]))
def test_every_operation_needs_its_action(house: House, name: str) -> None:
    """And is recorded when it is refused."""
    operation = BUILT["iam"][name]
    members = wire(operation.shape.input(**values(operation.shape.input)))
    refused = house.iam(name, members, user=house.add_user("nobody"))
    assert (refused.status, refused.error[0]) == (403, "AccessDenied")
    (need, *_) = facts(operation).needs
    assert need.action == f"iam:{name}"
    assert f"is not authorized to perform: iam:{name} on resource: " in str(refused.error[1])
    record = refused.record
    assert (record["eventName"], record["eventSource"], record["awsRegion"]) == (name, "iam.amazonaws.com", "us-east-1")
    assert record["errorCode"] == "AccessDeniedException"
    assert record["readOnly"] is operation.read_only
    assert record["userIdentity"]["userName"] == "nobody"


@pytest.mark.parametrize("name", sorted(BUILT["iam"]))
def test_what_is_not_there_is_refused_in_a_declared_way(house: House, name: str) -> None:
    """House.iam holds every refusal to the service model."""
    operation = BUILT["iam"][name]
    members = wire(operation.shape.input(**values(operation.shape.input)))
    answer = house.iam(name, members)
    assert answer.status < 500
    assert ("errorCode" in answer.record) is (answer.status != 200)
    if "marker" in operation.shape.input.__struct_fields__:
        assert house.iam(name, {**members, "Marker": "nonsense"}).status < 500


@pytest.mark.parametrize(
    ("action", "members", "resource"),
    [
        ("GetUser", {"UserName": "alice"}, "user alice"),
        ("GetRole", {"RoleName": "deploy"}, "role deploy"),
        ("DeleteGroup", {"GroupName": "staff"}, "group staff"),
        ("CreateUser", {"UserName": "new", "Path": "/a/"}, f"arn:aws:iam::{ACCOUNT}:user/a/new"),
        ("ListUsers", {}, f"arn:aws:iam::{ACCOUNT}:user/"),
        ("CreatePolicy", {"PolicyName": "new", "PolicyDocument": "{}"}, "policy new"),
        ("GetPolicy", {"PolicyArn": "arn:aws:iam::aws:policy/Any"}, "policy arn:aws:iam::aws:policy/Any"),
        ("ListAccountAliases", {}, "*"),
    ],
)
def test_how_a_denial_names_its_resource(house: House, action: str, members: dict[str, Any], resource: str) -> None:
    nobody = house.add_user("nobody")
    text = (
        f"User: arn:aws:iam::{ACCOUNT}:user/nobody is not authorized to perform: iam:{action} on resource: {resource} "
    )
    text += f"because no identity-based policy allows the iam:{action} action"
    assert house.iam(action, members, user=nobody).error == ("AccessDenied", text)


# --- what is not built ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(MISSING["iam"] | MISSING["sts"]))
def test_what_aws_has_and_we_have_not_is_refused_by_name(house: House, name: str) -> None:
    """And not as if the caller had misspelt it; the record names it, too."""
    service, version = ("sts", "2011-06-15") if name in MISSING["sts"] else ("iam", "2010-05-08")
    body = f"Action={name}&Version={version}".encode()
    answer = house.send(house.signed(body, FORM, credentials_of(house.administrator), service, "us-east-1"))
    text = f"<Code>UnsupportedOperation</Code><Message>{name} is not built in this version of strongroom"
    assert (answer.status, text in answer.raw.decode()) == (400, True)
    assert (answer.record["eventSource"], answer.record["eventName"]) == (f"{service}.amazonaws.com", name)
    assert answer.record["errorCode"] == "UnsupportedOperationException"
    who = None if name == "AssumeRoleWithSAML" else "administrator"  # nobody signs that one
    assert answer.record["userIdentity"].get("userName") == who


def test_a_name_that_nobody_has(house: House) -> None:
    headers = credentials_of(house.administrator)
    answer = house.send(house.signed(b"Action=MakeUser&Version=2010-05-08", FORM, headers, "iam", "us-east-1"))
    text = "<Code>InvalidAction</Code><Message>Could not find operation MakeUser for version 2010-05-08</Message>"
    assert (answer.status, text in answer.raw.decode()) == (400, True)


def test_whoever_shows_a_saml_assertion_is_told_that_there_is_no_saml(house: House) -> None:
    """Nobody signs that request: asking for a signature would be the wrong reason."""
    arn = f"arn:aws:iam::{ACCOUNT}:saml-provider/idp"
    answer = unsigned(
        house, "AssumeRoleWithSAML", {"RoleArn": arn, "PrincipalArn": arn, "SAMLAssertion": "PHNhbWw+PC9zYW1sPg=="}
    )
    assert answer.error[0] == "UnsupportedOperation"
    assert "AssumeRoleWithWebIdentity" in str(answer.error[1])
    assert "PHNhbWw" not in json.dumps(answer.record)


# --- where permissions come from -----------------------------------------------------------------------------------------


def test_policies_of_groups_and_attachments_count(house: House) -> None:
    """From the moment they are there until they are gone."""
    alice = house.new_user("alice")
    document = {"PolicyDocument": json.dumps(allow("kms:ListKeys"))}
    arn = house.iam_ok("CreatePolicy", {"PolicyName": "keys", **document})["Policy"]["Arn"]
    house.iam_ok("CreateGroup", {"GroupName": "staff"})
    member, group, user = {"GroupName": "staff", "UserName": "alice"}, {"GroupName": "staff"}, {"UserName": "alice"}
    attached, inline = {"PolicyArn": arn}, {"PolicyName": "inline"}

    def may() -> bool:
        return house.call("ListKeys", user=alice).status == 200

    for begin, end in (
        (("AttachUserPolicy", user | attached), ("DetachUserPolicy", user | attached)),
        (("PutUserPolicy", user | inline | document), ("DeleteUserPolicy", user | inline)),
    ):
        assert not may()
        house.iam_ok(*begin)
        assert may()
        house.iam_ok(*end)
    house.iam_ok("AttachGroupPolicy", group | attached)
    assert not may()
    house.iam_ok("AddUserToGroup", member)
    assert may()
    version = house.iam_ok(
        "CreatePolicyVersion", attached | {"PolicyDocument": json.dumps(allow("kms:ListAliases")), "SetAsDefault": True}
    )
    assert version["PolicyVersion"]["VersionId"] == "v2"
    assert not may()
    house.iam_ok("SetDefaultPolicyVersion", attached | {"VersionId": "v1"})
    assert may()
    house.iam_ok("RemoveUserFromGroup", member)
    assert not may()


def test_a_boundary_limits_and_gives_nothing(house: House) -> None:
    alice = house.new_user("alice", ALLOW_ALL)
    arn = house.iam_ok("CreatePolicy", {"PolicyName": "limit", "PolicyDocument": json.dumps(allow("kms:ListKeys"))})
    limit = {"PermissionsBoundary": arn["Policy"]["Arn"]}
    house.iam_ok("PutUserPermissionsBoundary", {"UserName": "alice", **limit})
    assert house.call("ListKeys", user=alice).status == 200
    refused = house.call("CreateKey", user=alice)
    assert str(refused.error[1]).endswith("because no permissions boundary allows the kms:CreateKey action")
    house.iam_ok("DeleteUserPermissionsBoundary", {"UserName": "alice"})
    assert house.call("CreateKey", user=alice).status == 200
    bob = house.new_user("bob")
    house.iam_ok("PutUserPermissionsBoundary", {"UserName": "bob", **limit})
    assert house.call("ListKeys", user=bob).error[0] == "AccessDeniedException"


def test_who_may_not_change_a_policy_locks_himself_out(house: House) -> None:
    """The boundary counts for the lock-out check as it will for the next request."""
    alice = house.new_user("alice", ALLOW_ALL)
    document = json.dumps(allow("kms:CreateKey"))
    arn = house.iam_ok("CreatePolicy", {"PolicyName": "limit", "PolicyDocument": document})["Policy"]["Arn"]
    house.iam_ok("PutUserPermissionsBoundary", {"UserName": "alice", "PermissionsBoundary": arn})
    assert house.call("CreateKey", user=alice).error == (
        "MalformedPolicyDocumentException",
        "The new key policy will not allow you to update the key policy in the future.",
    )


@pytest.mark.parametrize("kind", ["User", "Group"])
def test_whoever_renames_must_be_allowed_to_where_it_stays(house: House, kind: str) -> None:
    """Under a path, a new name stays under it; a new path is asked for as it is given."""
    under = f"arn:aws:iam::{ACCOUNT}:{kind.lower()}/staff/"
    alice = house.new_user("alice", allow(f"iam:Update{kind}", resource=f"{under}*"))
    house.iam_ok(f"Create{kind}", {f"{kind}Name": "carl", "Path": "/staff/"})
    house.iam_ok(f"Update{kind}", {f"{kind}Name": "carl", f"New{kind}Name": "carla"}, user=alice)
    house.iam_ok(f"Update{kind}", {f"{kind}Name": "carla", "NewPath": "/staff/old/"}, user=alice)
    refused = house.iam(f"Update{kind}", {f"{kind}Name": "carla", "NewPath": "/"}, user=alice)
    assert f"on resource: arn:aws:iam::{ACCOUNT}:{kind.lower()}/carla " in str(refused.error[1])
    house.iam_ok(f"Create{kind}", {f"{kind}Name": "root"})
    assert house.iam(f"Update{kind}", {f"{kind}Name": "root", f"New{kind}Name": "x"}, user=alice).status == 403


# --- conditions ------------------------------------------------------------------------------------------------------------


def condition(operator: str, key: str, value: str) -> dict[str, Any]:
    return {"Condition": {operator: {key: value}}}


def test_tags_of_the_request_and_of_the_resource(house: House) -> None:
    by_request = allow("iam:CreateUser", "iam:TagUser", **condition("StringEquals", "aws:RequestTag/team", "blue"))
    by_resource = allow("iam:DeleteUser", **condition("StringEquals", "iam:ResourceTag/team", "blue"))
    statements = [*by_request["Statement"], *by_resource["Statement"]]
    alice = house.new_user("alice", {"Version": "2012-10-17", "Statement": statements})
    for team, status in (("blue", 200), ("red", 403)):
        tagged = {"UserName": team, "Tags": [{"Key": "team", "Value": team}]}
        assert house.iam("CreateUser", tagged, user=alice).status == status
        house.iam("CreateUser", tagged)
        assert house.iam("DeleteUser", {"UserName": team}, user=alice).status == status


def test_whoever_tags_what_he_makes_must_be_allowed_to_tag(house: House) -> None:
    alice = house.new_user("alice", allow("iam:CreateRole"))
    members = {"RoleName": "deploy", "AssumeRolePolicyDocument": TRUST}
    refused = house.iam("CreateRole", {**members, "Tags": [{"Key": "a", "Value": "b"}]}, user=alice)
    assert "iam:TagRole on resource: arn:aws:iam::111122223333:role/deploy" in str(refused.error[1])
    house.iam_ok("CreateRole", members, user=alice)


def test_delegated_administration(house: House) -> None:
    """The published example: whoever makes users must give them the boundary, and attaches certain policies only."""
    arn = house.iam_ok("CreatePolicy", {"PolicyName": "limit", "PolicyDocument": json.dumps(allow("kms:*"))})["Policy"][
        "Arn"
    ]
    statements = [
        *allow("iam:CreateUser", "iam:AttachUserPolicy", **condition("StringEquals", "iam:PermissionsBoundary", arn))[
            "Statement"
        ],
        {
            "Effect": "Deny",
            "Action": "iam:AttachUserPolicy",
            "Resource": "*",
            **condition("ArnNotEquals", "iam:PolicyARN", arn),
        },
    ]
    alice = house.new_user("alice", {"Version": "2012-10-17", "Statement": statements})
    assert house.iam("CreateUser", {"UserName": "bob"}, user=alice).status == 403
    house.iam_ok("CreateUser", {"UserName": "bob", "PermissionsBoundary": arn}, user=alice)
    everything = "arn:aws:iam::aws:policy/AdministratorAccess"
    assert house.iam("AttachUserPolicy", {"UserName": "bob", "PolicyArn": everything}, user=alice).status == 403
    house.iam_ok("AttachUserPolicy", {"UserName": "bob", "PolicyArn": arn}, user=alice)
    house.iam_ok("CreateUser", {"UserName": "carol"})
    assert house.iam("AttachUserPolicy", {"UserName": "carol", "PolicyArn": arn}, user=alice).status == 403


def test_users_look_after_their_own_access_keys(house: House) -> None:
    own = f"arn:aws:iam::{ACCOUNT}:user/${{aws:username}}"
    alice = house.new_user("alice", allow("iam:*AccessKey*", resource=own))
    house.iam_ok("CreateUser", {"UserName": "bob"})
    house.iam_ok("CreateAccessKey", user=alice)
    assert len(house.iam_ok("ListAccessKeys", user=alice)["AccessKeyMetadata"]) == 2
    assert house.iam("CreateAccessKey", {"UserName": "bob"}, user=alice).status == 403


def test_another_account_is_another_world(house: House) -> None:
    stranger = house.add_user("stranger", ALLOW_ALL, account="444455556666")
    house.iam_ok("CreateUser", {"UserName": "alice"})
    assert house.iam("GetUser", {"UserName": "alice"}, user=stranger).error[0] == "NoSuchEntity"
    arn = house.iam_ok("CreatePolicy", {"PolicyName": "p", "PolicyDocument": json.dumps(ALLOW_ALL)})["Policy"]["Arn"]
    for action in ("GetPolicy", "DeletePolicy", "ListPolicyVersions"):
        assert house.iam(action, {"PolicyArn": arn}, user=stranger).error[0] in {"NoSuchEntity", "AccessDenied"}
    assert house.iam("AttachUserPolicy", {"UserName": "stranger", "PolicyArn": arn}, user=stranger).status in {403, 404}


# --- roles elsewhere -----------------------------------------------------------------------------------------------------


def test_a_grant_to_a_role(house: House, key_id: str) -> None:
    """Shown by its ARN while it is there, by its unique id afterwards."""
    role = house.iam_ok("CreateRole", {"RoleName": "deploy", "AssumeRolePolicyDocument": TRUST})["Role"]
    session = f"arn:aws:sts::{ACCOUNT}:assumed-role/deploy/me"
    for grantee in (role["Arn"], session):
        house.ok("CreateGrant", {"KeyId": key_id, "GranteePrincipal": grantee, "Operations": ["Encrypt"]})

    def grantees() -> set[str]:
        return {grant["GranteePrincipal"] for grant in house.ok("ListGrants", {"KeyId": key_id})["Grants"]}

    assert grantees() == {role["Arn"], session}
    house.iam_ok("DeleteRole", {"RoleName": "deploy"})
    assert grantees() == {role["RoleId"], f"{role['RoleId']}:me"}
    again = {"KeyId": key_id, "GranteePrincipal": role["Arn"], "Operations": ["Encrypt"]}
    assert house.call("CreateGrant", again).error[0] == "InvalidArnException"


# --- the audit record ----------------------------------------------------------------------------------------------------


def test_records_are_cloudtrails(house: House) -> None:
    members = {
        "RoleName": "deploy",
        "AssumeRolePolicyDocument": TRUST,
        "MaxSessionDuration": 7200,
        "Tags": [{"Key": "a", "Value": "b"}],
    }
    answer = house.iam("CreateRole", members)
    record = answer.record
    assert record["requestParameters"] == {
        "roleName": "deploy",
        "assumeRolePolicyDocument": TRUST,
        "maxSessionDuration": 7200,
        "tags": [{"key": "a", "value": "b"}],
    }
    role = record["responseElements"]["role"]
    assert (role["roleId"], role["createDate"]) == (answer.body["Role"]["RoleId"], "Jan 1, 2026, 12:00:00 AM")
    assert answer.committed
    assert house.iam("GetRole", {"RoleName": "deploy"}).record["responseElements"] is None
