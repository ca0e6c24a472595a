"""Versions of managed policies, at most five. Source: IAM API Reference, CreatePolicyVersion and its kin."""

from dataclasses import replace

from strongroom.errors import DeleteConflictError, LimitExceededError, NoSuchEntityError
from strongroom.model.change import Delete, Insert, Update
from strongroom.model.identity import ManagedPolicy, PolicyVersion
from strongroom.operations.iam.aws_managed import AWSManagedPolicy
from strongroom.operations.iam.common import changed, encoded, made, on, paged, reads, seconds, writes
from strongroom.operations.iam.find_policy import find_own_policy, find_policy
from strongroom.operations.iam.managed_policies import check_managed_policy
from strongroom.operations.operation import Call, Outcome
from strongroom.wire.shapes import iam

MAX_VERSIONS = 5  # IAM User Guide, "IAM and AWS STS quotas"
_LAST = 10**9
_TOO_MANY = (
    "A managed policy can have up to 5 versions. Before you create a new version, you must delete an existing version."
)


def _versions(call: Call, policy: ManagedPolicy | AWSManagedPolicy) -> list[PolicyVersion]:
    """Return the versions of a policy, the newest first."""
    if isinstance(policy, AWSManagedPolicy):
        return [PolicyVersion("aws", policy.name, f"v{policy.version}", policy.text, policy.updated_ms)]
    where = {"account": policy.account, "policy_name": policy.name}
    return sorted(call.view.page(PolicyVersion, where, limit=MAX_VERSIONS + 1), key=_number, reverse=True)


def _number(version: PolicyVersion) -> int:
    return int(version.version_id[1:])


def _shape(policy: ManagedPolicy | AWSManagedPolicy, version: PolicyVersion, *, document: bool) -> iam.PolicyVersion:
    default = policy.version if isinstance(policy, AWSManagedPolicy) else policy.default_version
    return iam.PolicyVersion(
        document=encoded(version.text) if document else None,
        version_id=version.version_id,
        is_default_version=version.version_id == f"v{default}",
        create_date=seconds(version.created_ms),
    )


def version_shapes(call: Call, policy: ManagedPolicy | AWSManagedPolicy) -> list[iam.PolicyVersion]:
    """Return all versions of a policy with their texts, the newest first."""
    return [_shape(policy, version, document=True) for version in _versions(call, policy)]


def _missing(arn: str, version_id: str) -> NoSuchEntityError:
    return NoSuchEntityError(f"Policy {arn} version {version_id} does not exist or is not attachable.")


def _found(
    call: Call, request: iam.GetPolicyVersionRequest | iam.DeletePolicyVersionRequest
) -> tuple[ManagedPolicy | AWSManagedPolicy, PolicyVersion]:
    try:
        policy = find_policy(call, request.policy_arn)
    except NoSuchEntityError:
        raise _missing(request.policy_arn, request.version_id) from None
    for version in _versions(call, policy):
        if version.version_id == request.version_id:
            return policy, version
    raise _missing(request.policy_arn, request.version_id)


def _create_policy_version(call: Call, request: iam.CreatePolicyVersionRequest) -> Outcome:
    policy = find_own_policy(call, request.policy_arn)
    if len(_versions(call, policy)) >= MAX_VERSIONS:
        raise LimitExceededError(_TOO_MANY)
    check_managed_policy(request.policy_document, policy.name)
    number = policy.latest_version + 1
    new = replace(
        policy,
        latest_version=number,
        default_version=number if request.set_as_default else policy.default_version,
        updated_ms=call.now_ms,
    )
    version = PolicyVersion(call.account, policy.name, f"v{number}", request.policy_document, call.now_ms)
    output = iam.CreatePolicyVersionResponse(policy_version=_shape(new, version, document=False))
    return made(output, Insert(version), Update(new))


def _get_policy_version(call: Call, request: iam.GetPolicyVersionRequest) -> Outcome:
    policy, version = _found(call, request)
    return Outcome(iam.GetPolicyVersionResponse(policy_version=_shape(policy, version, document=True)))


def _delete_policy_version(call: Call, request: iam.DeletePolicyVersionRequest) -> Outcome:
    find_version = _found(call, request)
    policy, version = find_own_policy(call, request.policy_arn), find_version[1]
    if version.version_id == f"v{policy.default_version}":
        raise DeleteConflictError("Cannot delete the default version of a policy.")
    return changed(Delete(version), Update(replace(policy, updated_ms=call.now_ms)))


def _list_policy_versions(call: Call, request: iam.ListPolicyVersionsRequest) -> Outcome:
    policy = find_policy(call, request.policy_arn)
    versions = [
        (f"{_LAST - _number(version):010}", _shape(policy, version, document=False))
        for version in _versions(call, policy)
    ]
    page = paged("ListPolicyVersions", versions, request)
    return Outcome(
        iam.ListPolicyVersionsResponse(versions=list(page.items), is_truncated=page.truncated, marker=page.next_marker)
    )


def _set_default_policy_version(call: Call, request: iam.SetDefaultPolicyVersionRequest) -> Outcome:
    try:
        policy = find_own_policy(call, request.policy_arn)
    except NoSuchEntityError:
        raise _missing(request.policy_arn, request.version_id) from None
    for version in _versions(call, policy):
        if version.version_id == request.version_id:
            return changed(Update(replace(policy, default_version=_number(version), updated_ms=call.now_ms)))
    raise _missing(request.policy_arn, request.version_id)


OPERATIONS = tuple(
    build(name, act, on("policy", "policy_arn", f"iam:{name}"))
    for name, build, act in (
        ("CreatePolicyVersion", writes, _create_policy_version),
        ("GetPolicyVersion", reads, _get_policy_version),
        ("DeletePolicyVersion", writes, _delete_policy_version),
        ("ListPolicyVersions", reads, _list_policy_versions),
        ("SetDefaultPolicyVersion", writes, _set_default_policy_version),
    )
)
