"""RSAES-OAEP for small plaintexts. Source: RFC 8017, 7.1; AWS KMS Developer Guide, "RSA key specs for encryption"."""

from collections.abc import Mapping
from types import MappingProxyType

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from strongroom.errors import InvalidCiphertextError, ValidationError

_HASHES: Mapping[str, hashes.HashAlgorithm] = MappingProxyType(
    {"RSAES_OAEP_SHA_1": hashes.SHA1(), "RSAES_OAEP_SHA_256": hashes.SHA256()}  # noqa: S303 - AWS's name for it; OAEP does not rest on collisions
)


def oaep(algorithm: str) -> padding.OAEP:
    """Return the padding of an algorithm: the same hash for the label and for MGF1, no label."""
    chosen = _HASHES[algorithm]
    return padding.OAEP(padding.MGF1(chosen), chosen, None)


def encrypt(public: rsa.RSAPublicKey, key_spec: str, algorithm: str, plaintext: bytes) -> bytes:
    """Return the ciphertext, as long as the modulus. Errors: ValidationError for a plaintext that is too long."""
    most = public.key_size // 8 - 2 * _HASHES[algorithm].digest_size - 2
    if len(plaintext) > most:
        raise ValidationError(
            f"Algorithm {algorithm} and key spec {key_spec} cannot encrypt data larger than {most} bytes."
        )
    return public.encrypt(plaintext, oaep(algorithm))


def decrypt(private: rsa.RSAPrivateKey, algorithm: str, ciphertext: bytes) -> bytes:
    """Return the plaintext. Errors: InvalidCiphertextError, the same for every cause."""
    try:
        return private.decrypt(ciphertext, oaep(algorithm))
    except ValueError:
        raise InvalidCiphertextError from None
