"""The published SigV4 test suite: canonical request and string to sign byte for byte, and every request verifies."""

import json
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from strongroom.authn.authorization import parse_authorization
from strongroom.authn.sigv4 import ALGORITHM, SignedRequest, SigV4Verifier
from strongroom.errors import AWSError
from strongroom.model.credential import Credential
from strongroom.model.principal import Principal, PrincipalKind
from support import signing

SUITE = json.loads((Path(__file__).parent.parent / "vectors" / "sigv4" / "suite.json").read_text())
NOW = datetime.strptime(SUITE["now"], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC).timestamp()
PRINCIPAL = Principal(
    PrincipalKind.USER, "111122223333", "arn:aws:iam::111122223333:user/example", "AIDAEXAMPLE", "example"
)
CREDENTIAL = Credential(SUITE["access_key_id"], SUITE["secret_access_key"].encode(), PRINCIPAL)
_FORM = "this copy of the suite moves the form of the body into the query string; KMS and STS sign the body as it is"
REASONS = {
    "get-header-value-multiline": "folded header lines are no longer valid HTTP (RFC 9112, 5.2): the server's parser refuses them",
    "post-x-www-form-urlencoded": _FORM,
    "post-x-www-form-urlencoded-parameters": _FORM,
}
CASES = [
    pytest.param(
        case, id=case["id"], marks=[pytest.mark.skip(reason=REASONS[case["id"]])] if case["id"] in REASONS else []
    )
    for case in SUITE["cases"]
]


def find(access_key_id: str, token: str | None) -> Credential:
    assert access_key_id == CREDENTIAL.access_key_id
    return CREDENTIAL


def verifier() -> SigV4Verifier:
    return SigV4Verifier(regions=[SUITE["region"]], services=[SUITE["service"]])


def request_of(case: dict[str, Any], *, authorization: str | None = None) -> SignedRequest:
    """Return the case's request, with its signature added."""
    return signing.request_of(case["request"], (b"authorization", (authorization or case["authorization"]).encode()))


@pytest.mark.parametrize("case", CASES)
def test_canonical_request_and_string_to_sign(case: dict[str, Any]) -> None:
    claim, _ = parse_authorization(case["authorization"].encode())
    canonical = verifier().canonical_request(request_of(case), claim.signed_headers)
    assert canonical.decode() == case["canonical_request"]
    to_sign = f"{ALGORITHM}\n{SUITE['now']}\n{claim.scope}\n{sha256(canonical).hexdigest()}"
    assert to_sign == case["string_to_sign"]


@pytest.mark.parametrize("case", CASES)
def test_the_request_verifies(case: dict[str, Any]) -> None:
    signature = case["authorization"][-64:].encode()
    signed = case["authorization"].partition("SignedHeaders=")[2].partition(",")[0].encode()
    verified = verifier().verify(request_of(case), find, NOW)
    assert verified == (CREDENTIAL, SUITE["region"], SUITE["service"], signature, tuple(signed.split(b";")))


@pytest.mark.parametrize("case", CASES)
def test_nothing_altered_verifies(case: dict[str, Any]) -> None:
    """Another method, path, query, body, signed header value or signature byte: refused, each time by the same verifier."""
    good, one = request_of(case), verifier()
    one.verify(good, find, NOW)
    changed = [
        SignedRequest("PUT", good.path, good.query, good.headers, good.body),
        SignedRequest(good.method, good.path + "x", good.query, good.headers, good.body),
        SignedRequest(good.method, good.path, good.query + "&x=1", good.headers, good.body),
        SignedRequest(good.method, good.path, good.query, good.headers, good.body + b"x"),
    ]
    for position, (name, value) in enumerate(good.headers):
        if name != b"authorization":
            headers = [*good.headers]
            headers[position] = (name, value + b"x")
            changed.append(SignedRequest(good.method, good.path, good.query, headers, good.body))
    signature = case["authorization"][-64:]
    for position in range(64):
        digit = "0" if signature[position] != "0" else "1"
        altered = case["authorization"][:-64] + signature[:position] + digit + signature[position + 1 :]
        changed.append(request_of(case, authorization=altered))
    for request in changed:
        with pytest.raises(AWSError):
            one.verify(request, find, NOW)


def test_a_form_is_signed_as_a_body() -> None:
    """The suite's own post-x-www-form-urlencoded, as AWS first published it."""
    authorization = (
        b"AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, "
        b"SignedHeaders=content-type;host;x-amz-date, "
        b"Signature=ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a"
    )
    headers = [
        (b"content-type", b"application/x-www-form-urlencoded"),
        (b"host", b"example.amazonaws.com"),
        (b"x-amz-date", b"20150830T123600Z"),
        (b"authorization", authorization),
    ]
    verifier().verify(SignedRequest("POST", "/", "", headers, b"Param1=value1"), find, NOW)
