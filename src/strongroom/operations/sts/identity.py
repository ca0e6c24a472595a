"""GetCallerIdentity: who the server takes the caller for. No permission is needed, and no policy can refuse it.

Source: AWS STS API Reference, GetCallerIdentity.
"""

from strongroom.operations.operation import Call, Operation, Outcome
from strongroom.wire.shapes import sts


def _get_caller_identity(call: Call, _request: sts.GetCallerIdentityRequest) -> Outcome:
    principal = call.principal
    return Outcome(
        sts.GetCallerIdentityResponse(user_id=principal.unique_id, account=principal.account, arn=principal.arn)
    )


OPERATIONS = (Operation(sts.OPERATIONS["GetCallerIdentity"], _get_caller_identity, inline=True),)
