"""Default policies, and the check that a new key policy leaves its author able to replace it."""

import json
from typing import Any

import pytest

from strongroom.authz.defaults import ADMINISTRATOR_ACCESS, default_key_policy
from strongroom.authz.lockout import check_lockout
from strongroom.authz.policy import PolicyKind, parse_policy
from strongroom.errors import MalformedPolicyDocumentError
from strongroom.model.principal import Principal, PrincipalKind

ACCOUNT = "111111111111"
KEY = f"arn:aws:kms:us-east-1:{ACCOUNT}:key/k"
ROOT = Principal(PrincipalKind.ROOT, ACCOUNT, f"arn:aws:iam::{ACCOUNT}:root", ACCOUNT)
ALICE = Principal(
    PrincipalKind.USER,
    ACCOUNT,
    f"arn:aws:iam::{ACCOUNT}:user/alice",
    "AIDAALICEALICEALICE",
    "alice",
    tags=(("Team", "keys"),),
)
ADMIN = parse_policy(ADMINISTRATOR_ACCESS, PolicyKind.IDENTITY, "AdministratorAccess")
ENCRYPT = parse_policy(
    '{"Statement": {"Effect": "Allow", "Action": "kms:Encrypt", "Resource": "*"}}', PolicyKind.IDENTITY, "encrypt"
)
TEXT = "The new key policy will not allow you to update the key policy in the future."


def key_policy(**elements: Any) -> str:
    statement = {"Effect": "Allow", "Principal": {"AWS": ACCOUNT}, "Action": "kms:*", "Resource": "*", **elements}
    return json.dumps({"Version": "2012-10-17", "Statement": statement})


def test_default_key_policy_byte_for_byte() -> None:
    assert default_key_policy(ACCOUNT) == (
        "{\n"
        '  "Version" : "2012-10-17",\n'
        '  "Id" : "key-default-1",\n'
        '  "Statement" : [ {\n'
        '    "Sid" : "Enable IAM User Permissions",\n'
        '    "Effect" : "Allow",\n'
        '    "Principal" : {\n'
        '      "AWS" : "arn:aws:iam::111111111111:root"\n'
        "    },\n"
        '    "Action" : "kms:*",\n'
        '    "Resource" : "*"\n'
        "  } ]\n"
        "}"
    )


@pytest.mark.parametrize(
    ("text", "principal", "identity"),
    [
        (default_key_policy(ACCOUNT), ROOT, ()),
        (default_key_policy(ACCOUNT), ALICE, (ADMIN,)),
        (key_policy(Principal={"AWS": ALICE.arn}, Action="kms:Put*"), ALICE, ()),
        (key_policy(Condition={"StringEquals": {"kms:CallerAccount": ACCOUNT}}), ALICE, (ADMIN,)),
        (key_policy(Condition={"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:user/al*"}}), ALICE, (ADMIN,)),
        (key_policy(Condition={"StringEquals": {"aws:PrincipalTag/team": "keys"}}), ALICE, (ADMIN,)),
        (key_policy(Condition={"StringEquals": {"aws:RequestedRegion": "us-east-1"}}), ALICE, (ADMIN,)),
    ],
)
def test_leaves_the_author_in(text: str, principal: Principal, identity: tuple[Any, ...]) -> None:
    policy = parse_policy(text, PolicyKind.KEY, "default")
    check_lockout(policy, principal, identity, KEY, ACCOUNT, {"aws:requestedregion": "us-east-1"})


@pytest.mark.parametrize(
    ("text", "principal", "identity"),
    [
        (default_key_policy(ACCOUNT), ALICE, ()),
        (default_key_policy(ACCOUNT), ALICE, (ENCRYPT,)),
        (default_key_policy("222222222222"), ALICE, (ADMIN,)),
        (key_policy(Principal={"AWS": ALICE.arn}), ROOT, ()),
        (key_policy(Action="kms:Decrypt"), ALICE, (ADMIN,)),
        (key_policy(Effect="Deny"), ALICE, (ADMIN,)),
        (key_policy(Principal={"AWS": "arn:aws:iam::111111111111:user/bob"}), ALICE, (ADMIN,)),
        (key_policy(Condition={"StringEquals": {"kms:CallerAccount": "222222222222"}}), ALICE, (ADMIN,)),
        (key_policy(Condition={"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}), ALICE, (ADMIN,)),
    ],
)
def test_refuses_to_lock_the_author_out(text: str, principal: Principal, identity: tuple[Any, ...]) -> None:
    policy = parse_policy(text, PolicyKind.KEY, "default")
    with pytest.raises(MalformedPolicyDocumentError) as refused:
        check_lockout(policy, principal, identity, KEY, ACCOUNT, {})
    assert refused.value.message == TEXT
