"""AWS managed policies: the few that matter to a server of keys, read-only, the same for every account.

Source: AWS Managed Policy Reference. Their texts speak of every AWS service; ours keep the statements that can mean
something here.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from strongroom.authz.defaults import ADMINISTRATOR_ACCESS
from strongroom.model.arn import PARTITION


@dataclass(frozen=True, slots=True)
class AWSManagedPolicy:
    """``version`` is the number of the default version, the only one there is here."""

    name: str
    policy_id: str
    path: str
    created_ms: int
    updated_ms: int
    version: int
    description: str
    text: str

    @property
    def arn(self) -> str:
        return f"arn:{PARTITION}:iam::aws:policy{self.path}{self.name}"


_POLICIES = (
    AWSManagedPolicy(
        "AdministratorAccess",
        "ANPAIWMBCKSKIEE64ZLYK",
        "/",
        1_423_161_586_000,
        1_423_161_586_000,
        1,
        "Provides full access to AWS services and resources.",
        ADMINISTRATOR_ACCESS,
    ),
)

AWS_MANAGED: Mapping[str, AWSManagedPolicy] = MappingProxyType({policy.arn: policy for policy in _POLICIES})


def aws_managed(arn: str) -> AWSManagedPolicy | None:
    """Return the AWS managed policy of that ARN, if it is one of ours."""
    return AWS_MANAGED.get(arn)
