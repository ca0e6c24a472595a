"""Whatever the bytes: a value of the shape, or an error in AWS's words. Both ways in agree on what is a value."""

import json
from contextlib import suppress
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from strongroom.errors import AWSError, SerializationError, ValidationError
from strongroom.wire import json11, query
from strongroom.wire.plan import Blob, Boolean, Integer, ListOf, MapOf, Node, Structure, members_of
from strongroom.wire.refusal import decode_slowly
from strongroom.wire.shape import Shape
from strongroom.wire.shapes import cloudtrail, kms, strongroom, sts

INPUTS = [operation.input for operation in kms.OPERATIONS.values()]
FORMS = [operation.input for operation in sts.OPERATIONS.values()]
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=6,
)


def near(node: Node) -> st.SearchStrategy[Any]:
    """Return values that are mostly of the right type, sometimes of a wrong one, often against a constraint."""
    match node:
        case Structure():
            members = {member.wire_name: near(member.node) for member in members_of(node.shape)}
            right: st.SearchStrategy[Any] = st.fixed_dictionaries({}, optional=members)
        case ListOf():
            right = st.lists(near(node.item), max_size=3)
        case MapOf():
            right = st.dictionaries(st.text(max_size=4), near(node.value), max_size=3)
        case Integer():
            right = st.integers(-2, 2000) | st.floats()
        case Boolean():
            right = st.booleans()
        case Blob():
            right = st.binary(max_size=6).map(msgspec.to_builtins) | st.text(max_size=8)
        case _:
            right = st.text(max_size=8) | st.sampled_from(("alias/a", "AES_256", "Decrypt", "us-east-1", "a" * 3000))
    return st.one_of(right, right, right, ANYTHING)


BODIES = {
    shape: st.fixed_dictionaries({}, optional={m.wire_name: near(m.node) for m in members_of(shape)})
    for shape in INPUTS
}


def check(shape: type[Shape], body: bytes) -> None:
    with suppress(SerializationError, ValidationError):
        found = json11.decode(shape, body)
        assert type(found) is shape
        again = json11.encode(found)  # it can be encoded: no lone surrogate, no infinity came in
        assert json11.decode(shape, again) == found


@given(shape=st.sampled_from(INPUTS), body=st.binary(max_size=200))
def test_arbitrary_bytes(shape: type[Shape], body: bytes) -> None:
    check(shape, body)


@given(shape=st.sampled_from(INPUTS), body=ANYTHING)
def test_arbitrary_json(shape: type[Shape], body: Any) -> None:
    check(shape, json.dumps(body).encode())


HOSTILE: tuple[Any, ...] = (
    None, True, -1, 1.5, 1e300, -1e300, 2**63, -(2**63) - 1, 10**400, "", "\x00", "\u2028", "\U0001f600", "e\u0301", "1",
    "true", "a" * 9000, "YQ", "YQ==", "YQ==\n", "Y-_h", [], {}, [None], [""], [{}], [[]], {"": ""}, {"a": None}, {"a": 1},
)  # fmt: skip


@pytest.mark.parametrize("module", [kms, cloudtrail, strongroom], ids=lambda module: module.__name__.rpartition(".")[2])
def test_hostile_values_of_every_member(module: Any) -> None:
    for operation in module.OPERATIONS.values():
        for member in members_of(operation.input):
            for value in HOSTILE:
                check(operation.input, json.dumps({member.wire_name: value}).encode())


@settings(max_examples=300)
@given(data=st.data(), shape=st.sampled_from(INPUTS))
def test_json_that_is_nearly_right(data: st.DataObject, shape: type[Shape]) -> None:
    check(shape, json.dumps(data.draw(BODIES[shape])).encode())


@settings(max_examples=300)
@given(data=st.data(), shape=st.sampled_from(INPUTS))
def test_what_the_fast_way_takes_the_slow_way_takes_alike(data: st.DataObject, shape: type[Shape]) -> None:
    body = json.dumps(data.draw(BODIES[shape])).encode()
    try:
        fast = msgspec.json.decode(body, type=shape)
    except (msgspec.MsgspecError, UnicodeError):
        return
    assert decode_slowly(shape, body) == fast


@given(body=st.binary(max_size=100), position=st.integers(0, 200), shape=st.just(kms.EncryptRequest))
def test_a_good_body_with_something_in_it(body: bytes, position: int, shape: type[Shape]) -> None:
    good = b'{"KeyId":"alias/a","Plaintext":"YWI=","EncryptionContext":{"a":"b"},"DryRun":false}'
    check(shape, good[:position] + body + good[position:])


NAMES = st.sampled_from(
    ("RoleArn", "Tags", "Policy", "DurationSeconds", "member", "entry", "1", "2", "0", "Key", "Value", "", "x")
)
FIELDS = st.dictionaries(
    st.lists(NAMES, min_size=1, max_size=5).map(".".join), st.text(max_size=6) | st.just("1"), max_size=8
)


@given(shape=st.sampled_from(FORMS), fields=FIELDS)
def test_arbitrary_forms(shape: type[Shape], fields: dict[str, str]) -> None:
    with suppress(SerializationError, ValidationError):
        assert type(query.decode(shape, query.Form("A", fields))) is shape


@given(body=st.binary(max_size=200))
def test_arbitrary_form_bodies(body: bytes) -> None:
    with suppress(AWSError):
        query.parse_form(b"Action=A&Version=2011-06-15&" + body)


@pytest.mark.parametrize("depth", [1_000, 200_000])
def test_deep_names_of_forms(depth: int) -> None:
    form = query.parse_form(b"Action=A&Version=2011-06-15&Tags" + b".1" * depth + b"=x")
    with pytest.raises((SerializationError, ValidationError)):
        query.decode(sts.AssumeRoleRequest, form)
