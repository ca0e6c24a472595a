"""What is refused when a policy is stored, in which words, and what is accepted."""

import json
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from strongroom.authz.acceptance import accept_policy
from strongroom.authz.document import MAX_POLICY_BYTES
from strongroom.authz.policy import Policy, PolicyKind, parse_policy
from strongroom.errors import AWSError, LimitExceededError, MalformedPolicyDocumentError

REFUSALS = json.loads(Path(__file__).parent.parent.joinpath("vectors/authz/refusals.json").read_text())
CASES = REFUSALS["cases"]
GOOD = {"Effect": "Allow", "Principal": "*", "Action": "kms:*", "Resource": "*"}


def document(*statements: dict[str, Any], **elements: Any) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements), **elements})


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_refusals(case: dict[str, Any]) -> None:
    text = case["policy"] if "policy" in case else document(case["statement"])
    with pytest.raises(AWSError) as refused:
        accept_policy(text, PolicyKind[case["kind"]])
    assert (refused.value.wire_name, refused.value.message) == (case["wire"], case["text"])


def test_every_refusal_has_an_id_and_a_known_origin() -> None:
    ids = [case["id"] for case in CASES]
    assert len(set(ids)) == len(ids)
    assert {case["origin"] for case in CASES} == set(REFUSALS["origins"])


def test_what_was_stored_once_can_be_read_for_ever() -> None:
    """Rules for new documents do not shut a key whose policy is older than they are."""
    for statement in (
        {**GOOD, "Condition": {"StringEquals": {"aws:ResourceTag/a": "b"}}},
        {**GOOD, "Condition": {"ForAllValues:StringEquals": {"kms:EncryptionContext:a": "b"}}},
    ):
        assert parse_policy(document(statement), PolicyKind.KEY).statements
        with pytest.raises(MalformedPolicyDocumentError):
            accept_policy(document(statement), PolicyKind.KEY)


@pytest.mark.parametrize(
    "statement",
    [
        {
            "Effect": "Allow",
            "Action": ["kms:*", "s3.amazonaws.com:x"],
            "Resource": ["arn:aws:kms:*", "arn:aws-cn:kms:*:*:key/*"],
        },
        {"Effect": "Allow", "Action": "*:Decrypt", "Resource": "arn:*:kms:us-east-1:111111111111:key/k"},
        {"Effect": "Deny", "NotAction": "kms:Encrypt", "NotResource": ["*", "arn:aws:kms:::alias/${aws:username}"]},
        {
            "Effect": "Allow",
            "Action": "kms:*",
            "Resource": "*",
            "Condition": {"StringEquals": {"aws:ResourceTag/a": "b"}},
        },
    ],
    ids=json.dumps,
)
def test_accepted_as_an_identity_policy(statement: dict[str, Any]) -> None:
    assert len(accept_policy(document(statement), PolicyKind.IDENTITY, "inline").statements) == 1


@pytest.mark.parametrize(
    "statement",
    [
        GOOD,
        {**GOOD, "Action": ["kms:Decrypt", "KMS:gen*", "s3:GetObject", "kms:NotYetThere"]},
        {**GOOD, "Action": "*"},
        {**GOOD, "Sid": "Allow use of the key", "Condition": {}},
        {**GOOD, "Condition": {"Bool": {"kms:GrantIsForAWSResource": True}, "NumericEquals": {"kms:X": [1, 2.5]}}},
        {**GOOD, "Condition": {"StringEquals": {"kms:EncryptionContext:caf\u00e9 \U0001f600": "\u4e2d"}}},
        {**GOOD, "Principal": {"AWS": ["111111111111", "*", "arn:aws:iam::111111111111:root"]}},
        {**GOOD, "Principal": {"AWS": "arn:aws:iam::111111111111:user/division/team/Bob@example.com"}},
        {**GOOD, "Principal": {"AWS": "arn:aws-cn:iam::111111111111:role/service-role/R"}},
        {**GOOD, "Principal": {"AWS": "arn:aws:sts::111111111111:assumed-role/R/session@example.com"}},
        {**GOOD, "Principal": {"AWS": "arn:aws:sts::111111111111:federated-user/fred"}},
        {**GOOD, "Principal": {"AWS": "AROAEXAMPLEEXAMPLE123"}},
        {**GOOD, "Principal": {"Service": ["s3.amazonaws.com", "cloudtrail.amazonaws.com"], "AWS": "111111111111"}},
        {**GOOD, "Principal": {"Federated": "cognito-identity.amazonaws.com"}},
        {"Effect": "Deny", "NotPrincipal": {"AWS": "111111111111"}, "NotAction": "kms:*", "NotResource": "arn:aws:x"},
        {**GOOD, "Condition": {"ForAnyValue:StringEquals": {"kms:EncryptionContext:a": "b"}}},
        {**GOOD, "Condition": {"ForAllValues:StringEquals": {"kms:EncryptionContextKeys": "a", "aws:TagKeys": "b"}}},
        {**GOOD, "Resource": "arn:aws:kms:us-east-1:111111111111:key/k"},
    ],
    ids=json.dumps,
)
def test_accepted_as_a_key_policy(statement: dict[str, Any]) -> None:
    policy = accept_policy(document(statement), PolicyKind.KEY, "default")
    assert policy.name == "default"
    assert len(policy.statements) == 1


def test_one_statement_needs_no_list_and_the_id_is_a_name() -> None:
    text = json.dumps({"Version": "2008-10-17", "Id": "mine", "Statement": GOOD})
    assert parse_policy(text, PolicyKind.KEY).name == "mine"


def test_identity_policies_need_no_version() -> None:
    text = '{"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}'
    assert parse_policy(text, PolicyKind.IDENTITY, "admin").name == "admin"


def test_size_counts_bytes() -> None:
    room = MAX_POLICY_BYTES - len(document(GOOD, Id="").encode())
    assert parse_policy(document(GOOD, Id="x" * room), PolicyKind.KEY)
    with pytest.raises(LimitExceededError):
        parse_policy(document(GOOD, Id="x" * (room + 1)), PolicyKind.KEY)
    two_bytes_each = json.dumps({"Version": "2012-10-17", "Statement": GOOD, "Id": "\xe9" * 17_000}, ensure_ascii=False)
    assert len(two_bytes_each) < MAX_POLICY_BYTES
    with pytest.raises(LimitExceededError):
        parse_policy(two_bytes_each, PolicyKind.KEY)


def test_lone_surrogates_are_refused() -> None:
    with pytest.raises(MalformedPolicyDocumentError):
        parse_policy(document({**GOOD, "Sid": "\ud800"}), PolicyKind.KEY)
    with pytest.raises(MalformedPolicyDocumentError):
        parse_policy(document({**GOOD, "Condition": {"StringEquals": {"kms:\udfff": "x"}}}), PolicyKind.KEY)


@pytest.mark.parametrize(
    "text",
    [
        "[" * 30_000,
        '{"a":' * 6_000,
        '{"Version": "2012-10-17", "Statement": ' + "[" * 10_000 + "]" * 10_000 + "}",
        '{"Version": ' + "9" * 30_000 + "}",
        "{" + ",".join(f'"{number}":0' for number in range(3_500)) + "}",
        document({**GOOD, "Sid": "${" * 16_000}),
        document({**GOOD, "Condition": {"NumericEquals": {"kms:x": "9" * 30_000}}}),
        document({**GOOD, "Condition": {"StringLike": {"kms:x": "*" * 20_000 + "${" + "a " * 5_000}}}),
        document({**GOOD, "Principal": {"AWS": "arn:aws:iam::111111111111:user/" + "a/" * 15_000 + "*"}}),
    ],
    ids=lambda text: text[:30],
)
def test_hostile_texts_are_quick(text: str) -> None:
    started = time.process_time()
    try:
        parse_policy(text, PolicyKind.KEY)
    except AWSError as refused:
        assert refused.message  # noqa: PT017 - some are accepted, and those that are not say why
    assert time.process_time() - started < 1


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=10,
)
WORD = st.sampled_from(
    [
        "Allow", "Deny", "*", "kms:*", "arn:aws:iam::111111111111:root", "arn:", "${aws:username}", "2012-10-17",
    ]
)  # fmt: skip
ELEMENT = st.sampled_from(
    [
        "Version", "Id", "Statement", "Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction", "Resource",
        "NotResource", "Condition", "AWS", "Service", "StringEquals", "ForAllValues:Bool", "Null", "kms:x",
    ]
)  # fmt: skip
NEARLY = st.recursive(
    WORD | st.text(max_size=4) | st.integers(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(ELEMENT, inner, max_size=5),
    max_leaves=20,
)
SHAPED = st.fixed_dictionaries(
    {"Version": st.just("2012-10-17"), "Statement": st.fixed_dictionaries(dict.fromkeys(GOOD, NEARLY | WORD))}
)


@given(st.one_of(JSON, NEARLY, SHAPED).map(json.dumps) | st.text(max_size=50), st.sampled_from(PolicyKind))
def test_any_text_is_a_policy_or_refused(text: str, kind: PolicyKind) -> None:
    try:
        policy = accept_policy(text, kind)
    except AWSError:
        return
    assert isinstance(policy, Policy)
