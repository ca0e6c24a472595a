"""Several versions of imported symmetric material in one Region. Texts are recorded answers."""

import pytest

from strongroom.model.key import KeyState, MaterialState
from strongroom.store.port import ConflictError
from support.house import START, House
from support.import_rows import (
    arn_of,
    entries,
    expire,
    id_of,
    key_row,
    rotate,
    rows_of,
    state_in,
)
from support.imports import call_import, external_key, import_house, import_request, ok_import

FIRST, SECOND, THIRD = (bytes(range(start, start + 32)) for start in range(3))
DAY = 86_400
NEW, EXISTING = {"ImportType": "NEW_KEY_MATERIAL"}, {"ImportType": "EXISTING_KEY_MATERIAL"}
HELLO = "aGVsbG8="
PENDING, PENDING_EVERYWHERE = MaterialState.PENDING_ROTATION, MaterialState.PENDING_MULTI_REGION_IMPORT_AND_ROTATION


@pytest.fixture
def house() -> House:
    return import_house()


@pytest.fixture
def key_id(house: House) -> str:
    """A key with its first material."""
    made = external_key(house)
    ok_import(house, made, FIRST)
    return made


# --- staging -----------------------------------------------------------------------------------------------------------


def test_new_material_waits_for_its_rotation(house: House, key_id: str) -> None:
    first = key_row(house, key_id).material_id
    answer = call_import(house, key_id, SECOND, **NEW, KeyMaterialDescription="the second")
    second = answer.body["KeyMaterialId"]
    assert (second, first) == (id_of(house, key_id, SECOND), id_of(house, key_id, FIRST))
    assert answer.record["requestParameters"]["importType"] == "NEW_KEY_MATERIAL"
    assert entries(house, key_id) == [(0, MaterialState.CURRENT, True), (1, PENDING, True)]
    assert [row.description for row in rows_of(house, key_id)] == ["", "the second"]
    metadata = house.ok("DescribeKey", {"KeyId": key_id})["KeyMetadata"]
    assert (metadata["KeyState"], metadata["CurrentKeyMaterialId"]) == ("Enabled", first)
    assert (
        house.ok(
            "Decrypt", {"CiphertextBlob": house.ok("Encrypt", {"KeyId": key_id, "Plaintext": HELLO})["CiphertextBlob"]}
        )["KeyMaterialId"]
        == first
    )


def test_the_first_material_may_be_called_new(house: House) -> None:
    key_id = external_key(house)
    ok_import(house, key_id, FIRST, **NEW)
    assert entries(house, key_id) == [(0, MaterialState.CURRENT, True)]


def test_one_version_waits_at_a_time(house: House, key_id: str) -> None:
    ok_import(house, key_id, SECOND, **NEW)
    second, third = id_of(house, key_id, SECOND), id_of(house, key_id, THIRD)
    text = (
        f"New key material (id: {third}) cannot be imported into KMS key {arn_of(key_id)}, "
        f"because another key material (id: {second}) is pending rotation."
    )
    assert call_import(house, key_id, THIRD, **NEW).error == ("KMSInvalidStateException", text)
    rotate(house, key_id)
    ok_import(house, key_id, THIRD, **NEW)
    assert entries(house, key_id) == [
        (0, MaterialState.NON_CURRENT, True),
        (1, MaterialState.CURRENT, True),
        (2, PENDING, True),
    ]


def test_new_material_must_be_new(house: House, key_id: str) -> None:
    ok_import(house, key_id, SECOND, **NEW)
    for known in (FIRST, SECOND):
        text = (
            f"Key material (id: {id_of(house, key_id, known)}) being imported as NEW_KEY_MATERIAL "
            f"is already associated with KMS key {arn_of(key_id)}."
        )
        assert call_import(house, key_id, known, **NEW).error == ("IncorrectKeyMaterialException", text)


@pytest.mark.parametrize("is_first", [True, False])
def test_new_material_has_no_id_yet(house: House, key_id: str, is_first: bool) -> None:
    """The first import is one of new material, though nobody says so."""
    target, members = (external_key(house), {}) if is_first else (key_id, NEW)
    answer = call_import(house, target, SECOND, KeyMaterialId=id_of(house, target, SECOND), **members)
    assert answer.error == (
        "ValidationException",
        "Input parameter keyMaterialId cannot be used with NEW_KEY_MATERIAL importType.",
    )


def test_existing_material_must_exist(house: House, key_id: str) -> None:
    first, second = id_of(house, key_id, FIRST), id_of(house, key_id, SECOND)
    wrong = "IncorrectKeyMaterialException"
    unexpected = f"Imported key material does not have the expected identifier ({first})."
    absent = f"Key material (id: {second}) has never been imported into KMS key {arn_of(key_id)}."
    for members, text in (
        (EXISTING, unexpected),
        ({}, unexpected),
        ({"KeyMaterialId": first}, unexpected),
        ({"KeyMaterialId": second}, absent),
    ):
        assert call_import(house, key_id, SECOND, **members).error == (wrong, text)
    ok_import(house, key_id, FIRST, KeyMaterialId=first, **EXISTING)
    fresh = external_key(house)
    text = f"Key material (id: {id_of(house, fresh, FIRST)}) has never been imported into KMS key {arn_of(fresh)}."
    assert call_import(house, fresh, FIRST, **EXISTING).error == (wrong, text)


def test_a_description_stays_until_another_is_given(house: House, key_id: str) -> None:
    ok_import(house, key_id, FIRST, KeyMaterialDescription="one")
    ok_import(house, key_id, FIRST)
    assert [row.description for row in rows_of(house, key_id)] == ["one"]
    house.ok("DeleteImportedKeyMaterial", {"KeyId": key_id})
    ok_import(house, key_id, FIRST, KeyMaterialDescription="two")
    assert [row.description for row in rows_of(house, key_id)] == ["two"]


# --- what a missing version means ----------------------------------------------------------------------------------------


def test_a_key_needs_all_versions_that_it_ever_used(house: House, key_id: str) -> None:
    old = house.ok("Encrypt", {"KeyId": key_id, "Plaintext": HELLO})["CiphertextBlob"]
    ok_import(house, key_id, SECOND, **NEW)
    rotate(house, key_id)
    first, second = id_of(house, key_id, FIRST), id_of(house, key_id, SECOND)
    assert house.ok("DeleteImportedKeyMaterial", {"KeyId": key_id, "KeyMaterialId": first})["KeyMaterialId"] == first
    assert state_in(house, key_id) is KeyState.PENDING_IMPORT
    assert house.ok("DeleteImportedKeyMaterial", {"KeyId": key_id})["KeyMaterialId"] == second
    ok_import(house, key_id, SECOND)
    assert state_in(house, key_id) is KeyState.PENDING_IMPORT
    assert entries(house, key_id) == [(0, MaterialState.NON_CURRENT, False), (1, MaterialState.CURRENT, True)]
    ok_import(house, key_id, FIRST, KeyMaterialId=first)
    assert state_in(house, key_id) is KeyState.ENABLED
    assert house.ok("Decrypt", {"CiphertextBlob": old})["KeyMaterialId"] == first


def test_staging_neither_enables_nor_repairs_a_key(house: House, key_id: str) -> None:
    house.ok("DisableKey", {"KeyId": key_id})
    ok_import(house, key_id, SECOND, **NEW)
    assert state_in(house, key_id) is KeyState.DISABLED
    house.ok("DeleteImportedKeyMaterial", {"KeyId": key_id})
    ok_import(house, key_id, SECOND)
    assert state_in(house, key_id) is KeyState.PENDING_IMPORT


def test_deleting_pending_material_forgets_it(house: House, key_id: str) -> None:
    second = ok_import(house, key_id, SECOND, **NEW)["KeyMaterialId"]
    answer = house.ok("DeleteImportedKeyMaterial", {"KeyId": key_id, "KeyMaterialId": second})
    assert answer == {"KeyId": arn_of(key_id), "KeyMaterialId": second}
    assert (state_in(house, key_id), len(rows_of(house, key_id))) == (KeyState.ENABLED, 1)
    again = house.call("DeleteImportedKeyMaterial", {"KeyId": key_id, "KeyMaterialId": second})
    assert again.error == (
        "ValidationException",
        f"Key material (id: {second}) has never been imported into KMS key {arn_of(key_id)}.",
    )
    assert ok_import(house, key_id, SECOND, **NEW)["KeyMaterialId"] == second


def test_the_earliest_date_counts(house: House, key_id: str) -> None:
    ok_import(house, key_id, FIRST, ValidTo=START + 3 * DAY)
    second = ok_import(house, key_id, SECOND, **NEW, ValidTo=START + DAY)["KeyMaterialId"]
    assert key_row(house, key_id).expires_ms == (START + DAY) * 1000
    house.ok("DeleteImportedKeyMaterial", {"KeyId": key_id, "KeyMaterialId": second})
    assert key_row(house, key_id).expires_ms == (START + 3 * DAY) * 1000
    house.ok("DeleteImportedKeyMaterial", {"KeyId": key_id})
    assert key_row(house, key_id).expires_ms is None


def test_pending_material_expires_and_still_waits(house: House, key_id: str) -> None:
    ok_import(house, key_id, SECOND, **NEW, ValidTo=START + DAY)
    house.now += DAY
    assert expire(house, key_id)
    assert entries(house, key_id) == [(0, MaterialState.CURRENT, True), (1, PENDING, False)]
    assert (state_in(house, key_id), key_row(house, key_id).expires_ms) == (KeyState.ENABLED, None)
    ok_import(house, key_id, SECOND)
    assert entries(house, key_id)[1] == (1, PENDING, True)


def test_two_writers_cannot_stage_two_versions(house: House, key_id: str) -> None:
    """Both decide on the same moment; the second commit is decided again."""
    second, third = (import_request(house, key_id, material, **NEW) for material in (SECOND, THIRD))
    with house.store.snapshot() as view:
        early = house.pipeline.decide(house.request("ImportKeyMaterial", second), view)
        late = house.pipeline.decide(house.request("ImportKeyMaterial", third), view)
    house.store.commit(early.changes)
    with pytest.raises(ConflictError):
        house.store.commit(late.changes)
    assert house.call("ImportKeyMaterial", third).error[0] == "KMSInvalidStateException"
