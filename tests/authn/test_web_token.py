"""Web identity tokens: what is believed of them, and what is refused."""

import base64
import json
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from strongroom.authn.web_token import (
    KeySet,
    UnknownKeyError,
    issuer_of,
    parse_key_set,
    verify_web_token,
)
from strongroom.errors import ExpiredWebTokenError, InvalidIdentityTokenError
from support.oidc import CLIENT, Provider

NOW = 1_767_225_600.0
ISSUER = "https://id.example.com/tenant"


@pytest.fixture
def provider() -> Provider:
    return Provider(ISSUER)


def keys_of(provider: Provider) -> KeySet:
    return parse_key_set(provider.key_set())


def refusal(provider: Provider, token: str) -> str:
    with pytest.raises(InvalidIdentityTokenError) as caught:
        verify_web_token(token, keys_of(provider), (CLIENT,), NOW)
    return str(caught.value)


def test_a_token(provider: Provider) -> None:
    token = provider.token(NOW, aud=["other", CLIENT], amr=["pwd"])
    assert issuer_of(token) == ISSUER
    said = verify_web_token(token, keys_of(provider), (CLIENT,), NOW)
    assert (said.issuer, said.subject, said.audience) == (ISSUER, "system:serviceaccount:app", CLIENT)
    assert (said.audiences, said.methods, said.tags) == (("other", CLIENT), ("pwd",), ())


@pytest.mark.parametrize("algorithm", ["RS256", "RS384", "RS512", "ES256", "ES384", "ES512"])
def test_algorithms(provider: Provider, algorithm: str) -> None:
    curves = {"ES256": ec.SECP256R1(), "ES384": ec.SECP384R1(), "ES512": ec.SECP521R1()}
    provider.algorithm = algorithm
    if algorithm in curves:
        provider.key = ec.generate_private_key(curves[algorithm])
    assert verify_web_token(provider.token(NOW), keys_of(provider), (CLIENT,), NOW)


def test_a_key_set_without_names_and_algorithms(provider: Provider) -> None:
    bare = {name: value for name, value in provider.jwk().items() if name not in {"kid", "alg", "use"}}
    keys = parse_key_set(json.dumps({"keys": [{"kty": "oct", "k": "AAAA"}, "nonsense", bare]}).encode())
    token = jwt.encode(jwt.decode(provider.token(NOW), options={"verify_signature": False}), provider.key, "RS512")
    assert verify_web_token(token, keys, (CLIENT,), NOW)


@pytest.mark.parametrize("text", [b"", b"[]", b"{}", b'{"keys": 1}', b'{"keys": [' + b"{}," * 101 + b"{}]}"])
def test_no_key_sets(text: bytes) -> None:
    with pytest.raises(ValueError, match="key set"):
        parse_key_set(text)


def test_times(provider: Provider) -> None:
    keys, token = keys_of(provider), provider.token(NOW)
    assert verify_web_token(token, keys, (CLIENT,), NOW + 599)
    with pytest.raises(ExpiredWebTokenError, match="Token expired: current date/time 1767226200 must be before"):
        verify_web_token(token, keys, (CLIENT,), NOW + 600)
    assert verify_web_token(token, keys, (CLIENT,), NOW - 300)
    with pytest.raises(InvalidIdentityTokenError, match="not valid yet"):
        verify_web_token(token, keys, (CLIENT,), NOW - 301)
    assert "not valid yet" in refusal(provider, provider.token(NOW, nbf=int(NOW) + 301))


@pytest.mark.parametrize("claim", ["sub", "aud", "iat", "exp"])
def test_what_is_missing(provider: Provider, claim: str) -> None:
    assert refusal(provider, provider.token(NOW, **{claim: None})) == f"Missing a required claim: {claim}"


@pytest.mark.parametrize(
    "claims",
    [
        {"sub": ""},
        {"sub": 7},
        {"exp": NOW + 600.5},
        {"exp": True},
        {"aud": [7]},
        {"https://aws.amazon.com/tags": []},
        {"https://aws.amazon.com/tags": {"principal_tags": {"a": ["1", "2"]}}},
        {"https://aws.amazon.com/tags": {"principal_tags": {"a": "1", "A": "2"}}},
        {"https://aws.amazon.com/tags": {"principal_tags": {"a": "1"}, "transitive_tag_keys": ["b"]}},
        {"https://aws.amazon.com/source_identity": 1},
    ],
)
def test_what_is_malformed(provider: Provider, claims: dict[str, Any]) -> None:
    assert refusal(provider, provider.token(NOW, **claims)).endswith("is malformed")


def test_audiences(provider: Provider) -> None:
    """``azp`` is who the token was given to, where it is there."""
    said = verify_web_token(provider.token(NOW, azp=CLIENT, aud="elsewhere"), keys_of(provider), (CLIENT,), NOW)
    assert said.audience == CLIENT
    for claims in ({"aud": "elsewhere"}, {"azp": "elsewhere"}, {"azp": [CLIENT]}, {"aud": []}):
        assert refusal(provider, provider.token(NOW, **claims)) == "Incorrect token audience"


def test_tags(provider: Provider) -> None:
    claim = {"principal_tags": {"team": ["red"], "unit": "7"}, "transitive_tag_keys": ["team"]}
    token = provider.token(
        NOW, **{"https://aws.amazon.com/tags": claim, "https://aws.amazon.com/source_identity": "al"}
    )
    said = verify_web_token(token, keys_of(provider), (CLIENT,), NOW)
    assert (said.tags, said.transitive, said.source_identity) == ((("team", "red"), ("unit", "7")), ("team",), "al")


# --- forgeries -----------------------------------------------------------------------------------------------------------


def part(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def test_a_token_that_chooses_how_it_is_verified(provider: Provider) -> None:
    claims = jwt.decode(provider.token(NOW), options={"verify_signature": False})
    unsigned = f"{part({'alg': 'none', 'kid': 'first'})}.{part(claims)}."
    with_public_key = jwt.encode(claims, json.dumps(provider.jwk()) * 2, "HS256", headers={"kid": "first"})
    embedded = jwt.encode(claims, rsa.generate_private_key(65537, 2048), "RS256", headers={"kid": "first", "jwk": {}})
    for token in (unsigned, with_public_key, embedded, "", "a.b", "a.b.c", f"{part([])}.{part([])}.AA", "é.é.é"):
        assert refusal(provider, token)


def test_altered_tokens(provider: Provider) -> None:
    head, claims, signature = provider.token(NOW).split(".")
    other = provider.token(NOW, sub="root").split(".")[1]
    for token in (f"{head}.{other}.{signature}", f"{head}.{claims}.{signature[:-8]}AAAAAAAA", f"{head}.{claims}."):
        assert refusal(provider, token)


def test_keys_that_are_not_there(provider: Provider) -> None:
    keys = keys_of(provider)
    for token in (
        provider.token(NOW, header={"kid": "unknown"}),
        jwt.encode({}, ec.generate_private_key(ec.SECP256R1()), "ES256", headers={"kid": "first"}),
        jwt.encode({}, provider.key, "RS512", headers={"kid": "first"}),  # the key is for RS256
    ):
        with pytest.raises(UnknownKeyError):
            verify_web_token(token, keys, (CLIENT,), NOW)


def test_a_small_key(provider: Provider) -> None:
    provider.key = rsa.generate_private_key(65537, 1024)  # noqa: S505 - the point of the test
    with pytest.warns(jwt.InsecureKeyLengthWarning):
        token = provider.token(NOW)
    assert "signature" in refusal(provider, token)
