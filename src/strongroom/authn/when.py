"""When a request was signed, and whether that is now. Source: IAM User Guide, "Elements of an AWS API request signature"."""

import re
from contextlib import suppress
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import lru_cache

from strongroom.errors import IncompleteSignatureError, InvalidSignatureError

_SKEW_SECONDS = 300  # current JSON services print "5 min."
_QUERY_SKEW_SECONDS = {"sts": 900, "iam": 900}  # these print "15 min."; tokens made of a presigned URL live by it
_FORM = "%Y%m%dT%H%M%SZ"
_AMZ_DATE = re.compile(rb"\d{8}T\d{6}Z")


@lru_cache(maxsize=64)  # clients sign many requests within one second
def parse_amz_date(value: bytes) -> tuple[str, float]:
    """Return (text, seconds since the epoch). Errors: IncompleteSignatureError."""
    if _AMZ_DATE.fullmatch(value):
        text = value.decode()
        with suppress(ValueError):  # a thirteenth month and the like
            return text, datetime.strptime(text, _FORM).replace(tzinfo=UTC).timestamp()
    raise IncompleteSignatureError("Date must be in ISO-8601 'basic format': YYYYMMDD'T'HHMMSS'Z'.")


@lru_cache(maxsize=64)
def parse_http_date(value: bytes) -> tuple[str, float]:
    """Return the same for a Date header. Errors: IncompleteSignatureError."""
    if _AMZ_DATE.fullmatch(value):
        return parse_amz_date(value)
    try:
        when = parsedate_to_datetime(value.decode("latin-1"))
        if when.tzinfo is None:
            when = when.replace(tzinfo=UTC)
        when = when.astimezone(UTC)
        return when.strftime(_FORM), when.timestamp()
    except (ValueError, TypeError, OverflowError, IndexError):
        raise IncompleteSignatureError("Date must be in ISO-8601 'basic format' or in RFC 9110 form.") from None


def skew_of(service: str) -> int:
    """Return for how long a signature for ``service`` is good, and how far ahead its clock may be."""
    return _QUERY_SKEW_SECONDS.get(service, _SKEW_SECONDS)


def check_skew(text: str, signed_at: float, now: float, skew_seconds: int) -> None:
    """Refuse what was signed too long ago or too far ahead. Errors: InvalidSignatureError, with the times AWS names."""
    minutes = f"{skew_seconds // 60} min."
    if signed_at < now - skew_seconds:
        raise InvalidSignatureError(
            f"Signature expired: {text} is now earlier than {_form(now - skew_seconds)} ({_form(now)} - {minutes})"
        )
    if signed_at > now + skew_seconds:
        raise InvalidSignatureError(
            f"Signature not yet current: {text} is still later than {_form(now + skew_seconds)} ({_form(now)} + {minutes})"
        )


def _form(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime(_FORM)
