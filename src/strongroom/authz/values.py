"""Typed values of conditions, in a policy or in a request. Each parser returns None for a text that is no such value.

Texts are bounded and digits are ASCII, so that no text can take long or mean two things.
Source: IAM User Guide, "IAM JSON policy elements: Condition operators"; W3C note "Date and Time Formats" for dates.
"""

import binascii
import re
from base64 import b64decode
from datetime import date
from decimal import Decimal
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

_MAX_NUMBER_CHARACTERS = 64
_MAX_ADDRESS_CHARACTERS = 64  # with a scope id
_MAX_ADDRESSES = 4096
_NUMBER = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?")
_DATE = re.compile(
    r"([0-9]{4})-([0-9]{2})(?:-([0-9]{2})"
    r"(?:T([0-9]{2}):([0-9]{2})(?::([0-9]{2})(\.[0-9]{1,9})?)?(?:Z|([+-])([0-9]{2}):([0-9]{2})))?)?"
)
_YEAR = re.compile(r"[0-9]{4}")
_NETWORK = re.compile(r"[0-9a-fA-F:.]{2,45}(?:/[0-9]{1,3})?")
_EPOCH_DAY = date(1970, 1, 1).toordinal()
_MAX_HOUR, _MAX_MINUTE = 23, 59


def parse_number(text: str) -> Decimal | None:
    """Return an integer or decimal, exactly."""
    if len(text) > _MAX_NUMBER_CHARACTERS or not _NUMBER.fullmatch(text):
        return None
    return Decimal(text)


def parse_boolean(text: str) -> bool | None:
    """Return what ``true`` or ``false`` in any case says."""
    return {"true": True, "false": False}.get(text.lower())


def parse_binary(text: str) -> bytes | None:
    """Return the bytes that base64 says."""
    try:
        return b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None


def parse_date(text: str) -> Decimal | None:
    """Return seconds since the epoch, of ISO 8601 or Unix time; a bare year could be either, so it is neither."""
    if _YEAR.fullmatch(text):
        return None
    found = _DATE.fullmatch(text)
    if found is None:
        return parse_number(text)
    year, month, day, hour, minute, second, fraction, sign, offset_hours, offset_minutes = found.groups(default="")
    clock = (int(hour or 0), int(minute or 0), int(second or 0), int(offset_hours or 0), int(offset_minutes or 0))
    if max(clock[0], clock[3]) > _MAX_HOUR or max(clock[1], clock[2], clock[4]) > _MAX_MINUTE:
        return None
    try:
        days = date(int(year), int(month), int(day or 1)).toordinal() - _EPOCH_DAY
    except ValueError:
        return None
    offset = (clock[3] * 60 + clock[4]) * (-1 if sign == "-" else 1)
    seconds = days * 86400 + clock[0] * 3600 + (clock[1] - offset) * 60 + clock[2]
    return Decimal(seconds) + Decimal(fraction or 0)


def parse_address(text: str) -> IPv4Address | IPv6Address | None:
    """Return the address; an IPv4 one in IPv6 clothes (``::ffff:192.0.2.1``, from a dual-stack socket) as IPv4."""
    return _parse_address(text) if len(text) <= _MAX_ADDRESS_CHARACTERS else None


@lru_cache(
    _MAX_ADDRESSES
)  # callers come from the same addresses again, and parsing takes longer than all else in a condition
def _parse_address(text: str) -> IPv4Address | IPv6Address | None:
    try:
        address = ip_address(text)
    except ValueError:
        return None
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        return address.ipv4_mapped
    return address


def parse_network(text: str) -> IPv4Network | IPv6Network | None:
    """Return the CIDR block; host bits may be set, and a bare address is a block of one."""
    if not _NETWORK.fullmatch(text):
        return None
    try:
        return ip_network(text, strict=False)
    except ValueError:
        return None
