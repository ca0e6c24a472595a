"""boto3 as it comes: users with policies that decide at once, on every worker; roles, paginators, typed refusals."""

import json
import time
import uuid
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from support.refusals import refusal
from support.server import Server

TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}],
    }
)


def allow(*actions: str) -> str:
    statement = {"Effect": "Allow", "Action": [*actions], "Resource": "*"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


@pytest.fixture
def iam(server: Server) -> Any:
    return server.boto3("iam")


@pytest.fixture
def name() -> str:
    return f"user-{uuid.uuid4().hex[:12]}"


def kms_as(server: Server, access_key: dict[str, str]) -> Any:
    return server.fresh_boto3(
        aws_access_key_id=access_key["AccessKeyId"], aws_secret_access_key=access_key["SecretAccessKey"]
    )


def test_a_user_from_the_first_key_to_the_end(server: Server, iam: Any, name: str) -> None:
    """Each change counts for the next request, whichever worker takes it."""
    iam.create_user(UserName=name, Path="/apps/")
    access_key = iam.create_access_key(UserName=name)["AccessKey"]
    clients = [kms_as(server, access_key) for _ in range(6)]
    for kms in clients:
        assert refusal(kms, "list_keys").code == "AccessDeniedException"
    iam.put_user_policy(UserName=name, PolicyName="list", PolicyDocument=allow("kms:ListKeys"))
    for kms in clients:
        kms.list_keys()
    found = iam.get_user_policy(UserName=name, PolicyName="list")["PolicyDocument"]
    assert found == json.loads(allow("kms:ListKeys"))
    iam.delete_user_policy(UserName=name, PolicyName="list")
    for kms in clients:
        assert refusal(kms, "list_keys").code == "AccessDeniedException"
    with pytest.raises(iam.exceptions.DeleteConflictException):
        iam.delete_user(UserName=name)
    iam.delete_access_key(UserName=name, AccessKeyId=access_key["AccessKeyId"])
    for kms in clients:
        assert refusal(kms, "list_keys").code == "UnrecognizedClientException"
    iam.delete_user(UserName=name)
    with pytest.raises(iam.exceptions.NoSuchEntityException, match=f"The user with name {name} cannot be found."):
        iam.get_user(UserName=name)


def test_last_use(server: Server, iam: Any, name: str) -> None:
    iam.create_user(UserName=name)
    access_key = iam.create_access_key(UserName=name)["AccessKey"]
    never = iam.get_access_key_last_used(AccessKeyId=access_key["AccessKeyId"])["AccessKeyLastUsed"]
    assert never == {"ServiceName": "N/A", "Region": "N/A"}
    refusal(kms_as(server, access_key), "list_keys")
    deadline = time.monotonic() + 15
    while time.monotonic() < deadline:
        used = iam.get_access_key_last_used(AccessKeyId=access_key["AccessKeyId"])["AccessKeyLastUsed"]
        if used["ServiceName"] != "N/A":
            break
        time.sleep(0.2)
    assert (used["ServiceName"], used["Region"]) == ("kms", "us-east-1")
    assert abs(used["LastUsedDate"].timestamp() - time.time()) < 60


def test_the_same_user_made_by_many_at_once(server: Server, name: str) -> None:
    from concurrent.futures import ThreadPoolExecutor  # noqa: PLC0415 - of this test alone

    clients = [server.fresh_boto3("iam") for _ in range(6)]

    def create(client: Any) -> bool:
        try:
            client.create_user(UserName=name)
        except client.exceptions.EntityAlreadyExistsException:
            return False
        return True

    with ThreadPoolExecutor(6) as threads:
        assert sum(threads.map(create, clients)) == 1


def test_a_quota_holds_against_many_at_once(server: Server, iam: Any, name: str) -> None:
    from concurrent.futures import ThreadPoolExecutor  # noqa: PLC0415 - as above

    iam.create_user(UserName=name)
    clients = [server.fresh_boto3("iam") for _ in range(6)]

    def create(client: Any) -> bool:
        try:
            client.create_access_key(UserName=name)
        except client.exceptions.LimitExceededException:
            return False
        return True

    with ThreadPoolExecutor(6) as threads:
        assert sum(threads.map(create, clients)) == 2
    assert len(iam.list_access_keys(UserName=name)["AccessKeyMetadata"]) == 2


def test_roles_and_paginators(iam: Any) -> None:
    path = f"/{uuid.uuid4().hex[:8]}/"
    for number in range(5):
        iam.create_role(RoleName=f"{path[1:-1]}-{number}", Path=path, AssumeRolePolicyDocument=TRUST)
    pages = list(iam.get_paginator("list_roles").paginate(PathPrefix=path, PaginationConfig={"PageSize": 2}))
    assert [len(page["Roles"]) for page in pages] == [2, 2, 1]
    assert pages[0]["Roles"][0]["AssumeRolePolicyDocument"] == json.loads(TRUST)
    details = iam.get_account_authorization_details(Filter=["Role"])["RoleDetailList"]
    assert sum(role["Path"] == path for role in details) == 5
    for page in pages:
        for role in page["Roles"]:
            iam.delete_role(RoleName=role["RoleName"])


def test_any_region_of_the_client_will_do(server: Server) -> None:
    """IAM has one Region; what the client is set to does not matter, and the record says us-east-1."""
    answer = server.boto3("iam", region="eu-central-1").list_users(MaxItems=1)
    assert server.record_of(answer)["awsRegion"] == "us-east-1"


def test_no_secret_in_the_journal(server: Server, iam: Any, name: str) -> None:
    iam.create_user(UserName=name)
    answer = iam.create_access_key(UserName=name)
    record = server.record_of(answer)
    secret = answer["AccessKey"]["SecretAccessKey"]
    assert record["responseElements"]["accessKey"]["userName"] == name
    for file in (server.data / "journal").glob("*/*.log"):
        assert secret.encode() not in file.read_bytes()
    for file in server.data.glob("strongroom.db*"):
        assert secret.encode() not in file.read_bytes()


def test_accounts(server: Server) -> None:
    """Made at the command line while the server runs; each a world of its own."""
    number = server.cli("account", "create", "second").splitlines()[0]
    iam = server.boto3("iam", "second")
    assert iam.get_user()["User"]["Arn"] == f"arn:aws:iam::{number}:user/administrator"
    assert [user["UserName"] for user in iam.list_users()["Users"]] == ["administrator"]
    assert server.boto3("kms", "second").list_keys()["Keys"] == []
    listed = server.cli("account", "list").splitlines()
    assert [line.split()[-1] for line in listed] == ["first", "second"]
    assert listed[1].startswith(number)
    made = server.cli("user", "create", "of-the-second", "--account", "second").splitlines()[0]
    assert made == f"arn:aws:iam::{number}:user/of-the-second"


# --- boto3's resources, waiters, reports ------------------------------------------------------------------------------------


def test_resources_and_waiters(server: Server, name: str) -> None:
    """boto3's own nouns over IAM: what they load, list and do."""
    session = boto3.session.Session(botocore_session=server.botocore_session("default"))
    iam = session.resource("iam", region_name="us-east-1", endpoint_url=server.endpoint)
    user, group = iam.create_user(UserName=name, Path="/apps/"), iam.create_group(GroupName=name)
    role = iam.create_role(RoleName=name, AssumeRolePolicyDocument=TRUST)
    policy = iam.create_policy(PolicyName=name, PolicyDocument=allow("kms:ListKeys"))
    for waiter, named in (
        ("user_exists", {"UserName": name}),
        ("role_exists", {"RoleName": name}),
        ("policy_exists", {"PolicyArn": policy.arn}),
    ):
        iam.meta.client.get_waiter(waiter).wait(**named, WaiterConfig={"Delay": 1, "MaxAttempts": 1})
    user.add_group(GroupName=name)
    inline = user.create_policy(PolicyName="inline", PolicyDocument=allow("kms:ListAliases"))
    for owner in (user, group, role):
        owner.attach_policy(PolicyArn=policy.arn)
        assert [one.arn for one in owner.attached_policies.all()] == [policy.arn]
    assert inline.policy_document == json.loads(allow("kms:ListAliases"))
    assert ([one.name for one in user.groups.all()], [one.name for one in group.users.all()]) == ([name], [name])
    assert (list(user.mfa_devices.all()), list(user.signing_certificates.all())) == ([], [])
    policy.reload()
    assert (policy.attachment_count, policy.default_version.document) == (3, json.loads(allow("kms:ListKeys")))
    assert role.assume_role_policy_document == json.loads(TRUST)
    assert [one.name for one in policy.attached_roles.all()] == [name]
    assert iam.CurrentUser().arn.endswith(":user/administrator")
    assert iam.AccountSummary().summary_map["Users"] >= 2
    for owner in (user, group, role):
        owner.detach_policy(PolicyArn=policy.arn)
    inline.delete()
    user.remove_group(GroupName=name)
    for each in (policy, user, group, role):
        each.delete()


def test_reports_of_a_running_server(iam: Any) -> None:
    """They tell of the calls before: those of other workers, too."""
    assert iam.generate_credential_report()["State"] == "COMPLETE"
    rows = iam.get_credential_report()["Content"].decode().splitlines()
    assert (rows[0].split(",")[0], rows[1].split(",")[0]) == ("user", "<root_account>")
    arn = iam.get_user()["User"]["Arn"]
    job = iam.generate_service_last_accessed_details(Arn=arn)["JobId"]
    services = iam.get_service_last_accessed_details(JobId=job)["ServicesLastAccessed"]
    (used,) = (one for one in services if one["ServiceNamespace"] == "iam")
    assert (used["LastAuthenticatedEntity"], used["TotalAuthenticatedEntities"]) == (arn, 1)
    assert abs(used["LastAuthenticated"].timestamp() - time.time()) < 60


def test_what_is_not_built_says_so(iam: Any) -> None:
    with pytest.raises(ClientError) as caught:
        iam.create_virtual_mfa_device(VirtualMFADeviceName="phone")
    error = caught.value.response["Error"]
    text = "CreateVirtualMFADevice is not built in this version of strongroom: it has no MFA devices."
    assert (error["Code"], error["Message"]) == ("UnsupportedOperation", text)
