"""The Principal element of a key policy: who is meant, and how closely the caller is named.

An account stands for all principals of it, not for its root user. Whether a named user or role exists is left to the
operation that stores the policy.
Source: IAM User Guide, "AWS JSON policy elements: Principal" and "NotPrincipal".
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import NoReturn

from strongroom.authz.document import refuse_syntax
from strongroom.errors import InvalidArnError, MalformedPolicyDocumentError
from strongroom.model.arn import parse_arn
from strongroom.model.principal import Principal, PrincipalKind

_ACCOUNT = re.compile(r"[0-9]{12}")
_UNIQUE_ID = re.compile(r"(?:AIDA|AROA)[A-Z0-9]{12,124}")  # what AWS shows once the user or role is deleted
_NAMED = {
    "iam": re.compile(r"(?:user|role)/[\x21-\x29\x2b-\x3e\x40-\x7e]+"),  # a path and name: printable, no wildcard
    "sts": re.compile(r"(?:assumed-role/[\w+=,.@-]+|federated-user)/[\w+=,.@:-]+", re.ASCII),
}
_SERVICE = re.compile(r"[a-z0-9-]+(?:\.[a-z0-9-]+)+")
_KINDS = ("AWS", "Service", "Federated")
NO_PRINCIPAL = "Policy contains a statement with no principal."


class Reach(Enum):
    """How closely an Allow of a key policy names the caller."""

    SERVICE = "the service, by its name"
    DIRECT = "the user or session itself, or everyone"
    ISSUER = "the role or user behind the session"
    ACCOUNT = "the account of the caller"


@dataclass(frozen=True, slots=True)
class Principals:
    """``names`` are ARNs and unique ids of users, roles, sessions; ``services`` names such as s3.amazonaws.com.

    ``federated`` are ARNs of identity providers (and names such as accounts.google.com), which trust policies speak of.
    """

    everyone: bool
    accounts: frozenset[str]
    names: frozenset[str]
    services: frozenset[str]
    federated: frozenset[str] = frozenset()

    def reach(self, principal: Principal) -> Reach | None:
        """Return how closely an Allow to these names ``principal``, or None.

        A service that is not named is one more principal of the account that it acts for; who shows a provider's token is
        not among everyone.
        """
        if principal.kind is PrincipalKind.SERVICE and principal.arn in self.services:
            return Reach.SERVICE
        if principal.kind is PrincipalKind.WEB_IDENTITY:
            return Reach.DIRECT if principal.arn in self.federated else None
        if self.everyone or not self.names.isdisjoint((principal.arn, principal.unique_id)):
            return Reach.DIRECT
        if not self.names.isdisjoint(_issuer_names(principal)):
            return Reach.ISSUER
        return Reach.ACCOUNT if principal.account in self.accounts else None

    def include(self, principal: Principal) -> bool:
        """Tell whether a Deny to these means ``principal``."""
        return self.everyone or self.reach(principal) is not None

    def spare(self, principal: Principal) -> bool:
        """Tell whether a Deny to all but these spares ``principal``.

        AWS checks the account, the role and the session one after the other, so each of them has to be listed.
        """
        if self.everyone:
            return True
        if principal.kind is PrincipalKind.SERVICE:
            return principal.arn in self.services
        if principal.kind is PrincipalKind.WEB_IDENTITY:
            return principal.arn in self.federated
        if principal.account not in self.accounts:
            return False
        if principal.kind is PrincipalKind.ROOT:
            return True
        issuer = _issuer_names(principal)
        named = not self.names.isdisjoint((principal.arn, principal.unique_id))
        return named and (not issuer or not self.names.isdisjoint(issuer))


def _issuer_names(principal: Principal) -> tuple[str, ...]:
    if principal.issuer_arn is None:
        return ()
    return principal.issuer_arn, principal.issuer_id or principal.unique_id.partition(":")[0]


def compile_principals(element: str | Mapping[str, Sequence[str]]) -> Principals:
    """Compile ``"*"`` or kind -> names. Errors: MalformedPolicyDocumentError, InvalidArnError."""
    if isinstance(element, str):
        if element != "*":
            _refuse()
        return Principals(everyone=True, accounts=frozenset(), names=frozenset(), services=frozenset())
    if not element or not all(element.values()):
        raise MalformedPolicyDocumentError(NO_PRINCIPAL)
    for kind in element:
        if kind not in _KINDS:
            refuse_syntax(f"{kind[:200]} is no kind of principal here: use AWS, Service or Federated")
    aws = [_aws_principal(text) for text in element.get("AWS", ())]
    for service in element.get("Service", ()):
        if not _SERVICE.fullmatch(service):
            _refuse()
    # Who comes through an identity provider signs as a role session: in a key policy such a principal names nobody.
    return Principals(
        everyone="*" in aws,
        accounts=frozenset(text for text in aws if _ACCOUNT.fullmatch(text)),
        names=frozenset(text for text in aws if text != "*" and not _ACCOUNT.fullmatch(text)),
        services=frozenset(element.get("Service", ())),
        federated=frozenset(element.get("Federated", ())),
    )


def _aws_principal(text: str) -> str:
    """Return ``*``, an account number, a unique id or the ARN of a user, role or session."""
    if text == "*" or _ACCOUNT.fullmatch(text) or _UNIQUE_ID.fullmatch(text):
        return text
    arn = parse_arn(text)
    if arn is None or not _ACCOUNT.fullmatch(arn.account):
        if text.startswith("arn:"):
            raise InvalidArnError("An ARN in the specified key policy is invalid.")
        _refuse()
    if (arn.service, arn.resource) == ("iam", "root"):
        return arn.account
    named = _NAMED.get(arn.service)
    if arn.region or named is None or not named.fullmatch(arn.resource):
        _refuse()  # groups and wildcards come here
    return text


def _refuse() -> NoReturn:
    raise MalformedPolicyDocumentError("Policy contains a statement with one or more invalid principals.")
