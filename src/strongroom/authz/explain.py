"""Why a query was decided as it was: each statement that has a say, what it saw of the request, and what would change the answer.

Made apart from the decision and from the same rules, so that explaining costs nothing where nobody asks: ``evaluate``
decides, ``settle`` is asked again with what is missing added. How an explanation reads is ``explain_text``'s.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

from strongroom.authz.conditions import Condition
from strongroom.authz.decision import Because, Decision, Document, Query, Reason
from strongroom.authz.evaluate import Policies, applying_to, documents, evaluate, situation_of
from strongroom.authz.grants import HeldGrant
from strongroom.authz.match import Context, Match, all_of
from strongroom.authz.policy import Effect, Policy, Statement
from strongroom.authz.principals import Reach
from strongroom.authz.settle import Applying, Situation, settle
from strongroom.model.principal import Principal, PrincipalKind

_MAX_STEPS = 8  # more layers than there are
_NAMED = frozenset({PrincipalKind.USER, PrincipalKind.ASSUMED_ROLE, PrincipalKind.FEDERATED_USER})
"""Who can be named and granted something apart from its account; a service is named by the first step already."""


class Standing(Enum):
    """How a statement stands to the query."""

    APPLIES = "applies"
    UNMET = "its condition does not hold"
    OTHER_ACTION = "is about other actions"
    OTHER_RESOURCE = "is about other resources"
    OTHER_PRINCIPAL = "is about other principals"


@dataclass(frozen=True, slots=True)
class ConditionSeen:
    """One operator on one key: what the policy wants, what the request has (None: nothing), and whether that matches."""

    operator: str
    key: str
    wanted: tuple[str, ...]
    seen: str | tuple[str, ...] | None
    match: Match


@dataclass(frozen=True, slots=True)
class StatementSeen:
    """``conditions`` are all of the statement's, ``failed`` those that keep it from counting."""

    because: Because
    effect: Effect
    standing: Standing
    conditions: tuple[ConditionSeen, ...] = ()
    written: Mapping[str, Any] | None = None

    @property
    def failed(self) -> tuple[ConditionSeen, ...]:
        if self.standing is not Standing.UNMET:
            return ()
        counts = _counts(self.effect)
        return tuple(one for one in self.conditions if one.match not in counts)


@dataclass(frozen=True, slots=True)
class Explanation:
    """``context`` are the condition keys that statements asked for and the request has, ``absent`` those it has not.

    ``remedies`` are, in order, all the steps that turn a refusal into an answer: the statements to add (without label) or to
    remove. Empty when it was allowed, or when no policy can allow it. ``by_name`` and ``by_grant`` say what would do
    instead of all of them: a statement of the key policy that names the caller itself, a grant to it (or its role).
    """

    query: Query
    decision: Decision
    statements: tuple[StatementSeen, ...]
    context: Mapping[str, str | tuple[str, ...]]
    absent: tuple[str, ...]
    remedies: tuple["Remedy", ...]
    by_name: bool = False
    by_grant: bool = False


@dataclass(frozen=True, slots=True)
class Remedy:
    """Add an Allow to ``document`` (``because`` None), or remove or narrow the Deny that ``because`` names.

    ``reason`` is the refusal that this step ends; ``near`` are Allows of that document that nearly apply.
    """

    reason: Reason
    document: Document
    because: Because | None = None
    near: tuple[StatementSeen, ...] = ()


def explain(query: Query, policies: Policies, grants: Sequence[HeldGrant] = ()) -> Explanation:
    """Decide one query as ``evaluate`` does, and say why. ``grants`` are those that cover it."""
    decision = evaluate(query, policies, grants)
    statements = tuple(_statements(query, policies))
    asked = keys_asked(query.principal, query.action, query.resource, policies)
    context = {name: query.context[name] for name in sorted(asked) if query.context.get(name, ()) != ()}
    absent = tuple(sorted(asked - context.keys()))
    applying = tuple(_applying(query, policies, statements))
    remedies = tuple(_remedies(query, policies, grants, decision, statements, applying))
    by_name, by_grant = (False, False) if decision.allowed else _other_ways(query, policies, grants, applying)
    return Explanation(query, decision, statements, context, absent, remedies, by_name, by_grant)


def keys_asked(principal: Principal, action: str, resource: str, policies: Policies) -> frozenset[str]:
    """Return the condition keys of all statements about principal, action and resource, also where a decision is sure without."""
    keys: set[str] = set()
    for document, policy in documents(policies):
        for statement in policy.statements:
            applying = applying_to(document, policy, statement, principal, spared=policies.boundary is None)
            if applying is None or not statement.covers_action(action.lower()):
                continue
            covers = statement.covers_resource(resource)
            if covers is not False:
                keys = keys.union(*(condition.keys for condition in statement.conditions))
            if callable(covers):
                keys |= statement.resources.keys
    return frozenset(keys)


def _counts(effect: Effect) -> tuple[Match, ...]:
    """INVARIANT: as in ``evaluate``: BROKEN counts for Deny and never for Allow."""
    return (Match.YES,) if effect is Effect.ALLOW else (Match.YES, Match.BROKEN)


def _statements(query: Query, policies: Policies) -> Iterator[StatementSeen]:
    for document, policy in documents(policies):
        for statement in policy.statements:
            seen = _seen(query, policies, document, policy, statement)
            if seen is not None:
                yield seen


def _seen(
    query: Query, policies: Policies, document: Document, policy: Policy, statement: Statement
) -> StatementSeen | None:
    """Return how a statement stands to the query; None for those that differ in more than one way, and for Denies about others."""
    effect, because = statement.effect, Because(document, policy.name, statement.label)
    applying = applying_to(document, policy, statement, query.principal, spared=policies.boundary is None)
    covers = statement.covers_resource(query.resource)
    resource = covers(query.context) if callable(covers) else Match.YES if covers else Match.NO
    differs = []
    if applying is None:
        differs.append(Standing.OTHER_PRINCIPAL)
    if not statement.covers_action(query.action.lower()):
        differs.append(Standing.OTHER_ACTION)
    if resource not in _counts(effect):
        differs.append(Standing.OTHER_RESOURCE)
    if differs:
        near = effect is Effect.ALLOW and len(differs) == 1 and differs[0] is not Standing.OTHER_ACTION
        return StatementSeen(because, effect, differs[0], written=statement.written) if near else None
    conditions = tuple(_conditions(statement, query.context))
    met = all_of(one.match for one in conditions) in _counts(effect)
    return StatementSeen(because, effect, Standing.APPLIES if met else Standing.UNMET, conditions, statement.written)


def _conditions(statement: Statement, context: Context) -> Iterator[ConditionSeen]:
    for condition, (key, wanted) in zip(statement.conditions, _written_conditions(statement), strict=True):
        yield ConditionSeen(condition.operator, key, wanted, _value(condition, context), condition.test(context))


def _written_conditions(statement: Statement) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield keys and values as the document has them, in the order in which it was compiled."""
    for block in statement.written.get("Condition", {}).values():
        for key, values in block.items():
            listed = values if isinstance(values, list) else [values]
            yield key, tuple(str(one).lower() if isinstance(one, bool) else str(one) for one in listed)


def _value(condition: Condition, context: Context) -> str | tuple[str, ...] | None:
    value = context.get(condition.key)
    return None if value == () else value


# --- what would change the answer --------------------------------------------------------------------------------

_MISSING: Mapping[Reason, Document] = {
    Reason.NO_RESOURCE_POLICY: Document.RESOURCE,
    Reason.NO_IDENTITY_POLICY: Document.IDENTITY,
    Reason.NO_BOUNDARY: Document.BOUNDARY,
    Reason.NO_SESSION_POLICY: Document.SESSION,
}


def _remedies(
    query: Query,
    policies: Policies,
    grants: Sequence[HeldGrant],
    decision: Decision,
    statements: Sequence[StatementSeen],
    found: Sequence[Applying],
) -> Iterator[Remedy]:
    """Yield the steps that make it allowed, asking the rules again after each."""
    situation = situation_of(query.principal, query.resource_account, policies)
    if not situation.has_key_policy and situation.account != situation.resource_account:
        return  # another account's, and not a key: no policy reaches there
    applying = list(found)
    for _ in range(_MAX_STEPS):
        if decision.allowed:
            return
        if decision.reason is Reason.EXPLICIT_DENY:
            for one in applying:  # a decision names the Denies that do not depend on the request, where there are any
                if one.effect is Effect.DENY:
                    yield Remedy(decision.reason, one.because.document, one.because)
            applying = [one for one in applying if one.effect is not Effect.DENY]
        else:
            document = _MISSING[decision.reason]
            near = tuple(
                one
                for one in statements
                if one.because.document is document
                and one.effect is Effect.ALLOW
                and one.standing not in {Standing.APPLIES, Standing.OTHER_ACTION}
                and (situation.kind is not PrincipalKind.SERVICE or _may_name(one, query.principal))
            )
            yield Remedy(decision.reason, document, near=near)
            applying.append(_allow(document, situation))
        decision = settle(situation, applying, grants)


def _may_name(one: StatementSeen, service: Principal) -> bool:
    """Tell whether an Allow would do for a service: of a key policy, one that names the service, not one for its account."""
    if one.because.document is not Document.RESOURCE or one.standing is Standing.OTHER_PRINCIPAL:
        return True
    principals = (one.written or {}).get("Principal")
    return isinstance(principals, dict) and service.arn in principals.get("Service", ())


def _other_ways(
    query: Query, policies: Policies, grants: Sequence[HeldGrant], applying: Sequence[Applying]
) -> tuple[bool, bool]:
    """Tell whether to name the caller in the key policy would be enough by itself, and whether a grant would be."""
    situation = situation_of(query.principal, query.resource_account, policies)
    here = situation.account == situation.resource_account and situation.has_key_policy
    if not here or situation.kind not in _NAMED:
        return False, False
    named = Applying(Effect.ALLOW, Because(Document.RESOURCE), Reach.DIRECT)
    granted = HeldGrant("", query.resource_account)
    by_name = settle(situation, (*applying, named), grants).allowed
    return by_name, settle(situation, applying, (*grants, granted)).allowed


def _applying(query: Query, policies: Policies, statements: Sequence[StatementSeen]) -> Iterator[Applying]:
    counting = {one.because for one in statements if one.standing is Standing.APPLIES}
    for document, policy in documents(policies):
        for statement in policy.statements:
            if Because(document, policy.name, statement.label) not in counting:
                continue
            applying = applying_to(document, policy, statement, query.principal, spared=policies.boundary is None)
            if applying is not None:
                yield applying


def _allow(document: Document, situation: Situation) -> Applying:
    """Return the statement that is missing: in a key policy one that names the account, or a service itself."""
    reach = None
    if document is Document.RESOURCE:
        reach = Reach.SERVICE if situation.kind is PrincipalKind.SERVICE else Reach.ACCOUNT
    return Applying(Effect.ALLOW, Because(document), reach)
