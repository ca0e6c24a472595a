"""From a grant token, or a key and a grant id, to the grant that is meant; and new grant tokens.

A token is sealed, so that it tells nobody anything and cannot be made up; it names its grant and allows nothing. Each is
different, and all of one grant are as good. Source: AWS KMS Developer Guide, "Grant tokens".
"""

import base64
import binascii
import re

import msgspec

from strongroom.crypto.keyring import Keyring
from strongroom.errors import (
    InvalidArnError,
    InvalidCiphertextError,
    InvalidGrantIdError,
    InvalidGrantTokenError,
    NotFoundError,
    ValidationError,
)
from strongroom.model.grant import Grant
from strongroom.model.key import Key
from strongroom.model.permission import GrantRef
from strongroom.model.random import RandomBytes
from strongroom.model.view import Snapshot
from strongroom.operations.resolve import HiddenKeyError, find_key

GRANT_ID_BYTES = 32
_GRANT_ID = re.compile(r"[0-9a-f]{64}")
_TWO_WAYS = "Specify either GrantToken, or KeyId and GrantId."


class _Named(msgspec.Struct, array_like=True, frozen=True):
    """What a token carries: the identity of its grant without the Region, which is bound to the seal."""

    account: str
    key_id: str
    grantee: str
    grant_id: str


def new_grant_token(keyring: Keyring, grant: Grant, random_bytes: RandomBytes) -> str:
    """Return a fresh token of ``grant``."""
    named = _Named(grant.account, grant.key_id, grant.grantee, grant.grant_id)
    sealed = keyring.seal_grant_token(msgspec.msgpack.encode(named), grant.region.encode(), random_bytes)
    return base64.b64encode(sealed).decode()


def grant_of_token(view: Snapshot, keyring: Keyring, token: str, region: str) -> Grant:
    """Return the grant that a token names. Errors: InvalidGrantTokenError, also when the grant is no more."""
    try:
        opened = keyring.open_grant_token(base64.b64decode(token, validate=True), region.encode())
        named = msgspec.msgpack.decode(opened, type=_Named)
    except (binascii.Error, ValueError, InvalidCiphertextError, msgspec.DecodeError):
        raise InvalidGrantTokenError from None
    grant = view.get(Grant, named.account, region, named.key_id, named.grantee, named.grant_id)
    if grant is None:
        raise InvalidGrantTokenError
    return grant


def check_grant_id(grant_id: str) -> None:
    """Errors: InvalidGrantIdError for what cannot be a grant id."""
    if not _GRANT_ID.fullmatch(grant_id):
        raise InvalidGrantIdError(f"Invalid grant ID {grant_id}")


def grant_with_id(view: Snapshot, key: Key, grant_id: str) -> Grant:
    """Errors: InvalidGrantIdError, NotFoundError."""
    check_grant_id(grant_id)
    where = {"account": key.account, "region": key.region, "key_id": key.key_id, "grant_id": grant_id}
    found = view.page(Grant, where, limit=1)
    if not found:
        raise NotFoundError(f"Grant {grant_id} is not found on key {key.arn}")
    return found[0]


def find_grant(view: Snapshot, keyring: Keyring, ref: GrantRef, account: str, region: str) -> tuple[Key, Grant]:
    """Return a grant that is to be retired, with its key.

    Errors: ValidationError, those of ``find_key``, InvalidGrantTokenError, InvalidGrantIdError, NotFoundError;
    HiddenKeyError where the caller's account may not learn whether the key has such a grant.
    """
    if ref.token is not None and ref.key is None and ref.grant_id is None:
        grant = grant_of_token(view, keyring, ref.token, region)
        key = view.get(Key, grant.account, grant.region, grant.key_id)
        if key is None:
            raise InvalidGrantTokenError
        return key, grant
    if ref.token is not None or ref.key is None or ref.grant_id is None:
        raise ValidationError(_TWO_WAYS)
    if not ref.key.text.startswith("arn:"):
        raise InvalidArnError(f"Invalid arn {ref.key.text}")
    check_grant_id(ref.grant_id)
    key = find_key(view, ref.key, account, region)
    try:
        return key, grant_with_id(view, key, ref.grant_id)
    except NotFoundError:
        if key.account != account:
            raise HiddenKeyError(key.arn) from None
        raise
