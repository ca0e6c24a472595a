"""Signed requests as texts and as URLs: the form of the published suite, and what botocore presigns."""

from collections.abc import Mapping
from datetime import UTC, datetime
from hashlib import sha256
from types import MappingProxyType
from unittest import mock
from urllib.parse import urlsplit

from botocore.auth import SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from strongroom.authn.sigv4 import SignedRequest

NO_HEADERS: Mapping[str, str] = MappingProxyType({})


def request_of(text: str, *more: tuple[bytes, bytes]) -> SignedRequest:
    """Return a request of the published suite, with ``more`` headers."""
    head, _, body = text.partition("\n\n")
    start, *lines = head.split("\n")
    method, _, rest = start.partition(" ")
    url, _, _ = rest.rpartition(" ")
    path, _, query = url.partition("?")
    headers = [
        (name.lower().encode(), value.strip().encode()) for name, _, value in (line.partition(":") for line in lines)
    ]
    return SignedRequest(method, _raw(path), _raw(query), [*headers, *more], body.encode())


def _raw(text: str) -> str:
    """As the HTTP parser hands bytes on."""
    return text.encode().decode("latin-1")


class _WithBody(SigV4QueryAuth):
    """Signs a body that stays one; botocore itself moves it into the query."""

    def __init__(self, credentials: Credentials, service: str, region: str, expires: int, body: bytes) -> None:
        super().__init__(credentials, service, region, expires)
        self._body = body

    def payload(self, request: AWSRequest) -> str:  # noqa: ARG002 - the base class's face
        return sha256(self._body).hexdigest()


def presigned(
    url: str,
    credentials: Credentials,
    service: str,
    now: float,
    *,
    method: str = "GET",
    body: bytes = b"",
    headers: Mapping[str, str] = NO_HEADERS,
    region: str = "us-east-1",
    expires: int = 60,
) -> str:
    """Return ``url`` as botocore presigns it; its parameters are percent-encoded already."""
    request = AWSRequest(method, url, headers=dict(headers))
    moment = datetime.fromtimestamp(now, UTC).replace(tzinfo=None)
    with mock.patch("botocore.auth.get_current_datetime", return_value=moment):
        _WithBody(credentials, service, region, expires, body).add_auth(request)
    return str(request.url)


def as_request(
    url: str, *, method: str = "GET", body: bytes = b"", headers: Mapping[str, str] = NO_HEADERS
) -> SignedRequest:
    """Return what a server reads of a request for ``url``."""
    parts = urlsplit(url)
    pairs = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
    return SignedRequest(method, parts.path, parts.query, [*pairs, (b"host", parts.netloc.encode())], body)
