"""HMAC keys. Source: FIPS 198-1; AWS KMS Developer Guide, "HMAC keys in AWS KMS"."""

import hmac

from strongroom.errors import KMSInvalidMacError


def key_bytes_of(key_spec: str) -> int:
    """Return how long fresh material of an HMAC key is: as long as its hash."""
    return int(key_spec.removeprefix("HMAC_")) // 8


def generate(key_spec: str, secret: bytes, message: bytes) -> bytes:
    """Return the whole MAC, as long as the hash of the key spec."""
    return hmac.digest(secret, message, "sha" + key_spec.removeprefix("HMAC_"))


def verify(key_spec: str, secret: bytes, message: bytes, mac: bytes) -> None:
    """Compare in constant time. Errors: KMSInvalidMacError."""
    if not hmac.compare_digest(generate(key_spec, secret, message), mac):
        raise KMSInvalidMacError
