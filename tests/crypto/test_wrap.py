"""Wrapping and deriving against vectors that another implementation wrote."""

import json
from pathlib import Path
from typing import Any

import pytest

from strongroom.crypto.derive import MessageKeys
from strongroom.crypto.wrap import about, unwrap, wrap
from strongroom.errors import InvalidCiphertextError

VECTORS = Path(__file__).parent.parent / "vectors" / "crypto"
WRAPS = json.loads((VECTORS / "wrap_v1.json").read_text())
DERIVED = json.loads((VECTORS / "derive_v1.json").read_text())


@pytest.mark.parametrize("case", DERIVED, ids=lambda case: case["id"])
def test_derivation_is_sp_800_108(case: dict[str, Any]) -> None:
    keys = MessageKeys(bytes.fromhex(case["material"]))
    key, commitment = keys.derive(bytes.fromhex(case["label"]), bytes.fromhex(case["context"]))
    assert (key + commitment).hex() == case["key_then_commitment"]


@pytest.mark.parametrize("case", WRAPS, ids=lambda case: case["id"])
def test_wrap_vectors(case: dict[str, Any]) -> None:
    key, secret = bytes.fromhex(case["wrapping_key"]), bytes.fromhex(case["secret"])
    row, wrapped = about(*case["about"]), bytes.fromhex(case["wrapped"])
    assert wrap(key, secret, case["purpose"], row, bytes.fromhex(case["fresh"])) == wrapped
    assert unwrap(key, wrapped, case["purpose"], row) == secret
    for other_key, purpose, other_row in (
        (bytes(32), case["purpose"], row),
        (key, "another purpose", row),
        (key, case["purpose"], about("another row")),
    ):
        with pytest.raises(InvalidCiphertextError):
            unwrap(other_key, wrapped, purpose, other_row)


def test_every_altered_byte_is_refused() -> None:
    wrapped = wrap(bytes(32), b"secret", "purpose", b"row", bytes(44))
    for position in range(len(wrapped)):
        altered = bytearray(wrapped)
        altered[position] ^= 1
        with pytest.raises(InvalidCiphertextError):
            unwrap(bytes(32), bytes(altered), "purpose", b"row")


def test_rows_do_not_read_alike() -> None:
    assert about("ab", "c") != about("a", "bc")
