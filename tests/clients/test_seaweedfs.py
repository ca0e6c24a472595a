"""SeaweedFS, the released binary, as an S3 server with SSE-KMS: its data keys come from the server."""

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from support.seaweedfs import SeaweedFS
from support.server import Server

USES = ["kms:Encrypt", "kms:Decrypt", "kms:GenerateDataKey*"]
SECRET = b"the secret harvest of seaweed " * 4000


@pytest.fixture
def seaweedfs(server: Server, program: Callable[[str], Path], tmp_path: Path) -> Iterator[SeaweedFS]:
    server.cli("service", "add", "s3")
    provider = {
        "type": "aws",
        "region": "us-east-1",
        "endpoint": server.endpoint,
        "profile": "service-s3",
        "cache_enabled": False,
    }
    kms = {"default_provider": "strongroom", "providers": {"strongroom": provider}}
    running = SeaweedFS(tmp_path)
    try:
        running.start(program("weed"), server.env(), "AKIATESTER", "tester-secret", kms=kms)
        yield running
    finally:
        running.close()
        server.cli("service", "remove", "s3")


def test_objects_are_sealed_under_the_key(server: Server, seaweedfs: SeaweedFS, key: Any) -> None:
    s3, disk = seaweedfs.client, seaweedfs.disk
    s3.create_bucket(Bucket="vault")
    put = s3.put_object(Bucket="vault", Key="o", Body=SECRET, ServerSideEncryption="aws:kms", SSEKMSKeyId=key.key_id)
    assert put["ServerSideEncryption"] == "aws:kms"

    def read() -> bytes:
        body: bytes = s3.get_object(Bucket="vault", Key="o")["Body"].read()
        return body

    assert read() == SECRET
    assert not any(b"secret harvest" in path.read_bytes() for path in disk.rglob("*") if path.is_file())
    kms = server.boto3()
    kms.disable_key(KeyId=key.key_id)
    with pytest.raises(ClientError):
        read()
    kms.enable_key(KeyId=key.key_id)
    assert _eventually(read) == SECRET
    used = {
        record["eventName"]
        for record in server.records()
        if any(key.arn == found["ARN"] for found in record["resources"])
    }
    assert {"GenerateDataKey", "Decrypt"} <= used


def test_a_key_that_only_the_s3_server_can_use(server: Server, seaweedfs: SeaweedFS, key: Any) -> None:
    """The server calls as itself; its administrator, who may do everything, cannot open an object's data key directly."""
    kms, s3 = server.boto3(), seaweedfs.client
    policy = json.loads(kms.get_key_policy(KeyId=key.key_id)["Policy"])
    through_s3 = {"StringNotEquals": {"kms:ViaService": "s3.us-east-1.amazonaws.com"}}
    deny = {"Effect": "Deny", "Principal": "*", "Action": USES, "Resource": "*", "Condition": through_s3}
    policy["Statement"].append(deny)
    kms.put_key_policy(KeyId=key.key_id, Policy=json.dumps(policy))
    s3.create_bucket(Bucket="only")
    s3.put_object(Bucket="only", Key="o", Body=SECRET, ServerSideEncryption="aws:kms", SSEKMSKeyId=key.key_id)
    assert s3.get_object(Bucket="only", Key="o")["Body"].read() == SECRET
    with pytest.raises(ClientError, match="explicit deny in a resource-based policy"):
        kms.generate_data_key(KeyId=key.key_id, KeySpec="AES_256")
    callers = [record for record in server.records() if record["sourceIPAddress"] == "s3.amazonaws.com"]
    assert any(key.arn == found["ARN"] for record in callers for found in record["resources"])


def _eventually(ask: Callable[[], bytes]) -> bytes:
    """SeaweedFS remembers a failure of its KMS for a moment."""
    deadline = time.monotonic() + 30
    while True:
        try:
            return ask()
        except ClientError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)
