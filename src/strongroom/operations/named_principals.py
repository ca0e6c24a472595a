"""Whether the principals that a policy names exist. Accounts that this server does not keep are taken at their word.

Source: AWS KMS API Reference, PutKeyPolicy, Policy: "the principals ... must exist and be visible"; IAM User Guide,
"AWS JSON policy elements: Principal".
"""

from strongroom.authz.policy import Policy
from strongroom.errors import InvalidArnError
from strongroom.model.arn import parse_arn
from strongroom.model.identity import Account
from strongroom.model.view import Snapshot
from strongroom.operations.grantees import kept_principal


def unknown_principals(view: Snapshot, policy: Policy) -> list[str]:
    """Return the users, roles and sessions of accounts on this server that do not exist, and unique ids of nobody."""
    named = {
        name
        for statement in policy.statements
        if statement.principals is not None
        for name in statement.principals.names
    }
    return sorted(name for name in named if not _exists(view, name))


def _exists(view: Snapshot, name: str) -> bool:
    arn = parse_arn(name)
    if arn is not None and view.get(Account, arn.account) is None:
        return True
    try:
        return kept_principal(view, name) is not None
    except InvalidArnError:
        return False
