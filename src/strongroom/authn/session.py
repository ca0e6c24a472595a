"""Session tokens: short-lived credentials that need no row in any store, because the token carries all, sealed.

Also the shapes of access key ids and secrets. Source: IAM User Guide, "Temporary security credentials"; "IAM identifiers".
A token is base64 of what is sealed: version 0x01 || claims (msgpack, in zlib's format) || zeros, where a size was asked for.
"""

import base64
import binascii
import zlib
from collections.abc import Callable

import msgspec

from strongroom.errors import ExpiredTokenError, InvalidCiphertextError, UnrecognizedClientError
from strongroom.model.random import RandomBytes

EXPIRED = "The security token included in the request is expired"
UNRECOGNIZED = "The security token included in the request is invalid."
LONG_TERM_PREFIX, SESSION_PREFIX = "AKIA", "ASIA"
MAX_TOKEN_CHARACTERS = 8192  # ours; well within what a server takes as headers
_CHARACTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
_RANDOM_CHARACTERS = 16
_SECRET_BYTES = 30  # 40 characters of base64
_ID_BYTES = 10  # 16 characters of base32
_ACCOUNT_SHIFT, _ACCOUNT_BITS = 39, 40
_VERSION = b"\x01"

OpenToken = Callable[[bytes, bytes], bytes]
SealToken = Callable[[bytes, bytes, RandomBytes], bytes]


class SessionClaims(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a session is. Times are seconds since the epoch.

    A user's session names the user, a role's the role and itself, a federated user's the user who vouches for it and
    itself. ``unique_id`` is the user's or role's own and guards against one that was deleted and made again. ``tags`` are
    the session's own, those that came by transition with them.
    """

    access_key_id: str
    secret: str
    account: str
    unique_id: str
    issued_at: float
    expires_at: float
    user_name: str = ""
    role_name: str = ""
    session_name: str = ""
    session_policy: str | None = None
    policy_arns: tuple[str, ...] = ()
    tags: tuple[tuple[str, str], ...] = ()
    transitive: tuple[str, ...] = ()
    source_identity: str = ""
    provider: str = ""
    signed_in: bool = False  # by password: such a session of a user may call IAM

    def __repr__(self) -> str:
        return f"SessionClaims({self.access_key_id})"


def new_access_key_id(random_bytes: RandomBytes, prefix: str = LONG_TERM_PREFIX) -> str:
    """Return a prefix of four letters and 16 random characters."""
    return prefix + "".join(_CHARACTERS[byte & 31] for byte in random_bytes(_RANDOM_CHARACTERS))


def new_session_access_key_id(account: str, random_bytes: RandomBytes) -> str:
    """Return ``ASIA`` and 16 characters: 40 of their 80 bits are the account, where AWS has them, the others random."""
    mask = (1 << _ACCOUNT_BITS) - 1 << _ACCOUNT_SHIFT
    number = int.from_bytes(random_bytes(_ID_BYTES), "big") & ~mask | int(account) << _ACCOUNT_SHIFT
    return SESSION_PREFIX + base64.b32encode(number.to_bytes(_ID_BYTES, "big")).decode()


def account_of_session(access_key_id: str) -> str | None:
    """Return the account in a session's access key id, None for what cannot be one."""
    try:
        number = int.from_bytes(base64.b32decode(access_key_id.removeprefix(SESSION_PREFIX)), "big")
    except (binascii.Error, ValueError):
        return None
    return f"{number >> _ACCOUNT_SHIFT & (1 << _ACCOUNT_BITS) - 1:012d}"


def new_secret_access_key(random_bytes: RandomBytes) -> str:
    """Return 40 characters of base64."""
    return base64.b64encode(random_bytes(_SECRET_BYTES)).decode()


def seal_session(claims: SessionClaims, seal: SealToken, random_bytes: RandomBytes, minimum: int = 0) -> str:
    """Return the session token, of at least ``minimum`` characters. The access key id is bound to it."""
    about, text = claims.access_key_id.encode(), _VERSION + zlib.compress(msgspec.msgpack.encode(claims))
    token = base64.b64encode(seal(text, about, random_bytes))
    if len(token) < minimum:  # 4 characters are 3 bytes
        token = base64.b64encode(seal(text + bytes((minimum - len(token)) // 4 * 3 + 3), about, random_bytes))
    return token.decode()


def open_session(token: str, access_key_id: str, now: float, open_token: OpenToken) -> SessionClaims:
    """Return what the token carries. Errors: UnrecognizedClientError when it is not ours, ExpiredTokenError past its end."""
    try:
        if len(token) > MAX_TOKEN_CHARACTERS:
            raise UnrecognizedClientError(UNRECOGNIZED)
        claims = _claims(open_token(base64.b64decode(token, validate=True), access_key_id.encode()))
    except (binascii.Error, ValueError, InvalidCiphertextError, msgspec.DecodeError, zlib.error):
        raise UnrecognizedClientError(UNRECOGNIZED) from None
    if claims.access_key_id != access_key_id:
        raise UnrecognizedClientError(UNRECOGNIZED)
    if now >= claims.expires_at:
        raise ExpiredTokenError(EXPIRED)
    return claims


def _claims(opened: bytes) -> SessionClaims:
    """Errors: ValueError for another version, and those of the formats."""
    if opened[:1] != _VERSION:
        raise ValueError("a session token of another version")
    text = zlib.decompressobj().decompress(opened[1:])  # zeros behind the stream do not count
    return msgspec.msgpack.decode(text, type=SessionClaims)
