"""Whatever a caller sends past authentication: an AWS error or an answer, never a failure of ours, and always a record."""

import base64
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from strongroom.operations.table import BUILT
from support.house import House

HOUSE = House()
KEY_ID: str = HOUSE.ok("CreateKey")["KeyMetadata"]["KeyId"]
QUIET = House()  # whose key nobody disables
SEALED_BY = QUIET.ok("CreateKey")["KeyMetadata"]["KeyId"]
BLOB = base64.b64decode(QUIET.ok("Encrypt", {"KeyId": SEALED_BY, "Plaintext": "aGVsbG8="})["CiphertextBlob"])
COMMON = {
    "SerializationException",
    "ValidationException",
    "AccessDeniedException",
    "NotAuthorizedException",
    "UnsupportedOperationException",  # what this version has not built: docs/divergences.md
}

texts = st.one_of(
    st.text(max_size=30),
    st.sampled_from(
        [
            KEY_ID,
            "alias/",
            "alias/a",
            "alias/aws/s3",
            "arn:aws:kms:us-east-1:111122223333:key/" + KEY_ID,
            "AES_256",
            "default",
        ]
    ),
    st.binary(max_size=200).map(lambda data: base64.b64encode(data).decode()),
)
values = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(-(2**70), 2**70),
        st.just(10**400),
        st.floats(allow_nan=False, allow_infinity=False),
        texts,
    ),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(texts, inner, max_size=3)),
    max_leaves=6,
)


def members_of(name: str) -> list[str]:
    return [str(name) for name in BUILT["kms"][name].shape.input.__struct_encode_fields__]


@st.composite
def requests(draw: Callable[[st.SearchStrategy[Any]], Any]) -> tuple[str, dict[str, Any]]:
    """An operation and members of its own names with arbitrary values; half of the time the key is a real one."""
    name = draw(st.sampled_from(sorted(BUILT["kms"])))
    asked = draw(st.dictionaries(st.sampled_from(members_of(name)), values, max_size=6)) if members_of(name) else {}
    if draw(st.booleans()) and "KeyId" in members_of(name):
        asked["KeyId"] = KEY_ID
    return name, asked


@settings(max_examples=400, suppress_health_check=[HealthCheck.too_slow])
@given(requests())
def test_arbitrary_members(request: tuple[str, dict[str, Any]]) -> None:
    name, members = request
    try:
        answer = HOUSE.call(name, members)
    except UnicodeEncodeError:  # a lone surrogate cannot even be sent
        return
    assert answer.status in {200, 400}, (name, members, answer.raw)
    assert answer.record["requestID"] == answer.request_id
    if answer.status == 400:
        error = answer.error[0]
        assert error in COMMON | BUILT["kms"][name].shape.errors, (name, members, answer.raw)


@settings(max_examples=200)
@given(st.integers(0, len(BLOB) - 1), st.integers(1, 255), st.binary(max_size=5))
def test_mutated_blobs(position: int, change: int, tail: bytes) -> None:
    """The key's name may come to be another's (then it is denied); anything else is one refusal."""
    altered = bytearray(BLOB)
    altered[position] ^= change
    for blob in (bytes(altered), BLOB[:position], BLOB + tail + b"x"):
        answer = QUIET.call("Decrypt", {"CiphertextBlob": base64.b64encode(blob).decode()})
        assert answer.error[0] in {"InvalidCiphertextException", "AccessDeniedException", "ValidationException"}


@settings(max_examples=200)
@given(st.binary(max_size=200))
def test_arbitrary_bodies(body: bytes) -> None:
    assert HOUSE.send(HOUSE.request("Encrypt", body)).error[0] in {"SerializationException", "ValidationException"}


@pytest.mark.parametrize("depth", [100, 10_000])
def test_deep_nesting(depth: int) -> None:
    body = b'{"EncryptionContext":' * depth
    assert HOUSE.send(HOUSE.request("Encrypt", body)).error[0] == "SerializationException"
