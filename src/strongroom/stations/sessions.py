"""Who a session is: from the claims of its token, and from the role or user behind it as they are now.

So what changes about a role (its policies, its tags, its end) counts for its sessions at once.
Source: IAM User Guide, "IAM identifiers", "Pass session tags in AWS STS", "AWS global condition context keys".
"""

from collections.abc import Sequence
from dataclasses import dataclass

from strongroom.authn.session import SessionClaims
from strongroom.authz.policy import Policy
from strongroom.model.arn import PARTITION
from strongroom.model.identity import Role, Tags, User
from strongroom.model.permission import ConditionValues
from strongroom.model.principal import Principal, PrincipalKind
from strongroom.model.view import Snapshot
from strongroom.operations.iam.policies_of import inline_session_policy, managed_policy


@dataclass(frozen=True, slots=True)
class Session:
    """``behind`` is whose identity policies and permissions boundary count; ``policies`` are the session's own."""

    principal: Principal
    behind: User | Role
    policies: Sequence[Policy] = ()


def session_of(view: Snapshot, claims: SessionClaims) -> Session | None:
    """Return the session, None when the user or role behind it is gone, or another one has its name now."""
    behind: User | Role | None = view.get(User, claims.account, claims.user_name)
    if claims.role_name:
        behind = view.get(Role, claims.account, claims.role_name)
    if behind is None or behind.unique_id != claims.unique_id:
        return None
    if isinstance(behind, Role):
        return Session(_of_role(behind, claims), behind, _policies(view, claims))
    if claims.session_name:
        return Session(_federated(behind, claims), behind, _policies(view, claims))
    return Session(user_principal(behind), behind)


def user_principal(user: User) -> Principal:
    """Return a user as a caller."""
    return Principal(PrincipalKind.USER, user.account, user.arn, user.user_id, user.name, tags=user.tags)


def session_conditions(claims: SessionClaims) -> ConditionValues:
    """Return the condition keys that come with a session, beside when it was issued."""
    found = {"aws:sourceidentity": claims.source_identity, "aws:federatedprovider": claims.provider}
    return {name: value for name, value in found.items() if value}


def _of_role(role: Role, claims: SessionClaims) -> Principal:
    return Principal(
        PrincipalKind.ASSUMED_ROLE,
        role.account,
        role.session_arn(claims.session_name),
        f"{role.role_id}:{claims.session_name}",
        issuer_arn=role.arn,
        tags=_laid_over(role.tags, claims.tags),
        transitive=claims.transitive,
        source_identity=claims.source_identity,
        provider=claims.provider,
    )


def _federated(user: User, claims: SessionClaims) -> Principal:
    return Principal(
        PrincipalKind.FEDERATED_USER,
        user.account,
        f"arn:{PARTITION}:sts::{user.account}:federated-user/{claims.session_name}",
        f"{user.account}:{claims.session_name}",
        issuer_arn=user.arn,
        issuer_id=user.user_id,
        tags=_laid_over(user.tags, claims.tags),
    )


def _laid_over(below: Tags, above: Tags) -> Tags:
    """Tag names are the same whatever their case; the session's own win."""
    return tuple({key.lower(): (key, value) for key, value in (*below, *above)}.values())


def _policies(view: Snapshot, claims: SessionClaims) -> tuple[Policy, ...]:
    inline = (inline_session_policy(claims.session_policy),) if claims.session_policy is not None else ()
    return (*inline, *(managed_policy(view, arn) for arn in claims.policy_arns))
