"""Accounts, users and their access keys, as the store keeps them. Source: IAM User Guide, "IAM identifiers"."""

from dataclasses import dataclass, field

from strongroom.model.arn import user_arn


@dataclass(frozen=True, slots=True)
class Account:
    account: str
    name: str
    created_ms: int
    version: int = 0


@dataclass(frozen=True, slots=True)
class User:
    """``path`` begins and ends with ``/``; ``user_id`` begins with ``AIDA`` and is never used again."""

    account: str
    name: str
    user_id: str
    path: str
    created_ms: int
    tags: tuple[tuple[str, str], ...] = ()
    version: int = 0

    @property
    def arn(self) -> str:
        return user_arn(self.account, self.path, self.name)


@dataclass(frozen=True, slots=True)
class UserPolicy:
    """An inline policy of a user."""

    account: str
    user_name: str
    policy_name: str
    text: str
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
