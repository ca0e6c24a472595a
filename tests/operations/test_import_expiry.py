"""How long imported material lasts, and what becomes of a key without it. Texts are recorded answers."""

from typing import Any

import pytest

from strongroom.model.change import Update
from strongroom.model.key import Key, KeyMaterial
from strongroom.operations.kms.imported import expire_materials
from support.house import START, House
from support.import_rows import expire, key_row, metadata_of, rows_of, state_of
from support.imports import call_import, external_key, import_house, import_request, ok_import
from support.wrapping import FOR_EVER

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


@pytest.mark.parametrize(
    ("members", "text"),
    [
        (
            {"ExpirationModel": "KEY_MATERIAL_EXPIRES"},
            "A validTo date must be set if the ExpirationModel is KEY_MATERIAL_EXPIRES",
        ),
        (
            {"ExpirationModel": "KEY_MATERIAL_DOES_NOT_EXPIRE", "ValidTo": START + DAY},
            "A validTo date cannot be set if the ExpirationModel is KEY_MATERIAL_DOES_NOT_EXPIRE",
        ),
        ({"ValidTo": START - 1}, "ValidTo must be in the future"),
        ({"ValidTo": START}, "ValidTo must be in the future"),
        ({"ValidTo": START + 0.9}, "ValidTo must be in the future"),
        ({"ValidTo": -62_135_596_800}, "ValidTo must be in the future"),
        ({"ValidTo": START + 365 * DAY}, "ValidTo must be less than 365 days in the future"),
        ({"ValidTo": 253_402_300_799}, "ValidTo must be less than 365 days in the future"),
    ],
)
def test_how_long_material_may_last(house: House, waiting: str, members: dict[str, Any], text: str) -> None:
    answer = call_import(house, waiting, MATERIAL, **members)
    assert answer.error == ("ValidationException", text)


def test_expiry_is_the_default_and_needs_a_date(house: House, waiting: str) -> None:
    request = {name: value for name, value in import_request(house, waiting, MATERIAL).items() if name not in FOR_EVER}
    answer = house.call("ImportKeyMaterial", request)
    assert answer.error[1] == "A validTo date must be set if the ExpirationModel is KEY_MATERIAL_EXPIRES"
    assert answer.record["requestParameters"]["expirationModel"] == "KEY_MATERIAL_EXPIRES"


def test_a_date_is_kept_in_whole_seconds(house: House, waiting: str) -> None:
    answer = call_import(house, waiting, MATERIAL, ValidTo=START + DAY + 0.75)
    assert answer.status == 200
    assert answer.record["requestParameters"]["validTo"] == "Jan 2, 2026, 12:00:00 AM"
    metadata = metadata_of(house, waiting)
    assert (metadata["ExpirationModel"], metadata["ValidTo"]) == ("KEY_MATERIAL_EXPIRES", START + DAY)
    assert key_row(house, waiting).expires_ms == (START + DAY) * 1000


def test_another_import_resets_the_date(house: House, waiting: str) -> None:
    ok_import(house, waiting, MATERIAL, ValidTo=START + DAY)
    ok_import(house, waiting, MATERIAL, ValidTo=START + 2 * DAY)
    assert metadata_of(house, waiting)["ValidTo"] == START + 2 * DAY
    ok_import(house, waiting, MATERIAL)
    assert "ValidTo" not in metadata_of(house, waiting)
    assert key_row(house, waiting).expires_ms is None


@pytest.mark.parametrize("state", ["Enabled", "Disabled"])
def test_expired_material_is_destroyed(house: House, waiting: str, state: str) -> None:
    material_id = ok_import(house, waiting, MATERIAL, ValidTo=START + DAY)["KeyMaterialId"]
    blob = house.ok("Encrypt", {"KeyId": waiting, "Plaintext": HELLO})["CiphertextBlob"]
    if state == "Disabled":
        house.ok("DisableKey", {"KeyId": waiting})
    house.now += DAY - 0.002
    assert not expire(house, waiting)
    house.now += 0.002
    assert expire(house, waiting)
    key, (row,) = key_row(house, waiting), rows_of(house, waiting)
    assert (key.expires_ms, row.wrapped, row.valid_to_ms) == (None, b"", None)
    assert not expire(house, waiting)
    metadata = metadata_of(house, waiting)
    assert (metadata["KeyState"], metadata["CurrentKeyMaterialId"]) == ("PendingImport", material_id)
    assert {"ValidTo", "ExpirationModel"}.isdisjoint(metadata)
    ok_import(house, waiting, MATERIAL)
    assert house.ok("Decrypt", {"CiphertextBlob": blob})["Plaintext"] == HELLO


def test_material_of_a_dying_key_expires_too(house: House, waiting: str) -> None:
    ok_import(house, waiting, MATERIAL, ValidTo=START + DAY)
    house.ok("ScheduleKeyDeletion", {"KeyId": waiting})
    house.now += DAY
    assert expire(house, waiting)
    assert state_of(house, waiting) == "PendingDeletion"
    house.ok("CancelKeyDeletion", {"KeyId": waiting})
    assert state_of(house, waiting) == "PendingImport"


def test_expiry_writes_nothing_but_the_key_and_its_materials(house: House, waiting: str) -> None:
    ok_import(house, waiting, MATERIAL, ValidTo=START + DAY)
    key = key_row(house, waiting)
    with house.store.snapshot() as view:
        changes = expire_materials(view, key, int((START + DAY) * 1000))
    assert [(type(change), type(change.noun)) for change in changes] == [(Update, Key), (Update, KeyMaterial)]


def test_time_is_up_before_the_job_comes_round(house: House) -> None:
    """The row still has its material: it is not used any more."""
    waiting = external_key(house)
    ok_import(house, waiting, MATERIAL, ValidTo=START + DAY)
    blob = house.ok("Encrypt", {"KeyId": waiting, "Plaintext": "aGk="})["CiphertextBlob"]
    house.now += DAY
    for operation, members in (
        ("Encrypt", {"KeyId": waiting, "Plaintext": "aGk="}),
        ("Decrypt", {"CiphertextBlob": blob}),
    ):
        name, text = house.call(operation, members).error
        assert (name, str(text).endswith(f"{waiting} is pending import.")) == ("KMSInvalidStateException", True)
