"""Multi-Region keys for tests: made, described, and looked at where the store keeps them."""

from dataclasses import replace
from typing import Any

from strongroom.model.change import Update
from strongroom.model.key import Key, KeyMaterial
from strongroom.model.view import Snapshot
from support.house import ACCOUNT, House

HOME, AWAY, FAR = "us-east-1", "eu-west-1", "ap-south-1"
HELLO = "aGVsbG8="


def arn(key_id: str, region: str) -> str:
    return f"arn:aws:kms:{region}:{ACCOUNT}:key/{key_id}"


def primary(house: House, **members: Any) -> str:
    created: str = house.ok("CreateKey", {"MultiRegion": True, **members})["KeyMetadata"]["KeyId"]
    return created


def replicated(house: House, *regions: str, **members: Any) -> str:
    key_id = primary(house, **members)
    for region in regions:
        house.ok("ReplicateKey", {"KeyId": key_id, "ReplicaRegion": region})
    return key_id


def described(house: House, key_id: str, region: str = HOME) -> dict[str, Any]:
    metadata: dict[str, Any] = house.ok("DescribeKey", {"KeyId": key_id}, region=region)["KeyMetadata"]
    return metadata


def configuration(kind: str, key_id: str, home: str, *replicas: str) -> dict[str, Any]:
    def named(region: str) -> dict[str, str]:
        return {"Arn": arn(key_id, region), "Region": region}

    return {
        "MultiRegionKeyType": kind,
        "PrimaryKey": named(home),
        "ReplicaKeys": [named(region) for region in sorted(replicas)],
    }


def stored(house: House, key_id: str, region: str = HOME) -> Key:
    with house.store.snapshot() as view:
        return _key(view, key_id, region)


def _key(view: Snapshot, key_id: str, region: str) -> Key:
    key = view.get(Key, ACCOUNT, region, key_id)
    assert key is not None
    return key


def materials(house: House, key_id: str, region: str) -> dict[str, KeyMaterial]:
    where = {"account": ACCOUNT, "region": region, "key_id": key_id}
    with house.store.snapshot() as view:
        return {row.material_id: row for row in view.page(KeyMaterial, where, limit=1000)}


def change(house: House, key_id: str, region: str = HOME, **values: Any) -> None:
    house.store.commit([Update(replace(stored(house, key_id, region), **values))])
