"""Who there is: accounts, users, groups, roles, their access keys and policies, as the store keeps them.

IAM is global: nothing here has a Region. Whatever hangs on a user, group or role names it as its ``owner``: ``user/alice``,
``group/staff``, ``role/deploy``. Whoever adds or removes such a thing also updates the owner's row, so that an owner is
never deleted, and a quota never passed, by two writers at once.
Source: IAM User Guide, "IAM identifiers".
"""

from dataclasses import dataclass, field

from strongroom.model.arn import PARTITION, user_arn

MAX_SESSION_SECONDS = 3600  # IAM API Reference, CreateRole, MaxSessionDuration: the default

Tags = tuple[tuple[str, str], ...]


def folded_name(name: str) -> str:
    """Return what must be unique of a name: IAM does not tell names apart by case."""
    return name.lower()


@dataclass(frozen=True, slots=True)
class Account:
    account: str
    name: str
    created_ms: int
    version: int = 0


@dataclass(frozen=True, slots=True)
class AccountAlias:
    """An account has at most one alias, and an alias names one account."""

    account: str
    alias: str
    version: int = 0


@dataclass(frozen=True, slots=True)
class User:
    """``path`` begins and ends with ``/``; ``user_id`` begins with ``AIDA`` and is never used again.

    ``boundary`` is the ARN of the managed policy that is the permissions boundary, empty without one. ``folded``
    follows from the name where it is not given.
    """

    account: str
    name: str
    user_id: str
    path: str
    created_ms: int
    tags: Tags = ()
    version: int = 0
    boundary: str = ""
    folded: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "folded", self.folded or folded_name(self.name))

    @property
    def arn(self) -> str:
        return user_arn(self.account, self.path, self.name)

    @property
    def unique_id(self) -> str:
        return self.user_id

    @property
    def owner(self) -> str:
        return f"user/{self.name}"


@dataclass(frozen=True, slots=True)
class Group:
    """``group_id`` begins with ``AGPA``."""

    account: str
    name: str
    group_id: str
    path: str
    created_ms: int
    version: int = 0
    folded: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "folded", self.folded or folded_name(self.name))

    @property
    def arn(self) -> str:
        return f"arn:{PARTITION}:iam::{self.account}:group{self.path}{self.name}"

    @property
    def unique_id(self) -> str:
        return self.group_id

    @property
    def owner(self) -> str:
        return f"group/{self.name}"


@dataclass(frozen=True, slots=True)
class Role:
    """``role_id`` begins with ``AROA``; ``trust_policy`` is the text of who may assume it, as it was given.

    ``trusted`` tells for the ARNs in it whose they were when it was stored: (ARN, unique id). ``boundary`` is as a user's.
    """

    account: str
    name: str
    role_id: str
    path: str
    created_ms: int
    trust_policy: str
    description: str = ""
    max_session_seconds: int = MAX_SESSION_SECONDS
    boundary: str = ""
    tags: Tags = ()
    version: int = 0
    folded: str = ""
    trusted: tuple[tuple[str, str], ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "folded", self.folded or folded_name(self.name))

    @property
    def arn(self) -> str:
        return f"arn:{PARTITION}:iam::{self.account}:role{self.path}{self.name}"

    def session_arn(self, session_name: str) -> str:
        """Return the ARN of a session; it does not hold the role's path."""
        return f"arn:{PARTITION}:sts::{self.account}:assumed-role/{self.name}/{session_name}"

    @property
    def unique_id(self) -> str:
        return self.role_id

    @property
    def owner(self) -> str:
        return f"role/{self.name}"


Owner = User | Group | Role


@dataclass(frozen=True, slots=True)
class InstanceProfile:
    """What hands a role to the machines of EC2; ``profile_id`` begins with ``AIPA``.

    ``role_name`` is the role in it, empty without one. A role cannot be deleted while it is in one.
    """

    account: str
    name: str
    profile_id: str
    path: str
    created_ms: int
    role_name: str = ""
    tags: Tags = ()
    version: int = 0
    folded: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "folded", self.folded or folded_name(self.name))

    @property
    def arn(self) -> str:
        return f"arn:{PARTITION}:iam::{self.account}:instance-profile{self.path}{self.name}"


@dataclass(frozen=True, slots=True)
class PasswordPolicy:
    """What an account asks of its users' passwords. ``max_age_days`` and ``reuse_prevention`` are 0 where nothing is asked."""

    account: str
    minimum_length: int = 6
    require_symbols: bool = False
    require_numbers: bool = False
    require_uppercase: bool = False
    require_lowercase: bool = False
    users_may_change: bool = False
    max_age_days: int = 0
    reuse_prevention: int = 0
    hard_expiry: bool = False
    version: int = 0


@dataclass(frozen=True, slots=True)
class Membership:
    account: str
    user_name: str
    group_name: str
    version: int = 0


@dataclass(frozen=True, slots=True)
class InlinePolicy:
    """A policy that lives and dies with its owner."""

    account: str
    owner: str
    policy_name: str
    text: str
    version: int = 0


@dataclass(frozen=True, slots=True)
class ManagedPolicy:
    """A customer managed policy; ``policy_id`` begins with ``ANPA``. Its texts are ``PolicyVersion`` rows.

    ``default_version`` and ``latest_version`` are numbers: 3 is ``v3``. Numbers are never used again.
    """

    account: str
    name: str
    policy_id: str
    path: str
    created_ms: int
    updated_ms: int
    default_version: int
    latest_version: int
    description: str = ""
    tags: Tags = ()
    version: int = 0
    folded: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "folded", self.folded or folded_name(self.name))

    @property
    def arn(self) -> str:
        return f"arn:{PARTITION}:iam::{self.account}:policy{self.path}{self.name}"


@dataclass(frozen=True, slots=True)
class PolicyVersion:
    """One text of a managed policy; ``version_id`` is ``v`` and a number."""

    account: str
    policy_name: str
    version_id: str
    text: str
    created_ms: int
    version: int = 0


@dataclass(frozen=True, slots=True)
class Attachment:
    """A managed policy, of the account or AWS's, that counts for its owner."""

    account: str
    owner: str
    policy_arn: str
    version: int = 0


@dataclass(frozen=True, slots=True)
class AccessKey:
    """``wrapped_secret`` is the secret access key under the domain key."""

    access_key_id: str
    account: str
    user_name: str
    wrapped_secret: bytes = field(repr=False)
    active: bool
    created_ms: int
    version: int = 0


@dataclass(frozen=True, slots=True)
class LoginProfile:
    """A user's password; ``wrapped_hash`` is its hash under the domain key. ``reset_required``: it must be changed first."""

    account: str
    user_name: str
    wrapped_hash: bytes = field(repr=False)
    created_ms: int
    reset_required: bool = False
    version: int = 0


@dataclass(frozen=True, slots=True)
class IdentityUse:
    """When, where and for which service an access key or a role was last used. Written by ``Latest``, so it may lag."""

    name: str
    """An access key id, the unique id of a role, or that of a user: then his password was used."""
    used_ms: int
    service: str
    region: str
    version: int = 0


@dataclass(frozen=True, slots=True)
class OIDCProvider:
    """An OpenID Connect provider whose tokens an account trusts; ``url`` is without its ``https://``."""

    account: str
    url: str
    created_ms: int
    client_ids: tuple[str, ...] = ()
    thumbprints: tuple[str, ...] = ()
    tags: Tags = ()
    version: int = 0

    @property
    def arn(self) -> str:
        return f"arn:{PARTITION}:iam::{self.account}:oidc-provider/{self.url}"
