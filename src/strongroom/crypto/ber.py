"""BER read, DER written: enough of X.690 for the private keys that people import.

Callers may hand in PKCS#8 with lengths longer than need be, of indefinite length, or with strings in parts; the rest of the house
knows DER alone. Contents are not judged here: whoever parses the DER does that.
Source: ITU-T X.690 (02/2021), 8.1 and 10; vectors in tests/crypto/test_ber.py.
"""

from collections.abc import Iterator
from typing import NamedTuple

INTEGER, OCTET_STRING, SEQUENCE = 0x02, 0x04, 0x30
_CONSTRUCTED = 0x20
_HIGH_TAG = 0x1F  # tag numbers of several bytes: no key has one
_LONG_FORM = 0x80  # X.690, 8.1.3.5: from here on a length says first how many bytes it has
_INDEFINITE = 0x80  # X.690, 8.1.3.6
_END_OF_CONTENTS = b"\0\0"
_CONSTRUCTED_OCTET_STRING = OCTET_STRING | _CONSTRUCTED
_MAX_LENGTH_BYTES = 4
_MAX_DEPTH = 8  # a PKCS#8 has 3


class Element(NamedTuple):
    tag: int
    content: bytes


def tlv(tag: int, content: bytes) -> bytes:
    """Return one element in DER."""
    length = len(content)
    if length < _LONG_FORM:
        return bytes((tag, length)) + content
    encoded = length.to_bytes((length.bit_length() + 7) // 8, "big")
    return bytes((tag, _LONG_FORM | len(encoded))) + encoded + content


def to_der(ber: bytes) -> bytes:
    """Return the one element in ``ber``, every length in its shortest form. Errors: ValueError."""
    element, end = _read(ber, 0, 0)
    if end != len(ber):
        raise ValueError("bytes after the end")
    return tlv(*element)


def children(der: bytes) -> Iterator[Element]:
    """Yield the elements of one constructed element in DER. Errors: ValueError."""
    tag, content, end = _header(der, 0)
    if not tag & _CONSTRUCTED or content is None or end != len(der):
        raise ValueError("not one constructed element")
    position = content
    while position < end:
        tag, start, position = _header(der, position)
        if start is None:
            raise ValueError("not DER: an indefinite length")
        yield Element(tag, der[start:position])


def _read(ber: bytes, position: int, depth: int) -> tuple[Element, int]:
    """Return the element at ``position`` with its content in DER, and where it ends."""
    if depth > _MAX_DEPTH:
        raise ValueError("nested too deep")
    tag, start, end = _header(ber, position)
    if not tag & _CONSTRUCTED:
        if start is None:
            raise ValueError("a primitive element of indefinite length")
        return Element(tag, ber[start:end]), end
    parts = []
    position = end if start is None else start
    while start is None or position < end:
        if start is None and ber[position : position + 2] == _END_OF_CONTENTS:
            end = position + 2
            break
        part, position = _read(ber, position, depth + 1)
        parts.append(part)
    if start is not None and position != end:
        raise ValueError("an element reaches beyond the one around it")
    if tag == _CONSTRUCTED_OCTET_STRING:
        if any(part.tag != OCTET_STRING for part in parts):
            raise ValueError("a string in parts that are not strings")
        return Element(OCTET_STRING, b"".join(part.content for part in parts)), end
    return Element(tag, b"".join(tlv(*part) for part in parts)), end


def _header(ber: bytes, position: int) -> tuple[int, int | None, int]:
    """Return (tag, where the content starts, where it ends); of an indefinite length (tag, None, where the content starts)."""
    try:
        tag, length = ber[position], ber[position + 1]
    except IndexError:
        raise ValueError("cut short") from None
    if tag & _HIGH_TAG == _HIGH_TAG:
        raise ValueError("a tag of several bytes")
    start = position + 2
    if length == _INDEFINITE:
        return tag, None, start
    if length > _LONG_FORM:
        count = length - _LONG_FORM
        if count > _MAX_LENGTH_BYTES or start + count > len(ber):
            raise ValueError("a length that cannot be")
        length = int.from_bytes(ber[start : start + count], "big")
        start += count
    if start + length > len(ber):
        raise ValueError("cut short")
    return tag, start, start + length
