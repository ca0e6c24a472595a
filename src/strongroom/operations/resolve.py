"""From what a caller wrote to the key that is meant. Pure: reads one view of the store.

Source: AWS KMS Developer Guide, "Key identifiers (KeyId)"; the texts are recorded answers.
"""

import re

from strongroom.errors import AWSError, IncorrectKeyError, InvalidArnError, NotFoundError
from strongroom.model.arn import ARN, PARTITION, alias_arn, key_arn, parse_arn
from strongroom.model.key import Alias, Key
from strongroom.model.permission import AliasTarget, BlobRef, KeyRef
from strongroom.model.view import Snapshot

_KEY_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|mrk-[0-9a-f]{32}")
_ALIAS = "alias/"
_INCORRECT_KEY = "The key ID in the request does not identify a CMK that can perform this operation."


class HiddenKeyError(AWSError):
    """The key is not here, and the caller may not learn that: the pipeline answers with a denial that tells nothing."""

    def __init__(self, arn: str) -> None:
        super().__init__()
        self.arn = arn


def find_key(view: Snapshot, ref: KeyRef | BlobRef | AliasTarget, account: str, region: str) -> Key:
    """Return the key that ``ref`` means for a caller of this account and Region.

    Errors: NotFoundError, InvalidArnError, IncorrectKeyError; HiddenKeyError for what lies in another account, or behind
    a ciphertext blob, and does not exist.
    """
    if isinstance(ref, KeyRef):
        return _of_text(view, ref, account, region)
    if isinstance(ref, BlobRef):
        return _of_blob(view, ref, account, region)
    return _of_alias(view, account, region, ref.name, account)


def find_replica(view: Snapshot, primary: Key, region: str) -> Key | None:
    """Return the replica that a multi-Region primary key has in ``region``; None when there is none, or no such primary."""
    if region not in primary.replica_regions:  # only a primary has any
        return None
    return view.get(Key, primary.account, region, primary.key_id)


def find_alias(view: Snapshot, name: str, account: str, region: str) -> Alias:
    """Errors: NotFoundError."""
    alias = view.get(Alias, account, region, name)
    if alias is None:
        raise NotFoundError(f"Alias {alias_arn(region, account, name)} is not found.")
    return alias


def alias_named(ref: KeyRef) -> str | None:
    """Return the alias name that the caller used, for the condition key kms:RequestAlias."""
    if ref.text.startswith(_ALIAS):
        return ref.text
    arn = parse_arn(ref.text)
    return arn.resource if arn is not None and arn.resource.startswith(_ALIAS) else None


def _of_text(view: Snapshot, ref: KeyRef, account: str, region: str) -> Key:
    text = ref.text
    if text.startswith("arn:"):
        return _of_arn(view, text, account, region, alias_allowed=ref.alias_allowed)
    if text.startswith(_ALIAS):
        if not ref.alias_allowed:
            raise InvalidArnError("Key Aliases are not supported for this operation.")
        return _of_alias(view, account, region, text, account)
    return _of_id(view, account, region, text, account)


def _of_blob(view: Snapshot, ref: BlobRef, account: str, region: str) -> Key:
    key = view.get(Key, ref.account, region, ref.key_id)
    if ref.given is not None:
        given = _given_beside_blob(view, ref, ref.given, account, region)
        if (given.account, given.key_id) != (ref.account, ref.key_id):
            raise IncorrectKeyError(_INCORRECT_KEY)
    if key is None:
        raise HiddenKeyError(key_arn(region, ref.account, ref.key_id))
    return key


def _given_beside_blob(view: Snapshot, ref: BlobRef, given: KeyRef, account: str, region: str) -> Key:
    """Find the KeyId sent beside a blob. A bare id may be another account's key's; the other Region's ARN of a key is another key."""
    if given.text == ref.key_id:
        account = ref.account
    arn = parse_arn(given.text)
    if arn is not None and arn.service == "kms" and arn.region != region and arn.resource == f"key/{ref.key_id}":
        raise IncorrectKeyError(_INCORRECT_KEY)
    return find_key(view, given, account, region)


def _of_arn(view: Snapshot, text: str, account: str, region: str, *, alias_allowed: bool) -> Key:
    arn = parse_arn(text)
    if arn is None or (arn.partition, arn.service) != (PARTITION, "kms") or not arn.account or not arn.region:
        raise InvalidArnError(f"Invalid arn {text}")
    if arn.resource.startswith(_ALIAS) and not alias_allowed:
        raise InvalidArnError("Key Aliases are not supported for this operation.")
    if arn.region != region:
        raise NotFoundError(f"Invalid arn {arn.region}")
    return _in_account(view, arn, account)


def _in_account(view: Snapshot, arn: ARN, caller: str) -> Key:
    if arn.resource.startswith(_ALIAS):
        return _of_alias(view, arn.account, arn.region, arn.resource, caller)
    kind, _, key_id = arn.resource.partition("/")
    if kind != "key":
        raise InvalidArnError(f"Invalid arn {arn}")
    return _of_id(view, arn.account, arn.region, key_id, caller)


def _of_alias(view: Snapshot, account: str, region: str, name: str, caller: str) -> Key:
    if account != caller and view.get(Alias, account, region, name) is None:
        raise HiddenKeyError(alias_arn(region, account, name))
    return _of_id(view, account, region, find_alias(view, name, account, region).key_id, caller)


def _of_id(view: Snapshot, account: str, region: str, key_id: str, caller: str) -> Key:
    key = view.get(Key, account, region, key_id)
    if key is None:
        if not _KEY_ID.fullmatch(key_id):
            raise NotFoundError(f"Invalid keyId '{key_id}'")
        arn = key_arn(region, account, key_id)
        if account != caller:
            raise HiddenKeyError(arn)
        raise NotFoundError(f"Key '{arn}' does not exist")
    return key
