"""The Authorization header: ``AWS4-HMAC-SHA256 Credential=..., SignedHeaders=..., Signature=...``; ``presigned`` has the query form.

Source: IAM User Guide, "Elements of an AWS API request signature". Error texts name what is missing and never repeat the
signature.
"""

import re
from dataclasses import dataclass

from strongroom.authn.when import skew_of
from strongroom.errors import IncompleteSignatureError

_ALGORITHM = b"AWS4-HMAC-SHA256"
_TERMINATOR = "aws4_request"
_PARTS = 5  # access key id, date, Region, service, terminator
_SIGNATURE = re.compile(rb"[0-9a-f]{64}")
_SIGNED_HEADERS = re.compile(rb"[!#$%&'*+.^_`|~0-9a-z-]+(?:;[!#$%&'*+.^_`|~0-9a-z-]+)*")
_ACCESS_KEY_ID = re.compile(r"[\w+=,.@-]{1,128}", re.ASCII)
_PARAMETERS = (b"Credential", b"SignedHeaders", b"Signature")


@dataclass(frozen=True, slots=True)
class Authorization:
    """What the header says but for the signature. ``signature_last`` says whether that stood at the end, as signers put it.

    ``skew_seconds`` is for how long the service takes a signature.
    """

    access_key_id: str
    date: str
    region: str
    service: str
    scope: str
    signed_headers: tuple[bytes, ...]
    signed_text: bytes
    signature_last: bool
    skew_seconds: int


def parse_authorization(header: bytes) -> tuple[Authorization, bytes]:
    """Return (what is claimed, signature in hex). Errors: IncompleteSignatureError."""
    algorithm, _, rest = header.strip().partition(b" ")
    if algorithm != _ALGORITHM:
        raise IncompleteSignatureError(
            "Unsupported AWS 'algorithm': the Authorization header must begin with 'AWS4-HMAC-SHA256'."
        )
    parameters: dict[bytes, bytes] = {}
    for parameter in rest.split(b","):
        name, equals, value = parameter.strip().partition(b"=")
        if not equals or name in parameters:
            raise IncompleteSignatureError("Authorization header must consist of 'key=value' pairs, each key once.")
        parameters[name] = value.strip()
    missing = [name.decode() for name in _PARAMETERS if not parameters.get(name)]
    if missing:
        raise IncompleteSignatureError(
            " ".join(f"Authorization header requires '{name}' parameter." for name in missing)
        )
    signed, signature = parameters[b"SignedHeaders"], parameters[b"Signature"]
    check_form(signed, signature)
    last = rest.rstrip().rpartition(b",")[2].lstrip().startswith(b"Signature=")
    return claimed(parameters[b"Credential"], signed, signature_last=last), signature


def check_form(signed_headers: bytes, signature: bytes) -> None:
    """Errors: IncompleteSignatureError."""
    if not _SIGNED_HEADERS.fullmatch(signed_headers):
        raise IncompleteSignatureError("'SignedHeaders' must be lower-case header names separated by semicolons.")
    if not _SIGNATURE.fullmatch(signature):
        raise IncompleteSignatureError("'Signature' must be 64 hexadecimal digits.")


def claimed(credential: bytes, signed_headers: bytes, *, signature_last: bool = False) -> Authorization:
    """Return what a request claims, wherever it says so. Errors: IncompleteSignatureError."""
    access_key_id, date, region, service, scope = _credential(credential)
    names = tuple(signed_headers.split(b";"))
    return Authorization(
        access_key_id, date, region, service, scope, names, signed_headers, signature_last, skew_of(service)
    )


def _credential(text: bytes) -> tuple[str, str, str, str, str]:
    parts = text.decode("latin-1").split("/")
    if len(parts) != _PARTS:
        raise IncompleteSignatureError(
            "Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, "
            f"got {len(parts)}."
        )
    access_key_id, date, region, service, terminator = parts
    if terminator != _TERMINATOR:
        raise IncompleteSignatureError("Credential should be scoped with a valid terminator: 'aws4_request'.")
    if not _ACCESS_KEY_ID.fullmatch(access_key_id):
        raise IncompleteSignatureError("Credential must begin with an access key id.")
    return access_key_id, date, region, service, "/".join(parts[1:])
