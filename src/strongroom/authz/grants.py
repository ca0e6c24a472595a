"""What a grant allows: which callers hold it, and which uses of its key lie within it. Pure.

Grants allow; they never override a Deny. What a holder still needs beside the grant is the business of ``settle``.
Source: AWS KMS Developer Guide, "Grants in AWS KMS" and "Using grant constraints"; AWS KMS API Reference, GrantConstraints.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import NamedTuple

from strongroom.model.arn import root_arn
from strongroom.model.grant import ContextPairs, Grant
from strongroom.model.principal import Principal, PrincipalKind

CREATE_GRANT, DESCRIBE_KEY, RETIRE_GRANT = "CreateGrant", "DescribeKey", "RetireGrant"
MAY_RETIRE = "kms:RetireGrant"
_NO_CONTEXT: Mapping[str, str] = MappingProxyType({})


class Limits(NamedTuple):
    """What a grant that is to be made would allow; a parent grant has to cover all of it."""

    operations: frozenset[str]
    context_equals: ContextPairs | None
    context_subset: ContextPairs | None
    source_arn: str


class Use(NamedTuple):
    """What the constraints of a grant look at in a request: its encryption context as written, or the grant it would make."""

    context: Mapping[str, str] = _NO_CONTEXT
    child: Limits | None = None


class Name(NamedTuple):
    """One way in which grants name a caller; ``kept`` as in ``model.grant``."""

    kept: str
    is_session: bool = False
    is_account: bool = False


@dataclass(frozen=True, slots=True)
class HeldGrant:
    """A grant that covers the request in hand, as its caller holds it.

    ``to_session``: it names the caller's one session (assumed role, federated user), not what is behind it.
    ``to_account``: it names the whole account of the caller.
    """

    grant_id: str
    issuing_account: str
    to_session: bool = False
    to_account: bool = False


def names_of(principal: Principal) -> Sequence[Name]:
    """Return how grants may name ``principal``, the closest first."""
    account = Name(root_arn(principal.account), is_account=True)
    if principal.kind is PrincipalKind.USER:
        return Name(principal.unique_id), account
    if principal.kind is PrincipalKind.ASSUMED_ROLE:
        role = principal.unique_id.partition(":")[0]
        return Name(principal.unique_id, is_session=True), Name(role), account
    if principal.kind is PrincipalKind.FEDERATED_USER:
        return Name(principal.arn, is_session=True), account
    if principal.kind is PrincipalKind.SERVICE:
        return (Name(principal.arn),)
    return () if principal.kind is PrincipalKind.WEB_IDENTITY else (account,)


def covering(grants: Iterable[Grant], name: Name, operation: str, use: Use, source_arn: str = "") -> list[HeldGrant]:
    """Return those of a grantee's grants that cover one use of their key. ``source_arn`` is the request's aws:SourceArn."""
    return [_held(grant, name) for grant in grants if covers(grant, operation, use, source_arn)]


def covers(grant: Grant, operation: str, use: Use, source_arn: str = "") -> bool:
    """Tell whether operations and constraints of ``grant`` cover the use. RetireGrant is for ``retirable``."""
    if operation not in grant.operations or operation == RETIRE_GRANT:
        return False
    if grant.source_arn and grant.source_arn != source_arn:
        return False
    if operation == DESCRIBE_KEY:  # the context constraints do not limit it
        return True
    if operation == CREATE_GRANT:
        return use.child is not None and _covers_child(grant, use.child)
    if grant.context_equals is not None and grant.context_equals != use.context.items():
        return False
    return grant.context_subset is None or use.context.items() >= grant.context_subset


def _covers_child(parent: Grant, child: Limits) -> bool:
    """Tell whether ``child`` would be equally strict or stricter. One parent has to cover it alone."""
    if not child.operations.issubset(parent.operations):
        return False
    if parent.source_arn and child.source_arn != parent.source_arn:
        return False
    if parent.context_equals is not None:
        return child.context_equals == parent.context_equals
    if parent.context_subset is None:
        return True
    pairs = child.context_equals if child.context_equals is not None else child.context_subset
    return (pairs or frozenset()) >= parent.context_subset


def retirable(grant: Grant, names: Iterable[Name]) -> list[HeldGrant]:
    """Return the grant as its retiring principal or grantee may end it; no constraint limits that."""
    grantee = grant.grantee if RETIRE_GRANT in grant.operations else None
    return [_held(grant, name) for name in names if name.kept in (grant.retiring, grantee)]


def _held(grant: Grant, name: Name) -> HeldGrant:
    return HeldGrant(grant.grant_id, grant.issuing_account, name.is_session, name.is_account)
