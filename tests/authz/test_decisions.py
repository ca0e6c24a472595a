"""The decision tables in vectors/authz/decisions*.json: query, documents, decision and the statements that decided.

A case names its documents from its table's ``policies`` or holds their statements; ``allow_if`` and ``deny_if`` stand for one
condition in a key policy, for tables that are about conditions.
"""

import json
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from strongroom.authz.evaluate import HeldGrant, Policies, Query, compile_template, evaluate
from strongroom.authz.policy import Policy, PolicyKind, parse_policy
from strongroom.model.principal import Principal, PrincipalKind

VECTORS = Path(__file__).parent.parent.joinpath("vectors/authz")

TABLES = {path.stem: json.loads(path.read_text()) for path in sorted(VECTORS.glob("decisions*.json"))}
FIRST = TABLES["decisions"]
KEY_ACCOUNT = "111111111111"
ACCOUNT = {"AWS": KEY_ACCOUNT}
STATEMENT = {"Action": "kms:*", "Resource": "*"}
ENABLE = {"Sid": "enable", "Effect": "Allow", "Principal": ACCOUNT, **STATEMENT}
ABOUT_CONDITIONS = {"principal": "alice", "identity": ["admin"]}
CASES = [
    pytest.param(table, case, id=f"{name} {case['id']}") for name, table in TABLES.items() for case in table["cases"]
]


@cache
def parsed(text: str, kind: PolicyKind, name: str) -> Policy:
    return parse_policy(text, kind, name)


def policy(table: dict[str, Any], given: Any, kind: PolicyKind, version: str = "2012-10-17") -> Policy | None:
    """Return the policy of a name in the table, or of statements."""
    if given is None:
        return None
    name = given if isinstance(given, str) else "default"
    statements = {**FIRST["policies"], **table["policies"]}[given] if isinstance(given, str) else given
    return parsed(json.dumps({"Version": version, "Statement": statements}), kind, name)


def identity_like(table: dict[str, Any], names: Sequence[Any]) -> tuple[Policy, ...]:
    return tuple(found for name in names if (found := policy(table, name, PolicyKind.IDENTITY)))


def key_policy_of(case: dict[str, Any]) -> Any:
    if "allow_if" in case:
        return [{**ENABLE, "Sid": "if", "Condition": case["allow_if"]}]
    if "deny_if" in case:
        return [ENABLE, {"Sid": "if", "Effect": "Deny", "Principal": "*", **STATEMENT, "Condition": case["deny_if"]}]
    return case["key"]


def query_of(case: dict[str, Any]) -> Query:
    found = FIRST["principals"][case["principal"]]
    principal = Principal(**{**found, "kind": PrincipalKind(found["kind"])})
    resource = case.get("resource", FIRST["key"])
    account = KEY_ACCOUNT if resource != "*" else principal.account
    context = {
        name: value if isinstance(value, str) else tuple(value) for name, value in case.get("context", {}).items()
    }
    return Query(principal, case.get("action", "kms:Decrypt"), resource, account, context)


def policies_of(table: dict[str, Any], case: dict[str, Any]) -> Policies:
    return Policies(
        policy(table, key_policy_of(case), PolicyKind.KEY, case.get("version", "2012-10-17")),
        identity_like(table, case["identity"]),
        policy(table, case.get("boundary"), PolicyKind.IDENTITY),
        identity_like(table, case.get("session", ())),
    )


@pytest.mark.parametrize(("table", "case"), CASES)
def test_decision(table: dict[str, Any], case: dict[str, Any]) -> None:
    case = ABOUT_CONDITIONS | case
    query, policies = query_of(case), policies_of(table, case)
    grants = [
        HeldGrant(one["id"], one["issuer"], one.get("session", False), one.get("account", False))
        for one in case.get("grants", ())
    ]
    decision = evaluate(query, policies, grants)
    because = [f"{one.document.name}/{one.policy}/{one.statement}" for one in decision.because]
    expected = (case["allowed"], case["reason"], case["because"])
    assert (decision.allowed, decision.reason.name, because) == expected, case["comment"]


@pytest.mark.parametrize(("table", "case"), CASES)
def test_a_template_depends_on_the_keys_that_it_names_only(table: dict[str, Any], case: dict[str, Any]) -> None:
    case = ABOUT_CONDITIONS | case
    query, policies = query_of(case), policies_of(table, case)
    template = compile_template(
        query.principal, query.action, query.resource, query.resource_account, policies
    )  # fmt: skip
    named = {name: value for name, value in query.context.items() if name in template.condition_keys}
    noise = {"kms:noise": "203.0.113.1", "kms:encryptioncontext:other": "x"}
    assert template.decide(named) == template.decide({**noise, **query.context}) == evaluate(query, policies)


@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES)
def test_every_case_has_an_id_and_every_policy_and_source_is_used(table: dict[str, Any]) -> None:
    cases = table["cases"]
    ids = [case["id"] for case in cases]
    assert len(set(ids)) == len(ids)
    if table is not FIRST:
        assert {case["source"] for case in cases} == set(table["sources"])
    used: set[str] = set()
    for case in cases:
        named = (case.get("key"), *case.get("identity", ()), case.get("boundary"), *case.get("session", ()))
        used |= {name for name in named if isinstance(name, str)}
    assert used >= set(table["policies"])


def test_there_are_many() -> None:
    assert len(CASES) >= 500
