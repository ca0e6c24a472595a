"""GetCallerIdentity: who the server takes the caller for; no permission is needed, and no policy can refuse it.

GetAccessKeyInfo: which account an access key id belongs to, whether the key still works or not.
Source: AWS STS API Reference, GetCallerIdentity and GetAccessKeyInfo.
"""

from strongroom.authn.session import SESSION_PREFIX, account_of_session
from strongroom.errors import ValidationError
from strongroom.model.identity import AccessKey, Account
from strongroom.model.permission import ANY_RESOURCE, Permission
from strongroom.model.principal import Principal
from strongroom.operations.iam.common import shown
from strongroom.operations.operation import Call, Operation, Outcome
from strongroom.wire.shapes import sts


def _get_caller_identity(call: Call, _request: sts.GetCallerIdentityRequest) -> Outcome:
    principal = call.principal
    return Outcome(
        sts.GetCallerIdentityResponse(user_id=principal.unique_id, account=principal.account, arn=principal.arn)
    )


def _get_access_key_info(call: Call, request: sts.GetAccessKeyInfoRequest) -> Outcome:
    access_key_id = request.access_key_id
    account: str | None = None
    if access_key_id.startswith(SESSION_PREFIX):
        named = account_of_session(access_key_id)
        account = named if named is not None and call.view.get(Account, named) is not None else None
    elif (access_key := call.view.get(AccessKey, access_key_id)) is not None:
        account = access_key.account
    if account is None:
        raise ValidationError("The access key ID provided is not valid.")
    return Outcome(sts.GetAccessKeyInfoResponse(account=account))


def _any(_request: sts.GetAccessKeyInfoRequest, _caller: Principal) -> tuple[Permission, ...]:
    return (Permission("sts:GetAccessKeyInfo", ANY_RESOURCE),)


OPERATIONS = (
    Operation(sts.OPERATIONS["GetCallerIdentity"], _get_caller_identity, inline=True),
    Operation(sts.OPERATIONS["GetAccessKeyInfo"], _get_access_key_info, _any, logged=shown, inline=True),
)
