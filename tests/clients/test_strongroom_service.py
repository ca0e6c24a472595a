"""boto3 and the AWS CLI with strongroom's service model loaded: every operation once against a running server, and refusals."""

import json
import subprocess
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from botocore import UNSIGNED
from botocore.config import Config

from support.own_models import OWN_MODELS
from support.refusals import refusal
from support.server import Server

from .conftest import KMSKey

PASSWORD = "correct Horse 7 battery"


@pytest.fixture
def client(server: Server) -> Any:
    return server.boto3("strongroom")


@pytest.fixture
def used_key(server: Server, key: KMSKey) -> KMSKey:
    kms = server.boto3()
    for tenant in ("a", "b", "b"):
        kms.encrypt(KeyId=key.key_id, Plaintext=b"hello", EncryptionContext={"tenant": tenant})
    return key


def until(ask: Callable[[], Any]) -> Any:
    """Ask until the answer is one: the index of a young server is a moment behind its start."""
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        if found := ask():
            return found
        time.sleep(0.1)
    raise AssertionError("it never came")


def span() -> dict[str, datetime]:
    now = datetime.now(UTC)
    return {"StartTime": now - timedelta(hours=1), "EndTime": now + timedelta(minutes=1)}


def test_keys_at_a_glance(server: Server, client: Any, used_key: KMSKey) -> None:
    name = f"alias/glance-{used_key.key_id[:8]}"
    server.boto3().create_alias(AliasName=name, TargetKeyId=used_key.key_id)
    found = client.search_keys(Text=name, SortBy="LAST_USED", Descending=True)
    assert [one["KeyMetadata"]["Arn"] for one in found["Keys"]] == [used_key.arn]
    assert found["Keys"][0]["Aliases"] == [name]
    assert isinstance(found["Keys"][0]["KeyMetadata"]["CreationDate"], datetime)
    summary = client.get_key_summary()
    assert summary["Total"] == sum(one["Count"] for one in summary["ByManager"])
    page = client.search_keys(Limit=1)
    assert page["Total"] == 1 or client.search_keys(Limit=1, NextToken=page["NextToken"])["Keys"] != page["Keys"]


def test_audit_records(client: Any, used_key: KMSKey) -> None:
    filters: dict[str, Any] = {
        "Keys": [used_key.key_id],
        "EventNames": ["Encrypt"],
        "Context": [{"Name": "tenant", "Value": "b"}],
    }
    found = client.search_events(**filters, Limit=1)
    record = json.loads(found["Events"][0]["CloudTrailEvent"])
    assert record["requestParameters"]["encryptionContext"] == {"tenant": "b"}
    rest = client.search_events(**filters, Limit=50, NextToken=found["NextToken"])
    assert len(rest["Events"]) == 1
    oldest = client.search_events(**filters, Descending=False)
    assert [one["EventId"] for one in oldest["Events"]] == [
        one["EventId"] for one in (*rest["Events"], *found["Events"])
    ]
    counted = client.count_events(**span(), **filters, BucketSeconds=60)
    assert (counted["Total"], counted["Complete"]) == (2, True)


def test_use(client: Any, used_key: KMSKey) -> None:
    def usage(**members: Any) -> dict[str, int]:
        series = client.get_usage(**span(), KeyId=used_key.key_id, **members)["Series"]
        return {one["Name"]: one["Total"] for one in series}

    until(lambda: client.get_server_status()["Index"]["Usable"])
    assert usage(GroupBy="OPERATION")["Encrypt"] == 3
    assert usage(GroupBy="CONTEXT_VALUE", ContextName="tenant") == {"a": 1, "b": 2}
    report = client.get_key_report(KeyId=used_key.key_id)
    assert report["CiphertextsMade"] == 3


def test_decisions(server: Server, client: Any, used_key: KMSKey, nobody: str) -> None:
    arn = server.boto3("sts", nobody).get_caller_identity()["Arn"]
    asked = client.explain_access(PrincipalArn=arn, Action="kms:Decrypt", KeyId=used_key.key_id)
    assert (asked["Decision"], len(asked["SmallestChange"])) == ("DENIED", 1)
    refused = refusal(server.boto3("kms", nobody), "describe_key", KeyId=used_key.key_id)
    request_id = refused.response["ResponseMetadata"]["RequestId"]
    told = client.explain_request(RequestId=request_id)
    assert (told["Recorded"]["Outcome"], told["Recorded"]["Principal"]) == ("DENIED", arn)
    policy = server.boto3().get_key_policy(KeyId=used_key.key_id)["Policy"]
    tried = client.try_key_policy(KeyId=used_key.key_id, Policy=policy)
    assert (tried["Changed"], tried["LockOut"]["Safe"]) == ([], True)
    assert tried["Tried"] >= 3


def test_status(server: Server, client: Any) -> None:
    found = until(lambda: status if (status := client.get_server_status())["Requests"]["PerMinute"] else None)
    assert found["Endpoint"] == server.endpoint
    assert found["Workers"] == server.workers
    assert {job["Name"] for job in found["Jobs"]} >= {"rotation"}
    assert 0 < found["Requests"]["LatencyMicroseconds"]["P50"] <= found["Requests"]["LatencyMicroseconds"]["P99"]
    assert found["Storage"]["DatabaseBytes"] > 0
    assert found["Storage"]["JournalBytes"] > 0
    assert found["StartedAt"] < found["Now"]


def test_signing_in(server: Server, client: Any) -> None:
    iam = server.boto3("iam")
    iam.create_user(UserName="dora")
    allow = {"Effect": "Allow", "Action": ["iam:GetUser", "strongroom:*"], "Resource": "*"}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [allow]})
    iam.put_user_policy(UserName="dora", PolicyName="inline", PolicyDocument=policy)
    file = server.directory / "password"
    file.write_text(PASSWORD + "\n")
    assert "can sign in now" in server.cli("user", "password", "dora", "--password-file", file)
    account = server.boto3("sts").get_caller_identity()["Account"]
    anonymous = server.botocore_session().create_client(
        "strongroom",
        region_name="us-east-1",
        endpoint_url=server.endpoint,
        config=Config(signature_version=UNSIGNED, retries={"total_max_attempts": 1}),
    )
    refused = refusal(anonymous, "sign_in", Account=account, UserName="dora", Password="wrong")
    assert refused.code == "SignInFailedException"
    signed_in = anonymous.sign_in(Account=account, UserName="dora", Password=PASSWORD)
    made = signed_in["Credentials"]
    anonymous.close()
    session = {
        "aws_access_key_id": made["AccessKeyId"],
        "aws_secret_access_key": made["SecretAccessKey"],
        "aws_session_token": made["SessionToken"],
    }
    as_dora = server.fresh_boto3("iam", **session)
    user = until(lambda: found if "PasswordLastUsed" in (found := as_dora.get_user()["User"]) else None)
    assert (user["Arn"], user["UserName"]) == (signed_in["UserArn"], "dora")
    record = server.record_of(signed_in)
    assert (record["eventName"], record["eventType"]) == ("ConsoleLogin", "AwsConsoleSignIn")
    assert PASSWORD not in server.output()
    assert "has no password any more" in server.cli("user", "password", "dora", "--remove")
    assert refusal(iam, "get_login_profile", UserName="dora").code == "NoSuchEntity"


@pytest.mark.parametrize("method", ["search_keys", "get_key_summary", "search_events", "get_server_status"])
def test_without_permission(server: Server, nobody: str, method: str) -> None:
    refused = refusal(server.boto3("strongroom", nobody), method)
    assert (refused.code, refused.status) == ("AccessDeniedException", 400)
    assert "because no identity-based policy allows the strongroom:" in refused.message


def test_the_cli(server: Server, program: Callable[[str], Path]) -> None:
    environment = server.env() | {"AWS_DATA_PATH": str(OWN_MODELS), "AWS_ENDPOINT_URL": server.endpoint}
    command = [str(program("aws")), "strongroom", "get-key-summary", "--output", "json"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "ByState" in json.loads(done.stdout)
