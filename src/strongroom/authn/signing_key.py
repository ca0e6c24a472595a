"""The derived signing key of one day, Region and service. Source: IAM User Guide, "Create a signed AWS API request", step 3."""

from hashlib import sha256
from hmac import digest

_BLOCK_BYTES = 64
_INNER_PAD = bytes(byte ^ 0x36 for byte in range(256))
_OUTER_PAD = bytes(byte ^ 0x5C for byte in range(256))


class SigningKey:
    """HMAC-SHA-256 (RFC 2104) with its two padded states kept: copying them costs less than half of a fresh HMAC."""

    __slots__ = ("_inner", "_outer")

    def __init__(self, secret: bytes, date: str, region: str, service: str) -> None:
        key = digest(b"AWS4" + secret, date.encode(), "sha256")
        for part in (region, service, "aws4_request"):
            key = digest(key, part.encode(), "sha256")
        block = key.ljust(_BLOCK_BYTES, b"\0")
        self._inner = sha256(block.translate(_INNER_PAD))
        self._outer = sha256(block.translate(_OUTER_PAD))

    def sign(self, message: bytes) -> bytes:
        """Return the signature in lower-case hex."""
        inner = self._inner.copy()
        inner.update(message)
        outer = self._outer.copy()
        outer.update(inner.digest())
        return outer.hexdigest().encode()

    def __repr__(self) -> str:
        return "SigningKey(...)"
