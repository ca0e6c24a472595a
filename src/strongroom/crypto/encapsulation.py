"""ML-KEM. Source: FIPS 203; AWS KMS API Reference, Encapsulate and Decapsulate."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from strongroom.crypto.key_pairs import PrivateKey
from strongroom.errors import InvalidCiphertextError

CIPHERTEXT_BYTES: Mapping[str, int] = MappingProxyType({"ML_KEM_512": 768, "ML_KEM_768": 1088, "ML_KEM_1024": 1568})


def encapsulate(public: Any) -> tuple[bytes, bytes]:
    """Return (shared secret 32, ciphertext)."""
    secret, ciphertext = public.encapsulate()
    return secret, ciphertext


def decapsulate(private: PrivateKey, key_spec: str, ciphertext: bytes) -> bytes:
    """Return the shared secret; for a ciphertext of another key a pseudo-random one (implicit rejection, FIPS 203, 6.3).

    Errors: InvalidCiphertextError for a wrong length alone.
    """
    if len(ciphertext) != CIPHERTEXT_BYTES[key_spec]:
        raise InvalidCiphertextError
    secret: bytes = private.decapsulate(ciphertext)
    return secret
