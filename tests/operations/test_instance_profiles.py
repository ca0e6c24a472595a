"""Instance profiles: the role in them, who may put it there, and what stands in the way. The texts are recorded answers of AWS."""

import json
from typing import Any

import pytest

from strongroom.model.change import Delete
from strongroom.model.identity import Role
from strongroom.stations.questions import Questions
from strongroom.stations.recorded import Records
from strongroom.store.port import ConflictError
from support.house import ACCOUNT, House
from support.policies import ALLOW_ALL, allow, trust

TRUST = json.dumps(trust({"Service": "ec2.amazonaws.com"}))
WEB, ROLE = {"InstanceProfileName": "web"}, {"RoleName": "app"}
TAGS = [{"Key": "team", "Value": "blue"}]
ARN = f"arn:aws:iam::{ACCOUNT}:instance-profile"
HELD = (409, ("DeleteConflict", "Cannot delete entity, must remove roles from instance profile first."))


def new_role(house: House, name: str = "app", **more: Any) -> dict[str, Any]:
    members = {"RoleName": name, "AssumeRolePolicyDocument": TRUST, **more}
    role: dict[str, Any] = house.iam_ok("CreateRole", members)["Role"]
    return role


def new_profile(house: House, name: str = "web", **more: Any) -> dict[str, Any]:
    made: dict[str, Any] = house.iam_ok("CreateInstanceProfile", {"InstanceProfileName": name, **more})
    profile: dict[str, Any] = made["InstanceProfile"]
    return profile


def held(house: House, name: str = "web") -> list[str]:
    profile = house.iam_ok("GetInstanceProfile", {"InstanceProfileName": name})["InstanceProfile"]
    return [role["RoleName"] for role in profile["Roles"]]


# --- from the first to the last --------------------------------------------------------------------------------------


def test_an_instance_profile(house: House) -> None:
    made = new_profile(house, Path="/machines/", Tags=TAGS)
    assert made["InstanceProfileId"].startswith("AIPA")
    assert len(made["InstanceProfileId"]) == 21
    assert made["Arn"] == f"{ARN}/machines/web"
    assert (made["Roles"], made["Tags"]) == ([], TAGS)
    assert house.iam_ok("GetInstanceProfile", WEB)["InstanceProfile"] == made
    assert house.iam("DeleteInstanceProfile", WEB).body == {}
    for action in ("GetInstanceProfile", "DeleteInstanceProfile"):
        gone = house.iam(action, WEB)
        assert (gone.status, gone.error) == (404, ("NoSuchEntity", "Instance Profile web cannot be found."))


@pytest.mark.parametrize("again", ["web", "Web"])
def test_a_name_is_taken_whatever_its_case(house: House, again: str) -> None:
    new_profile(house)
    refused = house.iam("CreateInstanceProfile", {"InstanceProfileName": again})
    text = f"Instance Profile {again} already exists."
    assert (refused.status, refused.error) == (409, ("EntityAlreadyExists", text))


def test_the_role_in_it(house: House) -> None:
    """It is shown in brief: no tags, description or longest session."""
    role = new_role(house, Path="/apps/", Description="x", MaxSessionDuration=7200, Tags=TAGS)
    made = new_profile(house, Tags=TAGS)
    answer = house.iam("AddRoleToInstanceProfile", WEB | ROLE)
    assert (answer.status, answer.body, answer.committed) == (200, {}, True)
    assert answer.record["requestParameters"] == {"instanceProfileName": "web", "roleName": "app"}
    brief = {name: value for name, value in role.items() if name != "Tags"}
    shown = house.iam_ok("GetInstanceProfile", WEB)["InstanceProfile"]
    assert shown == {**made, "Roles": [brief]}
    del shown["Tags"]
    for listed in (
        house.iam_ok("ListInstanceProfiles")["InstanceProfiles"],
        house.iam_ok("ListInstanceProfilesForRole", ROLE)["InstanceProfiles"],
        house.iam_ok("GetAccountAuthorizationDetails", {"Filter": ["Role"]})["RoleDetailList"][0][
            "InstanceProfileList"
        ],
    ):
        assert listed == [shown]


def test_one_role_and_no_other(house: House) -> None:
    new_profile(house)
    for name in ("app", "other"):
        new_role(house, name)
    house.iam_ok("AddRoleToInstanceProfile", WEB | ROLE)
    for name in ("app", "other"):
        refused = house.iam("AddRoleToInstanceProfile", {**WEB, "RoleName": name})
        text = "Cannot exceed quota for InstanceSessionsPerInstanceProfile: 1"
        assert (refused.status, refused.error) == (409, ("LimitExceeded", text))
    refused = house.iam("RemoveRoleFromInstanceProfile", {**WEB, "RoleName": "other"})
    assert (refused.status, refused.error[0]) == (404, "NoSuchEntity")
    assert held(house) == ["app"]
    house.iam_ok("RemoveRoleFromInstanceProfile", WEB | ROLE)
    assert held(house) == []
    assert house.iam("RemoveRoleFromInstanceProfile", WEB | ROLE).error[0] == "NoSuchEntity"
    house.iam_ok("AddRoleToInstanceProfile", {**WEB, "RoleName": "other"})
    assert held(house) == ["other"]


@pytest.mark.parametrize("action", ["AddRoleToInstanceProfile", "RemoveRoleFromInstanceProfile"])
def test_both_must_be_there(house: House, action: str) -> None:
    assert house.iam(action, WEB | ROLE).error == ("NoSuchEntity", "Instance Profile web cannot be found.")
    new_profile(house)
    assert house.iam(action, WEB | ROLE).error == ("NoSuchEntity", "The role with name app cannot be found.")
    refused = house.iam("ListInstanceProfilesForRole", ROLE)
    assert refused.error == ("NoSuchEntity", "The role with name app cannot be found.")


def test_what_holds_a_role_stands_in_the_way(house: House) -> None:
    """Of the role's end, in each instance profile, and of the instance profile's."""
    new_role(house)
    for name in ("web", "worker"):
        new_profile(house, name)
        house.iam_ok("AddRoleToInstanceProfile", {"InstanceProfileName": name, **ROLE})
    for name in ("web", "worker"):
        refused = house.iam("DeleteRole", ROLE)
        assert (refused.status, refused.error) == HELD
        refused = house.iam("DeleteInstanceProfile", {"InstanceProfileName": name})
        assert (refused.status, refused.error) == HELD
        house.iam_ok("RemoveRoleFromInstanceProfile", {"InstanceProfileName": name, **ROLE})
        house.iam_ok("DeleteInstanceProfile", {"InstanceProfileName": name})
    house.iam_ok("DeleteRole", ROLE)


def test_a_role_is_not_deleted_by_who_has_not_seen_where_it_is(house: House) -> None:
    new_role(house)
    new_profile(house)
    for action in ("AddRoleToInstanceProfile", "RemoveRoleFromInstanceProfile"):
        with house.store.snapshot() as view:
            seen = view.get(Role, ACCOUNT, "app")
        house.iam_ok(action, WEB | ROLE)
        assert seen is not None
        with pytest.raises(ConflictError):
            house.store.commit([Delete(seen)])


# --- listings and tags ---------------------------------------------------------------------------------------------------


def test_listings_are_paged_and_by_path(house: House) -> None:
    new_role(house)
    for number in range(5):
        name = f"web-{number}"
        new_profile(house, name, Path="/a/" if number < 3 else "/b/")
        house.iam_ok("AddRoleToInstanceProfile", {"InstanceProfileName": name, **ROLE})
    for action, members, sizes in (
        ("ListInstanceProfiles", {}, [2, 2, 1]),
        ("ListInstanceProfiles", {"PathPrefix": "/a/"}, [2, 1]),
        ("ListInstanceProfiles", {"PathPrefix": "/c/"}, [0]),
        ("ListInstanceProfilesForRole", ROLE, [2, 2, 1]),
    ):
        pages: list[list[str]] = []
        marker: dict[str, Any] = {}
        while True:
            page = house.iam_ok(action, {**members, **marker, "MaxItems": 2})
            pages.append([profile["InstanceProfileName"] for profile in page["InstanceProfiles"]])
            if not page["IsTruncated"]:
                break
            marker = {"Marker": page["Marker"]}
        assert [len(page) for page in pages] == sizes
        names = [name for page in pages for name in page]
        assert names == sorted(set(names))
    assert house.iam_ok("GetAccountSummary")["SummaryMap"]["InstanceProfiles"] == 5


def test_tags_tell_keys_apart_by_case(house: House) -> None:
    new_profile(house, Tags=TAGS)
    house.iam_ok("TagInstanceProfile", {**WEB, "Tags": [{"Key": "Team", "Value": "red"}, {"Key": "a", "Value": ""}]})
    listed = house.iam_ok("ListInstanceProfileTags", {**WEB, "MaxItems": 2})
    assert [tag["Key"] for tag in listed["Tags"]] == ["Team", "a"]
    rest = house.iam_ok("ListInstanceProfileTags", {**WEB, "Marker": listed["Marker"]})
    assert rest["Tags"] == TAGS
    house.iam_ok("UntagInstanceProfile", {**WEB, "TagKeys": ["team", "A"]})
    assert [tag["Key"] for tag in house.iam_ok("ListInstanceProfileTags", WEB)["Tags"]] == ["Team", "a"]
    reserved = house.iam("TagInstanceProfile", {**WEB, "Tags": [{"Key": "aws:a", "Value": ""}]})
    assert reserved.error[0] == "InvalidInput"
    house.iam_ok("UntagInstanceProfile", {**WEB, "TagKeys": ["Team", "a"]})
    assert "Tags" not in house.iam_ok("GetInstanceProfile", WEB)["InstanceProfile"]
    house.iam_ok("DeleteInstanceProfile", WEB)
    for action, more in (("TagInstanceProfile", {"Tags": TAGS}), ("UntagInstanceProfile", {"TagKeys": ["a"]})):
        assert house.iam(action, WEB | more).error == ("NoSuchEntity", "Instance Profile web cannot be found.")


# --- who may -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("action", "members", "resource"),
    [
        ("GetInstanceProfile", WEB, "instance profile web"),
        ("DeleteInstanceProfile", {"InstanceProfileName": "none"}, "instance profile none"),
        ("AddRoleToInstanceProfile", WEB | ROLE, "instance profile web"),
        ("CreateInstanceProfile", {"InstanceProfileName": "new", "Path": "/a/"}, f"{ARN}/a/new"),
        ("ListInstanceProfiles", {}, f"{ARN}/"),
        ("ListInstanceProfilesForRole", ROLE, "role app"),
    ],
)
def test_how_a_denial_names_it(house: House, action: str, members: dict[str, Any], resource: str) -> None:
    new_profile(house, Path="/machines/")
    text = (
        f"User: arn:aws:iam::{ACCOUNT}:user/nobody is not authorized to perform: iam:{action} on resource: {resource} "
        f"because no identity-based policy allows the iam:{action} action"
    )
    assert house.iam(action, members, user=house.add_user("nobody")).error == ("AccessDenied", text)


def test_policies_know_it_by_path_and_tags(house: House) -> None:
    under = allow("iam:*InstanceProfile", resource=f"{ARN}/machines/*")["Statement"]
    tagged = allow("iam:GetInstanceProfile", Condition={"StringEquals": {"iam:ResourceTag/team": "blue"}})["Statement"]
    alice = house.new_user("alice", {"Version": "2012-10-17", "Statement": [*under, *tagged]})
    house.iam_ok("CreateInstanceProfile", {**WEB, "Path": "/machines/", "Tags": TAGS}, user=alice)
    assert house.iam("CreateInstanceProfile", {"InstanceProfileName": "other"}, user=alice).status == 403
    new_profile(house, "blue", Tags=TAGS)
    new_profile(house, "plain")
    for name, status in (("web", 200), ("blue", 200), ("plain", 403)):
        assert house.iam("GetInstanceProfile", {"InstanceProfileName": name}, user=alice).status == status
    assert house.iam("DeleteInstanceProfile", {"InstanceProfileName": "blue"}, user=alice).status == 403
    house.iam_ok("DeleteInstanceProfile", WEB, user=alice)


def test_whoever_tags_what_he_makes_must_be_allowed_to_tag(house: House) -> None:
    alice = house.new_user("alice", allow("iam:CreateInstanceProfile"))
    refused = house.iam("CreateInstanceProfile", {**WEB, "Tags": TAGS}, user=alice)
    assert f"iam:TagInstanceProfile on resource: {ARN}/web" in str(refused.error[1])
    house.iam_ok("CreateInstanceProfile", WEB, user=alice)


def test_whoever_hands_out_a_role_must_be_allowed_to_pass_it(house: House) -> None:
    new_profile(house)
    role = new_role(house, Path="/apps/")["Arn"]
    new_role(house, "admin")
    alice = house.new_user("alice", allow("iam:AddRoleToInstanceProfile"))
    refused = house.iam("AddRoleToInstanceProfile", WEB | ROLE, user=alice)
    text = f"User: arn:aws:iam::{ACCOUNT}:user/alice is not authorized to perform: iam:PassRole on resource: {role} "
    text += "because no identity-based policy allows the iam:PassRole action"
    assert refused.error == ("AccessDenied", text)
    with house.store.snapshot() as view:
        explained = Questions(view).explain(Records(view).call_of(refused.record).question)
    asked = [(each.query.action, each.query.resource, each.decision.allowed) for each in explained]
    assert asked == [("iam:AddRoleToInstanceProfile", f"{ARN}/web", True), ("iam:PassRole", role, False)]
    passing = json.dumps(allow("iam:PassRole", resource=role))
    house.iam_ok("PutUserPolicy", {"UserName": "alice", "PolicyName": "pass", "PolicyDocument": passing})
    assert house.iam("AddRoleToInstanceProfile", {**WEB, "RoleName": "admin"}, user=alice).status == 403
    assert held(house) == []
    house.iam_ok("AddRoleToInstanceProfile", WEB | ROLE, user=alice)
    house.iam_ok("RemoveRoleFromInstanceProfile", WEB | ROLE)


@pytest.mark.parametrize(
    ("operator", "key", "value", "status"),
    [
        ("StringEquals", "iam:PassedToService", "ec2.amazonaws.com", 200),
        ("StringEquals", "iam:PassedToService", "lambda.amazonaws.com", 403),
        ("ArnLike", "iam:AssociatedResourceArn", f"arn:aws:ec2:*:{ACCOUNT}:instance/*", 200),
        ("ArnLike", "iam:AssociatedResourceArn", f"arn:aws:ec2:us-east-1:{ACCOUNT}:instance/*", 403),
    ],
)
def test_what_a_role_is_passed_to(house: House, operator: str, key: str, value: str, status: int) -> None:
    new_profile(house)
    new_role(house)
    passing = allow("iam:PassRole", Condition={operator: {key: value}})["Statement"]
    adding = allow("iam:AddRoleToInstanceProfile", Condition={"Null": {key: "true"}})["Statement"]
    alice = house.new_user("alice", {"Version": "2012-10-17", "Statement": [*passing, *adding]})
    assert house.iam("AddRoleToInstanceProfile", WEB | ROLE, user=alice).status == status


def test_each_account_has_its_own(house: House) -> None:
    new_profile(house)
    stranger = house.add_user("stranger", ALLOW_ALL, account="444455556666")
    assert house.iam("GetInstanceProfile", WEB, user=stranger).error[0] == "NoSuchEntity"
    house.iam_ok("CreateInstanceProfile", WEB, user=stranger)
    house.iam_ok("DeleteInstanceProfile", WEB, user=stranger)
    assert held(house) == []
