"""Every key spec and life cycle: versions of material, public keys, rotation, expiry, replicas, custom key stores."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def _text(name: str, default: str = "") -> sa.Column[Any]:
    return sa.Column(name, sa.Text, nullable=False, server_default=default)


def _number(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.Integer, nullable=False, server_default="0")


def upgrade() -> None:
    """Add the columns; what is in the store keeps its meaning: single-Region keys with one, current, version."""
    columns: tuple[sa.Column[Any], ...] = (
        _text("primary_region"),
        _text("replica_regions"),
        sa.Column("pending_window_days", sa.Integer, nullable=True),
        sa.Column("rotation_period_days", sa.Integer, nullable=True),
        sa.Column("rotation_ms", sa.BigInteger, nullable=True),
        _number("on_demand_rotations"),
        sa.Column("expires_ms", sa.BigInteger, nullable=True),
        _text("custom_key_store_id"),
        _text("xks_key_id"),
    )
    for column in columns:
        op.add_column("keys", column)
    op.create_index("keys_by_deletion", "keys", ["deletion_ms"])
    op.create_index("keys_by_rotation", "keys", ["rotation_ms"])
    op.create_index("keys_by_expiry", "keys", ["expires_ms"])
    columns = (
        sa.Column("public_key", sa.LargeBinary, nullable=False, server_default=sa.text("x''")),
        _number("position"),
        _text("state", "CURRENT"),
        sa.Column("rotated_ms", sa.BigInteger, nullable=True),
        _text("rotation_type"),
        _text("description"),
        _text("expiration_model"),
        sa.Column("valid_to_ms", sa.BigInteger, nullable=True),
    )
    for column in columns:
        op.add_column("key_materials", column)
