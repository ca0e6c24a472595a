"""Templates: what is decided before the request, what is left for it, and what they cost to keep."""

import json
from typing import Any

from strongroom.authz.defaults import ADMINISTRATOR_ACCESS, default_key_policy
from strongroom.authz.evaluate import HeldGrant, Policies, Reason, Template, compile_template
from strongroom.authz.policy import Policy, PolicyKind, parse_policy
from strongroom.model.principal import Principal, PrincipalKind

ACCOUNT = "111111111111"
KEY = f"arn:aws:kms:us-east-1:{ACCOUNT}:key/k"
ALICE = Principal(PrincipalKind.USER, ACCOUNT, f"arn:aws:iam::{ACCOUNT}:user/alice", "AIDAALICEALICEALICE", "alice")
ADMIN = parse_policy(ADMINISTRATOR_ACCESS, PolicyKind.IDENTITY, "AdministratorAccess")
DEFAULT = parse_policy(default_key_policy(ACCOUNT), PolicyKind.KEY, "default")


def key_policy(*statements: dict[str, Any]) -> Policy:
    common = {"Effect": "Allow", "Principal": {"AWS": ACCOUNT}, "Action": "kms:*", "Resource": "*"}
    text = json.dumps({"Version": "2012-10-17", "Statement": [common | one for one in statements]})
    return parse_policy(text, PolicyKind.KEY, "default")


def compiled(key: Policy, *identity: Policy, action: str = "kms:Decrypt", arn: str = KEY) -> Template:
    return compile_template(ALICE, action, arn, ACCOUNT, Policies(key, identity))


def test_without_conditions_the_decision_is_one_object() -> None:
    template = compiled(DEFAULT, ADMIN)
    assert template.condition_keys == frozenset()
    assert template.decide({}) is template.decide({"aws:sourceip": "203.0.113.1"})


def test_keys_with_the_same_policy_share_a_template() -> None:
    assert compiled(DEFAULT, ADMIN) is compiled(DEFAULT, ADMIN, arn=f"{KEY}2", action="kms:Encrypt")


def test_conditions_of_statements_about_other_actions_are_not_asked() -> None:
    key = key_policy({}, {"Action": "kms:CreateGrant", "Condition": {"Bool": {"kms:GrantIsForAWSResource": "true"}}})
    assert compiled(key, ADMIN).condition_keys == frozenset()


def test_where_it_is_allowed_anyway_only_conditional_denies_are_asked() -> None:
    key = key_policy(
        {},
        {"Condition": {"StringEquals": {"kms:ViaService": "s3.us-east-1.amazonaws.com"}}},
        {"Effect": "Deny", "Condition": {"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}},
    )
    template = compiled(key, ADMIN)
    assert template.condition_keys == {"aws:sourceip"}
    assert template.decide({"aws:sourceip": "198.51.100.1"}).allowed
    assert template.decide({"aws:sourceip": "203.0.113.1"}).reason is Reason.EXPLICIT_DENY


def test_where_it_is_denied_anyway_nothing_is_asked() -> None:
    key = key_policy({"Effect": "Deny"}, {"Condition": {"StringEquals": {"kms:ViaService": "x"}}})
    assert compiled(key, ADMIN).condition_keys == frozenset()


def test_condition_keys_include_variables_of_resources() -> None:
    own = {"Effect": "Allow", "Action": "kms:*", "Resource": "arn:aws:kms:*:*:key/${aws:PrincipalTag/Team}"}
    identity = parse_policy(json.dumps({"Version": "2012-10-17", "Statement": own}), PolicyKind.IDENTITY, "own")
    template = compiled(DEFAULT, identity)
    assert template.condition_keys == {"aws:principaltag/team"}
    assert template.decide({"aws:principaltag/team": "k"}).allowed
    assert not template.decide({"aws:principaltag/team": "other"}).allowed


def test_a_grant_helps_where_a_condition_denied_and_not_against_a_deny() -> None:
    key = key_policy(
        {"Condition": {"StringEquals": {"kms:EncryptionContext:a": "1"}}},
        {"Effect": "Deny", "Condition": {"StringEquals": {"kms:EncryptionContext:a": "2"}}},
    )
    template, grants = compiled(key, ADMIN), [HeldGrant("g", ACCOUNT)]
    assert template.decide({"kms:encryptioncontext:a": "1"}, grants).reason is Reason.POLICY
    assert template.decide({"kms:encryptioncontext:a": "3"}, grants).reason is Reason.GRANT
    assert template.decide({"kms:encryptioncontext:a": "2"}, grants).reason is Reason.EXPLICIT_DENY
    assert template.decide({"kms:encryptioncontext:a": "3"}).reason is Reason.NO_RESOURCE_POLICY


def test_what_a_template_remembers_is_bounded() -> None:
    conditions = ({"StringEquals": {f"kms:EncryptionContext:{at}": "x"}} for at in range(12))
    template = compiled(key_policy(*({"Condition": one} for one in conditions)), ADMIN)
    for bits in range(1 << 12):
        context = {f"kms:encryptioncontext:{at}": "x" for at in range(12) if bits & 1 << at}
        assert template.decide(context).allowed is bool(bits)
    assert len(template._remembered) <= 256
