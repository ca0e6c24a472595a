"""Roles, inline and managed policies, boundaries, providers, the account. The texts are recorded answers of AWS."""

import json
from typing import Any

import pytest

from strongroom.model.change import Insert
from strongroom.model.identity import IdentityUse
from support.house import ACCOUNT, OTHER_ACCOUNT, House
from support.policies import ALLOW_ALL, allow, trust

DOCUMENT = json.dumps(allow("kms:*"))
TRUST = json.dumps(trust({"Service": "ec2.amazonaws.com"}))
ROLE = {"RoleName": "deploy"}
KEEPER = f"arn:aws:iam::{ACCOUNT}:policy/keeper"


def new_role(house: House, **more: Any) -> dict[str, Any]:
    role: dict[str, Any] = house.iam_ok("CreateRole", {**ROLE, "AssumeRolePolicyDocument": TRUST, **more})["Role"]
    return role


def new_policy(house: House, name: str = "keeper", **more: Any) -> str:
    members = {"PolicyName": name, "PolicyDocument": DOCUMENT, **more}
    arn: str = house.iam_ok("CreatePolicy", members)["Policy"]["Arn"]
    return arn


# --- roles -------------------------------------------------------------------------------------------------------------


def test_a_role(house: House) -> None:
    """What each answer holds is recorded: CreateRole neither description nor longest session, ListRoles no tags."""
    made = new_role(
        house, Description="builds", MaxSessionDuration=7200, Path="/ci/", Tags=[{"Key": "a", "Value": "b"}]
    )
    assert made["RoleId"].startswith("AROA")
    assert made["Arn"] == f"arn:aws:iam::{ACCOUNT}:role/ci/deploy"
    assert made.keys() == {"Path", "RoleName", "RoleId", "Arn", "CreateDate", "AssumeRolePolicyDocument", "Tags"}
    role = house.iam_ok("GetRole", ROLE)["Role"]
    assert role == {**made, "Description": "builds", "MaxSessionDuration": 7200, "RoleLastUsed": {}}
    del role["Tags"], role["RoleLastUsed"]
    assert house.iam_ok("ListRoles")["Roles"] == [role]
    house.iam_ok("UpdateRole", {**ROLE, "MaxSessionDuration": 3600})
    described = house.iam_ok("UpdateRoleDescription", {**ROLE, "Description": "new"})["Role"]
    assert (described["Description"], "MaxSessionDuration" in described) == ("new", False)
    role = house.iam_ok("GetRole", ROLE)["Role"]
    assert (role["Description"], role["MaxSessionDuration"]) == ("new", 3600)
    assert house.iam_ok("ListInstanceProfilesForRole", ROLE)["InstanceProfiles"] == []
    assert house.iam("CreateRole", {**ROLE, "AssumeRolePolicyDocument": TRUST}).error == (
        "EntityAlreadyExists",
        "Role with name deploy already exists.",
    )
    house.iam_ok("DeleteRole", ROLE)
    assert house.iam("GetRole", ROLE).error == ("NoSuchEntity", "The role with name deploy cannot be found.")


def test_what_keeps_a_role_from_being_deleted(house: House) -> None:
    new_role(house)
    arn = new_policy(house)
    house.iam_ok("AttachRolePolicy", {**ROLE, "PolicyArn": arn})
    assert house.iam("DeleteRole", ROLE).error == (
        "DeleteConflict",
        "Cannot delete entity, must detach all policies first.",
    )
    house.iam_ok("DetachRolePolicy", {**ROLE, "PolicyArn": arn})
    house.iam_ok("PutRolePolicy", {**ROLE, "PolicyName": "p", "PolicyDocument": DOCUMENT})
    assert house.iam("DeleteRole", ROLE).error == (
        "DeleteConflict",
        "Cannot delete entity, must delete policies first.",
    )
    house.iam_ok("DeleteRolePolicy", {**ROLE, "PolicyName": "p"})
    house.iam_ok("DeleteRole", ROLE)


@pytest.mark.parametrize(
    ("document", "text"),
    [
        ("{", "This policy contains invalid Json"),
        (json.dumps(trust({"Service": "a.amazonaws.com"}, "kms:Encrypt")), "AssumeRole policy may only specify STS AssumeRole actions."),
        (TRUST.replace('"Effect"', '"Resource": "*", "Effect"'), "Has prohibited field Resource"),
        (
            json.dumps(trust({"AWS": f"arn:aws:iam::{ACCOUNT}:user/nobody"})),
            f'Invalid principal in policy: "AWS":"arn:aws:iam::{ACCOUNT}:user/nobody"',
        ),
    ],
)  # fmt: skip
def test_trust_policies_are_checked(house: House, document: str, text: str) -> None:
    new_role(house)
    for action in ("CreateRole", "UpdateAssumeRolePolicy"):
        name = "AssumeRolePolicyDocument" if action == "CreateRole" else "PolicyDocument"
        answer = house.iam(action, {"RoleName": "other" if action == "CreateRole" else "deploy", name: document})
        assert (answer.status, answer.error) == (400, ("MalformedPolicyDocument", text))


STATEMENT = {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"Effect": None}, "Missing required field Effect"),
        ({"Effect": "Maybe"}, "Invalid effect: Maybe"),
        ({"Principal": None}, "Missing required field Principal"),
        ({"Principal": {}}, "Missing required field Principal cannot be empty!"),
        ({"Principal": {"AWS": []}}, "Missing required field Principal cannot be empty!"),
        ({"Principal": "*"}, 'AssumeRolepolicy contained an invalid principal: "STAR":"*".'),
        ({"Principal": "alice"}, "Principal must be a JSON object."),
        ({"Principal": {"AWS": "alice"}}, 'Invalid principal in policy: "AWS":"alice"'),
        (
            {"Principal": {"AWS": ["*", "arn:aws:iam::1:root"]}},
            'Invalid principal in policy: "AWS":"arn:aws:iam::1:root"',
        ),
        ({"Principal": {"Service": "ec2"}}, 'Invalid principal in policy: "SERVICE":"ec2"'),
        ({"Principal": {"Federated": "idp"}}, "Federated principals must be valid domain names or SAML metadata ARNs"),
        (
            {"Principal": {"Federated": f"arn:aws:iam//{ACCOUNT}:oidc-provider/a.example.com"}},
            "Federated principals must be valid domain names or SAML metadata ARNs",
        ),
        ({"Principal": None, "NotPrincipal": {"AWS": ACCOUNT}}, "Allow with NotPrincipal is not allowed."),
        ({"Action": None}, "Missing required field Action"),
        ({"NotResource": "*"}, "AssumeRole policy must not contain resources."),
    ],
)
def test_what_iam_says_of_a_statement_in_a_trust_policy(house: House, changes: dict[str, Any], text: str) -> None:
    statement = {name: value for name, value in {**STATEMENT, **changes}.items() if value is not None}
    document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    answer = house.iam("CreateRole", {**ROLE, "AssumeRolePolicyDocument": document})
    assert answer.error == ("MalformedPolicyDocument", text)


@pytest.mark.parametrize(
    ("document", "text"),
    [
        ({"Version": "2020-01-01", "Statement": STATEMENT}, "The policy must contain a valid version string"),
        ({"Version": "2012-10-17", "Statement": []}, "Could not parse the policy: Statement is empty!"),
        ({"Version": "2012-10-17"}, "Could not parse the policy: Statement is empty!"),
        ({"Statement": [{**STATEMENT, "Sid": "a"}] * 2}, "The Statement Ids in the policy are not unique"),
    ],
)
def test_what_iam_says_of_a_whole_trust_policy(house: House, document: dict[str, Any], text: str) -> None:
    answer = house.iam("CreateRole", {**ROLE, "AssumeRolePolicyDocument": json.dumps(document)})
    assert answer.error == ("MalformedPolicyDocument", text)


def test_trust_in_other_accounts_and_providers(house: House) -> None:
    """Accounts that are not kept here are taken at their word; providers need not be there yet."""
    for principal in (
        {"AWS": "arn:aws:iam::999999999999:role/elsewhere"},
        {"AWS": OTHER_ACCOUNT},
        {"Federated": f"arn:aws:iam::{ACCOUNT}:oidc-provider/token.example.com"},
        {"Federated": "accounts.google.com"},
    ):
        document = json.dumps(trust(principal))
        house.iam_ok("CreateRole", {**ROLE, "AssumeRolePolicyDocument": document})
        assert house.iam_ok("GetRole", ROLE)["Role"]["AssumeRolePolicyDocument"] != document  # percent-encoded
        house.iam_ok("DeleteRole", ROLE)


# --- inline policies ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["User", "Group", "Role"])
def test_inline_policies(house: House, kind: str) -> None:
    owner = {f"{kind}Name": "deploy"}
    house.iam_ok(f"Create{kind}", owner | ({"AssumeRolePolicyDocument": TRUST} if kind == "Role" else {}))
    named = {**owner, "PolicyName": "p"}
    missing = ("NoSuchEntity", f"The {kind.lower()} policy with name p cannot be found.")
    assert house.iam(f"Get{kind}Policy", named).error == missing
    for document in (DOCUMENT, json.dumps(ALLOW_ALL)):
        house.iam_ok(f"Put{kind}Policy", {**named, "PolicyDocument": document})
        found = house.iam_ok(f"Get{kind}Policy", named)
        assert b"%7B%22Version%22%3A" in house.iam(f"Get{kind}Policy", named).raw
        assert found["PolicyName"] == "p"
    assert house.iam_ok(f"List{kind}Policies", owner)["PolicyNames"] == ["p"]
    refused = house.iam(f"Put{kind}Policy", {**named, "PolicyDocument": '{"Version": "2012-10-17"}'})
    assert refused.error[0] == "MalformedPolicyDocument"
    house.iam_ok(f"Delete{kind}Policy", named)
    assert house.iam(f"Delete{kind}Policy", named).error == missing


def test_inline_policies_have_a_size_together(house: House) -> None:
    house.iam_ok("CreateUser", {"UserName": "alice"})
    put = {"UserName": "alice", "PolicyDocument": json.dumps(allow(*(f"kms:Action{n}" for n in range(70))))}
    house.iam_ok("PutUserPolicy", {**put, "PolicyName": "a"})
    house.iam_ok("PutUserPolicy", {**put, "PolicyName": "a"})
    refused = house.iam("PutUserPolicy", {**put, "PolicyName": "b"})
    assert refused.error == ("LimitExceeded", "Maximum policy size of 2048 bytes exceeded for user alice")


# --- managed policies ----------------------------------------------------------------------------------------------------


def test_a_managed_policy(house: House) -> None:
    members = {"PolicyName": "keeper", "PolicyDocument": DOCUMENT, "Description": "keeps", "Path": "/a/"}
    made = house.iam_ok("CreatePolicy", members)["Policy"]
    assert made["PolicyId"].startswith("ANPA")
    assert "Description" not in made
    found = house.iam_ok("GetPolicy", {"PolicyArn": made["Arn"]})["Policy"]
    assert found == {**made, "Description": "keeps", "Tags": []}
    assert house.iam_ok("ListPolicies", {"Scope": "Local"})["Policies"] == [made]
    assert house.iam("CreatePolicy", {**members, "Path": "/b/"}).error == (
        "EntityAlreadyExists",
        "A policy called keeper already exists. Duplicate names are not allowed.",
    )
    assert house.iam("GetPolicy", {"PolicyArn": KEEPER}).error == ("NoSuchEntity", f"Policy {KEEPER} was not found.")
    house.iam_ok("DeletePolicy", {"PolicyArn": made["Arn"]})
    assert house.iam_ok("ListPolicies", {"Scope": "Local"})["Policies"] == []


@pytest.mark.parametrize("version", [{}, {"Version": "2008-10-17"}])
def test_managed_policies_are_of_the_newer_version(house: House, version: dict[str, str]) -> None:
    """Inline policies and trust policies may be of the older one."""
    arn = {"PolicyArn": new_policy(house)}
    document = {"PolicyDocument": json.dumps({**version, "Statement": allow("kms:*")["Statement"]})}
    error = ("MalformedPolicyDocument", "Policy document must be version 2012-10-17 or greater.")
    assert house.iam("CreatePolicy", {"PolicyName": "old", **document}).error == error
    assert house.iam("CreatePolicyVersion", {**arn, **document}).error == error
    house.iam_ok("CreateUser", {"UserName": "alice"})
    house.iam_ok("PutUserPolicy", {"UserName": "alice", "PolicyName": "old", **document})


def test_versions_of_a_policy(house: House) -> None:
    arn = {"PolicyArn": new_policy(house)}
    second = house.iam_ok("CreatePolicyVersion", {**arn, "PolicyDocument": json.dumps(ALLOW_ALL), "SetAsDefault": True})
    assert second["PolicyVersion"].keys() == {"VersionId", "IsDefaultVersion", "CreateDate"}
    for _ in range(3):
        house.iam_ok("CreatePolicyVersion", {**arn, "PolicyDocument": DOCUMENT})
    refused = house.iam("CreatePolicyVersion", {**arn, "PolicyDocument": DOCUMENT})
    assert refused.error == (
        "LimitExceeded",
        "A managed policy can have up to 5 versions. Before you create a new version, you must delete an existing version.",
    )
    listed = house.iam_ok("ListPolicyVersions", arn)["Versions"]
    assert [version["VersionId"] for version in listed] == ["v5", "v4", "v3", "v2", "v1"]
    assert [version["VersionId"] for version in listed if version["IsDefaultVersion"]] == ["v2"]
    assert house.iam("DeletePolicyVersion", {**arn, "VersionId": "v2"}).error == (
        "DeleteConflict",
        "Cannot delete the default version of a policy.",
    )
    house.iam_ok("SetDefaultPolicyVersion", {**arn, "VersionId": "v5"})
    house.iam_ok("DeletePolicyVersion", {**arn, "VersionId": "v2"})
    for action in ("GetPolicyVersion", "DeletePolicyVersion", "SetDefaultPolicyVersion"):
        answer = house.iam(action, {**arn, "VersionId": "v9"})
        text = f"Policy {arn['PolicyArn']} version v9 does not exist or is not attachable."
        assert answer.error == ("NoSuchEntity", text)
    assert (
        house.iam_ok("CreatePolicyVersion", {**arn, "PolicyDocument": DOCUMENT})["PolicyVersion"]["VersionId"] == "v6"
    )
    assert house.iam("DeletePolicy", arn).error[0] == "DeleteConflict"
    for version in ("v1", "v3", "v4", "v6"):
        house.iam_ok("DeletePolicyVersion", {**arn, "VersionId": version})
    house.iam_ok("DeletePolicy", arn)


def test_policies_by_their_usage(house: House) -> None:
    """One that nobody uses is a permissions policy: Terraform's own tests find theirs so."""
    arns = {name: new_policy(house, name) for name in ("free", "limit", "both")}
    new_role(house, PermissionsBoundary=arns["limit"])
    house.iam_ok("CreateUser", {"UserName": "alice", "PermissionsBoundary": arns["both"]})
    house.iam_ok("AttachUserPolicy", {"UserName": "alice", "PolicyArn": arns["both"]})
    for usage, names in (("PermissionsPolicy", ["both", "free"]), ("PermissionsBoundary", ["both", "limit"])):
        found = house.iam_ok("ListPolicies", {"Scope": "Local", "PolicyUsageFilter": usage})["Policies"]
        assert [policy["PolicyName"] for policy in found] == names


def test_attachments(house: House) -> None:
    new_role(house)
    house.iam_ok("CreateUser", {"UserName": "alice"})
    house.iam_ok("CreateGroup", {"GroupName": "staff"})
    arn = new_policy(house)
    for kind, name in (("User", "alice"), ("Group", "staff"), ("Role", "deploy")):
        owner = {f"{kind}Name": name}
        for _ in range(2):
            house.iam_ok(f"Attach{kind}Policy", {**owner, "PolicyArn": arn})
        attached = house.iam_ok(f"ListAttached{kind}Policies", owner)
        assert attached["AttachedPolicies"] == [{"PolicyName": "keeper", "PolicyArn": arn}]
    assert house.iam_ok("GetPolicy", {"PolicyArn": arn})["Policy"]["AttachmentCount"] == 3
    entities = house.iam_ok("ListEntitiesForPolicy", {"PolicyArn": arn})
    assert [one["UserName"] for one in entities["PolicyUsers"]] == ["alice"]
    assert [one["GroupName"] for one in entities["PolicyGroups"]] == ["staff"]
    assert [one["RoleName"] for one in entities["PolicyRoles"]] == ["deploy"]
    only = house.iam_ok("ListEntitiesForPolicy", {"PolicyArn": arn, "EntityFilter": "Role"})
    assert (len(only["PolicyRoles"]), only["PolicyUsers"]) == (1, [])
    assert house.iam("DeletePolicy", {"PolicyArn": arn}).error == (
        "DeleteConflict",
        "Cannot delete a policy attached to entities.",
    )
    house.iam_ok("DetachUserPolicy", {"UserName": "alice", "PolicyArn": arn})
    assert house.iam("DetachUserPolicy", {"UserName": "alice", "PolicyArn": arn}).error == (
        "NoSuchEntity",
        f"Policy {arn} was not found.",
    )
    missing = f"{arn}123"
    assert house.iam("AttachUserPolicy", {"UserName": "alice", "PolicyArn": missing}).error == (
        "NoSuchEntity",
        f"Policy {missing} does not exist or is not attachable.",
    )
    assert house.iam("AttachUserPolicy", {"UserName": "alice", "PolicyArn": "longenoughbutnoarn!!!"}).error == (
        "ValidationError",
        "Invalid ARN:  Could not be parsed!",
    )


def test_ten_policies_are_attached_at_most(house: House) -> None:
    house.iam_ok("CreateUser", {"UserName": "alice"})
    arns = [new_policy(house, f"p{number}") for number in range(11)]
    for arn in arns[:10]:
        house.iam_ok("AttachUserPolicy", {"UserName": "alice", "PolicyArn": arn})
    refused = house.iam("AttachUserPolicy", {"UserName": "alice", "PolicyArn": arns[10]})
    assert refused.error == ("LimitExceeded", "Cannot exceed quota for PoliciesPerUser: 10")


def test_policies_of_aws_are_there_and_stay(house: House) -> None:
    arn = {"PolicyArn": "arn:aws:iam::aws:policy/AdministratorAccess"}
    assert house.iam_ok("GetPolicy", arn)["Policy"]["PolicyName"] == "AdministratorAccess"
    listed = house.iam_ok("ListPolicies", {"Scope": "AWS", "PathPrefix": "/"})["Policies"]
    assert arn["PolicyArn"] in {policy["Arn"] for policy in listed}
    for action, members in (("DeletePolicy", {}), ("CreatePolicyVersion", {"PolicyDocument": DOCUMENT})):
        assert house.iam(action, {**arn, **members}).error[0] == "AccessDenied"
    for policy in listed:
        versions = house.iam_ok("ListPolicyVersions", {"PolicyArn": policy["Arn"]})["Versions"]
        assert [version["VersionId"] for version in versions] == [policy["DefaultVersionId"]]
        members = {"PolicyArn": policy["Arn"], "VersionId": policy["DefaultVersionId"]}
        assert house.iam_ok("GetPolicyVersion", members)["PolicyVersion"]["IsDefaultVersion"] is True


def test_boundaries_keep_their_policy(house: House) -> None:
    arn = new_policy(house)
    new_role(house, PermissionsBoundary=arn)
    shown = {"PermissionsBoundaryType": "Policy", "PermissionsBoundaryArn": arn}
    assert house.iam_ok("GetRole", ROLE)["Role"]["PermissionsBoundary"] == shown
    assert house.iam_ok("GetPolicy", {"PolicyArn": arn})["Policy"]["PermissionsBoundaryUsageCount"] == 1
    assert house.iam("DeletePolicy", {"PolicyArn": arn}).error[0] == "DeleteConflict"
    used = house.iam_ok("ListEntitiesForPolicy", {"PolicyArn": arn, "PolicyUsageFilter": "PermissionsBoundary"})
    assert [role["RoleName"] for role in used["PolicyRoles"]] == ["deploy"]
    house.iam_ok("DeleteRolePermissionsBoundary", ROLE)
    assert "PermissionsBoundary" not in house.iam_ok("GetRole", ROLE)["Role"]
    assert house.iam("DeleteRolePermissionsBoundary", ROLE).error[0] == "NoSuchEntity"
    house.iam_ok("PutRolePermissionsBoundary", {**ROLE, "PermissionsBoundary": arn})
    assert house.iam("PutRolePermissionsBoundary", {**ROLE, "PermissionsBoundary": arn + "x"}).status == 404


# --- OpenID Connect providers, the account ---------------------------------------------------------------------------------


def test_an_openid_connect_provider(house: House) -> None:
    thumbprint = "ab" * 20
    members = {
        "Url": "https://token.example.com/ci",
        "ClientIDList": ["sts.amazonaws.com"],
        "ThumbprintList": [thumbprint],
    }
    arn = house.iam_ok("CreateOpenIDConnectProvider", members)["OpenIDConnectProviderArn"]
    assert arn == f"arn:aws:iam::{ACCOUNT}:oidc-provider/token.example.com/ci"
    named = {"OpenIDConnectProviderArn": arn}
    found = house.iam_ok("GetOpenIDConnectProvider", named)
    del found["CreateDate"]
    assert found == {
        "Url": "token.example.com/ci",
        "ClientIDList": ["sts.amazonaws.com"],
        "ThumbprintList": [thumbprint],
        "Tags": [],
    }
    assert house.iam("CreateOpenIDConnectProvider", members).error == (
        "EntityAlreadyExists",
        "Provider with url https://token.example.com/ci already exists.",
    )
    house.iam_ok("AddClientIDToOpenIDConnectProvider", {**named, "ClientID": "second"})
    house.iam_ok("RemoveClientIDFromOpenIDConnectProvider", {**named, "ClientID": "sts.amazonaws.com"})
    house.iam_ok("UpdateOpenIDConnectProviderThumbprint", {**named, "ThumbprintList": ["CD" * 20]})
    house.iam_ok("TagOpenIDConnectProvider", {**named, "Tags": [{"Key": "a", "Value": "b"}]})
    found = house.iam_ok("GetOpenIDConnectProvider", named)
    assert (found["ClientIDList"], found["ThumbprintList"]) == (["second"], ["cd" * 20])
    assert found["Tags"] == [{"Key": "a", "Value": "b"}]
    assert house.iam_ok("ListOpenIDConnectProviders")["OpenIDConnectProviderList"] == [{"Arn": arn}]
    house.iam_ok("DeleteOpenIDConnectProvider", named)
    missing = house.iam("GetOpenIDConnectProvider", named)
    assert missing.error == ("NoSuchEntity", f"OpenIDConnect Provider not found for arn {arn}")


@pytest.mark.parametrize(
    ("members", "error"),
    [
        ({"Url": "token.example.com"}, ("ValidationError", "Invalid Open ID Connect Provider URL")),
        (
            {"Url": "http://token.example.com"},
            ("InvalidInput", "Invalid Open ID Connect Provider URL. The URL must begin with https://."),
        ),
        ({"Url": "https://a.example.com?b=c"}, ("InvalidInput", "Invalid Open ID Connect Provider URL.")),
        (
            {"Url": "https://a.example.com", "ThumbprintList": ["ab" * 20] * 6},
            ("InvalidInput", "Thumbprint list must contain fewer than 5 entries."),
        ),
        (
            {"Url": "https://a.example.com", "ClientIDList": [f"c{n}" for n in range(101)]},
            ("LimitExceeded", "Cannot exceed quota for ClientIdsPerOpenIdConnectProvider: 100"),
        ),
    ],
)
def test_openid_connect_providers_are_checked(house: House, members: dict[str, Any], error: tuple[str, str]) -> None:
    assert house.iam("CreateOpenIDConnectProvider", members).error == error


def test_the_account(house: House) -> None:
    assert house.iam_ok("ListAccountAliases")["AccountAliases"] == []
    for alias in ("first-name", "second-name", "second-name"):
        house.iam_ok("CreateAccountAlias", {"AccountAlias": alias})
    assert house.iam_ok("ListAccountAliases")["AccountAliases"] == ["second-name"]
    assert house.iam("DeleteAccountAlias", {"AccountAlias": "first-name"}).error[0] == "NoSuchEntity"
    number = house.iam("CreateAccountAlias", {"AccountAlias": OTHER_ACCOUNT})  # whoever signs in gives either
    assert number.error[0] == "ValidationError"
    house.iam_ok("DeleteAccountAlias", {"AccountAlias": "second-name"})
    new_role(house)
    summary = house.iam_ok("GetAccountSummary")["SummaryMap"]
    assert (summary["Users"], summary["Roles"], summary["AccessKeysPerUserQuota"]) == (1, 1, 2)
    assert summary["GlobalEndpointTokenVersion"] == 2
    assert house.iam("GetAccountPasswordPolicy").error[0] == "NoSuchEntity"


def test_the_account_in_detail(house: House) -> None:
    """Everything in one listing is what each thing's own operation says of it."""
    role = new_role(house, Tags=[{"Key": "a", "Value": "b"}])
    for name in ("keeper", "another"):
        house.iam_ok("AttachRolePolicy", {**ROLE, "PolicyArn": new_policy(house, name)})
    house.iam_ok("PutRolePolicy", {**ROLE, "PolicyName": "own", "PolicyDocument": DOCUMENT})
    house.iam_ok("CreateGroup", {"GroupName": "staff"})
    house.iam_ok("CreateUser", {"UserName": "ada", "PermissionsBoundary": KEEPER})
    house.iam_ok("AddUserToGroup", {"GroupName": "staff", "UserName": "ada"})
    house.store.commit([Insert(IdentityUse(role["RoleId"], 1_700_000_000_000, "kms", "eu-west-1"))])
    found = house.iam_ok("GetAccountAuthorizationDetails", {"Filter": ["User", "Group", "Role", "LocalManagedPolicy"]})
    (detail,) = found["RoleDetailList"]
    whole = house.iam_ok("GetRole", ROLE)["Role"]
    assert whole["RoleLastUsed"]["Region"] == "eu-west-1"
    assert detail.items() >= {name: value for name, value in whole.items() if name in detail}.items()
    assert "RoleLastUsed" in detail
    assert detail["AttachedManagedPolicies"] == house.iam_ok("ListAttachedRolePolicies", ROLE)["AttachedPolicies"]
    assert [policy["PolicyName"] for policy in detail["AttachedManagedPolicies"]] == ["another", "keeper"]
    assert [policy["PolicyName"] for policy in detail["RolePolicyList"]] == ["own"]
    ada = next(user for user in found["UserDetailList"] if user["UserName"] == "ada")
    assert ada["GroupList"] == ["staff"]
    assert ada["Tags"] == []
    assert ada["PermissionsBoundary"]["PermissionsBoundaryArn"] == KEEPER
    assert [group["GroupName"] for group in found["GroupDetailList"]] == ["staff"]
    keeper = next(policy for policy in found["Policies"] if policy["PolicyName"] == "keeper")
    assert (keeper["AttachmentCount"], keeper["PermissionsBoundaryUsageCount"]) == (1, 1)
    assert [version["VersionId"] for version in keeper["PolicyVersionList"]] == ["v1"]
