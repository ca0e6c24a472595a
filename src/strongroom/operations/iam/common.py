"""What the operations of IAM share: finding what a request names, what they may need, what the audit record shows.

Source: IAM API Reference, each action; Service Authorization Reference, "AWS Identity and Access Management"; the texts
are recorded answers of the service.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Protocol, TypeVar
from urllib.parse import quote

from strongroom.errors import InvalidMarkerError, LimitExceededError, NoSuchEntityError, ValidationError
from strongroom.model.change import Change
from strongroom.model.identity import Group, InstanceProfile, Owner, Role, Tags, User
from strongroom.model.permission import ANY_RESOURCE, ConditionValues, EntityRef, Permission
from strongroom.model.principal import Principal
from strongroom.model.view import Snapshot
from strongroom.operations.condition_names import by_lower_name
from strongroom.operations.dates import cloudtrail_date
from strongroom.operations.operation import Call, Operation, Outcome, Work
from strongroom.operations.paging import Listing, Page
from strongroom.wire.plan import ListOf, MapOf, Node, Structure, Time, members_of
from strongroom.wire.shape import OperationShape, Shape
from strongroom.wire.shapes import iam

N = TypeVar("N")
Act = Callable[[Call, Any], Outcome]
Permissions = Callable[[Any, Principal], tuple[Permission, ...]]

MAX_TAGS = 50  # IAM User Guide, "IAM and AWS STS quotas"
_CHUNK = 1000
_WHITESPACE = str.maketrans("", "", " \t\r\n")
_MUST_NAME_USER = "Must specify userName when calling with non-User credentials"


# --- finding -----------------------------------------------------------------------------------------------------------


def find_user(call: Call, name: str) -> User:
    """Errors: NoSuchEntityError."""
    user = call.view.get(User, call.account, name)
    if user is None:
        raise NoSuchEntityError(f"The user with name {name} cannot be found.")
    return user


def find_group(call: Call, name: str) -> Group:
    """Errors: NoSuchEntityError."""
    group = call.view.get(Group, call.account, name)
    if group is None:
        raise NoSuchEntityError(f"The group with name {name} cannot be found.")
    return group


def find_role(call: Call, name: str) -> Role:
    """Errors: NoSuchEntityError."""
    role = call.view.get(Role, call.account, name)
    if role is None:
        raise NoSuchEntityError(f"The role with name {name} cannot be found.")
    return role


def find_instance_profile(call: Call, name: str) -> InstanceProfile:
    """Errors: NoSuchEntityError."""
    profile = call.view.get(InstanceProfile, call.account, name)
    if profile is None:
        raise NoSuchEntityError(f"Instance Profile {name} cannot be found.")
    return profile


FIND: Mapping[str, Callable[[Call, str], Owner]] = {"user": find_user, "group": find_group, "role": find_role}
"""By kind."""


def user_named(request: Any, caller: Principal) -> str:
    """Return the user that a request names, or else the user who calls. Errors: ValidationError."""
    name: str | None = request.user_name or caller.user_name
    if name is None:
        raise ValidationError(_MUST_NAME_USER)
    return name


def every(view: Snapshot, noun: type[N], where: Mapping[str, str], by: str) -> list[N]:
    """Return all rows, in the order of their attribute ``by``, the last of their identity."""
    found: list[N] = []
    after = None
    while True:
        rows = view.page(noun, where, after=after, limit=_CHUNK)
        found += rows
        if len(rows) < _CHUNK:
            return found
        after = getattr(rows[-1], by)


class Pageable(Protocol):
    """A request for a listing."""

    @property
    def marker(self) -> str | None: ...

    @property
    def max_items(self) -> int | None: ...


def paged(listing: str, items: Sequence[tuple[str, N]], request: Pageable, most: int = 1000) -> Page[N]:
    """Return the page of (name, item) pairs, in the order of their names, that is asked for. Errors: ValidationError.

    It has at most ``most`` of them, whatever is asked for, as IAM's pages may.
    """
    try:
        asked = min(request.max_items or 100, most)
        return Listing(listing, default=100, maximum=1000).slice_of(items, asked, request.marker)
    except InvalidMarkerError:
        raise ValidationError("Invalid Marker.") from None


# --- answers -----------------------------------------------------------------------------------------------------------


def encoded(policy: str) -> str:
    """Return a policy as IAM's answers hold it: percent-encoded, RFC 3986."""
    return quote(policy, safe="")


def seconds(milliseconds: int) -> float:
    """Return a time for an answer: whole seconds, as IAM gives them."""
    return float(milliseconds // 1000)


def boundary_shape(arn: str) -> iam.AttachedPermissionsBoundary | None:
    """Return how a permissions boundary is shown."""
    if not arn:
        return None
    return iam.AttachedPermissionsBoundary(permissions_boundary_type="Policy", permissions_boundary_arn=arn)


def tag_shapes(tags: Tags) -> list[iam.Tag]:
    """Return how tags are shown."""
    return [iam.Tag(key=key, value=value) for key, value in tags]


def user_shape(user: User, *, whole: bool = True, signed_in_ms: int | None = None) -> iam.User:
    """Return how a user is shown; not ``whole`` in listings. ``signed_in_ms`` is when the password was last used."""
    return iam.User(
        path=user.path,
        user_name=user.name,
        user_id=user.user_id,
        arn=user.arn,
        create_date=seconds(user.created_ms),
        password_last_used=None if signed_in_ms is None else seconds(signed_in_ms),
        permissions_boundary=boundary_shape(user.boundary) if whole else None,
        tags=tag_shapes(user.tags) or None if whole else None,
    )


def group_shape(group: Group) -> iam.Group:
    """Return how a group is shown."""
    return iam.Group(
        path=group.path,
        group_name=group.name,
        group_id=group.group_id,
        arn=group.arn,
        create_date=seconds(group.created_ms),
    )


def changed(*changes: Change) -> Outcome:
    """Return the outcome of an operation that answers nothing."""
    return Outcome(None, changes)


def made(output: Shape, *changes: Change) -> Outcome:
    """Return the outcome of an operation whose answer the audit record shows, but for its secrets."""
    return Outcome(output, changes, response_elements=shown(output))


# --- the audit record ----------------------------------------------------------------------------------------------------


def shown(shape: Shape) -> dict[str, Any]:
    """Return a request or answer as CloudTrail has it. INVARIANT: what the model calls sensitive is left out."""
    return {
        member.path_name: _shown(member.node, value)
        for member in members_of(type(shape))
        if not member.hidden and (value := getattr(shape, member.attribute)) is not None
    }


def logged(request: Shape) -> dict[str, Any] | None:
    """Return ``requestParameters``: none at all where nothing was given (or nothing that may be shown)."""
    return shown(request) or None


def _shown(node: Node, value: Any) -> Any:
    match node:
        case Structure():
            return shown(value)
        case ListOf():
            return [_shown(node.item, each) for each in value]
        case MapOf():
            return {name: _shown(node.value, each) for name, each in value.items()}
        case Time():
            return cloudtrail_date(int(value * 1000))
        case _:
            return value


# --- conditions, permissions, the table --------------------------------------------------------------------------------------


def request_conditions(request: Any, _action: str) -> ConditionValues:
    """Return the condition keys that a request of IAM carries, whichever it is."""
    found: dict[str, str | tuple[str, ...]] = {}
    if tags := getattr(request, "tags", None):
        found |= by_lower_name("aws:requesttag/", ((tag.key, tag.value) for tag in tags))
        found["aws:tagkeys"] = tuple(tag.key for tag in tags)
    if tag_keys := getattr(request, "tag_keys", None):
        found["aws:tagkeys"] = tuple(tag_keys)
    if boundary := getattr(request, "permissions_boundary", None):
        found["iam:permissionsboundary"] = boundary
    return found


def attachment_conditions(request: Any, _action: str) -> ConditionValues:
    """Return the condition key of attaching and detaching."""
    return {"iam:policyarn": request.policy_arn}


def on(kind: str, attribute: str, *actions: str) -> Permissions:
    """Return the permissions of an operation about what ``attribute`` of its request names."""

    def permissions(request: Any, _caller: Principal) -> tuple[Permission, ...]:
        ref = EntityRef(kind, getattr(request, attribute))
        return tuple(Permission(action, ref) for action in actions)

    return permissions


def on_user_named(action: str) -> Permissions:
    """Return the permission of an operation about the user it names, or the one who calls."""

    def permissions(request: Any, caller: Principal) -> tuple[Permission, ...]:
        return (Permission(action, EntityRef("user", user_named(request, caller))),)

    return permissions


def on_new(kind: str, attribute: str, action: str, tag_action: str | None = None) -> Permissions:
    """Return the permissions of creating; whoever gives tags must be allowed to tag."""

    def permissions(request: Any, _caller: Principal) -> tuple[Permission, ...]:
        ref = EntityRef(kind, getattr(request, attribute), request.path or "/")
        tagging = tag_action is not None and getattr(request, "tags", None)
        return (Permission(action, ref), *((Permission(tag_action, ref),) if tag_action and tagging else ()))

    return permissions


def on_path(kind: str, action: str) -> Permissions:
    """Return the permission of listing what lies under a path."""

    def permissions(request: Any, _caller: Principal) -> tuple[Permission, ...]:
        return (Permission(action, EntityRef(kind, "", request.path_prefix or "/")),)

    return permissions


def on_anything(action: str) -> Permissions:
    """Return the permission of an operation about the account."""

    def permissions(_request: Any, _caller: Principal) -> tuple[Permission, ...]:
        return (Permission(action, ANY_RESOURCE),)

    return permissions


def reads(name: str, act: Callable[[Call, Any], Outcome | Work], permissions: Permissions) -> Operation:
    """Return an operation that changes nothing."""
    return Operation(_shape(name), act, permissions, request_conditions, logged)


def writes(
    name: str,
    act: Act,
    permissions: Permissions,
    conditions: Callable[[Any, str], ConditionValues] = request_conditions,
) -> Operation:
    """Return an operation that changes something."""
    return Operation(_shape(name), act, permissions, conditions, logged, read_only=False)


def _shape(name: str) -> OperationShape:
    return iam.OPERATIONS[name]


# --- quotas --------------------------------------------------------------------------------------------------------------


def policy_characters(texts: Iterable[str]) -> int:
    """Return the size of policies as IAM counts it: without white space."""
    return sum(len(text.translate(_WHITESPACE)) for text in texts)


def check_quota(name: str, count: int, most: int) -> None:
    """Errors: LimitExceededError when there are ``most`` already."""
    if count >= most:
        raise LimitExceededError(f"Cannot exceed quota for {name}: {most}")
