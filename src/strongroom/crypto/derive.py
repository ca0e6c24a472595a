"""One key a message: derive an AEAD key and a key commitment from long-lived material and a fresh salt.

Construction: NIST SP 800-108r1, KDF in counter mode with HMAC-SHA-512 as PRF and a single iteration,
``K = HMAC(material, [1]_32 || label || 0x00 || context || [512]_32)``: 32 bytes of key, then 32 bytes of commitment.
Vectors: tests/vectors/crypto/derive_v1.json, cross-checked with ``cryptography``'s KBKDFHMAC.

Why derive: random 96-bit nonces cap an AES-GCM key at 2**32 messages (SP 800-38D, 8.3); a key a message needs no count.
Why commit: AES-GCM alone lets one ciphertext open under two keys; the commitment is checked before anything is opened.
"""

from hashlib import sha512

SALT_BYTES = 32
NONCE_BYTES = 12
COMMITMENT_BYTES = 32
MATERIAL_BYTES = 32
_BLOCK_BYTES = 128  # of SHA-512
_COUNTER = (1).to_bytes(4, "big")
_LENGTH_BITS = (512).to_bytes(4, "big")
_INNER_PAD = bytes(byte ^ 0x36 for byte in range(256))
_OUTER_PAD = bytes(byte ^ 0x5C for byte in range(256))


class MessageKeys:
    """Derives keys from one material. Holds HMAC's two padded states (RFC 2104): copying them is three times as fast as a fresh HMAC."""

    __slots__ = ("_inner", "_outer")

    def __init__(self, material: bytes) -> None:
        if len(material) != MATERIAL_BYTES:
            raise ValueError(f"material must be {MATERIAL_BYTES} bytes, got {len(material)}")
        block = material.ljust(_BLOCK_BYTES, b"\0")
        self._inner = sha512(block.translate(_INNER_PAD) + _COUNTER)
        self._outer = sha512(block.translate(_OUTER_PAD))

    def derive(self, label: bytes, context: bytes) -> tuple[bytes, bytes]:
        """Return (key 32, commitment 32) of one message. ``context`` holds the fresh salt and all that the commitment binds."""
        inner = self._inner.copy()
        inner.update(label + b"\0" + context + _LENGTH_BITS)
        outer = self._outer.copy()
        outer.update(inner.digest())
        both = outer.digest()
        return both[:32], both[32:]

    def __reduce__(self) -> str:
        raise TypeError("key material does not pickle")
