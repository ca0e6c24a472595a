"""Managed policies: CreatePolicy, GetPolicy, DeletePolicy, ListPolicies. Source: IAM API Reference, those actions."""

import json

from strongroom.authz.acceptance import accept_policy
from strongroom.authz.policy import PolicyKind
from strongroom.errors import (
    DeleteConflictError,
    EntityAlreadyExistsError,
    LimitExceededError,
    MalformedPolicyDocumentError,
)
from strongroom.model.change import Delete, Insert
from strongroom.model.identity import Attachment, ManagedPolicy, PolicyVersion, Role, User, folded_name
from strongroom.operations.iam.aws_managed import AWS_MANAGED, AWSManagedPolicy
from strongroom.operations.iam.common import (
    changed,
    every,
    made,
    on,
    on_new,
    on_path,
    paged,
    policy_characters,
    reads,
    seconds,
    tag_shapes,
    writes,
)
from strongroom.operations.iam.find_policy import find_own_policy, find_policy
from strongroom.operations.iam.provision import unique_id
from strongroom.operations.iam.tag_rules import new_tags
from strongroom.operations.operation import Call, Outcome
from strongroom.wire.shapes import iam

MAX_POLICY = 6144  # characters; IAM User Guide, "IAM and AWS STS quotas"
_MAX_VERSIONS = 5
_VERSION = "2012-10-17"
_TOO_OLD = f"Policy document must be version {_VERSION} or greater."


def check_managed_policy(text: str, name: str) -> None:
    """Errors: LimitExceededError, MalformedPolicyDocumentError."""
    if policy_characters([text]) > MAX_POLICY:
        raise LimitExceededError(f"Cannot exceed quota for PolicySize: {MAX_POLICY}")
    accept_policy(text, PolicyKind.IDENTITY, name)
    if json.loads(text).get("Version") != _VERSION:
        raise MalformedPolicyDocumentError(_TOO_OLD)


def attachments(call: Call, arn: str) -> int:
    """Return to how many users, groups and roles of the account a policy is attached."""
    return call.view.count(Attachment, {"account": call.account, "policy_arn": arn})


def boundary_uses(call: Call, arn: str) -> int:
    """Return of how many users and roles of the account a policy is the permissions boundary."""
    where = {"account": call.account, "boundary": arn}
    return call.view.count(User, where) + call.view.count(Role, where)


def policy_shape(
    call: Call, policy: ManagedPolicy | AWSManagedPolicy, *, description: bool, tags: list[iam.Tag] | None = None
) -> iam.Policy:
    """Return how a managed policy is shown."""
    default = policy.version if isinstance(policy, AWSManagedPolicy) else policy.default_version
    return iam.Policy(
        policy_name=policy.name,
        policy_id=policy.policy_id,
        arn=policy.arn,
        path=policy.path,
        default_version_id=f"v{default}",
        attachment_count=attachments(call, policy.arn),
        permissions_boundary_usage_count=boundary_uses(call, policy.arn),
        is_attachable=True,
        description=policy.description or None if description else None,
        create_date=seconds(policy.created_ms),
        update_date=seconds(policy.updated_ms),
        tags=tags,
    )


def _create_policy(call: Call, request: iam.CreatePolicyRequest) -> Outcome:
    name = request.policy_name
    if call.view.count(ManagedPolicy, {"account": call.account, "folded": folded_name(name)}):
        raise EntityAlreadyExistsError(f"A policy called {name} already exists. Duplicate names are not allowed.")
    check_managed_policy(request.policy_document, name)
    policy = ManagedPolicy(
        call.account,
        name,
        unique_id("ANPA", call.random_bytes),
        request.path or "/",
        call.now_ms,
        call.now_ms,
        default_version=1,
        latest_version=1,
        description=request.description or "",
        tags=new_tags(request.tags, ignore_case=False),
    )
    first = PolicyVersion(call.account, name, "v1", request.policy_document, call.now_ms)
    shape = policy_shape(call, policy, description=False, tags=tag_shapes(policy.tags) or None)
    return made(iam.CreatePolicyResponse(policy=shape), Insert(policy), Insert(first))


def _get_policy(call: Call, request: iam.GetPolicyRequest) -> Outcome:
    policy = find_policy(call, request.policy_arn)
    tags = tag_shapes(policy.tags) if isinstance(policy, ManagedPolicy) else []
    return Outcome(iam.GetPolicyResponse(policy=policy_shape(call, policy, description=True, tags=tags)))


def _delete_policy(call: Call, request: iam.DeletePolicyRequest) -> Outcome:
    policy = find_own_policy(call, request.policy_arn)
    if attachments(call, policy.arn):
        raise DeleteConflictError("Cannot delete a policy attached to entities.")
    if boundary_uses(call, policy.arn):
        raise DeleteConflictError("Cannot delete a policy that is used as a permissions boundary.")
    where = {"account": call.account, "policy_name": policy.name}
    versions = call.view.page(PolicyVersion, where, limit=_MAX_VERSIONS + 1)
    if len(versions) > 1:
        raise DeleteConflictError(
            "This policy has more than one version. Before you delete a policy, you must delete the policy's versions. "
            "The default version is deleted with the policy."
        )
    return changed(Delete(policy), *(Delete(version) for version in versions))


def _list_policies(call: Call, request: iam.ListPoliciesRequest) -> Outcome:
    found: list[ManagedPolicy | AWSManagedPolicy] = []
    if request.scope != "Local":
        found += AWS_MANAGED.values()
    if request.scope != "AWS":
        found += every(call.view, ManagedPolicy, {"account": call.account}, "name")
    if request.policy_usage_filter == "PermissionsPolicy":
        found = [policy for policy in found if attachments(call, policy.arn) or not boundary_uses(call, policy.arn)]
    elif request.policy_usage_filter == "PermissionsBoundary":
        found = [policy for policy in found if boundary_uses(call, policy.arn)]
    if request.only_attached:
        found = [policy for policy in found if attachments(call, policy.arn)]
    under = sorted(
        ((policy.arn, policy) for policy in found if policy.path.startswith(request.path_prefix or "/")),
        key=lambda pair: pair[0],
    )
    page = paged("ListPolicies", under, request)
    return Outcome(
        iam.ListPoliciesResponse(
            policies=[policy_shape(call, policy, description=False) for policy in page.items],
            is_truncated=page.truncated,
            marker=page.next_marker,
        )
    )


OPERATIONS = (
    writes("CreatePolicy", _create_policy, on_new("policy", "policy_name", "iam:CreatePolicy", "iam:TagPolicy")),
    reads("GetPolicy", _get_policy, on("policy", "policy_arn", "iam:GetPolicy")),
    writes("DeletePolicy", _delete_policy, on("policy", "policy_arn", "iam:DeletePolicy")),
    reads("ListPolicies", _list_policies, on_path("policy", "iam:ListPolicies")),
)
