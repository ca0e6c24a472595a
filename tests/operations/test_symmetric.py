"""Encrypt, Decrypt, ReEncrypt, data keys, random bytes."""

import base64

import pytest

from strongroom.authz.defaults import ADMINISTRATOR_ACCESS
from support.house import ACCOUNT, OTHER_ACCOUNT, House

HELLO = base64.b64encode(b"hello").decode()


def size(text: str) -> int:
    return len(base64.b64decode(text))


def test_encrypt_decrypt(house: House, key_id: str) -> None:
    arn = f"arn:aws:kms:us-east-1:{ACCOUNT}:key/{key_id}"
    sealed = house.ok("Encrypt", {"KeyId": key_id, "Plaintext": HELLO, "EncryptionContext": {"a": "1", "b": "2"}})
    assert (sealed["KeyId"], sealed["EncryptionAlgorithm"]) == (arn, "SYMMETRIC_DEFAULT")
    assert size(sealed["CiphertextBlob"]) == 5 + 152
    assert "KeyMaterialId" not in sealed
    opened = house.ok(
        "Decrypt", {"CiphertextBlob": sealed["CiphertextBlob"], "EncryptionContext": {"b": "2", "a": "1"}}
    )
    material = house.ok("DescribeKey", {"KeyId": key_id})["KeyMetadata"]["CurrentKeyMaterialId"]
    assert opened == {
        "KeyId": arn,
        "Plaintext": HELLO,
        "EncryptionAlgorithm": "SYMMETRIC_DEFAULT",
        "KeyMaterialId": material,
    }


def test_encryption_is_never_deterministic(house: House, key_id: str) -> None:
    blobs = {house.ok("Encrypt", {"KeyId": key_id, "Plaintext": HELLO})["CiphertextBlob"] for _ in range(20)}
    assert len(blobs) == 20


@pytest.mark.parametrize("context", [{}, {"a": "2"}, {"A": "1"}, {"a": "1", "b": ""}, {"a1": ""}])
def test_another_context_is_the_same_refusal_as_a_damaged_blob(
    house: House, key_id: str, context: dict[str, str]
) -> None:
    blob = house.ok("Encrypt", {"KeyId": key_id, "Plaintext": HELLO, "EncryptionContext": {"a": "1"}})["CiphertextBlob"]
    answer = house.call("Decrypt", {"CiphertextBlob": blob, "EncryptionContext": context})
    assert answer.raw == b'{"__type":"InvalidCiphertextException"}'


def test_an_absent_and_an_empty_context_are_the_same(house: House, key_id: str) -> None:
    blob = house.ok("Encrypt", {"KeyId": key_id, "Plaintext": HELLO, "EncryptionContext": {}})["CiphertextBlob"]
    assert house.ok("Decrypt", {"CiphertextBlob": blob, "GrantTokens": []})["Plaintext"] == HELLO


def test_decrypt_with_a_key_id(house: House, key_id: str) -> None:
    other = house.ok("CreateKey")["KeyMetadata"]["KeyId"]
    house.ok("CreateAlias", {"AliasName": "alias/right", "TargetKeyId": key_id})
    blob = house.ok("Encrypt", {"KeyId": key_id, "Plaintext": HELLO})["CiphertextBlob"]
    arn = f"arn:aws:kms:us-east-1:{ACCOUNT}:key/{key_id}"
    for right in (key_id, arn, "alias/right"):
        assert house.ok("Decrypt", {"CiphertextBlob": blob, "KeyId": right})["KeyId"] == arn
    wrong = house.call("Decrypt", {"CiphertextBlob": blob, "KeyId": other})
    assert wrong.error == (
        "IncorrectKeyException",
        "The key ID in the request does not identify a CMK that can perform this operation.",
    )


def test_a_blob_of_a_key_that_is_not_here(house: House, key_id: str) -> None:
    """The refusal tells nothing about the key: not that it is missing, nor that it is another's."""
    blob = house.ok("Encrypt", {"KeyId": key_id, "Plaintext": HELLO})["CiphertextBlob"]
    stranger = house.add_user("stranger", ADMINISTRATOR_ACCESS, OTHER_ACCOUNT)
    texts = set()
    for user, region in ((None, "eu-west-1"), (stranger, "us-east-1"), (stranger, "eu-west-1")):
        name, text = house.call("Decrypt", {"CiphertextBlob": blob}, user=user, region=region).error
        assert name == "AccessDeniedException"
        texts.add(str(text).partition(" on ")[2])
    hidden = (
        "the resource associated with this ciphertext because the resource does not exist in this Region, "
        "no resource-based policies allow access, or a resource-based policy explicitly denies access"
    )
    assert texts == {hidden}


@pytest.mark.parametrize(
    ("members", "length"),
    [
        ({"KeySpec": "AES_256"}, 32),
        ({"KeySpec": "AES_128"}, 16),
        ({"NumberOfBytes": 1}, 1),
        ({"NumberOfBytes": 96}, 96),
        ({"NumberOfBytes": 1024}, 1024),
    ],
)
def test_data_keys(house: House, key_id: str, members: dict[str, object], length: int) -> None:
    made = house.ok("GenerateDataKey", {"KeyId": key_id, **members})
    assert size(made["Plaintext"]) == length
    assert size(made["CiphertextBlob"]) == length + 152
    assert house.ok("Decrypt", {"CiphertextBlob": made["CiphertextBlob"]})["Plaintext"] == made["Plaintext"]
    bare = house.ok("GenerateDataKeyWithoutPlaintext", {"KeyId": key_id, **members})
    assert "Plaintext" not in bare
    assert size(house.ok("Decrypt", {"CiphertextBlob": bare["CiphertextBlob"]})["Plaintext"]) == length


@pytest.mark.parametrize("members", [{}, {"KeySpec": "AES_256", "NumberOfBytes": 32}])
def test_exactly_one_length(house: House, key_id: str, members: dict[str, object]) -> None:
    for operation in ("GenerateDataKey", "GenerateDataKeyWithoutPlaintext"):
        answer = house.call(operation, {"KeyId": key_id, **members})
        assert answer.error == ("ValidationException", "Please specify either number of bytes or key spec.")


def test_re_encrypt(house: House, key_id: str) -> None:
    other = house.ok("CreateKey")["KeyMetadata"]["Arn"]
    blob = house.ok("Encrypt", {"KeyId": key_id, "Plaintext": HELLO, "EncryptionContext": {"from": "1"}})[
        "CiphertextBlob"
    ]
    moved = house.ok(
        "ReEncrypt",
        {
            "CiphertextBlob": blob,
            "SourceEncryptionContext": {"from": "1"},
            "DestinationKeyId": other,
            "DestinationEncryptionContext": {"to": "2"},
        },
    )
    assert (moved["SourceKeyId"].rpartition("/")[2], moved["KeyId"]) == (key_id, other)
    opened = house.ok("Decrypt", {"CiphertextBlob": moved["CiphertextBlob"], "EncryptionContext": {"to": "2"}})
    assert (opened["Plaintext"], opened["KeyId"]) == (HELLO, other)
    assert opened["KeyMaterialId"] == moved["DestinationKeyMaterialId"]
    assert house.call("ReEncrypt", {"CiphertextBlob": blob, "DestinationKeyId": other}).error == (
        "InvalidCiphertextException",
        None,
    )


def test_re_encrypt_needs_two_permissions(house: House, key_id: str) -> None:
    source = f"arn:aws:kms:us-east-1:{ACCOUNT}:key/{key_id}"
    destination = house.ok("CreateKey")["KeyMetadata"]["Arn"]
    blob = house.ok("Encrypt", {"KeyId": key_id, "Plaintext": HELLO})["CiphertextBlob"]
    members = {"CiphertextBlob": blob, "DestinationKeyId": destination}
    for name, statements, missing in (
        ("from", [("kms:ReEncryptFrom", source)], "kms:ReEncryptTo"),
        ("to", [("kms:ReEncryptTo", destination)], "kms:ReEncryptFrom"),
        ("both", [("kms:ReEncryptFrom", source), ("kms:ReEncryptTo", destination)], None),
    ):
        policy = {
            "Version": "2012-10-17",
            "Statement": [
                {"Effect": "Allow", "Action": action, "Resource": resource} for action, resource in statements
            ],
        }
        answer = house.call("ReEncrypt", members, user=house.add_user(name, policy))
        assert (answer.status == 200) if missing is None else (f"allows the {missing} action" in str(answer.error[1]))


def test_dry_runs_end_in_an_error_and_change_nothing(house: House, key_id: str) -> None:
    would = ("DryRunOperationException", "The request would have succeeded, but the DryRun option is set.")
    blob = house.ok("Encrypt", {"KeyId": key_id, "Plaintext": HELLO})["CiphertextBlob"]
    material_id = house.ok("DescribeKey", {"KeyId": key_id})["KeyMetadata"]["CurrentKeyMaterialId"]
    for operation, members in (
        ("Encrypt", {"KeyId": key_id, "Plaintext": HELLO}),
        ("Decrypt", {"CiphertextBlob": blob}),
        ("GenerateDataKey", {"KeyId": key_id, "KeySpec": "AES_256"}),
        ("ReEncrypt", {"CiphertextBlob": blob, "DestinationKeyId": key_id}),
        ("Decrypt", {"KeyId": key_id, "DryRunModifiers": ["IGNORE_CIPHERTEXT"]}),
    ):
        answer = house.call(operation, {**members, "DryRun": True})
        assert answer.error == would
        assert answer.record["errorCode"] == "DryRunOperationException"
        assert answer.record["requestParameters"]["dryRun"] is True
        assert set(answer.record["additionalEventData"].values()) == {material_id}
    damaged = base64.b64encode(bytes(200)).decode()
    assert house.call("Decrypt", {"CiphertextBlob": damaged, "DryRun": True}).error == (
        "InvalidCiphertextException",
        None,
    )
    nobody = house.add_user("nobody")
    assert (
        house.call("Encrypt", {"KeyId": key_id, "Plaintext": HELLO, "DryRun": True}, user=nobody).error[0]
        == "AccessDeniedException"
    )


@pytest.mark.parametrize(
    ("members", "text"),
    [
        ({}, "NumberOfBytes is required."),
        ({"NumberOfBytes": 0}, "Member must have value greater than or equal to 1"),
        ({"NumberOfBytes": 1025}, "Member must have value less than or equal to 1024"),
    ],
)  # fmt: skip
def test_generate_random_limits(house: House, members: dict[str, object], text: str) -> None:
    name, said = house.call("GenerateRandom", members).error
    assert name == "ValidationException"
    assert str(said).endswith(text)


def test_generate_random(house: House) -> None:
    one, other = (house.ok("GenerateRandom", {"NumberOfBytes": 32})["Plaintext"] for _ in range(2))
    assert size(one) == size(other) == 32
    assert one != other


def test_limits_of_plaintext_and_context(house: House, key_id: str) -> None:
    text = (
        "1 validation error detected: Value at 'plaintext' failed to satisfy constraint: "
        "Member must have length less than or equal to 4096"
    )
    over = house.call("Encrypt", {"KeyId": key_id, "Plaintext": base64.b64encode(bytes(4097)).decode()})
    assert over.error == ("ValidationException", text)
    house.ok("Encrypt", {"KeyId": key_id, "Plaintext": base64.b64encode(bytes(4096)).decode()})
    huge = {"KeyId": key_id, "Plaintext": HELLO, "EncryptionContext": {"k": "v" * 9000}}
    assert house.call("Encrypt", huge).error[0] == "ValidationException"
    crowd = {"KeyId": key_id, "Plaintext": HELLO, "EncryptionContext": {str(number): "" for number in range(2000)}}
    for user in (house.administrator, house.add_user("nobody")):  # nobody's policies are not asked about all that
        text = "EncryptionContext must not be longer than 8192 bytes"
        assert str(house.call("Encrypt", crowd, user=user).error[1]).startswith(text)
