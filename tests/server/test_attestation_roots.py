"""Whose attestation documents a server believes: AWS's own, or what its operator names."""

import time
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding

from strongroom.bootstrap import DataDirectoryError
from strongroom.server.attestation_roots import AWS_ROOT, read_attestation_roots
from support.cms import opened
from support.nitro import ENCLAVE_KEY, Hypervisor

# AWS Nitro Enclaves User Guide, "Verifying the root of trust".
FINGERPRINT = "64:1A:03:21:A3:E2:44:EF:E4:56:46:31:95:D6:06:31:7E:D7:CD:CC:3C:17:56:E0:98:93:F3:C6:8F:79:BB:5B"


def test_aws_root_is_the_default() -> None:
    (root,) = read_attestation_roots(None)
    assert root.fingerprint(hashes.SHA256()).hex(":").upper() == FINGERPRINT
    assert FINGERPRINT in AWS_ROOT.read_text()
    assert root.subject == root.issuer
    assert "CN=aws.nitro-enclaves" in root.subject.rfc4514_string()


def test_files_that_hold_no_root(tmp_path: Path) -> None:
    empty = tmp_path / "empty.pem"
    empty.write_text("nothing here")
    with pytest.raises(DataDirectoryError, match="holds no certificate in PEM form"):
        read_attestation_roots(empty)
    with pytest.raises(DataDirectoryError, match="cannot be read: No such file"):
        read_attestation_roots(tmp_path / "missing.pem")


def test_a_server_with_a_root_of_its_own(start_server: Any, tmp_path: Path) -> None:
    """Documents under the operator's root are believed, others not; AWS's own root no longer counts unless it is in the file."""
    now = time.time()
    nitro, other = Hypervisor(now), Hypervisor(now)
    pem = tmp_path / "root.pem"
    pem.write_bytes(nitro.root.certificate.public_bytes(Encoding.PEM))
    server = start_server(workers=1, options=("--attestation-root", str(pem)))
    kms = server.boto3()

    def recipient(hypervisor: Hypervisor) -> dict[str, Any]:
        return {"KeyEncryptionAlgorithm": "RSAES_OAEP_SHA_256", "AttestationDocument": hypervisor.document()}

    key_id = kms.create_key()["KeyMetadata"]["KeyId"]
    made = kms.generate_data_key(KeyId=key_id, KeySpec="AES_256", Recipient=recipient(nitro))
    assert "Plaintext" not in made
    data_key = kms.decrypt(CiphertextBlob=made["CiphertextBlob"])["Plaintext"]
    assert opened(made["CiphertextForRecipient"], ENCLAVE_KEY) == data_key
    with pytest.raises(ClientError) as refused:
        kms.generate_random(NumberOfBytes=32, Recipient=recipient(other))
    assert refused.value.response["Error"]["Code"] == "ValidationException"
