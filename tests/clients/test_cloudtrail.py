"""CloudTrail: the AWS CLI looks events up, and its validate-logs holds what was delivered to a real S3 server to its digests."""

import gzip
import json
import os
import re
import subprocess
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from support.seaweedfs import SeaweedFS
from support.server import Server

pytestmark = pytest.mark.slow

BUCKET, PREFIX = "vault", "audit/2026"
HOURS = 3


class Trails:
    """A server whose trails go to an S3 server, after some hours with a use of a key in each."""

    def __init__(self, server: Server, s3: SeaweedFS, aws: Path) -> None:
        self.server = server
        self.s3 = s3.client
        self._aws = aws
        self._environment = server.env() | {
            "AWS_ENDPOINT_URL_CLOUDTRAIL": server.endpoint,
            "AWS_ENDPOINT_URL_S3": s3.endpoint,
        }
        self.s3.create_bucket(Bucket=BUCKET)
        cloudtrail, kms = server.boto3("cloudtrail"), server.boto3()
        made = cloudtrail.create_trail(
            Name="main", S3BucketName=BUCKET, S3KeyPrefix=PREFIX, EnableLogFileValidation=True
        )
        self.arn: str = made["TrailARN"]
        cloudtrail.start_logging(Name="main")
        self.key_id: str = kms.create_key()["KeyMetadata"]["KeyId"]
        for _ in range(HOURS):
            kms.encrypt(KeyId=self.key_id, Plaintext=b"x")
            server.cli("clock", "advance", "1h")
        self.now = server.cli("clock", "show").split(" UTC")[0].replace(" ", "T") + "Z"

    def run(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [self._aws, *arguments],
            env=self._environment,
            capture_output=True,
            text=True,
            timeout=110,
            check=False,
        )

    def validate(self) -> "subprocess.CompletedProcess[str]":
        return self.run(
            "cloudtrail", "validate-logs", "--trail-arn", self.arn, "--verbose",
            "--start-time", "2020-01-01T00:00:00Z", "--end-time", self.now,
        )  # fmt: skip

    def keys(self, kind: str) -> list[str]:
        """Return the object keys of all log files or digests, oldest first."""
        found = self.s3.list_objects_v2(Bucket=BUCKET)["Contents"]
        return sorted(one["Key"] for one in found if f"/{kind}/" in one["Key"])

    def get(self, key: str) -> tuple[bytes, Mapping[str, str]]:
        found = self.s3.get_object(Bucket=BUCKET, Key=key)
        return found["Body"].read(), found["Metadata"]

    def put(self, key: str, body: bytes, metadata: Mapping[str, str]) -> None:
        self.s3.put_object(Bucket=BUCKET, Key=key, Body=body, Metadata=dict(metadata))


@pytest.fixture(scope="module")
def trails(tmp_path_factory: pytest.TempPathFactory, program: Callable[[str], Path]) -> Iterator[Trails]:
    s3 = SeaweedFS(tmp_path_factory.mktemp("seaweedfs"))
    directory = tmp_path_factory.mktemp("server")
    environment = {
        "AWS_ENDPOINT_URL_S3": s3.endpoint,
        "AWS_SHARED_CREDENTIALS_FILE": str(directory / "data" / "credentials"),  # for the S3 server it is anybody's key
        "AWS_EC2_METADATA_DISABLED": "true",
    }
    options = ("--test-clock", "--trails-to", "s3")
    server = Server(directory, workers=2, options=options, environment=environment)
    try:
        server.start()
        profile = server.profile()
        s3.start(program("weed"), dict(os.environ), profile.access_key_id, profile.secret_access_key)
        yield Trails(server, s3, program("aws"))
    finally:
        server.close()
        s3.close()


def test_validate_logs_accepts_what_was_delivered(trails: Trails) -> None:
    done = trails.validate()
    digests, logs = trails.keys("CloudTrail-Digest"), trails.keys("CloudTrail")
    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    assert f"{HOURS}/{HOURS} digest files valid" in done.stdout
    assert len(digests) == HOURS
    for key in digests:
        assert f"Digest file\ts3://{BUCKET}/{key}\tvalid" in done.stdout
    named = re.findall(r"Log file\ts3://\S+\tvalid", done.stdout)
    assert len(named) >= HOURS
    assert len(logs) >= len(named)
    assert all(key.startswith(f"{PREFIX}/AWSLogs/") for key in digests + logs)


def test_the_log_files_hold_the_records_of_the_journal(trails: Trails) -> None:
    delivered: dict[str, Any] = {}
    for key in trails.keys("CloudTrail"):
        for record in json.loads(gzip.decompress(trails.get(key)[0]))["Records"]:
            assert record["eventID"] not in delivered
            delivered[record["eventID"]] = record
    names = [record["eventName"] for record in delivered.values()]
    assert names.count("Encrypt") == HOURS
    assert {"StartLogging", "CreateKey"} <= set(names)
    for record in trails.server.records():
        if record["eventName"] in {"Encrypt", "CreateKey"}:
            assert delivered[record["eventID"]] == {name: value for name, value in record.items() if name != "slot"}


def test_an_altered_log_file_is_named(trails: Trails) -> None:
    key = trails.keys("CloudTrail")[0]
    body, metadata = trails.get(key)
    altered = gzip.decompress(body).replace(b'"eventName":"', b'"eventName":"X', 1)
    trails.put(key, gzip.compress(altered), metadata)
    try:
        done = trails.validate()
    finally:
        trails.put(key, body, metadata)
    assert done.returncode == 1
    assert f"Log file\ts3://{BUCKET}/{key}\tINVALID: hash value doesn't match" in done.stderr
    assert done.stderr.count("INVALID") == 1


def test_a_removed_log_file_is_named(trails: Trails) -> None:
    key = trails.keys("CloudTrail")[0]
    body, metadata = trails.get(key)
    trails.s3.delete_object(Bucket=BUCKET, Key=key)
    try:
        done = trails.validate()
    finally:
        trails.put(key, body, metadata)
    assert done.returncode == 1
    assert f"Log file\ts3://{BUCKET}/{key}\tINVALID: not found" in done.stderr


def test_a_removed_digest_is_named(trails: Trails) -> None:
    key = trails.keys("CloudTrail-Digest")[1]
    body, metadata = trails.get(key)
    trails.s3.delete_object(Bucket=BUCKET, Key=key)
    try:
        done = trails.validate()
    finally:
        trails.put(key, body, metadata)
    assert done.returncode == 1
    assert f"Digest file\ts3://{BUCKET}/{key}\tINVALID: not found" in done.stderr


@pytest.mark.parametrize("which", range(HOURS))
def test_a_forged_digest_is_named(trails: Trails, which: int) -> None:
    """One byte of it is changed, and the gzip around it is sound."""
    key = trails.keys("CloudTrail-Digest")[which]
    body, metadata = trails.get(key)
    assert metadata["signature-algorithm"] == "SHA256withRSA"
    text = gzip.decompress(body)
    forged = re.sub(rb'"digestStartTime":"2', b'"digestStartTime":"1', text)
    assert forged != text
    trails.put(key, gzip.compress(forged), metadata)
    try:
        done = trails.validate()
    finally:
        trails.put(key, body, metadata)
    assert done.returncode == 1
    assert f"Digest file\ts3://{BUCKET}/{key}\tINVALID: signature verification failed" in done.stderr


def test_the_cli_describes_trails_and_looks_events_up(trails: Trails) -> None:
    found = json.loads(trails.run("cloudtrail", "describe-trails").stdout)["trailList"]
    assert [(one["TrailARN"], one["S3BucketName"], one["LogFileValidationEnabled"]) for one in found] == [
        (trails.arn, BUCKET, True)
    ]
    status = json.loads(trails.run("cloudtrail", "get-trail-status", "--name", "main").stdout)
    assert status["IsLogging"] is True
    assert "LatestDeliveryError" not in status
    done = trails.run(
        "cloudtrail", "lookup-events", "--lookup-attributes", "AttributeKey=EventName,AttributeValue=Encrypt",
        "--page-size", "2",
    )  # fmt: skip
    events = json.loads(done.stdout)["Events"]
    assert [event["EventName"] for event in events] == ["Encrypt"] * HOURS
    assert [event["EventTime"] for event in events] == sorted((event["EventTime"] for event in events), reverse=True)
    assert json.loads(events[0]["CloudTrailEvent"])["requestParameters"]["keyId"] == trails.key_id
    assert events[0]["Resources"][0]["ResourceName"].endswith(trails.key_id)
