"""The first schema: keys, material, aliases, policies, identities, settings, outbox, change log."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def _text(name: str, *, key: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text, primary_key=key, nullable=False)


def upgrade() -> None:
    """Create every table."""
    op.create_table(
        "keys",
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
        sa.Column("created_ms", sa.BigInteger, nullable=False),
        sa.Column("deletion_ms", sa.BigInteger, nullable=True),
        sa.Column("multi_region", sa.Boolean, nullable=False),
        _text("tags"),
        sa.Column("version", sa.Integer, nullable=False),
    )
    op.create_table(
        "key_materials",
        _text("account", key=True),
        _text("region", key=True),
        _text("key_id", key=True),
        _text("material_id", key=True),
        sa.Column("wrapped", sa.LargeBinary, nullable=False),
        sa.Column("created_ms", sa.BigInteger, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
    )
    op.create_table(
        "aliases",
        _text("account", key=True),
        _text("region", key=True),
        _text("name", key=True),
        _text("key_id"),
        sa.Column("created_ms", sa.BigInteger, nullable=False),
        sa.Column("updated_ms", sa.BigInteger, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
    )
    op.create_index("aliases_by_key", "aliases", ["account", "region", "key_id", "name"])
    op.create_table("policy_documents", _text("sha256", key=True), _text("text"))
    op.create_table(
        "accounts",
        _text("account", key=True),
        _text("name"),
        sa.Column("created_ms", sa.BigInteger, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
    )
    op.create_table(
        "users",
        _text("account", key=True),
        _text("name", key=True),
        _text("user_id"),
        _text("path"),
        sa.Column("created_ms", sa.BigInteger, nullable=False),
        _text("tags"),
        sa.Column("version", sa.Integer, nullable=False),
    )
    op.create_table(
        "user_policies",
        _text("account", key=True),
        _text("user_name", key=True),
        _text("policy_name", key=True),
        _text("text"),
        sa.Column("version", sa.Integer, nullable=False),
    )
    op.create_table(
        "access_keys",
        _text("access_key_id", key=True),
        _text("account"),
        _text("user_name"),
        sa.Column("wrapped_secret", sa.LargeBinary, nullable=False),
        sa.Column("active", sa.Boolean, nullable=False),
        sa.Column("created_ms", sa.BigInteger, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
    )
    op.create_index("access_keys_by_user", "access_keys", ["account", "user_name"])
    op.create_table(
        "settings",
        _text("name", key=True),
        sa.Column("value", sa.LargeBinary, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
    )
    op.create_table(
        "outbox",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("slot", sa.Integer, nullable=False),
        sa.Column("event_id", sa.Text, nullable=False, unique=True),
        sa.Column("record", sa.LargeBinary, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "changes",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("sequence", sa.Integer, nullable=False),
        _text("noun"),
        _text("identity"),
        sqlite_autoincrement=True,
    )
    op.create_index("changes_by_sequence", "changes", ["sequence"])
