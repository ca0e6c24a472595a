"""boto3 as it comes: plaintexts, data keys, ciphertext blobs and encryption contexts.

Keys themselves are in ``test_boto3_keys.py``, callers in ``test_boto3_callers.py``, the wire below boto3 in
``test_wire_rules.py``. Source of what must hold: AWS KMS API Reference; what shipped clients rely on is said beside each test.
"""

import hashlib
from collections.abc import Callable
from typing import Any

import pytest

from support.refusals import refusal
from support.server import Server

BLOB_OVERHEAD_BYTES = 152  # WAL-G hard-codes 184 for a data key of 32 bytes
MakeKey = Callable[..., Any]


@pytest.fixture
def kms(server: Server) -> Any:
    return server.boto3()


@pytest.mark.parametrize("size", [1, 32, 96, 4096])
def test_encrypt_then_decrypt(kms: Any, key: Any, size: int) -> None:
    """The blob alone names its key: most clients call Decrypt without a KeyId."""
    plaintext = bytes(range(256)) * 16
    sealed = kms.encrypt(KeyId=key.key_id, Plaintext=plaintext[:size])
    assert len(sealed["CiphertextBlob"]) == size + BLOB_OVERHEAD_BYTES
    assert (sealed["KeyId"], sealed["EncryptionAlgorithm"]) == (key.arn, "SYMMETRIC_DEFAULT")
    assert "KeyMaterialId" not in sealed
    opened = kms.decrypt(CiphertextBlob=sealed["CiphertextBlob"])
    assert opened["Plaintext"] == plaintext[:size]
    assert (opened["KeyId"], opened["EncryptionAlgorithm"]) == (key.arn, "SYMMETRIC_DEFAULT")
    assert opened["KeyMaterialId"] == kms.describe_key(KeyId=key.key_id)["KeyMetadata"]["CurrentKeyMaterialId"]


def test_plaintext_over_4096_bytes_is_refused(kms: Any, key: Any) -> None:
    refused = refusal(kms, "encrypt", KeyId=key.key_id, Plaintext=b"x" * 4097)
    assert (refused.code, refused.status) == ("ValidationException", 400)
    assert refused.message == (
        "1 validation error detected: Value at 'plaintext' failed to satisfy constraint: "
        "Member must have length less than or equal to 4096"
    )


def test_the_blob_shows_neither_key_nor_plaintext(kms: Any, key: Any) -> None:
    plaintext = b"the quick brown fox jumps over the lazy dog"
    blob = kms.encrypt(KeyId=key.key_id, Plaintext=plaintext)["CiphertextBlob"]
    assert plaintext not in blob
    assert key.key_id.encode() not in blob


def test_encrypt_is_never_deterministic(kms: Any, key: Any) -> None:
    blobs = {kms.encrypt(KeyId=key.key_id, Plaintext=b"same")["CiphertextBlob"] for _ in range(20)}
    assert len(blobs) == 20


@pytest.mark.parametrize("form", ["key id", "key ARN", "alias name", "alias ARN"])
def test_every_form_of_key_id(kms: Any, key: Any, form: str) -> None:
    """All four name the key where AWS lets them; the answer always names the key ARN."""
    alias = f"alias/forms-{key.key_id}"
    kms.create_alias(AliasName=alias, TargetKeyId=key.key_id)
    prefix = key.arn.partition("key/")[0]
    given = {"key id": key.key_id, "key ARN": key.arn, "alias name": alias, "alias ARN": prefix + alias}[form]
    assert kms.describe_key(KeyId=given)["KeyMetadata"]["Arn"] == key.arn
    sealed = kms.encrypt(KeyId=given, Plaintext=b"x")
    data_key = kms.generate_data_key(KeyId=given, KeySpec="AES_256")
    opened = kms.decrypt(KeyId=given, CiphertextBlob=sealed["CiphertextBlob"])
    moved = kms.re_encrypt(CiphertextBlob=sealed["CiphertextBlob"], SourceKeyId=given, DestinationKeyId=given)
    assert {sealed["KeyId"], data_key["KeyId"], opened["KeyId"], moved["KeyId"], moved["SourceKeyId"]} == {key.arn}


# --- data keys -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("spec", "size"), [("AES_128", 16), ("AES_256", 32)])
def test_data_key_by_spec(kms: Any, key: Any, spec: str, size: int) -> None:
    made = kms.generate_data_key(KeyId=key.key_id, KeySpec=spec)
    assert len(made["Plaintext"]) == size
    assert len(made["CiphertextBlob"]) == size + BLOB_OVERHEAD_BYTES
    assert made["KeyId"] == key.arn
    assert kms.decrypt(CiphertextBlob=made["CiphertextBlob"])["Plaintext"] == made["Plaintext"]


@pytest.mark.parametrize("size", [1, 16, 32, 33, 64, 96, 1024])
def test_data_key_by_number_of_bytes(kms: Any, key: Any, size: int) -> None:
    made = kms.generate_data_key(KeyId=key.key_id, NumberOfBytes=size)
    assert len(made["Plaintext"]) == size
    assert kms.decrypt(CiphertextBlob=made["CiphertextBlob"])["Plaintext"] == made["Plaintext"]


def test_data_key_without_plaintext(kms: Any, key: Any) -> None:
    made = kms.generate_data_key_without_plaintext(KeyId=key.key_id, KeySpec="AES_256")
    assert "Plaintext" not in made
    assert made["KeyId"] == key.arn
    assert len(kms.decrypt(CiphertextBlob=made["CiphertextBlob"])["Plaintext"]) == 32


@pytest.mark.parametrize("size", [{}, {"KeySpec": "AES_256", "NumberOfBytes": 32}], ids=["neither", "both"])
def test_data_key_wants_spec_or_size(kms: Any, key: Any, size: dict[str, Any]) -> None:
    refused = refusal(kms, "generate_data_key", KeyId=key.key_id, **size)
    assert refused.code == "ValidationException"


def test_data_key_over_1024_bytes_is_refused(kms: Any, key: Any) -> None:
    refused = refusal(kms, "generate_data_key", KeyId=key.key_id, NumberOfBytes=1025)
    assert refused.message == (
        "1 validation error detected: Value '1025' at 'numberOfBytes' failed to satisfy constraint: "
        "Member must have value less than or equal to 1024"
    )


def test_random_bytes(kms: Any) -> None:
    assert {len(kms.generate_random(NumberOfBytes=size)["Plaintext"]) for size in (1, 32, 1024)} == {1, 32, 1024}
    assert kms.generate_random(NumberOfBytes=32)["Plaintext"] != kms.generate_random(NumberOfBytes=32)["Plaintext"]


# --- encryption context ----------------------------------------------------------------------------------------------


def test_context_must_be_the_same(kms: Any, key: Any) -> None:
    """Order is free, everything else is exact; nothing tells what was wrong."""
    context = {"tenant": "7", "Zweck": "für später", "empty": ""}
    blob = kms.encrypt(KeyId=key.key_id, Plaintext=b"x", EncryptionContext=context)["CiphertextBlob"]
    turned = dict(reversed(context.items()))
    assert kms.decrypt(CiphertextBlob=blob, EncryptionContext=turned)["Plaintext"] == b"x"
    wrong: list[dict[str, str]] = [
        {},
        {"tenant": "7"},
        context | {"tenant": "8"},
        context | {"more": "x"},
        {"Tenant": "7", "Zweck": "für später", "empty": ""},
        {"tenant": "7", "Zweck": "fu\u0308r später", "empty": ""},  # the same letters, other code points
        {"tenant": "7 ", "Zweck": "für später", "empty": ""},
    ]
    for given in wrong:
        refused = refusal(kms, "decrypt", CiphertextBlob=blob, EncryptionContext=given)
        assert (refused.code, refused.message) == ("InvalidCiphertextException", ""), given


@pytest.mark.parametrize(
    ("sealed", "asked"),
    [
        ({"ab": "c"}, {"a": "bc"}),
        ({"a": "bc"}, {"ab": "c"}),
        ({"a": "b", "c": "d"}, {"a": "bcd"}),
        ({"a": "b=c"}, {"a=b": "c"}),
        ({"a": "1,b=2"}, {"a": "1", "b": "2"}),
        ({"a": ""}, {}),
    ],
)
def test_no_two_contexts_are_one(kms: Any, key: Any, sealed: dict[str, str], asked: dict[str, str]) -> None:
    """Joining names and values without lengths would open one with the other; well-known emulators do."""
    blob = kms.encrypt(KeyId=key.key_id, Plaintext=b"x", EncryptionContext=sealed)["CiphertextBlob"]
    assert refusal(kms, "decrypt", CiphertextBlob=blob, EncryptionContext=asked).code == "InvalidCiphertextException"


def test_an_empty_context_is_no_context(kms: Any, key: Any) -> None:
    without = kms.encrypt(KeyId=key.key_id, Plaintext=b"x")["CiphertextBlob"]
    empty = kms.encrypt(KeyId=key.key_id, Plaintext=b"x", EncryptionContext={}, GrantTokens=[])["CiphertextBlob"]
    assert kms.decrypt(CiphertextBlob=without, EncryptionContext={}, GrantTokens=[])["Plaintext"] == b"x"
    assert kms.decrypt(CiphertextBlob=empty)["Plaintext"] == b"x"


# --- what is not ours ------------------------------------------------------------------------------------------------


def test_a_changed_blob_is_refused_wherever_it_was_changed(kms: Any, key: Any) -> None:
    """One answer for every place, but for the bytes that name the key: those name another one, which nobody may use."""
    blob = kms.encrypt(KeyId=key.key_id, Plaintext=b"x" * 16)["CiphertextBlob"]
    answers = set()
    for place in range(0, len(blob), 3):
        changed = blob[:place] + bytes([blob[place] ^ 1]) + blob[place + 1 :]
        answers.add(refusal(kms, "decrypt", CiphertextBlob=changed).code)
    assert answers <= {"InvalidCiphertextException", "AccessDeniedException"}
    assert refusal(kms, "decrypt", CiphertextBlob=blob[:-1]).code == "InvalidCiphertextException"
    assert refusal(kms, "decrypt", CiphertextBlob=blob + b"\0").code == "InvalidCiphertextException"
    assert refusal(kms, "decrypt", CiphertextBlob=hashlib.sha512(blob).digest()).code == "InvalidCiphertextException"


def test_decrypt_with_another_key_is_refused(kms: Any, make_key: MakeKey) -> None:
    mine, other = make_key(), make_key()
    blob = kms.encrypt(KeyId=mine.arn, Plaintext=b"x")["CiphertextBlob"]
    refused = refusal(kms, "decrypt", CiphertextBlob=blob, KeyId=other.arn)
    assert (refused.code, refused.message) == (
        "IncorrectKeyException",
        "The key ID in the request does not identify a CMK that can perform this operation.",
    )


def test_re_encrypt_moves_to_another_key_and_context(kms: Any, make_key: MakeKey) -> None:
    old, new = make_key(), make_key()
    blob = kms.encrypt(KeyId=old.key_id, Plaintext=b"moved", EncryptionContext={"at": "old"})["CiphertextBlob"]
    moved = kms.re_encrypt(
        CiphertextBlob=blob,
        SourceEncryptionContext={"at": "old"},
        DestinationKeyId=new.key_id,
        DestinationEncryptionContext={"at": "new"},
    )
    assert (moved["SourceKeyId"], moved["KeyId"]) == (old.arn, new.arn)
    assert moved["SourceKeyMaterialId"] != moved["DestinationKeyMaterialId"]
    opened = kms.decrypt(CiphertextBlob=moved["CiphertextBlob"], EncryptionContext={"at": "new"})
    assert (opened["Plaintext"], opened["KeyId"]) == (b"moved", new.arn)
    refused = refusal(kms, "re_encrypt", CiphertextBlob=blob, DestinationKeyId=new.key_id)
    assert refused.code == "InvalidCiphertextException"


# --- dry runs --------------------------------------------------------------------------------------------------------


def test_dry_run_would_have_succeeded(kms: Any, key: Any) -> None:
    blob = kms.encrypt(KeyId=key.key_id, Plaintext=b"x")["CiphertextBlob"]
    for method, parameters in {
        "encrypt": {"KeyId": key.key_id, "Plaintext": b"x"},
        "decrypt": {"CiphertextBlob": blob},
        "generate_data_key": {"KeyId": key.key_id, "KeySpec": "AES_256"},
        "generate_data_key_without_plaintext": {"KeyId": key.key_id, "KeySpec": "AES_256"},
        "re_encrypt": {"CiphertextBlob": blob, "DestinationKeyId": key.key_id},
    }.items():
        refused = refusal(kms, method, DryRun=True, **parameters)
        assert (refused.code, refused.message, refused.status) == (
            "DryRunOperationException",
            "The request would have succeeded, but the DryRun option is set.",
            400,
        ), method
        assert "Plaintext" not in refused.response


def test_dry_run_meets_the_error_of_the_real_call(kms: Any, key: Any) -> None:
    blob = kms.encrypt(KeyId=key.key_id, Plaintext=b"x")["CiphertextBlob"]
    refused = refusal(kms, "decrypt", CiphertextBlob=blob, EncryptionContext={"a": "b"}, DryRun=True)
    assert refused.code == "InvalidCiphertextException"
    kms.disable_key(KeyId=key.key_id)
    assert refusal(kms, "decrypt", CiphertextBlob=blob, DryRun=True).code == "DisabledException"
