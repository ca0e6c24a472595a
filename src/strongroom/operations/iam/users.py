"""Users: CreateUser, GetUser, UpdateUser, DeleteUser, ListUsers. Source: IAM API Reference, those actions."""

from collections.abc import Iterator
from dataclasses import replace

from strongroom.errors import DeleteConflictError, EntityAlreadyExistsError
from strongroom.model.arn import root_arn
from strongroom.model.change import Change, Delete, Insert, Update
from strongroom.model.identity import (
    AccessKey,
    Account,
    IdentityUse,
    LoginProfile,
    Membership,
    User,
    folded_name,
)
from strongroom.model.permission import EntityRef, Permission
from strongroom.model.principal import Principal, PrincipalKind
from strongroom.operations.iam.boundaries import checked_boundary
from strongroom.operations.iam.common import (
    changed,
    every,
    find_user,
    made,
    on,
    on_new,
    on_path,
    on_user_named,
    paged,
    reads,
    seconds,
    user_named,
    user_shape,
    writes,
)
from strongroom.operations.iam.owners import check_no_policies, move_policies
from strongroom.operations.iam.provision import unique_id
from strongroom.operations.iam.tag_rules import new_tags
from strongroom.operations.operation import Call, Outcome
from strongroom.wire.shapes import iam

_MAX_ROWS = 1000


def check_new_user_name(call: Call, name: str) -> None:
    """Errors: EntityAlreadyExistsError."""
    if call.view.count(User, {"account": call.account, "folded": folded_name(name)}):
        raise EntityAlreadyExistsError(f"User with name {name} already exists.")


def _create_user(call: Call, request: iam.CreateUserRequest) -> Outcome:
    check_new_user_name(call, request.user_name)
    boundary = checked_boundary(call, request.permissions_boundary)
    user = User(
        call.account,
        request.user_name,
        unique_id("AIDA", call.random_bytes),
        request.path or "/",
        call.now_ms,
        new_tags(request.tags, ignore_case=True),
        boundary=boundary.arn,
    )
    return made(iam.CreateUserResponse(user=user_shape(user)), *boundary.changes, Insert(user))


def _get_user(call: Call, request: iam.GetUserRequest) -> Outcome:
    if request.user_name is None and call.principal.kind is PrincipalKind.ROOT:
        return Outcome(iam.GetUserResponse(user=_root(call)))
    user = find_user(call, user_named(request, call.principal))
    return Outcome(iam.GetUserResponse(user=user_shape(user, signed_in_ms=_signed_in_ms(call, user))))


def _signed_in_ms(call: Call, user: User) -> int | None:
    use = call.view.get(IdentityUse, user.user_id)
    return use.used_ms if use is not None else None


def _root(call: Call) -> iam.User:
    account = call.view.get(Account, call.account)
    created_ms = account.created_ms if account is not None else 0
    arn = root_arn(call.account)
    return iam.User(path="/", user_name="root", user_id=call.account, arn=arn, create_date=seconds(created_ms))


def _get_user_permissions(request: iam.GetUserRequest, caller: Principal) -> tuple[Permission, ...]:
    if request.user_name is None and caller.kind is PrincipalKind.ROOT:
        return ()
    return on_user_named("iam:GetUser")(request, caller)


def _update_user(call: Call, request: iam.UpdateUserRequest) -> Outcome:
    user = find_user(call, request.user_name)
    name, path = request.new_user_name or user.name, request.new_path or user.path
    if name == user.name:
        return changed(Update(replace(user, path=path)))
    if folded_name(name) != user.folded:
        check_new_user_name(call, name)
    return changed(*_renamed(call, user, replace(user, name=name, path=path, folded="")))


def _renamed(call: Call, user: User, new: User) -> Iterator[Change]:
    """Yield what gives a user another name: his rows move with him."""
    by_user = {"account": user.account, "user_name": user.name}
    yield Delete(user)
    yield Insert(new)
    yield from move_policies(call, user, new)
    for membership in call.view.page(Membership, by_user, limit=_MAX_ROWS):
        yield Delete(membership)
        yield Insert(replace(membership, user_name=new.name))
    if (profile := call.view.get(LoginProfile, user.account, user.name)) is not None:
        yield Delete(profile)
        yield Insert(replace(profile, user_name=new.name))
    for access_key in call.view.page(AccessKey, by_user, limit=_MAX_ROWS):
        yield Update(replace(access_key, user_name=new.name))


def _update_user_permissions(request: iam.UpdateUserRequest, _caller: Principal) -> tuple[Permission, ...]:
    """Both the user and who he will be: API Reference, UpdateUser."""
    refs = [EntityRef("user", request.user_name)]
    if request.new_user_name is not None or request.new_path is not None:
        beside = "" if request.new_path is not None else request.user_name
        refs.append(EntityRef("user", request.new_user_name or request.user_name, request.new_path or "", beside))
    return tuple(Permission("iam:UpdateUser", ref) for ref in refs)


def _delete_user(call: Call, request: iam.DeleteUserRequest) -> Outcome:
    user = find_user(call, request.user_name)
    by_user = {"account": user.account, "user_name": user.name}
    check_no_policies(call, user)
    if call.view.count(AccessKey, by_user):
        raise DeleteConflictError("Cannot delete entity, must delete access keys first.")
    if call.view.get(LoginProfile, user.account, user.name) is not None:
        raise DeleteConflictError("Cannot delete entity, must delete login profile first.")
    if call.view.count(Membership, by_user):
        raise DeleteConflictError("Cannot delete entity, must remove users from group first.")
    return changed(Delete(user))


def _list_users(call: Call, request: iam.ListUsersRequest) -> Outcome:
    users = every(call.view, User, {"account": call.account}, "name")
    under = [(user.name, user) for user in users if user.path.startswith(request.path_prefix or "/")]
    page = paged("ListUsers", under, request)
    return Outcome(
        iam.ListUsersResponse(
            users=[user_shape(user, whole=False, signed_in_ms=_signed_in_ms(call, user)) for user in page.items],
            is_truncated=page.truncated,
            marker=page.next_marker,
        )
    )


OPERATIONS = (
    writes("CreateUser", _create_user, on_new("user", "user_name", "iam:CreateUser", "iam:TagUser")),
    reads("GetUser", _get_user, _get_user_permissions),
    writes("UpdateUser", _update_user, _update_user_permissions),
    writes("DeleteUser", _delete_user, on("user", "user_name", "iam:DeleteUser")),
    reads("ListUsers", _list_users, on_path("user", "iam:ListUsers")),
)
