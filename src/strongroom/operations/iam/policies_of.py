"""Which policies count for a user or role: its own, those attached to it, those of a user's groups, and its boundary.

What is stored was parsed before, so a text that does not parse is our bug. Doubt makes stricter: an attachment whose policy
is gone allows nothing, and a boundary whose policy is gone allows nothing at all.
Source: IAM User Guide, "Policies and permissions in AWS IAM", "Permissions boundaries for IAM entities".
"""

from collections.abc import Iterator
from functools import lru_cache

from strongroom.authz.policy import Policy, PolicyKind, parse_policy
from strongroom.model.identity import Attachment, InlinePolicy, Membership, PolicyVersion, Role, User
from strongroom.model.view import Snapshot
from strongroom.operations.entities import customer_policy
from strongroom.operations.iam.aws_managed import aws_managed

MAX_ROWS = 1000
"""More than the quotas allow of anything that hangs on one owner, so that it is read (and cached) whole."""

_NOTHING = Policy(PolicyKind.IDENTITY, "a policy that does not exist", ())


def identity_policies(view: Snapshot, owner: User | Role) -> tuple[Policy, ...]:
    """Return all identity policies of a user (with its groups') or role, parsed."""
    owners = [owner.owner]
    if isinstance(owner, User):
        memberships = view.page(Membership, {"account": owner.account, "user_name": owner.name}, limit=MAX_ROWS)
        owners += [f"group/{membership.group_name}" for membership in memberships]
    found = (policy for one in owners for policy in _policies_of(view, owner.account, one))
    return tuple(dict.fromkeys(found))  # what is attached to user and group counts once


def boundary_of(view: Snapshot, owner: User | Role) -> Policy | None:
    """Return the permissions boundary, parsed; None for who has none."""
    if not owner.boundary:
        return None
    return managed_policy(view, owner.boundary)


def managed_policy(view: Snapshot, arn: str) -> Policy:
    """Return a managed policy, parsed; one that is gone allows nothing, as the limit that it is."""
    text = managed_text(view, arn)
    return _NOTHING if text is None else _parsed(text, arn)


def inline_session_policy(text: str) -> Policy:
    """Return the policy that a session was made with."""
    return _parsed(text, "")


def managed_text(view: Snapshot, arn: str) -> str | None:
    """Return the text of the default version of a managed policy, AWS's or an account's; None when there is none."""
    if known := aws_managed(arn):
        return known.text
    policy = customer_policy(view, arn)
    if policy is None:
        return None
    found = view.get(PolicyVersion, policy.account, policy.name, f"v{policy.default_version}")
    return None if found is None else found.text


def _policies_of(view: Snapshot, account: str, owner: str) -> Iterator[Policy]:
    where = {"account": account, "owner": owner}
    # A user's policy and one of a group may have the same name; decisions tell them apart by it.
    of_group = f" of {owner.replace('/', ' ', 1)}" if owner.startswith("group/") else ""
    for inline in view.page(InlinePolicy, where, limit=MAX_ROWS):
        yield _parsed(inline.text, inline.policy_name + of_group)
    for attachment in view.page(Attachment, where, limit=MAX_ROWS):
        text = managed_text(view, attachment.policy_arn)
        if text is not None:
            yield _parsed(text, attachment.policy_arn)


@lru_cache(4096)
def _parsed(text: str, name: str) -> Policy:
    """Parse once for all who share a policy; names are part of decisions."""
    return parse_policy(text, PolicyKind.IDENTITY, name)
