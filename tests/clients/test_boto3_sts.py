"""Roles as clients use them: boto3, the AWS CLI with a profile that assumes a role, and web identity tokens as pods have them."""

import json
import subprocess
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from botocore import UNSIGNED
from botocore.config import Config

from support.oidc import CLIENT, Site, serving
from support.refusals import refusal
from support.server import Server

Role = dict[str, Any]


def policy(*actions: str, **elements: Any) -> str:
    statement = {"Effect": "Allow", "Action": list(actions), "Resource": "*", **elements}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def make_role(server: Server, principal: dict[str, str], action: str, *actions: str, **elements: Any) -> str:
    """Return the ARN of a role that may do ``actions``."""
    iam, name = server.boto3("iam"), f"role-{uuid.uuid4().hex}"
    statement = {"Effect": "Allow", "Principal": principal, "Action": action, **elements}
    trusted = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    arn: str = iam.create_role(RoleName=name, AssumeRolePolicyDocument=trusted)["Role"]["Arn"]
    iam.put_role_policy(RoleName=name, PolicyName="inline", PolicyDocument=policy(*actions))
    return arn


@pytest.fixture(scope="module")
def account(server: Server) -> str:
    found: str = server.boto3("sts").get_caller_identity()["Account"]
    return found


def credentials(answer: dict[str, Any]) -> dict[str, str]:
    made = answer["Credentials"]
    return {
        "aws_access_key_id": made["AccessKeyId"],
        "aws_secret_access_key": made["SecretAccessKey"],
        "aws_session_token": made["SessionToken"],
    }


def test_a_role_by_boto3(server: Server, account: str, key: Any, nobody: str) -> None:
    role = make_role(server, {"AWS": f"arn:aws:iam::{account}:user/{nobody}"}, "sts:AssumeRole", "kms:Encrypt")
    made = server.boto3("sts", nobody).assume_role(RoleArn=role, RoleSessionName="job")
    session = credentials(made)
    assert server.fresh_boto3("sts", **session).get_caller_identity()["Arn"] == made["AssumedRoleUser"]["Arn"]
    kms = server.fresh_boto3(**session)
    for _ in range(20):  # whichever worker answers
        assert kms.encrypt(KeyId=key.key_id, Plaintext=b"x")["KeyId"] == key.arn
    refused = refusal(kms, "list_keys")
    assert refused.code == "AccessDeniedException"
    assert made["AssumedRoleUser"]["Arn"] in refused.message
    record = server.record_of(made)
    assert record["responseElements"]["assumedRoleUser"]["arn"] == made["AssumedRoleUser"]["Arn"]

    name = role.rpartition("/")[2]
    server.boto3("iam").delete_role_policy(RoleName=name, PolicyName="inline")
    assert refusal(kms, "encrypt", KeyId=key.key_id, Plaintext=b"x").code == "AccessDeniedException"
    server.boto3("iam").delete_role(RoleName=name)
    gone = refusal(kms, "encrypt", KeyId=key.key_id, Plaintext=b"x")
    assert gone.code == "UnrecognizedClientException"


def test_refusals_by_boto3(server: Server, account: str, nobody: str) -> None:
    sts = server.boto3("sts", nobody)
    role = make_role(server, {"AWS": account}, "sts:AssumeRole", "kms:*")
    refused = refusal(sts, "assume_role", RoleArn=role, RoleSessionName="job")
    assert refused.code == "AccessDenied"
    assert refused.status == 403
    malformed = refusal(server.boto3("sts"), "assume_role", RoleArn=role, RoleSessionName="job", Policy="{")
    assert malformed.code == "MalformedPolicyDocument"


def test_a_grant_to_a_session_by_boto3(server: Server, account: str, key: Any, nobody: str) -> None:
    role = make_role(server, {"AWS": f"arn:aws:iam::{account}:user/{nobody}"}, "sts:AssumeRole", "s3:*")
    made = server.boto3("sts", nobody).assume_role(RoleArn=role, RoleSessionName="job", Policy=policy("s3:*"))
    kms, session = server.fresh_boto3(**credentials(made)), made["AssumedRoleUser"]["Arn"]
    assert refusal(kms, "encrypt", KeyId=key.key_id, Plaintext=b"x").code == "AccessDeniedException"
    server.boto3().create_grant(KeyId=key.key_id, GranteePrincipal=session, Operations=["Encrypt"])
    assert kms.encrypt(KeyId=key.key_id, Plaintext=b"x")["KeyId"] == key.arn


# --- the AWS CLI ------------------------------------------------------------------------------------------------------------


def run(aws: Path, environment: dict[str, str], *arguments: str) -> Any:
    done = subprocess.run(
        [str(aws), *arguments], env=environment, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_a_profile_that_assumes_a_role(
    server: Server, account: str, key: Any, nobody: str, program: Any, tmp_path: Path
) -> None:
    allowed = {"AWS": f"arn:aws:iam::{account}:user/{nobody}"}
    condition = {"StringEquals": {"sts:ExternalId": "e-1"}}
    role = make_role(server, allowed, "sts:AssumeRole", "kms:DescribeKey", Condition=condition)
    config = tmp_path / "config"
    config.write_text(
        f"[profile worker]\nrole_arn = {role}\nsource_profile = {nobody}\nexternal_id = e-1\nrole_session_name = cli\n"
    )
    environment = server.env() | {"AWS_CONFIG_FILE": str(config), "AWS_PROFILE": "worker", "HOME": str(tmp_path)}
    aws = program("aws")
    assert run(aws, environment, "sts", "get-caller-identity")["Arn"].endswith("/cli")
    described = run(aws, environment, "kms", "describe-key", "--key-id", key.key_id)
    assert described["KeyMetadata"]["Arn"] == key.arn


# --- web identity -----------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def site(server: Server) -> Iterator[Site]:
    """A provider that the account trusts."""
    with serving() as site:
        server.boto3("iam").create_open_id_connect_provider(Url=site.provider.issuer, ClientIDList=[CLIENT])
        yield site


def pod_role(server: Server, account: str, site: Site) -> str:
    url = site.provider.issuer.partition("://")[2]
    return make_role(
        server,
        {"Federated": f"arn:aws:iam::{account}:oidc-provider/{url}"},
        "sts:AssumeRoleWithWebIdentity",
        "kms:DescribeKey",
        Condition={"StringEquals": {f"{url}:sub": "system:serviceaccount:app", f"{url}:aud": CLIENT}},
    )


def test_a_web_identity_by_boto3(server: Server, account: str, site: Site, key: Any) -> None:
    role = pod_role(server, account, site)
    sts = server.fresh_boto3("sts", config=Config(signature_version=UNSIGNED))
    asked = {"RoleArn": role, "RoleSessionName": "pod"}
    for _ in range(4):  # whichever worker answers
        made = sts.assume_role_with_web_identity(WebIdentityToken=site.provider.token(), **asked)
    kms = server.fresh_boto3(**credentials(made))
    assert kms.describe_key(KeyId=key.key_id)["KeyMetadata"]["Arn"] == key.arn
    assert server.record_of(made)["userIdentity"]["type"] == "WebIdentityUser"
    for claims, code in (
        ({"aud": "elsewhere"}, "InvalidIdentityToken"),
        ({"exp": 1}, "ExpiredTokenException"),
        ({"sub": "somebody"}, "AccessDenied"),
    ):
        token = site.provider.token(**claims)
        refused = refusal(sts, "assume_role_with_web_identity", WebIdentityToken=token, **asked)
        assert refused.code == code


def test_a_token_file_as_pods_have_it(
    server: Server, account: str, site: Site, key: Any, program: Any, tmp_path: Path
) -> None:
    """The environment that Kubernetes gives to a pod; the CLI needs no other credentials."""
    (tmp_path / "token").write_text(site.provider.token())
    environment = server.env() | {
        "AWS_ROLE_ARN": pod_role(server, account, site),
        "AWS_ROLE_SESSION_NAME": "pod",
        "AWS_WEB_IDENTITY_TOKEN_FILE": str(tmp_path / "token"),
        "HOME": str(tmp_path),
    }
    del environment["AWS_PROFILE"], environment["AWS_SHARED_CREDENTIALS_FILE"]
    described = run(program("aws"), environment, "kms", "describe-key", "--key-id", key.key_id)
    assert described["KeyMetadata"]["Arn"] == key.arn
