"""What an operation needs to be allowed, as data.

An operation returns these; the pipeline resolves each resource, asks the policies and only then lets the operation act.
Decrypt names its key by the blob, ReEncrypt needs two permissions on two keys, CreateKey has no key yet.
"""

from collections.abc import Mapping
from types import MappingProxyType

import msgspec

ConditionValues = Mapping[str, str | tuple[str, ...]]
"""Condition keys in lower case; a tuple is a multi-valued key (possibly empty)."""

NO_CONDITIONS: ConditionValues = MappingProxyType({})


class KeyRef(msgspec.Struct, frozen=True, gc=False):
    """A key as the caller wrote it: key id or key ARN, and alias name or alias ARN where ``alias_allowed``."""

    text: str
    alias_allowed: bool = False


class BlobRef(msgspec.Struct, frozen=True, gc=False):
    """A key as a ciphertext blob names it; ``given`` is the KeyId that the caller sent beside the blob, if any."""

    account: str
    key_id: str
    material_id: str
    given: KeyRef | None


class AliasRef(msgspec.Struct, frozen=True, gc=False):
    """An alias as a resource of its own (CreateAlias, UpdateAlias, DeleteAlias); ``name`` begins with ``alias/``."""

    name: str


class AliasTarget(msgspec.Struct, frozen=True, gc=False):
    """The key that an existing alias points at now (UpdateAlias, DeleteAlias); NotFound when there is no such alias."""

    name: str


class GrantRef(msgspec.Struct, frozen=True, gc=False):
    """The key of a grant that is to be retired, with that grant: named by a grant token, or by key ARN and grant id."""

    token: str | None
    key: KeyRef | None
    grant_id: str | None


class AnyResource(msgspec.Struct, frozen=True, gc=False):
    """Resource ``*``: only identity policies can allow it (CreateKey, ListKeys, GenerateRandom, ...)."""


ANY_RESOURCE = AnyResource()

Resource = KeyRef | BlobRef | AliasRef | AliasTarget | GrantRef | AnyResource


class Permission(msgspec.Struct, frozen=True, gc=False):
    """One action on one resource; the condition keys that come with it are the operation's ``conditions``."""

    action: str
    resource: Resource
