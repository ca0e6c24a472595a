"""Grants; users are found by their unique id, as grants keep them."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def _text(name: str, *, key: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text, primary_key=key, nullable=False)


def upgrade() -> None:
    """Create the table of grants and its indexes."""
    op.create_table(
        "grants",
        _text("account", key=True),
        _text("region", key=True),
        _text("key_id", key=True),
        _text("grantee", key=True),
        _text("grant_id", key=True),
        _text("retiring"),
        _text("issuing_account"),
        _text("name"),
        _text("operations"),
        sa.Column("context_equals", sa.Text, nullable=True),
        sa.Column("context_subset", sa.Text, nullable=True),
        _text("source_arn"),
        _text("fingerprint"),
        sa.Column("created_ms", sa.BigInteger, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
    )
    op.create_index("grants_by_key", "grants", ["account", "region", "key_id", "grant_id"])
    op.create_index("grants_by_retiring", "grants", ["region", "retiring", "grant_id"])
    op.create_index("grants_by_fingerprint", "grants", ["account", "region", "key_id", "fingerprint"], unique=True)
    op.create_index("users_by_user_id", "users", ["user_id"])
