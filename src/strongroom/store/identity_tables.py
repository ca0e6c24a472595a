"""The tables of accounts, users, groups, roles, services and their policies. The mapping to nouns is in ``tables``."""

from sqlalchemy import BigInteger, Boolean, Index, Integer, LargeBinary, Table

from strongroom.store.columns import column, metadata, text

accounts = Table(
    "accounts",
    metadata,
    text("account", key=True),
    text("name"),
    column("created_ms", BigInteger),
    column("version", Integer),
)
account_aliases = Table(
    "account_aliases",
    metadata,
    text("account", key=True),
    text("alias"),
    column("version", Integer),
    Index("account_aliases_by_alias", "alias", unique=True),
)
users = Table(
    "users",
    metadata,
    text("account", key=True),
    text("name", key=True),
    text("user_id"),
    text("path"),
    column("created_ms", BigInteger),
    text("tags"),
    column("version", Integer),
    text("boundary"),
    text("folded"),
    Index("users_by_user_id", "user_id"),
    Index("users_by_folded", "account", "folded", unique=True),
    Index("users_by_boundary", "account", "boundary"),
)
groups = Table(
    "groups",
    metadata,
    text("account", key=True),
    text("name", key=True),
    text("group_id"),
    text("path"),
    column("created_ms", BigInteger),
    column("version", Integer),
    text("folded"),
    Index("groups_by_folded", "account", "folded", unique=True),
)
roles = Table(
    "roles",
    metadata,
    text("account", key=True),
    text("name", key=True),
    text("role_id"),
    text("path"),
    column("created_ms", BigInteger),
    text("trust_policy"),
    text("description"),
    column("max_session_seconds", Integer),
    text("boundary"),
    text("tags"),
    column("version", Integer),
    text("folded"),
    Index("roles_by_role_id", "role_id"),
    Index("roles_by_folded", "account", "folded", unique=True),
    Index("roles_by_boundary", "account", "boundary"),
)
memberships = Table(
    "memberships",
    metadata,
    text("account", key=True),
    text("user_name", key=True),
    text("group_name", key=True),
    column("version", Integer),
    Index("memberships_by_group", "account", "group_name"),
)
inline_policies = Table(
    "inline_policies",
    metadata,
    text("account", key=True),
    text("owner", key=True),
    text("policy_name", key=True),
    text("text"),
    column("version", Integer),
)
managed_policies = Table(
    "managed_policies",
    metadata,
    text("account", key=True),
    text("name", key=True),
    text("policy_id"),
    text("path"),
    column("created_ms", BigInteger),
    column("updated_ms", BigInteger),
    column("default_version", Integer),
    column("latest_version", Integer),
    text("description"),
    text("tags"),
    column("version", Integer),
    text("folded"),
    Index("managed_policies_by_folded", "account", "folded", unique=True),
)
policy_versions = Table(
    "policy_versions",
    metadata,
    text("account", key=True),
    text("policy_name", key=True),
    text("version_id", key=True),
    text("text"),
    column("created_ms", BigInteger),
    column("version", Integer),
)
attachments = Table(
    "attachments",
    metadata,
    text("account", key=True),
    text("owner", key=True),
    text("policy_arn", key=True),
    column("version", Integer),
    Index("attachments_by_policy", "account", "policy_arn"),
)
access_keys = Table(
    "access_keys",
    metadata,
    text("access_key_id", key=True),
    text("account"),
    text("user_name"),
    column("wrapped_secret", LargeBinary),
    column("active", Boolean),
    column("created_ms", BigInteger),
    column("version", Integer),
    Index("access_keys_by_user", "account", "user_name"),
)
login_profiles = Table(
    "login_profiles",
    metadata,
    text("account", key=True),
    text("user_name", key=True),
    column("wrapped_hash", LargeBinary),
    column("created_ms", BigInteger),
    column("reset_required", Boolean),
    column("version", Integer),
)
identity_uses = Table(
    "identity_uses",
    metadata,
    text("name", key=True),
    column("used_ms", BigInteger),
    text("service"),
    text("region"),
    column("version", Integer),
)
oidc_providers = Table(
    "oidc_providers",
    metadata,
    text("account", key=True),
    text("url", key=True),
    column("created_ms", BigInteger),
    text("client_ids"),
    text("thumbprints"),
    text("tags"),
    column("version", Integer),
)
services = Table(
    "services",
    metadata,
    text("access_key_id", key=True),
    text("account"),
    text("name"),
    text("policy"),
    text("source_arns"),
    column("wrapped_secret", LargeBinary),
    column("created_ms", BigInteger),
    column("version", Integer),
    Index("services_by_name", "account", "name", unique=True),
)
