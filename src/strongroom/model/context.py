"""The encryption context: the caller's map, and the bytes we make of it for authentication.

Source: AWS KMS Developer Guide, "Encryption context". INVARIANT: ``aad`` is injective: two different maps never give the
same bytes (``{"ab": "c"}`` and ``{"a": "bc"}`` are different contexts), because every string is preceded by its length.
"""

from collections.abc import Mapping
from itertools import chain

EncryptionContext = Mapping[str, str]

MAX_CONTEXT_BYTES = 8192  # XKS proxy specification 1.0.3: additional authenticated data up to 8,192 bytes


def aad(context: EncryptionContext) -> bytes:
    """Return count || (length || name || length || value)..., pairs sorted by the names' UTF-8 bytes, lengths 4-byte big-endian.

    An absent and an empty context are the same: four zero bytes.
    """
    if not context:
        return b"\0\0\0\0"
    pairs = sorted((name.encode(), value.encode()) for name, value in context.items())
    parts = [len(pairs).to_bytes(4, "big")]
    for text in chain.from_iterable(pairs):
        parts += (len(text).to_bytes(4, "big"), text)
    return b"".join(parts)
