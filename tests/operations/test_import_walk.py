"""Imported multi-Region keys on a walk through whatever may be called, in any order: what must hold after each step."""

import json
import os
import random
from typing import Any

import pytest

from strongroom.jobs.registry import Tools
from strongroom.jobs.runner import Runner
from strongroom.model.key import Key, KeyMaterial, KeyState, MaterialState
from strongroom.operations.kms.imported import is_pending, versions
from support.house import ACCOUNT, House
from support.imports import external_key, import_house, import_request

REGIONS = ("us-east-1", "eu-west-1", "ap-south-1")
MATERIALS = tuple(bytes((number,)) * 32 for number in range(3))
DAY = 86_400.0
STEPS = 150
# None: time passes. The more often one stands here, the more often it is called.
OPERATIONS = (
    *["ImportKeyMaterial"] * 8,
    *["ReplicateKey"] * 2,
    "DeleteImportedKeyMaterial",
    "UpdatePrimaryRegion",
    "RotateKeyOnDemand",
    "ScheduleKeyDeletion",
    "CancelKeyDeletion",
    None,
)
IN_USE = (KeyState.ENABLED, KeyState.DISABLED)


class Walk:
    """One key, and calls that are as likely to be refused as not."""

    def __init__(self, seed: int) -> None:
        self.house: House = import_house()
        self.random = random.Random(seed)  # noqa: S311 - a walk that can be walked again
        self.key_id = external_key(self.house, MultiRegion=True)
        self.runner = Runner(
            self.house.store,
            Tools(self.house.keyring, os.urandom),
            clock=lambda: self.house.now,
            lease_clock=lambda: self.house.now,
            random_ids=os.urandom,
            slot=0,
            holder="walk",
            announce=lambda records: [json.loads(record) for _, record in records],
        )

    def keys(self) -> dict[str, tuple[Key, dict[str, KeyMaterial]]]:
        with self.house.store.snapshot() as view:
            found = ((region, view.get(Key, ACCOUNT, region, self.key_id)) for region in REGIONS)
            return {region: (key, versions(view, key)) for region, key in found if key is not None}

    def step(self) -> None:
        keys = self.keys()
        if not keys:
            self.key_id = external_key(self.house, MultiRegion=True)
            return
        region = self.random.choice(sorted(keys))
        operation = self.random.choice(OPERATIONS)
        if operation is None:
            self.house.now += self.random.choice((60.0, DAY, 8 * DAY))
            self.runner.tick()
        elif operation == "ImportKeyMaterial":
            self._import(region, keys[region][0])
        else:
            members = self._members(operation, keys[region][1])
            assert self.house.call(operation, {"KeyId": self.key_id, **members}, region=region).status in {200, 400}

    def _members(self, operation: str, rows: dict[str, KeyMaterial]) -> dict[str, Any]:
        match operation:
            case "DeleteImportedKeyMaterial" if rows and self.random.random() < 0.5:
                held = sorted(rows.values(), key=lambda row: row.position)
                return {"KeyMaterialId": self.random.choice(held).material_id}
            case "ReplicateKey":
                return {"ReplicaRegion": self.random.choice(REGIONS)}
            case "UpdatePrimaryRegion":
                return {"PrimaryRegion": self.random.choice(REGIONS)}
            case "ScheduleKeyDeletion":
                return {"PendingWindowInDays": 7}
        return {}

    def _import(self, region: str, key: Key) -> None:
        if key.state in {KeyState.PENDING_DELETION, KeyState.PENDING_REPLICA_DELETION}:
            return
        until = {"ValidTo": self.house.now + self.random.choice((DAY, 30 * DAY))} if self.random.random() < 0.3 else {}
        new = {"ImportType": "NEW_KEY_MATERIAL"} if self.random.random() < 0.5 else {}
        material = self.random.choice(MATERIALS)
        request = import_request(self.house, self.key_id, material, region=region, **until, **new)
        assert self.house.call("ImportKeyMaterial", request, region=region).status in {200, 400}


@pytest.mark.parametrize("seed", [6, 7, 12, 24])  # walks that have found something
def test_related_keys_and_their_versions_agree(seed: int) -> None:
    walk = Walk(seed)
    for _ in range(STEPS):
        walk.step()
        keys = walk.keys()
        if keys:
            check_keys(keys)


def check_keys(keys: dict[str, tuple[Key, dict[str, KeyMaterial]]]) -> None:
    (primary,) = [key for key, _ in keys.values() if key.is_primary]
    assert {primary.region, *primary.replica_regions} == keys.keys()
    _, shared = keys[primary.region]
    pending = [name for name, row in shared.items() if is_pending(row)]
    assert len(pending) <= 1
    everywhere = all(name in rows and rows[name].is_present for name in pending for _, rows in keys.values())
    for name in pending if everywhere else ():
        assert shared[name].state is MaterialState.PENDING_ROTATION
    for key, rows in keys.values():
        assert said_of(rows) == said_of(shared), "every Region has the same history"
        used = [row for row in rows.values() if not is_pending(row)]
        assert [row.material_id for row in used if row.state is MaterialState.CURRENT] == [key.material_id] * bool(used)
        if key.state in IN_USE or key.state is KeyState.PENDING_IMPORT:
            complete = bool(used) and all(row.is_present for row in used)
            assert complete is (key.state in IN_USE)
        ends = [row.valid_to_ms for row in rows.values() if row.is_present and row.valid_to_ms is not None]
        assert key.expires_ms == min(ends, default=None)


def said_of(rows: dict[str, KeyMaterial]) -> set[tuple[str, int, MaterialState]]:
    return {(row.material_id, row.position, row.state) for row in rows.values()}
