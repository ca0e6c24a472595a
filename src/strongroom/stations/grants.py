"""Grants at the authorisation station: those on a key that its caller holds, asked only where policies alone do not allow.

They are read by family, one grantee on one key, so that a worker's cache can answer; larger families than it keeps are read
from the store, page by page.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import get_args

from strongroom.authz.defaults import default_key_policy
from strongroom.authz.grants import RETIRE_GRANT, HeldGrant, Name, Use, covering
from strongroom.authz.policy import Effect, Policy, PolicyKind, parse_policy
from strongroom.model.grant import Grant
from strongroom.model.key import Key
from strongroom.model.view import Snapshot
from strongroom.store.cache import MAX_FAMILY
from strongroom.wire.shapes.kms import GrantOperation

_PAGE = MAX_FAMILY + 1  # a whole family that is to be kept shows that it is whole

OPERATION_OF: Mapping[str, str] = {f"kms:{name}": name for name in get_args(GrantOperation) if name != RETIRE_GRANT}
"""What the actions that a grant can allow are called in grants."""


def grants_held(
    view: Snapshot, key: Key, names: Sequence[Name], operation: str, use: Use, source_arn: str = ""
) -> list[HeldGrant]:
    """Return the grants on ``key`` that cover this use of it by a caller of these names, a service's for that resource."""
    held: list[HeldGrant] = []
    for name in names:
        held += covering(_granted(view, key, name.kept), name, operation, use, source_arn)
    return held


def _granted(view: Snapshot, key: Key, grantee: str) -> Iterator[Grant]:
    where = {"account": key.account, "region": key.region, "key_id": key.key_id, "grantee": grantee}
    page = view.page(Grant, where, limit=_PAGE)
    yield from page
    while len(page) == _PAGE:
        page = view.page(Grant, where, after=page[-1].grant_id, limit=_PAGE)
        yield from page


def policy_for_retiring(policy: Policy, account: str) -> Policy:
    """Return what a key policy says of RetireGrant: it can deny it, but nobody beyond the key's account is let in by it."""
    denies = tuple(statement for statement in policy.statements if statement.effect is Effect.DENY)
    default = parse_policy(default_key_policy(account), PolicyKind.KEY, policy.name)
    return replace(policy, statements=denies + default.statements)
