"""Amazon Resource Names: ``arn:<partition>:<service>:<region>:<account>:<resource>``.

Source: AWS General Reference, "Amazon Resource Names (ARNs)"; IAM User Guide, "IAM identifiers".
"""

import re
from dataclasses import dataclass

PARTITION = "aws"

_ARN = re.compile(r"arn:(aws[a-z-]*):([a-z0-9-]+):([a-z0-9-]*):(\d{12}|aws|):(.+)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class ARN:
    partition: str
    service: str
    region: str
    account: str
    resource: str

    def __str__(self) -> str:
        return f"arn:{self.partition}:{self.service}:{self.region}:{self.account}:{self.resource}"


def parse_arn(text: str) -> ARN | None:
    """Return the parts of ``text``, or None when it is not an ARN at all; the caller words the refusal."""
    found = _ARN.fullmatch(text)
    return ARN(*found.groups()) if found else None


def key_arn(region: str, account: str, key_id: str) -> str:
    """Return the ARN of a KMS key."""
    return f"arn:{PARTITION}:kms:{region}:{account}:key/{key_id}"


def alias_arn(region: str, account: str, alias_name: str) -> str:
    """Return the ARN of an alias; ``alias_name`` begins with ``alias/``."""
    return f"arn:{PARTITION}:kms:{region}:{account}:{alias_name}"


def root_arn(account: str) -> str:
    """Return the ARN that means the whole account in a policy, and its root user as a caller."""
    return f"arn:{PARTITION}:iam::{account}:root"


def user_arn(account: str, path: str, name: str) -> str:
    """Return the ARN of an IAM user; ``path`` begins and ends with ``/``."""
    return f"arn:{PARTITION}:iam::{account}:user{path}{name}"
