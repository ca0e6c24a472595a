"""Tables and the mapping between nouns and rows: columns are the dataclass's fields, one to one.

To keep another noun: a frozen dataclass in ``model``, a table here, a migration. Nothing else.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from enum import Enum
from typing import Any

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, LargeBinary, MetaData, Table, Text
from sqlalchemy.types import TypeEngine

from strongroom.model.grant import ContextPairs, Grant
from strongroom.model.identity import AccessKey, Account, User, UserPolicy
from strongroom.model.key import Alias, Key, KeyManager, KeyMaterial, KeyState, PolicyDocument
from strongroom.model.setting import Setting

metadata = MetaData()


def _text(name: str, *, key: bool = False) -> Column[Any]:
    return Column(name, Text, primary_key=key, nullable=False)


def _column(name: str, kind: type[TypeEngine[Any]], *, nullable: bool = False) -> Column[Any]:
    return Column(name, kind, nullable=nullable)


keys = Table(
    "keys",
    metadata,
    _text("account", key=True),
    _text("region", key=True),
    _text("key_id", key=True),
    _text("key_spec"),
    _text("key_usage"),
    _text("state"),
    _text("origin"),
    _text("manager"),
    _text("description"),
    _text("policy_sha256"),
    _text("material_id"),
    _column("created_ms", BigInteger),
    _column("deletion_ms", BigInteger, nullable=True),
    _column("multi_region", Boolean),
    _text("tags"),
    _column("version", Integer),
)
key_materials = Table(
    "key_materials",
    metadata,
    _text("account", key=True),
    _text("region", key=True),
    _text("key_id", key=True),
    _text("material_id", key=True),
    _column("wrapped", LargeBinary),
    _column("created_ms", BigInteger),
    _column("version", Integer),
)
aliases = Table(
    "aliases",
    metadata,
    _text("account", key=True),
    _text("region", key=True),
    _text("name", key=True),
    _text("key_id"),
    _column("created_ms", BigInteger),
    _column("updated_ms", BigInteger),
    _column("version", Integer),
    Index("aliases_by_key", "account", "region", "key_id", "name"),
)
grants = Table(
    "grants",
    metadata,
    _text("account", key=True),
    _text("region", key=True),
    _text("key_id", key=True),
    _text("grantee", key=True),
    _text("grant_id", key=True),
    _text("retiring"),
    _text("issuing_account"),
    _text("name"),
    _text("operations"),
    _column("context_equals", Text, nullable=True),
    _column("context_subset", Text, nullable=True),
    _text("source_arn"),
    _text("fingerprint"),
    _column("created_ms", BigInteger),
    _column("version", Integer),
    Index("grants_by_key", "account", "region", "key_id", "grant_id"),
    Index("grants_by_retiring", "region", "retiring", "grant_id"),
    Index("grants_by_fingerprint", "account", "region", "key_id", "fingerprint", unique=True),
)
policy_documents = Table("policy_documents", metadata, _text("sha256", key=True), _text("text"))
accounts = Table(
    "accounts",
    metadata,
    _text("account", key=True),
    _text("name"),
    _column("created_ms", BigInteger),
    _column("version", Integer),
)
users = Table(
    "users",
    metadata,
    _text("account", key=True),
    _text("name", key=True),
    _text("user_id"),
    _text("path"),
    _column("created_ms", BigInteger),
    _text("tags"),
    _column("version", Integer),
    Index("users_by_user_id", "user_id"),
)
user_policies = Table(
    "user_policies",
    metadata,
    _text("account", key=True),
    _text("user_name", key=True),
    _text("policy_name", key=True),
    _text("text"),
    _column("version", Integer),
)
access_keys = Table(
    "access_keys",
    metadata,
    _text("access_key_id", key=True),
    _text("account"),
    _text("user_name"),
    _column("wrapped_secret", LargeBinary),
    _column("active", Boolean),
    _column("created_ms", BigInteger),
    _column("version", Integer),
    Index("access_keys_by_user", "account", "user_name"),
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


def _names_from(text: str) -> tuple[str, ...]:
    return tuple(json.loads(text))


def _names_to(names: tuple[str, ...]) -> str:
    return json.dumps(names, separators=(",", ":"))


def _context_from(text: str | None) -> ContextPairs | None:
    return None if text is None else frozenset(json.loads(text).items())


def _context_to(pairs: ContextPairs | None) -> str | None:
    return None if pairs is None else json.dumps(dict(sorted(pairs)), separators=(",", ":"))


# Fields whose Python value is not the column's: (from the row, to the row).
_CONVERTED: Mapping[type, Mapping[str, tuple[Callable[[Any], Any], Callable[[Any], Any]]]] = {
    Key: {
        "state": (KeyState, _enum_value),
        "manager": (KeyManager, _enum_value),
        "multi_region": (bool, bool),
        "tags": (_tags_from, _tags_to),
    },
    Grant: {
        "operations": (_names_from, _names_to),
        "context_equals": (_context_from, _context_to),
        "context_subset": (_context_from, _context_to),
    },
    User: {"tags": (_tags_from, _tags_to)},
    AccessKey: {"active": (bool, bool)},
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
        (Key, keys),
        (KeyMaterial, key_materials),
        (Alias, aliases),
        (Grant, grants),
        (PolicyDocument, policy_documents),
        (Account, accounts),
        (User, users),
        (UserPolicy, user_policies),
        (AccessKey, access_keys),
        (Setting, settings),
    )
}
