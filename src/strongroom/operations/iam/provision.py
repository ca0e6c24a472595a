"""New users and access keys, as changes. The command line and the first start make them with these.

Source: IAM User Guide, "IAM identifiers" (unique ids) and "Manage access keys".
"""

from dataclasses import dataclass, field

from strongroom.authn.session import new_access_key_id, new_secret_access_key
from strongroom.authz.acceptance import accept_policy
from strongroom.authz.policy import PolicyKind
from strongroom.crypto.keyring import Keyring
from strongroom.model.change import Change, Insert
from strongroom.model.identity import AccessKey, InlinePolicy, User
from strongroom.model.random import RandomBytes

_UNIQUE_ID_CHARACTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"


@dataclass(frozen=True, slots=True)
class NewUser:
    """``secret_access_key`` exists in the clear only here, for the one time it is shown."""

    user: User
    access_key_id: str
    secret_access_key: str = field(repr=False)
    changes: tuple[Change, ...] = field(repr=False)


def unique_id(prefix: str, random_bytes: RandomBytes) -> str:
    """Return an IAM unique id: a prefix of four letters (``AIDA`` for users) and 17 characters."""
    return prefix + "".join(_UNIQUE_ID_CHARACTERS[byte & 31] for byte in random_bytes(17))


def new_access_key(keyring: Keyring, user: User, now_ms: int, random_bytes: RandomBytes) -> tuple[AccessKey, str]:
    """Return an access key of ``user``, wrapped, and its secret in the clear."""
    access_key_id, secret = new_access_key_id(random_bytes), new_secret_access_key(random_bytes)
    wrapped = keyring.wrap_secret_access_key(access_key_id, secret.encode(), random_bytes)
    return AccessKey(access_key_id, user.account, user.name, wrapped, active=True, created_ms=now_ms), secret


def new_user(
    keyring: Keyring, account: str, name: str, policies: dict[str, str], now_ms: int, random_bytes: RandomBytes
) -> NewUser:
    """Return a user with inline policies (name -> text) and one access key. Errors: MalformedPolicyDocumentError."""
    for policy_name, text in policies.items():
        accept_policy(text, PolicyKind.IDENTITY, policy_name)
    user = User(account, name, unique_id("AIDA", random_bytes), "/", now_ms)
    access_key, secret = new_access_key(keyring, user, now_ms, random_bytes)
    changes = (
        Insert(user),
        *(Insert(InlinePolicy(account, user.owner, policy_name, text)) for policy_name, text in policies.items()),
        Insert(access_key),
    )
    return NewUser(user, access_key.access_key_id, secret, changes)
