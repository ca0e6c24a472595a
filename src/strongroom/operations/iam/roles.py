"""Roles. Source: IAM API Reference, CreateRole and its kin. Who assumes them is the business of STS."""

from dataclasses import replace

from msgspec.structs import replace as replace_members

from strongroom.errors import DeleteConflictError, EntityAlreadyExistsError
from strongroom.model.change import Delete, Insert, Update
from strongroom.model.identity import (
    MAX_SESSION_SECONDS,
    IdentityUse,
    InstanceProfile,
    Role,
    folded_name,
)
from strongroom.operations.iam.boundaries import checked_boundary
from strongroom.operations.iam.common import (
    boundary_shape,
    changed,
    encoded,
    every,
    find_role,
    made,
    on,
    on_new,
    on_path,
    paged,
    reads,
    seconds,
    tag_shapes,
    writes,
)
from strongroom.operations.iam.owners import check_no_policies
from strongroom.operations.iam.provision import unique_id
from strongroom.operations.iam.tag_rules import new_tags
from strongroom.operations.iam.trust import checked_trust_policy
from strongroom.operations.named_principals import shown_policy
from strongroom.operations.operation import Call, Outcome
from strongroom.wire.shapes import iam


def role_in_brief(call: Call, role: Role) -> iam.Role:
    """Return how a role is shown inside an instance profile."""
    return iam.Role(
        path=role.path,
        role_name=role.name,
        role_id=role.role_id,
        arn=role.arn,
        create_date=seconds(role.created_ms),
        assume_role_policy_document=encoded(shown_policy(call.view, role.trust_policy, role.trusted)),
    )


def _listed(call: Call, role: Role) -> iam.Role:
    return replace_members(
        role_in_brief(call, role), description=role.description or None, max_session_duration=role.max_session_seconds
    )


def role_shape(call: Call, role: Role) -> iam.Role:
    """Return how a role is shown, whole."""
    use = call.view.get(IdentityUse, role.role_id)
    last_used = iam.RoleLastUsed()
    if use is not None:
        last_used = iam.RoleLastUsed(last_used_date=seconds(use.used_ms), region=use.region)
    return replace_members(
        _listed(call, role),
        permissions_boundary=boundary_shape(role.boundary),
        tags=tag_shapes(role.tags) or None,
        role_last_used=last_used,
    )


def _created(call: Call, role: Role, *, description: bool) -> iam.Role:
    """Return what CreateRole and UpdateRoleDescription answer: neither has the longest session, only one the description."""
    return replace_members(
        role_in_brief(call, role),
        description=role.description or None if description else None,
        permissions_boundary=boundary_shape(role.boundary),
        tags=tag_shapes(role.tags) or None,
    )


def _create_role(call: Call, request: iam.CreateRoleRequest) -> Outcome:
    if call.view.count(Role, {"account": call.account, "folded": folded_name(request.role_name)}):
        raise EntityAlreadyExistsError(f"Role with name {request.role_name} already exists.")
    trusted = checked_trust_policy(call, request.assume_role_policy_document)
    boundary = checked_boundary(call, request.permissions_boundary)
    role = Role(
        call.account,
        request.role_name,
        unique_id("AROA", call.random_bytes),
        request.path or "/",
        call.now_ms,
        request.assume_role_policy_document,
        request.description or "",
        request.max_session_duration or MAX_SESSION_SECONDS,
        boundary.arn,
        new_tags(request.tags, ignore_case=True),
        trusted=trusted,
    )
    output = iam.CreateRoleResponse(role=_created(call, role, description=False))
    return made(output, *boundary.changes, Insert(role))


def _get_role(call: Call, request: iam.GetRoleRequest) -> Outcome:
    return Outcome(iam.GetRoleResponse(role=role_shape(call, find_role(call, request.role_name))))


def _update_role(call: Call, request: iam.UpdateRoleRequest) -> Outcome:
    role = find_role(call, request.role_name)
    new = replace(
        role,
        description=role.description if request.description is None else request.description,
        max_session_seconds=request.max_session_duration or role.max_session_seconds,
    )
    return Outcome(iam.UpdateRoleResponse(), (Update(new),))


def _update_role_description(call: Call, request: iam.UpdateRoleDescriptionRequest) -> Outcome:
    role = replace(find_role(call, request.role_name), description=request.description)
    return made(iam.UpdateRoleDescriptionResponse(role=_created(call, role, description=True)), Update(role))


def _update_assume_role_policy(call: Call, request: iam.UpdateAssumeRolePolicyRequest) -> Outcome:
    role = find_role(call, request.role_name)
    trusted = checked_trust_policy(call, request.policy_document)
    return changed(Update(replace(role, trust_policy=request.policy_document, trusted=trusted)))


def _delete_role(call: Call, request: iam.DeleteRoleRequest) -> Outcome:
    role = find_role(call, request.role_name)
    if call.view.count(InstanceProfile, {"account": role.account, "role_name": role.name}):
        raise DeleteConflictError("Cannot delete entity, must remove roles from instance profile first.")
    check_no_policies(call, role)
    return changed(Delete(role))


def _list_roles(call: Call, request: iam.ListRolesRequest) -> Outcome:
    roles = every(call.view, Role, {"account": call.account}, "name")
    under = [(role.name, role) for role in roles if role.path.startswith(request.path_prefix or "/")]
    page = paged("ListRoles", under, request)
    return Outcome(
        iam.ListRolesResponse(
            roles=[_listed(call, role) for role in page.items], is_truncated=page.truncated, marker=page.next_marker
        )
    )


OPERATIONS = (
    writes("CreateRole", _create_role, on_new("role", "role_name", "iam:CreateRole", "iam:TagRole")),
    reads("GetRole", _get_role, on("role", "role_name", "iam:GetRole")),
    writes("UpdateRole", _update_role, on("role", "role_name", "iam:UpdateRole")),
    writes("UpdateRoleDescription", _update_role_description, on("role", "role_name", "iam:UpdateRoleDescription")),
    writes("UpdateAssumeRolePolicy", _update_assume_role_policy, on("role", "role_name", "iam:UpdateAssumeRolePolicy")),
    writes("DeleteRole", _delete_role, on("role", "role_name", "iam:DeleteRole")),
    reads("ListRoles", _list_roles, on_path("role", "iam:ListRoles")),
)
