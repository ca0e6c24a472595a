"""Signatures in the query string: the published suite, botocore as signer, and every way such a URL can fail."""

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from botocore.credentials import Credentials
from hypothesis import given
from hypothesis import strategies as st

from strongroom.authn.presigned import is_presigned, parse_presigned
from strongroom.authn.signing_key import SigningKey
from strongroom.authn.sigv4 import ALGORITHM, MISMATCH, SignedRequest, SigV4Verifier
from strongroom.errors import (
    AWSError,
    IncompleteSignatureError,
    InvalidSignatureError,
    MissingAuthenticationTokenError,
    UnrecognizedClientError,
)
from strongroom.model.credential import Credential
from strongroom.model.principal import Principal, PrincipalKind
from support.signing import as_request, presigned, request_of

SUITE = json.loads((Path(__file__).parent.parent / "vectors" / "sigv4" / "presigned.json").read_text())
SIGNED_AT = datetime.strptime(SUITE["now"], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC).timestamp()
PRINCIPAL = Principal(
    PrincipalKind.USER, "111122223333", "arn:aws:iam::111122223333:user/example", "AIDAEXAMPLE", "example"
)
CREDENTIAL = Credential(SUITE["access_key_id"], SUITE["secret_access_key"].encode(), PRINCIPAL)
_AS_SENT = "S3 alone takes a path as it was sent; all others normalise it"
_FOLDED = "folded header lines are no longer valid HTTP (RFC 9112, 5.2): the server's parser refuses them"
_LATER = "the token was added after signing, as one service for devices wants it: here all of the query is signed"
REASONS = {"get-header-value-multiline": _FOLDED, "post-sts-header-after": _LATER} | {
    case["id"]: _AS_SENT for case in SUITE["cases"] if case.get("normalize") is False
}
CASES = [
    pytest.param(
        case, id=case["id"], marks=[pytest.mark.skip(reason=REASONS[case["id"]])] if case["id"] in REASONS else []
    )
    for case in SUITE["cases"]
]
CALLER = "http://kms.test:4599/?Action=GetCallerIdentity&Version=2011-06-15"
KEYS = Credentials(SUITE["access_key_id"], SUITE["secret_access_key"])


def find(access_key_id: str, token: str | None) -> Credential:
    if access_key_id != CREDENTIAL.access_key_id:
        raise UnrecognizedClientError("The security token included in the request is invalid.")
    return CREDENTIAL


def verifier() -> SigV4Verifier:
    return SigV4Verifier(regions=["us-east-1"], services=["service", "sts", "iam", "kms"])


def of(case: dict[str, Any]) -> SignedRequest:
    return request_of(case["request"])


@pytest.mark.parametrize("case", CASES)
def test_canonical_request_and_string_to_sign(case: dict[str, Any]) -> None:
    claim = parse_presigned(of(case).query).claim
    canonical = verifier().canonical_request(of(case), claim.signed_headers)
    assert canonical.decode() == case["canonical_request"]
    to_sign = f"{ALGORITHM}\n{SUITE['now']}\n{claim.scope}\n{sha256(canonical).hexdigest()}"
    assert to_sign == case["string_to_sign"]


@pytest.mark.parametrize("case", CASES)
def test_the_url_verifies_and_brings_its_token(case: dict[str, Any]) -> None:
    seen = []

    def remember(access_key_id: str, token: str | None) -> Credential:
        seen.append(token)
        return find(access_key_id, token)

    verified = verifier().verify(of(case), remember, SIGNED_AT)
    assert (verified.credential, verified.region, verified.service) == (CREDENTIAL, "us-east-1", "service")
    assert seen == [case.get("session_token")]


@pytest.mark.parametrize("case", CASES)
def test_nothing_altered_verifies(case: dict[str, Any]) -> None:
    """Another method, path, body, parameter, signed header, or one character of the query: refused."""
    good, one = of(case), verifier()
    one.verify(good, find, SIGNED_AT)
    method, path, query, headers, body = good.method, good.path, good.query, good.headers, good.body
    changed = [
        SignedRequest("PUT", path, query, headers, body),
        SignedRequest(method, path + "x", query, headers, body),
        SignedRequest(method, path, query, headers, body + b"x"),
        SignedRequest(method, path, query + "&x=1", headers, body),
        SignedRequest(method, path, "x&" + query, headers, body),
    ]
    for at, character in enumerate(query):
        other = "0" if character != "0" else "1"
        changed.append(SignedRequest(method, path, query[:at] + other + query[at + 1 :], headers, body))
    signed = parse_presigned(query).claim.signed_headers
    for position, (name, value) in enumerate(headers):
        if name in signed:
            others = [*headers]
            others[position] = (name, value + b"x")
            changed.append(SignedRequest(method, path, query, others, body))
    for request in changed:
        with pytest.raises(AWSError):
            one.verify(request, find, SIGNED_AT)


def test_a_token_added_after_signing_is_refused() -> None:
    case = next(case for case in SUITE["cases"] if case["id"] == "post-sts-header-after")
    with pytest.raises(InvalidSignatureError) as refused:
        verifier().verify(of(case), find, SIGNED_AT)
    assert str(refused.value) == MISMATCH


def sts(**changes: Any) -> str:
    return presigned(CALLER, KEYS, "sts", SIGNED_AT, **changes)


def refusal(request: SignedRequest, now: float = SIGNED_AT) -> tuple[type[AWSError], str]:
    with pytest.raises(AWSError) as refused:
        verifier().verify(request, find, now)
    return type(refused.value), str(refused.value)


@pytest.mark.parametrize(("service", "minutes"), [("sts", 15), ("iam", 15), ("kms", 5)])
@pytest.mark.parametrize("expires", [1, 60, 604_800])
def test_a_signature_is_good_for_as_long_as_its_service_says(service: str, minutes: int, expires: int) -> None:
    """X-Amz-Expires changes nothing outside S3, neither way: tokens for Kubernetes say 60 and are used for 14 minutes."""
    url = presigned(CALLER, KEYS, service, SIGNED_AT, expires=expires)
    for offset in (-60 * minutes, 0, 60 * minutes):
        verifier().verify(as_request(url), find, SIGNED_AT + offset)
    error, text = refusal(as_request(url), SIGNED_AT + 60 * minutes + 1)
    assert error is InvalidSignatureError
    assert re.fullmatch(
        rf"Signature expired: {SUITE['now']} is now earlier than 20150830T123601Z \(20150830T1[0-9]{{5}}Z - {minutes} min\.\)",
        text,
    )
    assert refusal(as_request(url), SIGNED_AT - 60 * minutes - 1)[1].startswith("Signature not yet current")


def test_expires_may_be_left_out() -> None:
    """Some signers do."""
    url = sts().replace("X-Amz-Expires=60&", "")
    canonical = verifier().canonical_request(as_request(url), [b"host"])
    scope = f"{SUITE['now'][:8]}/us-east-1/sts/aws4_request"
    to_sign = f"{ALGORITHM}\n{SUITE['now']}\n{scope}\n{sha256(canonical).hexdigest()}"
    signature = SigningKey(CREDENTIAL.secret, SUITE["now"][:8], "us-east-1", "sts").sign(to_sign.encode()).decode()
    verifier().verify(as_request(url[:-64] + signature), find, SIGNED_AT)


@pytest.mark.parametrize("seconds", ["", "0", "-1", "604801", "1.5", "x", "9" * 5000, "%D9%A1"])
def test_expires_must_be_a_number_of_seconds_within_a_week(seconds: str) -> None:
    error, text = refusal(as_request(sts().replace("X-Amz-Expires=60", f"X-Amz-Expires={seconds}")))
    assert (error, text) == (
        IncompleteSignatureError,
        "'X-Amz-Expires' must be a number of seconds from 1 to 604800.",
    )


_NAMES = ("X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Signature", "X-Amz-SignedHeaders", "X-Amz-Date")


@pytest.mark.parametrize("name", _NAMES)
def test_what_is_missing_is_named(name: str) -> None:
    text = f"AWS query-string parameters must include '{name}'. Re-examine the query-string parameters."
    emptied = re.sub(rf"{name}=[^&]*", f"{name}=", sts())
    assert refusal(as_request(emptied)) == (IncompleteSignatureError, text)
    gone = re.sub(rf"&{name}=[^&]*", "", sts())
    expected = (
        (MissingAuthenticationTokenError, "Missing Authentication Token")
        if name == "X-Amz-Algorithm"
        else (IncompleteSignatureError, text)
    )
    assert refusal(as_request(gone)) == expected


def test_all_that_is_missing_is_named_at_once() -> None:
    error, text = refusal(as_request("http://kms.test/?X-Amz-Algorithm="))
    named = " ".join(f"AWS query-string parameters must include '{name}'." for name in _NAMES)
    assert (error, text) == (IncompleteSignatureError, f"{named} Re-examine the query-string parameters.")


@pytest.mark.parametrize(
    ("change", "error", "text"),
    [
        (lambda url: url.replace("HMAC-SHA256", "ECDSA-P256-SHA256"), IncompleteSignatureError, "Unsupported AWS 'alg"),
        (lambda url: url.replace("%2Faws4_request", ""), IncompleteSignatureError, "exactly 5 slash-delimited"),
        (lambda url: url.replace("aws4_request", "aws5"), IncompleteSignatureError, "valid terminator"),
        (lambda url: url.replace("SignedHeaders=host", "SignedHeaders=Host"), IncompleteSignatureError, "lower-case"),
        (lambda url: url[:-1], IncompleteSignatureError, "64 hexadecimal digits"),
        (lambda url: url.replace("T123600Z", ""), IncompleteSignatureError, "ISO-8601"),
        (lambda url: url.replace("%2F20150830%2F", "%2F20150831%2F"), InvalidSignatureError, "Date in Credential"),
        (lambda url: url.replace("us-east-1", "mars-1"), InvalidSignatureError, "valid region"),
        (lambda url: url.replace("%2Fsts%2F", "%2Fs3%2F"), InvalidSignatureError, "correct service"),
        (lambda url: url.replace("SignedHeaders=host", "SignedHeaders=x"), InvalidSignatureError, "'Host' must be"),
        (lambda url: url.replace("kms.test", "other.test"), InvalidSignatureError, "does not match"),
        (lambda url: url.replace("GetCallerIdentity", "GetSessionToken"), InvalidSignatureError, "does not match"),
        (lambda url: url + "&Extra=1", InvalidSignatureError, "does not match"),
        (lambda url: url + "&X-Amz-Security-Token=t", InvalidSignatureError, "does not match"),
        (lambda url: url + "&X-Amz-Date=20150830T123600Z", IncompleteSignatureError, "each be given once"),
        (lambda url: url + "&X-Amz-Signature=" + "0" * 64, IncompleteSignatureError, "each be given once"),
    ],
)
def test_urls_that_are_refused(change: Callable[[str], str], error: type[AWSError], text: str) -> None:
    url = sts()
    changed = change(url)
    assert changed != url
    found, said = refusal(as_request(changed))
    assert found is error
    assert text in said
    assert url[-64:] not in said


def test_a_signature_in_both_places_is_refused() -> None:
    assert refusal(as_request(sts(), headers={"Authorization": "AWS4-HMAC-SHA256 x"})) == (
        InvalidSignatureError,
        "Found both 'X-Amz-Algorithm' as a query-string param and 'Authorization' as HTTP header.",
    )


def test_headers_that_decide_must_be_signed_here_too() -> None:
    target = {"X-Amz-Target": "TrentService.ListKeys"}
    for name in ("X-Amz-Target", "X-Amz-Security-Token"):
        assert refusal(as_request(sts(), headers={name: "x"})) == (
            InvalidSignatureError,
            f"'{name}' must be a 'SignedHeader' in the AWS Authorization.",
        )
    with_target = presigned(CALLER, KEYS, "kms", SIGNED_AT, method="POST", body=b"{}", headers=target)
    sent = as_request(with_target, method="POST", body=b"{}", headers=target)
    assert verifier().verify(sent, find, SIGNED_AT).signed_headers == (b"host", b"x-amz-target")
    other = as_request(with_target, method="POST", body=b"{}", headers={"X-Amz-Target": "TrentService.DisableKey"})
    assert refusal(other) == (InvalidSignatureError, MISMATCH)


def test_a_token_in_both_places_is_refused() -> None:
    url = presigned(CALLER, Credentials(KEYS.access_key, KEYS.secret_key, "one"), "sts", SIGNED_AT)
    verifier().verify(as_request(url), find, SIGNED_AT)
    assert refusal(as_request(url, headers={"X-Amz-Security-Token": "two"}))[0] is InvalidSignatureError


def test_the_body_is_signed_and_never_left_out() -> None:
    url = sts(method="POST", body=b"a=b")
    verifier().verify(as_request(url, method="POST", body=b"a=b"), find, SIGNED_AT)
    assert refusal(as_request(url, method="POST", body=b"a=c")) == (InvalidSignatureError, MISMATCH)
    headers = {"X-Amz-Content-SHA256": "UNSIGNED-PAYLOAD"}
    unsigned = presigned(CALLER, KEYS, "sts", SIGNED_AT, headers=headers)
    assert refusal(as_request(unsigned, headers=headers)) == (InvalidSignatureError, MISMATCH)


def test_a_query_without_a_signature_is_none() -> None:
    for query in ("", "X", "Action=X-Amz-Algorithm", "x-amz-algorithm=1", "X-Amz-Algorithms=1"):
        assert not is_presigned(query)


@given(st.text(max_size=60), st.binary(max_size=20))
def test_arbitrary_queries(text: str, value: bytes) -> None:
    raw = text.encode("utf-8", "replace").decode("latin-1")
    for query in (raw, f"X-Amz-Algorithm={raw}", sts().partition("?")[2] + "&" + raw + quote(value) + "=1"):
        with pytest.raises(AWSError):
            verifier().verify(SignedRequest("GET", "/", query, [(b"host", b"h")], b""), find, SIGNED_AT)


@given(st.dictionaries(st.text(min_size=1, max_size=8), st.text(max_size=12), max_size=4), st.binary(max_size=40))
def test_what_botocore_presigns_verifies(parameters: dict[str, str], body: bytes) -> None:
    clean = {
        name: value.encode("utf-8", "replace").decode()
        for name, value in parameters.items()
        if name.isascii() and not name.startswith("X-Amz-")
    }
    query = "&".join(f"{quote(name, safe='-_.~')}={quote(value, safe='-_.~')}" for name, value in clean.items())
    url = presigned(f"http://kms.test/?{query}", KEYS, "sts", SIGNED_AT, method="POST", body=body)
    verifier().verify(as_request(url, method="POST", body=body), find, SIGNED_AT)
