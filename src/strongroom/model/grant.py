"""Grants: permissions on one key that its holders may create and end without touching the key policy.

How principals are kept (``grantee``, ``retiring``): the unique id of a user or role (``AIDA...``, ``AROA...``), which is never
used again, so that a principal made anew does not inherit grants; ``<role id>:<session name>`` for a session of a role; the
ARN of an account's root or of a federated user; the name of an AWS service (``s3.amazonaws.com``).
Source: AWS KMS API Reference, CreateGrant and GrantListEntry; AWS KMS Developer Guide, "Grants in AWS KMS".
"""

from dataclasses import dataclass

ContextPairs = frozenset[tuple[str, str]]
"""Name-value pairs of an encryption context, exactly as written: nothing about them is case-insensitive."""


@dataclass(frozen=True, slots=True)
class Grant:
    """One grant. The identity's order makes the grants of one grantee on one key a family.

    ``retiring``, ``name`` and ``source_arn`` are empty when there is none. ``fingerprint`` is unique on the key: that of all
    that CreateGrant compares for a grant with a name, the grant id for one without.
    """

    account: str
    region: str
    key_id: str
    grantee: str
    grant_id: str
    retiring: str
    issuing_account: str
    name: str
    operations: tuple[str, ...]
    context_equals: ContextPairs | None
    context_subset: ContextPairs | None
    source_arn: str
    fingerprint: str
    created_ms: int
    version: int = 0


def is_service(kept: str) -> bool:
    """Tell whether a principal, as grants keep it, is an AWS service."""
    return "." in kept and not kept.startswith("arn:") and ":" not in kept
