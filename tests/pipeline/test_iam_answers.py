"""Every answer of IAM that changes nothing, over an account with three of everything: whole by the model, and the same in pages."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from strongroom.operations.table import BUILT
from support.house import ACCOUNT, House, iam_model
from support.policies import allow, trust

READING = sorted(name for name, operation in BUILT["iam"].items() if operation.read_only)
PAGED = [name for name in READING if "max_items" in BUILT["iam"][name].shape.input.__struct_fields__]
DOCUMENT = json.dumps(allow("kms:*"))
TRUST = json.dumps(trust({"Service": "ec2.amazonaws.com"}))
TAGS = [{"Key": key, "Value": "1"} for key in "abc"]
POLICY = f"arn:aws:iam::{ACCOUNT}:policy/p0"
USER = f"arn:aws:iam::{ACCOUNT}:user/u0"
THREE = range(3)


def settled() -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield what makes three of everything, all of it with ``u0``, ``g0``, ``r0`` and ``p0``."""
    for n in THREE:
        yield "CreateUser", {"UserName": f"u{n}", "Tags": TAGS}
        yield "CreateGroup", {"GroupName": f"g{n}"}
        yield "CreateRole", {"RoleName": f"r{n}", "AssumeRolePolicyDocument": TRUST, "Tags": TAGS}
        yield "CreateInstanceProfile", {"InstanceProfileName": f"i{n}", "Tags": TAGS}
        yield "CreatePolicy", {"PolicyName": f"p{n}", "PolicyDocument": DOCUMENT, "Tags": TAGS}
        yield "CreateOpenIDConnectProvider", {"Url": f"https://o{n}.example.com", "Tags": TAGS}
        yield "AddRoleToInstanceProfile", {"RoleName": "r0", "InstanceProfileName": f"i{n}"}
        yield "CreatePolicyVersion", {"PolicyArn": POLICY, "PolicyDocument": DOCUMENT}
        for kind, owner in (("User", "u0"), ("Group", "g0"), ("Role", "r0")):
            named = {f"{kind}Name": owner}
            yield f"Attach{kind}Policy", {**named, "PolicyArn": POLICY.replace("p0", f"p{n}")}
            yield f"Put{kind}Policy", {**named, "PolicyName": f"x{n}", "PolicyDocument": DOCUMENT}
    for n in THREE:
        yield "AddUserToGroup", {"UserName": "u0", "GroupName": f"g{n}"}
        yield "AddUserToGroup", {"UserName": f"u{n}", "GroupName": "g0"}
        yield "AttachUserPolicy", {"UserName": f"u{n}", "PolicyArn": POLICY}
    yield from [("CreateAccessKey", {"UserName": "u0"})] * 2
    yield "CreateAccountAlias", {"AccountAlias": "first"}
    yield "CreateLoginProfile", {"UserName": "u0", "Password": "a Good 1 indeed"}
    yield "UpdateAccountPasswordPolicy", {}


@pytest.fixture(scope="module")
def settlement() -> tuple[House, dict[str, Any]]:
    """A house, and the value that each required member of a request has there."""
    house = House()
    for name, members in settled():
        house.iam_ok(name, members)
    values = {
        "UserName": "u0", "GroupName": "g0", "RoleName": "r0", "InstanceProfileName": "i0", "PolicyName": "x0",
        "PolicyArn": POLICY, "VersionId": "v1", "Arn": USER, "PolicySourceArn": USER, "PolicyInputList": [DOCUMENT],
        "ActionNames": ["kms:Encrypt", "kms:Decrypt", "s3:GetObject"], "ServiceNamespaces": ["kms"],
        "ServiceNamespace": "kms", "OpenIDConnectProviderArn": f"arn:aws:iam::{ACCOUNT}:oidc-provider/o0.example.com",
    }  # fmt: skip
    access_keys = house.iam_ok("ListAccessKeys", {"UserName": "u0"})["AccessKeyMetadata"]
    values["AccessKeyId"] = access_keys[0]["AccessKeyId"]
    values["JobId"] = house.iam_ok("GenerateServiceLastAccessedDetails", {"Arn": POLICY})["JobId"]
    return house, values


def members_of_request(name: str, values: dict[str, Any]) -> dict[str, Any]:
    shape = iam_model().operation_model(name).input_shape
    if shape is None:
        return {}
    return {
        member: values[member] for member in shape.members if member in shape.required_members or member == "UserName"
    }


def lacking(shape: Any, value: Any, path: str) -> Iterator[str]:
    """Yield the required members that are not there."""
    if shape.type_name == "structure":
        yield from (f"{path}.{name}" for name in shape.required_members if name not in value)
        for name in shape.members.keys() & value.keys():
            yield from lacking(shape.members[name], value[name], f"{path}.{name}")
    elif shape.type_name == "list":
        for each in value:
            yield from lacking(shape.member, each, f"{path}[]")


@pytest.mark.parametrize("name", READING)
def test_answers_are_whole(settlement: tuple[House, dict[str, Any]], name: str) -> None:
    house, values = settlement
    answer = house.iam(name, members_of_request(name, values))
    assert answer.status == 200, answer.error
    shape = iam_model().operation_model(name).output_shape
    assert list(lacking(shape, answer.body, name)) == []
    lists = [member for member, each in shape.members.items() if each.type_name == "list"]
    assert [member for member in lists if member not in answer.body] == []  # empty ones, too
    assert "responseElements" not in answer.record or answer.record["responseElements"] is None


@pytest.mark.parametrize("name", PAGED)
def test_pages_are_the_whole(settlement: tuple[House, dict[str, Any]], name: str) -> None:
    house, values = settlement
    asked = members_of_request(name, values)
    whole = house.iam_ok(name, asked)
    lists = [member for member, value in whole.items() if isinstance(value, list)]
    pages, marker = [], {}
    for _ in range(60):
        page = house.iam_ok(name, {**asked, "MaxItems": 1, **marker})
        pages.append(page)
        assert sum(len(page[member]) for member in lists) <= 1
        assert ("Marker" in page) is bool(page.get("IsTruncated"))
        if "Marker" not in page:
            break
        marker = {"Marker": page["Marker"]}
    for member in lists:
        assert [each for page in pages for each in page[member]] == whole[member]
