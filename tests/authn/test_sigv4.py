"""Signatures by botocore, and every way a request can fail to be the one that was signed."""

from collections.abc import Sequence
from unittest import mock

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from hypothesis import given
from hypothesis import strategies as st

from strongroom.authn.sigv4 import MISMATCH, SignedRequest, SigV4Verifier
from strongroom.errors import (
    AWSError,
    IncompleteSignatureError,
    InvalidSignatureError,
    MissingAuthenticationTokenError,
    UnrecognizedClientError,
)
from strongroom.model.credential import Credential
from strongroom.model.principal import Principal, PrincipalKind

KEY_ID, SECRET = "AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
PRINCIPAL = Principal(
    PrincipalKind.USER, "111122223333", "arn:aws:iam::111122223333:user/example", "AIDAEXAMPLE", "example"
)
Headers = Sequence[tuple[bytes, bytes]]


def find(access_key_id: str, token: str | None) -> Credential:
    if access_key_id != KEY_ID:
        raise UnrecognizedClientError("The security token included in the request is invalid.")
    return Credential(KEY_ID, SECRET.encode(), PRINCIPAL)


@pytest.fixture(scope="module")
def verifier() -> SigV4Verifier:
    return SigV4Verifier(regions=["us-east-1", "eu-west-1"], services=["kms", "sts"])


def signed(
    body: bytes = b"{}",
    extra: dict[str, str] | None = None,
    *,
    token: str | None = None,
    region: str = "us-east-1",
    service: str = "kms",
    secret: str = SECRET,
) -> SignedRequest:
    headers = {"Content-Type": "application/x-amz-json-1.1", "X-Amz-Target": "TrentService.ListKeys", **(extra or {})}
    request = AWSRequest("POST", "https://kms.example:4599/", data=body, headers=headers)
    SigV4Auth(Credentials(KEY_ID, secret, token), service, region).add_auth(request)
    pairs = [(name.lower().encode(), value.encode()) for name, value in request.headers.items()]
    return SignedRequest("POST", "/", "", [*pairs, (b"host", b"kms.example:4599")], body)


def header(request: SignedRequest, name: bytes) -> bytes:
    return next(value for each, value in request.headers if each == name)


def replaced(request: SignedRequest, name: bytes, value: bytes | None) -> SignedRequest:
    kept = [pair for pair in request.headers if pair[0] != name]
    return SignedRequest("POST", "/", "", kept if value is None else [*kept, (name, value)], request.body)


def signed_at(request: SignedRequest) -> float:
    from strongroom.authn.when import parse_amz_date  # noqa: PLC0415 - only here

    return parse_amz_date(header(request, b"x-amz-date"))[1]


def test_botocore_verifies(verifier: SigV4Verifier) -> None:
    for request in (
        signed(),
        signed(b""),
        signed(token="some/session+token="),
        signed(extra={"X-Amz-Meta": "  two   spaces  ", "User-Agent": "a b"}),
        signed(region="eu-west-1", service="sts"),
    ):
        verified = verifier.verify(request, find, signed_at(request))
        assert verified.credential.access_key_id == KEY_ID


def test_the_session_token_reaches_the_look_up(verifier: SigV4Verifier) -> None:
    seen = []

    def remember(access_key_id: str, token: str | None) -> Credential:
        seen.append(token)
        return find(access_key_id, token)

    for token in (None, "abc"):
        request = signed(token=token)
        verifier.verify(request, remember, signed_at(request))
    assert seen == [None, "abc"]


def test_the_look_up_is_asked_each_time(verifier: SigV4Verifier) -> None:
    """A key that was deactivated is refused at once, whatever has been derived from it before."""
    request = signed()
    verifier.verify(request, find, signed_at(request))

    def gone(access_key_id: str, token: str | None) -> Credential:
        raise UnrecognizedClientError("gone")

    with pytest.raises(UnrecognizedClientError):
        verifier.verify(request, gone, signed_at(request))

    def rotated(access_key_id: str, token: str | None) -> Credential:
        return Credential(KEY_ID, b"another secret", PRINCIPAL)

    with pytest.raises(InvalidSignatureError, match="does not match"):
        verifier.verify(request, rotated, signed_at(request))


ZEROS = ", SignedHeaders=host, Signature=" + "0" * 64
HEAD = "AWS4-HMAC-SHA256 Credential="


@pytest.mark.parametrize(
    ("authorization", "error", "text"),
    [
        (None, MissingAuthenticationTokenError, "Missing Authentication Token"),
        ("Bearer x", IncompleteSignatureError, "algorithm"),
        ("AWS4-HMAC-SHA256", IncompleteSignatureError, "key=value"),
        (
            HEAD + "a/b/c/d/aws4_request",
            IncompleteSignatureError,
            "requires 'SignedHeaders' parameter.*requires 'Signature'",
        ),
        (HEAD + "a/b" + ZEROS, IncompleteSignatureError, "exactly 5 slash-delimited elements"),
        (HEAD + "a/b/c/d/e" + ZEROS, IncompleteSignatureError, "valid terminator"),
        (
            HEAD + "a/b/c/d/aws4_request, SignedHeaders=Host, Signature=" + "0" * 64,
            IncompleteSignatureError,
            "lower-case",
        ),
        (
            HEAD + "a/b/c/d/aws4_request, SignedHeaders=host, Signature=short",
            IncompleteSignatureError,
            "64 hexadecimal digits",
        ),
        (
            HEAD + "a/b/c/d/aws4_request, Credential=a/b/c/d/aws4_request" + ZEROS,
            IncompleteSignatureError,
            "each key once",
        ),
    ],
)
def test_malformed_headers(
    verifier: SigV4Verifier, authorization: str | None, error: type[AWSError], text: str
) -> None:
    request = replaced(signed(), b"authorization", authorization.encode() if authorization else None)
    with pytest.raises(error, match=text) as refused:
        verifier.verify(request, find, signed_at(request))
    assert "0" * 64 not in str(refused.value)


def test_white_space_between_the_parameters_does_not_matter(verifier: SigV4Verifier) -> None:
    request = signed()
    tight = header(request, b"authorization").replace(b", ", b",")
    verifier.verify(replaced(request, b"authorization", tight), find, signed_at(request))
    verifier.verify(replaced(request, b"authorization", tight.replace(b",", b" ,  ")), find, signed_at(request))


def test_dates(verifier: SigV4Verifier) -> None:
    request = signed()
    for value in (b"", b"20260101", b"20261301T000000Z", b"2026-01-01T00:00:00Z", b"\xff" * 16):
        with pytest.raises(IncompleteSignatureError):
            verifier.verify(replaced(request, b"x-amz-date", value), find, signed_at(request))
    with pytest.raises(IncompleteSignatureError, match="'X-Amz-Date' or a 'Date' header"):
        verifier.verify(replaced(request, b"x-amz-date", None), find, 0)
    for offset, fine in ((-300, True), (300, True), (-302, False), (302, False)):
        if fine:
            verifier.verify(request, find, signed_at(request) + offset)
        else:
            with pytest.raises(InvalidSignatureError, match=r"Signature (expired|not yet current)"):
                verifier.verify(request, find, signed_at(request) + offset)


def test_the_scope_must_be_of_the_day_of_the_date(verifier: SigV4Verifier) -> None:
    request = signed()
    scope = header(request, b"x-amz-date")[:8]
    other = header(request, b"authorization").replace(b"/" + scope + b"/", b"/20010101/")
    with pytest.raises(InvalidSignatureError, match="Date in Credential scope"):
        verifier.verify(replaced(request, b"authorization", other), find, signed_at(request))


@pytest.mark.parametrize(
    ("region", "service", "text"), [("mars-1", "kms", "valid region"), ("us-east-1", "s3", "correct service")]
)
def test_scopes_of_others(verifier: SigV4Verifier, region: str, service: str, text: str) -> None:
    request = signed(region=region, service=service)
    with pytest.raises(InvalidSignatureError, match=text):
        verifier.verify(request, find, signed_at(request))


def test_a_wrong_service_is_told_which_one_is_called(verifier: SigV4Verifier) -> None:
    request = signed(service="s3")
    with pytest.raises(InvalidSignatureError, match="scoped to correct service: 'kms'"):
        verifier.verify(request, find, signed_at(request), "kms")


def test_what_is_remembered_of_a_header_is_small(verifier: SigV4Verifier) -> None:
    """It is remembered before its signature is looked at."""
    request = signed()
    verifier.verify(request, find, signed_at(request))
    known = len(verifier._parsed)
    names = b";".join(b"x-%d" % number for number in range(1000))
    long = header(request, b"authorization").replace(b"SignedHeaders=", b"SignedHeaders=" + names + b";")
    with pytest.raises(InvalidSignatureError):
        verifier.verify(replaced(request, b"authorization", long), find, signed_at(request))
    assert len(verifier._parsed) == known


def test_what_decides_must_be_signed(verifier: SigV4Verifier) -> None:
    """A target or token slipped in beside the signature is refused; so is a signature that leaves out the host."""
    request = signed()
    for name in (b"x-amz-security-token", b"x-amz-target"):
        bare = replaced(_unsigned(request, name), name, b"TrentService.DisableKey")
        with pytest.raises(InvalidSignatureError):
            verifier.verify(bare, find, signed_at(request))
    for name in (b"host", b"x-amz-date"):
        with pytest.raises(InvalidSignatureError, match="must be a 'SignedHeader'"):
            verifier.verify(_unsigned(request, name), find, signed_at(request))


def _unsigned(request: SignedRequest, name: bytes) -> SignedRequest:
    old = header(request, b"authorization")
    new = old.replace(b";" + name, b"").replace(name + b";", b"")
    return replaced(request, b"authorization", new)


def test_a_signed_header_that_is_missing(verifier: SigV4Verifier) -> None:
    request = signed(extra={"X-Extra": "1"})
    with pytest.raises(InvalidSignatureError) as refused:
        verifier.verify(replaced(request, b"x-extra", None), find, signed_at(request))
    assert str(refused.value) == MISMATCH


def test_a_claimed_payload_hash_must_be_the_bodys(verifier: SigV4Verifier) -> None:
    for claimed in ("UNSIGNED-PAYLOAD", "0" * 64):
        request = signed(extra={"X-Amz-Content-SHA256": claimed})
        with pytest.raises(InvalidSignatureError):
            verifier.verify(request, find, signed_at(request))


def test_two_authorization_headers(verifier: SigV4Verifier) -> None:
    request = signed()
    twice = SignedRequest(
        "POST", "/", "", [*request.headers, (b"authorization", header(request, b"authorization"))], request.body
    )
    with pytest.raises(AWSError):
        verifier.verify(twice, find, signed_at(request))


@given(st.binary(max_size=300))
def test_arbitrary_authorization_headers(value: bytes) -> None:
    one = SigV4Verifier(regions=["us-east-1"], services=["kms"])
    request = replaced(
        SignedRequest("POST", "/", "", [(b"host", b"h"), (b"x-amz-date", b"20260101T000000Z")], b""),
        b"authorization",
        value,
    )
    with pytest.raises(AWSError):
        one.verify(request, find, 1_767_225_600.0)


@given(
    st.lists(
        st.tuples(st.sampled_from([b"host", b"x-amz-date", b"authorization", b"date", b"x"]), st.binary(max_size=40)),
        max_size=8,
    ),
    st.text(max_size=20),
    st.binary(max_size=20),
)
def test_arbitrary_requests(headers: list[tuple[bytes, bytes]], query: str, body: bytes) -> None:
    one = SigV4Verifier(regions=["us-east-1"], services=["kms"])
    with pytest.raises(AWSError):
        one.verify(
            SignedRequest("POST", "/", query.encode("utf-8", "replace").decode("latin-1"), headers, body), find, 0.0
        )


@given(
    st.binary(max_size=200),
    st.dictionaries(
        st.from_regex(r"X-[A-Za-z]{1,10}", fullmatch=True),
        st.from_regex(r"[!-~]( {0,3}[!-~]){0,10}", fullmatch=True),
        max_size=4,
    ),
)
def test_what_botocore_signs_verifies(body: bytes, extra: dict[str, str]) -> None:
    one = SigV4Verifier(regions=["us-east-1"], services=["kms"])
    unique = {name.lower(): value for name, value in extra.items()}
    with mock.patch("botocore.auth.SIGNED_HEADERS_BLACKLIST", []):
        request = signed(body, unique)
    one.verify(request, find, signed_at(request))
