"""What a caller is told of an operation that AWS has and this version has not: that it is so, and what there is instead."""

from collections.abc import Mapping
from types import MappingProxyType

_REASONS: Mapping[str, str] = MappingProxyType(
    {
        "SAML": "it knows no SAML providers, but OpenID Connect providers and AssumeRoleWithWebIdentity",
        "MFADevice": "it has no MFA devices",
        "ServerCertificate": "it keeps no server certificates",
        "SigningCertificate": "requests are signed with access keys only",
        "SSHPublicKey": "nothing here is reached by SSH",
        "ServiceSpecificCredential": "nothing here is reached by passwords of a single service",
        "ServiceLinkedRole": "no service here needs a role of its own",
        "Organizations": "its accounts are not members of an AWS organization",
        "AssumeRoot": "the root users of its accounts have no sessions",
        "WebIdentity": "it issues no web identity tokens",
        "DelegationRequest": "it knows no delegation requests",
        "SecurityTokenService": "its session tokens are valid in every Region",
    }
)
"""By a part of the operation's name; the first that fits."""


def why_missing(name: str) -> str:
    """Return the text of the refusal of ``name``."""
    reason = next((f": {why}" for part, why in _REASONS.items() if part in name), "")
    return f"{name} is not built in this version of strongroom{reason}."
