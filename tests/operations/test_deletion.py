"""Scheduling the end of a key: of primaries and replicas, of imported material; and taking it back."""

from dataclasses import replace

import pytest

from strongroom.model.change import Insert, Update
from strongroom.model.key import Key, KeyMaterial, KeyState, MaterialState
from support.house import ACCOUNT, START, House

HERE, THERE = "us-east-1", "eu-west-1"


def key_of(house: House, key_id: str, region: str = HERE) -> Key:
    with house.store.snapshot() as view:
        found = view.get(Key, ACCOUNT, region, key_id)
    assert found is not None
    return found


@pytest.fixture
def primary_id(house: House) -> str:
    """A primary with one replica."""
    key_id: str = house.ok("CreateKey", {"MultiRegion": True})["KeyMetadata"]["KeyId"]
    primary = key_of(house, key_id)
    replica = replace(primary, region=THERE, version=0)
    house.store.commit((Update(replace(primary, replica_regions=(THERE,))), Insert(replica)))
    return key_id


def test_a_primary_waits_for_its_replicas(house: House, primary_id: str) -> None:
    answer = house.call("ScheduleKeyDeletion", {"KeyId": primary_id, "PendingWindowInDays": 7})
    arn = f"arn:aws:kms:us-east-1:{ACCOUNT}:key/{primary_id}"
    waiting = {"KeyId": arn, "KeyState": "PendingReplicaDeletion", "PendingWindowInDays": 7}
    assert answer.body == waiting
    assert answer.record["responseElements"] == {
        "keyId": arn,
        "keyState": "PendingReplicaDeletion",
        "pendingWindowInDays": 7,
    }
    metadata = house.ok("DescribeKey", {"KeyId": primary_id})["KeyMetadata"]
    assert (metadata["KeyState"], metadata["PendingDeletionWindowInDays"]) == ("PendingReplicaDeletion", 7)
    assert "DeletionDate" not in metadata
    tags = {"KeyId": primary_id, "Tags": [{"TagKey": "a", "TagValue": "b"}]}
    assert house.call("TagResource", tags).error == (
        "KMSInvalidStateException",
        f"{arn} is pending replica deletion.",
    )
    house.ok("CancelKeyDeletion", {"KeyId": primary_id})
    metadata = house.ok("DescribeKey", {"KeyId": primary_id})["KeyMetadata"]
    assert metadata["KeyState"] == "Disabled"
    assert "PendingDeletionWindowInDays" not in metadata


def test_a_replica_has_a_date_of_its_own(house: House, primary_id: str) -> None:
    answer = house.ok("ScheduleKeyDeletion", {"KeyId": primary_id, "PendingWindowInDays": 8}, region=THERE)
    assert (answer["KeyState"], answer["DeletionDate"]) == ("PendingDeletion", START + 8 * 86_400)
    assert key_of(house, primary_id).state is KeyState.ENABLED


@pytest.mark.parametrize(
    ("versions", "state"),
    [
        ((), KeyState.PENDING_IMPORT),
        (((b"here", MaterialState.CURRENT),), KeyState.DISABLED),
        (((b"", MaterialState.CURRENT),), KeyState.PENDING_IMPORT),
        (((b"", MaterialState.NON_CURRENT), (b"here", MaterialState.CURRENT)), KeyState.PENDING_IMPORT),
        (((b"here", MaterialState.CURRENT), (b"", MaterialState.PENDING_ROTATION)), KeyState.DISABLED),
    ],
    ids=[
        "never imported",
        "complete",
        "without its current material",
        "without an older one",
        "pending does not count",
    ],
)
def test_a_spared_imported_key_may_lack_its_material(
    house: House, versions: tuple[tuple[bytes, MaterialState], ...], state: KeyState
) -> None:
    key_id: str = house.ok("CreateKey", {"Origin": "EXTERNAL"})["KeyMetadata"]["KeyId"]
    for number, (wrapped, of) in enumerate(versions):
        row = KeyMaterial(ACCOUNT, HERE, key_id, f"{number:064x}", wrapped, 1, position=number, state=of)
        house.store.commit((Insert(row),))
    house.ok("ScheduleKeyDeletion", {"KeyId": key_id})
    house.ok("CancelKeyDeletion", {"KeyId": key_id})
    assert key_of(house, key_id).state is state
