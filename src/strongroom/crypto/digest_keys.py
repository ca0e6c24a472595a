"""The keys that sign the digests of trails: RSA 2048, PKCS #1 v1.5 with SHA-256.

Source: CloudTrail User Guide, "CloudTrail digest file structure" and "Custom implementations of CloudTrail log file integrity
validation"; RFC 8017, 8.2 and A.1.1.
"""

from dataclasses import replace
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from strongroom.crypto.keyring import Keyring
from strongroom.model.random import RandomBytes
from strongroom.model.trail import DigestKey

SIGNATURE_ALGORITHM = "SHA256withRSA"
VALID_MS = 365 * 86_400_000  # ours: AWS does not say how long its keys are valid
_BITS = 2048
_FINGERPRINT_DIGITS = 32


def new_digest_key(
    account: str, region: str, from_ms: int, now_ms: int, keyring: Keyring, random_bytes: RandomBytes
) -> DigestKey:
    """Make a pair of keys, its private half wrapped and opened once again; it is valid from ``from_ms`` until a year from now."""
    private = rsa.generate_private_key(65537, _BITS)
    public = private.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.PKCS1)
    fingerprint = sha256(public).hexdigest()[:_FINGERPRINT_DIGITS]
    key = DigestKey(account, region, fingerprint, public, b"", from_ms, now_ms + VALID_MS)
    secret = private.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    wrapped = replace(key, wrapped=keyring.wrap_digest_key(key, secret, random_bytes))
    if keyring.unwrap_digest_key(wrapped) != secret:
        raise ValueError("a wrapped digest key does not open to what was wrapped")
    return wrapped


def sign_digest(key: DigestKey, keyring: Keyring, text: bytes) -> str:
    """Return the signature in hexadecimal digits. Errors: InvalidCiphertextError when the stored key is not ours."""
    private = serialization.load_der_private_key(
        keyring.unwrap_digest_key(key),
        None,
        unsafe_skip_rsa_key_validation=True,  # ours, and authenticated by its wrapping; the check takes far longer than signing
    )
    if not isinstance(private, rsa.RSAPrivateKey):
        raise TypeError("a digest key is an RSA key")
    return private.sign(text, padding.PKCS1v15(), hashes.SHA256()).hex()


def is_signed(public_key: bytes, text: bytes, signature: str) -> bool:
    """Say whether ``signature`` (hexadecimal digits) is that of ``text`` under a PKCS #1 public key."""
    try:
        public = serialization.load_der_public_key(public_key)
        if not isinstance(public, rsa.RSAPublicKey):
            return False
        public.verify(bytes.fromhex(signature), text, padding.PKCS1v15(), hashes.SHA256())
    except (InvalidSignature, ValueError):
        return False
    return True
