"""Signature Version 4, by header or by query string: was this very request signed with the secret of the access key it names?

Source: IAM User Guide, "Signature Version 4 signing process" (canonical request, string to sign, signing key); texts from
AWS's JSON services. Vectors: the published suite in tests/vectors/sigv4. What was derived from a secret may be kept,
the verdict on a signature never is: every request is hashed and compared.
"""

from collections.abc import Callable, Collection, Sequence
from hashlib import sha256
from hmac import compare_digest
from typing import NamedTuple

import msgspec

from strongroom.authn.authorization import Authorization, parse_authorization
from strongroom.authn.canonical import canonical_query, canonical_uri, folded
from strongroom.authn.presigned import is_presigned, parse_presigned
from strongroom.authn.signing_key import SigningKey
from strongroom.authn.when import check_skew, parse_amz_date, parse_http_date
from strongroom.errors import IncompleteSignatureError, InvalidSignatureError, MissingAuthenticationTokenError
from strongroom.model.credential import Credential

ALGORITHM = "AWS4-HMAC-SHA256"
MISMATCH = (
    "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and "
    "signing method. Consult the service documentation for details."
)
_BOTH = "Found both 'X-Amz-Algorithm' as a query-string param and 'Authorization' as HTTP header."
_TWO_TOKENS = "Found 'X-Amz-Security-Token' both as a query-string param and as HTTP header."
_MUST_BE_SIGNED = (b"x-amz-security-token", b"x-amz-target")
_GLOBAL = ("iam", "us-east-1")  # IAM has one Region for the whole partition, whichever others are served
_MAX_PARSED = 4096
_MAX_PARSED_BYTES = 1024  # of one header: whoever sends them is not known yet, and must not decide how much is kept

FindCredential = Callable[[str, str | None], Credential]


class SignedRequest(msgspec.Struct, gc=False):
    """``path`` and ``query`` as on the request line; ``headers`` are (lower-case name, value) pairs in their order.

    ``by_name`` are the headers ``combined``, where the caller has them at hand already.
    """

    method: str
    path: str
    query: str
    headers: Sequence[tuple[bytes, bytes]]
    body: bytes
    by_name: dict[bytes, bytes] | None = None

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.method} {self.path}, {len(self.body)} bytes)"


class Verified(NamedTuple):
    """``signature`` is in hex: the same bytes never sign two requests that differ in anything signed.

    ``signed_headers`` are the names of the headers that it covers.
    """

    credential: Credential
    region: str
    service: str
    signature: bytes
    signed_headers: tuple[bytes, ...]


def combined(headers: Sequence[tuple[bytes, bytes]]) -> dict[bytes, bytes]:
    """Return headers by name; equal ones are joined by commas in their order (RFC 9110, 5.3)."""
    by_name = dict(headers)
    if len(by_name) != len(headers):
        by_name = {}
        for name, value in headers:
            by_name[name] = by_name[name] + b"," + folded(value) if name in by_name else folded(value)
    return by_name


class SigV4Verifier:
    """Verifies signatures for the Regions and services of one server."""

    def __init__(
        self,
        *,
        regions: Collection[str],
        services: Collection[str],
        cached_keys: int = 4096,
    ) -> None:
        self._regions = frozenset(regions)
        self._services = frozenset(services)
        self._cached_keys = cached_keys
        self._keys: dict[tuple[bytes, str], SigningKey] = {}
        self._parsed: dict[bytes, Authorization] = {}

    def verify(self, request: SignedRequest, find: FindCredential, now: float, called: str = "") -> Verified:
        """Return whose request it is; ``called`` is the service that a refusal names as the right one.

        Errors: MissingAuthenticationTokenError, IncompleteSignatureError, InvalidSignatureError, and those of ``find``.
        """
        by_name = request.by_name or combined(request.headers)
        header, query = by_name.get(b"authorization"), request.query
        in_header = by_name.get(b"x-amz-security-token")
        token = in_header.decode("latin-1") if in_header is not None else None
        if query and is_presigned(query):
            if header is not None:
                raise InvalidSignatureError(_BOTH)
            claim, signature, date, in_query, query = parse_presigned(query)
            amz_date, signed_at = parse_amz_date(date)
            if in_query is not None:
                if token is not None:
                    raise InvalidSignatureError(_TWO_TOKENS)
                token = in_query
        elif header is None:
            raise MissingAuthenticationTokenError("Missing Authentication Token")
        else:
            claim, signature = self._claim(header)
            amz_date, signed_at = self._date(by_name, claim)
        self._check_scope(claim, amz_date, called)
        credential = find(claim.access_key_id, token)
        check_skew(amz_date, signed_at, now, claim.skew_seconds)
        self._check_signed(claim, by_name)
        expected = self._signature(request, query, claim, by_name, amz_date, credential.secret)
        if not compare_digest(expected, signature):
            raise InvalidSignatureError(MISMATCH)
        return Verified(credential, claim.region, claim.service, signature, claim.signed_headers)

    def canonical_request(self, request: SignedRequest, signed_headers: Sequence[bytes]) -> bytes:
        """Return the canonical request: what the signer hashed. Public for the vectors."""
        by_name = request.by_name or combined(request.headers)
        query = parse_presigned(request.query).query if is_presigned(request.query) else request.query
        return _canonical(request, query, signed_headers, b";".join(signed_headers), by_name)

    def _claim(self, header: bytes) -> tuple[Authorization, bytes]:
        """Split off the signature, which changes; the rest repeats with every request of a client."""
        head, found, signature = header.rpartition(b"Signature=")
        claim = self._parsed.get(head) if found else None
        if claim is None:
            claim, signature = parse_authorization(header)
            if len(self._parsed) >= _MAX_PARSED:
                self._parsed.clear()
            if claim.signature_last and len(head) <= _MAX_PARSED_BYTES:
                self._parsed[head] = claim
        return claim, signature

    def _date(self, by_name: dict[bytes, bytes], claim: Authorization) -> tuple[str, float]:
        """Return (the date in SigV4 form, seconds since the epoch)."""
        if (amz_date := by_name.get(b"x-amz-date")) is not None:
            if b"x-amz-date" not in claim.signed_headers:
                raise InvalidSignatureError("'X-Amz-Date' must be a 'SignedHeader' in the AWS Authorization.")
            return parse_amz_date(amz_date)
        if (date := by_name.get(b"date")) is not None:
            return parse_http_date(date)
        raise IncompleteSignatureError(
            "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header."
        )

    def _check_scope(self, claim: Authorization, amz_date: str, called: str) -> None:
        if claim.date != amz_date[:8]:
            raise InvalidSignatureError(
                f"Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: "
                f"'{claim.date}' != '{amz_date[:8]}', from '{amz_date}'."
            )
        if claim.region not in self._regions and (claim.service, claim.region) != _GLOBAL:
            raise InvalidSignatureError("Credential should be scoped to a valid region.")
        if claim.service not in self._services:
            wanted = called or "' or '".join(sorted(self._services))
            raise InvalidSignatureError(f"Credential should be scoped to correct service: '{wanted}'.")

    def _check_signed(self, claim: Authorization, by_name: dict[bytes, bytes]) -> None:
        """A header that decides something must be under the signature."""
        if b"host" not in claim.signed_headers:
            raise InvalidSignatureError("'Host' must be a 'SignedHeader' in the AWS Authorization.")
        for name in _MUST_BE_SIGNED:
            if name in by_name and name not in claim.signed_headers:
                raise InvalidSignatureError(
                    f"'{name.decode().title()}' must be a 'SignedHeader' in the AWS Authorization."
                )

    def _signature(
        self,
        request: SignedRequest,
        query: str,
        claim: Authorization,
        by_name: dict[bytes, bytes],
        amz_date: str,
        secret: bytes,
    ) -> bytes:
        canonical = _canonical(request, query, claim.signed_headers, claim.signed_text, by_name)
        to_sign = f"{ALGORITHM}\n{amz_date}\n{claim.scope}\n{sha256(canonical).hexdigest()}"
        of = (secret, claim.scope)
        key = self._keys.get(of)
        if key is None:
            key = SigningKey(secret, claim.date, claim.region, claim.service)
            if len(self._keys) >= self._cached_keys:
                self._keys.clear()
            self._keys[of] = key
        return key.sign(to_sign.encode())


def _canonical(
    request: SignedRequest, query: str, signed_headers: Sequence[bytes], signed_text: bytes, by_name: dict[bytes, bytes]
) -> bytes:
    """Return the canonical request. Errors: InvalidSignatureError when a signed header is not there or the body is another."""
    lines = [
        request.method.encode("latin-1"),
        b"/" if request.path == "/" else canonical_uri(request.path),
        canonical_query(query) if query else b"",
    ]
    for name in signed_headers:
        value = by_name.get(name)
        if value is None:
            raise InvalidSignatureError(MISMATCH)
        lines.append(name + b":" + folded(value))
    payload = sha256(request.body).hexdigest().encode()
    claimed = by_name.get(b"x-amz-content-sha256")
    if claimed is not None and claimed != payload:
        raise InvalidSignatureError(MISMATCH)
    lines += (b"", signed_text, payload)
    return b"\n".join(lines)
