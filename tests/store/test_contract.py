"""The contract of ``store.port``, the same for every store."""

import threading
from dataclasses import replace
from typing import Any

import pytest

from strongroom.model.grant import Grant
from strongroom.model.key import Alias, Key, KeyState, PolicyDocument
from strongroom.model.key_usage import KeyUsage
from strongroom.store.port import ConflictError, Delete, Ensure, Expect, Insert, Latest, Outbox, Store, Update
from strongroom.store.tables import MAPPED
from support.nouns import ACCOUNT, EVERY_NOUN, REGION, alias, grant, key

HERE = {"account": ACCOUNT, "region": REGION}


def read(store: Store, noun: Any) -> Any:
    with store.snapshot() as view:
        return view.get(type(noun), *MAPPED[type(noun)].identity_of(noun))


def versioned(noun: Any, version: int) -> Any:
    return replace(noun, version=version) if MAPPED[type(noun)].versioned else noun


def test_every_noun_has_a_sample() -> None:
    assert {type(noun) for noun in EVERY_NOUN} == set(MAPPED)


@pytest.mark.parametrize("noun", EVERY_NOUN, ids=lambda noun: type(noun).__name__)
def test_what_is_stored_comes_back(store: Store, noun: Any) -> None:
    assert read(store, noun) is None
    store.commit((Insert(noun),))
    assert read(store, noun) == versioned(noun, 1)


def test_update_and_delete_name_the_version_they_were_decided_on(store: Store) -> None:
    store.commit((Insert(key()),))
    first = read(store, key())
    store.commit((Update(replace(first, state=KeyState.DISABLED)),))
    second = read(store, key())
    assert (second.state, second.version) == (KeyState.DISABLED, 2)
    for stale in (Update(first), Delete(first), Expect(first)):
        with pytest.raises(ConflictError):
            store.commit((stale,))
    store.commit((Expect(second),))
    store.commit((Delete(second),))
    assert read(store, key()) is None
    for gone in (Update(second), Delete(second), Expect(second)):
        with pytest.raises(ConflictError):
            store.commit((gone,))


def test_one_of_many_deletions_is_stale(store: Store) -> None:
    """They may go to a database together; what is deleted and made again in one commit is there again."""
    store.commit((Insert(key(1)), Insert(key(2)), Insert(key(3))))
    first, second, third = (read(store, key(number)) for number in (1, 2, 3))
    store.commit((Update(replace(second, description="newer")),))
    with pytest.raises(ConflictError):
        store.commit((Delete(first), Delete(second), Delete(third)))
    assert read(store, key(1)) == first
    assert read(store, key(3)) == third
    store.commit((Delete(first), Delete(third), Insert(key(3)), Delete(read(store, key(2)))))
    assert [read(store, key(number)) is None for number in (1, 2, 3)] == [True, True, False]


def test_an_identity_is_taken_once(store: Store) -> None:
    store.commit((Insert(key()),))
    with pytest.raises(ConflictError):
        store.commit((Insert(replace(key(), description="other")),))
    assert read(store, key()).description == ""


def test_ensure_writes_once(store: Store) -> None:
    document = PolicyDocument("ab" * 32, "{}")
    store.commit((Ensure(document),))
    store.commit((Ensure(document), Insert(key())))
    assert read(store, document) == document


def test_a_commit_is_all_or_nothing(store: Store) -> None:
    store.commit((Insert(key(1)),))
    with store.snapshot() as view:
        before = view.sequence
    outbox = Outbox(0, (("event", b"record"),))
    with pytest.raises(ConflictError):
        store.commit((Insert(key(2)), Insert(alias("a")), Insert(key(1))), outbox)
    assert read(store, key(2)) is None
    assert read(store, alias("a")) is None
    assert store.outbox() == []
    with store.snapshot() as view:
        assert view.sequence == before


def test_a_snapshot_does_not_move(store: Store) -> None:
    store.commit((Insert(key(1)),))
    with store.snapshot() as view:
        sequence = view.sequence
        assert view.count(Key, HERE) == 1
        done = threading.Thread(target=lambda: store.commit((Insert(key(2)),)))
        done.start()
        done.join()
        assert view.count(Key, HERE) == 1
        assert view.get(Key, ACCOUNT, REGION, key(2).key_id) is None
        assert view.sequence == sequence
    with store.snapshot() as view:
        assert (view.count(Key, HERE), view.sequence) == (2, sequence + 1)


def test_pages_are_in_order_and_complete(store: Store) -> None:
    names = [f"{number:02d}" for number in range(25)]
    store.commit(tuple(Insert(alias(name, int(name) % 2)) for name in reversed(names)))
    store.commit((Insert(replace(alias("elsewhere"), region="eu-west-1")),))
    with store.snapshot() as view:
        seen: list[str] = []
        while page := view.page(Alias, HERE, after=seen[-1] if seen else None, limit=10):
            assert len(page) <= 10
            seen += [found.name for found in page]
        assert seen == [f"alias/{name}" for name in names]
        of_one = view.page(Alias, {**HERE, "key_id": key(1).key_id}, limit=100)
        assert [found.name for found in of_one] == [f"alias/{name}" for name in names if int(name) % 2]
        assert view.count(Alias, {**HERE, "key_id": key(0).key_id}) == 13
        assert view.count(Alias, {}) == 26


def test_what_is_unique_beside_the_identity_has_one_row(store: Store) -> None:
    store.commit((Insert(grant(1)),))
    for twin in (grant(2, fingerprint=grant(1).fingerprint), grant(3, fingerprint=grant(1).fingerprint, grantee="x")):
        with pytest.raises(ConflictError):
            store.commit((Insert(alias("with it")), Insert(twin)))
    store.commit((Insert(grant(4, fingerprint=grant(1).fingerprint, key_id=key(2).key_id)),))
    store.commit((Delete(read(store, grant(1))), Insert(grant(2, fingerprint=grant(1).fingerprint))))
    with store.snapshot() as view:
        assert view.count(Grant, {}) == 2
        assert view.count(Alias, {}) == 0


def test_what_has_changed(store: Store) -> None:
    start, changed = store.changed_since(0)
    assert (start, list(changed or ())) == (0, [])
    first = store.commit((Insert(key()), Insert(alias("a"))))
    second = store.commit((Update(read(store, key())),))
    assert second > first
    present, changed = store.changed_since(first)
    assert (present, list(changed or ())) == (second, [("Key", (ACCOUNT, REGION, key().key_id))])
    assert {noun for noun, _ in store.changed_since(0)[1] or ()} == {"Key", "Alias"}
    assert store.changed_since(second) == (second, []) or store.changed_since(second) == (second, ())


def test_whoever_is_too_far_behind_is_told_so(store: Store) -> None:
    store.commit(tuple(Insert(alias(str(number))) for number in range(12_000)))
    for number in range(1, 2_001):
        store.commit((Insert(key(number)),))
    assert store.changed_since(1)[1] is None or len(store.changed_since(1)[1] or ()) >= 2_000
    assert len(store.changed_since(1_990)[1] or ()) == 11


def test_the_outbox_keeps_records_until_they_are_drained(store: Store) -> None:
    store.commit((Insert(key(1)),), Outbox(0, (("a", b"1"), ("b", b"2"))))
    store.commit((Insert(key(2)),), Outbox(3, (("c", b"3"),), ("a",)))
    assert store.outbox() == [(0, "b", b"2"), (3, "c", b"3")]
    assert store.outbox(3) == [(3, "c", b"3")]
    sequence = store.changed_since(0)[0]
    store.commit((), Outbox(0, (), ("b", "c", "never there")))
    assert store.outbox() == []
    assert store.changed_since(0)[0] == sequence


def test_many_threads_lose_nothing(store: Store) -> None:
    store.commit((Insert(key(1)),))
    done: list[int] = []

    def count_up() -> None:
        for _ in range(20):
            while True:
                present = read(store, key(1))
                try:
                    store.commit((Update(replace(present, created_ms=present.created_ms + 1)),))
                except ConflictError:
                    continue
                done.append(1)
                break

    threads = [threading.Thread(target=count_up) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert read(store, key(1)).created_ms == key(1).created_ms + 80
    assert len(done) == 80


def test_what_is_due_comes_earliest_first(store: Store) -> None:
    """Rows without a time are never due; the moment itself counts."""
    times = (None, 30, 10, 20, 40)
    store.commit(tuple(Insert(key(number, deletion_ms=at)) for number, at in enumerate(times)))
    with store.snapshot() as view:
        assert [each.deletion_ms for each in view.due(Key, "deletion_ms", 30, limit=9)] == [10, 20, 30]
        assert [each.deletion_ms for each in view.due(Key, "deletion_ms", 30, limit=1)] == [10]
        assert view.due(Key, "deletion_ms", 9, limit=9) == []
        only = {"key_id": key(3).key_id}
        assert [each.deletion_ms for each in view.due(Key, "deletion_ms", 99, where=only, limit=9)] == [20]


def test_the_latest_row_stays_whoever_writes_last(store: Store) -> None:
    """Uses of a key come from several workers, in any order: the later one wins, and a tie goes to the one that came last."""
    first = KeyUsage(ACCOUNT, REGION, key().key_id, "Encrypt", 100, "e1", "r1")
    later, same = replace(first, used_s=200, event_id="e2"), replace(first, used_s=200, event_id="e3")
    for wanted, kept in ((later, "e2"), (first, "e2"), (same, "e3")):
        store.commit((Latest(wanted, "used_s"),))
        assert read(store, first).event_id == kept
    store.commit(tuple(Latest(replace(first, key_id=str(number)), "used_s") for number in range(50)))
    with store.snapshot() as view:
        assert view.count(KeyUsage, HERE) == 51
    store.commit((Delete(read(store, first)),))
    assert read(store, first) is None


def test_latest_rows_are_not_announced(store: Store) -> None:
    """They would drown the changes that caches must hear of."""
    before = store.commit((Insert(key()),))
    latest = Latest(KeyUsage(ACCOUNT, REGION, key().key_id, "Encrypt", 100, "e1", "r1"), "used_s")
    assert store.commit((latest,)) == before
    assert not store.changed_since(before)[1]
    after = store.commit((latest, Insert(key(2))))
    assert store.changed_since(before) == (after, [("Key", (ACCOUNT, REGION, key(2).key_id))])
