"""Sealed environment files: vectors, the text that is read and kept, and what is refused. KMS is a stand-in here."""

import json
from pathlib import Path
from typing import Any

import pytest

from strongroom.integrations.sealed_env.files import describe, open_file, seal_file
from strongroom.integrations.sealed_env.launch import environment_of
from strongroom.integrations.sealed_env.text import EnvFileError, assignments, parse
from strongroom.integrations.sealed_env.values import DataKey, read, seal, unseal

VECTORS = json.loads((Path(__file__).parent.parent / "vectors" / "env" / "sealed_v1.json").read_text())
ARN, OTHER = "arn:aws:kms:us-east-1:111122223333:key/one", "arn:aws:kms:us-east-1:111122223333:key/two"
PLAIN = """# The orders database

DB_HOST=db.example.com
export DB_PASSWORD="correct horse"  # of 2019
API_TOKEN='it''s'
"""


class KMS:
    """Wraps data keys by remembering them."""

    def __init__(self) -> None:
        self.calls: list[str] = []
        self._keys: dict[bytes, tuple[bytes, str, dict[str, str]]] = {}

    def generate_data_key(self, KeyId: str, KeySpec: str, EncryptionContext: dict[str, str]) -> dict[str, Any]:  # noqa: N803 - AWS's
        self.calls.append("GenerateDataKey")
        assert KeySpec == "AES_256"
        arn = ARN if KeyId in {ARN, "one", "alias/one"} else OTHER
        number = len(self._keys)
        blob, key = f"blob {number}".encode(), bytes([number]) * 32
        self._keys[blob] = (key, arn, EncryptionContext)
        return {"Plaintext": key, "CiphertextBlob": blob, "KeyId": arn}

    def decrypt(self, CiphertextBlob: bytes, KeyId: str, EncryptionContext: dict[str, str]) -> dict[str, Any]:  # noqa: N803 - AWS's
        self.calls.append("Decrypt")
        key, arn, context = self._keys[CiphertextBlob]
        assert (arn, context) == (KeyId, EncryptionContext)
        return {"Plaintext": key}


def values(text: str) -> dict[str, str]:
    return {line.name: line.value for line in assignments(parse(text))}


@pytest.mark.parametrize("case", VECTORS, ids=lambda case: case["id"])
def test_vectors(case: dict[str, Any]) -> None:
    key = DataKey(bytes.fromhex(case["data_key"]), bytes.fromhex(case["encrypted_data_key"]))
    if not case["valid"]:
        with pytest.raises(EnvFileError) as refused:
            unseal(case["name"], read(case["name"], case["sealed"]), key.plaintext)
        assert case["value"] not in str(refused.value)
        return
    assert seal(case["name"], case["value"], key, lambda _: bytes.fromhex(case["nonce"])) == case["sealed"]
    sealed = read(case["name"], case["sealed"])
    assert sealed.data_key == key.ciphertext
    assert unseal(case["name"], sealed, key.plaintext) == case["value"]


def test_chosen_values_are_sealed_and_all_else_is_kept() -> None:
    kms = KMS()
    sealed = seal_file(
        PLAIN.replace("''", ""), kms, key_id="alias/one", context={"app": "orders"}, names=["DB_PASSWORD", "API_*"]
    )
    assert sealed.names == ("DB_PASSWORD", "API_TOKEN")
    assert "horse" not in sealed.text
    head = f"#: strongroom env 1\n#: key {ARN}\n#: context app=orders\n#: seal DB_PASSWORD API_*\n"
    assert sealed.text.startswith(
        f"{head}# The orders database\n\nDB_HOST=db.example.com\nexport DB_PASSWORD=sealed:v1:"
    )
    opened = {"DB_HOST": "db.example.com", "DB_PASSWORD": "correct horse", "API_TOKEN": "its"}
    assert open_file(sealed.text, kms) == opened == open_file(sealed.text, lambda: kms, context={"app": "orders"})
    assert kms.calls == ["GenerateDataKey", "Decrypt", "Decrypt"]


@pytest.mark.parametrize("key_id", [None, ARN, "one", "alias/one"])
def test_sealing_again_changes_nothing_and_asks_nobody(key_id: str | None) -> None:
    kms = KMS()
    first = seal_file(PLAIN.replace("''", ""), kms, key_id="alias/one", names=["DB_PASSWORD"])
    kms.calls.clear()
    again = seal_file(first.text, kms, key_id=key_id, names=["DB_PASSWORD"])
    assert (again.text, again.names, kms.calls) == (first.text, (), [])


def test_a_value_that_was_edited_is_sealed_by_name_beside_the_others() -> None:
    kms = KMS()
    first = seal_file("A=one\nB=two\n", kms, key_id=ARN, names=["?"])
    lines = first.text.splitlines()
    edited = "\n".join("B=three" if line.startswith("B=") else line for line in lines)
    with pytest.raises(EnvFileError, match="B is to be sealed and is not"):
        open_file(edited, kms)
    assert "TO SEAL  B" in list(describe(edited))
    second = seal_file(edited, kms)
    assert second.names == ("B",)
    assert [line for line in second.text.splitlines() if line.startswith("A=")] == [
        line for line in lines if line.startswith("A=")
    ]
    kms.calls.clear()
    assert open_file(second.text, kms) == {"A": "one", "B": "three"}
    assert kms.calls == ["Decrypt", "Decrypt"]


def test_a_file_without_sealed_values_needs_no_kms() -> None:
    assert open_file("A=1\n", None) == {"A": "1"}


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ("A=", ""),
        ("A= b c ", "b c"),
        ("A=b=c#d", "b=c#d"),
        ("A='b # \"c\\n'", 'b # "c\\n'),
        ('A="b\\n\\"c\\" \\$d \\x" # e', 'b\n"c" $d \\x'),
        ('A="-----BEGIN\nof two lines\n"', "-----BEGIN\nof two lines\n"),
        ("A=b\r", "b"),
        ("  export A=$HOME", "$HOME"),
    ],
)
def test_values_are_read(line: str, value: str) -> None:
    assert values(f"# x\n{line}\n\nZ=26") == {"A": value, "Z": "26"}
    assert open_file(seal_file(line, kms := KMS(), key_id=ARN, names=["A"]).text, kms) == {"A": value}


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("SECRET", "Line 1 is neither"),
        ("A=1\n1A=SECRET", "Line 2 is neither"),
        ("A=SECRET #2", "Line 1: ' #' inside"),
        ("A='SECRET", "Line 1 opens a quote"),
        ("A='SECRET' SECRET", "Line 1: something follows"),
        ("A=SECRET\nA=2", "A stands in line 1 and in line 2"),
        ("A=SEC\0RET", "zero byte"),
        ("#: strongroom env 2\nA=SECRET", "Line 1 is a directive"),
        ("#: key a\n#: key b", "Line 2 is a directive"),
        ("#: context a", "Line 1 is a directive"),
        ("#: context a=1\n#: context a=2", "Line 2 is a directive"),
        ("A=sealed:v1:AAAA:AAAA", "damaged, or of a newer version"),
        (f"A=sealed:v1:AAAA:{'A' * 60}", "no line '#: key ...'"),
    ],
)
def test_what_cannot_be_read_is_refused_without_its_text(text: str, reason: str) -> None:
    with pytest.raises(EnvFileError) as refused:
        open_file(text, None)
    assert reason in str(refused.value)
    assert "SECRET" not in str(refused.value)


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"key_id": OTHER}, "sealed under"),
        ({"key_id": "alias/two"}, "sealed under"),
        ({"context": {"app": "other"}}, "another encryption context"),
        ({"names": ["C"]}, "No variable in the file is called C"),
    ],
)
def test_a_file_has_one_key_and_one_context(more: dict[str, Any], reason: str) -> None:
    kms = KMS()
    first = seal_file("A=1\n", kms, key_id=ARN, context={"app": "orders"}, names=["A"])
    with pytest.raises(EnvFileError, match=reason):
        seal_file(first.text + "B=2\n", kms, **{"names": ["B"], **more})


@pytest.mark.parametrize(("more", "reason"), [({}, "Choose what"), ({"names": ["A"]}, "Choose the KMS key")])
def test_a_first_run_says_what_it_needs(more: dict[str, Any], reason: str) -> None:
    with pytest.raises(EnvFileError, match=reason):
        seal_file("A=1\n", None, **more)


def test_what_the_caller_insists_on_is_compared_before_kms_is_asked() -> None:
    kms = KMS()
    sealed = seal_file("A=1\n", kms, key_id=ARN, context={"app": "orders"}, names=["A"])
    with pytest.raises(EnvFileError, match="not sealed for app=other; it says orders"):
        open_file(sealed.text, None, context={"app": "other"})
    with pytest.raises(EnvFileError, match="it says nothing about it"):
        open_file(sealed.text, None, context={"stage": "prod"})


def test_the_commands_environment() -> None:
    inherited = {"PATH": "/bin", "AWS_PROFILE": "p", "A": "stale"}
    assert environment_of(inherited, {"A": "1"}, ["AWS_*"]) == {"PATH": "/bin", "A": "1"}
