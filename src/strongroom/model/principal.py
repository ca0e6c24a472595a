"""Who is calling, as IAM names callers. Source: IAM User Guide, "IAM identifiers"; CloudTrail User Guide, "userIdentity"."""

from dataclasses import dataclass
from enum import Enum

from strongroom.model.arn import root_arn


class PrincipalKind(Enum):
    """Values are CloudTrail's ``userIdentity.type``."""

    ROOT = "Root"
    USER = "IAMUser"
    ASSUMED_ROLE = "AssumedRole"
    FEDERATED_USER = "FederatedUser"
    SERVICE = "AWSService"


@dataclass(frozen=True, slots=True)
class Principal:
    """An authenticated caller.

    ``arn`` is what policies and error texts name; for a session it is the STS ARN, and ``issuer_arn`` the IAM ARN of the
    role (or user) behind it. ``unique_id`` is AWS's ``principalId``: ``AIDA...``, ``AROA...:session``, or the account
    number for the account root.
    """

    kind: PrincipalKind
    account: str
    arn: str
    unique_id: str
    user_name: str | None = None
    issuer_arn: str | None = None
    tags: tuple[tuple[str, str], ...] = ()

    @property
    def account_arn(self) -> str:
        """The ARN that means "this caller's account" in a policy."""
        return root_arn(self.account)
