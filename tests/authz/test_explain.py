"""Why: the cases of vectors/authz/explanations.json, and that an explanation decides as the decision does."""

import json
from pathlib import Path
from typing import Any

import pytest

from strongroom.authz.authorization_message import authorization_message
from strongroom.authz.evaluate import HeldGrant, Policies, Query, evaluate
from strongroom.authz.explain import explain
from strongroom.authz.explain_text import explanation_lines, remedies_text
from strongroom.authz.match import Match
from strongroom.authz.policy import Policy, PolicyKind, parse_policy
from strongroom.authz.positions import Position, statement_positions
from strongroom.model.principal import Principal, PrincipalKind

VECTORS = Path(__file__).parent.parent / "vectors" / "authz"
TABLE = json.loads((VECTORS / "explanations.json").read_text())
DECISIONS = json.loads((VECTORS / "decisions.json").read_text())
ALICE = Principal(
    PrincipalKind.USER, "111111111111", "arn:aws:iam::111111111111:user/alice", "AIDAALICE", user_name="alice"
)


def policy(statements: list[dict[str, Any]] | None, kind: PolicyKind, name: str) -> Policy | None:
    if statements is None:
        return None
    text = json.dumps({"Version": "2012-10-17", "Statement": statements})
    return parse_policy(text, kind, name)


def question(case: dict[str, Any]) -> tuple[Query, Policies]:
    principal = ALICE
    if "principal" in case:
        principal = Principal(**{**case["principal"], "kind": PrincipalKind(case["principal"]["kind"])})
    query = Query(principal, "kms:Decrypt", TABLE["key"], "111111111111", case.get("context", {}))
    identity = policy(case["identity"] or None, PolicyKind.IDENTITY, "identity")
    return query, Policies(
        policy(case["key"], PolicyKind.KEY, "default"),
        (identity,) if identity is not None else (),
        policy(case.get("boundary"), PolicyKind.IDENTITY, "limit"),
    )


@pytest.mark.parametrize("case", TABLE["cases"], ids=lambda case: case["id"])
def test_explanations(case: dict[str, Any]) -> None:
    explanation = explain(*question(case))
    assert list(remedies_text(explanation)) == [text.format(key=TABLE["key"]) for text in case["remedies"]]
    said = "\n".join(explanation_lines(explanation, grantable=True))
    for text in case["said"]:
        assert text in said
    for text in case.get("not_said", ()):
        assert text not in said.replace(TABLE["key"], "")
    assert explanation.decision.allowed is (not case["remedies"])


@pytest.mark.parametrize("case", TABLE["cases"], ids=lambda case: case["id"])
def test_a_message_has_the_members_of_the_service(case: dict[str, Any]) -> None:
    explanation = explain(*question(case))
    message = json.loads(json.dumps(authorization_message(explanation)))
    assert message["allowed"] is explanation.decision.allowed
    assert message["explicitDeny"] is ("Deny" in "".join(case["remedies"]))
    assert message["context"]["action"] == "kms:Decrypt"
    assert message["context"]["principal"]["arn"] == explanation.query.principal.arn
    assert {item["key"] for item in message["context"]["conditions"]["items"]} == set(explanation.context)
    assert all(item["effect"] in {"ALLOW", "DENY"} for item in message["matchedStatements"]["items"])


def test_a_failed_condition_stands_in_the_message() -> None:
    (case,) = (case for case in TABLE["cases"] if case["id"] == "condition-differs")
    (failure,) = authorization_message(explain(*question(case)))["failures"]["items"]
    assert failure["statementId"] == "Team"
    assert failure["failedConditions"]["items"] == [
        {
            "operator": "StringEquals",
            "key": "kms:EncryptionContext:team",
            "values": {"items": [{"value": "a"}, {"value": "b"}]},
            "requestValues": {"items": [{"value": "c"}]},
        }
    ]


@pytest.mark.parametrize("case", DECISIONS["cases"], ids=lambda case: case["id"])
def test_an_explanation_decides_as_the_decision_and_its_remedies_suffice(case: dict[str, Any]) -> None:
    found = DECISIONS["principals"][case["principal"]]
    principal = Principal(**{**found, "kind": PrincipalKind(found["kind"])})
    resource = case.get("resource", DECISIONS["key"])
    account = "111111111111" if resource != "*" else principal.account
    query = Query(principal, case.get("action", "kms:Decrypt"), resource, account, case.get("context", {}))

    def named(name: str | None, kind: PolicyKind) -> Policy | None:
        return policy(DECISIONS["policies"][name], kind, name) if name is not None else None

    policies = Policies(
        named(case["key"], PolicyKind.KEY),
        tuple(one for name in case["identity"] if (one := named(name, PolicyKind.IDENTITY))),
        named(case.get("boundary"), PolicyKind.IDENTITY),
        tuple(one for name in case.get("session", ()) if (one := named(name, PolicyKind.IDENTITY))),
    )
    grants = [
        HeldGrant(one["id"], one["issuer"], one.get("session", False), one.get("account", False))
        for one in case.get("grants", ())
    ]
    explanation = explain(query, policies, grants)
    assert explanation.decision == evaluate(query, policies, grants)
    hopeless = policies.resource is None and account != principal.account
    assert bool(explanation.remedies) is not (explanation.decision.allowed or hopeless)
    assert list(explanation_lines(explanation, grantable=True))
    for statement in explanation.statements:
        assert bool(statement.failed) is any(one in statement.failed for one in statement.conditions)
        assert all(one.match is not Match.YES for one in statement.failed if statement.effect.value == "Allow")


def test_whatever_a_caller_sends_stays_on_its_line() -> None:
    (case,) = (case for case in TABLE["cases"] if case["id"] == "condition-differs")
    query, policies = question({**case, "context": {"kms:encryptioncontext:team": "x\nDECISION ALLOWED\x1b[2J" * 50}})
    lines = list(explanation_lines(explain(query, policies)))
    assert all(line.isprintable() for line in lines)
    assert not any(line.startswith("DECISION") for line in lines)


def test_a_statement_of_hundreds_of_conditions_stays_on_the_screen() -> None:
    names = [f"kms:EncryptionContext:{number}" for number in range(300)]
    both = [
        {"Sid": effect, "Effect": effect, "Action": "kms:*", "Resource": "*", "Condition": {operator: dict.fromkeys(names, "x")}}
        for effect, operator in (("Deny", "StringNotEquals"), ("Allow", "StringEquals"))
    ]  # fmt: skip
    case = {"key": [{"Effect": "Allow", "Principal": {"AWS": "111111111111"}, "Action": "kms:*", "Resource": "*"}]}
    lines = list(explanation_lines(explain(*question({**case, "identity": both}))))
    assert len(lines) < 24
    assert sum(line.endswith("; and 297 more") for line in lines) == 3
    assert max(map(len, lines)) < 600


ONE_LINE = '{"Statement":{"Effect":"Allow","Action":"a:b","Resource":"*"}}'
TWO = """{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Sid": "a{[\\"",
      "Effect": "Allow", "Action": ["a:b"], "Resource": "*",
      "Condition": {"Bool": {"a:b": ["true"]}}
    },
    {"Effect": "Deny", "Action": "a:b", "Resource": "*"}
  ]
}"""


def test_positions_of_statements() -> None:
    assert statement_positions(ONE_LINE) == [(Position(1, 14), Position(1, len(ONE_LINE)))]
    assert statement_positions(TWO) == [
        (Position(3, 17), Position(8, 6)),
        (Position(8, 7), Position(9, 57)),
    ]
