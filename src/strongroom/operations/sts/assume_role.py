"""AssumeRole: becoming a role for a while, if its trust policy says so.

Source: AWS STS API Reference, AssumeRole; IAM User Guide, "Roles terms and concepts" (role chaining), "Monitor and control
actions taken with assumed roles" (source identity); the texts are recorded answers.
"""

from strongroom.errors import AccessDeniedError, ValidationError
from strongroom.model.identity import Role
from strongroom.model.permission import ConditionValues, Permission, RoleRef
from strongroom.model.principal import Principal, PrincipalKind
from strongroom.operations.entities import role_of_arn
from strongroom.operations.iam.common import shown
from strongroom.operations.operation import Call, Operation, Outcome
from strongroom.operations.sts.issue import check_no_mfa, issue, role_seconds
from strongroom.operations.sts.limits import packed_size, session_policies, session_tags
from strongroom.wire.shapes import sts

_NOT_ROOT = "Roles may not be assumed by root accounts."
_NOT_FEDERATED = "Cannot call AssumeRole with federated user credentials"
_KEPT = "The source identity of a session stays the same in all sessions made from it."


def _permissions(request: sts.AssumeRoleRequest, caller: Principal) -> tuple[Permission, ...]:
    actions = ["sts:AssumeRole"]
    if request.tags or request.transitive_tag_keys or caller.transitive:
        actions.append("sts:TagSession")
    if request.source_identity or caller.source_identity:
        actions.append("sts:SetSourceIdentity")
    return tuple(Permission(action, RoleRef(request.role_arn)) for action in actions)


def _conditions(request: sts.AssumeRoleRequest, _action: str) -> ConditionValues:
    found: dict[str, str | tuple[str, ...]] = {"sts:rolesessionname": request.role_session_name}
    if request.external_id is not None:
        found["sts:externalid"] = request.external_id
    if request.source_identity is not None:
        found["sts:sourceidentity"] = request.source_identity
    if request.tags:
        found |= {f"aws:requesttag/{tag.key.lower()}": tag.value for tag in request.tags}
        found["aws:tagkeys"] = tuple(tag.key for tag in request.tags)
    if request.transitive_tag_keys:
        found["sts:transitivetagkeys"] = tuple(request.transitive_tag_keys)
    return found


def _assume_role(call: Call, request: sts.AssumeRoleRequest) -> Outcome:
    caller = call.principal
    if caller.kind is PrincipalKind.ROOT:
        raise AccessDeniedError(_NOT_ROOT)
    if caller.kind is PrincipalKind.FEDERATED_USER:
        raise AccessDeniedError(_NOT_FEDERATED)
    check_no_mfa(request.serial_number, request.token_code)
    if request.provided_contexts:
        raise ValidationError("ProvidedContexts is not supported by this server.")
    role = authorised_role(call, request.role_arn)
    if caller.source_identity and request.source_identity not in (None, caller.source_identity):
        raise ValidationError(_KEPT)
    seconds = role_seconds(role, request.duration_seconds, chained=call.in_session)
    policies = session_policies(call.view, role.account, request.policy, request.policy_arns)
    tags, transitive = session_tags(caller, request.tags, request.transitive_tag_keys)
    packed = packed_size(policies, tags)
    source_identity = request.source_identity or caller.source_identity
    issued = issue(
        call,
        role.account,
        seconds,
        request.minimum_session_token_size,
        unique_id=role.role_id,
        role_name=role.name,
        session_name=request.role_session_name,
        session_policy=policies.text,
        policy_arns=policies.arns,
        tags=tags,
        transitive=transitive,
        source_identity=source_identity,
    )
    output = sts.AssumeRoleResponse(
        credentials=issued.credentials,
        assumed_role_user=assumed_role_user(role, request.role_session_name),
        packed_policy_size=packed,
        source_identity=source_identity or None,
        **issued.about_token(),
    )
    return Outcome(output, response_elements=shown(output))


def authorised_role(call: Call, arn: str) -> Role:
    """Return the role, which was found when it was authorised."""
    role = role_of_arn(call.view, arn)
    assert role is not None  # noqa: S101 - the same view has it
    return role


def assumed_role_user(role: Role, session_name: str) -> sts.AssumedRoleUser:
    """Return who a session is."""
    return sts.AssumedRoleUser(
        assumed_role_id=f"{role.role_id}:{session_name}",
        arn=role.session_arn(session_name),
    )


OPERATIONS = (
    Operation(
        sts.OPERATIONS["AssumeRole"],
        _assume_role,
        _permissions,
        _conditions,
        shown,
        inline=True,
        cross_account=True,
    ),
)
