"""What grants cover, and whom they name: with literals, no store and no request."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from strongroom.authz.grants import Limits, Name, Use, covers, names_of, retirable
from strongroom.model.grant import Grant, is_service
from strongroom.model.principal import Principal, PrincipalKind
from support.nouns import grant

ACCOUNT = "111111111111"
ROOT = f"arn:aws:iam::{ACCOUNT}:root"
ALICE = Principal(PrincipalKind.USER, ACCOUNT, f"arn:aws:iam::{ACCOUNT}:user/alice", "AIDAALICEALICEALICE1", "alice")
SESSION = Principal(
    PrincipalKind.ASSUMED_ROLE,
    ACCOUNT,
    f"arn:aws:sts::{ACCOUNT}:assumed-role/app/one.two",
    "AROAAPPAPPAPPAPPAPP1:one.two",
    issuer_arn=f"arn:aws:iam::{ACCOUNT}:role/app",
)
FEDERATED = Principal(
    PrincipalKind.FEDERATED_USER, ACCOUNT, f"arn:aws:sts::{ACCOUNT}:federated-user/bob", f"{ACCOUNT}:bob"
)
SERVICE = Principal(PrincipalKind.SERVICE, "", "s3.amazonaws.com", "s3.amazonaws.com")


@pytest.mark.parametrize(
    ("principal", "names"),
    [
        (ALICE, (Name(ALICE.unique_id), Name(ROOT, is_account=True))),
        (
            SESSION,
            (
                Name("AROAAPPAPPAPPAPPAPP1:one.two", is_session=True),
                Name("AROAAPPAPPAPPAPPAPP1"),
                Name(ROOT, is_account=True),
            ),
        ),
        (FEDERATED, (Name(FEDERATED.arn, is_session=True), Name(ROOT, is_account=True))),
        (Principal(PrincipalKind.ROOT, ACCOUNT, ROOT, ACCOUNT), (Name(ROOT, is_account=True),)),
        (SERVICE, (Name("s3.amazonaws.com"),)),
    ],
    ids=lambda value: value.kind.value if isinstance(value, Principal) else "",
)
def test_how_grants_name_a_caller(principal: Principal, names: tuple[Name, ...]) -> None:
    assert tuple(names_of(principal)) == names
    assert [is_service(name.kept) for name in names] == [principal is SERVICE] * len(names)


def pairs(**context: str) -> frozenset[tuple[str, str]]:
    return frozenset(context.items())


USES: list[tuple[dict[str, Any], str, dict[str, str], bool]] = [
    ({}, "Decrypt", {}, True),
    ({}, "Decrypt", {"a": "1"}, True),
    ({}, "GenerateDataKey", {}, False),
    ({"context_equals": pairs(a="1")}, "Decrypt", {"a": "1"}, True),
    ({"context_equals": pairs(a="1")}, "Decrypt", {"A": "1"}, False),
    ({"context_equals": pairs(a="x")}, "Decrypt", {"a": "X"}, False),
    ({"context_equals": pairs(a="1")}, "Decrypt", {"a": "1", "b": "2"}, False),
    ({"context_equals": pairs(a="1")}, "Decrypt", {}, False),
    ({"context_equals": pairs()}, "Decrypt", {}, True),
    ({"context_equals": pairs()}, "Decrypt", {"a": "1"}, False),
    ({"context_subset": pairs(a="1")}, "Decrypt", {"a": "1", "b": "2"}, True),
    ({"context_subset": pairs(a="1")}, "Decrypt", {"a": "2", "b": "2"}, False),
    ({"context_subset": pairs(a="1")}, "Decrypt", {"A": "1"}, False),
    ({"context_subset": pairs(a="1", b="2")}, "Decrypt", {"a": "1"}, False),
    ({"context_subset": pairs()}, "Decrypt", {"a": "1"}, True),
    ({"context_equals": pairs(a="1"), "operations": ("DescribeKey",)}, "DescribeKey", {}, True),
    ({"source_arn": "arn:aws:s3:::bucket"}, "Decrypt", {}, False),
    ({"source_arn": "arn:aws:s3:::bucket", "operations": ("DescribeKey",)}, "DescribeKey", {}, False),
    ({"operations": ("RetireGrant",)}, "RetireGrant", {}, False),  # that is decided by ``retirable``
    ({"operations": ("CreateGrant",)}, "CreateGrant", {}, False),  # not without knowing what is to be made
]


@pytest.mark.parametrize(("of", "operation", "context", "covered"), USES)
def test_uses_of_a_key(of: dict[str, Any], operation: str, context: dict[str, str], covered: bool) -> None:
    assert covers(grant(**of), operation, Use(context)) is covered


def test_the_source_arn_of_the_request_is_compared_exactly() -> None:
    limited = grant(source_arn="arn:aws:s3:::bucket")
    assert covers(limited, "Decrypt", Use(), "arn:aws:s3:::bucket")
    assert not covers(limited, "Decrypt", Use(), "arn:aws:s3:::bucket2")


@pytest.mark.parametrize(
    ("of", "who", "retires"),
    [
        ({}, ALICE, False),
        ({"operations": ("RetireGrant",)}, ALICE, True),
        ({"operations": ("RetireGrant",), "context_equals": pairs(a="1"), "source_arn": "arn:x"}, ALICE, True),
        ({"retiring": ALICE.unique_id, "grantee": "AIDAOTHER"}, ALICE, True),
        ({"retiring": ROOT, "grantee": "AIDAOTHER"}, ALICE, True),
        ({"retiring": SESSION.unique_id}, SESSION, True),
        ({"retiring": SESSION.unique_id + "x"}, SESSION, False),
        ({"grantee": "AIDAOTHER", "operations": ("RetireGrant",)}, ALICE, False),
    ],
)
def test_who_may_retire(of: dict[str, Any], who: Principal, retires: bool) -> None:
    assert bool(retirable(grant(**of), names_of(who))) is retires


# --- child grants --------------------------------------------------------------------------------------------------------

OPERATIONS = ("CreateGrant", "Decrypt", "DescribeKey", "Encrypt")
CONTEXTS = st.dictionaries(st.sampled_from("abA"), st.sampled_from("12"), max_size=2)
CONSTRAINTS = st.one_of(
    st.tuples(st.none(), st.none()),
    st.tuples(CONTEXTS.map(lambda one: frozenset(one.items())), st.none()),
    st.tuples(st.none(), CONTEXTS.map(lambda one: frozenset(one.items()))),
)
ARNS = st.sampled_from(["", "", "arn:aws:s3:::one", "arn:aws:s3:::two"])


@st.composite
def limits(draw: st.DrawFn) -> Limits:
    operations = draw(st.frozensets(st.sampled_from(OPERATIONS), min_size=1))
    return Limits(operations, *draw(CONSTRAINTS), draw(ARNS))


def made(of: Limits) -> Grant:
    return grant(
        operations=tuple(sorted(of.operations)),
        context_equals=of.context_equals,
        context_subset=of.context_subset,
        source_arn=of.source_arn,
    )


@settings(max_examples=200)
@given(limits(), limits(), CONTEXTS, ARNS, st.sampled_from(OPERATIONS))
def test_a_child_allows_nothing_that_its_parent_does_not(
    parent: Limits, child: Limits, context: dict[str, str], source: str, operation: str
) -> None:
    may_make = covers(made(parent), "CreateGrant", Use(child=child), parent.source_arn)
    use = Use(context, child=child)
    if may_make and covers(made(child), operation, use, source):
        assert covers(made(parent), operation, use, source)


@settings(max_examples=50)
@given(limits())
def test_a_child_may_be_as_wide_as_its_parent(of: Limits) -> None:
    wide = of._replace(operations=of.operations | {"CreateGrant"})
    assert covers(made(wide), "CreateGrant", Use(child=wide), wide.source_arn)
    assert not covers(made(wide), "CreateGrant", Use(child=wide._replace(operations=wide.operations | {"Sign"})))
