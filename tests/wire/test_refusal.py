"""What AWS says to a body it does not take: recorded texts first, then each rule of the front end."""

import json
from typing import Any

import pytest

from strongroom.errors import AWSError, SerializationError, ValidationError
from strongroom.wire import json11
from strongroom.wire.shape import Shape
from strongroom.wire.shapes import kms

KEY = {"KeyId": "alias/a"}
ENCRYPT = {**KEY, "Plaintext": "YQ=="}
IMPORT = {**KEY, "ImportToken": "YQ==", "EncryptedKeyMaterial": "YQ=="}
GRANT = {**KEY, "GranteePrincipal": "arn:aws:iam::111122223333:user/a", "Operations": ["Decrypt"]}


def refusal_of(shape: type[Shape], body: Any) -> AWSError:
    with pytest.raises(AWSError) as caught:
        json11.decode(shape, body if isinstance(body, bytes) else json.dumps(body).encode())
    return caught.value


RECORDED = [
    (
        kms.EnableKeyRotationRequest,
        {**KEY, "RotationPeriodInDays": 2561},
        (
            "1 validation error detected: Value '2561' at 'rotationPeriodInDays' failed to satisfy constraint: "
            "Member must have value less than or equal to 2560"
        ),
    ),
    (
        kms.GenerateRandomRequest,
        {"NumberOfBytes": 1025},
        (
            "1 validation error detected: Value '1025' at 'numberOfBytes' failed to satisfy constraint: "
            "Member must have value less than or equal to 1024"
        ),
    ),
    (
        kms.GenerateRandomRequest,
        {"NumberOfBytes": 0},
        (
            "1 validation error detected: Value '0' at 'numberOfBytes' failed to satisfy constraint: "
            "Member must have value greater than or equal to 1"
        ),
    ),
    (
        kms.EncryptRequest,
        {**KEY, "Plaintext": "YWFh" * 1366},
        (
            "1 validation error detected: Value at 'plaintext' failed to satisfy constraint: "
            "Member must have length less than or equal to 4096"
        ),
    ),
    (
        kms.SignRequest,
        {**KEY, "Message": "", "SigningAlgorithm": "ECDSA_SHA_256"},
        (
            "1 validation error detected: Value at 'message' failed to satisfy constraint: "
            "Member must have length greater than or equal to 1"
        ),
    ),
    (
        kms.TagResourceRequest,
        {**KEY, "Tags": [{"TagKey": "k" * 129, "TagValue": ""}]},
        (
            f"1 validation error detected: Value '{'k' * 129}' at 'tags.1.member.tagKey' failed to satisfy constraint: "
            "Member must have length less than or equal to 128"
        ),
    ),
]


@pytest.mark.parametrize(("shape", "body", "text"), RECORDED, ids=lambda value: getattr(value, "__name__", ""))
def test_recorded_texts_are_reproduced(shape: type[Shape], body: Any, text: str) -> None:
    error = refusal_of(shape, body)
    assert type(error) is ValidationError
    assert error.message == text


CONSTRAINTS = [
    (kms.DescribeKeyRequest, {}, "Value null at 'keyId' failed to satisfy constraint: Member must not be null"),
    (
        kms.DescribeKeyRequest,
        {"KeyId": None},
        "Value null at 'keyId' failed to satisfy constraint: Member must not be null",
    ),
    (kms.EncryptRequest, KEY, "Value at 'plaintext' failed to satisfy constraint: Member must not be null"),
    (
        kms.CreateGrantRequest,
        {**GRANT, "GranteePrincipal": "a b"},
        (
            "Value 'a b' at 'granteePrincipal' failed to satisfy constraint: "
            "Member must satisfy regular expression pattern: ^[\\w+=,.@:/-]+$"
        ),
    ),
    (
        kms.CreateAliasRequest,
        {"AliasName": "alias/a\n", "TargetKeyId": "k"},
        (
            "Value 'alias/a\n' at 'aliasName' failed to satisfy constraint: "
            "Member must satisfy regular expression pattern: ^[a-zA-Z0-9:/_-]+$"
        ),
    ),
    (
        kms.CreateGrantRequest,
        {**GRANT, "GrantTokens": ["a"] * 11},
        "Value at 'grantTokens' failed to satisfy constraint: Member must have length less than or equal to 10",
    ),
    (
        kms.ListKeysRequest,
        {"ResourceOwners": ["SELF"] * 3},
        (
            "Value '[SELF, SELF, SELF]' at 'resourceOwners' failed to satisfy constraint: "
            "Member must have length less than or equal to 2"
        ),
    ),
    (
        kms.CreateGrantRequest,
        {**GRANT, "GrantTokens": ["a", ""]},
        (
            "Value at 'grantTokens' failed to satisfy constraint: Member must satisfy constraint: "
            "[Member must have length less than or equal to 8192, Member must have length greater than or equal to 1]"
        ),
    ),
    (
        kms.EncryptRequest,
        {**ENCRYPT, "EncryptionContext": {"a": "b", "c": None}},
        (
            "Value '{a=b, c=null}' at 'encryptionContext' failed to satisfy constraint: "
            "Map value must satisfy constraint: [Member must not be null]"
        ),
    ),
    (
        kms.TagResourceRequest,
        {**KEY, "Tags": [{"TagKey": "a", "TagValue": "b"}, None]},
        "Value null at 'tags.2.member' failed to satisfy constraint: Member must not be null",
    ),
    (
        kms.UntagResourceRequest,
        {**KEY, "TagKeys": ["a", None]},
        (
            "Value '[a, null]' at 'tagKeys' failed to satisfy constraint: Member must satisfy constraint: "
            "[Member must have length less than or equal to 128, Member must have length greater than or equal to 1, "
            "Member must not be null]"
        ),
    ),
    (
        kms.DecryptRequest,
        {"CiphertextBlob": "YQ==", "Recipient": {"AttestationDocument": ""}},
        (
            "Value at 'recipient.attestationDocument' failed to satisfy constraint: "
            "Member must have length greater than or equal to 1"
        ),
    ),
]


@pytest.mark.parametrize(("shape", "body", "text"), CONSTRAINTS)
def test_each_rule_has_its_words_and_its_path(shape: type[Shape], body: Any, text: str) -> None:
    error = refusal_of(shape, body)
    assert type(error) is ValidationError
    assert error.message == f"1 validation error detected: {text}"


def test_enumerations_are_a_set_in_no_order_and_case_sensitive() -> None:
    message = refusal_of(kms.GenerateDataKeyRequest, {**KEY, "KeySpec": "aes_256"}).message or ""
    head, _, values = message.partition("Member must satisfy enum value set: ")
    assert head == "1 validation error detected: Value 'aes_256' at 'keySpec' failed to satisfy constraint: "
    assert set(values.strip("[]").split(", ")) == {"AES_256", "AES_128"}


def test_every_failure_is_collected() -> None:
    body = {"Limit": 0, "KeyId": "", "Marker": "\u2028"}
    assert refusal_of(kms.ListAliasesRequest, body).message == (
        "3 validation errors detected: "
        "Value '' at 'keyId' failed to satisfy constraint: Member must have length greater than or equal to 1; "
        "Value '0' at 'limit' failed to satisfy constraint: Member must have value greater than or equal to 1; "
        "Value '\u2028' at 'marker' failed to satisfy constraint: "
        "Member must satisfy regular expression pattern: [\\u0020-\\u00FF]*"
    )


def test_a_flood_of_failures_does_not_make_a_flood_of_an_answer() -> None:
    error = refusal_of(kms.TagResourceRequest, {**KEY, "Tags": [{}] * 5000})
    assert (error.message or "").startswith("100 validation errors detected: ")
    assert len(error.message or "") < 12_000


def test_sensitive_text_is_never_echoed() -> None:
    body = {"CustomKeyStoreName": "a", "KeyStorePassword": "hunter2" * 10}
    error = refusal_of(kms.CreateCustomKeyStoreRequest, body)
    assert "at 'keyStorePassword'" in str(error)
    assert "hunter2" not in str(error)


TYPES = [
    (kms.GenerateRandomRequest, {"NumberOfBytes": "32"}, "STRING_VALUE can not be converted to an Integer"),
    (kms.GenerateRandomRequest, {"NumberOfBytes": True}, "TRUE_VALUE can not be converted to an Integer"),
    (kms.GenerateRandomRequest, {"NumberOfBytes": [1]}, "Start of list found where not expected"),
    (kms.GenerateRandomRequest, {"NumberOfBytes": {}}, "Start of structure or map found where not expected."),
    (kms.GenerateRandomRequest, b'{"NumberOfBytes":1e300}', "NUMBER_VALUE can not be converted to an Integer"),
    (kms.GenerateRandomRequest, {"NumberOfBytes": 2**64}, "NUMBER_VALUE can not be converted to an Integer"),
    (kms.DescribeKeyRequest, {"KeyId": 5}, "NUMBER_VALUE can not be converted to a String"),
    (kms.DescribeKeyRequest, {"KeyId": True}, "TRUE_VALUE can not be converted to a String"),
    (kms.DescribeKeyRequest, {"KeyId": False}, "FALSE_VALUE can not be converted to a String"),
    (kms.DescribeKeyRequest, {"KeyId": ["a"]}, "Start of list found where not expected"),
    (kms.DescribeKeyRequest, {**KEY, "GrantTokens": "a"}, "Expected list or null"),
    (kms.DescribeKeyRequest, {**KEY, "GrantTokens": {}}, "Start of structure or map found where not expected."),
    (kms.DescribeKeyRequest, {**KEY, "GrantTokens": [1]}, "NUMBER_VALUE can not be converted to a String"),
    (kms.DecryptRequest, {"Recipient": "a"}, "Expected null"),
    (kms.DecryptRequest, {"Recipient": []}, "Start of list found where not expected"),
    (kms.EncryptRequest, {**ENCRYPT, "EncryptionContext": "a"}, "Expected map or null"),
    (kms.EncryptRequest, {**ENCRYPT, "EncryptionContext": {"a": 1}}, "NUMBER_VALUE can not be converted to a String"),
    (kms.EncryptRequest, {**ENCRYPT, "DryRun": "true"}, "STRING_VALUE can not be converted to a Boolean"),
    (kms.EncryptRequest, {**ENCRYPT, "Plaintext": 1}, "NUMBER_VALUE can not be converted to a Blob"),
    (
        kms.ImportKeyMaterialRequest,
        {**IMPORT, "ValidTo": "x"},
        "STRING_VALUE can not be converted to milliseconds since epoch",
    ),
    (
        kms.ImportKeyMaterialRequest,
        {**IMPORT, "ValidTo": 1e18},
        "NUMBER_VALUE can not be converted to milliseconds since epoch",
    ),
    (
        kms.ImportKeyMaterialRequest,
        json.dumps(IMPORT).encode()[:-1] + b',"ValidTo":' + b"9" * 400 + b"}",
        "NUMBER_VALUE can not be converted to milliseconds since epoch",
    ),
    (kms.DescribeKeyRequest, [], "Start of list found where not expected"),
    (kms.EncryptRequest, {**KEY, "Plaintext": "YQ"}, None),
    (kms.EncryptRequest, {**KEY, "Plaintext": "Y-_h"}, None),
    (kms.EncryptRequest, {**KEY, "Plaintext": "\u00e9"}, None),
    (kms.DescribeKeyRequest, b"{", None),
    (kms.DescribeKeyRequest, b"", None),
    (kms.DescribeKeyRequest, b"null", None),
    (kms.DescribeKeyRequest, b'"x"', None),
    (kms.DescribeKeyRequest, b"1", None),
    (kms.DescribeKeyRequest, b'{"KeyId":"a",}', None),
    (kms.DescribeKeyRequest, b'{"KeyId":NaN}', None),
    (kms.DescribeKeyRequest, b'{"KeyId":"a\xff"}', None),
    (kms.DescribeKeyRequest, b'{"KeyId":"a\\ud800"}', None),
    (kms.DescribeKeyRequest, b'{"Unknown":' + b"[" * 100_000, None),
    (kms.GenerateRandomRequest, b'{"NumberOfBytes":' + b"9" * 5000 + b"}", None),
    (kms.ImportKeyMaterialRequest, b'{"ValidTo":1e400}', None),
]


@pytest.mark.parametrize(("shape", "body", "text"), TYPES, ids=range(len(TYPES)))
def test_wrong_types_are_serialization_errors(shape: type[Shape], body: Any, text: str | None) -> None:
    error = refusal_of(shape, body)
    assert type(error) is SerializationError
    assert error.message == text


def test_types_come_before_constraints() -> None:
    body = b'{"Limit":0,"KeyId":5}'
    assert type(refusal_of(kms.ListAliasesRequest, body)) is SerializationError


@pytest.mark.parametrize(
    ("number", "taken"), [(b"1.5", 1), (b"1.0", 1), (b"1E2", 100), (b"32", 32), (b"1023.999", 1023)]
)
def test_integers_may_be_written_as_decimals(number: bytes, taken: int) -> None:
    found = json11.decode(kms.GenerateRandomRequest, b'{"NumberOfBytes":' + number + b"}").number_of_bytes
    assert found == taken
    assert type(found) is int


@pytest.mark.parametrize("number", [b"1477431461", b"1477431461.0", b"1.477431461E9"])
def test_times_may_be_written_as_any_number(number: bytes) -> None:
    body = json.dumps(IMPORT).encode()[:-1] + b',"ValidTo":' + number + b"}"
    assert json11.decode(kms.ImportKeyMaterialRequest, body).valid_to == 1477431461.0


def test_coercion_leaves_the_other_members_as_they_were() -> None:
    body = {**KEY, "NumberOfBytes": 32.0, "EncryptionContext": {"a": "b"}, "Recipient": {"AttestationDocument": "YWI="}}
    found = json11.decode(kms.GenerateDataKeyRequest, json.dumps(body).encode())
    assert found == kms.GenerateDataKeyRequest(
        key_id="alias/a",
        number_of_bytes=32,
        encryption_context={"a": "b"},
        recipient=kms.RecipientInfo(attestation_document=b"ab"),
    )
