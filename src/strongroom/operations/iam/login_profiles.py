"""Login profiles: the passwords of users, for signing in to the console. Source: IAM API Reference, CreateLoginProfile and its kin.

There are none until an administrator makes one. A password comes in once and is kept as a hash.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from strongroom.crypto.passwords import BusyError
from strongroom.errors import (
    AccessDeniedError,
    EntityAlreadyExistsError,
    InvalidUserTypeError,
    NoSuchEntityError,
    ThrottlingError,
    ValidationError,
)
from strongroom.model.change import Delete, Insert, Update
from strongroom.model.identity import LoginProfile, User
from strongroom.model.permission import EntityRef, Permission
from strongroom.model.principal import Principal, PrincipalKind
from strongroom.operations.console.attempts import names_of_attempt
from strongroom.operations.iam.common import (
    changed,
    find_user,
    made,
    on,
    on_user_named,
    reads,
    seconds,
    user_named,
    writes,
)
from strongroom.operations.iam.passwords import check_password, is_password_of, wrapped_hash
from strongroom.operations.operation import Call, Outcome
from strongroom.wire.shapes import iam

_MISSING = "1 validation error detected: Value null at 'password' failed to satisfy constraint: Member must not be null"


def _create_login_profile(call: Call, request: iam.CreateLoginProfileRequest) -> Outcome:
    user = find_user(call, user_named(request, call.principal))
    if _profile(call, user) is not None:
        raise EntityAlreadyExistsError(f"Login Profile for user {user.name} already exists.")
    if request.password is None:
        raise ValidationError(_MISSING)
    check_password(request.password, user)
    with _busy():
        kept = wrapped_hash(call.keyring, user, request.password, call.random_bytes)
    required = bool(request.password_reset_required)
    profile = LoginProfile(call.account, user.name, kept, call.now_ms, required)
    output = iam.CreateLoginProfileResponse(login_profile=_shape(profile))
    return made(output, Insert(profile), Update(user))


def _get_login_profile(call: Call, request: iam.GetLoginProfileRequest) -> Outcome:
    return Outcome(
        iam.GetLoginProfileResponse(
            login_profile=_shape(_found(call, find_user(call, user_named(request, call.principal))))
        )
    )


def _update_login_profile(call: Call, request: iam.UpdateLoginProfileRequest) -> Outcome:
    user = find_user(call, request.user_name)
    profile = _found(call, user)
    if request.password_reset_required is not None:
        profile = replace(profile, reset_required=request.password_reset_required)
    if request.password is not None:
        check_password(request.password, user)
        with _busy():
            profile = replace(
                profile, wrapped_hash=wrapped_hash(call.keyring, user, request.password, call.random_bytes)
            )
    return changed(Update(profile))


def _delete_login_profile(call: Call, request: iam.DeleteLoginProfileRequest) -> Outcome:
    user = find_user(call, user_named(request, call.principal))
    return changed(Delete(_found(call, user)), Update(user))


def _change_password(call: Call, request: iam.ChangePasswordRequest) -> Outcome:
    if call.principal.kind is not PrincipalKind.USER or call.principal.user_name is None:
        raise InvalidUserTypeError("Only IAM Users can change their own password.")
    user = find_user(call, call.principal.user_name)
    profile = _found(call, user)
    attempts, names = call.inquiries.attempts, names_of_attempt(user.account, user.name, "")
    if not attempts.take(names):
        raise ThrottlingError("Too many failed attempts: wait some minutes.")
    with _busy():
        if not is_password_of(call.keyring, user, profile, request.old_password):
            raise AccessDeniedError("The old password was incorrect.")
        attempts.give_back(names)
        check_password(request.new_password, user)
        kept = wrapped_hash(call.keyring, user, request.new_password, call.random_bytes)
    return changed(Update(replace(profile, wrapped_hash=kept, reset_required=False)))


@contextmanager
def _busy() -> Iterator[None]:
    try:
        yield
    except BusyError:
        raise ThrottlingError("Rate exceeded") from None


def _profile(call: Call, user: User) -> LoginProfile | None:
    # Counting is what no worker's cache can do: so all that takes long here happens in a thread, on the store.
    call.view.count(LoginProfile, {"account": user.account, "user_name": user.name})
    return call.view.get(LoginProfile, user.account, user.name)


def _found(call: Call, user: User) -> LoginProfile:
    """Errors: NoSuchEntityError."""
    profile = _profile(call, user)
    if profile is None:
        raise NoSuchEntityError(f"Login Profile for User {user.name} cannot be found.")
    return profile


def _shape(profile: LoginProfile) -> iam.LoginProfile:
    return iam.LoginProfile(
        user_name=profile.user_name,
        create_date=seconds(profile.created_ms),
        password_reset_required=profile.reset_required,
    )


def _may_change_password(_request: iam.ChangePasswordRequest, caller: Principal) -> tuple[Permission, ...]:
    return (Permission("iam:ChangePassword", EntityRef("user", caller.user_name or "")),)


OPERATIONS = (
    writes("CreateLoginProfile", _create_login_profile, on_user_named("iam:CreateLoginProfile")),
    reads("GetLoginProfile", _get_login_profile, on_user_named("iam:GetLoginProfile")),
    writes("UpdateLoginProfile", _update_login_profile, on("user", "user_name", "iam:UpdateLoginProfile")),
    writes("DeleteLoginProfile", _delete_login_profile, on_user_named("iam:DeleteLoginProfile")),
    writes("ChangePassword", _change_password, _may_change_password),
)
