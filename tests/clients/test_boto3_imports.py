"""boto3 as it comes, and ``openssl`` as the other side: it makes the material, wraps it, and checks what the key then does."""

import secrets
from pathlib import Path
from typing import Any

import pytest

from support.refusals import refusal
from support.server import Server
from support.wrapping import (
    FOR_EVER,
    HYBRID_1,
    HYBRID_256,
    OAEP_1,
    OAEP_256,
    openssl,
    openssl_private_key,
    openssl_public_key,
    openssl_wrapped,
)

MESSAGE = b"what was signed"


@pytest.fixture
def kms(server: Server) -> Any:
    return server.boto3()


def external(kms: Any, key_spec: str, usage: str) -> str:
    made = kms.create_key(Origin="EXTERNAL", KeySpec=key_spec, KeyUsage=usage)["KeyMetadata"]
    assert (made["KeyState"], made["Enabled"], made["Origin"]) == ("PendingImport", False, "EXTERNAL")
    return str(made["KeyId"])


def wrapped(kms: Any, key_id: str, algorithm: str, wrapping: str, material: bytes, folder: Path) -> dict[str, Any]:
    """Return the members of an ImportKeyMaterial for which ``openssl`` did the wrapping."""
    parameters = kms.get_parameters_for_import(KeyId=key_id, WrappingAlgorithm=algorithm, WrappingKeySpec=wrapping)
    encrypted = openssl_wrapped(folder, parameters["PublicKey"], algorithm, material)
    return {"KeyId": key_id, "ImportToken": parameters["ImportToken"], "EncryptedKeyMaterial": encrypted}


@pytest.mark.parametrize(("algorithm", "wrapping"), [(OAEP_256, "RSA_4096"), (OAEP_1, "RSA_2048")])
def test_symmetric_material(kms: Any, tmp_path: Path, algorithm: str, wrapping: str) -> None:
    key_id = external(kms, "SYMMETRIC_DEFAULT", "ENCRYPT_DECRYPT")
    material = secrets.token_bytes(32)
    members = wrapped(kms, key_id, algorithm, wrapping, material, tmp_path)
    assert refusal(kms, "import_key_material", **members).code == "ValidationException"
    material_id = kms.import_key_material(**members, **FOR_EVER)["KeyMaterialId"]
    blob = kms.encrypt(KeyId=key_id, Plaintext=MESSAGE)["CiphertextBlob"]
    assert kms.delete_imported_key_material(KeyId=key_id)["KeyMaterialId"] == material_id
    refused = refusal(kms, "decrypt", CiphertextBlob=blob)
    assert (refused.code, refused.message.rpartition(" is ")[2]) == ("KMSInvalidStateException", "pending import.")
    wrong = wrapped(kms, key_id, algorithm, wrapping, secrets.token_bytes(32), tmp_path)
    assert refusal(kms, "import_key_material", **wrong, **FOR_EVER).code == "IncorrectKeyMaterialException"
    assert kms.import_key_material(**members, **FOR_EVER)["KeyMaterialId"] == material_id
    assert kms.decrypt(CiphertextBlob=blob)["Plaintext"] == MESSAGE


@pytest.mark.parametrize(
    ("key_spec", "algorithm", "wrapping", "signing"),
    [
        ("RSA_2048", HYBRID_256, "RSA_3072", "RSASSA_PKCS1_V1_5_SHA_256"),
        ("ECC_NIST_P256", OAEP_256, "RSA_2048", "ECDSA_SHA_256"),
        ("ECC_SECG_P256K1", HYBRID_1, "RSA_2048", "ECDSA_SHA_256"),
        ("ECC_NIST_P521", OAEP_1, "RSA_3072", "ECDSA_SHA_512"),
    ],
)
def test_key_pairs(kms: Any, tmp_path: Path, key_spec: str, algorithm: str, wrapping: str, signing: str) -> None:
    """``openssl`` verifies with the public half what the service signed with the private half that it was given."""
    key_id = external(kms, key_spec, "SIGN_VERIFY")
    private = openssl_private_key(key_spec)
    kms.import_key_material(**wrapped(kms, key_id, algorithm, wrapping, private, tmp_path), **FOR_EVER)
    public = kms.get_public_key(KeyId=key_id)["PublicKey"]
    assert public == openssl_public_key(private)
    signature = kms.sign(KeyId=key_id, Message=MESSAGE, SigningAlgorithm=signing)["Signature"]
    digest = "-sha" + signing.rpartition("_")[2]
    (tmp_path / "public.der").write_bytes(public)
    (tmp_path / "signature").write_bytes(signature)
    verdict = openssl(
        "dgst", digest, "-keyform", "DER", "-verify", tmp_path / "public.der", "-signature", tmp_path / "signature",
        given=MESSAGE,
    )  # fmt: skip
    assert verdict == b"Verified OK\n"


def test_hmac_material(kms: Any, tmp_path: Path) -> None:
    """``openssl`` computes the same MAC."""
    key_id = external(kms, "HMAC_384", "GENERATE_VERIFY_MAC")
    material = secrets.token_bytes(48)
    kms.import_key_material(**wrapped(kms, key_id, OAEP_256, "RSA_2048", material, tmp_path), **FOR_EVER)
    mac = kms.generate_mac(KeyId=key_id, Message=MESSAGE, MacAlgorithm="HMAC_SHA_384")["Mac"]
    arguments = ("dgst", "-sha384", "-mac", "HMAC", "-macopt", f"hexkey:{material.hex()}", "-binary")
    assert openssl(*arguments, given=MESSAGE) == mac
