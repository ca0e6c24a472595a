"""The encryption context: the caller's map, and the bytes we make of it for authentication.

Source: AWS KMS Developer Guide, "Encryption context". INVARIANT: ``aad`` is injective: two different maps never give the
same bytes (``{"ab": "c"}`` and ``{"a": "bc"}`` are different contexts), because every string is preceded by its length.
"""

from collections.abc import Mapping
from struct import Struct

EncryptionContext = Mapping[str, str]

_LENGTH = Struct(">I").pack
MAX_CONTEXT_BYTES = 8192  # XKS proxy specification 1.0.3: additional authenticated data up to 8,192 bytes
MAX_CONTEXT_PAIRS = (MAX_CONTEXT_BYTES - 4) // 8  # the lengths of more do not fit


def aad(context: EncryptionContext) -> bytes:
    """Return count || (length || name || length || value)..., pairs sorted by the names' UTF-8 bytes, lengths 4-byte big-endian.

    An absent and an empty context are the same: four zero bytes.
    """
    if not context:
        return b"\0\0\0\0"
    parts = [_LENGTH(len(context))]
    for name in sorted(context):  # code points sort as their UTF-8 bytes do (RFC 3629, 1)
        name_bytes, value_bytes = name.encode(), context[name].encode()
        parts += (_LENGTH(len(name_bytes)), name_bytes, _LENGTH(len(value_bytes)), value_bytes)
    return b"".join(parts)
