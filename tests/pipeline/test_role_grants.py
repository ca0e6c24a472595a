"""Grants to roles and to single sessions, and what still limits them: the table of grants and limits, recorded from AWS.

| grant and caller | result |
| same account, to the session itself | no identity policy needed; session policies and boundary do not bite |
| same account, to the role | no identity policy needed; session policies and boundary limit |
| another account, issued by the key's account | the caller needs an identity policy as well |
| another account, issued by the caller's account | the grant is enough; to the role it is limited by session policies |
"""

import json
from typing import Any

import pytest

from strongroom.authz.defaults import ADMINISTRATOR_ACCESS
from strongroom.operations.iam.provision import NewUser
from support.house import ACCOUNT, OTHER_ACCOUNT, House, Session
from support.roles import allow, assume, make_role, root_of, session_of, sts, trust

HELLO = "aGVsbG8="
NOTHING = json.dumps(allow("s3:*"))
ENCRYPT = allow("kms:Encrypt")
DENY = json.dumps(
    {"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Action": "kms:Encrypt", "Resource": "*"}]}
)


@pytest.fixture
def other(house: House) -> NewUser:
    """An administrator of the other account."""
    return house.add_user("other", ADMINISTRATOR_ACCESS, OTHER_ACCOUNT)


@pytest.fixture
def foreign_key(house: House, other: NewUser) -> str:
    """The ARN of a key of the other account whose policy lets the first account in."""
    made = house.ok("CreateKey", user=other)["KeyMetadata"]
    policy = {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Principal": {"AWS": root_of(OTHER_ACCOUNT)}, "Action": "kms:*", "Resource": "*"},
            {
                "Effect": "Allow",
                "Principal": {"AWS": house.administrator.user.arn},
                "Action": "kms:CreateGrant",
                "Resource": "*",
            },
        ],
    }
    house.ok(
        "PutKeyPolicy", {"KeyId": made["KeyId"], "PolicyName": "default", "Policy": json.dumps(policy)}, user=other
    )
    return str(made["Arn"])


def role_arn(house: House, policy: dict[str, Any] | None = None, **members: Any) -> str:
    return make_role(house, "worker", trust(root_of()), policy, **members)


def boundary(house: House) -> str:
    made = house.iam_ok("CreatePolicy", {"PolicyName": "edge", "PolicyDocument": NOTHING})
    return str(made["Policy"]["Arn"])


def grant(house: House, key_id: str, grantee: str, user: NewUser | None = None) -> dict[str, Any]:
    return house.ok("CreateGrant", {"KeyId": key_id, "GranteePrincipal": grantee, "Operations": ["Encrypt"]}, user=user)


def may(house: House, key_id: str, session: Session) -> bool:
    return house.call("Encrypt", {"KeyId": key_id, "Plaintext": HELLO}, user=session).status == 200


@pytest.mark.parametrize("to", ["session", "role"])
@pytest.mark.parametrize("limit", ["none", "session policy", "boundary", "deny"])
def test_in_one_account(house: House, key_id: str, to: str, limit: str) -> None:
    role = role_arn(house, **({"PermissionsBoundary": boundary(house)} if limit == "boundary" else {}))
    policy = {"session policy": {"Policy": NOTHING}, "deny": {"Policy": DENY}}.get(limit, {})
    session = assume(house, role, **policy)
    assert not may(house, key_id, session)
    grant(house, key_id, session.arn if to == "session" else role)
    assert may(house, key_id, session) is (limit == "none" or (to == "session" and limit != "deny"))


def test_a_grant_to_one_session_is_not_for_another(house: House, key_id: str) -> None:
    """The session need not be there yet; the role's path is not part of its name."""
    role = role_arn(house, Path="/team/")
    grant(house, key_id, f"arn:aws:sts::{ACCOUNT}:assumed-role/worker/mine")
    assert may(house, key_id, assume(house, role, "mine"))
    assert not may(house, key_id, assume(house, role, "yours"))


@pytest.mark.parametrize("to", ["session", "role"])
def test_a_key_of_another_account_granted_by_its_owner(house: House, other: NewUser, foreign_key: str, to: str) -> None:
    role = role_arn(house)
    session = assume(house, role)
    grant(house, foreign_key, session.arn if to == "session" else role, other)
    assert not may(house, foreign_key, session)
    inline = {"RoleName": "worker", "PolicyName": "inline", "PolicyDocument": json.dumps(ENCRYPT)}
    house.iam_ok("PutRolePolicy", inline)
    assert may(house, foreign_key, session)
    assert not may(house, foreign_key, assume(house, role, Policy=NOTHING))


@pytest.mark.parametrize("to", ["session", "role"])
def test_a_key_of_another_account_granted_by_ones_own(house: House, foreign_key: str, to: str) -> None:
    role = role_arn(house)
    session = assume(house, role)
    grant(house, foreign_key, session.arn if to == "session" else role)
    assert may(house, foreign_key, session)
    assert may(house, foreign_key, assume(house, role, Policy=NOTHING)) is (to == "session")


def test_a_grant_ends_with_the_role(house: House, key_id: str) -> None:
    """One of the same name does not inherit it, and the listing shows who it was for."""
    role = role_arn(house)
    session = assume(house, role)
    grant(house, key_id, session.arn)
    listed = house.ok("ListGrants", {"KeyId": key_id})["Grants"]
    assert [one["GranteePrincipal"] for one in listed] == [session.arn]
    house.iam_ok("DeleteRole", {"RoleName": "worker"})
    (one,) = house.ok("ListGrants", {"KeyId": key_id})["Grants"]
    assert one["GranteePrincipal"].startswith("AROA")
    assert one["GranteePrincipal"].endswith(":job")
    assert not may(house, key_id, assume(house, role_arn(house)))


def test_a_session_may_grant_and_retire(house: House, key_id: str) -> None:
    role = role_arn(house, allow("kms:CreateGrant", "kms:ListGrants"))
    session = assume(house, role)
    asked = {"KeyId": key_id, "GranteePrincipal": role, "RetiringPrincipal": session.arn, "Operations": ["Encrypt"]}
    made = house.ok("CreateGrant", asked, user=session)
    assert may(house, key_id, session)
    assert (
        house.call("RetireGrant", {"GrantToken": made["GrantToken"]}, user=assume(house, role, "another")).status != 200
    )
    house.ok("RetireGrant", {"GrantToken": made["GrantToken"]}, user=session)
    assert not may(house, key_id, session)


def test_key_policies_know_roles_and_sessions(house: House) -> None:
    """Who is named as a session is not limited by session policies; who is named as a role is."""
    role = role_arn(house)
    session = assume(house, role)
    narrow = assume(house, role, "narrow", Policy=NOTHING)
    for principal, wide, limited in ((role, True, False), (session.arn, True, False), (narrow.arn, False, True)):
        policy = {
            "Version": "2012-10-17",
            "Statement": [
                {"Effect": "Allow", "Principal": {"AWS": root_of()}, "Action": "kms:Put*", "Resource": "*"},
                {"Effect": "Allow", "Principal": {"AWS": principal}, "Action": "kms:Encrypt", "Resource": "*"},
            ],
        }
        key_id = house.ok("CreateKey", {"Policy": json.dumps(policy)})["KeyMetadata"]["KeyId"]
        assert (may(house, key_id, session), may(house, key_id, narrow)) == (wide, limited)


def test_a_grant_to_a_federated_user(house: House, key_id: str) -> None:
    """It needs no session policy, which would otherwise be all that such a user may."""
    broker = house.add_user("broker", allow("sts:GetFederationToken"))
    bob = session_of(sts(house, "GetFederationToken", {"Name": "bob"}, user=broker))
    assert not may(house, key_id, bob)
    grant(house, key_id, bob.arn)
    assert may(house, key_id, bob)
    assert not may(house, key_id, session_of(sts(house, "GetFederationToken", {"Name": "eve"}, user=broker)))
