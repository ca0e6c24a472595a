"""OpenSSL, the command line: another implementation checks what the server computes, and makes what it must open.

Public keys come from GetPublicKey, in DER as it answers. Messages are signed RAW, so that the server's hashing is checked too;
a signature of a DIGEST must verify the same way.
"""

import hashlib
import os
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from support.refusals import refusal
from support.server import Server

MESSAGE = b"signed by one, verified by another" * 20


@dataclass(frozen=True, slots=True)
class OpenSSL:
    """Runs ``openssl`` in a directory of its own."""

    program: Path
    directory: Path

    def run(self, *arguments: str) -> "subprocess.CompletedProcess[bytes]":
        command = [str(self.program), *arguments]
        return subprocess.run(command, cwd=self.directory, capture_output=True, timeout=30, check=False)

    def __call__(self, *arguments: str) -> bytes:
        done = self.run(*arguments)
        assert done.returncode == 0, done.stderr.decode()
        return done.stdout

    def write(self, **files: bytes) -> None:
        for name, data in files.items():
            (self.directory / name).write_bytes(data)

    def version(self) -> tuple[int, ...]:
        return tuple(int(part) for part in self("version").split()[1].split(b".")[:2])


@pytest.fixture
def openssl(program: Callable[[str], Path], tmp_path: Path) -> OpenSSL:
    return OpenSSL(program("openssl"), tmp_path)


def key_of(server: Server, spec: str, usage: str, openssl: OpenSSL) -> str:
    """Make a key and leave its public key in ``public``; return its id."""
    kms = server.boto3()
    key_id: str = kms.create_key(KeySpec=spec, KeyUsage=usage)["KeyMetadata"]["KeyId"]
    openssl.write(public=kms.get_public_key(KeyId=key_id)["PublicKey"])
    return key_id


# --- signatures ------------------------------------------------------------------------------------------------------


SIGNERS = [
    *(("RSA_2048", f"RSASSA_PKCS1_V1_5_SHA_{bits}") for bits in (256, 384, 512)),
    *(("RSA_2048", f"RSASSA_PSS_SHA_{bits}") for bits in (256, 384, 512)),
    ("RSA_3072", "RSASSA_PSS_SHA_384"),
    ("RSA_4096", "RSASSA_PKCS1_V1_5_SHA_512"),
    ("ECC_NIST_P256", "ECDSA_SHA_256"),
    ("ECC_NIST_P384", "ECDSA_SHA_384"),
    ("ECC_NIST_P521", "ECDSA_SHA_512"),
    ("ECC_SECG_P256K1", "ECDSA_SHA_256"),
]


def _verification(algorithm: str) -> tuple[str, ...]:
    """Return the arguments that verify a signature over a hash of the message, which openssl computes itself.

    RSA-PSS: a salt of exactly the hash's length, MGF1 with the same hash.
    """
    hash_name = f"sha{algorithm[-3:]}"
    pss = ("rsa_padding_mode:pss", "rsa_pss_saltlen:digest", f"rsa_mgf1_md:{hash_name}")
    options = [argument for option in pss if "_PSS_" in algorithm for argument in ("-sigopt", option)]
    verify = ("-keyform", "DER", "-verify", "public", "-signature", "signature")
    return ("dgst", f"-{hash_name}", *verify, *options, "message")


@pytest.mark.parametrize(("spec", "algorithm"), SIGNERS)
def test_verifies_signatures(server: Server, openssl: OpenSSL, spec: str, algorithm: str) -> None:
    kms = server.boto3()
    key_id = key_of(server, spec, "SIGN_VERIFY", openssl)
    verification = _verification(algorithm)
    digest = hashlib.new(f"sha{algorithm[-3:]}", MESSAGE).digest()
    for message, kind in ((MESSAGE, "RAW"), (digest, "DIGEST")):
        made = kms.sign(KeyId=key_id, SigningAlgorithm=algorithm, Message=message, MessageType=kind)
        openssl.write(message=MESSAGE, signature=made["Signature"])
        assert openssl(*verification) == b"Verified OK\n"
        openssl.write(message=MESSAGE + b".")
        assert openssl.run(*verification).returncode != 0


def _ed25519(openssl: OpenSSL, *options: str) -> bool:
    arguments = ("-verify", "-pubin", "-keyform", "DER", "-inkey", "public", "-rawin", "-sigfile", "signature")
    return openssl.run("pkeyutl", *arguments, *options, "-in", "message").returncode == 0


def test_verifies_ed25519(server: Server, openssl: OpenSSL) -> None:
    key_id = key_of(server, "ECC_NIST_EDWARDS25519", "SIGN_VERIFY", openssl)
    made = server.boto3().sign(KeyId=key_id, SigningAlgorithm="ED25519_SHA_512", Message=MESSAGE)
    openssl.write(message=MESSAGE, signature=made["Signature"])
    assert _ed25519(openssl)
    openssl.write(message=MESSAGE + b".")
    assert not _ed25519(openssl)


def test_verifies_ed25519ph(server: Server, openssl: OpenSSL) -> None:
    """What the caller hashed is hashed once more, as the service does."""
    if openssl.version() < (3, 4):
        pytest.skip("this openssl knows no Ed25519ph")
    key_id = key_of(server, "ECC_NIST_EDWARDS25519", "SIGN_VERIFY", openssl)
    digest = hashlib.sha512(MESSAGE).digest()
    made = server.boto3().sign(
        KeyId=key_id, SigningAlgorithm="ED25519_PH_SHA_512", Message=digest, MessageType="DIGEST"
    )
    openssl.write(message=digest, signature=made["Signature"])
    assert _ed25519(openssl, "-pkeyopt", "instance:Ed25519ph")


@pytest.mark.parametrize(
    ("spec", "algorithm"), [("ECC_NIST_P256", "ECDSA_SHA_256"), ("ECC_SECG_P256K1", "ECDSA_SHA_256")]
)
def test_a_foreign_signature_is_refused(server: Server, openssl: OpenSSL, spec: str, algorithm: str) -> None:
    """Signed by another key of the same curve: well formed, and of nobody here."""
    key_id = key_of(server, spec, "SIGN_VERIFY", openssl)
    curve = {"ECC_NIST_P256": "prime256v1", "ECC_SECG_P256K1": "secp256k1"}[spec]
    openssl("ecparam", "-name", curve, "-genkey", "-noout", "-out", "foreign")
    openssl.write(message=MESSAGE)
    openssl("dgst", "-sha256", "-sign", "foreign", "-out", "signature", "message")
    request = {"KeyId": key_id, "SigningAlgorithm": algorithm, "Message": MESSAGE}
    signature = (openssl.directory / "signature").read_bytes()
    assert refusal(server.boto3(), "verify", **request, Signature=signature).code == "KMSInvalidSignatureException"


# --- encryption, agreement, data key pairs, MACs ---------------------------------------------------------------------


@pytest.mark.parametrize(("spec", "bits"), [("RSA_2048", 1), ("RSA_2048", 256), ("RSA_3072", 256), ("RSA_4096", 1)])
def test_encrypts_what_the_key_decrypts(server: Server, openssl: OpenSSL, spec: str, bits: int) -> None:
    key_id = key_of(server, spec, "ENCRYPT_DECRYPT", openssl)
    longest = b"x" * (int(spec[-4:]) // 8 - 2 - 2 * {1: 20, 256: 32}[bits])
    options = ("rsa_padding_mode:oaep", f"rsa_oaep_md:sha{bits}", f"rsa_mgf1_md:sha{bits}")
    padding = [argument for option in options for argument in ("-pkeyopt", option)]
    key = {"KeyId": key_id, "EncryptionAlgorithm": f"RSAES_OAEP_SHA_{bits}"}
    for plaintext in (b"p", longest):
        openssl.write(plaintext=plaintext)
        sealed = openssl(
            "pkeyutl", "-encrypt", "-pubin", "-keyform", "DER", "-inkey", "public", *padding, "-in", "plaintext"
        )
        assert server.boto3().decrypt(**key, CiphertextBlob=sealed)["Plaintext"] == plaintext
    other = {"KeyId": key_id, "EncryptionAlgorithm": f"RSAES_OAEP_SHA_{257 - bits}"}
    assert refusal(server.boto3(), "decrypt", **other, CiphertextBlob=sealed).code == "InvalidCiphertextException"


@pytest.mark.parametrize(
    ("spec", "curve", "size"),
    [("ECC_NIST_P256", "P-256", 32), ("ECC_NIST_P384", "P-384", 48), ("ECC_NIST_P521", "P-521", 66)],
)
def test_derives_the_same_secret(server: Server, openssl: OpenSSL, spec: str, curve: str, size: int) -> None:
    key_id = key_of(server, spec, "KEY_AGREEMENT", openssl)
    openssl("genpkey", "-algorithm", "EC", "-pkeyopt", f"group:{curve}", "-out", "own")
    openssl("pkey", "-pubin", "-inform", "DER", "-in", "public", "-out", "peer")
    theirs = openssl("pkeyutl", "-derive", "-inkey", "own", "-peerkey", "peer")
    own_public = openssl("pkey", "-in", "own", "-pubout", "-outform", "DER")
    ours = server.boto3().derive_shared_secret(KeyId=key_id, KeyAgreementAlgorithm="ECDH", PublicKey=own_public)
    assert (ours["SharedSecret"], len(theirs)) == (theirs, size)


@pytest.mark.parametrize(
    "spec",
    ["RSA_2048", "ECC_NIST_P256", "ECC_NIST_P384", "ECC_NIST_P521", "ECC_SECG_P256K1", "ECC_NIST_EDWARDS25519"],
)
def test_reads_data_key_pairs(server: Server, key: Any, openssl: OpenSSL, spec: str) -> None:
    """The private key is sound, its public half is the one that was answered, and its blob holds the same."""
    kms = server.boto3()
    pair = kms.generate_data_key_pair(KeyId=key.key_id, KeyPairSpec=spec)
    openssl.write(private=pair["PrivateKeyPlaintext"])
    openssl("pkey", "-inform", "DER", "-in", "private", "-check", "-noout")
    assert openssl("pkey", "-inform", "DER", "-in", "private", "-pubout", "-outform", "DER") == pair["PublicKey"]
    assert kms.decrypt(CiphertextBlob=pair["PrivateKeyCiphertextBlob"])["Plaintext"] == pair["PrivateKeyPlaintext"]


# --- imported key material ---------------------------------------------------------------------------------------------


def import_(server: Server, openssl: OpenSSL, spec: str, usage: str, algorithm: str) -> str:
    """Make a key for the material in the file ``material``, wrap that as the guide's examples do, import it; return its id."""
    kms = server.boto3()
    key_id: str = kms.create_key(KeySpec=spec, KeyUsage=usage, Origin="EXTERNAL")["KeyMetadata"]["KeyId"]
    got = kms.get_parameters_for_import(KeyId=key_id, WrappingAlgorithm=algorithm, WrappingKeySpec="RSA_2048")
    openssl.write(wrapping=got["PublicKey"])
    hash_name = f"sha{algorithm.rpartition('_')[2]}"
    options = ("rsa_padding_mode:oaep", f"rsa_oaep_md:{hash_name}", f"rsa_mgf1_md:{hash_name}")
    padding = [argument for option in options for argument in ("-pkeyopt", option)]
    encrypt = ("pkeyutl", "-encrypt", "-pubin", "-keyform", "DER", "-inkey", "wrapping", *padding)
    if algorithm.startswith("RSAES_"):
        wrapped = openssl(*encrypt, "-in", "material")
    else:
        once = os.urandom(32)
        openssl.write(once=once)
        wrap = ("enc", "-id-aes256-wrap-pad", "-K", once.hex(), "-iv", "A65959A6", "-in", "material")
        wrapped = openssl(*encrypt, "-in", "once") + openssl(*wrap)
    kms.import_key_material(
        KeyId=key_id,
        ImportToken=got["ImportToken"],
        EncryptedKeyMaterial=wrapped,
        ExpirationModel="KEY_MATERIAL_DOES_NOT_EXPIRE",
    )
    return key_id


@pytest.mark.parametrize(("bits", "wrapping"), [(224, 1), (256, 256), (384, 1), (512, 256)])
def test_computes_the_macs_of_an_imported_key(server: Server, openssl: OpenSSL, bits: int, wrapping: int) -> None:
    material = os.urandom(bits // 8)
    openssl.write(material=material, message=MESSAGE)
    key_id = import_(server, openssl, f"HMAC_{bits}", "GENERATE_VERIFY_MAC", f"RSAES_OAEP_SHA_{wrapping}")
    made = server.boto3().generate_mac(KeyId=key_id, MacAlgorithm=f"HMAC_SHA_{bits}", Message=MESSAGE)
    mac = ("mac", "-digest", f"SHA{bits}", "-macopt", f"hexkey:{material.hex()}", "-binary", "-in", "message", "HMAC")
    assert made["Mac"] == openssl(*mac)


@pytest.mark.parametrize(
    ("spec", "algorithm", "making"),
    [
        ("RSA_2048", "RSASSA_PSS_SHA_256", ("RSA", "rsa_keygen_bits:2048")),
        ("ECC_NIST_P384", "ECDSA_SHA_384", ("EC", "group:P-384")),
        ("ECC_SECG_P256K1", "ECDSA_SHA_256", ("EC", "group:secp256k1")),
    ],
)
def test_a_private_key_of_openssl_signs_here(
    server: Server, openssl: OpenSSL, spec: str, algorithm: str, making: tuple[str, str]
) -> None:
    openssl("genpkey", "-algorithm", making[0], "-pkeyopt", making[1], "-outform", "DER", "-out", "private")
    openssl("pkcs8", "-topk8", "-nocrypt", "-inform", "DER", "-in", "private", "-outform", "DER", "-out", "material")
    openssl("pkey", "-inform", "DER", "-in", "private", "-pubout", "-outform", "DER", "-out", "public")
    kms = server.boto3()
    key_id = import_(server, openssl, spec, "SIGN_VERIFY", "RSA_AES_KEY_WRAP_SHA_256")
    assert kms.get_public_key(KeyId=key_id)["PublicKey"] == (openssl.directory / "public").read_bytes()
    made = kms.sign(KeyId=key_id, SigningAlgorithm=algorithm, Message=MESSAGE)
    openssl.write(message=MESSAGE, signature=made["Signature"])
    assert openssl(*_verification(algorithm)) == b"Verified OK\n"
