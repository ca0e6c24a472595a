"""The lock-out check: a new key policy must leave its author able to replace it again.

Source: AWS KMS API Reference, PutKeyPolicy, BypassPolicyLockoutSafetyCheck; the text is matched by tools.
"""

from collections.abc import Sequence

from strongroom.authz.evaluate import Policies, Query, evaluate
from strongroom.authz.match import Context
from strongroom.authz.policy import Policy
from strongroom.errors import MalformedPolicyDocumentError
from strongroom.model.principal import Principal

_LOCKED_OUT = "The new key policy will not allow you to update the key policy in the future."


def check_lockout(  # noqa: PLR0917 - who, under which policies, on which key
    policy: Policy,
    principal: Principal,
    identity: Sequence[Policy],
    key_arn: str,
    account: str,
    context: Context,
    boundary: Policy | None = None,
) -> None:
    """Refuse ``policy`` when ``principal`` could not call PutKeyPolicy under it.

    ``context`` holds what will also be true of a later request; what only the principal decides is added here.
    Errors: MalformedPolicyDocumentError.
    """
    query = Query(principal, "kms:PutKeyPolicy", key_arn, account, {**_lasting(principal), **context})
    if not evaluate(query, Policies(policy, identity, boundary)).allowed:
        raise MalformedPolicyDocumentError(_LOCKED_OUT)


def _lasting(principal: Principal) -> dict[str, str]:
    """Return the condition keys that hold for every request of ``principal``."""
    values = {
        "aws:principalaccount": principal.account,
        "aws:principalarn": principal.issuer_arn or principal.arn,
        "aws:userid": principal.unique_id,
        "kms:calleraccount": principal.account,
    }
    if principal.user_name is not None:
        values["aws:username"] = principal.user_name
    return values | {f"aws:principaltag/{name.lower()}": value for name, value in principal.tags}
