"""The last use of each key, and how far each journal was read for it."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def _text(name: str, *, key: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.Text, primary_key=key, nullable=False)


def _number(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.BigInteger, nullable=False)


def upgrade() -> None:
    """Create both tables, empty: uses are kept from now on."""
    op.create_table(
        "key_usages",
        _text("account", key=True),
        _text("region", key=True),
        _text("key_id", key=True),
        _text("operation"),
        _number("used_s"),
        _text("event_id"),
        _text("request_id"),
        sa.Column("version", sa.Integer, nullable=False),
    )
    op.create_table(
        "usage_marks",
        _text("slot", key=True),
        _number("segment"),
        _number("used_bytes"),
        _number("marked_ms"),
        sa.Column("version", sa.Integer, nullable=False),
    )
