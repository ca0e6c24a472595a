"""The tables of trails: their settings, how far they are delivered, their digests and the keys that sign those."""

from sqlalchemy import BigInteger, Boolean, Index, Integer, LargeBinary, Table

from strongroom.store.columns import column, metadata, text

trails = Table(
    "trails",
    metadata,
    text("arn", key=True),
    text("account"),
    text("region"),
    text("name"),
    text("bucket"),
    text("prefix"),
    column("created_ms", BigInteger),
    column("include_global", Boolean),
    column("multi_region", Boolean),
    column("validation", Boolean),
    column("logging", Boolean),
    column("started_ms", BigInteger, nullable=True),
    column("stopped_ms", BigInteger, nullable=True),
    column("selected", Boolean),
    text("read_write"),
    column("management", Boolean),
    text("excluded_sources"),
    text("tags"),
    column("version", Integer),
    Index("trails_by_account", "account", "arn"),
)
trail_deliveries = Table(
    "trail_deliveries",
    metadata,
    text("arn", key=True),
    column("due_ms", BigInteger, nullable=True),
    column("since_ms", BigInteger),
    text("positions"),
    column("attempted_ms", BigInteger, nullable=True),
    column("delivered_ms", BigInteger, nullable=True),
    text("error"),
    column("digested_ms", BigInteger, nullable=True),
    text("digest_error"),
    column("version", Integer),
    Index("trail_deliveries_by_due", "due_ms"),
)
digest_chains = Table(
    "digest_chains",
    metadata,
    text("arn", key=True),
    text("region", key=True),
    column("start_ms", BigInteger, nullable=True),
    text("target"),
    text("bucket"),
    text("object_key"),
    text("sha256"),
    text("signature"),
    column("version", Integer),
)
delivered_logs = Table(
    "delivered_logs",
    metadata,
    text("arn", key=True),
    text("region", key=True),
    text("object_key", key=True),
    text("target"),
    text("bucket"),
    text("sha256"),
    text("oldest"),
    text("newest"),
    column("version", Integer),
)
digest_keys = Table(
    "digest_keys",
    metadata,
    text("account", key=True),
    text("region", key=True),
    text("fingerprint", key=True),
    column("public_key", LargeBinary),
    column("wrapped", LargeBinary),
    column("valid_from_ms", BigInteger),
    column("valid_until_ms", BigInteger),
    column("version", Integer),
)
