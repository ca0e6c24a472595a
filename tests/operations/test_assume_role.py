"""AssumeRole, GetFederationToken and their sessions: through the whole corridor."""

import json
import os
from dataclasses import replace
from typing import Any

import pytest

from strongroom.authn.session import account_of_session
from strongroom.authz.defaults import ADMINISTRATOR_ACCESS
from strongroom.operations.iam.provision import NewUser
from strongroom.stations.access import Access
from support.house import ACCOUNT, OTHER_ACCOUNT, House, Session
from support.roles import allow, assume, make_role, refused, root_of, session_of, sts, trust

USE = allow("kms:Encrypt", "kms:DescribeKey")
HELLO = "aGVsbG8="


@pytest.fixture
def alice(house: House) -> NewUser:
    return house.add_user("alice")


@pytest.fixture
def other(house: House) -> NewUser:
    """An administrator of the other account."""
    return house.add_user("other", ADMINISTRATOR_ACCESS, OTHER_ACCOUNT)


def who(house: House, session: Session) -> dict[str, Any]:
    return sts(house, "GetCallerIdentity", user=session).body


def encrypt(house: House, key_id: str, user: Any) -> tuple[str, str | None]:
    return house.call("Encrypt", {"KeyId": key_id, "Plaintext": HELLO}, user=user).error


# --- who may -------------------------------------------------------------------------------------------------------------


def test_a_role_that_trusts_the_user(house: House, alice: NewUser, key_id: str) -> None:
    """Same account: the trust policy alone is enough."""
    role = make_role(house, "deploy", trust(alice.user.arn), USE, Path="/team/")
    assert role == f"arn:aws:iam::{ACCOUNT}:role/team/deploy"
    answer = sts(house, "AssumeRole", {"RoleArn": role, "RoleSessionName": "job@host"}, user=alice)
    session = session_of(answer)
    assert session.arn == f"arn:aws:sts::{ACCOUNT}:assumed-role/deploy/job@host"
    role_id, _, name = answer.body["AssumedRoleUser"]["AssumedRoleId"].partition(":")
    assert (role_id[:4], name) == ("AROA", "job@host")
    assert "PackedPolicySize" not in answer.body
    assert answer.body["SessionTokenSize"] == len(session.session_token)
    assert who(house, session) == {"UserId": f"{role_id}:job@host", "Account": ACCOUNT, "Arn": session.arn}
    assert encrypt(house, key_id, session) == ("", None)
    assert encrypt(house, key_id, alice)[0] == "AccessDeniedException"
    code, text = house.call("Decrypt", {"KeyId": key_id, "CiphertextBlob": HELLO}, user=session).error
    assert code in {"AccessDeniedException", "InvalidCiphertextException"}
    _, text = house.call("ListKeys", user=session).error
    assert text == (
        f"User: {session.arn} is not authorized to perform: kms:ListKeys on resource: * "
        "because no identity-based policy allows the kms:ListKeys action"
    )


def test_a_role_that_trusts_an_organization(house: House, other: NewUser) -> None:
    """Whoever belongs to it, of whichever account: the condition stands in the trust policy (IAM User Guide, PrincipalOrgID)."""
    house.pipeline = replace(house.pipeline, access=Access(house.keyring, "o-a1b2c3d4e5"))
    for organization, trusted in (("o-a1b2c3d4e5", True), ("o-other00000", False)):
        condition = {"StringEquals": {"aws:PrincipalOrgID": organization}}
        role = make_role(house, f"of-{organization}", trust("*", Condition=condition))
        assert (
            sts(house, "AssumeRole", {"RoleArn": role, "RoleSessionName": "job"}, user=other).status == 200
        ) is trusted


def test_a_role_that_trusts_the_account(house: House, alice: NewUser) -> None:
    """The user's own policies have to allow it as well."""
    role = make_role(house, "deploy", trust(root_of()))
    text = f"User: {alice.user.arn} is not authorized to perform: sts:AssumeRole on resource: {role}"
    missing = f"{text} because no identity-based policy allows the sts:AssumeRole action"
    assert refused(house, role, user=alice) == ("AccessDenied", missing)
    bob = house.add_user("bob", allow("sts:AssumeRole", resource=role))
    assert assume(house, role, user=bob)
    carol = house.add_user("carol", allow("sts:AssumeRole", resource=role + "2"))
    assert refused(house, role, user=carol)[0] == "AccessDenied"


def test_a_role_that_trusts_somebody_else(house: House, alice: NewUser) -> None:
    role = make_role(house, "deploy", trust(house.administrator.user.arn))
    text = f"User: {alice.user.arn} is not authorized to perform: sts:AssumeRole on resource: {role}"
    assert refused(house, role, user=alice) == ("AccessDenied", text)
    # A role that is not there is refused in the same words; the path is part of the name.
    for missing in (role + "x", role.replace("role/", "role/path/"), role.replace(ACCOUNT, OTHER_ACCOUNT)):
        assert refused(house, missing) == (
            "AccessDenied",
            f"User: {house.administrator.user.arn} is not authorized to perform: sts:AssumeRole on resource: {missing}",
        )
    assert refused(house, "deploy-deploy-deploy") == ("ValidationError", "deploy-deploy-deploy is invalid")
    for malformed in ("arn::b:::something/test-role", "arn:a::::something/test-role", "arn:a:a::aaaaaaaaaa:"):
        assert refused(house, malformed) == ("ValidationError", f"{malformed} is invalid")  # recorded
    assert refused(house, f"{role.replace(ACCOUNT, '1')}") == ("ValidationError", "Request ARN is invalid")


def test_across_accounts_both_have_to_allow(house: House, alice: NewUser, other: NewUser) -> None:
    role = make_role(house, "visited", trust(alice.user.arn), by=other)
    text = f"User: {alice.user.arn} is not authorized to perform: sts:AssumeRole on resource: {role}"
    missing = f"{text} because no identity-based policy allows the sts:AssumeRole action"
    assert refused(house, role, user=alice) == ("AccessDenied", missing)
    assert refused(house, role)[0] == "AccessDenied"  # an administrator, but not trusted
    role = make_role(house, "open", trust(root_of()), by=other)
    assert assume(house, role).arn == f"arn:aws:sts::{OTHER_ACCOUNT}:assumed-role/open/job"
    assert refused(house, role, user=alice)[0] == "AccessDenied"


def test_a_deny_counts(house: House, alice: NewUser, other: NewUser) -> None:
    statements = trust(alice.user.arn)["Statement"] + [
        {
            "Effect": "Deny",
            "Principal": {"AWS": "*"},
            "Action": "sts:AssumeRole",
            "Condition": {"Bool": {"aws:SecureTransport": "false"}},
        }
    ]
    document = {"Version": "2012-10-17", "Statement": statements}
    role = make_role(house, "deploy", document)
    assert str(refused(house, role, user=alice)[1]).endswith(" with an explicit deny in the role trust policy")
    denied = house.add_user(
        "denied", {"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Action": "*", "Resource": "*"}]}
    )
    role = make_role(house, "another", trust(denied.user.arn))
    assert str(refused(house, role, user=denied)[1]).endswith(" with an explicit deny in an identity-based policy")


def test_a_changed_trust_policy_counts_at_once(house: House, alice: NewUser) -> None:
    role = make_role(house, "deploy", trust(alice.user.arn))
    session = assume(house, role, user=alice)
    changed = {"RoleName": "deploy", "PolicyDocument": json.dumps(trust(house.administrator.user.arn))}
    house.iam_ok("UpdateAssumeRolePolicy", changed)
    assert refused(house, role, user=alice)[0] == "AccessDenied"
    assert who(house, session)["Arn"] == session.arn  # sessions live on


@pytest.mark.parametrize(
    ("condition", "fitting", "other_members"),
    [
        ({"StringEquals": {"sts:ExternalId": "e-1"}}, {"ExternalId": "e-1"}, {"ExternalId": "e-2"}),
        ({"StringEquals": {"sts:ExternalId": "e-1"}}, {"ExternalId": "e-1"}, {}),
        ({"StringLike": {"sts:RoleSessionName": "ci-*"}}, {"RoleSessionName": "ci-7"}, {"RoleSessionName": "dev"}),
        ({"StringLike": {"aws:PrincipalArn": "arn:aws:iam::*:user/alice"}}, {}, None),
        ({"StringEquals": {"aws:PrincipalAccount": OTHER_ACCOUNT}}, None, {}),
        ({"StringEquals": {"aws:ResourceAccount": ACCOUNT, "iam:ResourceTag/team": "blue"}}, {}, None),
        ({"Bool": {"aws:MultiFactorAuthPresent": "true"}}, None, {}),
        (
            {
                "StringEquals": {"aws:RequestTag/Project": "x"},
                "ForAllValues:StringEquals": {"aws:TagKeys": ["project"]},
            },
            {"Tags": [{"Key": "project", "Value": "x"}]},
            {"Tags": [{"Key": "project", "Value": "y"}]},
        ),
        (
            {"ForAnyValue:StringEquals": {"sts:TransitiveTagKeys": "project"}},
            {"Tags": [{"Key": "project", "Value": "x"}], "TransitiveTagKeys": ["project"]},
            {"Tags": [{"Key": "project", "Value": "x"}]},
        ),
        ({"StringEquals": {"sts:SourceIdentity": "alice"}}, {"SourceIdentity": "alice"}, {"SourceIdentity": "bob"}),
    ],
)
def test_conditions_of_the_trust_policy(
    house: House,
    alice: NewUser,
    condition: dict[str, Any],
    fitting: dict[str, Any] | None,
    other_members: dict[str, Any] | None,
) -> None:
    trusted = trust(alice.user.arn, "sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity", Condition=condition)
    role = make_role(house, "deploy", trusted, Tags=[{"Key": "team", "Value": "blue"}])
    if fitting is not None:
        assert assume(house, role, user=alice, name=fitting.pop("RoleSessionName", "job"), **fitting)
    if other_members is not None:
        name = other_members.pop("RoleSessionName", "job")
        answer = sts(house, "AssumeRole", {"RoleArn": role, "RoleSessionName": name, **other_members}, user=alice)
        assert answer.error[0] == "AccessDenied"


# --- how long, and how narrow ----------------------------------------------------------------------------------------------


def test_durations(house: House, alice: NewUser) -> None:
    role = make_role(house, "deploy", trust("*"), allow("sts:AssumeRole"), MaxSessionDuration=7200)
    session = assume(house, role, user=alice, DurationSeconds=7200)
    too_long = "The requested DurationSeconds exceeds the MaxSessionDuration set for this role."
    assert refused(house, role, user=alice, DurationSeconds=7201) == ("ValidationError", too_long)
    assert "greater than or equal to 900" in str(refused(house, role, user=alice, DurationSeconds=899)[1])
    chained = "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining."
    assert refused(house, role, user=session, DurationSeconds=3601) == ("ValidationError", chained)
    second = assume(house, role, "again", user=session)
    house.now += 3599
    assert who(house, second)["Arn"].endswith("/again")
    house.now += 1
    ended = sts(house, "GetCallerIdentity", user=second)
    assert ended.error == ("ExpiredToken", "The security token included in the request is expired")
    assert who(house, session)["Arn"].endswith("/job")
    house.now += 3600
    assert sts(house, "GetCallerIdentity", user=session).error[0] == "ExpiredToken"


def test_names_of_sessions(house: House) -> None:
    role = make_role(house, "deploy", trust(root_of()))
    for name in ("x", "with space", "y" * 65):
        answer = sts(house, "AssumeRole", {"RoleArn": role, "RoleSessionName": name})
        assert answer.error[0] == "ValidationError"
        assert "roleSessionName" in str(answer.error[1])


def test_session_policies_narrow(house: House, alice: NewUser, key_id: str) -> None:
    role = make_role(house, "deploy", trust(alice.user.arn), allow("kms:*"))
    narrowed = assume(house, role, user=alice, Policy=json.dumps(allow("kms:DescribeKey", "s3:*")))
    assert house.call("DescribeKey", {"KeyId": key_id}, user=narrowed).status == 200
    assert str(encrypt(house, key_id, narrowed)[1]).endswith("because no session policy allows the kms:Encrypt action")

    made = house.iam_ok("CreatePolicy", {"PolicyName": "use", "PolicyDocument": json.dumps(USE)})["Policy"]["Arn"]
    managed = assume(house, role, user=alice, PolicyArns=[{"arn": made}])
    assert encrypt(house, key_id, managed) == ("", None)
    assert house.call("ListKeys", user=managed).error[0] == "AccessDeniedException"
    both = assume(house, role, user=alice, PolicyArns=[{"arn": made}], Policy=json.dumps(allow("kms:ListKeys")))
    assert encrypt(house, key_id, both) == ("", None)  # together they are one limit
    assert house.call("ListKeys", user=both).status == 200

    house.iam_ok("DeletePolicy", {"PolicyArn": made})
    assert encrypt(house, key_id, managed)[0] == "AccessDeniedException"


def test_session_policies_are_checked(house: House, alice: NewUser) -> None:
    role = make_role(house, "deploy", trust(alice.user.arn))
    no_json = ("MalformedPolicyDocument", "The policy is not in the valid JSON format.")
    assert refused(house, role, user=alice, Policy="{") == no_json
    principal = json.dumps(trust(alice.user.arn, "kms:*"))
    assert refused(house, role, user=alice, Policy=principal)[0] == "MalformedPolicyDocument"
    missing = f"arn:aws:iam::{ACCOUNT}:policy/none"
    assert refused(house, role, user=alice, PolicyArns=[{"arn": missing}])[0] == "MalformedPolicyDocument"
    long = json.dumps(allow("kms:*", resource=["arn:aws:kms:us-east-1:111122223333:key/" + "x" * 2000]))
    code, text = refused(house, role, user=alice, Policy=long)
    assert code == "PackedPolicyTooLarge"
    assert str(text).startswith("Packed policy consumes 1")
    answer = sts(
        house,
        "AssumeRole",
        {
            "RoleArn": role,
            "RoleSessionName": "job",
            "Policy": json.dumps(allow("kms:*")),
            "MinimumSessionTokenSize": 4000,
        },
        user=alice,
    )
    assert 0 < answer.body["PackedPolicySize"] < 100
    assert answer.body["SessionTokenSize"] == len(answer.body["Credentials"]["SessionToken"]) >= 4000
    assert who(house, session_of(answer))["Arn"]


def test_a_boundary_limits_the_sessions(house: House, alice: NewUser, key_id: str) -> None:
    made = house.iam_ok("CreatePolicy", {"PolicyName": "edge", "PolicyDocument": json.dumps(allow("kms:DescribeKey"))})
    role = make_role(house, "deploy", trust(alice.user.arn), USE, PermissionsBoundary=made["Policy"]["Arn"])
    session = assume(house, role, user=alice)
    assert str(encrypt(house, key_id, session)[1]).endswith(
        "because no permissions boundary allows the kms:Encrypt action"
    )


# --- tags and source identity ----------------------------------------------------------------------------------------------


def tags(**pairs: str) -> list[dict[str, str]]:
    return [{"Key": key, "Value": value} for key, value in pairs.items()]


def test_session_tags(house: House, alice: NewUser, key_id: str) -> None:
    """They lie over the role's tags, whatever the case of their names."""
    mine = allow(
        "kms:Encrypt", Condition={"StringEquals": {"aws:PrincipalTag/Team": "red", "aws:PrincipalTag/unit": "7"}}
    )
    role = make_role(
        house,
        "deploy",
        trust(alice.user.arn, "sts:AssumeRole", "sts:TagSession"),
        mine,
        Tags=tags(team="blue", unit="7"),
    )
    assert encrypt(house, key_id, assume(house, role, user=alice))[0] == "AccessDeniedException"
    assert encrypt(house, key_id, assume(house, role, user=alice, Tags=tags(TEAM="red"))) == ("", None)

    untrusting = make_role(house, "untagged", trust(alice.user.arn))
    _, text = refused(house, untrusting, user=alice, Tags=tags(team="red"))
    assert text == f"User: {alice.user.arn} is not authorized to perform: sts:TagSession on resource: {untrusting}"


def test_transitive_tags_go_on(house: House, alice: NewUser, key_id: str) -> None:
    first = make_role(house, "first", trust(alice.user.arn, "sts:AssumeRole", "sts:TagSession"))
    chained = trust(f"arn:aws:iam::{ACCOUNT}:role/first", "sts:AssumeRole", "sts:TagSession")
    reds = allow(
        "kms:Encrypt", Condition={"StringEquals": {"aws:PrincipalTag/team": "red", "aws:PrincipalTag/unit": "8"}}
    )
    second = make_role(house, "second", chained, reds)
    session = assume(house, first, user=alice, Tags=tags(team="red", unit="7"), TransitiveTagKeys=["Team"])
    assert encrypt(house, key_id, assume(house, second, user=session, Tags=tags(unit="8"))) == ("", None)
    third = make_role(house, "third", trust(f"arn:aws:iam::{ACCOUNT}:role/first"))
    assert "sts:TagSession" in str(refused(house, third, user=session)[1])  # they are passed on, allowed or not

    conflict = refused(house, second, user=session, Tags=tags(TEAM="blue"))
    assert conflict[0] == "InvalidParameterValue"
    assert "conflicts with a transitive tag key" in str(conflict[1])
    for wrong in (
        {"Tags": tags(a="1", A="2")},
        {"Tags": tags(**{"aws:x": "1"})},
        {"Tags": tags(a="1"), "TransitiveTagKeys": ["b"]},
        {"TransitiveTagKeys": ["b"]},
    ):
        assert refused(house, first, user=alice, **wrong)[0] == "InvalidParameterValue"
    many = tags(**{f"key{number}": os.urandom(100).hex() for number in range(50)})
    code, text = refused(house, first, user=alice, Tags=many)
    assert (code, str(text)[:29]) == ("PackedPolicyTooLarge", "Packed size of session tags c")


def test_source_identity_stays(house: House, alice: NewUser, key_id: str) -> None:
    actions = ("sts:AssumeRole", "sts:SetSourceIdentity")
    watched = allow("kms:Encrypt", Condition={"StringEquals": {"aws:SourceIdentity": "alice"}})
    first = make_role(house, "first", trust(alice.user.arn, *actions))
    second = make_role(house, "second", trust(f"arn:aws:iam::{ACCOUNT}:role/first", *actions), watched)
    session = assume(house, first, user=alice, SourceIdentity="alice")
    assert refused(house, second, user=session, SourceIdentity="mallory")[0] == "ValidationError"
    last = assume(house, second, user=session)
    answer = house.call("Encrypt", {"KeyId": key_id, "Plaintext": HELLO}, user=last)
    assert answer.status == 200
    assert answer.record["userIdentity"]["sessionContext"]["sourceIdentity"] == "alice"
    third = make_role(house, "third", trust(f"arn:aws:iam::{ACCOUNT}:role/first"))
    assert "sts:SetSourceIdentity" in str(refused(house, third, user=session)[1])


# --- what becomes of sessions ----------------------------------------------------------------------------------------------


def test_a_role_that_is_gone_takes_its_sessions_along(house: House, alice: NewUser) -> None:
    role = make_role(house, "deploy", trust(alice.user.arn))
    session = assume(house, role, user=alice)
    house.iam_ok("DeleteRole", {"RoleName": "deploy"})
    assert sts(house, "GetCallerIdentity", user=session).error[0] == "InvalidClientTokenId"
    make_role(house, "deploy", trust(alice.user.arn))
    assert sts(house, "GetCallerIdentity", user=session).error[0] == "InvalidClientTokenId"


def test_a_changed_role_counts_at_once(house: House, alice: NewUser, key_id: str) -> None:
    role = make_role(house, "deploy", trust(alice.user.arn), USE)
    session = assume(house, role, user=alice)
    assert encrypt(house, key_id, session) == ("", None)
    house.iam_ok("DeleteRolePolicy", {"RoleName": "deploy", "PolicyName": "inline"})
    assert encrypt(house, key_id, session)[0] == "AccessDeniedException"


def test_older_sessions_can_be_revoked(house: House, alice: NewUser, key_id: str) -> None:
    """By the policy that the console of AWS attaches for it."""
    role = make_role(house, "deploy", trust(alice.user.arn), USE)
    old = assume(house, role, user=alice)
    house.now += 60
    condition = {"DateLessThan": {"aws:TokenIssueTime": "2026-01-01T00:00:30Z"}}
    revoke = {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Deny", "Action": "*", "Resource": "*", "Condition": condition}],
    }
    members = {"RoleName": "deploy", "PolicyName": "AWSRevokeOlderSessions", "PolicyDocument": json.dumps(revoke)}
    house.iam_ok("PutRolePolicy", members)
    assert encrypt(house, key_id, old)[0] == "AccessDeniedException"
    assert encrypt(house, key_id, assume(house, role, user=alice)) == ("", None)


def test_the_record(house: House, alice: NewUser, key_id: str) -> None:
    role = make_role(house, "deploy", trust(alice.user.arn, "sts:AssumeRole", "sts:TagSession"), USE)
    members = {"RoleArn": role, "RoleSessionName": "job", "ExternalId": "e-1", "Tags": tags(team="red")}
    answer = sts(house, "AssumeRole", members, user=alice)
    session, record = session_of(answer), answer.record
    assert session.secret_access_key not in json.dumps(record)
    assert session.session_token not in json.dumps(record)
    assert (record["eventSource"], record["eventName"], record["readOnly"]) == ("sts.amazonaws.com", "AssumeRole", True)
    assert record["requestParameters"] == {
        "roleArn": role, "roleSessionName": "job", "tags": [{"key": "team", "value": "red"}], "externalId": "e-1",
    }  # fmt: skip
    elements = record["responseElements"]
    assert elements["credentials"] == {
        "accessKeyId": session.access_key_id, "expiration": "Jan 1, 2026, 1:00:00 AM",
    }  # fmt: skip
    role_id = answer.body["AssumedRoleUser"]["AssumedRoleId"].partition(":")[0]
    assert elements["assumedRoleUser"] == {"assumedRoleId": f"{role_id}:job", "arn": session.arn}
    assert record["resources"] == [{"accountId": ACCOUNT, "type": "AWS::IAM::Role", "ARN": role}]

    answer = house.call("Encrypt", {"KeyId": key_id, "Plaintext": HELLO}, user=session)
    assert answer.record["userIdentity"] == {
        "type": "AssumedRole",
        "principalId": f"{role_id}:job",
        "arn": session.arn,
        "accountId": ACCOUNT,
        "accessKeyId": session.access_key_id,
        "sessionContext": {
            "sessionIssuer": {
                "type": "Role", "principalId": role_id, "arn": role, "accountId": ACCOUNT, "userName": "deploy",
            },
            "attributes": {"creationDate": "2026-01-01T00:00:00Z", "mfaAuthenticated": "false"},
        },
    }  # fmt: skip


def test_what_sessions_of_a_user_may_not(house: House, alice: NewUser) -> None:
    session = session_of(sts(house, "GetSessionToken"))
    for action, members in (("GetSessionToken", {}), ("GetFederationToken", {"Name": "bob"})):
        answer = sts(house, action, members, user=session)
        assert answer.error == ("AccessDenied", f"Cannot call {action} with session credentials")
    role = make_role(house, "deploy", trust(alice.user.arn))
    code, text = refused(house, role, user=alice, SerialNumber="GAHT12345678", TokenCode="123456")
    assert (code, str(text)[:62]) == ("AccessDenied", "MultiFactorAuthentication failed, unable to validate MFA code.")
    assert refused(house, role, user=alice, ProvidedContexts=[{"ProviderArn": role}])[0] == "ValidationError"
    assert assume(house, role, user=session_of(sts(house, "GetSessionToken", user=alice)))
    federated = session_of(sts(house, "GetFederationToken", {"Name": "bob", "Policy": ADMINISTRATOR_ACCESS}))
    for one in (session, federated):
        answer = house.iam("ListUsers", user=one)
        assert answer.error == ("InvalidClientTokenId", "The security token included in the request is invalid.")
    administering = make_role(house, "admin", trust(root_of()), allow("iam:*"))
    assert house.iam("ListUsers", user=assume(house, administering)).status == 200


# --- federated users, access key ids -----------------------------------------------------------------------------------------


def test_federated_users(house: House, key_id: str) -> None:
    user = house.add_user("broker", allow("kms:*", "sts:GetFederationToken"))
    nothing = session_of(sts(house, "GetFederationToken", {"Name": "bob"}, user=user))
    assert nothing.arn == f"arn:aws:sts::{ACCOUNT}:federated-user/bob"
    assert who(house, nothing) == {"UserId": f"{ACCOUNT}:bob", "Account": ACCOUNT, "Arn": nothing.arn}
    assert encrypt(house, key_id, nothing)[0] == "AccessDeniedException"
    bob = session_of(sts(house, "GetFederationToken", {"Name": "bob", "Policy": json.dumps(USE)}, user=user))
    assert encrypt(house, key_id, bob) == ("", None)
    assert house.call("ListKeys", user=bob).error[0] == "AccessDeniedException"
    role = make_role(house, "deploy", trust("*"))
    assert refused(house, role, user=bob)[0] == "AccessDenied"
    unable = house.add_user("unable", allow("kms:*"))
    answer = sts(house, "GetFederationToken", {"Name": "bob"}, user=unable)
    code, text = answer.error
    assert code == "AccessDenied"
    assert text == (
        f"User: {unable.user.arn} is not authorized to perform: sts:GetFederationToken on resource: {nothing.arn} "
        "because no identity-based policy allows the sts:GetFederationToken action"
    )


def test_whose_access_key_id(house: House, other: NewUser) -> None:
    session = session_of(sts(house, "GetSessionToken", user=other))
    assert account_of_session(session.access_key_id) == OTHER_ACCOUNT
    for access_key_id in (session.access_key_id, other.access_key_id):
        assert sts(house, "GetAccessKeyInfo", {"AccessKeyId": access_key_id}).body == {"Account": OTHER_ACCOUNT}
    for unknown in ("AKIAIOSFODNN7EXAMPLE", "ASIAIOSFODNN7EXAMPLE", "ASIA" + "1" * 16):
        assert sts(house, "GetAccessKeyInfo", {"AccessKeyId": unknown}).error[0] == "ValidationError"
    assert account_of_session("ASIAQNZGKIQY56JQ7WML") == "029608264753"  # a pair from AWS
