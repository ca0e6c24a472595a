"""The principals that a policy names: whether they exist, and who is meant by them for as long as the policy stands.

As at AWS, an ARN in a policy of a key or role means whoever has it when the policy is stored: somebody made later under the
same name is somebody else. Accounts that this server does not keep are taken at their word.
Source: AWS KMS API Reference, PutKeyPolicy, Policy: "the principals ... must exist and be visible"; IAM User Guide,
"AWS JSON policy elements: Principal" (unique ids in place of ARNs).
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from hashlib import sha256
from typing import Any

from strongroom.authz.policy import Policy, PolicyKind, Statement, parse_policy
from strongroom.errors import InvalidArnError
from strongroom.model.arn import parse_arn
from strongroom.model.identity import Account, Role
from strongroom.model.key import PolicyDocument
from strongroom.model.view import Snapshot
from strongroom.operations.grantees import kept_principal, shown_principal

Meant = tuple[tuple[str, str], ...]
"""(ARN as a policy names it, the unique id of whoever had it), in the order of the ARNs."""


def unknown_principals(view: Snapshot, policy: Policy) -> list[str]:
    """Return the users, roles and sessions of accounts on this server that do not exist, and unique ids of nobody."""
    return sorted(name for name in _named(policy) if _is_ours(view, name) and _kept(view, name) is None)


def meant_principals(view: Snapshot, policy: Policy) -> Meant:
    """Return whom the ARNs of a policy that is about to be stored mean."""
    found = ((name, _kept(view, name)) for name in sorted(_named(policy)) if _is_ours(view, name))
    return tuple((name, kept) for name, kept in found if kept is not None and kept != name)


def document_of(text: str, meant: Meant) -> PolicyDocument:
    """Return the document of a key policy: one for all keys on which the same text means the same."""
    named = "\0" + json.dumps(meant) if meant else ""
    return PolicyDocument(sha256((text + named).encode()).hexdigest(), text, meant)


def key_policy(document: PolicyDocument, name: str) -> Policy:
    """Return the policy of a key, compiled, with those whom it means."""
    return _meaning(parse_policy(document.text, PolicyKind.KEY, name), document.meant)


def trust_policy(role: Role) -> Policy:
    """Return the trust policy of a role, compiled, with those whom it means."""
    return _meaning(parse_policy(role.trust_policy, PolicyKind.TRUST), role.trusted)


def shown_policy(view: Snapshot, text: str, meant: Meant) -> str:
    """Return a policy as it is given out: as it was stored, but with the new ARN of who was renamed, the unique id of who is gone."""
    now = {name: shown for name, kept in meant if (shown := shown_principal(view, kept)) != name}
    if not now:
        return text
    document = json.loads(text)
    statements = document["Statement"]
    for statement in statements if isinstance(statements, list) else [statements]:
        for element in ("Principal", "NotPrincipal"):
            if isinstance(statement.get(element), dict):
                statement[element] = {kind: _shown(names, now) for kind, names in statement[element].items()}
    return json.dumps(document, indent=2)


def _shown(names: Any, now: Mapping[str, str]) -> Any:
    return [now.get(name, name) for name in names] if isinstance(names, list) else now.get(names, names)


def _meaning(policy: Policy, meant: Meant) -> Policy:
    if not meant:
        return policy
    ids = dict(meant)

    def bound(statement: Statement) -> Statement:
        principals = statement.principals
        if principals is None or principals.names.isdisjoint(ids):
            return statement
        names = frozenset(ids.get(name, name) for name in principals.names)
        return replace(statement, principals=replace(principals, names=names))

    return replace(policy, statements=tuple(map(bound, policy.statements)))


def _named(policy: Policy) -> Iterator[str]:
    named = (statement.principals.names for statement in policy.statements if statement.principals is not None)
    yield from frozenset().union(*named)


def _is_ours(view: Snapshot, name: str) -> bool:
    arn = parse_arn(name)
    return arn is None or view.get(Account, arn.account) is not None


def _kept(view: Snapshot, name: str) -> str | None:
    """Return who has that name now, as grants keep principals; None for nobody."""
    try:
        return kept_principal(view, name)
    except InvalidArnError:
        return None
