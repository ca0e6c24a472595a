"""The workers' cache and the shared counters that keep it true."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from strongroom.model.grant import Grant
from strongroom.model.key import Key, KeyState
from strongroom.model.key_usage import KeyUsage
from strongroom.store.cache import MAX_FAMILY, Miss, NounCache, RecordingSnapshot
from strongroom.store.generation import Generation, claim_slot
from strongroom.store.memory import MemoryStore
from strongroom.store.port import Change, Delete, Insert, Update
from support.nouns import ACCOUNT, REGION, grant, key

WHERE = (ACCOUNT, REGION, key().key_id)


def read_through(store: MemoryStore, cache: NounCache) -> None:
    with store.snapshot() as snapshot:
        view = RecordingSnapshot(snapshot)
        view.get(Key, *WHERE)
    cache.admit(view.sequence, view.read)


def test_it_knows_what_it_was_told_and_nothing_else() -> None:
    store, cache = MemoryStore(), NounCache(0)
    with pytest.raises(Miss):
        cache.get(Key, *WHERE)
    read_through(store, cache)
    assert cache.get(Key, *WHERE) is None  # known not to be there
    sequence = store.commit((Insert(key()),))
    cache.refresh(*store.changed_since(cache.sequence))
    assert cache.sequence == sequence
    with pytest.raises(Miss):
        cache.get(Key, *WHERE)
    read_through(store, cache)
    assert cache.get(Key, *WHERE) == replace(key(), version=1)
    for listing in (lambda: cache.page(Key, {}, limit=1), lambda: cache.count(Key, {})):
        with pytest.raises(Miss):
            listing()


def test_what_was_read_before_a_change_is_not_admitted_after_it() -> None:
    store, cache = MemoryStore(), NounCache(0)
    store.commit((Insert(key()),))
    with store.snapshot() as snapshot:
        old = RecordingSnapshot(snapshot)
        present = old.get(Key, *WHERE)
    assert present is not None
    store.commit((Update(replace(present, state=KeyState.DISABLED)),))
    cache.refresh(*store.changed_since(cache.sequence))
    cache.admit(old.sequence, old.read)
    with pytest.raises(Miss):
        cache.get(Key, *WHERE)


def test_not_knowing_what_changed_drops_everything() -> None:
    cache = NounCache(0)
    cache.admit(0, [((Key, WHERE), None)])
    cache.refresh(5, None)
    with pytest.raises(Miss):
        cache.get(Key, *WHERE)


def test_it_is_bounded_and_keeps_what_is_used() -> None:
    cache = NounCache(0, limit=20)
    used = (ACCOUNT, REGION, "used")
    cache.admit(0, [((Key, used), None)])
    for number in range(1000):
        cache.admit(0, [((Key, (ACCOUNT, REGION, str(number))), None)])
        assert cache.get(Key, *used) is None
    assert len(cache._young) + len(cache._old) <= 20


# --- families: all rows that share everything of their identity but its last part --------------------------------------

FAMILY = {"account": ACCOUNT, "region": REGION, "key_id": key().key_id, "grantee": grant().grantee}


def read_family(store: MemoryStore, cache: NounCache, *, limit: int = 100) -> list[Grant]:
    with store.snapshot() as snapshot:
        view = RecordingSnapshot(snapshot)
        rows = view.page(Grant, FAMILY, limit=limit)
    cache.admit(view.sequence, view.read)
    return list(rows)


def commit(store: MemoryStore, cache: NounCache, *changes: Change) -> None:
    store.commit(changes)
    cache.refresh(*store.changed_since(cache.sequence))


def test_a_family_is_known_once_it_was_read_whole_until_one_of_it_changes() -> None:
    store, cache = MemoryStore(), NounCache(0)
    with pytest.raises(Miss):
        cache.page(Grant, FAMILY, limit=100)
    assert read_family(store, cache) == []
    assert list(cache.page(Grant, FAMILY, limit=100)) == []  # known to be empty
    commit(store, cache, Insert(grant(1)), Insert(grant(2)), Insert(grant(3)))
    with pytest.raises(Miss):
        cache.page(Grant, FAMILY, limit=100)
    first, *rest = read_family(store, cache)
    assert list(cache.page(Grant, FAMILY, limit=100)) == [first, *rest]
    assert list(cache.page(Grant, FAMILY, limit=2)) == [first, rest[0]]
    commit(store, cache, Insert(grant(4, grantee="another")), Insert(grant(5, key_id=key(2).key_id)))
    assert len(cache.page(Grant, FAMILY, limit=100)) == 3  # others' changes are nothing to it
    commit(store, cache, Delete(first))
    with pytest.raises(Miss):
        cache.page(Grant, FAMILY, limit=100)


def test_what_is_not_a_whole_family_is_never_taken_for_one() -> None:
    store, cache = MemoryStore(), NounCache(0)
    store.commit([Insert(grant(number)) for number in range(1, 4)])
    with store.snapshot() as snapshot:
        view = RecordingSnapshot(snapshot)
        view.page(Grant, FAMILY, limit=3)  # there may be more
        view.page(Grant, FAMILY, after=grant(1).grant_id, limit=100)
        view.page(Grant, {**FAMILY, "name": ""}, limit=100)
        view.page(Grant, {name: FAMILY[name] for name in ("account", "region", "key_id")}, limit=100)
        view.page(Grant, {"account": ACCOUNT, "region": REGION, "grantee": "", "name": ""}, limit=100)
    cache.admit(view.sequence, view.read)
    read_family(store, cache, limit=3)
    with pytest.raises(Miss):
        cache.page(Grant, FAMILY, limit=3)
    read_family(store, cache, limit=4)
    for where, after in (({**FAMILY, "name": ""}, None), (FAMILY, grant(1).grant_id), ({"region": REGION}, None)):
        with pytest.raises(Miss):
            cache.page(Grant, where, after=after, limit=100)


def test_large_families_are_not_kept_and_rows_of_families_count() -> None:
    store, cache = MemoryStore(), NounCache(0, limit=2_500)
    store.commit([Insert(grant(number)) for number in range(MAX_FAMILY)])
    assert len(read_family(store, cache, limit=MAX_FAMILY + 1)) == MAX_FAMILY
    assert len(cache.page(Grant, FAMILY, limit=MAX_FAMILY + 1)) == MAX_FAMILY
    for number in range(1_250):
        cache.admit(cache.sequence, [((Key, (ACCOUNT, REGION, str(number))), None)])
    assert len(cache._young) + len(cache._old) <= 1_502
    commit(store, cache, Insert(grant(MAX_FAMILY)))
    read_family(store, cache, limit=MAX_FAMILY + 2)
    with pytest.raises(Miss):
        cache.page(Grant, FAMILY, limit=MAX_FAMILY + 2)


def test_rows_whose_changes_are_not_announced_are_never_kept() -> None:
    """Asked for on the event loop, they send the request to the store."""
    store, cache = MemoryStore(), NounCache(0)
    with store.snapshot() as snapshot:
        view = RecordingSnapshot(snapshot)
        assert view.get(KeyUsage, *WHERE) is None
        assert view.page(KeyUsage, {"account": ACCOUNT, "region": REGION}, limit=10) == []
    assert view.read == []
    with pytest.raises(Miss):
        cache.get(KeyUsage, *WHERE)


def test_counters_tell_every_slot_of_every_commit(tmp_path: Path) -> None:
    one, other = Generation(tmp_path / "generation", 0), Generation(tmp_path / "generation", 1)
    assert one.moved()
    assert not one.moved()
    other.bump()
    one.bump()
    assert one.moved()
    assert not one.moved()
    one.look_again()
    assert one.moved()


CLAIM = "import sys; from pathlib import Path; from strongroom.store.generation import claim_slot; print(claim_slot(Path(sys.argv[1]), 8))"


def test_a_slot_has_one_holder_and_is_free_after_its_end(tmp_path: Path) -> None:
    assert claim_slot(tmp_path, 8) == 0
    for _ in range(2):  # the second finds the slot of the first, which has ended
        claimed = subprocess.run(
            [sys.executable, "-c", CLAIM, str(tmp_path)], check=True, capture_output=True, text=True
        )
        assert claimed.stdout == "1\n"
