"""GetAccountAuthorizationDetails: everybody and every policy in one listing. Source: IAM API Reference, that action."""

from collections.abc import Iterator
from typing import Any, TypeVar

from strongroom.model.identity import Group, ManagedPolicy, Owner, Role, User
from strongroom.operations.iam.attachments import attached_policies
from strongroom.operations.iam.aws_managed import AWS_MANAGED, AWSManagedPolicy
from strongroom.operations.iam.common import (
    encoded,
    every,
    group_shape,
    on_anything,
    paged,
    reads,
    tag_shapes,
    user_shape,
)
from strongroom.operations.iam.groups import groups_of_user
from strongroom.operations.iam.inline_policies import inline_policies
from strongroom.operations.iam.managed_policies import attachments, policy_shape
from strongroom.operations.iam.policy_versions import version_shapes
from strongroom.operations.iam.roles import role_shape
from strongroom.operations.operation import Call, Outcome
from strongroom.wire.shape import Shape
from strongroom.wire.shapes import iam

D = TypeVar("D", bound=Shape)

_FILTERS = ("User", "Role", "Group", "LocalManagedPolicy", "AWSManagedPolicy")

Item = User | Group | Role | ManagedPolicy | AWSManagedPolicy


def _get_details(call: Call, request: iam.GetAccountAuthorizationDetailsRequest) -> Outcome:
    wanted = request.filter or _FILTERS
    items = sorted(((item.arn, item) for item in _items(call, wanted)), key=lambda pair: pair[0])
    page = paged("GetAccountAuthorizationDetails", items, request)
    return Outcome(
        iam.GetAccountAuthorizationDetailsResponse(
            user_detail_list=[_user(call, item) for item in page.items if isinstance(item, User)],
            group_detail_list=[_group(call, item) for item in page.items if isinstance(item, Group)],
            role_detail_list=[_role(call, item) for item in page.items if isinstance(item, Role)],
            policies=[_policy(call, item) for item in page.items if isinstance(item, ManagedPolicy | AWSManagedPolicy)],
            is_truncated=page.truncated,
            marker=page.next_marker,
        )
    )


def _items(call: Call, wanted: Any) -> Iterator[Item]:
    here = {"account": call.account}
    if "User" in wanted:
        yield from every(call.view, User, here, "name")
    if "Group" in wanted:
        yield from every(call.view, Group, here, "name")
    if "Role" in wanted:
        yield from every(call.view, Role, here, "name")
    if "LocalManagedPolicy" in wanted:
        yield from every(call.view, ManagedPolicy, here, "name")
    if "AWSManagedPolicy" in wanted:  # only those in use, as AWS does
        yield from (policy for policy in AWS_MANAGED.values() if attachments(call, policy.arn))


def _detail(kind: type[D], shape: Shape, **more: Any) -> D:
    """Return a detail: what its family's own shape has of its members, and ``more``."""
    shared = {name: getattr(shape, name) for name in kind.__struct_fields__ if name in shape.__struct_fields__}
    return kind(**shared | more)


def _inline(call: Call, owner: Owner) -> list[iam.PolicyDetail]:
    return [
        iam.PolicyDetail(policy_name=policy.policy_name, policy_document=encoded(policy.text))
        for policy in inline_policies(call, owner)
    ]


def _attached(call: Call, owner: Owner) -> list[iam.AttachedPolicy]:
    return [policy for _, policy in attached_policies(call, owner)]


def _user(call: Call, user: User) -> iam.UserDetail:
    return _detail(
        iam.UserDetail,
        user_shape(user),
        user_policy_list=_inline(call, user) or None,
        group_list=[group.name for group in groups_of_user(call, user)],
        attached_managed_policies=_attached(call, user),
        tags=tag_shapes(user.tags),
    )


def _group(call: Call, group: Group) -> iam.GroupDetail:
    return _detail(
        iam.GroupDetail,
        group_shape(group),
        group_policy_list=_inline(call, group),
        attached_managed_policies=_attached(call, group),
    )


def _role(call: Call, role: Role) -> iam.RoleDetail:
    return _detail(
        iam.RoleDetail,
        role_shape(call, role),
        instance_profile_list=[],
        role_policy_list=_inline(call, role),
        attached_managed_policies=_attached(call, role),
        tags=tag_shapes(role.tags),
    )


def _policy(call: Call, policy: ManagedPolicy | AWSManagedPolicy) -> iam.ManagedPolicyDetail:
    shape = policy_shape(call, policy, description=True)
    return _detail(iam.ManagedPolicyDetail, shape, policy_version_list=version_shapes(call, policy))


OPERATIONS = (reads("GetAccountAuthorizationDetails", _get_details, on_anything("iam:GetAccountAuthorizationDetails")),)
