"""The ciphertext blob against vectors that another implementation wrote, and against everything that can be wrong with one."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from strongroom.crypto.blob import FRESH_BYTES, OVERHEAD_BYTES, PREFIX_ENCRYPT, key_of, locator, open_blob, seal
from strongroom.crypto.derive import MessageKeys
from strongroom.errors import InvalidCiphertextError
from strongroom.model.context import aad

VECTORS = json.loads((Path(__file__).parent.parent / "vectors" / "crypto" / "blob_v1.json").read_text())
MATERIAL = bytes(range(32))
HEAD = PREFIX_ENCRYPT + locator("111122223333", "1234abcd-12ab-34cd-56ef-1234567890ab", "ab" * 32)


def unhex(case: dict[str, Any], name: str) -> bytes:
    return bytes.fromhex(case[name])


@pytest.mark.parametrize("case", VECTORS, ids=lambda case: case["id"])
def test_vectors(case: dict[str, Any]) -> None:
    """Sealing gives the vector byte for byte, opening gives its plaintext, and the key is read back from the blob alone."""
    keys = MessageKeys(unhex(case, "material"))
    head = unhex(case, "prefix") + locator(case["account"], case["key_id"], case["material_id"])
    bound = aad(case["encryption_context"])
    assert bound == unhex(case, "aad")
    assert seal(keys, head, unhex(case, "plaintext"), bound, unhex(case, "salt") + unhex(case, "nonce")) == unhex(
        case, "blob"
    )
    assert open_blob(keys, unhex(case, "blob"), bound) == unhex(case, "plaintext")
    assert key_of(unhex(case, "blob")) == (case["account"], case["key_id"], case["material_id"])


def test_every_altered_byte_is_refused() -> None:
    keys = MessageKeys(MATERIAL)
    blob = seal(keys, HEAD, b"secret", b"aad", bytes(FRESH_BYTES))
    for position in range(len(blob)):
        altered = bytearray(blob)
        altered[position] ^= 1
        with pytest.raises(InvalidCiphertextError):
            open_blob(keys, bytes(altered), b"aad")


def test_every_truncation_is_refused() -> None:
    keys = MessageKeys(MATERIAL)
    blob = seal(keys, HEAD, b"secret", b"aad", bytes(FRESH_BYTES))
    for length in range(len(blob)):
        with pytest.raises(InvalidCiphertextError):
            open_blob(keys, blob[:length], b"aad")
        if length < OVERHEAD_BYTES:
            with pytest.raises(InvalidCiphertextError):
                key_of(blob[:length])


def test_another_key_and_another_context_are_the_same_refusal() -> None:
    blob = seal(MessageKeys(MATERIAL), HEAD, b"secret", b"aad", bytes(FRESH_BYTES))
    refusals = set()
    for material, bound in ((bytes(32), b"aad"), (MATERIAL, b"other")):
        with pytest.raises(InvalidCiphertextError) as refused:
            open_blob(MessageKeys(material), blob, bound)
        refusals.add((type(refused.value), refused.value.message))
    assert refusals == {(InvalidCiphertextError, None)}


def test_aws_blobs_are_not_ours() -> None:
    """A real AWS blob carries 01 where ours has its format byte."""
    blob = bytearray(seal(MessageKeys(MATERIAL), HEAD, b"secret", b"", bytes(FRESH_BYTES)))
    blob[37] = 1
    with pytest.raises(InvalidCiphertextError):
        key_of(bytes(blob))


@given(st.binary(max_size=4096), st.binary(max_size=100), st.binary(min_size=FRESH_BYTES, max_size=FRESH_BYTES))
def test_overhead_is_152_bytes_and_opening_undoes_sealing(plaintext: bytes, bound: bytes, fresh: bytes) -> None:
    keys = MessageKeys(MATERIAL)
    blob = seal(keys, HEAD, plaintext, bound, fresh)
    assert len(blob) == len(plaintext) + OVERHEAD_BYTES
    assert open_blob(keys, blob, bound) == plaintext


@given(st.binary(max_size=400))
def test_arbitrary_bytes_name_a_key_or_are_refused(blob: bytes) -> None:
    try:
        named = key_of(blob)
    except InvalidCiphertextError:
        return
    assert len(named.account) == 12
    assert len(named.material_id) == 64


@given(st.dictionaries(st.text(), st.text()), st.dictionaries(st.text(), st.text()))
def test_aad_is_injective(one: dict[str, str], other: dict[str, str]) -> None:
    try:
        assert (aad(one) == aad(other)) == (one == other)
    except UnicodeEncodeError:  # lone surrogates: the wire refuses them before they get here
        return


def test_aad_does_not_run_names_and_values_together() -> None:
    assert aad({"ab": "c"}) != aad({"a": "bc"})
    assert aad({"a": "b", "c": "d"}) != aad({"a": "bcd"})
    assert aad({}) == b"\0\0\0\0"
