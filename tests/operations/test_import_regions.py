"""Imported material of multi-Region keys. Texts are recorded answers."""

from dataclasses import replace
from typing import Any

import pytest

from strongroom.model.change import Change, Delete, Update
from strongroom.model.key import KeyState, MaterialState
from strongroom.operations.kms.deletion import deleted
from strongroom.store.port import ConflictError
from support.house import START, House
from support.import_rows import (
    AWAY,
    FAR,
    HOME,
    arn_of,
    entries,
    id_of,
    key_row,
    replicate,
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
def related(house: House) -> str:
    """A multi-Region key with two replicas that have its material."""
    key_id = external_key(house, MultiRegion=True)
    ok_import(house, key_id, FIRST)
    replicate(house, key_id, AWAY, FAR)
    for region in (AWAY, FAR):
        ok_import(house, key_id, FIRST, region=region)
    return key_id


@pytest.mark.parametrize("with_rows", [True, False])
def test_a_replica_wants_the_primarys_material(house: House, with_rows: bool) -> None:
    key_id = external_key(house, MultiRegion=True)
    material_id = ok_import(house, key_id, FIRST, KeyMaterialDescription="shared")["KeyMaterialId"]
    replicate(house, key_id, AWAY)
    if not with_rows:  # nothing depends on the rows that ReplicateKey makes for what is still to come
        house.store.commit([Delete(row) for row in rows_of(house, key_id, AWAY)])
    assert call_import(house, key_id, SECOND, region=AWAY).error == (
        "IncorrectKeyMaterialException",
        f"Imported key material does not have the expected identifier ({material_id}).",
    )
    assert ok_import(house, key_id, FIRST, region=AWAY, ValidTo=START + DAY) == {
        "KeyId": arn_of(key_id, AWAY),
        "KeyMaterialId": material_id,
    }
    replica, (row,) = key_row(house, key_id, AWAY), rows_of(house, key_id, AWAY)
    assert (replica.state, replica.material_id) == (KeyState.ENABLED, material_id)
    assert replica.expires_ms == row.valid_to_ms == (START + DAY) * 1000
    assert (row.description, row.position, row.state) == ("shared", 0, MaterialState.CURRENT)
    assert key_row(house, key_id).expires_ms is None
    blob = house.ok("Encrypt", {"KeyId": key_id, "Plaintext": HELLO})["CiphertextBlob"]
    assert house.ok("Decrypt", {"CiphertextBlob": blob}, region=AWAY)["Plaintext"] == HELLO


def test_a_replicas_parameters_are_its_own(house: House, related: str) -> None:
    request = import_request(house, related, FIRST)
    assert house.call("ImportKeyMaterial", request, region=AWAY).error == ("InvalidImportTokenException", None)


def test_what_only_the_primary_takes(house: House, related: str) -> None:
    assert call_import(house, related, SECOND, region=AWAY, **NEW).error == (
        "ValidationException",
        "Input parameter ImportType NEW_KEY_MATERIAL cannot be used on replica Multi-Region keys",
    )
    assert call_import(house, related, FIRST, region=AWAY, KeyMaterialDescription="words").error == (
        "ValidationException",
        "Key material description can only be specified on primary Multi-Region keys",
    )


def test_staged_material_waits_for_every_replica(house: House, related: str) -> None:
    ok_import(house, related, SECOND, **NEW, KeyMaterialDescription="the second")
    regions = {HOME: True, AWAY: False, FAR: False}
    for region, present in regions.items():
        assert entries(house, related, region)[1] == (1, PENDING_EVERYWHERE, present)
    ok_import(house, related, SECOND, region=AWAY, **EXISTING)
    assert {entries(house, related, region)[1][1] for region in regions} == {PENDING_EVERYWHERE}
    ok_import(house, related, SECOND, region=FAR)
    for region in regions:
        assert entries(house, related, region)[1] == (1, PENDING, True)
        assert rows_of(house, related, region)[1].description == "the second"
        assert state_in(house, related, region) is KeyState.ENABLED
    rotate(house, related)
    old = house.ok("Encrypt", {"KeyId": related, "Plaintext": HELLO})["CiphertextBlob"]
    assert house.ok("Decrypt", {"CiphertextBlob": old}, region=FAR)["KeyMaterialId"] == id_of(house, related, SECOND)


def test_a_multi_region_key_without_replicas_waits_for_nobody(house: House) -> None:
    key_id = external_key(house, MultiRegion=True)
    ok_import(house, key_id, FIRST)
    ok_import(house, key_id, SECOND, **NEW)
    assert entries(house, key_id)[1] == (1, PENDING, True)


def test_the_primary_takes_pending_material_back_everywhere(house: House, related: str) -> None:
    second = ok_import(house, related, SECOND, **NEW)["KeyMaterialId"]
    ok_import(house, related, SECOND, region=AWAY, ValidTo=START + DAY)
    house.ok("DeleteImportedKeyMaterial", {"KeyId": related, "KeyMaterialId": second})
    for region in (HOME, AWAY, FAR):
        assert entries(house, related, region) == [(0, MaterialState.CURRENT, True)]
        assert state_in(house, related, region) is KeyState.ENABLED
    assert key_row(house, related, AWAY).expires_ms is None


def test_a_replica_takes_back_its_own_copy_alone(house: House, related: str) -> None:
    second = ok_import(house, related, SECOND, **NEW)["KeyMaterialId"]
    for region in (AWAY, FAR):
        ok_import(house, related, SECOND, region=region)
    house.ok("DeleteImportedKeyMaterial", {"KeyId": related, "KeyMaterialId": second}, region=AWAY)
    assert [entries(house, related, region)[1] for region in (HOME, AWAY, FAR)] == [
        (1, PENDING, True),
        (1, PENDING, False),
        (1, PENDING, True),
    ]
    assert state_in(house, related, AWAY) is KeyState.ENABLED


def test_current_material_is_each_regions_own_to_delete(house: House, related: str) -> None:
    house.ok("DeleteImportedKeyMaterial", {"KeyId": related}, region=AWAY)
    assert [state_in(house, related, region) for region in (HOME, AWAY, FAR)] == [
        KeyState.ENABLED,
        KeyState.PENDING_IMPORT,
        KeyState.ENABLED,
    ]
    house.ok("DeleteImportedKeyMaterial", {"KeyId": related})
    assert state_in(house, related, FAR) is KeyState.ENABLED


def test_descriptions_travel(house: House, related: str) -> None:
    ok_import(house, related, FIRST, KeyMaterialDescription="new words")
    assert {rows_of(house, related, region)[0].description for region in (HOME, AWAY, FAR)} == {"new words"}


def test_a_new_replica_needs_all_versions_in_use(house: House) -> None:
    key_id = external_key(house, MultiRegion=True)
    ok_import(house, key_id, FIRST)
    ok_import(house, key_id, SECOND, **NEW)
    rotate(house, key_id)
    replicate(house, key_id, AWAY)
    ok_import(house, key_id, SECOND, region=AWAY)
    assert state_in(house, key_id, AWAY) is KeyState.PENDING_IMPORT
    ok_import(house, key_id, FIRST, region=AWAY)
    assert state_in(house, key_id, AWAY) is KeyState.ENABLED


def test_two_replicas_at_the_same_moment(house: House, related: str) -> None:
    """Each alone sees the other lacking the material: the later commit must be decided again, or it would wait for ever."""
    ok_import(house, related, SECOND, **NEW)
    requests = {region: import_request(house, related, SECOND, region=region) for region in (AWAY, FAR)}
    with house.store.snapshot() as view:
        away, far = (
            house.pipeline.decide(house.request("ImportKeyMaterial", request, region=region), view)
            for region, request in requests.items()
        )
    house.store.commit(away.changes)
    with pytest.raises(ConflictError):
        house.store.commit(far.changes)
    assert house.call("ImportKeyMaterial", requests[FAR], region=FAR).status == 200
    assert entries(house, related)[1] == (1, PENDING, True)


@pytest.mark.parametrize("key_spec", ["HMAC_256"])
def test_replicas_of_keys_with_one_version(house: House, key_spec: str) -> None:
    key_id = external_key(house, key_spec, MultiRegion=True)
    ok_import(house, key_id, FIRST)
    replicate(house, key_id, AWAY)
    assert call_import(house, key_id, SECOND, region=AWAY).error == (
        "IncorrectKeyMaterialException",
        f"Imported key material does not have the expected identifier ({id_of(house, key_id, FIRST)}).",
    )
    ok_import(house, key_id, FIRST, region=AWAY)
    assert state_in(house, key_id, AWAY) is KeyState.ENABLED


def test_a_replica_without_a_primary_keeps_its_own_history(house: House, related: str) -> None:
    """A store that lost the primary's row answers all the same."""
    orphan = replace(key_row(house, related, AWAY), primary_region="eu-north-1")
    house.store.commit([Update(orphan)])
    answer: dict[str, Any] = ok_import(house, related, FIRST, region=AWAY)
    assert answer["KeyMaterialId"] == id_of(house, related, FIRST)


def test_a_late_replica_holds_staged_material_up(house: House) -> None:
    key_id = external_key(house, MultiRegion=True)
    for material, members in ((FIRST, {}), (SECOND, NEW)):
        ok_import(house, key_id, material, **members)
    replicate(house, key_id, AWAY)
    assert [entries(house, key_id, region)[1][1] for region in (HOME, AWAY)] == [PENDING_EVERYWHERE] * 2
    for material in (FIRST, SECOND):
        ok_import(house, key_id, material, region=AWAY)
    assert [entries(house, key_id, region)[1] for region in (HOME, AWAY)] == [(1, PENDING, True)] * 2


def test_one_more_replica_holds_it_up_in_all_regions(house: House) -> None:
    """Also where the primary moves then: the new one knows that a Region still lacks the material."""
    key_id = external_key(house, MultiRegion=True)
    ok_import(house, key_id, FIRST)
    replicate(house, key_id, AWAY)
    ok_import(house, key_id, FIRST, region=AWAY)
    ok_import(house, key_id, SECOND, **NEW)
    ok_import(house, key_id, SECOND, region=AWAY)
    assert {entries(house, key_id, region)[1] for region in (HOME, AWAY)} == {(1, PENDING, True)}
    replicate(house, key_id, FAR)
    assert {entries(house, key_id, region)[1][1] for region in (HOME, AWAY, FAR)} == {PENDING_EVERYWHERE}
    house.ok("UpdatePrimaryRegion", {"KeyId": key_id, "PrimaryRegion": AWAY})
    assert house.call("RotateKeyOnDemand", {"KeyId": key_id}, region=AWAY).error[0] == "KMSInvalidStateException"


def test_a_replica_that_is_gone_holds_nothing_up(house: House, related: str) -> None:
    ok_import(house, related, SECOND, **NEW)
    ok_import(house, related, SECOND, region=AWAY)
    delete(house, related, FAR)
    assert [entries(house, related, region)[1] for region in (HOME, AWAY)] == [(1, PENDING, True)] * 2
    assert key_row(house, related).replica_regions == (AWAY,)
    rotate(house, related)


def test_one_of_two_replicas_that_lack_it_is_gone(house: House, related: str) -> None:
    ok_import(house, related, SECOND, **NEW)
    delete(house, related, FAR)
    assert [entries(house, related, region)[1][1] for region in (HOME, AWAY)] == [PENDING_EVERYWHERE] * 2


def test_an_import_while_a_replica_goes(house: House, related: str) -> None:
    """Either might think that the other Region still lacks the material: the later of the two decides again."""
    ok_import(house, related, SECOND, **NEW)
    going = end_of(house, related, FAR)
    ok_import(house, related, SECOND, region=AWAY)
    with pytest.raises(ConflictError):
        house.store.commit(going)
    house.store.commit(end_of(house, related, FAR))
    assert {entries(house, related, region)[1] for region in (HOME, AWAY)} == {(1, PENDING, True)}


def delete(house: House, key_id: str, region: str) -> None:
    house.store.commit(end_of(house, key_id, region))


def end_of(house: House, key_id: str, region: str) -> tuple[Change, ...]:
    """Return what the job does when the waiting period of a replica is over."""
    key = replace(key_row(house, key_id, region), state=KeyState.PENDING_DELETION, deletion_ms=int(house.now * 1000))
    house.store.commit([Update(key)])
    with house.store.snapshot() as view:
        return deleted(view, key_row(house, key_id, region), int(house.now * 1000))


def test_the_primary_may_move_while_material_waits(house: House, related: str) -> None:
    """The new primary has to be given the material too, and takes it back for all."""
    second = ok_import(house, related, SECOND, **NEW)["KeyMaterialId"]
    ok_import(house, related, SECOND, region=FAR)
    house.ok("UpdatePrimaryRegion", {"KeyId": related, "PrimaryRegion": AWAY})
    ok_import(house, related, SECOND, region=FAR)
    assert entries(house, related, AWAY)[1] == (1, PENDING_EVERYWHERE, False)
    assert call_import(house, related, THIRD, region=HOME, **NEW).error[0] == "ValidationException"
    ok_import(house, related, SECOND, region=AWAY)
    assert {entries(house, related, region)[1] for region in (HOME, AWAY, FAR)} == {(1, PENDING, True)}
    house.ok("DeleteImportedKeyMaterial", {"KeyId": related, "KeyMaterialId": second}, region=AWAY)
    assert {len(entries(house, related, region)) for region in (HOME, AWAY, FAR)} == {1}
    ok_import(house, related, THIRD, region=AWAY, **NEW)
    assert entries(house, related)[1] == (1, PENDING_EVERYWHERE, False)
