"""A refusal in the shape that DecodeAuthorizationMessage gives: AWS's members, and ours that say what AWS does not.

Source: AWS STS API Reference, DecodeAuthorizationMessage; IAM User Guide, "Troubleshoot access denied error messages". The
members ``reason``, ``sourcePolicy`` and ``remedies`` are ours.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from strongroom.authz.decision import Reason
from strongroom.authz.explain import ConditionSeen, Explanation, Standing, StatementSeen
from strongroom.authz.explain_text import because_text, reason_text, remedies_text
from strongroom.authz.policy import Effect

_MAX_ITEMS = 20  # a message has to fit into an audit record


def authorization_message(explanation: Explanation) -> dict[str, Any]:
    """Return the message, before it is written as JSON. Errors: none."""
    query, decision = explanation.query, explanation.decision
    matched = [one for one in explanation.statements if one.standing is Standing.APPLIES]
    failures = [one for one in explanation.statements if one.standing is Standing.UNMET]
    return {
        "allowed": decision.allowed,
        "explicitDeny": decision.reason is Reason.EXPLICIT_DENY,
        "matchedStatements": _items(_statement(one) for one in matched[:_MAX_ITEMS]),
        "failures": _items(_failure(one) for one in failures[:_MAX_ITEMS]),
        "context": {
            "principal": {
                "id": query.principal.unique_id,
                "name": query.principal.user_name or query.principal.arn.rpartition("/")[2],
                "arn": query.principal.arn,
            },
            "action": query.action,
            "resource": query.resource,
            "conditions": _items(
                _condition(name, _many(value)) for name, value in list(explanation.context.items())[:_MAX_ITEMS]
            ),
        },
        "reason": reason_text(explanation),
        "remedies": list(remedies_text(explanation)[:_MAX_ITEMS]),
    }


def _statement(one: StatementSeen) -> dict[str, Any]:
    written = one.written or {}
    return {
        "statementId": one.because.statement,
        "effect": "DENY" if one.effect is Effect.DENY else "ALLOW",
        "principals": _values(_principals(written.get("Principal", written.get("NotPrincipal", ())))),
        "principalGroups": _items(()),
        "actions": _values(_many(written.get("Action", written.get("NotAction", ())))),
        "resources": _values(_many(written.get("Resource", written.get("NotResource", ())))),
        "conditions": _items(_condition(each.key, each.wanted) for each in one.conditions),
        "sourcePolicy": because_text(one.because),
    }


def _failure(one: StatementSeen) -> dict[str, Any]:
    failed = (_failed(each) for each in one.failed)
    return {**_statement(one), "failedConditions": _items(failed)}


def _failed(condition: ConditionSeen) -> dict[str, Any]:
    seen = () if condition.seen is None else _many(condition.seen)
    return {
        "operator": condition.operator,
        "key": condition.key,
        "values": _values(condition.wanted),
        "requestValues": _values(seen),
    }


def _condition(name: str, values: Iterable[str]) -> dict[str, Any]:
    return {"key": name, "values": _values(values)}


def _principals(element: str | Mapping[str, Any] | tuple[()]) -> list[str]:
    if isinstance(element, Mapping):
        return [name for names in element.values() for name in _many(names)]
    return list(_many(element))


def _many(value: Any) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)


def _values(values: Iterable[str]) -> dict[str, Any]:
    return _items({"value": str(value)} for value in list(values)[:_MAX_ITEMS])


def _items(items: Iterable[Any]) -> dict[str, Any]:
    return {"items": list(items)}
