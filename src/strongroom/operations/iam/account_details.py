"""GetAccountAuthorizationDetails: everybody and every policy in one listing. Source: IAM API Reference, that action."""

from collections.abc import Iterator
from typing import Any

from strongroom.model.identity import Attachment, Group, InlinePolicy, ManagedPolicy, Owner, Role, User
from strongroom.operations.iam.attachments import path_and_name
from strongroom.operations.iam.aws_managed import AWS_MANAGED, AWSManagedPolicy
from strongroom.operations.iam.common import (
    boundary_shape,
    encoded,
    every,
    on_anything,
    paged,
    reads,
    seconds,
    tag_shapes,
)
from strongroom.operations.iam.groups import groups_of_user
from strongroom.operations.iam.managed_policies import attachments, boundary_uses
from strongroom.operations.iam.policies_of import MAX_ROWS
from strongroom.operations.iam.policy_versions import version_shapes
from strongroom.operations.operation import Call, Outcome
from strongroom.wire.shapes import iam

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


def _inline(call: Call, owner: Owner) -> list[iam.PolicyDetail]:
    found = call.view.page(InlinePolicy, {"account": owner.account, "owner": owner.owner}, limit=MAX_ROWS)
    return [iam.PolicyDetail(policy_name=one.policy_name, policy_document=encoded(one.text)) for one in found]


def _attached(call: Call, owner: Owner) -> list[iam.AttachedPolicy]:
    found = call.view.page(Attachment, {"account": owner.account, "owner": owner.owner}, limit=MAX_ROWS)
    return [
        iam.AttachedPolicy(policy_name=path_and_name(one.policy_arn)[1], policy_arn=one.policy_arn) for one in found
    ]


def _user(call: Call, user: User) -> iam.UserDetail:
    return iam.UserDetail(
        path=user.path,
        user_name=user.name,
        user_id=user.user_id,
        arn=user.arn,
        create_date=seconds(user.created_ms),
        user_policy_list=_inline(call, user) or None,
        group_list=[group.name for group in groups_of_user(call, user)],
        attached_managed_policies=_attached(call, user),
        permissions_boundary=boundary_shape(user.boundary),
        tags=tag_shapes(user.tags),
    )


def _group(call: Call, group: Group) -> iam.GroupDetail:
    return iam.GroupDetail(
        path=group.path,
        group_name=group.name,
        group_id=group.group_id,
        arn=group.arn,
        create_date=seconds(group.created_ms),
        group_policy_list=_inline(call, group),
        attached_managed_policies=_attached(call, group),
    )


def _role(call: Call, role: Role) -> iam.RoleDetail:
    return iam.RoleDetail(
        path=role.path,
        role_name=role.name,
        role_id=role.role_id,
        arn=role.arn,
        create_date=seconds(role.created_ms),
        assume_role_policy_document=encoded(role.trust_policy),
        instance_profile_list=[],
        role_policy_list=_inline(call, role),
        attached_managed_policies=_attached(call, role),
        permissions_boundary=boundary_shape(role.boundary),
        tags=tag_shapes(role.tags),
        role_last_used=iam.RoleLastUsed(),
    )


def _policy(call: Call, policy: ManagedPolicy | AWSManagedPolicy) -> iam.ManagedPolicyDetail:
    default = policy.version if isinstance(policy, AWSManagedPolicy) else policy.default_version
    return iam.ManagedPolicyDetail(
        policy_name=policy.name,
        policy_id=policy.policy_id,
        arn=policy.arn,
        path=policy.path,
        default_version_id=f"v{default}",
        attachment_count=attachments(call, policy.arn),
        permissions_boundary_usage_count=boundary_uses(call, policy.arn),
        is_attachable=True,
        description=policy.description or None,
        create_date=seconds(policy.created_ms),
        update_date=seconds(policy.updated_ms),
        policy_version_list=version_shapes(call, policy),
    )


OPERATIONS = (reads("GetAccountAuthorizationDetails", _get_details, on_anything("iam:GetAccountAuthorizationDetails")),)
