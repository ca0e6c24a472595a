"""The ARNs of managed policies, as requests give them. The texts are recorded answers."""

from strongroom.errors import ValidationError
from strongroom.model.arn import PARTITION, parse_arn


def check_policy_arn(arn: str) -> None:
    """Errors: ValidationError."""
    if not arn.startswith("arn:"):
        raise ValidationError("Invalid ARN:  Could not be parsed!")
    parsed = parse_arn(arn)
    if parsed is None or parsed.partition != PARTITION or parsed.service != "iam" or parsed.region:
        raise ValidationError(f"ARN {arn} is not valid.")
    if not parsed.resource.startswith("policy/"):
        raise ValidationError(f"ARN {arn} is not valid.")
