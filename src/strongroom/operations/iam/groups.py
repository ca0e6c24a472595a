"""Groups and who is in them. Source: IAM API Reference, CreateGroup and its kin, AddUserToGroup, RemoveUserFromGroup."""

from collections.abc import Iterator
from dataclasses import replace

from strongroom.errors import DeleteConflictError, EntityAlreadyExistsError
from strongroom.model.change import Change, Delete, Insert, Update
from strongroom.model.identity import Group, Membership, User, folded_name
from strongroom.model.permission import EntityRef, Permission
from strongroom.model.principal import Principal
from strongroom.operations.iam.common import (
    changed,
    check_quota,
    every,
    find_group,
    find_user,
    group_shape,
    made,
    on,
    on_new,
    on_path,
    paged,
    reads,
    user_shape,
    writes,
)
from strongroom.operations.iam.owners import check_no_policies, move_policies
from strongroom.operations.iam.provision import unique_id
from strongroom.operations.operation import Call, Outcome
from strongroom.wire.shapes import iam

MAX_GROUPS_PER_USER = 10  # IAM User Guide, "IAM and AWS STS quotas"
_ALL = 1_000_000


def _check_new_name(call: Call, name: str) -> None:
    if call.view.count(Group, {"account": call.account, "folded": folded_name(name)}):
        raise EntityAlreadyExistsError(f"Group with name {name} already exists.")


def _create_group(call: Call, request: iam.CreateGroupRequest) -> Outcome:
    _check_new_name(call, request.group_name)
    group_id = unique_id("AGPA", call.random_bytes)
    group = Group(call.account, request.group_name, group_id, request.path or "/", call.now_ms)
    return made(iam.CreateGroupResponse(group=group_shape(group)), Insert(group))


def members_of_group(call: Call, group: Group) -> list[User]:
    """Return the users in a group, in the order of their names."""
    found = call.view.page(Membership, {"account": call.account, "group_name": group.name}, limit=_ALL)
    users = (call.view.get(User, call.account, membership.user_name) for membership in found)
    return sorted((user for user in users if user is not None), key=lambda user: user.name)


def groups_of_user(call: Call, user: User) -> list[Group]:
    """Return the groups of a user, in the order of their names."""
    found = every(call.view, Membership, {"account": call.account, "user_name": user.name}, "group_name")
    groups = (call.view.get(Group, call.account, membership.group_name) for membership in found)
    return [group for group in groups if group is not None]


def _get_group(call: Call, request: iam.GetGroupRequest) -> Outcome:
    group = find_group(call, request.group_name)
    page = paged("GetGroup", [(user.name, user) for user in members_of_group(call, group)], request)
    return Outcome(
        iam.GetGroupResponse(
            group=group_shape(group),
            users=[user_shape(user, whole=False) for user in page.items],
            is_truncated=page.truncated,
            marker=page.next_marker,
        )
    )


def _update_group(call: Call, request: iam.UpdateGroupRequest) -> Outcome:
    group = find_group(call, request.group_name)
    name, path = request.new_group_name or group.name, request.new_path or group.path
    if name == group.name:
        return changed(Update(replace(group, path=path)))
    if folded_name(name) != group.folded:
        _check_new_name(call, name)
    return changed(*_renamed(call, group, replace(group, name=name, path=path, folded="")))


def _renamed(call: Call, group: Group, new: Group) -> Iterator[Change]:
    yield Delete(group)
    yield Insert(new)
    yield from move_policies(call, group, new)
    for membership in call.view.page(Membership, {"account": call.account, "group_name": group.name}, limit=_ALL):
        yield Delete(membership)
        yield Insert(replace(membership, group_name=new.name))


def _update_group_permissions(request: iam.UpdateGroupRequest, _caller: Principal) -> tuple[Permission, ...]:
    """Both the group and what it will be: API Reference, UpdateGroup."""
    refs = [EntityRef("group", request.group_name)]
    if request.new_group_name is not None or request.new_path is not None:
        beside = "" if request.new_path is not None else request.group_name
        refs.append(EntityRef("group", request.new_group_name or request.group_name, request.new_path or "", beside))
    return tuple(Permission("iam:UpdateGroup", ref) for ref in refs)


def _delete_group(call: Call, request: iam.DeleteGroupRequest) -> Outcome:
    group = find_group(call, request.group_name)
    if call.view.count(Membership, {"account": group.account, "group_name": group.name}):
        raise DeleteConflictError("Cannot delete entity, must remove users from group first.")
    check_no_policies(call, group)
    return changed(Delete(group))


def _list_groups(call: Call, request: iam.ListGroupsRequest) -> Outcome:
    groups = every(call.view, Group, {"account": call.account}, "name")
    under = [(group.name, group) for group in groups if group.path.startswith(request.path_prefix or "/")]
    page = paged("ListGroups", under, request)
    return Outcome(
        iam.ListGroupsResponse(
            groups=[group_shape(group) for group in page.items], is_truncated=page.truncated, marker=page.next_marker
        )
    )


def _list_groups_for_user(call: Call, request: iam.ListGroupsForUserRequest) -> Outcome:
    user = find_user(call, request.user_name)
    page = paged("ListGroupsForUser", [(group.name, group) for group in groups_of_user(call, user)], request)
    return Outcome(
        iam.ListGroupsForUserResponse(
            groups=[group_shape(group) for group in page.items], is_truncated=page.truncated, marker=page.next_marker
        )
    )


def _add_user_to_group(call: Call, request: iam.AddUserToGroupRequest) -> Outcome:
    group, user = find_group(call, request.group_name), find_user(call, request.user_name)
    if call.view.get(Membership, call.account, user.name, group.name) is not None:
        return changed()
    present = call.view.count(Membership, {"account": call.account, "user_name": user.name})
    check_quota("GroupsPerUser", present, MAX_GROUPS_PER_USER)
    return changed(Insert(Membership(call.account, user.name, group.name)), Update(user), Update(group))


def _remove_user_from_group(call: Call, request: iam.RemoveUserFromGroupRequest) -> Outcome:
    user, group = find_user(call, request.user_name), find_group(call, request.group_name)
    membership = call.view.get(Membership, call.account, user.name, group.name)
    if membership is None:
        return changed()
    return changed(Delete(membership), Update(user), Update(group))


OPERATIONS = (
    writes("CreateGroup", _create_group, on_new("group", "group_name", "iam:CreateGroup")),
    reads("GetGroup", _get_group, on("group", "group_name", "iam:GetGroup")),
    writes("UpdateGroup", _update_group, _update_group_permissions),
    writes("DeleteGroup", _delete_group, on("group", "group_name", "iam:DeleteGroup")),
    reads("ListGroups", _list_groups, on_path("group", "iam:ListGroups")),
    reads("ListGroupsForUser", _list_groups_for_user, on("user", "user_name", "iam:ListGroupsForUser")),
    writes("AddUserToGroup", _add_user_to_group, on("group", "group_name", "iam:AddUserToGroup")),
    writes("RemoveUserFromGroup", _remove_user_from_group, on("group", "group_name", "iam:RemoveUserFromGroup")),
)
