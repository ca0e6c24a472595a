"""What all operations that issue credentials share: sealing a session, how long it lasts, who may not ask.

Source: AWS STS API Reference; the texts are recorded answers.
"""

from dataclasses import dataclass
from typing import Any

from strongroom.authn.session import (
    SessionClaims,
    new_secret_access_key,
    new_session_access_key_id,
    seal_session,
)
from strongroom.errors import AccessDeniedError, ValidationError
from strongroom.model.identity import Role
from strongroom.operations.operation import Call
from strongroom.wire.shapes import sts

DEFAULT_ROLE_SECONDS = 3600  # API Reference, AssumeRole, DurationSeconds
MAX_CHAINED_SECONDS = 3600
LONGEST_TOKEN = 4096  # API Reference, MinimumSessionTokenSize
_NO_MFA = (
    "MultiFactorAuthentication failed, unable to validate MFA code.  Please verify your MFA serial number is valid and "
    "associated with this user. (This server has no MFA devices.)"
)
_TOO_LONG = "The requested DurationSeconds exceeds the MaxSessionDuration set for this role."
_TOO_LONG_CHAINED = "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining."


@dataclass(frozen=True, slots=True)
class Issued:
    """Credentials, and what the answer tells about their token."""

    credentials: sts.Credentials
    size: int
    utilization: int

    def about_token(self) -> dict[str, int]:
        """Return the members of an answer that describe the token."""
        return {"session_token_size": self.size, "session_token_utilization": self.utilization}


def issue(call: Call, account: str, seconds: int, minimum_size: int | None, **claims: Any) -> Issued:
    """Return credentials for ``account`` that end in ``seconds``; ``claims`` say whose they are."""
    now = call.now_ms / 1000
    session = SessionClaims(
        access_key_id=new_session_access_key_id(account, call.random_bytes),
        secret=new_secret_access_key(call.random_bytes),
        account=account,
        issued_at=now,
        expires_at=now + seconds,
        **claims,
    )
    token = seal_session(session, call.keyring.seal_token, call.random_bytes, minimum_size or 0)
    credentials = sts.Credentials(
        access_key_id=session.access_key_id,
        secret_access_key=session.secret,
        session_token=token,
        expiration=float(int(session.expires_at)),
    )
    return Issued(credentials, len(token), min(100, -(-100 * len(token) // LONGEST_TOKEN)))


def role_seconds(role: Role, given: int | None, *, chained: bool) -> int:
    """Return how long a role's session shall last. Errors: ValidationError."""
    seconds = given or DEFAULT_ROLE_SECONDS
    if chained and seconds > MAX_CHAINED_SECONDS:
        raise ValidationError(_TOO_LONG_CHAINED)
    if seconds > role.max_session_seconds:
        raise ValidationError(_TOO_LONG)
    return seconds


def check_no_mfa(serial_number: str | None, token_code: str | None) -> None:
    """Errors: AccessDeniedError where a second factor is presented: nobody could check it."""
    if serial_number is not None or token_code is not None:
        raise AccessDeniedError(_NO_MFA)
