"""The AWS CLI, unmodified: what a newcomer pastes, and what an administrator does all day."""

import base64
import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from support import forked
from support.server import Server

Program = Callable[[str], Path]


class CLI:
    """Runs ``aws`` against the server as one profile."""

    def __init__(self, server: Server, profile: str = "default") -> None:
        self._environment = server.env(profile)

    def run(self, *arguments: str) -> forked.Done:
        return forked.run(arguments, self._environment, module=forked.AWS)

    def __call__(self, *arguments: str) -> Any:
        done = self.run(*arguments)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout) if done.stdout.strip() else None


@pytest.fixture
def aws(server: Server) -> CLI:
    return CLI(server)


def test_the_lines_that_the_server_prints_work_as_they_are(server: Server, program: Program, tmp_path: Path) -> None:
    lines = server.paste_lines().replace("/tmp/hello", f"{tmp_path}/hello")  # noqa: S108 - the lines name it
    environment = {
        "PATH": f"{program('aws').parent}:/usr/bin:/bin",
        "HOME": str(tmp_path),
        "AWS_EC2_METADATA_DISABLED": "true",
    }
    done = subprocess.run(
        ["bash", "-euc", lines], env=environment, capture_output=True, text=True, timeout=60, check=False
    )
    assert (done.returncode, done.stdout) == (0, "hello"), done.stderr


def test_a_key_from_its_making_to_its_deletion(aws: CLI, tmp_path: Path) -> None:
    key_id = aws("kms", "create-key", "--description", "by the CLI", "--tags", "TagKey=team,TagValue=blue")[
        "KeyMetadata"
    ]["KeyId"]
    alias = f"alias/cli-{key_id}"
    assert aws("kms", "create-alias", "--alias-name", alias, "--target-key-id", key_id) is None
    assert aws("kms", "describe-key", "--key-id", alias)["KeyMetadata"]["Description"] == "by the CLI"
    plain, sealed = tmp_path / "plain", tmp_path / "sealed"
    plain.write_bytes(bytes(range(256)))
    context = ("--encryption-context", "tenant=42,stage=prod")
    blob = aws("kms", "encrypt", "--key-id", alias, "--plaintext", f"fileb://{plain}", *context)["CiphertextBlob"]
    sealed.write_bytes(base64.b64decode(blob))
    opened = aws("kms", "decrypt", "--ciphertext-blob", f"fileb://{sealed}", *context)["Plaintext"]
    assert base64.b64decode(opened) == plain.read_bytes()
    data_key = aws("kms", "generate-data-key", "--key-id", key_id, "--key-spec", "AES_256")
    assert set(data_key) == {"CiphertextBlob", "Plaintext", "KeyId", "KeyMaterialId"}
    assert aws("kms", "list-resource-tags", "--key-id", key_id)["Tags"] == [{"TagKey": "team", "TagValue": "blue"}]
    scheduled = aws("kms", "schedule-key-deletion", "--key-id", key_id, "--pending-window-in-days", "7")
    assert scheduled["KeyState"] == "PendingDeletion"
    assert aws("kms", "cancel-key-deletion", "--key-id", key_id)["KeyId"].endswith(key_id)
    assert aws("kms", "describe-key", "--key-id", key_id)["KeyMetadata"]["KeyState"] == "Disabled"
    assert aws("kms", "delete-alias", "--alias-name", alias) is None


def test_policies_by_file(aws: CLI, server: Server, tmp_path: Path) -> None:
    key_id = aws("kms", "create-key")["KeyMetadata"]["KeyId"]
    account = aws("sts", "get-caller-identity")["Account"]
    file = tmp_path / "policy.json"
    file.write_text(
        json.dumps(
            {
                "Version": "2012-10-17",
                "Statement": [
                    {
                        "Effect": "Allow",
                        "Principal": {"AWS": f"arn:aws:iam::{account}:root"},
                        "Action": "kms:*",
                        "Resource": "*",
                    }
                ],
            }
        )
    )
    aws("kms", "put-key-policy", "--key-id", key_id, "--policy-name", "default", "--policy", f"file://{file}")
    assert aws("kms", "get-key-policy", "--key-id", key_id, "--policy-name", "default")["Policy"] == file.read_text()


def test_the_cli_pages_through_everything(aws: CLI) -> None:
    made = {aws("kms", "create-key")["KeyMetadata"]["KeyId"] for _ in range(3)}
    assert made <= {key["KeyId"] for key in aws("kms", "list-keys", "--page-size", "2")["Keys"]}


def test_errors_are_aws_words(aws: CLI, server: Server, nobody: str) -> None:
    missing = aws.run("kms", "describe-key", "--key-id", "1234abcd-12ab-34cd-56ef-1234567890ab")
    assert missing.returncode in {254, 255}  # the CLI of today and of yesterday
    assert (
        "An error occurred (NotFoundException) when calling the DescribeKey operation: Key 'arn:aws:kms:us-east-1:"
        in missing.stderr
    )
    key_id = aws("kms", "create-key")["KeyMetadata"]["KeyId"]
    denied = CLI(server, nobody).run("kms", "disable-key", "--key-id", key_id)
    assert denied.returncode in {254, 255}  # the CLI of today and of yesterday
    assert "(AccessDeniedException) when calling the DisableKey operation: User: arn:aws:iam::" in denied.stderr
    assert "because no identity-based policy allows the kms:DisableKey action" in denied.stderr


# --- one operation of each later family; the scenery is made by boto3, which starts faster -----------------------------


def test_grants(aws: CLI, server: Server, key: Any, nobody: str) -> None:
    grantee = server.boto3("sts", profile=nobody).get_caller_identity()["Arn"]
    constraint = ("--constraints", "EncryptionContextSubset={tenant=42}")
    grant = ("--grantee-principal", grantee, "--operations", "Encrypt", "Decrypt", *constraint)
    made = aws("kms", "create-grant", "--key-id", key.key_id, *grant, "--name", "cli")
    (entry,) = server.boto3().list_grants(KeyId=key.key_id)["Grants"]
    assert (entry["GrantId"], entry["Constraints"]) == (made["GrantId"], {"EncryptionContextSubset": {"tenant": "42"}})


def test_sign_and_verify(aws: CLI, make_key: Callable[..., Any], tmp_path: Path) -> None:
    key_id = make_key(KeySpec="ECC_NIST_P384", KeyUsage="SIGN_VERIFY").key_id
    message, signature = tmp_path / "message", tmp_path / "signature"
    message.write_bytes(b"signed by the CLI")
    request = ("--key-id", key_id, "--message", f"fileb://{message}", "--signing-algorithm", "ECDSA_SHA_384")
    signature.write_bytes(base64.b64decode(aws("kms", "sign", *request)["Signature"]))
    assert aws("kms", "verify", *request, "--signature", f"fileb://{signature}")["SignatureValid"] is True


def test_macs(aws: CLI, server: Server, make_key: Callable[..., Any], tmp_path: Path) -> None:
    key_id = make_key(KeySpec="HMAC_224", KeyUsage="GENERATE_VERIFY_MAC").key_id
    message = tmp_path / "message"
    message.write_bytes(b"authenticated by the CLI")
    request = ("--key-id", key_id, "--message", f"fileb://{message}", "--mac-algorithm", "HMAC_SHA_224")
    mac = base64.b64decode(aws("kms", "generate-mac", *request)["Mac"])
    checked = {"KeyId": key_id, "Message": message.read_bytes(), "MacAlgorithm": "HMAC_SHA_224", "Mac": mac}
    assert server.boto3().verify_mac(**checked)["MacValid"] is True


def test_rotation_on_demand(aws: CLI, key: Any) -> None:
    assert aws("kms", "rotate-key-on-demand", "--key-id", key.key_id)["KeyId"] == key.arn


def test_replicas(aws: CLI, server: Server, make_key: Callable[..., Any]) -> None:
    key = make_key(MultiRegion=True)
    made = aws(
        "kms", "replicate-key", "--key-id", key.arn, "--replica-region", "eu-west-2", "--description", "by the CLI"
    )
    assert made["ReplicaKeyMetadata"]["Arn"] == key.arn.replace("us-east-1", "eu-west-2")
    found = server.boto3(region="eu-west-2").describe_key(KeyId=key.key_id)["KeyMetadata"]
    assert found["Description"] == "by the CLI"


def test_parameters_for_import(aws: CLI, make_key: Callable[..., Any]) -> None:
    key = make_key(Origin="EXTERNAL")
    wrapping = ("--wrapping-algorithm", "RSAES_OAEP_SHA_256", "--wrapping-key-spec", "RSA_2048")
    got = aws("kms", "get-parameters-for-import", "--key-id", key.key_id, *wrapping)
    assert set(got) == {"KeyId", "ImportToken", "PublicKey", "ParametersValidTo"}
    assert got["KeyId"] == key.arn


def test_iam(aws: CLI, tmp_path: Path) -> None:
    """Users, a policy in a file, its attachment, a role, and the way back."""
    document = tmp_path / "policy.json"
    document.write_text(
        json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "kms:*", "Resource": "*"}]})
    )
    assert aws("iam", "create-user", "--user-name", "by-cli", "--tags", "Key=team,Value=blue")["User"]["Path"] == "/"
    arn = aws("iam", "create-policy", "--policy-name", "by-cli", "--policy-document", f"file://{document}")["Policy"][
        "Arn"
    ]
    aws("iam", "attach-user-policy", "--user-name", "by-cli", "--policy-arn", arn)
    attached = aws("iam", "list-attached-user-policies", "--user-name", "by-cli")["AttachedPolicies"]
    assert attached == [{"PolicyName": "by-cli", "PolicyArn": arn}]
    version = aws("iam", "get-policy-version", "--policy-arn", arn, "--version-id", "v1")["PolicyVersion"]
    assert version["Document"]["Statement"][0]["Action"] == "kms:*"
    refused = aws.run("iam", "delete-policy", "--policy-arn", arn)
    assert "(DeleteConflict) when calling the DeletePolicy operation: Cannot delete a policy attached" in refused.stderr
    aws("iam", "detach-user-policy", "--user-name", "by-cli", "--policy-arn", arn)
    aws("iam", "delete-policy", "--policy-arn", arn)
    aws("iam", "delete-user", "--user-name", "by-cli")
