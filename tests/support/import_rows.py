"""What an import leaves in the store, and what others will do with it: rotation, and replicas in other Regions."""

from dataclasses import replace
from typing import Any

from strongroom.model.change import Change, Update
from strongroom.model.key import Key, KeyMaterial, KeyState, MaterialState
from strongroom.operations.kms.imported import expire_materials, versions
from support.house import ACCOUNT, House

HOME, AWAY, FAR = "us-east-1", "eu-west-1", "ap-south-1"


def arn_of(key_id: str, region: str = HOME) -> str:
    return f"arn:aws:kms:{region}:{ACCOUNT}:key/{key_id}"


def metadata_of(house: House, key_id: str) -> dict[str, Any]:
    found: dict[str, Any] = house.ok("DescribeKey", {"KeyId": key_id})["KeyMetadata"]
    return found


def state_of(house: House, key_id: str) -> str:
    return str(metadata_of(house, key_id)["KeyState"])


def key_row(house: House, key_id: str, region: str = HOME) -> Key:
    with house.store.snapshot() as view:
        key = view.get(Key, ACCOUNT, region, key_id)
    assert key is not None
    return key


def rows_of(house: House, key_id: str, region: str = HOME) -> list[KeyMaterial]:
    with house.store.snapshot() as view:
        found = versions(view, key_row(house, key_id, region))
    return sorted(found.values(), key=lambda row: row.position)


def entries(house: House, key_id: str, region: str = HOME) -> list[tuple[int, MaterialState, bool]]:
    """What ListKeyRotations will say: (position, state, is it imported)."""
    return [(row.position, row.state, row.is_present) for row in rows_of(house, key_id, region)]


def state_in(house: House, key_id: str, region: str = HOME) -> KeyState:
    return key_row(house, key_id, region).state


def id_of(house: House, key_id: str, material: bytes) -> str:
    return house.keyring.imported_material_id(key_id, material)


def rotate(house: House, key_id: str) -> None:
    """Make the pending version the current one in every Region, as RotateKeyOnDemand does."""
    primary = key_row(house, key_id)
    changes: list[Change] = []
    for region in (HOME, *primary.replica_regions):
        *_, current, pending = rows_of(house, key_id, region)
        changes += [
            Update(replace(current, state=MaterialState.NON_CURRENT)),
            Update(
                replace(
                    pending, state=MaterialState.CURRENT, rotated_ms=int(house.now * 1000), rotation_type="ON_DEMAND"
                )
            ),
            Update(replace(key_row(house, key_id, region), material_id=pending.material_id)),
        ]
    house.store.commit(changes)


def replicate(house: House, key_id: str, *regions: str) -> None:
    """Make replicas that wait for their material."""
    for region in regions:
        house.ok("ReplicateKey", {"KeyId": key_id, "ReplicaRegion": region})
        assert key_row(house, key_id, region).state is KeyState.PENDING_IMPORT


def expire(house: House, key_id: str, region: str = HOME) -> bool:
    """Do what the expiry job does; return whether there was something to do."""
    key = key_row(house, key_id, region)
    with house.store.snapshot() as view:
        changes = expire_materials(view, key, int(house.now * 1000))
    house.store.commit(changes)
    return bool(changes)
