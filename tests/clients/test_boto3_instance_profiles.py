"""boto3 as it comes: roles, their policies and instance profiles, by the calls that configuration tools make and in their order.

Such a tool reads after it has written, takes what it read for what there is, and takes ``NoSuchEntity`` for what is gone.
"""

import json
import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from support.refusals import refusal
from support.server import Server

TRUST = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}],
}
READ_ONLY = "arn:aws:iam::aws:policy/ReadOnlyAccess"
TAGS = [{"Key": "team", "Value": "blue"}]


@pytest.fixture
def iam(server: Server) -> Any:
    return server.boto3("iam")


@pytest.fixture
def name() -> str:
    return f"web-{uuid.uuid4().hex[:12]}"


def pages(iam: Any, listing: str, items: str, **asked: Any) -> list[Any]:
    found: list[Any] = iam.get_paginator(listing).paginate(**asked).build_full_result()[items]
    return found


def new_role(iam: Any, name: str) -> dict[str, Any]:
    """Make a role and read it, its inline policies and those attached to it."""
    made = iam.create_role(RoleName=name, Path="/apps/", AssumeRolePolicyDocument=json.dumps(TRUST), Tags=TAGS)["Role"]
    role: dict[str, Any] = iam.get_role(RoleName=name)["Role"]
    assert (role["Arn"], role["RoleId"], role["Tags"]) == (made["Arn"], made["RoleId"], TAGS)
    assert role["AssumeRolePolicyDocument"] == TRUST
    assert role["MaxSessionDuration"] == 3600
    assert pages(iam, "list_role_policies", "PolicyNames", RoleName=name) == []
    assert pages(iam, "list_attached_role_policies", "AttachedPolicies", RoleName=name) == []
    return role


def delete_role(iam: Any, name: str) -> None:
    """Take a role out of its instance profiles, take its policies away, delete it."""
    for profile in pages(iam, "list_instance_profiles_for_role", "InstanceProfiles", RoleName=name):
        iam.remove_role_from_instance_profile(InstanceProfileName=profile["InstanceProfileName"], RoleName=name)
    for policy in pages(iam, "list_attached_role_policies", "AttachedPolicies", RoleName=name):
        iam.detach_role_policy(RoleName=name, PolicyArn=policy["PolicyArn"])
    for inline in pages(iam, "list_role_policies", "PolicyNames", RoleName=name):
        iam.delete_role_policy(RoleName=name, PolicyName=inline)
    iam.delete_role(RoleName=name)
    assert refusal(iam, "get_role", RoleName=name).code == "NoSuchEntity"


def test_made_changed_and_destroyed_resource_by_resource(iam: Any, name: str) -> None:
    """A role, an attachment, an instance profile with the role: destroyed the other way round, each at once and again."""
    role = new_role(iam, name)

    iam.attach_role_policy(RoleName=name, PolicyArn=READ_ONLY)
    attached = pages(iam, "list_attached_role_policies", "AttachedPolicies", RoleName=name)
    assert [policy["PolicyArn"] for policy in attached] == [READ_ONLY]

    named = {"InstanceProfileName": name}
    made = iam.create_instance_profile(**named, Path="/apps/", Tags=TAGS)["InstanceProfile"]
    iam.get_waiter("instance_profile_exists").wait(**named, WaiterConfig={"Delay": 1, "MaxAttempts": 1})
    assert iam.get_instance_profile(**named)["InstanceProfile"] == made
    iam.add_role_to_instance_profile(**named, RoleName=name)
    profile = iam.get_instance_profile(**named)["InstanceProfile"]
    assert profile["Arn"] == role["Arn"].replace(":role/", ":instance-profile/")
    (inside,) = profile.pop("Roles")
    assert {**profile, "Roles": []} == made
    assert (inside["RoleName"], inside["AssumeRolePolicyDocument"]) == (name, TRUST)
    assert iam.get_role(RoleName=inside["RoleName"])["Role"]["RoleId"] == inside["RoleId"]

    other = f"{name}-other"
    new_role(iam, other)
    iam.remove_role_from_instance_profile(**named, RoleName=name)
    iam.add_role_to_instance_profile(**named, RoleName=other)
    iam.tag_instance_profile(**named, Tags=[{"Key": "stage", "Value": "test"}])
    iam.untag_instance_profile(**named, TagKeys=["team"])
    profile = iam.get_instance_profile(**named)["InstanceProfile"]
    assert [each["RoleName"] for each in profile["Roles"]] == [other]
    assert profile["Tags"] == pages(iam, "list_instance_profile_tags", "Tags", **named)
    assert profile["Tags"] == [{"Key": "stage", "Value": "test"}]

    for blocked, asked in (("delete_instance_profile", named), ("delete_role", {"RoleName": other})):
        assert refusal(iam, blocked, **asked).code == "DeleteConflict"
    iam.remove_role_from_instance_profile(**named, RoleName=other)
    again = refusal(iam, "remove_role_from_instance_profile", **named, RoleName=other)
    assert again.code == "NoSuchEntity"
    iam.delete_instance_profile(**named)
    for gone in ("get_instance_profile", "delete_instance_profile"):
        refused = refusal(iam, gone, **named)
        assert (refused.code, refused.message) == ("NoSuchEntity", f"Instance Profile {name} cannot be found.")
    iam.detach_role_policy(RoleName=name, PolicyArn=READ_ONLY)
    assert refusal(iam, "detach_role_policy", RoleName=name, PolicyArn=READ_ONLY).code == "NoSuchEntity"
    delete_role(iam, name)
    delete_role(iam, other)
    assert refusal(iam, "delete_role", RoleName=name).code == "NoSuchEntity"


def test_a_role_destroyed_with_all_that_hangs_on_it(iam: Any, name: str) -> None:
    new_role(iam, name)
    iam.attach_role_policy(RoleName=name, PolicyArn=READ_ONLY)
    statement = {"Effect": "Allow", "Action": "kms:ListKeys", "Resource": "*"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    iam.put_role_policy(RoleName=name, PolicyName="inline", PolicyDocument=document)
    for number in range(2):
        iam.create_instance_profile(InstanceProfileName=f"{name}-{number}")
        iam.add_role_to_instance_profile(InstanceProfileName=f"{name}-{number}", RoleName=name)
    delete_role(iam, name)
    for number in range(2):
        profile = iam.get_instance_profile(InstanceProfileName=f"{name}-{number}")["InstanceProfile"]
        assert profile["Roles"] == []
        iam.delete_instance_profile(InstanceProfileName=f"{name}-{number}")


def test_two_roles_for_one_place_at_once(server: Server, iam: Any, name: str) -> None:
    iam.create_instance_profile(InstanceProfileName=name)
    roles = [f"{name}-{number}" for number in range(4)]
    for role in roles:
        iam.create_role(RoleName=role, AssumeRolePolicyDocument=json.dumps(TRUST))

    def add(role: str) -> bool:
        client = server.fresh_boto3("iam")
        try:
            client.add_role_to_instance_profile(InstanceProfileName=name, RoleName=role)
        except client.exceptions.LimitExceededException:
            return False
        return True

    with ThreadPoolExecutor(4) as threads:
        added = list(threads.map(add, roles))
    assert sum(added) == 1
    inside = roles[added.index(True)]
    assert refusal(iam, "delete_role", RoleName=inside).code == "DeleteConflict"
    for role in roles:
        delete_role(iam, role)
    iam.delete_instance_profile(InstanceProfileName=name)


def test_the_password_policy_of_the_account(iam: Any) -> None:
    assert refusal(iam, "get_account_password_policy").code == "NoSuchEntity"
    iam.update_account_password_policy(MinimumPasswordLength=14, RequireNumbers=True, MaxPasswordAge=90)
    found = iam.get_account_password_policy()["PasswordPolicy"]
    assert found == {
        "MinimumPasswordLength": 14,
        "RequireSymbols": False,
        "RequireNumbers": True,
        "RequireUppercaseCharacters": False,
        "RequireLowercaseCharacters": False,
        "AllowUsersToChangePassword": False,
        "ExpirePasswords": True,
        "MaxPasswordAge": 90,
        "HardExpiry": False,
    }
    iam.delete_account_password_policy()
    assert refusal(iam, "delete_account_password_policy").code == "NoSuchEntity"
