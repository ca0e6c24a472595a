"""SeaweedFS, the released binary, as an S3 server with SSE-KMS: docs/integrations/s3.md, its commands and what it says."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError
from s3_encryption import S3EncryptionClient, S3EncryptionClientConfig
from s3_encryption.materials.kms_keyring import KmsKeyring

from support.pages import DOCS, blocks, commands
from support.programs import needed
from support.seaweedfs import SeaweedFS
from support.server import Server

PAGE = DOCS / "integrations" / "s3.md"
SECRET = b"the secret harvest of seaweed " * 4000
SEALED = {"ServerSideEncryption": "aws:kms"}
pytestmark = pytest.mark.slow

PART_BYTES = 5 << 20  # S3's least, but for the last part


@pytest.fixture(scope="module")
def storage(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SeaweedFS]:
    """The page's set-up: the service's credentials, ``s3.json`` with this server's address, SeaweedFS."""
    add = commands(PAGE, "Set up")[0].split()
    server.cli(*add[1:])
    config = json.loads(blocks(PAGE, "Set up", "json")[0])
    config["kms"]["providers"]["strongroom"]["endpoint"] = server.endpoint
    (identity,) = config["identities"]
    (credentials,) = identity["credentials"]
    running = SeaweedFS(tmp_path_factory.mktemp("seaweedfs"))
    try:
        running.start(
            needed("weed"), server.env(), credentials["accessKey"], credentials["secretKey"], kms=config["kms"]
        )
        yield running
    finally:
        running.close()
        server.cli("service", "remove", "s3")


@pytest.fixture
def s3(storage: SeaweedFS) -> Any:
    return storage.client


@pytest.fixture
def key(server: Server) -> dict[str, Any]:
    metadata: dict[str, Any] = server.boto3().create_key()["KeyMetadata"]
    return metadata


def test_the_commands_of_the_page(server: Server, storage: SeaweedFS, tmp_path: Path) -> None:
    (tmp_path / "report.txt").write_bytes(SECRET)
    sections = (
        "Objects under a key of yours", "A default for the bucket", "The AWS managed key", "When the key is off",
        "Who read this object",
    )  # fmt: skip
    script = "\n".join(command for title in sections for command in commands(PAGE, title))
    written = _run(server, storage, script, tmp_path)
    assert "aws:kms" in written  # of the object that was put by the bucket's default
    assert "\nAWS\n" in written  # who manages the managed key
    assert "s3.amazonaws.com" in written.splitlines()[-1]  # who read the report
    assert not (tmp_path / "refused.txt").exists()
    assert not storage.holds(b"secret harvest")


def test_versions_and_parts_are_sealed_by_the_bucket_default(
    server: Server, storage: SeaweedFS, s3: Any, key: dict[str, Any]
) -> None:
    s3.create_bucket(Bucket="versions")
    rule = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": key["Arn"]}}
    s3.put_bucket_encryption(Bucket="versions", ServerSideEncryptionConfiguration={"Rules": [rule]})
    s3.put_bucket_versioning(Bucket="versions", VersioningConfiguration={"Status": "Enabled"})
    bodies = [SECRET, b"later: " + SECRET]
    versions = [s3.put_object(Bucket="versions", Key="o", Body=body) for body in bodies]
    for put, body in zip(versions, bodies, strict=True):
        assert (put["ServerSideEncryption"], put["SSEKMSKeyId"]) == ("aws:kms", key["Arn"])
        assert _read(s3, "versions", "o", VersionId=put["VersionId"]) == body
    whole = _put_parts(s3, "versions", "parts", key["Arn"])
    assert _read(s3, "versions", "parts") == whole
    across = f"bytes={PART_BYTES - 3}-{PART_BYTES + 3}"
    assert _read(s3, "versions", "parts", Range=across) == whole[PART_BYTES - 3 : PART_BYTES + 4]
    assert not storage.holds(b"secret harvest")
    contexts = [asked.get("encryptionContext") for asked in _asked(server, key["Arn"], "GenerateDataKey")]
    assert contexts.count({"aws:s3:arn": "arn:aws:s3:::versions/o"}) == len(bodies)


def test_a_key_that_works_for_some_objects_and_only_through_s3(server: Server, s3: Any, key: dict[str, Any]) -> None:
    """The server calls as itself; its administrator, who may do everything, cannot open an object's data key directly."""
    kms = server.boto3()
    (policy,) = blocks(PAGE, "A key that works through S3 only", "json")
    kms.put_key_policy(KeyId=key["Arn"], Policy=policy.replace("111122223333", key["AWSAccountId"]))
    with suppress(s3.exceptions.BucketAlreadyOwnedByYou):  # made by the page's commands
        s3.create_bucket(Bucket="documents")
    sealed = SEALED | {"SSEKMSKeyId": key["Arn"]}
    s3.put_object(Bucket="documents", Key="hr/pay.txt", Body=SECRET, **sealed)
    assert _read(s3, "documents", "hr/pay.txt") == SECRET
    with pytest.raises(ClientError):
        s3.put_object(Bucket="documents", Key="it/pay.txt", Body=SECRET, **sealed)
    with pytest.raises(ClientError, match="explicit deny in a resource-based policy"):
        kms.generate_data_key(KeyId=key["Arn"], KeySpec="AES_256")
    refused = [record for record in server.records() if record.get("errorCode") == "AccessDeniedException"]
    told = [(each["sourceIPAddress"], each["eventName"]) for each in refused]
    assert ("s3.amazonaws.com", "GenerateDataKey") in told


def test_a_disabled_key_is_the_end_of_its_objects_until_it_is_enabled(
    server: Server, s3: Any, key: dict[str, Any]
) -> None:
    kms = server.boto3()
    s3.create_bucket(Bucket="switched")
    s3.put_object(Bucket="switched", Key="o", Body=SECRET, **SEALED, SSEKMSKeyId=key["Arn"])
    kms.disable_key(KeyId=key["Arn"])
    with pytest.raises(ClientError):
        _read(s3, "switched", "o")
    with pytest.raises(ClientError):
        s3.put_object(Bucket="switched", Key="p", Body=SECRET, **SEALED, SSEKMSKeyId=key["Arn"])
    kms.enable_key(KeyId=key["Arn"])
    assert _eventually(lambda: _read(s3, "switched", "o")) == SECRET


def test_the_s3_encryption_client(server: Server, storage: SeaweedFS, s3: Any, key: dict[str, Any]) -> None:
    """Amazon's client-side encryption: the S3 server sees ciphertext alone, and another context opens nothing."""
    s3.create_bucket(Bucket="sealed")
    keyring = KmsKeyring(server.fresh_boto3(), key["Arn"])
    client = S3EncryptionClient(storage.fresh_client(), S3EncryptionClientConfig(keyring=keyring))
    tenant = {"tenant": "42"}
    client.put_object(Bucket="sealed", Key="o", Body=SECRET, EncryptionContext=tenant)
    assert client.get_object(Bucket="sealed", Key="o", EncryptionContext=tenant)["Body"].read() == SECRET
    assert b"secret harvest" not in _read(s3, "sealed", "o")
    with pytest.raises(Exception, match=r"(?i)context"):
        client.get_object(Bucket="sealed", Key="o", EncryptionContext={"tenant": "43"})["Body"].read()
    (asked,) = _asked(server, key["Arn"], "GenerateDataKey")
    assert asked["encryptionContext"].items() >= tenant.items()
    server.boto3().disable_key(KeyId=key["Arn"])
    with pytest.raises(Exception, match="disabled"):
        client.get_object(Bucket="sealed", Key="o", EncryptionContext=tenant)["Body"].read()


def _run(server: Server, storage: SeaweedFS, script: str, directory: Path) -> str:
    """Run the page's commands as its reader would."""
    profile = directory / "credentials"
    profile.write_text(Path(server.env()["AWS_SHARED_CREDENTIALS_FILE"]).read_text() + storage.profile("alice"))
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script],
        cwd=directory,
        env=server.env()
        | {
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            "AWS_SHARED_CREDENTIALS_FILE": str(profile),
            "AWS_MAX_ATTEMPTS": "1",
            "DATA": str(server.data),
            "S3": storage.endpoint,
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def _read(s3: Any, bucket: str, name: str, **more: str) -> bytes:
    body: bytes = s3.get_object(Bucket=bucket, Key=name, **more)["Body"].read()
    return body


def _put_parts(s3: Any, bucket: str, name: str, key_arn: str) -> bytes:
    parts = [(SECRET * (PART_BYTES // len(SECRET) + 1))[:PART_BYTES], SECRET]
    upload = s3.create_multipart_upload(Bucket=bucket, Key=name, **SEALED, SSEKMSKeyId=key_arn)["UploadId"]
    done = []
    for number, part in enumerate(parts, 1):
        put = s3.upload_part(Bucket=bucket, Key=name, UploadId=upload, PartNumber=number, Body=part)
        done.append({"ETag": put["ETag"], "PartNumber": number})
    s3.complete_multipart_upload(Bucket=bucket, Key=name, UploadId=upload, MultipartUpload={"Parts": done})
    return b"".join(parts)


def _asked(server: Server, key_arn: str, operation: str) -> list[dict[str, Any]]:
    """Return the request parameters of the calls that used a key."""
    return [
        record["requestParameters"]
        for record in server.records()
        if record["eventName"] == operation and any(key_arn == each["ARN"] for each in record["resources"])
    ]


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
