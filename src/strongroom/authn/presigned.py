"""Signature Version 4 in the query string: a URL that carries its own authentication.

Source: IAM User Guide, "Create a signed AWS API request", step 5 (add the signature to the query string); the texts are those
of AWS's services. All parameters are under the signature but the signature itself, so a session token that was added
after signing is not accepted.
"""

import re
from typing import NamedTuple
from urllib.parse import unquote_to_bytes

from strongroom.authn.authorization import Authorization, check_form, claimed
from strongroom.errors import IncompleteSignatureError

_ALGORITHM = b"AWS4-HMAC-SHA256"
_SIGNATURE = b"X-Amz-Signature"
_REQUIRED = (b"X-Amz-Algorithm", b"X-Amz-Credential", _SIGNATURE, b"X-Amz-SignedHeaders", b"X-Amz-Date")
_EXPIRES = re.compile(rb"[0-9]{1,6}")
_MAX_EXPIRES_SECONDS = 604_800  # seven days
_MAX_ALGORITHM_CHARACTERS = 32


class Presigned(NamedTuple):
    """What the query says of its signature. ``query`` is what was signed of it: all other parameters, as they stand."""

    claim: Authorization
    signature: bytes
    date: bytes
    token: str | None
    query: str


def is_presigned(query: str) -> bool:
    """Say whether a query string claims to hold a signature."""
    return "X-Amz-Algorithm" in query and any(_name(part) == _REQUIRED[0] for part in query.split("&"))


def parse_presigned(query: str) -> Presigned:
    """Return what a query string claims. Errors: IncompleteSignatureError."""
    parameters: dict[bytes, bytes] = {}
    signed = []
    for part in query.split("&"):
        name = _name(part)
        if name != _SIGNATURE:
            signed.append(part)
        if name.startswith(b"X-Amz-"):
            if name in parameters:
                raise IncompleteSignatureError("AWS query-string parameters must each be given once.")
            parameters[name] = _plain(part.partition("=")[2])
    missing = [name.decode() for name in _REQUIRED if not parameters.get(name)]
    if missing:
        named = " ".join(f"AWS query-string parameters must include '{name}'." for name in missing)
        raise IncompleteSignatureError(f"{named} Re-examine the query-string parameters.")
    algorithm, credential, signature, signed_headers, date = (parameters[name] for name in _REQUIRED)
    if algorithm != _ALGORITHM:
        said = algorithm[:_MAX_ALGORITHM_CHARACTERS].decode("latin-1")
        raise IncompleteSignatureError(f"Unsupported AWS 'algorithm': '{said}' (only AWS4-HMAC-SHA256 for now).")
    check_form(signed_headers, signature)
    _check_expires(parameters.get(b"X-Amz-Expires"))
    token = parameters.get(b"X-Amz-Security-Token")
    return Presigned(
        claimed(credential, signed_headers),
        signature,
        date,
        token.decode("latin-1") if token is not None else None,
        "&".join(signed),
    )


def _check_expires(seconds: bytes | None) -> None:
    """It has a form and no effect: a signature is good for as long as its service says (docs/decisions/0012)."""
    if seconds is not None and not (_EXPIRES.fullmatch(seconds) and 1 <= int(seconds) <= _MAX_EXPIRES_SECONDS):
        raise IncompleteSignatureError(f"'X-Amz-Expires' must be a number of seconds from 1 to {_MAX_EXPIRES_SECONDS}.")


def _name(part: str) -> bytes:
    return _plain(part.partition("=")[0])


def _plain(text: str) -> bytes:
    return unquote_to_bytes(text.encode("latin-1"))
