"""Passwords of users."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "login_profiles",
        sa.Column("account", sa.Text, primary_key=True, nullable=False),
        sa.Column("user_name", sa.Text, primary_key=True, nullable=False),
        sa.Column("wrapped_hash", sa.LargeBinary, nullable=False),
        sa.Column("created_ms", sa.BigInteger, nullable=False),
        sa.Column("reset_required", sa.Boolean, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
    )
