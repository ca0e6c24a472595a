"""From policies and a query to a decision, in two steps: what the request's conditions cannot change, then those.

A template is everything about one principal, action and resource: the statements that speak about them, with the rules
applied as far as they go. Most templates hold one constant decision; the others run the conditions of their candidate
statements and look the decision up. The rules themselves are in ``settle``.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from strongroom.authz.decision import Because, Decision, Document, Query, Reason
from strongroom.authz.grants import HeldGrant
from strongroom.authz.match import BROKEN, YES, Context, Test, all_of
from strongroom.authz.policy import Effect, Policy, Statement
from strongroom.authz.settle import Applying, Situation, settle
from strongroom.model.principal import Principal, PrincipalKind

__all__ = [
    "Because", "Decision", "Document", "HeldGrant", "Policies", "Query", "Reason", "Template", "compile_template",
    "evaluate",
]  # fmt: skip

_MAX_REMEMBERED = 256  # decisions of one template, by which of its conditional statements apply
_MAX_CONSTANT = 8192  # constant templates shared by all callers and keys that have the same statements to thank

StatementTest = tuple[Test, bool, int]
"""Of a conditional statement: its conditions together, whether it is a Deny, and its bit among those that apply."""


@dataclass(frozen=True, slots=True)
class Policies:
    """All documents that have a say. ``resource`` None: only identity policies can allow (``*``, aliases).

    ``session`` are the policies a session was made with, together one limit; empty means that it was made without.
    """

    resource: Policy | None
    identity: Sequence[Policy]
    boundary: Policy | None = None
    session: Sequence[Policy] = ()


class Template:
    """What is decided about a principal, action and resource before the request is known. Immutable to its users.

    ``condition_keys`` are the condition keys that the decision depends on; others need not be computed.
    """

    __slots__ = ("_by_grants", "_candidates", "_constant", "_remembered", "_situation", "_tests", "condition_keys")

    def __init__(
        self,
        situation: Situation,
        candidates: tuple[tuple[Applying, int], ...],
        tests: tuple[StatementTest, ...] = (),
        condition_keys: frozenset[str] = frozenset(),
    ) -> None:
        """Take candidates with their bit: 0 for a statement that always applies, else the bit of its test."""
        self._situation = situation
        self._candidates = candidates
        self._tests = tests
        self._remembered: dict[int, Decision] = {}
        self._by_grants: dict[tuple[int, tuple[HeldGrant, ...]], Decision] = {}
        self._constant = None if tests else settle(situation, self._applying(0))
        self.condition_keys = condition_keys

    def decide(self, context: Context, grants: Sequence[HeldGrant] = ()) -> Decision:
        """Decide for one request. ``grants`` are those that cover it; they matter only if it is denied without."""
        decision, bits = self._constant, 0
        if decision is None:
            # INVARIANT: BROKEN counts for Deny and never for Allow.
            for test, denies, bit in self._tests:
                match = test(context)
                if match is YES or (match is BROKEN and denies):
                    bits |= bit
            decision = self._remembered.get(bits) or self._settle(bits)
        if grants and not decision.allowed:
            return self._settle_by_grants(bits, tuple(grants))
        return decision

    def _settle(self, bits: int) -> Decision:
        if len(self._remembered) >= _MAX_REMEMBERED:
            self._remembered.clear()
        decision = self._remembered[bits] = settle(self._situation, self._applying(bits))
        return decision

    def _settle_by_grants(self, bits: int, grants: tuple[HeldGrant, ...]) -> Decision:
        decision = self._by_grants.get((bits, grants))
        if decision is None:
            if len(self._by_grants) >= _MAX_REMEMBERED:
                self._by_grants.clear()
            decision = self._by_grants[bits, grants] = settle(self._situation, self._applying(bits), grants)
        return decision

    def _applying(self, bits: int) -> tuple[Applying, ...]:
        return tuple(one for one, bit in self._candidates if not bit or bits & bit)


def evaluate(query: Query, policies: Policies, grants: Sequence[HeldGrant] = ()) -> Decision:
    """Decide one query. ``grants`` are those that cover it."""
    template = compile_template(query.principal, query.action, query.resource, query.resource_account, policies)
    return template.decide(query.context, grants)


def compile_template(
    principal: Principal, action: str, resource: str, resource_account: str, policies: Policies
) -> Template:
    """Decide all that does not depend on the request's conditions."""
    situation = situation_of(principal, resource_account, policies)
    found = list(_candidates(principal, action.lower(), resource, policies))
    if not any(one.tests for one in found):
        return _constant_template(situation, tuple(one.applying for one in found))
    unconditional = tuple(one.applying for one in found if not one.tests)
    sure = settle(situation, unconditional)
    if sure.reason is Reason.EXPLICIT_DENY:
        return _constant_template(situation, unconditional)
    if sure.allowed:  # more Allows change nothing: only the Denies are worth asking
        found = [one for one in found if not one.tests or one.applying.effect is Effect.DENY]
    return _open_template(situation, found)


def situation_of(principal: Principal, resource_account: str, policies: Policies) -> Situation:
    """Return what decides beside the statements."""
    return Situation(
        kind=principal.kind,
        account=principal.account,
        resource_account=resource_account,
        has_key_policy=policies.resource is not None,
        has_boundary=policies.boundary is not None,
        # GetFederationToken without session policies: nothing but what key policies give to the session itself
        has_session_policy=bool(policies.session) or principal.kind is PrincipalKind.FEDERATED_USER,
    )


@lru_cache(_MAX_CONSTANT)
def _constant_template(situation: Situation, applying: tuple[Applying, ...]) -> Template:
    return Template(situation, tuple((one, 0) for one in applying))


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A statement that speaks about principal, action and resource, with what still has to be asked of the request."""

    applying: Applying
    tests: tuple[Test, ...]
    keys: frozenset[str]


def _open_template(situation: Situation, found: Sequence[_Candidate]) -> Template:
    candidates: list[tuple[Applying, int]] = []
    tests: list[StatementTest] = []
    for one in found:
        bit = 0
        if one.tests:
            bit = 1 << len(tests)
            tests.append((_together(one.tests), one.applying.effect is Effect.DENY, bit))
        candidates.append((one.applying, bit))
    if not tests:
        return _constant_template(situation, tuple(one.applying for one in found))
    keys = frozenset().union(*(one.keys for one in found))
    return Template(situation, tuple(candidates), tuple(tests), keys)


def _together(tests: tuple[Test, ...]) -> Test:
    """Return the test of a whole statement: all its conditions must hold."""
    if len(tests) == 1:
        return tests[0]
    return lambda context: all_of(test(context) for test in tests)


def documents(policies: Policies) -> Iterator[tuple[Document, Policy]]:
    """Yield every document with where it stands, in the order in which decisions name them."""
    if policies.resource is not None:
        yield Document.RESOURCE, policies.resource
    for policy in policies.identity:
        yield Document.IDENTITY, policy
    if policies.boundary is not None:
        yield Document.BOUNDARY, policies.boundary
    for policy in policies.session:
        yield Document.SESSION, policy


def _candidates(principal: Principal, action: str, resource: str, policies: Policies) -> Iterator[_Candidate]:
    for document, policy in documents(policies):
        for statement in policy.statements:
            applying = applying_to(document, policy, statement, principal, spared=policies.boundary is None)
            if applying is None or not statement.covers_action(action):
                continue
            covers = statement.covers_resource(resource)
            if covers is False:
                continue
            tests = tuple(condition.test for condition in statement.conditions)
            keys = frozenset().union(*(condition.keys for condition in statement.conditions))
            if covers is not True:
                tests, keys = (*tests, covers), keys | statement.resources.keys
            yield _Candidate(applying, tests, keys)


def applying_to(
    document: Document, policy: Policy, statement: Statement, principal: Principal, *, spared: bool
) -> Applying | None:
    """Return the statement as it concerns ``principal``, or None. ``spared`` False: NotPrincipal spares nobody.

    IAM User Guide, "NotPrincipal": with Deny it "will always deny any IAM principal that has a permissions boundary".
    """
    because = Because(document, policy.name, statement.label)
    principals = statement.principals
    if principals is None:
        return Applying(statement.effect, because)
    if statement.effect is Effect.ALLOW:
        reach = principals.reach(principal)
        return Applying(statement.effect, because, reach) if reach is not None else None
    if statement.all_but_principals:
        return None if spared and principals.spare(principal) else Applying(statement.effect, because)
    return Applying(statement.effect, because) if principals.include(principal) else None
