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
    WEB_IDENTITY = "WebIdentityUser"
    SERVICE = "AWSService"


@dataclass(frozen=True, slots=True)
class Principal:
    """An authenticated caller.

    ``arn`` is what policies and error texts name; for a session it is the STS ARN, and ``issuer_arn`` the IAM ARN of the
    role (or user) behind it. ``unique_id`` is AWS's ``principalId``: ``AIDA...``, ``AROA...:session``, or the account
    number for the account root.

    ``tags`` of a session are those of the role or user behind it with the session's own laid over them; the ones named in
    ``transitive`` and the ``source_identity`` go on to every session made from this one. ``provider`` is the ARN of the
    identity provider whose token began a session. A WEB_IDENTITY is whoever has shown such a token and signs nothing:
    its ``arn`` is the provider's, its account that of the role it asks for. ``issuer_id`` is the unique id of the user behind
    a federated user; a role's is within the session's.
    """

    kind: PrincipalKind
    account: str
    arn: str
    unique_id: str
    user_name: str | None = None
    issuer_arn: str | None = None
    tags: tuple[tuple[str, str], ...] = ()
    transitive: tuple[str, ...] = ()
    source_identity: str = ""
    provider: str = ""
    issuer_id: str = ""

    @property
    def account_arn(self) -> str:
        """The ARN that means "this caller's account" in a policy."""
        return root_arn(self.account)
