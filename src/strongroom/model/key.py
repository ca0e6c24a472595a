"""KMS keys, their material, aliases and policies, as the store keeps them.

Times are milliseconds since the epoch. ``version`` counts the writes of a row: a commit names the version it decided on.
"""

from dataclasses import dataclass, field
from enum import Enum

from strongroom.model.arn import alias_arn, key_arn


class KeyState(Enum):
    CREATING = "Creating"
    ENABLED = "Enabled"
    DISABLED = "Disabled"
    PENDING_DELETION = "PendingDeletion"
    PENDING_REPLICA_DELETION = "PendingReplicaDeletion"
    PENDING_IMPORT = "PendingImport"
    UNAVAILABLE = "Unavailable"
    UPDATING = "Updating"


class KeyManager(Enum):
    CUSTOMER = "CUSTOMER"
    AWS = "AWS"


@dataclass(frozen=True, slots=True)
class Key:
    """One KMS key in one Region. Its ARN is its name everywhere but in its own account and Region."""

    account: str
    region: str
    key_id: str
    key_spec: str
    key_usage: str
    state: KeyState
    origin: str
    manager: KeyManager
    description: str
    policy_sha256: str
    material_id: str
    created_ms: int
    deletion_ms: int | None = None
    multi_region: bool = False
    tags: tuple[tuple[str, str], ...] = ()
    version: int = 0
    arn: str = field(init=False, repr=False, compare=False)  # kept, because every request reads it several times

    def __post_init__(self) -> None:
        object.__setattr__(self, "arn", key_arn(self.region, self.account, self.key_id))


@dataclass(frozen=True, slots=True)
class KeyMaterial:
    """The secret bytes of one key version, wrapped under the domain key; opened only after authorisation."""

    account: str
    region: str
    key_id: str
    material_id: str
    wrapped: bytes = field(repr=False)
    created_ms: int
    version: int = 0


@dataclass(frozen=True, slots=True)
class Alias:
    """``name`` begins with ``alias/``."""

    account: str
    region: str
    name: str
    key_id: str
    created_ms: int
    updated_ms: int
    version: int = 0

    @property
    def arn(self) -> str:
        return alias_arn(self.region, self.account, self.name)


@dataclass(frozen=True, slots=True)
class PolicyDocument:
    """A policy text, kept once however many keys share it: its name is its SHA-256 in hex."""

    sha256: str
    text: str
