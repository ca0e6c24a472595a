"""Users, their access keys, groups and what keeps them from being deleted. The texts are recorded answers of AWS."""

import json
from typing import Any

import pytest

from strongroom.errors import UnrecognizedClientError
from strongroom.model.change import Insert
from strongroom.model.identity import IdentityUse
from support.house import ACCOUNT, House
from support.policies import ALLOW_ALL, allow

ALICE = {"UserName": "alice"}
NAMES = "is invalid. It must contain only alphanumeric characters and/or the following: +=,.@_-"
PATHS = "is invalid. It must begin and end with / and contain only alphanumeric characters and/or / characters."
PREFIXES = (
    "is invalid. It must begin with the / character and contain only alphanumeric characters and/or / characters."
)


def test_a_user_is_made_shown_and_deleted(house: House) -> None:
    made = house.iam_ok("CreateUser", {**ALICE, "Path": "/staff/", "Tags": [{"Key": "team", "Value": "blue"}]})["User"]
    assert made["Arn"] == f"arn:aws:iam::{ACCOUNT}:user/staff/alice"
    assert made["UserId"].startswith("AIDA")
    assert len(made["UserId"]) == 21
    assert made["Tags"] == [{"Key": "team", "Value": "blue"}]
    assert house.iam_ok("GetUser", ALICE)["User"] == made
    listed = house.iam_ok("ListUsers", {"PathPrefix": "/staff"})
    assert listed["Users"] == [{name: value for name, value in made.items() if name != "Tags"}]
    assert listed["IsTruncated"] is False
    deleted = house.iam("DeleteUser", ALICE)
    assert (deleted.status, deleted.body) == (200, {})
    assert house.iam("GetUser", ALICE).error == ("NoSuchEntity", "The user with name alice cannot be found.")
    assert house.iam("GetUser", ALICE).status == 404


def test_get_user_without_a_name_is_the_caller(house: House) -> None:
    assert house.iam_ok("GetUser")["User"]["UserName"] == "administrator"


def test_names_are_not_told_apart_by_case(house: House) -> None:
    house.iam_ok("CreateUser", ALICE)
    answer = house.iam("CreateUser", {"UserName": "Alice"})
    assert (answer.status, answer.error) == (409, ("EntityAlreadyExists", "User with name Alice already exists."))


@pytest.mark.parametrize(
    ("members", "where", "rule"),
    [
        ({"UserName": "a" * 65}, "userName", "Member must have length less than or equal to 64"),
        (
            {"UserName": "a", "Tags": [{"Key": "k" * 129, "Value": ""}]},
            "tags.1.member.key",
            "Member must have length less than or equal to 128",
        ),
    ],
)
def test_constraints_are_told_without_values(house: House, members: dict[str, Any], where: str, rule: str) -> None:
    text = f"1 validation error detected: Value at '{where}' failed to satisfy constraint: {rule}"
    assert house.iam("CreateUser", members).error == ("ValidationError", text)


@pytest.mark.parametrize(
    ("action", "members", "text"),
    [
        ("CreateUser", {"UserName": "a b"}, f"userName {NAMES}"),
        ("UpdateUser", {"UserName": "a", "NewUserName": "é"}, f"newUserName {NAMES}"),
        ("GetRole", {"RoleName": "path/role"}, f"roleName {NAMES}"),
        ("PutUserPolicy", {"UserName": "a", "PolicyName": "a/b", "PolicyDocument": "{}"}, f"policyName {NAMES}"),
        ("CreateUser", {"UserName": "a", "Path": "staff"}, f"path {PATHS}"),
        ("UpdateGroup", {"GroupName": "a", "NewPath": "/staff"}, f"newPath {PATHS}"),
        ("ListUsers", {"PathPrefix": "staff/"}, f"pathPrefix {PREFIXES}"),
        (
            "PutUserPolicy",
            {"UserName": "a", "PolicyName": "b", "PolicyDocument": "\N{GRINNING FACE}"},
            "policyDocument is invalid. It must contain only printable ASCII characters.",
        ),
    ],
)
def test_characters_that_do_not_belong_there(house: House, action: str, members: dict[str, Any], text: str) -> None:
    """Seen by many callers of AWS, and not in the words of all other constraints."""
    assert house.iam(action, members).error == ("ValidationError", f"The specified value for {text}")
    # Other constraints come first.
    long = house.iam(action, {**members, next(iter(members)): "a" * 1000}).error[1]
    assert str(long).startswith("1 validation error detected: Value at '")


def test_a_renamed_user_keeps_what_is_his(house: House) -> None:
    alice = house.new_user("alice", allow("iam:GetUser"))
    house.iam_ok("CreateGroup", {"GroupName": "staff"})
    house.iam_ok("AddUserToGroup", {"GroupName": "staff", **ALICE})
    house.iam_ok("UpdateUser", {**ALICE, "NewUserName": "alicia", "NewPath": "/new/"})
    renamed = house.iam_ok("GetUser", {"UserName": "alicia"})["User"]
    assert (renamed["UserId"], renamed["Path"]) == (alice.user.user_id, "/new/")
    assert house.iam_ok("GetUser", user=alice)["User"] == renamed
    assert [user["UserName"] for user in house.iam_ok("GetGroup", {"GroupName": "staff"})["Users"]] == ["alicia"]
    assert house.iam("GetUser", ALICE).error[0] == "NoSuchEntity"


def test_what_keeps_a_user_from_being_deleted(house: House) -> None:
    house.new_user("alice", ALLOW_ALL)
    house.iam_ok("CreateGroup", {"GroupName": "staff"})
    house.iam_ok("AddUserToGroup", {"GroupName": "staff", **ALICE})
    policy = {"PolicyArn": "arn:aws:iam::aws:policy/AdministratorAccess"}
    house.iam_ok("AttachUserPolicy", {**ALICE, **policy})

    def refused() -> str | None:
        answer = house.iam("DeleteUser", ALICE)
        assert (answer.status, answer.error[0]) == (409, "DeleteConflict")
        return answer.error[1]

    assert refused() == "Cannot delete entity, must detach all policies first."
    house.iam_ok("DetachUserPolicy", {**ALICE, **policy})
    assert refused() == "Cannot delete entity, must delete policies first."
    house.iam_ok("DeleteUserPolicy", {**ALICE, "PolicyName": "inline"})
    assert refused() == "Cannot delete entity, must delete access keys first."
    for access_key in house.iam_ok("ListAccessKeys", ALICE)["AccessKeyMetadata"]:
        house.iam_ok("DeleteAccessKey", {**ALICE, "AccessKeyId": access_key["AccessKeyId"]})
    assert refused() == "Cannot delete entity, must remove users from group first."
    house.iam_ok("RemoveUserFromGroup", {"GroupName": "staff", **ALICE})
    house.iam_ok("DeleteUser", ALICE)


# --- access keys -----------------------------------------------------------------------------------------------------


def test_access_keys(house: House) -> None:
    alice = house.new_user("alice")
    second = house.iam("CreateAccessKey", ALICE)
    secret = second.body["AccessKey"]["SecretAccessKey"]
    assert len(secret) == 40
    assert secret not in json.dumps(second.record)
    assert second.record["responseElements"]["accessKey"]["accessKeyId"] == second.body["AccessKey"]["AccessKeyId"]
    third = house.iam("CreateAccessKey", ALICE)
    assert (third.status, third.error) == (409, ("LimitExceeded", "Cannot exceed quota for AccessKeysPerUser: 2"))
    identity = house.sts("GetCallerIdentity", user=alice)
    assert identity.status == 200
    house.iam_ok("UpdateAccessKey", {**ALICE, "AccessKeyId": alice.access_key_id, "Status": "Inactive"})
    assert house.sts("GetCallerIdentity", user=alice).record["errorCode"] == UnrecognizedClientError.wire_name
    listed = house.iam_ok("ListAccessKeys", ALICE)["AccessKeyMetadata"]
    assert {entry["AccessKeyId"]: entry["Status"] for entry in listed} == {
        alice.access_key_id: "Inactive",
        second.body["AccessKey"]["AccessKeyId"]: "Active",
    }
    house.iam_ok("DeleteAccessKey", {**ALICE, "AccessKeyId": alice.access_key_id})
    missing = house.iam("DeleteAccessKey", {**ALICE, "AccessKeyId": alice.access_key_id})
    assert missing.error == ("NoSuchEntity", f"The Access Key with id {alice.access_key_id} cannot be found.")


@pytest.mark.parametrize("status", ["Asleep", "Expired"])
def test_status_is_active_or_inactive(house: House, status: str) -> None:
    """The model knows a third, which is for other credentials."""
    alice = house.new_user("alice")
    wrong = house.iam("UpdateAccessKey", {**ALICE, "AccessKeyId": alice.access_key_id, "Status": status})
    assert wrong.error == (
        "ValidationError",
        "1 validation error detected: Value at 'status' failed to satisfy constraint: Member must satisfy enum value set",
    )


def test_an_access_key_that_was_never_used(house: House) -> None:
    alice = house.new_user("alice")
    found = house.iam_ok("GetAccessKeyLastUsed", {"AccessKeyId": alice.access_key_id})
    assert found == {"UserName": "alice", "AccessKeyLastUsed": {"ServiceName": "N/A", "Region": "N/A"}}
    missing = house.iam("GetAccessKeyLastUsed", {"AccessKeyId": "AKIAIOSFODNN7EXAMPLE"})
    assert (missing.status, missing.error[0]) == (403, "AccessDenied")
    assert str(missing.error[1]).endswith(
        "is not authorized to perform iam:GetAccessKeyLastUsed on resource: access key AKIAIOSFODNN7EXAMPLE"
    )


# --- groups ------------------------------------------------------------------------------------------------------------


def test_groups(house: House) -> None:
    made = house.iam_ok("CreateGroup", {"GroupName": "staff", "Path": "/a/"})["Group"]
    assert made["GroupId"].startswith("AGPA")
    assert house.iam("CreateGroup", {"GroupName": "STAFF"}).error == (
        "EntityAlreadyExists",
        "Group with name STAFF already exists.",
    )
    house.iam_ok("CreateUser", ALICE)
    for _ in range(2):  # the second time changes nothing
        house.iam_ok("AddUserToGroup", {"GroupName": "staff", **ALICE})
    assert house.iam_ok("ListGroupsForUser", ALICE)["Groups"] == [made]
    assert house.iam("DeleteGroup", {"GroupName": "staff"}).error == (
        "DeleteConflict",
        "Cannot delete entity, must remove users from group first.",
    )
    house.iam_ok("UpdateGroup", {"GroupName": "staff", "NewGroupName": "people"})
    assert house.iam_ok("ListGroupsForUser", ALICE)["Groups"][0]["GroupName"] == "people"
    assert house.iam("AddUserToGroup", {"GroupName": "staff", **ALICE}).error[0] == "NoSuchEntity"
    assert house.iam("RemoveUserFromGroup", {"GroupName": "people", "UserName": "bob"}).error == (
        "NoSuchEntity",
        "The user with name bob cannot be found.",
    )
    for _ in range(2):
        house.iam_ok("RemoveUserFromGroup", {"GroupName": "people", **ALICE})
    house.iam_ok("DeleteGroup", {"GroupName": "people"})
    assert house.iam_ok("ListGroups")["Groups"] == []


def test_a_user_is_in_ten_groups_at_most(house: House) -> None:
    house.iam_ok("CreateUser", ALICE)
    for number in range(11):
        house.iam_ok("CreateGroup", {"GroupName": f"g{number}"})
    for number in range(10):
        house.iam_ok("AddUserToGroup", {"GroupName": f"g{number}", **ALICE})
    refused = house.iam("AddUserToGroup", {"GroupName": "g10", **ALICE})
    assert refused.error == ("LimitExceeded", "Cannot exceed quota for GroupsPerUser: 10")


def test_pages(house: House) -> None:
    for number in range(5):
        house.iam_ok("CreateUser", {"UserName": f"u{number}"})
    first = house.iam_ok("ListUsers", {"MaxItems": 4})
    assert first["IsTruncated"] is True
    rest = house.iam_ok("ListUsers", {"Marker": first["Marker"]})
    assert rest["IsTruncated"] is False
    names = [user["UserName"] for page in (first, rest) for user in page["Users"]]
    assert names == ["administrator", "u0", "u1", "u2", "u3", "u4"]
    assert house.iam("ListGroups", {"Marker": first["Marker"]}).error == ("ValidationError", "Invalid Marker.")


def test_when_a_password_was_last_used(house: House) -> None:
    """GetUser and ListUsers tell it, and no other operation."""
    user_id = house.iam_ok("CreateUser", ALICE)["User"]["UserId"]
    house.commit([Insert(IdentityUse(user_id, int(house.now * 1000) + 999, "signin", "us-east-1"))])
    house.iam_ok("CreateGroup", {"GroupName": "staff"})
    house.iam_ok("AddUserToGroup", {"GroupName": "staff", **ALICE})
    (listed,) = (user for user in house.iam_ok("ListUsers")["Users"] if user["UserName"] == "alice")
    assert house.iam_ok("GetUser", ALICE)["User"] == listed
    assert listed["PasswordLastUsed"].timestamp() == house.now
    assert "PasswordLastUsed" not in house.iam_ok("GetGroup", {"GroupName": "staff"})["Users"][0]


def test_tags_of_users_ignore_case(house: House) -> None:
    house.iam_ok("CreateUser", ALICE)
    house.iam_ok("TagUser", {**ALICE, "Tags": [{"Key": "team", "Value": "blue"}, {"Key": "a", "Value": ""}]})
    house.iam_ok("TagUser", {**ALICE, "Tags": [{"Key": "Team", "Value": "red"}]})
    assert house.iam_ok("ListUserTags", ALICE)["Tags"] == [{"Key": "Team", "Value": "red"}, {"Key": "a", "Value": ""}]
    twice = house.iam("TagUser", {**ALICE, "Tags": [{"Key": "b", "Value": ""}, {"Key": "B", "Value": ""}]})
    assert twice.error[0] == "InvalidInput"
    house.iam_ok("UntagUser", {**ALICE, "TagKeys": ["TEAM"]})
    assert house.iam_ok("ListUserTags", ALICE)["Tags"] == [{"Key": "a", "Value": ""}]


def test_what_there_is_none_of(house: House) -> None:
    """Terraform and Ansible ask before they delete a user."""
    house.iam_ok("CreateUser", ALICE)
    assert house.iam_ok("ListMFADevices", ALICE)["MFADevices"] == []
    assert house.iam_ok("ListSigningCertificates", ALICE)["Certificates"] == []
    assert house.iam_ok("ListSSHPublicKeys", ALICE)["SSHPublicKeys"] == []
    assert house.iam_ok("ListServiceSpecificCredentials", ALICE)["ServiceSpecificCredentials"] == []
    for action in ("GetLoginProfile", "DeleteLoginProfile"):
        assert house.iam(action, ALICE).error == ("NoSuchEntity", "Login Profile for User alice cannot be found.")
    assert house.iam("ListMFADevices", {"UserName": "bob"}).error[0] == "NoSuchEntity"
