"""The mapping between nouns and rows: columns are the dataclass's fields, one to one. And the tables of the store itself.

To keep another noun: a frozen dataclass in ``model``, a table beside those of its kind (``key_tables``, ``identity_tables``,
``trail_tables``), a line here, a migration. Nothing else.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from enum import Enum
from typing import Any

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, Table, Text

from strongroom.model.custom_key_store import (
    ConnectionErrorCode,
    ConnectionState,
    Connectivity,
    CustomKeyStore,
    CustomKeyStoreRegister,
    StoreType,
)
from strongroom.model.grant import ContextPairs, Grant
from strongroom.model.identity import (
    AccessKey,
    Account,
    AccountAlias,
    Attachment,
    Group,
    IdentityUse,
    InlinePolicy,
    InstanceProfile,
    LoginProfile,
    ManagedPolicy,
    Membership,
    OIDCProvider,
    PasswordPolicy,
    PolicyVersion,
    Role,
    User,
)
from strongroom.model.key import Alias, Key, KeyManager, KeyMaterial, KeyState, MaterialState, PolicyDocument
from strongroom.model.key_usage import KeyUsage, UsageMark
from strongroom.model.lease import Lease
from strongroom.model.service import Service
from strongroom.model.setting import Setting
from strongroom.model.trail import DeliveredLog, DigestChain, DigestKey, Trail, TrailDelivery
from strongroom.store import identity_tables as identities
from strongroom.store import key_tables, trail_tables
from strongroom.store.columns import column as _column
from strongroom.store.columns import metadata
from strongroom.store.columns import text as _text

__all__ = ["MAPPED", "UNCACHED", "Mapped", "changes", "metadata", "outbox"]

leases = Table(
    "leases",
    metadata,
    _text("name", key=True),
    _text("holder"),
    _column("until_ms", BigInteger),
    _column("ran_ms", BigInteger, nullable=True),
    _text("result"),
    _column("done", Integer),
    _column("failed", Integer),
    _column("version", Integer),
)
settings = Table(
    "settings", metadata, _text("name", key=True), _column("value", LargeBinary), _column("version", Integer)
)
outbox = Table(
    "outbox",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    _column("slot", Integer),
    Column("event_id", Text, nullable=False, unique=True),
    _column("record", LargeBinary),
    sqlite_autoincrement=True,
)
changes = Table(
    "changes",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    _column("sequence", Integer),
    _text("noun"),
    _text("identity"),
    Index("changes_by_sequence", "sequence"),
    sqlite_autoincrement=True,
)


@dataclass(frozen=True, slots=True)
class Mapped:
    """How one noun becomes a row and comes back.

    ``identity`` are the names of its primary key, in order; ``unique`` those of its unique indexes.
    """

    noun: type[Any]
    table: Table
    identity: tuple[str, ...]
    names: tuple[str, ...]
    versioned: bool
    unique: tuple[tuple[str, ...], ...]
    _from_row: tuple[Callable[[Any], Any] | None, ...]
    _to_row: tuple[Callable[[Any], Any] | None, ...]

    def identity_of(self, noun: Any) -> tuple[str, ...]:
        return tuple(getattr(noun, name) for name in self.identity)

    def row(self, noun: Any) -> dict[str, Any]:
        return {
            name: getattr(noun, name) if convert is None else convert(getattr(noun, name))
            for name, convert in zip(self.names, self._to_row, strict=True)
        }

    def read(self, row: Any) -> Any:
        """Return the noun of a row whose columns stand in the order of ``names``."""
        return self.noun(
            *(value if convert is None else convert(value) for value, convert in zip(row, self._from_row, strict=True))
        )


def _enum_value(value: Enum) -> Any:
    return value.value


def _tags_from(text: str) -> tuple[tuple[str, str], ...]:
    return tuple((name, value) for name, value in json.loads(text)) if text != "[]" else ()


def _tags_to(tags: tuple[tuple[str, str], ...]) -> str:
    return json.dumps(tags, separators=(",", ":")) if tags else "[]"


def _positions_from(text: str) -> tuple[tuple[int, int, int], ...]:
    return tuple((slot, segment, used) for slot, segment, used in json.loads(text))


def _names_from(text: str) -> tuple[str, ...]:
    return tuple(text.split(",")) if text else ()


def _texts_from(text: str) -> tuple[str, ...]:
    return tuple(json.loads(text))


def _texts_to(texts: tuple[str, ...]) -> str:
    return json.dumps(texts, separators=(",", ":"))


def _context_from(text: str | None) -> ContextPairs | None:
    return None if text is None else frozenset(json.loads(text).items())


def _context_to(pairs: ContextPairs | None) -> str | None:
    return None if pairs is None else json.dumps(dict(sorted(pairs)), separators=(",", ":"))


def _optional(kind: type[Enum]) -> tuple[Callable[[Any], Any], Callable[[Any], Any]]:
    """Return the converters of a member that may be None, which the column spells as empty text."""
    return (lambda text: kind(text) if text else None), (lambda member: "" if member is None else member.value)


# Fields whose Python value is not the column's: (from the row, to the row).
_CONVERTED: Mapping[type, Mapping[str, tuple[Callable[[Any], Any], Callable[[Any], Any]]]] = {
    Key: {
        "state": (KeyState, _enum_value),
        "manager": (KeyManager, _enum_value),
        "multi_region": (bool, bool),
        "tags": (_tags_from, _tags_to),
        "replica_regions": (_names_from, ",".join),
    },
    Grant: {
        "operations": (_names_from, ",".join),
        "context_equals": (_context_from, _context_to),
        "context_subset": (_context_from, _context_to),
    },
    KeyMaterial: {"state": (MaterialState, _enum_value)},
    PolicyDocument: {"meant": (_tags_from, _tags_to)},
    Role: {"tags": (_tags_from, _tags_to), "trusted": (_tags_from, _tags_to)},
    **{noun: {"tags": (_tags_from, _tags_to)} for noun in (User, InstanceProfile, ManagedPolicy)},
    OIDCProvider: {
        "client_ids": (_texts_from, _texts_to),
        "thumbprints": (_names_from, ",".join),
        "tags": (_tags_from, _tags_to),
    },
    AccessKey: {"active": (bool, bool)},
    LoginProfile: {"reset_required": (bool, bool)},
    Service: {"source_arns": (_texts_from, _texts_to)},
    Trail: {
        **dict.fromkeys(
            ("include_global", "multi_region", "validation", "logging", "selected", "management"), (bool, bool)
        ),
        "excluded_sources": (_names_from, ",".join),
        "tags": (_tags_from, _tags_to),
    },
    TrailDelivery: {"positions": (_positions_from, json.dumps)},
    CustomKeyStore: {
        "store_type": (StoreType, _enum_value),
        "state": (ConnectionState, _enum_value),
        "error_code": _optional(ConnectionErrorCode),
        "connectivity": _optional(Connectivity),
    },
}


def _mapped(noun: type[Any], table: Table) -> Mapped:
    names = tuple(field.name for field in fields(noun) if field.init)
    converted = _CONVERTED.get(noun, {})
    nothing = (None, None)
    return Mapped(
        noun,
        table,
        tuple(column.name for column in table.primary_key),
        names,
        "version" in names,
        tuple(tuple(index.columns.keys()) for index in table.indexes if index.unique),
        tuple(converted.get(name, nothing)[0] for name in names),
        tuple(converted.get(name, nothing)[1] for name in names),
    )


MAPPED: Mapping[type[Any], Mapped] = {
    noun: _mapped(noun, table)
    for noun, table in (
        (Key, key_tables.keys),
        (KeyMaterial, key_tables.key_materials),
        (Alias, key_tables.aliases),
        (Grant, key_tables.grants),
        (PolicyDocument, key_tables.policy_documents),
        (Account, identities.accounts),
        (AccountAlias, identities.account_aliases),
        (User, identities.users),
        (Group, identities.groups),
        (Role, identities.roles),
        (InstanceProfile, identities.instance_profiles),
        (PasswordPolicy, identities.password_policies),
        (Membership, identities.memberships),
        (InlinePolicy, identities.inline_policies),
        (ManagedPolicy, identities.managed_policies),
        (PolicyVersion, identities.policy_versions),
        (Attachment, identities.attachments),
        (AccessKey, identities.access_keys),
        (Service, identities.services),
        (LoginProfile, identities.login_profiles),
        (IdentityUse, identities.identity_uses),
        (OIDCProvider, identities.oidc_providers),
        (KeyUsage, key_tables.key_usages),
        (UsageMark, key_tables.usage_marks),
        (CustomKeyStore, key_tables.custom_key_stores),
        (CustomKeyStoreRegister, key_tables.custom_key_store_registers),
        (Lease, leases),
        (Setting, settings),
        (Trail, trail_tables.trails),
        (TrailDelivery, trail_tables.trail_deliveries),
        (DigestChain, trail_tables.digest_chains),
        (DeliveredLog, trail_tables.delivered_logs),
        (DigestKey, trail_tables.digest_keys),
    )
}

UNCACHED = frozenset({KeyUsage, UsageMark, IdentityUse})
"""Nouns that are written by ``Latest``: their changes are not announced, so no cache may keep them."""
