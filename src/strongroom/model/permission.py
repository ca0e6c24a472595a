"""What an operation needs to be allowed, as data.

An operation returns these; the pipeline resolves each resource, asks the policies and only then lets the operation act.
Decrypt names its key by the blob, ReEncrypt needs two permissions on two keys, CreateKey has no key yet.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

ConditionValues = Mapping[str, str | tuple[str, ...]]
"""Condition keys in lower case; a tuple is a multi-valued key (possibly empty)."""

NO_CONDITIONS: ConditionValues = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class KeyRef:
    """A key as the caller wrote it: key id or key ARN, and alias name or alias ARN where ``alias_allowed``."""

    text: str
    alias_allowed: bool = False


@dataclass(frozen=True, slots=True)
class BlobRef:
    """A key as a ciphertext blob names it; ``given`` is the KeyId that the caller sent beside the blob, if any."""

    account: str
    key_id: str
    material_id: str
    given: KeyRef | None


@dataclass(frozen=True, slots=True)
class AliasRef:
    """An alias as a resource of its own (CreateAlias, UpdateAlias, DeleteAlias); ``name`` begins with ``alias/``."""

    name: str


@dataclass(frozen=True, slots=True)
class AliasTarget:
    """The key that an existing alias points at now (UpdateAlias, DeleteAlias); NotFound when there is no such alias."""

    name: str


@dataclass(frozen=True, slots=True)
class AnyResource:
    """Resource ``*``: only identity policies can allow it (CreateKey, ListKeys, GenerateRandom, ...)."""


ANY_RESOURCE = AnyResource()

Resource = KeyRef | BlobRef | AliasRef | AliasTarget | AnyResource


@dataclass(frozen=True, slots=True)
class Permission:
    """One action on one resource; the condition keys that come with it are the operation's ``conditions``."""

    action: str
    resource: Resource
