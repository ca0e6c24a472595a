"""RetireGrant and RevokeGrant: who may, of what, and what is told to whom."""

from typing import Any

import pytest

from strongroom.authz.defaults import ADMINISTRATOR_ACCESS
from strongroom.model.grant import Grant
from strongroom.model.key import Key
from strongroom.operations.iam.provision import NewUser
from strongroom.operations.kms.grant_ends import grants_of_key
from strongroom.store.port import Insert
from support.house import ACCOUNT, OTHER_ACCOUNT, Answer, House
from support.nouns import grant as stored

HELLO = "aGVsbG8="
UNKNOWN = "0" * 64


def allow(*actions: str, effect: str = "Allow", **more: Any) -> dict[str, Any]:
    statement = {"Effect": effect, "Action": list(actions), "Resource": "*", **more}
    return {"Version": "2012-10-17", "Statement": [statement]}


class People:
    """Users of the key's account and of another: without policies, may retire by policy, may do anything."""

    def __init__(self, house: House) -> None:
        self.grantee = house.add_user("grantee")
        self.retiring = house.add_user("retiring")
        self.bystander = house.add_user("bystander")
        self.allowed = house.add_user("allowed", allow("kms:RetireGrant"))
        self.stranger = house.add_user("stranger", None, OTHER_ACCOUNT)
        self.able_stranger = house.add_user("able", ADMINISTRATOR_ACCESS, OTHER_ACCOUNT)


@pytest.fixture
def people(house: House) -> People:
    return People(house)


@pytest.fixture
def arn(key_id: str) -> str:
    return f"arn:aws:kms:us-east-1:{ACCOUNT}:key/{key_id}"


def made(house: House, arn: str, grantee: NewUser, *operations: str, **members: Any) -> dict[str, Any]:
    asked = {"KeyId": arn, "GranteePrincipal": grantee.user.arn, "Operations": [*operations], **members}
    return house.ok("CreateGrant", asked)


def retire(house: House, arn: str, grant: dict[str, Any], who: NewUser, *, by_token: bool = False) -> Answer:
    named = {"GrantToken": grant["GrantToken"]} if by_token else {"KeyId": arn, "GrantId": grant["GrantId"]}
    return house.call("RetireGrant", named, user=who)


@pytest.mark.parametrize("by_token", [False, True], ids=["by id", "by token"])
@pytest.mark.parametrize(
    ("who", "operations", "named", "may"),
    [
        ("retiring", ["Encrypt"], True, True),
        ("retiring", ["Encrypt"], False, False),
        ("grantee", ["Encrypt", "RetireGrant"], True, True),
        ("grantee", ["Encrypt", "RetireGrant"], False, True),
        ("grantee", ["Encrypt"], True, False),
        ("bystander", ["Encrypt", "RetireGrant"], True, False),
        ("allowed", ["Encrypt"], False, True),
        ("stranger", ["Encrypt"], True, False),
        ("able_stranger", ["Encrypt"], True, False),  # an identity policy is not enough in another account
    ],
)
def test_who_may_retire(  # noqa: PLR0917 - one row of the matrix
    house: House, people: People, arn: str, who: str, operations: list[str], named: bool, may: bool, by_token: bool
) -> None:
    members = {"RetiringPrincipal": people.retiring.user.arn} if named else {}
    grant = made(house, arn, people.grantee, *operations, **members)
    answer = retire(house, arn, grant, getattr(people, who), by_token=by_token)
    left = house.ok("ListGrants", {"KeyId": arn})["Grants"]
    if may:
        assert (answer.status, answer.raw, left) == (200, b"", [])
        assert answer.record["requestParameters"] is None
        assert answer.record["additionalEventData"] == {"grantId": grant["GrantId"]}
        assert answer.record["responseElements"] == {"keyId": arn}
        assert [resource["ARN"] for resource in answer.record["resources"]] == [arn]
        assert not answer.record["readOnly"]
        again = retire(house, arn, grant, people.allowed, by_token=by_token)
        assert again.error[0] == ("InvalidGrantTokenException" if by_token else "NotFoundException")
    else:
        assert answer.error[0] == "AccessDeniedException"
        assert len(left) == 1


def test_a_key_policy_cannot_allow_to_retire_but_can_deny(house: House, people: People, arn: str) -> None:
    statements = [
        {"Effect": "Allow", "Principal": {"AWS": ACCOUNT}, "Action": "kms:*", "Resource": "*"},
        {
            "Effect": "Allow",
            "Principal": {"AWS": people.bystander.user.arn},
            "Action": "kms:RetireGrant",
            "Resource": "*",
        },
        {
            "Effect": "Deny",
            "Principal": {"AWS": people.retiring.user.arn},
            "Action": "kms:RetireGrant",
            "Resource": "*",
        },
    ]
    policy = str({"Version": "2012-10-17", "Statement": statements}).replace("'", '"')
    house.ok("PutKeyPolicy", {"KeyId": arn, "Policy": policy})
    grant = made(house, arn, people.grantee, "Encrypt", RetiringPrincipal=people.retiring.user.arn)
    assert str(retire(house, arn, grant, people.bystander).error[1]).endswith(
        "because no identity-based policy allows the kms:RetireGrant action"
    )
    assert str(retire(house, arn, grant, people.retiring).error[1]).endswith(
        "with an explicit deny in a resource-based policy"
    )


def test_retiring_from_another_account(house: House, people: People, arn: str) -> None:
    """A grant that the key's account issued: the retiring principal needs an identity policy of its account too."""
    for who, status in ((people.stranger, 400), (people.able_stranger, 200)):
        grant = made(house, arn, people.grantee, "Encrypt", RetiringPrincipal=who.user.arn)
        answer = retire(house, arn, grant, who)
        assert answer.status == status
        if status == 400:
            assert answer.error[1] == (
                f"User: {who.user.arn} is not authorized to perform: kms:RetireGrant on this resource "
                "because no identity-based policy allows the kms:RetireGrant action"
            )


def test_conditions_of_retiring_are_the_grants_constraints(house: House, people: People, arn: str) -> None:
    constraints = {"EncryptionContextSubset": {"Tenant": "42"}}
    for number, (condition, may) in enumerate(
        [
            ({"StringEquals": {"kms:EncryptionContext:Tenant": "42"}}, True),
            ({"StringEquals": {"kms:EncryptionContext:Tenant": "43"}}, False),
            ({"StringEquals": {"kms:GrantConstraintType": "EncryptionContextSubset"}}, True),
            ({"StringEquals": {"kms:GrantConstraintType": "EncryptionContextEquals"}}, False),
        ]
    ):
        who = house.add_user(f"conditional-{number}", allow("kms:RetireGrant", Condition=condition))
        grant = made(house, arn, people.grantee, "Encrypt", Constraints=constraints)
        assert (retire(house, arn, grant, who).status == 200) is may, condition
        bare = made(house, arn, people.grantee, "Encrypt")
        assert retire(house, arn, bare, who).error[0] == "AccessDeniedException"


@pytest.mark.parametrize(
    ("members", "name"),
    [
        ({}, "ValidationException"),
        ({"GrantId": UNKNOWN}, "ValidationException"),
        ({"KeyId": "ARN"}, "ValidationException"),
        ({"KeyId": "ARN", "GrantId": UNKNOWN, "GrantToken": "x"}, "ValidationException"),
        ({"GrantToken": "x"}, "InvalidGrantTokenException"),
        ({"KeyId": "ARN", "GrantId": "x"}, "InvalidGrantIdException"),
        ({"KeyId": "ARN", "GrantId": UNKNOWN.replace("0", "A")}, "InvalidGrantIdException"),
        ({"KeyId": "ARN", "GrantId": UNKNOWN}, "NotFoundException"),
        ({"KeyId": "ID", "GrantId": UNKNOWN}, "InvalidArnException"),
        ({"KeyId": "arn:aws:kms:us-east-1:111122223333:alias/a", "GrantId": UNKNOWN}, "InvalidArnException"),
        ({"KeyId": f"arn:aws:kms:us-east-1:{OTHER_ACCOUNT}:key/x", "GrantId": UNKNOWN}, "NotFoundException"),
    ],
)
def test_what_names_no_grant(house: House, key_id: str, arn: str, members: dict[str, str], name: str) -> None:
    stand_ins = {"ARN": arn, "ID": key_id}
    asked = {member: stand_ins.get(value, value) for member, value in members.items()}
    assert house.call("RetireGrant", asked).error[0] == name


def test_another_account_is_not_told_whether_there_is_such_a_grant(house: House, people: People, arn: str) -> None:
    """One text for: no such key, no such grant, a grant that is not for the caller."""
    grant = made(house, arn, people.grantee, "Encrypt")
    elsewhere = arn[:-12] + "0" * 12
    texts = {
        house.call("RetireGrant", {"KeyId": key, "GrantId": grant_id}, user=people.able_stranger).error
        for key, grant_id in ((arn, UNKNOWN), (arn, grant["GrantId"]), (elsewhere, UNKNOWN))
    }
    assert len(texts) == 1
    assert texts.pop()[0] == "AccessDeniedException"


def test_revoking(house: House, people: People, arn: str) -> None:
    grant = made(house, arn, people.grantee, "Encrypt", "RetireGrant", RetiringPrincipal=people.retiring.user.arn)
    named = {"KeyId": arn, "GrantId": grant["GrantId"]}
    for who in (people.grantee, people.retiring, people.allowed, people.able_stranger):
        assert house.call("RevokeGrant", named, user=who).error[0] == "AccessDeniedException"
    assert house.call("Encrypt", {"KeyId": arn, "Plaintext": HELLO}, user=people.grantee).status == 200
    answer = house.call("RevokeGrant", named, user=house.add_user("revoker", allow("kms:RevokeGrant")))
    assert (answer.status, answer.raw) == (200, b"")
    assert answer.record["requestParameters"] == {"keyId": arn, "grantId": grant["GrantId"]}
    assert answer.record["responseElements"] == {"keyId": arn}
    assert house.call("Encrypt", {"KeyId": arn, "Plaintext": HELLO}, user=people.grantee).error[0] == (
        "AccessDeniedException"
    )
    assert house.call("RevokeGrant", named).error == (
        "NotFoundException",
        f"Grant {grant['GrantId']} is not found on key {arn}",
    )
    assert house.call("RevokeGrant", {"KeyId": arn, "GrantId": "x"}).error[0] == "InvalidGrantIdException"
    other = house.ok("CreateKey")["KeyMetadata"]["Arn"]
    here = made(house, arn, people.grantee, "Encrypt")
    assert house.call("RevokeGrant", {"KeyId": other, "GrantId": here["GrantId"]}).error[0] == "NotFoundException"


def test_dry_runs_end_nothing(house: House, people: People, arn: str) -> None:
    grant = made(house, arn, people.grantee, "Encrypt")
    named = {"KeyId": arn, "GrantId": grant["GrantId"], "DryRun": True}
    for operation in ("RetireGrant", "RevokeGrant"):
        answer = house.call(operation, named)
        assert answer.error[0] == "DryRunOperationException"
        assert answer.record["requestParameters"]["dryRun"] is True
        assert house.call(operation, named | {"GrantId": UNKNOWN}).error[0] == "NotFoundException"
        assert house.call(operation, named, user=people.bystander).error[0] == "AccessDeniedException"
    assert len(house.ok("ListGrants", {"KeyId": arn})["Grants"]) == 1


def test_a_key_takes_its_grants_along(house: House, key_id: str) -> None:
    """All of them, page by page, and no other key's."""
    other = house.ok("CreateKey")["KeyMetadata"]["KeyId"]
    house.store.commit([Insert(stored(number, key_id=key_id, grantee=f"AIDA{number % 7}")) for number in range(1_100)])
    house.store.commit((Insert(stored(1, key_id=other)),))
    with house.store.snapshot() as view:
        key = view.get(Key, ACCOUNT, "us-east-1", key_id)
        assert key is not None
        house.store.commit(list(grants_of_key(view, key)))
    with house.store.snapshot() as view:
        assert view.count(Grant, {"key_id": key_id}) == 0
        assert view.count(Grant, {"key_id": other}) == 1
