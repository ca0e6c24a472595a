"""Instance profiles, and what accounts ask of passwords."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0011"


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "instance_profiles",
        sa.Column("account", sa.Text, primary_key=True, nullable=False),
        sa.Column("name", sa.Text, primary_key=True, nullable=False),
        sa.Column("profile_id", sa.Text, nullable=False),
        sa.Column("path", sa.Text, nullable=False),
        sa.Column("created_ms", sa.BigInteger, nullable=False),
        sa.Column("role_name", sa.Text, nullable=False),
        sa.Column("tags", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("folded", sa.Text, nullable=False),
    )
    op.create_index("instance_profiles_by_folded", "instance_profiles", ["account", "folded"], unique=True)
    op.create_index("instance_profiles_by_role", "instance_profiles", ["account", "role_name"])
    op.create_table(
        "password_policies",
        sa.Column("account", sa.Text, primary_key=True, nullable=False),
        sa.Column("minimum_length", sa.Integer, nullable=False),
        sa.Column("require_symbols", sa.Boolean, nullable=False),
        sa.Column("require_numbers", sa.Boolean, nullable=False),
        sa.Column("require_uppercase", sa.Boolean, nullable=False),
        sa.Column("require_lowercase", sa.Boolean, nullable=False),
        sa.Column("users_may_change", sa.Boolean, nullable=False),
        sa.Column("max_age_days", sa.Integer, nullable=False),
        sa.Column("reuse_prevention", sa.Integer, nullable=False),
        sa.Column("hard_expiry", sa.Boolean, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
    )
