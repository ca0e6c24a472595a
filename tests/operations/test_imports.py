"""GetParametersForImport, ImportKeyMaterial, DeleteImportedKeyMaterial: one key, one version. Texts are recorded answers."""

import json
from base64 import b64decode
from dataclasses import replace
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from strongroom.crypto.keyring import Keyring
from support.house import START, House
from support.import_rows import arn_of, metadata_of, rows_of, state_of
from support.imports import call_import, external_key, import_house, import_request, ok_import
from support.wrapping import encoded

MATERIAL = bytes(range(32))
OTHER = bytes(range(1, 33))
DAY = 86_400
PARAMETERS = {"WrappingAlgorithm": "RSAES_OAEP_SHA_256", "WrappingKeySpec": "RSA_2048"}
HELLO = "aGVsbG8="


@pytest.fixture
def house() -> House:
    return import_house()


@pytest.fixture
def waiting(house: House) -> str:
    """A symmetric key without material."""
    return external_key(house)


@pytest.fixture
def imported(house: House, waiting: str) -> str:
    ok_import(house, waiting, MATERIAL)
    return waiting


# --- parameters --------------------------------------------------------------------------------------------------------


def test_parameters_are_a_token_and_a_public_key_for_a_day(house: House, waiting: str) -> None:
    answer = house.call("GetParametersForImport", {"KeyId": waiting, **PARAMETERS})
    body = answer.body
    public = serialization.load_der_public_key(b64decode(body.pop("PublicKey")))
    assert isinstance(public, rsa.RSAPublicKey)
    assert public.key_size == 2048
    assert 1 <= len(b64decode(body.pop("ImportToken"))) <= 6144
    assert body == {"KeyId": arn_of(waiting), "ParametersValidTo": START + DAY}
    assert answer.record["requestParameters"] == {
        "keyId": waiting,
        "wrappingAlgorithm": "RSAES_OAEP_SHA_256",
        "wrappingKeySpec": "RSA_2048",
    }
    assert (answer.record["responseElements"], answer.record["readOnly"]) == (None, True)


def test_the_longest_token_fits(house: House, waiting: str) -> None:
    asked = {"KeyId": waiting, "WrappingAlgorithm": "RSAES_OAEP_SHA_256", "WrappingKeySpec": "RSA_4096"}
    assert len(b64decode(house.ok("GetParametersForImport", asked)["ImportToken"])) <= 6144


@pytest.mark.parametrize("operation", ["GetParametersForImport", "ImportKeyMaterial", "DeleteImportedKeyMaterial"])
def test_other_origins_are_refused(house: House, operation: str) -> None:
    key_id = house.ok("CreateKey")["KeyMetadata"]["KeyId"]
    members = {
        "ImportKeyMaterial": {"ImportToken": HELLO, "EncryptedKeyMaterial": HELLO},
        "GetParametersForImport": PARAMETERS,
    }
    assert house.call(operation, {"KeyId": key_id, **members.get(operation, {})}).error == (
        "UnsupportedOperationException",
        f"{arn_of(key_id)} origin is AWS_KMS which is not valid for this operation.",
    )


@pytest.mark.parametrize("operation", ["GetParametersForImport", "ImportKeyMaterial", "DeleteImportedKeyMaterial"])
def test_keys_are_named_by_id_or_arn(house: House, waiting: str, operation: str) -> None:
    house.ok("CreateAlias", {"AliasName": "alias/a", "TargetKeyId": waiting})
    members = {
        "ImportKeyMaterial": {"ImportToken": HELLO, "EncryptedKeyMaterial": HELLO},
        "GetParametersForImport": PARAMETERS,
    }
    assert house.call(operation, {"KeyId": "alias/a", **members.get(operation, {})}).error == (
        "InvalidArnException",
        "Key Aliases are not supported for this operation.",
    )
    absent = "1234abcd-12ab-34cd-56ef-1234567890ab"
    assert house.call(operation, {"KeyId": absent, **members.get(operation, {})}).error == (
        "NotFoundException",
        f"Key '{arn_of(absent)}' does not exist",
    )


def test_a_set_of_parameters_serves_more_than_once_beside_others(house: House, waiting: str) -> None:
    first, second = (import_request(house, waiting, MATERIAL) for _ in range(2))
    for request in (first, second, first):
        house.ok("ImportKeyMaterial", request)


@pytest.mark.parametrize("damage", ["flipped", "cut", "foreign", "nonsense", "parts of two"])
def test_a_wrong_token(house: House, waiting: str, damage: str) -> None:
    request = import_request(house, waiting, MATERIAL)
    token = b64decode(request["ImportToken"])
    other = b64decode(import_request(house, external_key(house), MATERIAL)["ImportToken"])
    wrong = {
        "flipped": token[:-1] + bytes((token[-1] ^ 1,)),
        "cut": token[:-1],
        "foreign": other,
        "nonsense": b"x",
        "parts of two": token[:77] + other[77:],
    }[damage]
    answer = house.call("ImportKeyMaterial", {**request, "ImportToken": encoded(wrong)})
    assert answer.error == ("InvalidImportTokenException", None)
    assert state_of(house, waiting) == "PendingImport"


def test_a_token_grows_old(house: House, waiting: str) -> None:
    request = import_request(house, waiting, MATERIAL)
    house.now += DAY
    assert house.call("ImportKeyMaterial", request).error == ("ExpiredImportTokenException", None)
    house.now -= 0.002
    house.ok("ImportKeyMaterial", request)


def test_a_token_needs_the_server_that_sealed_it(house: House, waiting: str) -> None:
    request = import_request(house, waiting, MATERIAL)
    elsewhere = import_house()
    request["KeyId"] = external_key(elsewhere)
    assert elsewhere.call("ImportKeyMaterial", request).error == ("InvalidImportTokenException", None)


def test_a_token_outlives_the_worker_that_sealed_it(house: House, waiting: str) -> None:
    """Nothing of it is kept: the domain key is all that a token needs."""
    request = import_request(house, waiting, MATERIAL)
    house.pipeline = replace(house.pipeline, keyring=Keyring(house.keyring._domain_key))
    house.ok("ImportKeyMaterial", request)


def test_material_wrapped_for_another_set_is_not_ciphertext(house: House, waiting: str) -> None:
    ours = import_request(house, waiting, MATERIAL)
    other = import_request(house, waiting, MATERIAL, wrapping="RSA_3072")
    sha1 = import_request(house, waiting, MATERIAL, algorithm="RSAES_OAEP_SHA_1")
    for wrong in (other["EncryptedKeyMaterial"], sha1["EncryptedKeyMaterial"], HELLO, encoded(bytes(256))):
        answer = house.call("ImportKeyMaterial", {**ours, "EncryptedKeyMaterial": wrong})
        assert answer.error == ("InvalidCiphertextException", None)
    assert state_of(house, waiting) == "PendingImport"


# --- importing ---------------------------------------------------------------------------------------------------------


def test_an_import_makes_the_key_usable(house: House, waiting: str) -> None:
    assert house.call("Encrypt", {"KeyId": waiting, "Plaintext": HELLO}).error == (
        "KMSInvalidStateException",
        f"{arn_of(waiting)} is pending import.",
    )
    request = import_request(house, waiting, MATERIAL, KeyMaterialDescription="made in the vault")
    answer = house.call("ImportKeyMaterial", request)
    material_id = answer.body["KeyMaterialId"]
    assert answer.body == {"KeyId": arn_of(waiting), "KeyMaterialId": material_id}
    record = answer.record
    assert record["requestParameters"] == {
        "keyId": waiting,
        "expirationModel": "KEY_MATERIAL_DOES_NOT_EXPIRE",
        "keyMaterialDescription": "made in the vault",
    }
    assert record["responseElements"] == {"keyId": arn_of(waiting), "keyMaterialId": material_id}
    assert record["readOnly"] is False
    text = json.dumps(record)
    assert request["ImportToken"] not in text
    assert request["EncryptedKeyMaterial"] not in text
    metadata = metadata_of(house, waiting)
    assert (metadata["KeyState"], metadata["Enabled"]) == ("Enabled", True)
    assert (metadata["CurrentKeyMaterialId"], metadata["Origin"]) == (material_id, "EXTERNAL")
    assert metadata["ExpirationModel"] == "KEY_MATERIAL_DOES_NOT_EXPIRE"
    assert "ValidTo" not in metadata
    blob = house.ok("Encrypt", {"KeyId": waiting, "Plaintext": HELLO})["CiphertextBlob"]
    assert house.ok("Decrypt", {"CiphertextBlob": blob})["KeyMaterialId"] == material_id


def test_the_material_id_is_of_key_and_material(house: House, waiting: str) -> None:
    first = ok_import(house, waiting, MATERIAL)["KeyMaterialId"]
    assert ok_import(house, waiting, MATERIAL)["KeyMaterialId"] == first
    assert ok_import(house, external_key(house), MATERIAL)["KeyMaterialId"] != first
    assert ok_import(house, external_key(house), OTHER)["KeyMaterialId"] != first


def test_the_first_material_is_for_good(house: House, imported: str) -> None:
    material_id = metadata_of(house, imported)["CurrentKeyMaterialId"]
    expected = (
        "IncorrectKeyMaterialException",
        f"Imported key material does not have the expected identifier ({material_id}).",
    )
    assert call_import(house, imported, OTHER).error == expected
    house.ok("DeleteImportedKeyMaterial", {"KeyId": imported})
    assert call_import(house, imported, OTHER).error == expected
    assert state_of(house, imported) == "PendingImport"


@pytest.mark.parametrize("length", [0, 16, 31, 33, 64])
def test_symmetric_material_has_32_bytes(house: House, waiting: str, length: int) -> None:
    assert call_import(house, waiting, bytes(length)).error == ("InvalidCiphertextException", None)


def test_an_import_enables_a_disabled_key(house: House, imported: str) -> None:
    house.ok("DisableKey", {"KeyId": imported})
    ok_import(house, imported, MATERIAL)
    assert state_of(house, imported) == "Enabled"


@pytest.mark.parametrize("operation", ["GetParametersForImport", "ImportKeyMaterial"])
def test_a_dying_key_takes_no_material(house: House, imported: str, operation: str) -> None:
    request = import_request(house, imported, MATERIAL)
    house.ok("ScheduleKeyDeletion", {"KeyId": imported})
    members = request if operation == "ImportKeyMaterial" else {"KeyId": imported, **PARAMETERS}
    assert house.call(operation, members).error == (
        "KMSInvalidStateException",
        f"{arn_of(imported)} is pending deletion.",
    )


# --- deleting ----------------------------------------------------------------------------------------------------------


def test_deleted_material_can_come_back(house: House, imported: str) -> None:
    material_id = metadata_of(house, imported)["CurrentKeyMaterialId"]
    blob = house.ok("Encrypt", {"KeyId": imported, "Plaintext": HELLO})["CiphertextBlob"]
    answer = house.call("DeleteImportedKeyMaterial", {"KeyId": imported})
    assert answer.body == {"KeyId": arn_of(imported), "KeyMaterialId": material_id}
    assert answer.record["requestParameters"] == {"keyId": imported}
    assert answer.record["responseElements"] == {"keyId": arn_of(imported), "keyMaterialId": material_id}
    metadata = metadata_of(house, imported)
    assert (metadata["KeyState"], metadata["Enabled"]) == ("PendingImport", False)
    assert metadata["CurrentKeyMaterialId"] == material_id
    assert {"ValidTo", "ExpirationModel"}.isdisjoint(metadata)
    assert [row.wrapped for row in rows_of(house, imported)] == [b""]
    assert house.call("Decrypt", {"CiphertextBlob": blob}).error[0] == "KMSInvalidStateException"
    assert house.call("EnableKey", {"KeyId": imported}).error == (
        "KMSInvalidStateException",
        f"{arn_of(imported)} is pending import.",
    )
    ok_import(house, imported, MATERIAL)
    assert house.ok("Decrypt", {"CiphertextBlob": blob})["Plaintext"] == HELLO


def test_deleting_twice_and_by_id(house: House, imported: str) -> None:
    material_id = metadata_of(house, imported)["CurrentKeyMaterialId"]
    for members in ({"KeyMaterialId": material_id}, {"KeyMaterialId": material_id}, {}):
        answer = house.call("DeleteImportedKeyMaterial", {"KeyId": imported, **members})
        assert answer.body == {"KeyId": arn_of(imported), "KeyMaterialId": material_id}


def test_deleting_where_there_never_was_any(house: House, waiting: str) -> None:
    answer = house.call("DeleteImportedKeyMaterial", {"KeyId": waiting})
    assert answer.body == {"KeyId": arn_of(waiting)}
    assert answer.record["responseElements"] == {"keyId": arn_of(waiting)}
    assert state_of(house, waiting) == "PendingImport"


def test_deleting_what_the_key_never_had(house: House, imported: str) -> None:
    absent = "0" * 64
    assert house.call("DeleteImportedKeyMaterial", {"KeyId": imported, "KeyMaterialId": absent}).error == (
        "ValidationException",
        f"Key material (id: {absent}) has never been imported into KMS key {arn_of(imported)}.",
    )


def test_a_dying_key_may_lose_its_material_and_stays_dying(house: House, imported: str) -> None:
    house.ok("ScheduleKeyDeletion", {"KeyId": imported})
    house.ok("DeleteImportedKeyMaterial", {"KeyId": imported})
    assert state_of(house, imported) == "PendingDeletion"
    house.ok("CancelKeyDeletion", {"KeyId": imported})
    assert state_of(house, imported) == "PendingImport"


def test_cancelled_deletion_of_a_key_with_its_material(house: House, imported: str) -> None:
    house.ok("ScheduleKeyDeletion", {"KeyId": imported})
    house.ok("CancelKeyDeletion", {"KeyId": imported})
    assert state_of(house, imported) == "Disabled"


# --- who may -----------------------------------------------------------------------------------------------------------


def test_what_policies_can_ask_of_an_import(house: House, waiting: str) -> None:
    allow = {"Effect": "Allow", "Action": "kms:*", "Resource": "*"}
    lasting = {"StringEquals": {"kms:ExpirationModel": "KEY_MATERIAL_DOES_NOT_EXPIRE"}}
    late = {"DateGreaterThan": {"kms:ValidTo": "2026-01-31T00:00:00Z"}}
    weak = {
        "StringNotEquals": {"kms:WrappingKeySpec": "RSA_4096"},
        "StringEquals": {"kms:WrappingAlgorithm": "RSAES_OAEP_SHA_1"},
    }
    denials = [
        {"Effect": "Deny", "Action": "kms:*", "Resource": "*", "Condition": each} for each in (lasting, late, weak)
    ]
    user = house.add_user("importer", {"Version": "2012-10-17", "Statement": [allow, *denials]})

    def outcome(operation: str, request: dict[str, Any]) -> str:
        answer = house.call(operation, request, user=user)
        return "ok" if answer.status == 200 else answer.error[0]

    soon = import_request(house, waiting, MATERIAL, ValidTo=START + DAY)
    assert outcome("ImportKeyMaterial", soon) == "ok"
    assert outcome("ImportKeyMaterial", {**soon, "ValidTo": START + 60 * DAY}) == "AccessDeniedException"
    assert outcome("ImportKeyMaterial", import_request(house, waiting, MATERIAL)) == "AccessDeniedException"
    asked = {"KeyId": waiting, **PARAMETERS}
    assert outcome("GetParametersForImport", asked) == "ok"
    assert (
        outcome("GetParametersForImport", {**asked, "WrappingAlgorithm": "RSAES_OAEP_SHA_1"}) == "AccessDeniedException"
    )


def test_no_material_in_reprs(house: House, imported: str) -> None:
    (row,) = rows_of(house, imported)
    assert row.wrapped.hex() not in repr(row)
    assert "wrapped" not in repr(row)
