"""SeaweedFS, the released binary, as an S3 server with SSE-KMS: its data keys come from the server."""

import json
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import botocore.session
import pytest
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from support.program import Program, free_ports
from support.server import Server

USES = ["kms:Encrypt", "kms:Decrypt", "kms:GenerateDataKey*"]
SECRET = b"the secret harvest of seaweed " * 4000


@pytest.fixture
def disk(tmp_path: Path) -> Path:
    return tmp_path / "disk"


@pytest.fixture
def s3(server: Server, program: Callable[[str], Path], tmp_path: Path, disk: Path) -> Iterator[Any]:
    disk.mkdir()
    server.cli("service", "add", "s3")
    ports = free_ports(8)
    kms = {
        "type": "aws",
        "region": "us-east-1",
        "endpoint": server.endpoint,
        "profile": "service-s3",
        "cache_enabled": False,
    }
    identity = {
        "name": "tester",
        "credentials": [{"accessKey": "AKIATESTER", "secretKey": "tester-secret"}],
        "actions": ["Admin", "Read", "Write", "List"],
    }
    config = {"identities": [identity], "kms": {"default_provider": "strongroom", "providers": {"strongroom": kms}}}
    (tmp_path / "s3.json").write_text(json.dumps(config))
    arguments = [
        program("weed"), "server", f"-dir={disk}", "-ip=127.0.0.1", "-ip.bind=127.0.0.1",
        f"-master.port={ports[0]}", f"-master.port.grpc={ports[1]}", "-master.volumeSizeLimitMB=16", "-master.telemetry=false",
        f"-volume.port={ports[2]}", f"-volume.port.grpc={ports[3]}", "-volume.max=8", "-volume.preStopSeconds=0",
        "-filer", f"-filer.port={ports[4]}", f"-filer.port.grpc={ports[5]}", f"-filer.localSocket={tmp_path}/f.sock",
        "-s3", f"-s3.port={ports[6]}", f"-s3.port.grpc={ports[7]}", "-s3.port.iceberg=0", "-s3.port.lance=0",
        f"-s3.config={tmp_path}/s3.json", f"-s3.localSocket={tmp_path}/s.sock",
    ]  # fmt: skip
    weed = Program(arguments, tmp_path / "weed.log", server.env())
    client = botocore.session.Session().create_client(
        "s3",
        region_name="us-east-1",
        endpoint_url=f"http://127.0.0.1:{ports[6]}",
        aws_access_key_id="AKIATESTER",
        aws_secret_access_key="tester-secret",
        config=Config(retries={"total_max_attempts": 1}, s3={"addressing_style": "path"}, read_timeout=20),
    )
    try:
        weed.wait_until(partial(_serves, client), "serving S3", 90)
        yield client
    finally:
        client.close()
        weed.kill()
        server.cli("service", "remove", "s3")


def _serves(client: Any) -> bool:
    try:
        client.create_bucket(Bucket="probe")
        client.put_object(Bucket="probe", Key="probe", Body=b"x" * 5000)
    except ClientError as error:
        if error.response["Error"]["Code"] != "BucketAlreadyExists":
            return False
    except BotoCoreError:
        return False
    return True


def test_objects_are_sealed_under_the_key(server: Server, s3: Any, key: Any, disk: Path) -> None:
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


def test_a_key_that_only_the_s3_server_can_use(server: Server, s3: Any, key: Any) -> None:
    """The server calls as itself; its administrator, who may do everything, cannot open an object's data key directly."""
    kms = server.boto3()
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
