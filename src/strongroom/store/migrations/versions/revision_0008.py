"""Identities: groups, roles, managed policies, OpenID Connect providers; inline policies of all owners in one table.

User names are unique without regard to case from here on. Where two users differ by case alone, which only the command
line can have made, the later in order is told apart by a space, which no name can hold.
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0006"

_ONE_SPELLING = """
UPDATE users SET folded = CASE WHEN EXISTS (
    SELECT 1 FROM users AS other
    WHERE other.account = users.account AND lower(other.name) = lower(users.name) AND other.name < users.name
) THEN name || ' ' ELSE lower(name) END
"""


def _text(name: str, *, key: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text, primary_key=key, nullable=False)


def _integer(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer, nullable=False)


def _moment(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger, nullable=False)


def upgrade() -> None:
    """Create the tables, and move the inline policies of users to where those of groups and roles are."""
    op.add_column("users", sa.Column("boundary", sa.Text, nullable=False, server_default=""))
    op.add_column("users", sa.Column("folded", sa.Text, nullable=False, server_default=""))
    op.execute(_ONE_SPELLING)
    op.create_index("users_by_folded", "users", ["account", "folded"], unique=True)
    op.create_index("users_by_boundary", "users", ["account", "boundary"])
    op.create_table(
        "groups",
        _text("account", key=True),
        _text("name", key=True),
        _text("group_id"),
        _text("path"),
        _moment("created_ms"),
        _integer("version"),
        _text("folded"),
    )
    op.create_index("groups_by_folded", "groups", ["account", "folded"], unique=True)
    op.create_table(
        "roles",
        _text("account", key=True),
        _text("name", key=True),
        _text("role_id"),
        _text("path"),
        _moment("created_ms"),
        _text("trust_policy"),
        _text("description"),
        _integer("max_session_seconds"),
        _text("boundary"),
        _text("tags"),
        _integer("version"),
        _text("folded"),
    )
    op.create_index("roles_by_role_id", "roles", ["role_id"])
    op.create_index("roles_by_folded", "roles", ["account", "folded"], unique=True)
    op.create_index("roles_by_boundary", "roles", ["account", "boundary"])
    op.create_table(
        "memberships",
        _text("account", key=True),
        _text("user_name", key=True),
        _text("group_name", key=True),
        _integer("version"),
    )
    op.create_index("memberships_by_group", "memberships", ["account", "group_name"])
    op.create_table(
        "inline_policies",
        _text("account", key=True),
        _text("owner", key=True),
        _text("policy_name", key=True),
        _text("text"),
        _integer("version"),
    )
    op.execute(
        "INSERT INTO inline_policies (account, owner, policy_name, text, version)"
        " SELECT account, 'user/' || user_name, policy_name, text, version FROM user_policies"
    )
    op.drop_table("user_policies")
    op.create_table(
        "managed_policies",
        _text("account", key=True),
        _text("name", key=True),
        _text("policy_id"),
        _text("path"),
        _moment("created_ms"),
        _moment("updated_ms"),
        _integer("default_version"),
        _integer("latest_version"),
        _text("description"),
        _text("tags"),
        _integer("version"),
        _text("folded"),
    )
    op.create_index("managed_policies_by_folded", "managed_policies", ["account", "folded"], unique=True)
    op.create_table(
        "policy_versions",
        _text("account", key=True),
        _text("policy_name", key=True),
        _text("version_id", key=True),
        _text("text"),
        _moment("created_ms"),
        _integer("version"),
    )
    op.create_table(
        "attachments",
        _text("account", key=True),
        _text("owner", key=True),
        _text("policy_arn", key=True),
        _integer("version"),
    )
    op.create_index("attachments_by_policy", "attachments", ["account", "policy_arn"])
    op.create_table(
        "account_aliases",
        _text("account", key=True),
        _text("alias"),
        _integer("version"),
    )
    op.create_index("account_aliases_by_alias", "account_aliases", ["alias"], unique=True)
    op.create_table(
        "identity_uses",
        _text("name", key=True),
        _moment("used_ms"),
        _text("service"),
        _text("region"),
        _integer("version"),
    )
    op.create_table(
        "oidc_providers",
        _text("account", key=True),
        _text("url", key=True),
        _moment("created_ms"),
        _text("client_ids"),
        _text("thumbprints"),
        _text("tags"),
        _integer("version"),
    )
