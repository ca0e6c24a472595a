"""Session tokens: short-lived credentials that need no row in any store, because the token carries all, sealed.

Also the shapes of access key ids and secrets. Source: IAM User Guide, "Temporary security credentials"; "IAM identifiers".
"""

import base64
import binascii
from collections.abc import Callable

import msgspec

from strongroom.errors import ExpiredTokenError, InvalidCiphertextError, UnrecognizedClientError
from strongroom.model.random import RandomBytes

EXPIRED = "The security token included in the request is expired"
UNRECOGNIZED = "The security token included in the request is invalid."
LONG_TERM_PREFIX, SESSION_PREFIX = "AKIA", "ASIA"
_CHARACTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
_RANDOM_CHARACTERS = 16
_SECRET_BYTES = 30  # 40 characters of base64

OpenToken = Callable[[bytes, bytes], bytes]
SealToken = Callable[[bytes, bytes, RandomBytes], bytes]


class SessionClaims(msgspec.Struct, frozen=True, kw_only=True):
    """What a session is. Times are seconds since the epoch. ``unique_id`` guards against a user deleted and made again."""

    access_key_id: str
    secret: str
    account: str
    user_name: str
    unique_id: str
    issued_at: float
    expires_at: float
    session_policy: str | None = None
    tags: tuple[tuple[str, str], ...] = ()

    def __repr__(self) -> str:
        return f"SessionClaims({self.access_key_id})"


def new_access_key_id(random_bytes: RandomBytes, prefix: str = LONG_TERM_PREFIX) -> str:
    """Return a prefix of four letters and 16 random characters."""
    return prefix + "".join(_CHARACTERS[byte & 31] for byte in random_bytes(_RANDOM_CHARACTERS))


def new_secret_access_key(random_bytes: RandomBytes) -> str:
    """Return 40 characters of base64."""
    return base64.b64encode(random_bytes(_SECRET_BYTES)).decode()


def seal_session(claims: SessionClaims, seal: SealToken, random_bytes: RandomBytes) -> str:
    """Return the session token. The access key id is bound to it."""
    sealed = seal(msgspec.msgpack.encode(claims), claims.access_key_id.encode(), random_bytes)
    return base64.b64encode(sealed).decode()


def open_session(token: str, access_key_id: str, now: float, open_token: OpenToken) -> SessionClaims:
    """Return what the token carries. Errors: UnrecognizedClientError when it is not ours, ExpiredTokenError past its end."""
    try:
        opened = open_token(base64.b64decode(token, validate=True), access_key_id.encode())
        claims = msgspec.msgpack.decode(opened, type=SessionClaims)
    except (binascii.Error, ValueError, InvalidCiphertextError, msgspec.DecodeError):
        raise UnrecognizedClientError(UNRECOGNIZED) from None
    if claims.access_key_id != access_key_id:
        raise UnrecognizedClientError(UNRECOGNIZED)
    if now >= claims.expires_at:
        raise ExpiredTokenError(EXPIRED)
    return claims
