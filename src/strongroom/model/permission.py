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

PASSING = "iam:PassRole"
"""No operation of its own: asked of whoever hands a role to a service."""


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


class ReplicaRef(msgspec.Struct, frozen=True, gc=False):
    """The replica, in the Region of the permission, of the multi-Region primary key that ``primary`` names in the call's Region.

    Nothing is asked where there is none (the key is no primary, has no replica there, or lives there itself): the
    operation must see that in ``Call.keys`` and refuse, or do nothing.
    """

    primary: KeyRef


class NewReplica(msgspec.Struct, frozen=True, gc=False):
    """Resource ``*``, as for every key that is to be created; its spec, usage and origin will be those of ``primary``."""

    primary: KeyRef


class EntityRef(msgspec.Struct, frozen=True, gc=False):
    """Something of IAM, by how requests name it; only identity policies can allow it.

    ``kind`` is ``user``, ``group``, ``role``, ``instance-profile`` (by name), ``policy``, ``oidc-provider`` (by ARN) or
    ``access-key`` (its user is meant). With a ``path`` it is one that is to be created, or without a name all that lie under that path;
    ``beside`` names one whose path it will have.
    """

    kind: str
    name: str
    path: str = ""
    beside: str = ""


class RoleRef(msgspec.Struct, frozen=True, gc=False):
    """A role, of any account, that somebody wants to become; its trust policy is the resource policy."""

    arn: str


class FederatedUserRef(msgspec.Struct, frozen=True, gc=False):
    """Somebody that a user of the caller's account vouches for, by name; only identity policies can allow it."""

    name: str


class TrailRef(msgspec.Struct, frozen=True, gc=False):
    """A trail as the caller wrote it, by name or ARN; only identity policies can allow it."""

    text: str


class AboutKeyRef(msgspec.Struct, frozen=True, gc=False):
    """A key of the caller's own account that something is told of, by id, ARN or alias.

    Its policy speaks of KMS's actions alone and is not asked: only identity policies can allow it.
    """

    text: str


class AnyResource(msgspec.Struct, frozen=True, gc=False):
    """Resource ``*``: only identity policies can allow it (CreateKey, ListKeys, GenerateRandom, ...)."""


ANY_RESOURCE = AnyResource()

Resource = (
    KeyRef
    | BlobRef
    | AliasRef
    | AliasTarget
    | GrantRef
    | ReplicaRef
    | NewReplica
    | EntityRef
    | RoleRef
    | FederatedUserRef
    | TrailRef
    | AboutKeyRef
    | AnyResource
)


class Permission(msgspec.Struct, frozen=True, gc=False):
    """One action on one resource; the condition keys that come with it are the operation's ``conditions``.

    ``region`` is where it must be allowed (``aws:RequestedRegion``); empty: in the call's own Region.
    """

    action: str
    resource: Resource
    region: str = ""
