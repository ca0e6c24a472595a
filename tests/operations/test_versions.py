"""The step to the next version of key material: a pure function of a view, a time and randomness."""

import itertools
import os
from dataclasses import replace
from typing import Any

import pytest

from strongroom.crypto.keyring import Keyring
from strongroom.model.change import Change, Insert, Update
from strongroom.model.key import Key, KeyMaterial, MaterialState
from strongroom.operations.kms.versions import AUTOMATIC, DAY_MS, ON_DEMAND, Rotation, rotated
from strongroom.store.memory import MemoryStore
from support.nouns import ACCOUNT, REGION, key

NOW = 1_800_000_000_000
KEYRING = Keyring(bytes(32))


def rotation_of(*nouns: Any, of: Key, kind: str = AUTOMATIC, now_ms: int = NOW) -> Rotation:
    """Rotate ``of`` in a store that holds ``nouns``, with countable randomness."""
    store = MemoryStore()
    store.commit(tuple(Insert(noun) for noun in (of, *nouns)))
    numbers = itertools.count(1)
    with store.snapshot() as view:
        present = view.get(Key, of.account, of.region, of.key_id)
        assert present is not None
        return rotated(view, present, now_ms, KEYRING, lambda size: bytes([next(numbers)] * size), kind)


def material(**changed: Any) -> KeyMaterial:
    fields: dict[str, Any] = {"material_id": key().material_id, "wrapped": b"wrapped", "created_ms": 1}
    return KeyMaterial(ACCOUNT, changed.pop("region", REGION), key().key_id, **fields | changed)


def kinds(changes: tuple[Change, ...]) -> list[tuple[str, str, str]]:
    return [(type(change).__name__, type(change.noun).__name__, change.noun.region) for change in changes]


def test_fresh_material_becomes_current_and_the_old_one_stays() -> None:
    before = key(rotation_period_days=90, rotation_ms=NOW - 1)
    rotation = rotation_of(material(), of=before)
    old, fresh, after = (change.noun for change in rotation.changes)
    assert kinds(rotation.changes) == [
        ("Update", "KeyMaterial", REGION),
        ("Insert", "KeyMaterial", REGION),
        ("Update", "Key", REGION),
    ]
    assert old == material(state=MaterialState.NON_CURRENT, version=1)
    assert replace(fresh, wrapped=b"") == material(
        material_id="01" * 32, wrapped=b"", created_ms=NOW, position=1, rotated_ms=NOW, rotation_type=AUTOMATIC
    )
    assert after == replace(before, material_id="01" * 32, rotation_ms=NOW - 1 + 90 * DAY_MS, version=1)


@pytest.mark.parametrize(
    ("due", "following"),
    [
        (NOW, NOW + 90 * DAY_MS),
        (NOW - 89 * DAY_MS, NOW + DAY_MS),
        (NOW - 90 * DAY_MS, NOW + 90 * DAY_MS),
        (NOW - 400 * DAY_MS, NOW + 90 * DAY_MS),
    ],
)
def test_the_next_date_keeps_its_pace_unless_a_whole_period_was_missed(due: int, following: int) -> None:
    assert rotation_of(material(), of=key(rotation_period_days=90, rotation_ms=due)).key.rotation_ms == following


def test_on_demand_is_counted_and_leaves_the_schedule_alone() -> None:
    after = rotation_of(material(), of=key(rotation_period_days=90, rotation_ms=NOW + 7), kind=ON_DEMAND).key
    assert (after.rotation_ms, after.on_demand_rotations) == (NOW + 7, 1)
    assert rotation_of(material(), of=key(), kind=ON_DEMAND).key.rotation_ms is None


def test_every_region_gets_the_same_bytes() -> None:
    primary = key(multi_region=True, primary_region=REGION, replica_regions=("eu-west-1", "eu-west-2"))
    replica = replace(primary, region="eu-west-1", replica_regions=())
    rotation = rotation_of(replica, material(), material(region="eu-west-1"), of=primary)
    inserted = [change.noun for change in rotation.changes if isinstance(change, Insert)]
    assert [each.region for each in inserted] == [REGION, "eu-west-1"]  # there is no key in eu-west-2 (any more)
    assert inserted[0] == replace(inserted[1], region=REGION)
    updated = [
        change.noun for change in rotation.changes if isinstance(change, Update) and isinstance(change.noun, Key)
    ]
    assert {each.material_id for each in updated} == {"01" * 32}


@pytest.mark.parametrize(
    "of", [key(key_spec="RSA_2048"), key(key_spec="HMAC_256"), key(multi_region=True, primary_region="eu-west-1")]
)
def test_what_never_rotates(of: Key) -> None:
    with pytest.raises(ValueError, match="does not rotate"):
        rotation_of(material(), of=of)


def test_new_material_is_random() -> None:
    store = MemoryStore()
    store.commit((Insert(key()), Insert(material())))
    with store.snapshot() as view:
        found = [rotated(view, key(), NOW, KEYRING, os.urandom, AUTOMATIC).changes[1].noun for _ in range(2)]
    assert found[0].material_id != found[1].material_id
    assert found[0].wrapped != found[1].wrapped
