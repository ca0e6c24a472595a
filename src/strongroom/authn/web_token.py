"""Web identity tokens: a JSON Web Token of an OpenID Connect provider, verified with the provider's keys. Pure.

Only asymmetric signatures count, each with the algorithm that its header names *and* its key is for: nothing in a token can
choose how it is verified. Times are compared here, with the clock that is handed in.
Source: RFC 7519, RFC 7515, RFC 7517; OpenID Connect Core 1.0, 3.1.3.7; STS API Reference, AssumeRoleWithWebIdentity; IAM
User Guide, "Pass session tags in AWS STS". Texts are answers of AWS met in the field.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NoReturn

import jwt
import msgspec
from jwt.api_jwk import PyJWK
from jwt.types import Options

from strongroom.errors import ExpiredWebTokenError, InvalidIdentityTokenError

ALGORITHMS = {"RS256": "RSA", "RS384": "RSA", "RS512": "RSA", "ES256": "EC", "ES384": "EC", "ES512": "EC"}
SKEW_SECONDS = 300
MAX_KEYS = 100
_MAX_TAGS = 50
_MAX_TAG_KEY, _MAX_TAG_VALUE = 128, 256
_NO_JWT = "The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)"
_NO_KEY = (
    "Couldn't retrieve verification key from your identity provider,  please reference AssumeRoleWithWebIdentity "
    "documentation for requirements"
)
_ONLY_THE_SIGNATURE: Options = {
    "verify_exp": False,
    "verify_nbf": False,
    "verify_iat": False,
    "verify_aud": False,
    "verify_iss": False,
    "verify_sub": False,
    "verify_jti": False,
    "enforce_minimum_key_length": True,
}
_TAGS, _SOURCE_IDENTITY = "https://aws.amazon.com/tags", "https://aws.amazon.com/source_identity"


@dataclass(frozen=True, slots=True)
class KeySet:
    """The public keys of a provider, as JSON Web Keys."""

    keys: Sequence[Mapping[str, Any]] = field(repr=False)


@dataclass(frozen=True, slots=True)
class WebToken:
    """What a verified token says. ``audience`` is the client that it was given to: ``azp`` where there is one.

    ``audiences`` are all of ``aud``, ``methods`` the ``amr``.
    """

    issuer: str
    subject: str
    audience: str
    audiences: tuple[str, ...]
    methods: tuple[str, ...] = ()
    tags: tuple[tuple[str, str], ...] = ()
    transitive: tuple[str, ...] = ()
    source_identity: str = ""


class UnknownKeyError(Exception):
    """The token was signed with a key that the set does not hold; perhaps the provider has a newer set."""


def no_key() -> InvalidIdentityTokenError:
    """Return the refusal of a token whose key the provider does not have."""
    return InvalidIdentityTokenError(_NO_KEY)


def parse_key_set(text: bytes) -> KeySet:
    """Return the signature keys of a JSON Web Key Set. Errors: ValueError."""
    try:
        found = msgspec.json.decode(text, type=dict[str, Any]).get("keys")
    except msgspec.DecodeError:
        raise ValueError("the key set is not JSON") from None
    if not isinstance(found, list) or len(found) > MAX_KEYS:
        raise ValueError("the key set holds no list of keys, or too many")
    usable = [key for key in found if isinstance(key, dict) and key.get("kty") in ("RSA", "EC")]
    return KeySet(tuple(key for key in usable if key.get("use", "sig") == "sig"))


def issuer_of(token: str) -> str:
    """Return whom an unverified token claims to be from. Errors: InvalidIdentityTokenError."""
    issuer = _unverified(token)["payload"].get("iss")
    if not isinstance(issuer, str):
        raise InvalidIdentityTokenError("Missing a required claim: iss")
    return issuer


def verify_web_token(token: str, keys: KeySet, client_ids: Collection[str], now: float) -> WebToken:
    """Return what the token says. Errors: InvalidIdentityTokenError, ExpiredWebTokenError, UnknownKeyError."""
    claims = _verified(token, keys)
    _check_times(claims, now)
    audiences = _texts(claims, "aud")
    audience = claims.get("azp") or next((one for one in audiences if one in client_ids), None)
    if audience is None or audience not in client_ids:
        raise InvalidIdentityTokenError("Incorrect token audience")
    tags, transitive = _tags(claims.get(_TAGS))
    return WebToken(
        issuer=_text(claims, "iss"),
        subject=_text(claims, "sub"),
        audience=audience,
        audiences=audiences,
        methods=_texts(claims, "amr") if "amr" in claims else (),
        tags=tags,
        transitive=transitive,
        source_identity=_text(claims, _SOURCE_IDENTITY) if _SOURCE_IDENTITY in claims else "",
    )


# --- the signature -----------------------------------------------------------------------------------------------------


def _unverified(token: str) -> dict[str, Any]:
    try:
        return jwt.decode_complete(token, options={"verify_signature": False})
    except jwt.InvalidTokenError:
        raise InvalidIdentityTokenError(_NO_JWT) from None


def _verified(token: str, keys: KeySet) -> dict[str, Any]:
    header = _unverified(token)["header"]
    algorithm = header.get("alg")
    if algorithm not in ALGORITHMS:
        raise InvalidIdentityTokenError(_NO_JWT)
    for key in _candidates(keys, header.get("kid"), algorithm):
        claims = _claims(token, key, algorithm)
        if claims is not None:
            return claims
    raise InvalidIdentityTokenError("The token's signature does not match the provider's keys")


def _candidates(keys: KeySet, key_id: str | None, algorithm: str) -> list[Mapping[str, Any]]:
    """Return the keys that a token may be signed with; without a key id every one of its kind. Errors: UnknownKeyError."""
    found = [
        key
        for key in keys.keys
        if key.get("kty") == ALGORITHMS[algorithm]
        and key.get("alg", algorithm) == algorithm
        and (key_id is None or key.get("kid") == key_id)
    ]
    if not found:
        raise UnknownKeyError
    return found


def _claims(token: str, key: Mapping[str, Any], algorithm: str) -> dict[str, Any] | None:
    """Return the claims if the signature is that of ``key``."""
    try:
        return jwt.decode(
            token,
            PyJWK(dict(key), algorithm),
            algorithms=[algorithm],
            options=_ONLY_THE_SIGNATURE,
        )
    except (jwt.PyJWTError, ValueError):
        return None


# --- claims --------------------------------------------------------------------------------------------------------------


def _check_times(claims: Mapping[str, Any], now: float) -> None:
    expires, issued = _seconds(claims, "exp"), _seconds(claims, "iat")
    if now >= expires:
        raise ExpiredWebTokenError(
            f"Token expired: current date/time {int(now)} must be before the expiration date/time {expires}"
        )
    not_before = _seconds(claims, "nbf") if "nbf" in claims else issued
    if max(issued, not_before) > now + SKEW_SECONDS:
        raise InvalidIdentityTokenError("The token is not valid yet")


def _seconds(claims: Mapping[str, Any], name: str) -> int:
    value = claims.get(name)
    if value is None:
        raise InvalidIdentityTokenError(f"Missing a required claim: {name}")
    if not isinstance(value, int) or isinstance(value, bool):
        _malformed(name)
    return value


def _text(claims: Mapping[str, Any], name: str) -> str:
    value = claims.get(name)
    if value is None:
        raise InvalidIdentityTokenError(f"Missing a required claim: {name}")
    if not isinstance(value, str) or not value:
        _malformed(name)
    return value


def _texts(claims: Mapping[str, Any], name: str) -> tuple[str, ...]:
    """Return one text or a list of them."""
    value = claims.get(name)
    if not isinstance(value, list):
        return (_text(claims, name),)
    if not all(isinstance(one, str) for one in value):
        _malformed(name)
    return tuple(value)


def _tags(claim: Any) -> tuple[tuple[tuple[str, str], ...], tuple[str, ...]]:
    """Return (session tags, the keys of those that are transitive)."""
    if claim is None:
        return (), ()
    if not isinstance(claim, dict):
        _malformed(_TAGS)
    given, transitive = claim.get("principal_tags", {}), claim.get("transitive_tag_keys", [])
    if not isinstance(given, dict) or not isinstance(transitive, list) or len(given) > _MAX_TAGS:
        _malformed(_TAGS)
    tags = tuple((key, _tag_value(value)) for key, value in given.items())
    keys = [key.lower() for key, _ in tags]
    if len(set(keys)) != len(keys) or any(not 1 <= len(key) <= _MAX_TAG_KEY for key in keys):
        _malformed(_TAGS)
    if not all(isinstance(key, str) and key.lower() in keys for key in transitive):
        _malformed(_TAGS)
    return tags, tuple(transitive)


def _tag_value(value: Any) -> str:
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    if not isinstance(value, str) or len(value) > _MAX_TAG_VALUE:
        _malformed(_TAGS)
    return value


def _malformed(name: str) -> NoReturn:
    raise InvalidIdentityTokenError(f"The claim {name} is malformed")
