"""Whom the ARNs in policies of keys and roles meant when they were stored; of older ones nobody knows."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    """Add the columns."""
    op.add_column("policy_documents", sa.Column("meant", sa.Text, nullable=False, server_default="[]"))
    op.add_column("roles", sa.Column("trusted", sa.Text, nullable=False, server_default="[]"))
