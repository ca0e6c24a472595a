"""AssumeRoleWithWebIdentity: becoming a role by a token of an OpenID Connect provider that the account trusts.

Nobody signs this request: ``stations.web_identities`` has verified the token, and the trust policy has let its bearer in.
Source: AWS STS API Reference, AssumeRoleWithWebIdentity; IAM User Guide, "OIDC federation".
"""

from strongroom.model.permission import ConditionValues, Permission, RoleRef
from strongroom.model.principal import Principal
from strongroom.operations.iam.common import shown
from strongroom.operations.operation import Call, Operation, Outcome
from strongroom.operations.sts.assume_role import assumed_role_user, authorised_role
from strongroom.operations.sts.issue import issue, role_seconds
from strongroom.operations.sts.limits import packed_size, session_policies
from strongroom.wire.shapes import sts


def _permissions(request: sts.AssumeRoleWithWebIdentityRequest, caller: Principal) -> tuple[Permission, ...]:
    actions = ["sts:AssumeRoleWithWebIdentity"]
    if caller.tags:
        actions.append("sts:TagSession")
    if caller.source_identity:
        actions.append("sts:SetSourceIdentity")
    return tuple(Permission(action, RoleRef(request.role_arn)) for action in actions)


def _conditions(request: sts.AssumeRoleWithWebIdentityRequest, _action: str) -> ConditionValues:
    return {"sts:rolesessionname": request.role_session_name}


def _assume_role_with_web_identity(call: Call, request: sts.AssumeRoleWithWebIdentityRequest) -> Outcome:
    caller, token = call.principal, call.web_token
    assert token is not None  # noqa: S101 - the operation is unsigned: there is no other way to it
    role = authorised_role(call, request.role_arn)
    seconds = role_seconds(role, request.duration_seconds, chained=False)
    policies = session_policies(call.view, role.account, request.policy, request.policy_arns)
    packed = packed_size(policies, token.tags)
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
        tags=token.tags,
        transitive=token.transitive,
        source_identity=token.source_identity,
        provider=caller.arn,
    )
    output = sts.AssumeRoleWithWebIdentityResponse(
        credentials=issued.credentials,
        subject_from_web_identity_token=token.subject,
        assumed_role_user=assumed_role_user(role, request.role_session_name),
        packed_policy_size=packed,
        provider=caller.arn,
        audience=token.audience,
        source_identity=token.source_identity or None,
        **issued.about_token(),
    )
    return Outcome(output, response_elements=shown(output))


OPERATIONS = (
    Operation(
        sts.OPERATIONS["AssumeRoleWithWebIdentity"],
        _assume_role_with_web_identity,
        _permissions,
        _conditions,
        shown,
        inline=True,
        unsigned=True,
    ),
)
