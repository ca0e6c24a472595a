"""Permissions boundaries: Put- and Delete- for users and roles, and the check that one may be set.

Source: IAM API Reference, PutUserPermissionsBoundary and its kin; IAM User Guide, "Permissions boundaries for IAM entities".
"""

from dataclasses import dataclass, replace
from typing import Any

from strongroom.errors import NoSuchEntityError
from strongroom.model.change import Change, Update
from strongroom.model.identity import ManagedPolicy
from strongroom.operations.entities import customer_policy
from strongroom.operations.iam.aws_managed import aws_managed
from strongroom.operations.iam.common import changed, find_role, find_user, on, writes
from strongroom.operations.iam.policy_arns import check_policy_arn
from strongroom.operations.operation import Call, Outcome


@dataclass(frozen=True, slots=True)
class Boundary:
    """``changes`` touch the policy, so that it cannot be deleted at the same time."""

    arn: str
    changes: tuple[Change, ...]


def attachable(call: Call, arn: str) -> ManagedPolicy | None:
    """Return the account's policy of that ARN, None for one of AWS's. Errors: NoSuchEntityError, ValidationError."""
    check_policy_arn(arn)
    if aws_managed(arn) is not None:
        return None
    policy = customer_policy(call.view, arn)
    if policy is None or policy.account != call.account:
        raise NoSuchEntityError(f"Policy {arn} does not exist or is not attachable.")
    return policy


def checked_boundary(call: Call, arn: str | None) -> Boundary:
    """Return the boundary that is to be set, one without ARN for none. Errors: NoSuchEntityError, ValidationError."""
    if not arn:
        return Boundary("", ())
    policy = attachable(call, arn)
    return Boundary(arn, (Update(policy),) if policy is not None else ())


def _put_user_boundary(call: Call, request: Any) -> Outcome:
    user, boundary = find_user(call, request.user_name), checked_boundary(call, request.permissions_boundary)
    return changed(*boundary.changes, Update(replace(user, boundary=boundary.arn)))


def _put_role_boundary(call: Call, request: Any) -> Outcome:
    role, boundary = find_role(call, request.role_name), checked_boundary(call, request.permissions_boundary)
    return changed(*boundary.changes, Update(replace(role, boundary=boundary.arn)))


def _delete_user_boundary(call: Call, request: Any) -> Outcome:
    user = find_user(call, request.user_name)
    if not user.boundary:
        raise NoSuchEntityError(f"The user with name {user.name} does not have a permissions boundary.")
    return changed(Update(replace(user, boundary="")))


def _delete_role_boundary(call: Call, request: Any) -> Outcome:
    role = find_role(call, request.role_name)
    if not role.boundary:
        raise NoSuchEntityError(f"The role with name {role.name} does not have a permissions boundary.")
    return changed(Update(replace(role, boundary="")))


OPERATIONS = tuple(
    writes(name, act, on(kind, f"{kind}_name", f"iam:{name}"))
    for name, act, kind in (
        ("PutUserPermissionsBoundary", _put_user_boundary, "user"),
        ("PutRolePermissionsBoundary", _put_role_boundary, "role"),
        ("DeleteUserPermissionsBoundary", _delete_user_boundary, "user"),
        ("DeleteRolePermissionsBoundary", _delete_role_boundary, "role"),
    )
)
