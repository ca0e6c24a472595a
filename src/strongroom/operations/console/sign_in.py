"""SignIn: from a user's password, which the pipeline has compared, to credentials for an hour.

The session may do what the user may, IAM too: unlike that of GetSessionToken it stands for somebody at the console.
Recorded as AWS records it: ``ConsoleLogin`` of signin.amazonaws.com.
"""

from dataclasses import replace

from strongroom.crypto.passwords import BusyError
from strongroom.errors import PasswordPolicyViolationError, ValidationError
from strongroom.model.change import Change, Update
from strongroom.model.identity import LoginProfile, User
from strongroom.operations.console.errors import PasswordChangeRequiredError, SignInFailedError, TooManyAttemptsError
from strongroom.operations.console.status import account_shape
from strongroom.operations.iam.passwords import check_password, wrapped_hash
from strongroom.operations.operation import Call, Operation, Outcome
from strongroom.operations.sts.issue import issue
from strongroom.wire.shapes import strongroom as shapes

SESSION_SECONDS = 3600


def _sign_in(call: Call, request: shapes.SignInRequest) -> Outcome:
    name = call.principal.user_name or ""
    user, profile = call.view.get(User, call.account, name), call.view.get(LoginProfile, call.account, name)
    if user is None or profile is None:
        raise SignInFailedError(FAILED)
    changes: tuple[Change, ...] = ()
    if request.new_password is not None:
        if not profile.reset_required:  # that would be ChangePassword without its permission
            raise ValidationError("NewPassword is only for a password that must be changed.")
        changes = (Update(_changed(call, user, profile, request)),)
    elif profile.reset_required:
        raise PasswordChangeRequiredError("The password must be changed: sign in with NewPassword.")
    issued = issue(
        call,
        call.account,
        SESSION_SECONDS,
        None,
        user_name=name,
        unique_id=call.principal.unique_id,
        signed_in=True,
    )
    credentials = shapes.Credentials(
        access_key_id=issued.credentials.access_key_id,
        secret_access_key=issued.credentials.secret_access_key,
        session_token=issued.credentials.session_token,
        expiration=issued.credentials.expiration,
    )
    output = shapes.SignInResponse(credentials=credentials, account=account_shape(call), user_arn=call.principal.arn)
    return Outcome(output, changes, additional={"PasswordUpdated": "Yes"} if changes else None)


def _changed(call: Call, user: User, profile: LoginProfile, request: shapes.SignInRequest) -> LoginProfile:
    assert request.new_password is not None  # noqa: S101 - it was asked before
    if request.new_password == request.password:
        raise PasswordPolicyViolationError("Password should not be the one that it replaces")
    check_password(request.new_password, user)
    try:
        kept = wrapped_hash(call.keyring, user, request.new_password, call.random_bytes)
    except BusyError:
        raise TooManyAttemptsError(TOO_MANY) from None
    return replace(profile, wrapped_hash=kept, reset_required=False)


FAILED = "Your authentication information is incorrect. Please try again."
TOO_MANY = "Too many attempts. Wait some minutes, then try again."

OPERATIONS = (Operation(shapes.OPERATIONS["SignIn"], _sign_in, key_states=False, read_only=False, unsigned=True),)
