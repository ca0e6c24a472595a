"""Messages that others published: committing ones with their data keys, older ones under a data key of zeros."""

import base64
import io
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from strongroom.envelope.decryption import Commitment, decrypt
from strongroom.envelope.errors import AlteredError, ContextError, MessageError, PolicyError
from strongroom.envelope.header import EncryptedDataKey
from strongroom.envelope.inspection import inspect
from strongroom.envelope.keys import OpenedDataKey
from strongroom.envelope.suites import SUITES, Suite, message_keys
from support.raw_keys import RawKeys

VECTORS = Path(__file__).parent.parent / "vectors" / "envelope"
COMMITTING = json.loads((VECTORS / "commitment.json").read_text())["tests"]
WITHHELD = json.loads((VECTORS / "withheld.json").read_text())["tests"]
OLDER = json.loads((VECTORS / "older.json").read_text())["tests"]


@pytest.mark.parametrize("case", COMMITTING, ids=lambda case: case["comment"])
def test_committing_messages(case: dict[str, Any]) -> None:
    """Of the Python, JavaScript, C and Java SDKs; those with a commitment to another key are refused."""
    message, keys = base64.b64decode(case["ciphertext"]), RawKeys(base64.b64decode(case["decrypted-dek"]))
    plaintext = io.BytesIO()
    if case["exception"]:
        with pytest.raises(AlteredError, match="does not commit"):
            decrypt(io.BytesIO(message), plaintext, keys)
        assert plaintext.getvalue() == b""
        return
    opened = decrypt(io.BytesIO(message), plaintext, keys)
    assert plaintext.getvalue() == "".join(case["plaintext-frames"]).encode()
    assert opened.header.context == case["encryption-context"]
    assert opened.header.commitment == base64.b64decode(case["commitment"])
    report = inspect(io.BytesIO(message))
    assert report.layout is not None
    assert report.layout.plaintext_bytes == opened.plaintext_bytes


@pytest.mark.parametrize(
    "case",
    [case for case in COMMITTING if case["status"] and "content-encryption-key" in case],
    ids=lambda case: case["comment"],
)
def test_derived_keys(case: dict[str, Any]) -> None:
    message = base64.b64decode(case["ciphertext"])
    derived = message_keys(
        SUITES[int.from_bytes(message[1:3], "big")],
        base64.b64decode(case["decrypted-dek"]),
        base64.b64decode(case["message-id"]),
    )
    assert derived.encryption == base64.b64decode(case["content-encryption-key"])
    assert derived.commitment == base64.b64decode(case["commitment"])


@pytest.mark.parametrize("case", OLDER, ids=lambda case: case["id"])
def test_older_messages(case: dict[str, Any]) -> None:
    message, plaintext = base64.b64decode(case["message"]), io.BytesIO()
    with pytest.raises(PolicyError, match="does not commit"):
        decrypt(io.BytesIO(message), plaintext, RawKeys())
    if case["valid"]:
        decrypt(io.BytesIO(message), plaintext, RawKeys(), commitment=Commitment.ALLOWED)
        assert plaintext.getvalue() == base64.b64decode(case["plaintext"])
    else:
        with pytest.raises((AlteredError, MessageError)):
            decrypt(io.BytesIO(message), plaintext, RawKeys(), commitment=Commitment.ALLOWED, private=True)


@pytest.mark.parametrize("case", WITHHELD, ids=lambda case: case["id"])
def test_a_part_of_the_context_that_the_message_does_not_carry(case: dict[str, Any]) -> None:
    message, plaintext = base64.b64decode(case["message"]), io.BytesIO()
    asked: list[Mapping[str, str]] = []

    class Keys(RawKeys):
        def open(self, suite: Suite, keys: Sequence[EncryptedDataKey], context: Mapping[str, str]) -> OpenedDataKey:
            asked.append(context)
            return super().open(suite, keys, context)

    keys, whole = Keys(base64.b64decode(case["data-key"])), case["withheld"] | case["context"]
    opened = decrypt(io.BytesIO(message), plaintext, keys, withheld_context=whole, required_context={"tenant": "42"})
    assert plaintext.getvalue() == case["plaintext"].encode()
    assert whole.items() <= asked[0].items()
    assert case["withheld"].keys().isdisjoint(opened.header.context)
    for wrong in ({}, {"tenant": "42"}, {"tenant": "43", "stage": "prod"}):
        with pytest.raises(AlteredError, match="the header"):
            decrypt(io.BytesIO(message), io.BytesIO(), keys, withheld_context=wrong)
    with pytest.raises(ContextError, match="purpose=vector, not other"):
        decrypt(io.BytesIO(message), io.BytesIO(), keys, withheld_context=case["withheld"] | {"purpose": "other"})
