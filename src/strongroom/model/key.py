"""KMS keys, their material, aliases and policies, as the store keeps them.

Times are milliseconds since the epoch. ``version`` counts the writes of a row: a commit names the version it decided on.
"""

from dataclasses import dataclass, field
from enum import Enum, StrEnum

from strongroom.model.arn import alias_arn, key_arn
from strongroom.model.key_spec import KEY_SPECS, SYMMETRIC_DEFAULT, KeySpec


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


class Origin(StrEnum):
    """Where key material comes from."""

    AWS_KMS = "AWS_KMS"
    EXTERNAL = "EXTERNAL"
    AWS_CLOUDHSM = "AWS_CLOUDHSM"
    EXTERNAL_KEY_STORE = "EXTERNAL_KEY_STORE"


class MaterialState(Enum):
    """Of one version of the material, in ListKeyRotations."""

    CURRENT = "CURRENT"
    NON_CURRENT = "NON_CURRENT"
    PENDING_ROTATION = "PENDING_ROTATION"
    PENDING_MULTI_REGION_IMPORT_AND_ROTATION = "PENDING_MULTI_REGION_IMPORT_AND_ROTATION"


@dataclass(frozen=True, slots=True)
class Key:
    """One KMS key in one Region. Its ARN is its name everywhere but in its own account and Region.

    ``material_id`` names the current version of the material, and is empty while there never was any. ``rotation_ms`` is
    the next automatic rotation, ``rotation_period_days`` None when it is off. ``expires_ms`` is the first moment at which
    some imported material expires. ``primary_region`` is set on multi-Region keys; ``replica_regions`` on the primary alone.
    ``pending_window_days`` waits with a primary in PendingReplicaDeletion.
    """

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
    primary_region: str = ""
    replica_regions: tuple[str, ...] = ()
    pending_window_days: int | None = None
    rotation_period_days: int | None = None
    rotation_ms: int | None = None
    on_demand_rotations: int = 0
    expires_ms: int | None = None
    custom_key_store_id: str = ""
    xks_key_id: str = ""
    version: int = 0
    arn: str = field(init=False, repr=False, compare=False)  # kept, because every request reads it several times

    def __post_init__(self) -> None:
        object.__setattr__(self, "arn", key_arn(self.region, self.account, self.key_id))

    @property
    def spec(self) -> KeySpec:
        return KEY_SPECS[self.key_spec]

    @property
    def algorithms(self) -> tuple[str, ...]:
        """What may be done with this key, in AWS's order."""
        return self.spec.algorithms[self.key_usage]

    @property
    def is_symmetric_encryption(self) -> bool:
        return self.key_spec == SYMMETRIC_DEFAULT

    @property
    def is_primary(self) -> bool:
        return self.multi_region and self.primary_region == self.region

    @property
    def is_replica(self) -> bool:
        return self.multi_region and self.primary_region != self.region


@dataclass(frozen=True, slots=True)
class KeyMaterial:
    """The secret bytes of one key version, wrapped under the domain key; opened only after authorisation.

    ``position`` counts the versions of a key from 0. ``wrapped`` is empty while imported material is deleted or expired.
    ``public_key`` is the DER SubjectPublicKeyInfo of a key pair. ``rotation_type`` says how this version became the
    current one (empty for the first), ``rotated_ms`` when.
    """

    account: str
    region: str
    key_id: str
    material_id: str
    wrapped: bytes = field(repr=False)
    created_ms: int
    public_key: bytes = field(default=b"", repr=False)
    position: int = 0
    state: MaterialState = MaterialState.CURRENT
    rotated_ms: int | None = None
    rotation_type: str = ""
    description: str = ""
    expiration_model: str = ""
    valid_to_ms: int | None = None
    version: int = 0

    @property
    def is_present(self) -> bool:
        return bool(self.wrapped)


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
    """A policy text, kept once however many keys share it: its name is its SHA-256 in hex, and that of ``meant``.

    ``meant`` tells for the ARNs of users, roles and sessions in it whose they were when it was stored: (ARN, unique id).
    """

    sha256: str
    text: str
    meant: tuple[tuple[str, str], ...] = ()
