"""Custom key stores, the row that keeps two of them from taking the same name or address, and their keys at hand."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def _text(name: str, *, key: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text, primary_key=key, nullable=False)


def upgrade() -> None:
    """Create both tables and the index."""
    op.create_table(
        "custom_key_stores",
        _text("account", key=True),
        _text("region", key=True),
        _text("store_id", key=True),
        _text("name"),
        _text("store_type"),
        _text("state"),
        sa.Column("created_ms", sa.BigInteger, nullable=False),
        _text("error_code"),
        _text("cluster_id"),
        _text("trust_anchor"),
        _text("connectivity"),
        _text("uri_endpoint"),
        _text("uri_path"),
        _text("service_name"),
        _text("service_owner"),
        _text("access_key_id"),
        sa.Column("wrapped_secret", sa.LargeBinary, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
    )
    op.create_table(
        "custom_key_store_registers",
        _text("account", key=True),
        _text("region", key=True),
        sa.Column("version", sa.Integer, nullable=False),
    )
    op.create_index("keys_by_custom_key_store", "keys", ["account", "region", "custom_key_store_id", "xks_key_id"])
