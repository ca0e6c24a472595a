"""Whoever signs in by account, user name and password: who that is, and how it is recorded.

INVARIANT: for an unknown account, an unknown user, a user without a password and a wrong password the answer is the same, and
takes as long. Attempts are counted before anything is compared.
Source: CloudTrail User Guide, "AWS Management Console sign-in events".
"""

from dataclasses import dataclass
from typing import Any

import msgspec

from strongroom.audit.record import encode_anonymous_identity, encode_record, encode_user_identity
from strongroom.crypto.keyring import Keyring
from strongroom.crypto.passwords import BusyError, is_password, nobodys
from strongroom.errors import AWSError
from strongroom.model.identity import Account, AccountAlias, LoginProfile, User
from strongroom.model.view import Snapshot
from strongroom.operations.console.attempts import Attempts, names_of_attempt
from strongroom.operations.console.errors import (
    PasswordChangeRequiredError,
    SignInFailedError,
    TooManyAttemptsError,
)
from strongroom.operations.console.sign_in import FAILED, TOO_MANY
from strongroom.operations.iam.passwords import is_password_of
from strongroom.stations.callers import Caller
from strongroom.stations.sessions import user_principal
from strongroom.stations.walk import Walk

SERVICE, NAME = "strongroom", "SignIn"
EVENT_SOURCE, EVENT_NAME, _EVENT_TYPE = "signin.amazonaws.com", "ConsoleLogin", "AwsConsoleSignIn"
_HIDDEN = "HIDDEN_DUE_TO_SECURITY_REASONS"  # CloudTrail's, for a user name that is none: it may be a password


@dataclass(frozen=True, slots=True)
class Claim:
    """Who somebody says he is, as far as there is such an account and user."""

    account: str = ""
    user: User | None = None


def signing_in(asked: Any, view: Snapshot, walk: Walk, keyring: Keyring, attempts: Attempts) -> Caller:
    """Return the user whose password was shown. Errors: SignInFailedError, TooManyAttemptsError."""
    account = _account(view, asked.account)
    user = view.get(User, account, asked.user_name) if account else None
    walk.claim = Claim(account, user)
    names = names_of_attempt(account or asked.account, asked.user_name, walk.request.source_ip)
    if not walk.request.counted:  # a request may be decided more than once
        if not attempts.take(names):
            raise TooManyAttemptsError(TOO_MANY)
        walk.request.counted = True
    profile = view.get(LoginProfile, user.account, user.name) if user is not None else None
    try:
        if user is None or profile is None:
            is_password(asked.password, nobodys())
            raise SignInFailedError(FAILED)
        if not is_password_of(keyring, user, profile, asked.password):
            raise SignInFailedError(FAILED)
    except BusyError:
        raise TooManyAttemptsError(TOO_MANY) from None
    attempts.give_back(names)
    principal = user_principal(user)
    return Caller(principal, (), encode_user_identity(principal, None, None), used_as=user.user_id)


def _account(view: Snapshot, named: str) -> str:
    """Return the account of that id or alias, or an empty text."""
    if view.get(Account, named) is not None:
        return named
    aliases = view.page(AccountAlias, {"alias": named.lower()}, limit=1)
    return aliases[0].account if aliases else ""


def encode_sign_in(walk: Walk, error: AWSError | None, region: str) -> bytes:
    """Return the record of somebody who signed in, or tried to."""
    claim = walk.claim or Claim()
    additional = {"LoginTo": "/console", "MobileVersion": "No", "MFAUsed": "No"}
    if error is None and walk.outcome is not None:
        additional |= walk.outcome.additional or {}
    return encode_record(
        event_id=walk.event_id,
        event_time=walk.now,
        request_id=walk.request_id,
        event_source=EVENT_SOURCE,
        event_name=EVENT_NAME,
        region=region,
        user_identity=_identity(claim, error),
        source_ip=walk.request.source_ip,
        user_agent=walk.user_agent,
        error_message=_error_message(error),
        request_parameters=None,
        response_elements={"ConsoleLogin": "Success" if error is None else "Failure"},
        additional_event_data=additional,
        read_only=False,
        resources=(),
        recipient_account=claim.account,
        tls_details=walk.request.tls,
        event_type=_EVENT_TYPE,
    )


def _error_message(error: AWSError | None) -> str | None:
    if error is None:
        return None
    if isinstance(error, SignInFailedError):
        return "Failed authentication"
    if isinstance(error, PasswordChangeRequiredError):
        return "Password change required"
    return error.message or error.wire_name


def _identity(claim: Claim, error: AWSError | None) -> msgspec.Raw:
    if not claim.account:
        return encode_anonymous_identity(None)
    if claim.user is not None and error is None:
        return encode_user_identity(user_principal(claim.user), None, None)
    identity: dict[str, Any] = {"type": "IAMUser"}
    if claim.user is not None:
        identity["principalId"] = claim.user.user_id
    identity |= {"accountId": claim.account, "accessKeyId": ""}
    identity["userName"] = claim.user.name if claim.user is not None else _HIDDEN
    return msgspec.Raw(msgspec.json.encode(identity))
