"""From a policy ARN in a request to the managed policy. The texts are recorded answers."""

from strongroom.errors import AccessDeniedError, NoSuchEntityError
from strongroom.model.identity import ManagedPolicy
from strongroom.operations.entities import customer_policy
from strongroom.operations.iam.aws_managed import AWSManagedPolicy, aws_managed
from strongroom.operations.iam.policy_arns import check_policy_arn
from strongroom.operations.operation import Call


def find_policy(call: Call, arn: str) -> ManagedPolicy | AWSManagedPolicy:
    """Return a policy of the account or of AWS. Errors: NoSuchEntityError, ValidationError."""
    check_policy_arn(arn)
    if known := aws_managed(arn):
        return known
    policy = customer_policy(call.view, arn)
    if policy is None or policy.account != call.account:
        raise NoSuchEntityError(f"Policy {arn} was not found.")
    return policy


def find_own_policy(call: Call, arn: str) -> ManagedPolicy:
    """Return a policy of the account, which may be changed. Errors: AccessDeniedError, NoSuchEntityError, ValidationError."""
    found = find_policy(call, arn)
    if isinstance(found, AWSManagedPolicy):
        raise AccessDeniedError("Policy is outside your own account.")
    return found
