"""Instance profiles and the role in them. Source: IAM API Reference, CreateInstanceProfile and its kin, AddRoleToInstanceProfile.

There are no machines here to take a role from one; tools make them beside a role, and look for them before they delete it.
"""

from dataclasses import replace

from strongroom.errors import DeleteConflictError, EntityAlreadyExistsError, NoSuchEntityError
from strongroom.model.change import Delete, Insert, Update
from strongroom.model.identity import InstanceProfile, Role, folded_name
from strongroom.model.permission import PASSING, EntityRef, Permission
from strongroom.model.principal import Principal
from strongroom.operations.iam.common import (
    changed,
    check_quota,
    every,
    find_instance_profile,
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
from strongroom.operations.iam.provision import unique_id
from strongroom.operations.iam.roles import role_in_brief
from strongroom.operations.iam.tag_rules import new_tags
from strongroom.operations.operation import Call, Outcome
from strongroom.wire.shapes import iam

MAX_ROLES = 1  # IAM User Guide, "IAM and AWS STS quotas"


def _shape(call: Call, profile: InstanceProfile, *, whole: bool = True) -> iam.InstanceProfile:
    """Return how an instance profile is shown; not ``whole`` in listings."""
    role = call.view.get(Role, profile.account, profile.role_name) if profile.role_name else None
    return iam.InstanceProfile(
        path=profile.path,
        instance_profile_name=profile.name,
        instance_profile_id=profile.profile_id,
        arn=profile.arn,
        create_date=seconds(profile.created_ms),
        roles=[role_in_brief(call, role)] if role is not None else [],
        tags=tag_shapes(profile.tags) or None if whole else None,
    )


def instance_profile_shapes(call: Call, role: Role) -> list[iam.InstanceProfile]:
    """Return how the instance profiles that a role is in are shown in listings, in the order of their names."""
    found = every(call.view, InstanceProfile, {"account": role.account, "role_name": role.name}, "name")
    return [_shape(call, profile, whole=False) for profile in found]


def _create_instance_profile(call: Call, request: iam.CreateInstanceProfileRequest) -> Outcome:
    name = request.instance_profile_name
    if call.view.count(InstanceProfile, {"account": call.account, "folded": folded_name(name)}):
        raise EntityAlreadyExistsError(f"Instance Profile {name} already exists.")
    tags = new_tags(request.tags, ignore_case=False)
    profile_id = unique_id("AIPA", call.random_bytes)
    profile = InstanceProfile(call.account, name, profile_id, request.path or "/", call.now_ms, tags=tags)
    return made(iam.CreateInstanceProfileResponse(instance_profile=_shape(call, profile)), Insert(profile))


def _get_instance_profile(call: Call, request: iam.GetInstanceProfileRequest) -> Outcome:
    profile = find_instance_profile(call, request.instance_profile_name)
    return Outcome(iam.GetInstanceProfileResponse(instance_profile=_shape(call, profile)))


def _delete_instance_profile(call: Call, request: iam.DeleteInstanceProfileRequest) -> Outcome:
    profile = find_instance_profile(call, request.instance_profile_name)
    if profile.role_name:
        raise DeleteConflictError("Cannot delete entity, must remove roles from instance profile first.")
    return changed(Delete(profile))


def _list_instance_profiles(call: Call, request: iam.ListInstanceProfilesRequest) -> Outcome:
    profiles = every(call.view, InstanceProfile, {"account": call.account}, "name")
    under = [(profile.name, profile) for profile in profiles if profile.path.startswith(request.path_prefix or "/")]
    page = paged("ListInstanceProfiles", under, request)
    return Outcome(
        iam.ListInstanceProfilesResponse(
            instance_profiles=[_shape(call, profile, whole=False) for profile in page.items],
            is_truncated=page.truncated,
            marker=page.next_marker,
        )
    )


def _list_instance_profiles_for_role(call: Call, request: iam.ListInstanceProfilesForRoleRequest) -> Outcome:
    shapes = instance_profile_shapes(call, find_role(call, request.role_name))
    page = paged("ListInstanceProfilesForRole", [(shape.instance_profile_name, shape) for shape in shapes], request)
    return Outcome(
        iam.ListInstanceProfilesForRoleResponse(
            instance_profiles=list(page.items), is_truncated=page.truncated, marker=page.next_marker
        )
    )


def _add_role_to_instance_profile(call: Call, request: iam.AddRoleToInstanceProfileRequest) -> Outcome:
    profile, role = find_instance_profile(call, request.instance_profile_name), find_role(call, request.role_name)
    check_quota("InstanceSessionsPerInstanceProfile", 1 if profile.role_name else 0, MAX_ROLES)
    return changed(Update(replace(profile, role_name=role.name)), Update(role))


def _remove_role_from_instance_profile(call: Call, request: iam.RemoveRoleFromInstanceProfileRequest) -> Outcome:
    profile, role = find_instance_profile(call, request.instance_profile_name), find_role(call, request.role_name)
    if profile.role_name != role.name:
        raise NoSuchEntityError(f"The role with name {role.name} is not in Instance Profile {profile.name}.")
    return changed(Update(replace(profile, role_name="")), Update(role))


def _adding(request: iam.AddRoleToInstanceProfileRequest, _caller: Principal) -> tuple[Permission, ...]:
    """Whoever hands a role to machines passes it: IAM User Guide, "Grant a user permissions to pass a role to an AWS service"."""
    return (
        Permission("iam:AddRoleToInstanceProfile", EntityRef("instance-profile", request.instance_profile_name)),
        Permission(PASSING, EntityRef("role", request.role_name)),
    )


_KIND, _NAME = "instance-profile", "instance_profile_name"

OPERATIONS = (
    writes(
        "CreateInstanceProfile",
        _create_instance_profile,
        on_new(_KIND, _NAME, "iam:CreateInstanceProfile", "iam:TagInstanceProfile"),
    ),
    reads("GetInstanceProfile", _get_instance_profile, on(_KIND, _NAME, "iam:GetInstanceProfile")),
    writes("DeleteInstanceProfile", _delete_instance_profile, on(_KIND, _NAME, "iam:DeleteInstanceProfile")),
    reads("ListInstanceProfiles", _list_instance_profiles, on_path(_KIND, "iam:ListInstanceProfiles")),
    reads(
        "ListInstanceProfilesForRole",
        _list_instance_profiles_for_role,
        on("role", "role_name", "iam:ListInstanceProfilesForRole"),
    ),
    writes("AddRoleToInstanceProfile", _add_role_to_instance_profile, _adding),
    writes(
        "RemoveRoleFromInstanceProfile",
        _remove_role_from_instance_profile,
        on(_KIND, _NAME, "iam:RemoveRoleFromInstanceProfile"),
    ),
)
