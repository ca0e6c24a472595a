"""Wrapping key material for import: as a library does it, and as the ``openssl`` command line does it. Knows nothing of the product."""

import functools
import secrets
import subprocess
from base64 import b64encode
from pathlib import Path

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.keywrap import aes_key_wrap_with_padding

OAEP_256, OAEP_1 = "RSAES_OAEP_SHA_256", "RSAES_OAEP_SHA_1"
HYBRID_256, HYBRID_1 = "RSA_AES_KEY_WRAP_SHA_256", "RSA_AES_KEY_WRAP_SHA_1"
FOR_EVER = {"ExpirationModel": "KEY_MATERIAL_DOES_NOT_EXPIRE"}


def wrapped(public_key: bytes, algorithm: str, material: bytes) -> bytes:
    """Return EncryptedKeyMaterial."""
    if algorithm in (HYBRID_1, HYBRID_256):
        once = secrets.token_bytes(32)
        return wrapped_by_hand(public_key, algorithm, once, aes_key_wrap_with_padding(once, material))
    return wrapped_by_hand(public_key, algorithm, material)


def wrapped_by_hand(public_key: bytes, algorithm: str, direct: bytes, rest: bytes = b"") -> bytes:
    """Return ``direct`` encrypted by RSAES-OAEP, with ``rest`` behind it as it is."""
    public = serialization.load_der_public_key(public_key)
    assert isinstance(public, rsa.RSAPublicKey)
    digest = hashes.SHA1() if algorithm.endswith("SHA_1") else hashes.SHA256()  # noqa: S303 - an algorithm AWS has
    return public.encrypt(direct, padding.OAEP(padding.MGF1(digest), digest, None)) + rest


def encoded(raw: bytes) -> str:
    return b64encode(raw).decode()


# --- another implementation: the openssl command line ---------------------------------------------------------------------


def openssl(*arguments: str | Path, given: bytes = b"") -> bytes:
    """Run ``openssl`` and return what it printed."""
    return subprocess.run(["openssl", *map(str, arguments)], input=given, capture_output=True, check=True).stdout


_OPENSSL_KINDS = {
    "ECC_NIST_P256": ("EC", "-pkeyopt", "ec_paramgen_curve:P-256"),
    "ECC_NIST_P384": ("EC", "-pkeyopt", "ec_paramgen_curve:P-384"),
    "ECC_NIST_P521": ("EC", "-pkeyopt", "ec_paramgen_curve:P-521"),
    "ECC_SECG_P256K1": ("EC", "-pkeyopt", "ec_paramgen_curve:secp256k1"),
    "ECC_NIST_EDWARDS25519": ("ED25519",),
    "RSA_2048": ("RSA", "-pkeyopt", "rsa_keygen_bits:2048"),
    "RSA_3072": ("RSA", "-pkeyopt", "rsa_keygen_bits:3072"),
    "RSA_4096": ("RSA", "-pkeyopt", "rsa_keygen_bits:4096"),
}


@functools.cache
def openssl_private_key(key_spec: str) -> bytes:
    """Return a private key as ``openssl`` makes it, PKCS#8 DER."""
    made = openssl("genpkey", "-algorithm", *_OPENSSL_KINDS[key_spec])
    return openssl("pkcs8", "-topk8", "-nocrypt", "-outform", "DER", given=made)


def openssl_public_key(private_der: bytes) -> bytes:
    return openssl("pkey", "-inform", "DER", "-pubout", "-outform", "DER", given=private_der)


def openssl_wrapped(folder: Path, public_key: bytes, algorithm: str, material: bytes) -> bytes:
    """Return EncryptedKeyMaterial, made by ``openssl pkeyutl`` and, for RSA_AES_KEY_WRAP, ``openssl enc``."""
    (folder / "wrapping.der").write_bytes(public_key)
    digest = "sha1" if algorithm.endswith("SHA_1") else "sha256"
    hybrid = algorithm in (HYBRID_1, HYBRID_256)
    once = secrets.token_bytes(32)
    directly = openssl(
        "pkeyutl", "-encrypt", "-pubin", "-keyform", "DER", "-inkey", folder / "wrapping.der",
        "-pkeyopt", "rsa_padding_mode:oaep", "-pkeyopt", f"rsa_oaep_md:{digest}", "-pkeyopt", f"rsa_mgf1_md:{digest}",
        given=once if hybrid else material,
    )  # fmt: skip
    if not hybrid:
        return directly
    return directly + openssl("enc", "-id-aes256-wrap-pad", "-iv", "A65959A6", "-K", once.hex(), given=material)
