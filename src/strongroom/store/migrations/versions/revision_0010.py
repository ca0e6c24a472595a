"""Trails: their settings, how far they are delivered, their digests and the keys that sign those."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "trails",
        sa.Column("arn", sa.Text, primary_key=True, nullable=False),
        sa.Column("account", sa.Text, nullable=False),
        sa.Column("region", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("bucket", sa.Text, nullable=False),
        sa.Column("prefix", sa.Text, nullable=False),
        sa.Column("created_ms", sa.BigInteger, nullable=False),
        sa.Column("include_global", sa.Boolean, nullable=False),
        sa.Column("multi_region", sa.Boolean, nullable=False),
        sa.Column("validation", sa.Boolean, nullable=False),
        sa.Column("logging", sa.Boolean, nullable=False),
        sa.Column("started_ms", sa.BigInteger, nullable=True),
        sa.Column("stopped_ms", sa.BigInteger, nullable=True),
        sa.Column("selected", sa.Boolean, nullable=False),
        sa.Column("read_write", sa.Text, nullable=False),
        sa.Column("management", sa.Boolean, nullable=False),
        sa.Column("excluded_sources", sa.Text, nullable=False),
        sa.Column("tags", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
    )
    op.create_index("trails_by_account", "trails", ["account", "arn"])
    op.create_table(
        "trail_deliveries",
        sa.Column("arn", sa.Text, primary_key=True, nullable=False),
        sa.Column("due_ms", sa.BigInteger, nullable=True),
        sa.Column("since_ms", sa.BigInteger, nullable=False),
        sa.Column("positions", sa.Text, nullable=False),
        sa.Column("attempted_ms", sa.BigInteger, nullable=True),
        sa.Column("delivered_ms", sa.BigInteger, nullable=True),
        sa.Column("error", sa.Text, nullable=False),
        sa.Column("digested_ms", sa.BigInteger, nullable=True),
        sa.Column("digest_error", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
    )
    op.create_index("trail_deliveries_by_due", "trail_deliveries", ["due_ms"])
    op.create_table(
        "digest_chains",
        sa.Column("arn", sa.Text, primary_key=True, nullable=False),
        sa.Column("region", sa.Text, primary_key=True, nullable=False),
        sa.Column("start_ms", sa.BigInteger, nullable=True),
        sa.Column("target", sa.Text, nullable=False),
        sa.Column("bucket", sa.Text, nullable=False),
        sa.Column("object_key", sa.Text, nullable=False),
        sa.Column("sha256", sa.Text, nullable=False),
        sa.Column("signature", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
    )
    op.create_table(
        "delivered_logs",
        sa.Column("arn", sa.Text, primary_key=True, nullable=False),
        sa.Column("region", sa.Text, primary_key=True, nullable=False),
        sa.Column("object_key", sa.Text, primary_key=True, nullable=False),
        sa.Column("target", sa.Text, nullable=False),
        sa.Column("bucket", sa.Text, nullable=False),
        sa.Column("sha256", sa.Text, nullable=False),
        sa.Column("oldest", sa.Text, nullable=False),
        sa.Column("newest", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
    )
    op.create_table(
        "digest_keys",
        sa.Column("account", sa.Text, primary_key=True, nullable=False),
        sa.Column("region", sa.Text, primary_key=True, nullable=False),
        sa.Column("fingerprint", sa.Text, primary_key=True, nullable=False),
        sa.Column("public_key", sa.LargeBinary, nullable=False),
        sa.Column("wrapped", sa.LargeBinary, nullable=False),
        sa.Column("valid_from_ms", sa.BigInteger, nullable=False),
        sa.Column("valid_until_ms", sa.BigInteger, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
    )
