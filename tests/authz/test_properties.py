"""What must hold for any policies: Denies only take away, Allows only give, order is nothing, doubt is strict."""

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from strongroom.authz.decision import Decision, Document, Reason
from strongroom.authz.evaluate import HeldGrant, Policies, Query, compile_template, evaluate
from strongroom.authz.explain import Remedy, Standing, explain
from strongroom.authz.policy import Policy, PolicyKind, parse_policy
from strongroom.model.principal import Principal, PrincipalKind

ACCOUNT, OTHER = "111111111111", "222222222222"
KEY = f"arn:aws:kms:us-east-1:{ACCOUNT}:key/k"
PRINCIPALS = (
    Principal(PrincipalKind.ROOT, ACCOUNT, f"arn:aws:iam::{ACCOUNT}:root", ACCOUNT),
    Principal(PrincipalKind.USER, ACCOUNT, f"arn:aws:iam::{ACCOUNT}:user/alice", "AIDAALICEALICEALICE", "alice"),
    Principal(
        PrincipalKind.ASSUMED_ROLE,
        ACCOUNT,
        f"arn:aws:sts::{ACCOUNT}:assumed-role/app/one",
        "AROAAPPAPPAPPAPPAPP:one",
        issuer_arn=f"arn:aws:iam::{ACCOUNT}:role/app",
    ),
    Principal(PrincipalKind.USER, OTHER, f"arn:aws:iam::{OTHER}:user/mallory", "AIDAMALLORYMALLORY1", "mallory"),
)
BROKEN = {"NumericEquals": {"kms:n": "1"}}  # the requests below hold kms:n = "x"

Statement = dict[str, Any]
NAMES = st.sampled_from(
    ["*", {"AWS": [ACCOUNT]}, {"AWS": OTHER}]
    + [{"AWS": name} for principal in PRINCIPALS[1:] for name in (principal.arn, principal.issuer_arn) if name]
)
CONDITIONS = st.sampled_from(
    [
        {},
        {"StringEquals": {"kms:s": "a"}},
        {"StringNotEquals": {"kms:s": ["a", "b"]}},
        {"ForAnyValue:StringLike": {"kms:m": "a*"}},
        {"ForAllValues:StringEquals": {"kms:m": ["a", "b"]}},
        {"StringLike": {"kms:s": "${aws:username}*"}},
        {"Null": {"kms:s": "true"}, "StringEqualsIfExists": {"aws:username": "alice"}},
        BROKEN,
        BROKEN | {"StringEquals": {"kms:s": "a"}},
    ]
)
CONTEXTS = st.fixed_dictionaries(
    {"kms:n": st.just("x")},
    optional={
        "kms:s": st.sampled_from(["a", "b", "alice", "c"]),
        "kms:m": st.lists(st.sampled_from(["a", "b", "c"]), max_size=2).map(tuple),
        "aws:username": st.sampled_from(["alice", "a", ""]),
    },
)


def statements(*, key: bool, conditions: st.SearchStrategy[Any] = CONDITIONS) -> st.SearchStrategy[Statement]:
    resources = ["*", KEY, "arn:aws:kms:*:*:key/?", "arn:aws:kms:*:*:key/other", "arn:aws:kms:*:*:key/${kms:s}"]
    parts: dict[str, st.SearchStrategy[Any]] = {
        "Effect": st.sampled_from(["Allow", "Allow", "Deny"]),
        "Action": st.sampled_from(["kms:*", "kms:Decrypt", "KMS:DE?RYPT", "kms:Encrypt", "*"]),
        "Resource": st.sampled_from(resources),
        "Condition": conditions,
    }
    return st.fixed_dictionaries(parts | {"Principal": NAMES} if key else parts)


KEY_STATEMENTS = st.lists(statements(key=True), min_size=1, max_size=3)
STATEMENTS = st.lists(statements(key=False), min_size=1, max_size=3)
Documents = dict[Document, list[Statement]]
DOCUMENTS: st.SearchStrategy[Documents] = st.fixed_dictionaries(
    {Document.RESOURCE: KEY_STATEMENTS, Document.IDENTITY: STATEMENTS},
    optional={Document.BOUNDARY: STATEMENTS, Document.SESSION: STATEMENTS},
)


def parse(found: Sequence[Statement], kind: PolicyKind = PolicyKind.IDENTITY) -> Policy:
    return parse_policy(json.dumps({"Version": "2012-10-17", "Statement": found}), kind)


def decide(principal: Principal, documents: Documents, context: Any, grants: Sequence[HeldGrant] = ()) -> Decision:
    boundary, session = documents.get(Document.BOUNDARY), documents.get(Document.SESSION)
    policies = Policies(
        parse(documents[Document.RESOURCE], PolicyKind.KEY),
        (parse(documents[Document.IDENTITY]),),
        parse(boundary) if boundary else None,
        (parse(session),) if session else (),
    )
    return evaluate(Query(principal, "kms:Decrypt", KEY, ACCOUNT, context), policies, grants)


def with_one_more(documents: Documents, document: Document, one: Statement) -> Documents:
    return {**documents, document: [*documents[document], one]}


WORLD = (st.sampled_from(PRINCIPALS), DOCUMENTS, CONTEXTS)


@given(*WORLD, st.data())
def test_one_more_deny_never_allows_more(
    principal: Principal, documents: Documents, context: Any, data: st.DataObject
) -> None:
    document = data.draw(st.sampled_from(list(documents)))
    one = data.draw(statements(key=document is Document.RESOURCE)) | {"Effect": "Deny"}
    if decide(principal, with_one_more(documents, document, one), context).allowed:
        assert decide(principal, documents, context).allowed


@given(*WORLD, st.data())
def test_one_more_allow_never_denies_more(
    principal: Principal, documents: Documents, context: Any, data: st.DataObject
) -> None:
    document = data.draw(st.sampled_from(list(documents)))
    one = data.draw(statements(key=document is Document.RESOURCE)) | {"Effect": "Allow"}
    if decide(principal, documents, context).allowed:
        assert decide(principal, with_one_more(documents, document, one), context).allowed


@given(*WORLD, st.randoms())
def test_the_order_of_statements_is_nothing(principal: Principal, documents: Documents, context: Any, by: Any) -> None:
    named = {
        document: [
            one if document is not Document.RESOURCE else one | {"Sid": f"s {at}"} for at, one in enumerate(found)
        ]
        for document, found in documents.items()
    }
    named |= {
        document: [one | {"Sid": f"s{at}"} for at, one in enumerate(found)]
        for document, found in named.items()
        if document is not Document.RESOURCE
    }
    shuffled = {document: by.sample(found, len(found)) for document, found in named.items()}
    before, after = decide(principal, named, context), decide(principal, shuffled, context)
    assert (before.allowed, before.reason) == (after.allowed, after.reason)
    assert set(before.because) == set(after.because)


@given(st.sampled_from(PRINCIPALS), KEY_STATEMENTS, st.lists(STATEMENTS, max_size=3), CONTEXTS, st.randoms())
def test_the_order_of_documents_is_nothing(
    principal: Principal, key: list[Statement], identity: list[list[Statement]], context: Any, by: Any
) -> None:
    """And neither is whether statements stand in one document or in several."""
    query = Query(principal, "kms:Decrypt", KEY, ACCOUNT, context)
    key_policy = parse(key, PolicyKind.KEY)

    def decided(documents: Sequence[Sequence[Statement]]) -> tuple[bool, Reason, int]:
        policies = tuple(parse(statements) for statements in documents)
        decision = evaluate(query, Policies(key_policy, policies))
        return decision.allowed, decision.reason, len(decision.because)

    apart = decided(identity)
    assert decided(by.sample(identity, len(identity))) == apart
    together = [one for statements in identity for one in statements]
    assert decided([together] if together else []) == apart


GRANTS = st.lists(
    st.builds(HeldGrant, st.sampled_from("gh"), st.sampled_from([ACCOUNT, OTHER]), st.booleans(), st.booleans()),
    max_size=2,
)


@given(*WORLD, GRANTS, GRANTS)
def test_one_more_grant_never_denies_more_and_no_grant_helps_against_a_deny(
    principal: Principal, documents: Documents, context: Any, grants: list[HeldGrant], more: list[HeldGrant]
) -> None:
    before = decide(principal, documents, context, grants)
    after = decide(principal, documents, context, grants + more)
    assert after.allowed or not before.allowed
    assert (before.reason is Reason.EXPLICIT_DENY) is (after.reason is Reason.EXPLICIT_DENY)


@given(*WORLD, st.sampled_from(["kms:s", "kms:m", "aws:username"]), st.sampled_from(["", "${x}", "*", "\ud7ff"]))
def test_a_context_that_says_less_or_nonsense_never_gets_past_a_deny_to_everyone(
    principal: Principal, documents: Documents, context: Any, name: str, value: str
) -> None:
    """No value of the request can take an unconditional Deny away."""
    closed = with_one_more(
        documents, Document.RESOURCE, {"Effect": "Deny", "Principal": "*", "Action": "kms:*", "Resource": "*"}
    )
    assert decide(principal, closed, {**context, name: value}).reason is Reason.EXPLICIT_DENY


@given(*WORLD)
def test_what_cannot_be_evaluated_never_allows_and_always_denies(
    principal: Principal, documents: Documents, context: Any
) -> None:
    nothing = {"Effect": "Allow", "Principal": "*", "Action": "kms:Other", "Resource": "*"}
    strict: Documents = {}
    for document, found in documents.items():
        rest = [one for one in found if one["Condition"] != BROKEN or one["Effect"] == "Deny"]
        rest = [one | {"Condition": {}} if one["Condition"] == BROKEN else one for one in rest]
        spare = nothing if document is Document.RESOURCE else {k: v for k, v in nothing.items() if k != "Principal"}
        strict[document] = rest or [spare]
    before, after = decide(principal, documents, context), decide(principal, strict, context)
    assert (before.allowed, before.reason) == (after.allowed, after.reason)


@given(*WORLD)
def test_a_decision_says_why(principal: Principal, documents: Documents, context: Any) -> None:
    decision = decide(principal, documents, context)
    assert decision.allowed is (decision.reason in (Reason.POLICY, Reason.GRANT))
    assert bool(decision.because) is (decision.allowed or decision.reason is Reason.EXPLICIT_DENY)


@given(st.sampled_from(PRINCIPALS), DOCUMENTS, st.lists(CONTEXTS, min_size=2, max_size=4))
def test_a_template_remembers_nothing_of_other_requests(
    principal: Principal, documents: Documents, contexts: list[Any]
) -> None:
    policies = Policies(
        parse(documents[Document.RESOURCE], PolicyKind.KEY), (parse(documents[Document.IDENTITY]),)
    )  # fmt: skip
    template = compile_template(principal, "kms:Decrypt", KEY, ACCOUNT, policies)
    for context in contexts:
        fresh = evaluate(Query(principal, "kms:Decrypt", KEY, ACCOUNT, context), policies)
        assert template.decide(context) == fresh


# --- what an explanation says would allow it ----------------------------------------------------------------------------

SERVICE = Principal(PrincipalKind.SERVICE, ACCOUNT, "s3.amazonaws.com", "s3.amazonaws.com")
FEDERATED = Principal(
    PrincipalKind.FEDERATED_USER,
    ACCOUNT,
    f"arn:aws:sts::{ACCOUNT}:federated-user/f",
    f"{ACCOUNT}:f",
    issuer_arn=PRINCIPALS[1].arn,
)


def policies_of(documents: Documents) -> Policies:
    """Return the documents, named after what they are; one without statements allows nothing."""

    def parsed(document: Document) -> tuple[Policy, ...]:
        if document not in documents:
            return ()
        kind = PolicyKind.KEY if document is Document.RESOURCE else PolicyKind.IDENTITY
        nothing = {"Effect": "Allow", "Action": "kms:Other", "Resource": "*"}
        found = documents[document] or [nothing | ({"Principal": "*"} if kind is PolicyKind.KEY else {})]
        return (replace(parse(found, kind), name=document.name),)

    key, boundary = parsed(Document.RESOURCE), parsed(Document.BOUNDARY)
    limit = boundary[0] if boundary else None
    return Policies(key[0], parsed(Document.IDENTITY), limit, parsed(Document.SESSION))


def naming(principal: Principal) -> Statement:
    kind = "Service" if principal.kind is PrincipalKind.SERVICE else "AWS"
    return {"Effect": "Allow", "Action": "kms:Decrypt", "Resource": "*", "Principal": {kind: principal.arn}}


def carried_out(documents: Documents, remedies: Sequence[Remedy], principal: Principal) -> Documents:
    """Return the documents after the steps, as an administrator takes them who reads them."""
    gone = {(one.because.document, one.because.statement) for one in remedies if one.because is not None}
    changed = {
        document: [one for at, one in enumerate(found) if (document, f"Statement[{at}]") not in gone]
        for document, found in documents.items()
    }
    for document in (one.document for one in remedies if one.because is None):
        added = {"Effect": "Allow", "Action": "kms:Decrypt", "Resource": KEY}
        if document is Document.RESOURCE:
            of_account = replace(principal, arn=principal.account_arn)
            added = naming(principal if principal.kind is PrincipalKind.SERVICE else of_account)
        changed[document] = [*changed.get(document, ()), added]
    return changed


@given(st.sampled_from((*PRINCIPALS, SERVICE, FEDERATED)), DOCUMENTS, CONTEXTS, GRANTS)
def test_the_smallest_change_alters_the_decision_and_no_part_of_it_is_too_much(
    principal: Principal, documents: Documents, context: Any, grants: list[HeldGrant]
) -> None:
    query = Query(principal, "kms:Decrypt", KEY, ACCOUNT, context)
    explanation = explain(query, policies_of(documents), grants)
    remedies = explanation.remedies

    def allowed(after: Documents, held: Sequence[HeldGrant] = grants) -> bool:
        return evaluate(query, policies_of(after), held).allowed

    assert bool(remedies) is not allowed(documents)
    assert allowed(carried_out(documents, remedies, principal))
    for left_out in range(len(remedies)):
        others = (*remedies[:left_out], *remedies[left_out + 1 :])
        assert not allowed(carried_out(documents, others, principal))
        for near in remedies[left_out].near:
            at = int(near.because.statement[len("Statement[") : -1])
            made = carried_out(documents, others, principal)
            found = made[near.because.document]
            named = naming(principal)["Principal"] if near.standing is Standing.OTHER_PRINCIPAL else None
            applies = {**documents[near.because.document][at], "Condition": {}, "Resource": "*"}
            changed = applies | ({"Principal": named} if named is not None else {})
            after = [changed if one is documents[near.because.document][at] else one for one in found]
            assert allowed({**made, near.because.document: after})
    if explanation.by_name:
        assert allowed(with_one_more(documents, Document.RESOURCE, naming(principal)))
    if explanation.by_grant:
        assert allowed(documents, [*grants, HeldGrant("new", ACCOUNT)])
