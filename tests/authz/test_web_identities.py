"""Who shows a provider's token, in trust policies: named by the provider alone, denied by everything that means everybody."""

import json
from typing import Any

import pytest

from strongroom.authz.evaluate import Policies, Query, evaluate
from strongroom.authz.policy import PolicyKind, parse_policy
from strongroom.model.principal import Principal, PrincipalKind

ACCOUNT = "111122223333"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/pod"
PROVIDER = f"arn:aws:iam::{ACCOUNT}:oidc-provider/id.example.com"
ACTION = "sts:AssumeRoleWithWebIdentity"
BEARER = Principal(PrincipalKind.WEB_IDENTITY, ACCOUNT, PROVIDER, f"{PROVIDER}:client:alice", user_name="alice")
ALLOW = {"Effect": "Allow", "Principal": {"Federated": PROVIDER}, "Action": ACTION}
ANOTHER = PROVIDER.replace("id.", "other.")


@pytest.mark.parametrize(
    ("further", "allowed"),
    [
        ([], True),
        ([{"Effect": "Deny", "Principal": "*", "Action": ACTION}], False),
        ([{"Effect": "Deny", "Principal": {"Federated": PROVIDER}, "Action": "sts:*"}], False),
        ([{"Effect": "Deny", "Principal": {"Federated": ANOTHER}, "Action": "sts:*"}], True),
        ([{"Effect": "Deny", "NotPrincipal": {"Federated": PROVIDER}, "Action": "sts:*"}], True),
        ([{"Effect": "Deny", "NotPrincipal": {"Federated": ANOTHER}, "Action": "sts:*"}], False),
        ([{"Effect": "Deny", "NotPrincipal": {"AWS": ACCOUNT}, "Action": "sts:*"}], False),
        ([{"Effect": "Deny", "Principal": {"AWS": ACCOUNT}, "Action": "sts:*"}], True),
    ],
)
def test_trust_policies(further: list[dict[str, Any]], allowed: bool) -> None:
    document = json.dumps({"Version": "2012-10-17", "Statement": [ALLOW, *further]})
    trust = parse_policy(document, PolicyKind.TRUST)
    assert evaluate(Query(BEARER, ACTION, ROLE, ACCOUNT, {}), Policies(trust, ())).allowed is allowed


@pytest.mark.parametrize("principal", ["*", {"AWS": "*"}, {"AWS": ACCOUNT}, {"Federated": ANOTHER}])
def test_everybody_else_is_not_meant(principal: Any) -> None:
    document = json.dumps({"Version": "2012-10-17", "Statement": [{**ALLOW, "Principal": principal}]})
    trust = parse_policy(document, PolicyKind.TRUST)
    assert not evaluate(Query(BEARER, ACTION, ROLE, ACCOUNT, {}), Policies(trust, ())).allowed
