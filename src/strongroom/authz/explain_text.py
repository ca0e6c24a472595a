"""An explanation in plain words, one screenful: what was asked, the answer, who decided, what was seen, what to do."""

from collections.abc import Iterator, Sequence

from strongroom.authz.decision import Because, Document, Reason
from strongroom.authz.explain import ConditionSeen, Explanation, Remedy, Standing, StatementSeen
from strongroom.authz.match import Match
from strongroom.authz.policy import Effect
from strongroom.model.principal import Principal, PrincipalKind

_MAX_SHOWN = 8  # of a list: the screen is small
_MAX_CONDITIONS = 3  # of one statement
_MAX_ABSENT = 12
_MAX_CHARACTERS = 160


def explanation_lines(explanation: Explanation, *, grantable: bool = False) -> Iterator[str]:
    """Yield the lines. ``grantable``: a grant on the key could allow the action, too."""
    query, decision = explanation.query, explanation.decision
    yield f"principal  {query.principal.arn}"
    yield f"action     {query.action}"
    yield f"resource   {query.resource}"
    yield f"decision   {'ALLOWED' if decision.allowed else 'DENIED'}: {reason_text(explanation)}"
    yield from _block("because", [_deciding_text(one, explanation) for one in decision.because])
    others = [one for one in explanation.statements if one.because not in decision.because]
    yield from _block("also seen", [_statement_text(one) for one in others])
    yield from _block("context", [f"{name} = {_shown(value)}" for name, value in explanation.context.items()])
    yield from _block("not given", _absent_text(explanation.absent))
    if not decision.allowed:
        yield from _block("to allow", _numbered(list(_remedy_lines(explanation, grantable=grantable))))


def _absent_text(names: Sequence[str]) -> Iterator[str]:
    if names:
        more = len(names) - _MAX_ABSENT
        yield ", ".join(names[:_MAX_ABSENT]) + (f" and {more} more" if more > 0 else "")


def reason_text(explanation: Explanation) -> str:
    """Return in one line why."""
    query, reason = explanation.query, explanation.decision.reason
    if reason is Reason.NO_RESOURCE_POLICY and explanation.query.principal.account != query.resource_account:
        return f"the key policy does not let account {query.principal.account} in"
    if reason is Reason.NO_BOUNDARY:
        return f"the permissions boundary of {who(query.principal)} does not allow it"
    if reason is Reason.NO_IDENTITY_POLICY:
        return f"no identity-based policy of {who(query.principal)} allows it"
    return str(reason.value)


def because_text(because: Because) -> str:
    """Return how a statement or grant is named."""
    if because.document is Document.ROOT_USER:
        return "the root user of an account needs no identity-based policy"
    if because.document is Document.GRANT:
        return f"grant {because.policy}"
    statement = f"statement {because.statement} of " if because.statement else ""
    where = "key policy" if because.document is Document.RESOURCE else because.document.value
    named = because.policy if because.document is not Document.RESOURCE else ""
    return f"{statement}{where} {named}".rstrip()


def who(principal: Principal) -> str:
    """Return the owner of the caller's identity policies, as a person says it."""
    if principal.kind is PrincipalKind.USER:
        return f"user {principal.user_name or principal.arn}"
    if principal.kind is PrincipalKind.ASSUMED_ROLE and principal.issuer_arn:
        return f"role {principal.issuer_arn.rpartition('/')[2]}"
    return f"service {principal.arn}" if principal.kind is PrincipalKind.SERVICE else principal.arn


def remedies_text(explanation: Explanation) -> tuple[str, ...]:
    """Return the steps that would allow the query, one text each."""
    return tuple(_remedy_text(remedy, explanation) for remedy in explanation.remedies)


# --- parts ---------------------------------------------------------------------------------------------------------


def _statement_text(one: StatementSeen) -> str:
    text = f"{one.effect.value} by {because_text(one.because)}: {one.standing.value}"
    if one.standing is Standing.APPLIES and one.effect is Effect.ALLOW:
        return text + ", but is not enough"
    return f"{text}; {_conditions_text(one.failed)}" if one.failed else text


def _conditions_text(conditions: Sequence[ConditionSeen], says: str = " wants") -> str:
    """Return some conditions: a statement may have hundreds."""
    told = "; ".join(_condition_text(each, says) for each in conditions[:_MAX_CONDITIONS])
    more = len(conditions) - _MAX_CONDITIONS
    return f"{told}; and {more} more" if more > 0 else told


def _condition_text(condition: ConditionSeen, says: str = " wants") -> str:
    wanted = " or ".join(condition.wanted[:_MAX_SHOWN]) or "nothing"
    seen = "it is not in the request" if condition.seen is None else f"the request has {_shown(condition.seen)}"
    broken = " (which cannot be compared)" if condition.match is Match.BROKEN else ""
    return _cut(f"{condition.operator} {condition.key}{says} {wanted}, {seen}{broken}")


def _deciding_text(because: Because, explanation: Explanation) -> str:
    """Return a statement that decided; a Deny with what of the request makes it apply."""
    conditions = _conditions_of_deny(because, explanation)
    holding = f": its condition holds; {_conditions_text(conditions, '')}" if conditions else ""
    return because_text(because) + holding


def _conditions_of_deny(because: Because, explanation: Explanation) -> Sequence[ConditionSeen]:
    if explanation.decision.reason is not Reason.EXPLICIT_DENY:
        return ()
    return next((one.conditions for one in explanation.statements if one.because == because), ())


def _remedy_lines(explanation: Explanation, *, grantable: bool) -> Iterator[str]:
    query = explanation.query
    if not explanation.remedies:
        yield "no policy can allow this: it is for what belongs to the caller's own account"
        return
    for remedy in explanation.remedies:
        yield _remedy_text(remedy, explanation)
        if remedy.because is not None and _conditions_of_deny(remedy.because, explanation):
            yield "  or make a request for which its condition does not hold"
        for one in remedy.near[:_MAX_SHOWN]:
            yield f"  or {_near_text(one, query.principal)}"
    instead = "instead of all that" if len(explanation.remedies) > 1 else "instead"
    if explanation.by_name:
        yield f"  or, {instead}, name {query.principal.arn} in the key policy (Allow, Principal, {query.action})"
    if grantable and explanation.by_grant:
        name = query.action.partition(":")[2]
        yield f"  or, {instead}, make a grant to {_grantee(query.principal)} with operation {name}"


def _grantee(principal: Principal) -> str:
    """Return who is granted something: the role rather than its session; the session of a federated user itself."""
    return principal.issuer_arn or principal.arn if principal.kind is PrincipalKind.ASSUMED_ROLE else principal.arn


def _near_text(one: StatementSeen, principal: Principal) -> str:
    if one.standing is Standing.OTHER_PRINCIPAL:  # with what else that would give
        written = (one.written or {}).get("Action", ())
        actions = ", ".join((written,) if isinstance(written, str) else written) or "all but some actions"
        return _cut(f"name {principal.arn} in {because_text(one.because)}, which allows {actions}")
    told = "it " + one.standing.value
    if one.standing is Standing.UNMET:
        told = f"it wants a condition that does not hold: {_conditions_text(one.failed)}"
    return f"make {because_text(one.because)} apply: {told}"


def _remedy_text(remedy: Remedy, explanation: Explanation) -> str:
    query = explanation.query
    principal, what = query.principal, f"{query.action} on {query.resource}"
    if remedy.because is not None:
        return f"remove or narrow the Deny: {because_text(remedy.because)}"
    if remedy.document is Document.RESOURCE:
        if principal.kind is PrincipalKind.SERVICE:
            return f"a statement of the key policy that allows service {principal.arn} {query.action}"
        return f"a statement of the key policy that lets account {principal.account} in: Allow {principal.account_arn} {query.action}"
    if remedy.document is Document.IDENTITY:
        return f"an identity-based policy of {who(principal)} that allows {what}"
    if remedy.document is Document.BOUNDARY:
        return f"a statement of the permissions boundary of {who(principal)} that allows {what}"
    return f"a session policy, given when the session is made, that allows {what}"


def _numbered(lines: Sequence[str]) -> Iterator[str]:
    steps = sum(not line.startswith("  ") for line in lines)
    number = 0
    for line in lines:
        if line.startswith("  ") or steps == 1:
            yield line
        else:
            number += 1
            yield f"{number}. {line}"


def _shown(value: str | tuple[str, ...]) -> str:
    return _cut(value if isinstance(value, str) else ", ".join(value[:_MAX_SHOWN]))


def _cut(text: str) -> str:
    """INVARIANT: one line a thing, whatever a caller has put in."""
    text = "".join(one if one.isprintable() else "?" for one in text)
    return text if len(text) <= _MAX_CHARACTERS else text[: _MAX_CHARACTERS - 3] + "..."


def _block(title: str, lines: Iterator[str] | Sequence[str]) -> Iterator[str]:
    every = list(lines)
    for index, line in enumerate(every[:_MAX_SHOWN]):
        yield f"{title if not index else '':<10} {line}"
    if len(every) > _MAX_SHOWN:
        yield f"{'':<10} and {len(every) - _MAX_SHOWN} more"
