"""Wrapping: seal key material, secrets and tokens under a wrapping key that never leaves the server.

Format v1: version 0x01 || salt 32 || nonce 12 || commitment 32 || AES-256-GCM ciphertext || tag 16. ``purpose`` and ``about``
(which row the bytes belong to) are authenticated, so that one row's wrapped bytes cannot be moved to another.
Source: SP 800-108r1, SP 800-38D. Vectors: tests/vectors/crypto/wrap_v1.json.
"""

from hmac import compare_digest

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from strongroom.crypto.derive import COMMITMENT_BYTES, NONCE_BYTES, SALT_BYTES, MessageKeys
from strongroom.errors import InvalidCiphertextError

FRESH_BYTES = SALT_BYTES + NONCE_BYTES
_VERSION = b"\x01"
_TAG_BYTES = 16
_BOUND_BYTES = 1 + FRESH_BYTES
_HEADER_BYTES = _BOUND_BYTES + COMMITMENT_BYTES


def _label(purpose: str) -> bytes:
    return b"strongroom/wrap/v1/" + purpose.encode()


def wrap(wrapping_key: bytes, secret: bytes, purpose: str, about: bytes, fresh: bytes) -> bytes:
    """Return ``secret`` sealed. Shapes: wrapping_key 32, fresh 44 random bytes; result = 77 + len(secret) + 16 bytes."""
    if len(fresh) != FRESH_BYTES:
        raise ValueError(f"fresh must be {FRESH_BYTES} bytes, got {len(fresh)}")
    bound = _VERSION + fresh
    key, commitment = MessageKeys(wrapping_key).derive(_label(purpose), bound)
    header = bound + commitment
    return header + AESGCM(key).encrypt(fresh[SALT_BYTES:], secret, header + about)


def unwrap(wrapping_key: bytes, wrapped: bytes, purpose: str, about: bytes) -> bytes:
    """Return the secret inside. Errors: InvalidCiphertextError for another key, purpose or row, or altered bytes."""
    if len(wrapped) < _HEADER_BYTES + _TAG_BYTES or wrapped[:1] != _VERSION:
        raise InvalidCiphertextError
    header, body = wrapped[:_HEADER_BYTES], wrapped[_HEADER_BYTES:]
    key, commitment = MessageKeys(wrapping_key).derive(_label(purpose), header[:_BOUND_BYTES])
    if not compare_digest(commitment, header[_BOUND_BYTES:]):
        raise InvalidCiphertextError
    try:
        return AESGCM(key).decrypt(header[1 + SALT_BYTES : _BOUND_BYTES], body, header + about)
    except InvalidTag:
        raise InvalidCiphertextError from None


def mac(wrapping_key: bytes, purpose: str, data: bytes) -> bytes:
    """Return 32 bytes that only a holder of the wrapping key can compute from ``data``: the key half of the derivation."""
    return MessageKeys(wrapping_key).derive(b"strongroom/mac/v1/" + purpose.encode(), data)[0]


def about(*parts: str) -> bytes:
    """Return the bytes that name a row: each part preceded by its 2-byte length, so that no two rows read alike."""
    encoded = [part.encode() for part in parts]
    return b"".join(len(part).to_bytes(2, "big") + part for part in encoded)
