"""GetSessionToken and GetFederationToken: short-lived credentials for the calling user, and for whom it vouches.

Source: AWS STS API Reference, GetSessionToken and GetFederationToken.
"""

from strongroom.errors import AccessDeniedError
from strongroom.model.arn import PARTITION
from strongroom.model.permission import ConditionValues, FederatedUserRef, Permission
from strongroom.model.principal import Principal, PrincipalKind
from strongroom.operations.iam.common import logged, shown
from strongroom.operations.operation import Call, Operation, Outcome
from strongroom.operations.sts.issue import check_no_mfa, issue
from strongroom.operations.sts.limits import packed_size, session_policies, session_tags
from strongroom.wire.shapes import sts

DEFAULT_SECONDS = 43_200  # API Reference, DurationSeconds


def _check_user(call: Call) -> None:
    if call.in_session or call.principal.kind is not PrincipalKind.USER:
        raise AccessDeniedError(f"Cannot call {call.operation} with session credentials")


def _get_session_token(call: Call, request: sts.GetSessionTokenRequest) -> Outcome:
    _check_user(call)
    check_no_mfa(request.serial_number, request.token_code)
    issued = issue(
        call,
        call.account,
        request.duration_seconds or DEFAULT_SECONDS,
        request.minimum_session_token_size,
        user_name=call.principal.user_name or "",
        unique_id=call.principal.unique_id,
    )
    output = sts.GetSessionTokenResponse(credentials=issued.credentials, **issued.about_token())
    return Outcome(output, response_elements=shown(output))


def _get_federation_token(call: Call, request: sts.GetFederationTokenRequest) -> Outcome:
    _check_user(call)
    policies = session_policies(call.view, call.account, request.policy, request.policy_arns)
    tags, _ = session_tags(call.principal, request.tags, None)
    packed = packed_size(policies, tags)
    issued = issue(
        call,
        call.account,
        request.duration_seconds or DEFAULT_SECONDS,
        request.minimum_session_token_size,
        user_name=call.principal.user_name or "",
        unique_id=call.principal.unique_id,
        session_name=request.name,
        session_policy=policies.text,
        policy_arns=policies.arns,
        tags=tags,
    )
    output = sts.GetFederationTokenResponse(
        credentials=issued.credentials,
        federated_user=sts.FederatedUser(
            federated_user_id=f"{call.account}:{request.name}",
            arn=f"arn:{PARTITION}:sts::{call.account}:federated-user/{request.name}",
        ),
        packed_policy_size=packed,
        **issued.about_token(),
    )
    return Outcome(output, response_elements=shown(output))


def _federation_permissions(request: sts.GetFederationTokenRequest, _caller: Principal) -> tuple[Permission, ...]:
    actions = ("sts:GetFederationToken", *(("sts:TagSession",) if request.tags else ()))
    return tuple(Permission(action, FederatedUserRef(request.name)) for action in actions)


def _federation_conditions(request: sts.GetFederationTokenRequest, _action: str) -> ConditionValues:
    if not request.tags:
        return {}
    return {f"aws:requesttag/{tag.key.lower()}": tag.value for tag in request.tags} | {
        "aws:tagkeys": tuple(tag.key for tag in request.tags)
    }


OPERATIONS = (
    Operation(sts.OPERATIONS["GetSessionToken"], _get_session_token, logged=logged, inline=True),
    Operation(
        sts.OPERATIONS["GetFederationToken"],
        _get_federation_token,
        _federation_permissions,
        _federation_conditions,
        shown,
        inline=True,
    ),
)
