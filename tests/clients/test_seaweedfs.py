"""SeaweedFS, the released binary, as an S3 server with SSE-KMS: its data keys come from the server."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from support.seaweedfs import SeaweedFS
from support.server import Server

SECRET = b"the secret harvest of seaweed " * 4000


@pytest.fixture
def seaweedfs(server: Server, program: Callable[[str], Path], tmp_path: Path) -> Iterator[SeaweedFS]:
    provider = {
        "type": "aws",
        "region": "us-east-1",
        "endpoint": server.endpoint,
        "profile": "default",
        "cache_enabled": False,
    }
    kms = {"default_provider": "strongroom", "providers": {"strongroom": provider}}
    running = SeaweedFS(tmp_path)
    try:
        running.start(program("weed"), server.env(), "AKIATESTER", "tester-secret", kms=kms)
        yield running
    finally:
        running.close()


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
