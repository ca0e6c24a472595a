"""Services on a running server: added, used by an unmodified SDK, for a user, listed and removed by the command line."""

import json
import sqlite3
from contextlib import closing
from typing import Any

import pytest
from botocore.exceptions import ClientError

from support.server import Server

REGION = "ap-east-1"  # of this file alone: the managed key is the account's
EVERYTHING = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "kms:*", "Resource": "*"}]}


def refused(client: Any, **asked: Any) -> Any:
    with pytest.raises(ClientError) as failure:
        client.generate_data_key(KeySpec="AES_256", **asked)
    return failure.value.response


def for_user(client: Any, arn: str) -> None:
    """Have the client send the header under its signature, as a program that is told to will."""
    client.meta.events.register(
        "before-sign.kms", lambda request, **_: request.headers.add_header("x-strongroom-on-behalf-of", arn)
    )


def test_a_service_from_its_first_day_to_its_last(server: Server) -> None:
    owner = server.boto3(region=REGION)
    before = server.credentials.read_text()
    added = server.cli("service", "add", "s3", "--source-arn", "arn:aws:s3:::vault*")
    account = server.boto3("sts").get_caller_identity()["Account"]
    assert added.splitlines()[0] == f"s3.amazonaws.com for account {account}"
    profile = server.profile("service-s3")
    assert server.credentials.stat().st_mode & 0o777 == 0o600
    (line,) = server.cli("service", "list").splitlines()
    assert profile.access_key_id in line
    assert "default policy, for arn:aws:s3:::vault*" in line

    s3 = server.boto3(profile="service-s3", region=REGION)
    made = s3.generate_data_key(KeyId="alias/aws/s3", KeySpec="AES_256")
    assert s3.decrypt(CiphertextBlob=made["CiphertextBlob"])["Plaintext"] == made["Plaintext"]
    assert refused(owner, KeyId="alias/aws/s3")["Error"]["Code"] == "AccessDeniedException"
    record = server.record_of(made)
    assert record["userIdentity"]["invokedBy"] == record["sourceIPAddress"] == "s3.amazonaws.com"
    assert record["userIdentity"]["type"] == "AWSService"

    key = owner.create_key(Policy=json.dumps(only_through(account)))["KeyMetadata"]["KeyId"]
    assert s3.generate_data_key(KeyId=key, KeySpec="AES_256")["Plaintext"]
    assert "explicit deny in a resource-based policy" in refused(owner, KeyId=key)["Error"]["Message"]

    arn = server.user("service-reader", EVERYTHING)
    behind = server.fresh_boto3(profile="service-s3", region=REGION)
    for_user(behind, arn)
    identity = server.record_of(behind.generate_data_key(KeyId=key, KeySpec="AES_256"))["userIdentity"]
    assert (identity["arn"], identity["invokedBy"]) == (arn, "s3.amazonaws.com")
    assert identity["accessKeyId"] == profile.access_key_id

    assert "can no longer call" in server.cli("service", "remove", "s3")
    for _ in range(8):  # by any worker
        code = refused(server.fresh_boto3(profile="service-s3", region=REGION), KeyId=key)["Error"]["Code"]
        assert code == "UnrecognizedClientException"
    assert refused(behind, KeyId=key)["Error"]["Code"] == "UnrecognizedClientException"
    assert server.cli("service", "list") == "none; strongroom service add NAME makes one\n"
    assert "service-s3" not in server.credentials.read_text()
    assert server.credentials.read_text().startswith(before)
    added_record, removed_record = done_at_the_command_line(server, profile.access_key_id)
    assert (added_record["eventName"], removed_record["eventName"]) == ("AddService", "RemoveService")
    assert added_record["requestParameters"]["sourceArns"] == ["arn:aws:s3:::vault*"]
    assert "intact" in server.cli("audit", "verify")


def done_at_the_command_line(server: Server, access_key_id: str) -> list[dict[str, Any]]:
    """Return its records about an access key, which wait for the next start; calls with that key may wait for a moment, too."""
    with closing(sqlite3.connect(server.data / "strongroom.db")) as database:
        rows = [json.loads(record) for (record,) in database.execute("SELECT record FROM outbox ORDER BY id")]
    return [
        record
        for record in rows
        if access_key_id in json.dumps(record) and record["userIdentity"].get("accessKeyId") != access_key_id
    ]


def only_through(account: str) -> dict[str, Any]:
    root = {"AWS": f"arn:aws:iam::{account}:root"}
    deny = {"Effect": "Deny", "Principal": "*", "Action": ["kms:Decrypt", "kms:GenerateDataKey*"], "Resource": "*"}
    deny["Condition"] = {"StringNotEquals": {"kms:ViaService": f"s3.{REGION}.amazonaws.com"}}
    allow = {"Effect": "Allow", "Principal": root, "Action": "kms:*", "Resource": "*"}
    return {"Version": "2012-10-17", "Statement": [allow, deny]}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("add", "ebs"), "The calls of ebs come through ec2: add ec2 instead."),
        (("add", "S3"), "is no name of a service"),
        (("add", "x1", "--account", "000000000001"), "There is no account 000000000001."),
        (("add", "x1", "--source-arn", "vault"), "'vault' is no ARN of a resource of account"),
        (("remove", "x1"), "There is no service x1 for account"),
    ],
)
def test_refusals_are_one_line(server: Server, arguments: tuple[str, ...], said: str) -> None:
    before = server.credentials.read_bytes()
    with pytest.raises(AssertionError) as failure:
        server.cli("service", *arguments)
    assert said in str(failure.value)
    assert "Traceback" not in str(failure.value)
    assert server.credentials.read_bytes() == before


def test_a_service_is_added_once(server: Server) -> None:
    server.cli("service", "add", "once")
    try:
        with pytest.raises(AssertionError, match="has credentials for account"):
            server.cli("service", "add", "once")
        assert server.credentials.read_text().count("[service-once]") == 1
    finally:
        server.cli("service", "remove", "once")
