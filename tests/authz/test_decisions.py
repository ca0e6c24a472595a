"""The decision table in vectors/authz/decisions.json: query, policies, decision and the statements that decided."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from strongroom.authz.evaluate import HeldGrant, Policies, Query, compile_template, evaluate
from strongroom.authz.policy import Policy, PolicyKind, parse_policy
from strongroom.model.principal import Principal, PrincipalKind

TABLE = json.loads(Path(__file__).parent.parent.joinpath("vectors/authz/decisions.json").read_text())
KEY_ACCOUNT = "111111111111"


def policy(name: str | None, kind: PolicyKind) -> Policy | None:
    if name is None:
        return None
    return parse_policy(json.dumps({"Version": "2012-10-17", "Statement": TABLE["policies"][name]}), kind, name)


def identity_like(names: Sequence[str]) -> tuple[Policy, ...]:
    return tuple(found for name in names if (found := policy(name, PolicyKind.IDENTITY)))


def query_of(case: dict[str, Any]) -> Query:
    found = TABLE["principals"][case["principal"]]
    principal = Principal(**{**found, "kind": PrincipalKind(found["kind"])})
    resource = case.get("resource", TABLE["key"])
    account = KEY_ACCOUNT if resource != "*" else principal.account
    return Query(principal, case.get("action", "kms:Decrypt"), resource, account, case.get("context", {}))


def policies_of(case: dict[str, Any]) -> Policies:
    return Policies(
        policy(case["key"], PolicyKind.KEY),
        identity_like(case["identity"]),
        policy(case.get("boundary"), PolicyKind.IDENTITY),
        identity_like(case.get("session", ())),
    )


@pytest.mark.parametrize("case", TABLE["cases"], ids=lambda case: f"{case['id']} {case['comment']}")
def test_decision(case: dict[str, Any]) -> None:
    query, policies = query_of(case), policies_of(case)
    grants = [
        HeldGrant(one["id"], one["issuer"], one.get("session", False), one.get("account", False))
        for one in case.get("grants", ())
    ]
    decision = evaluate(query, policies, grants)
    because = [f"{one.document.name}/{one.policy}/{one.statement}" for one in decision.because]
    expected = (case["allowed"], case["reason"], case["because"])
    assert (decision.allowed, decision.reason.name, because) == expected


@pytest.mark.parametrize("case", TABLE["cases"], ids=lambda case: case["id"])
def test_a_template_depends_on_the_keys_that_it_names_only(case: dict[str, Any]) -> None:
    query, policies = query_of(case), policies_of(case)
    template = compile_template(
        query.principal, query.action, query.resource, query.resource_account, policies
    )  # fmt: skip
    named = {name: value for name, value in query.context.items() if name in template.condition_keys}
    noise = {"aws:sourceip": "203.0.113.1", "kms:encryptioncontext:other": "x"}
    assert template.decide(named) == template.decide({**noise, **query.context}) == evaluate(query, policies)


def test_every_vector_has_an_id_of_its_own_and_every_policy_is_used() -> None:
    ids = [case["id"] for case in TABLE["cases"]]
    assert len(set(ids)) == len(ids)
    used = {
        name
        for case in TABLE["cases"]
        for name in (case["key"], *case["identity"], case.get("boundary"), *case.get("session", ()))
    }
    assert used - {None} == set(TABLE["policies"])
