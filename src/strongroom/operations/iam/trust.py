"""Trust policies as they are stored: well formed, and naming nobody who does not exist.

Source: IAM API Reference, CreateRole and UpdateAssumeRolePolicy, AssumeRolePolicyDocument; the texts are recorded answers.
"""

import json

from strongroom.authz.acceptance import accept_policy
from strongroom.authz.policy import PolicyKind
from strongroom.errors import InvalidArnError, LimitExceededError, MalformedPolicyDocumentError
from strongroom.operations.iam.common import policy_characters
from strongroom.operations.named_principals import Meant, meant_principals, unknown_principals
from strongroom.operations.operation import Call

MAX_TRUST_POLICY = 2048  # characters; IAM User Guide, "IAM and AWS STS quotas"


def checked_trust_policy(call: Call, text: str) -> Meant:
    """Return whom the ARNs of a trust policy mean. Errors: MalformedPolicyDocumentError, LimitExceededError."""
    if policy_characters([text]) > MAX_TRUST_POLICY:
        raise LimitExceededError(f"Cannot exceed quota for ACLSizePerRole: {MAX_TRUST_POLICY}")
    _check_json(text)
    try:
        policy = accept_policy(text, PolicyKind.TRUST)
    except InvalidArnError:
        raise MalformedPolicyDocumentError("Invalid principal in policy") from None
    if unknown := unknown_principals(call.view, policy):
        raise MalformedPolicyDocumentError(f'Invalid principal in policy: "AWS":"{unknown[0]}"')
    return meant_principals(call.view, policy)


def _check_json(text: str) -> None:
    """Of a trust policy IAM words this otherwise than of every other policy."""
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        raise MalformedPolicyDocumentError("This policy contains invalid Json") from None
