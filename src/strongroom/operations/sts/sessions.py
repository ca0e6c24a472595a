"""GetSessionToken: short-lived credentials for the caller itself. Source: AWS STS API Reference, GetSessionToken."""

from strongroom.authn.session import (
    SESSION_PREFIX,
    SessionClaims,
    new_access_key_id,
    new_secret_access_key,
    seal_session,
)
from strongroom.errors import AccessDeniedError, ValidationError
from strongroom.model.principal import PrincipalKind
from strongroom.operations.operation import Call, Operation, Outcome, members
from strongroom.wire.shapes import sts

DEFAULT_SECONDS = 43_200  # API Reference, DurationSeconds
_SESSION_ONLY = "Cannot call GetSessionToken with session credentials"


def _get_session_token(call: Call, request: sts.GetSessionTokenRequest) -> Outcome:
    if call.in_session or call.principal.kind is not PrincipalKind.USER:
        raise AccessDeniedError(_SESSION_ONLY)
    if request.serial_number is not None or request.token_code is not None:
        raise ValidationError("MultiFactorAuthentication failed: this server has no MFA devices.")
    now = call.now_ms / 1000
    claims = SessionClaims(
        access_key_id=new_access_key_id(call.random_bytes, SESSION_PREFIX),
        secret=new_secret_access_key(call.random_bytes),
        account=call.account,
        user_name=call.principal.user_name or "",
        unique_id=call.principal.unique_id,
        issued_at=now,
        expires_at=now + (request.duration_seconds or DEFAULT_SECONDS),
    )
    return Outcome(
        sts.GetSessionTokenResponse(
            credentials=sts.Credentials(
                access_key_id=claims.access_key_id,
                secret_access_key=claims.secret,
                session_token=seal_session(claims, call.keyring.seal_token, call.random_bytes),
                expiration=claims.expires_at,
            )
        ),
        response_elements={"credentials": {"accessKeyId": claims.access_key_id}},
    )


OPERATIONS = (
    Operation(
        sts.OPERATIONS["GetSessionToken"],
        _get_session_token,
        logged=members(duration_seconds="durationSeconds"),
        inline=True,
    ),
)
