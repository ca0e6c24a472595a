"""What stands behind the console in the server: shared counters of sign-ins, the last minute of all workers, the key directory."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from strongroom.bootstrap import open_store
from strongroom.model.change import Delete, Insert, Update
from strongroom.model.key import Alias, Key, KeyState
from strongroom.operations.console.attempts import WINDOW_SECONDS, Counted, names_of_attempt
from strongroom.operations.console.key_list import Criteria, KeyList, entry_of
from strongroom.server.attempts import SharedAttempts
from strongroom.server.pulse import Pulse, bucket_of
from strongroom.store import directory as directories
from strongroom.store.directory import Directory
from strongroom.store.port import Store
from support.nouns import ACCOUNT, REGION, alias
from support.nouns import key as new_key


class Clock:
    now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


# --- attempts -----------------------------------------------------------------------------------------------------------


def test_workers_count_together(tmp_path: Path) -> None:
    clock = Clock()
    one, other = SharedAttempts(tmp_path / "attempts", clock), SharedAttempts(tmp_path / "attempts", clock)
    names = [Counted("alice", 3)]
    assert [worker.take(names) for worker in (one, other, one, other)] == [True, True, True, False]
    one.give_back(names)
    assert other.take(names)
    assert not one.take([Counted("bob", 3), *names]), "one of them is enough"
    assert one.take([Counted("bob", 1)]), "and then none of them was counted"
    clock.now += WINDOW_SECONDS
    assert SharedAttempts(tmp_path / "attempts", clock).take(names)


def test_a_damaged_file_of_attempts_is_made_anew(tmp_path: Path) -> None:
    (tmp_path / "attempts").write_bytes(b"what is this")
    assert SharedAttempts(tmp_path / "attempts", Clock()).take([Counted("alice", 1)])


@pytest.mark.parametrize(
    ("address", "same"),
    [("192.0.2.1", "192.0.2.1"), ("2001:db8::1", "2001:db8::ffff:1"), ("AWS Internal", "AWS Internal")],
)
def test_attempts_are_counted_by_user_and_network(address: str, same: str) -> None:
    assert names_of_attempt("111122223333", "Alice", address) == names_of_attempt("111122223333", "alice", same)
    others = {each.name for each in names_of_attempt("111122223333", "bob", address)}
    assert len(others & {each.name for each in names_of_attempt("111122223333", "alice", address)}) == 1


# --- pulse --------------------------------------------------------------------------------------------------------------


def test_the_last_minute_of_all_workers(tmp_path: Path) -> None:
    clock = Clock()
    one, other = Pulse(tmp_path / "pulse", 0, clock), Pulse(tmp_path / "pulse", 5, clock)
    one.add(1000, 0, {bucket_of(1.0): 1000}, 9)
    clock.now += 60
    one.add(98, 1, {bucket_of(0.0001): 98}, 2)
    other.add(1, 1, {bucket_of(0.01): 1}, 3)
    clock.now += 1
    other.add(1, 0, {bucket_of(0.5): 1}, 4)
    traffic = one.traffic()
    assert (traffic.requests, traffic.failed, traffic.connections) == (100, 2, 6)
    assert 100 <= traffic.latency[50] <= 120
    assert traffic.latency[50] == traffic.latency[90]
    assert 10_000 <= traffic.latency[99] <= 12_000
    clock.now += 61
    assert other.traffic().requests == 0
    assert other.traffic().latency == {}


def test_buckets_hold_every_latency() -> None:
    found = [bucket_of(seconds) for seconds in (0.0, 1e-9, 1e-5, 1e-4, 1e-3, 1e-2, 0.1, 1.0, 10.0, 1e9)]
    assert found == sorted(found)
    assert (found[0], found[-1]) == (0, 79)


# --- the directory --------------------------------------------------------------------------------------------------------


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return open_store(tmp_path / "strongroom.db")


def listed(directory: Directory, store: Store) -> dict[str, tuple[str, ...]]:
    with store.snapshot() as view, directory.keys(view, ACCOUNT, REGION) as keys:
        return {entry.key_id: (entry.state, *entry.aliases) for entry in keys.entries.values()}


def as_read(store: Store) -> dict[str, tuple[str, ...]]:
    return listed(Directory(store, Clock()), store)


def test_it_follows_every_change(store: Store) -> None:
    directory = Directory(store, Clock())
    first, second = new_key(1), new_key(2)
    store.commit([Insert(first), Insert(second), Insert(alias("alias/a", 1))])
    assert listed(directory, store) == as_read(store)
    changes: Sequence[Sequence[object]] = (
        [Update(replace(first, version=1, state=KeyState.DISABLED))],
        [Update(replace(alias("alias/a", 1), version=1, key_id=second.key_id))],
        [Insert(alias("alias/b", 2)), Insert(new_key(3))],
        [Delete(replace(alias("alias/a", 2), version=2))],
        [Delete(replace(second, version=1))],
    )
    for change in changes:
        store.commit(change)  # type: ignore[arg-type]  # of several kinds
        assert listed(directory, store) == as_read(store), change
    assert [*listed(directory, store).values()] == [("Disabled",), ("Enabled",)]


def test_many_changes_are_read_anew(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(directories, "_MANY", 1)
    directory = Directory(store, Clock())
    assert listed(directory, store) == {}
    store.commit([Insert(new_key(number)) for number in range(1, 5)])
    assert len(listed(directory, store)) == 4


def test_an_older_view_takes_nothing_back(store: Store) -> None:
    directory = Directory(store, Clock())
    store.commit([Insert(new_key(1))])
    with store.snapshot() as old:
        assert old.count(Key, {"account": ACCOUNT, "region": REGION}) == 1
        store.commit([Insert(new_key(2))])
        assert len(listed(directory, store)) == 2
        with directory.keys(old, ACCOUNT, REGION) as keys:
            assert len(keys.entries) == 2
    assert len(listed(directory, store)) == 2


def test_lists_go_when_there_are_too_many_keys(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(directories, "MAX_KEYS", 2)
    store.commit([Insert(replace(new_key(number), region=f"r-{number % 2}")) for number in range(1, 5)])
    directory = Directory(store, Clock())
    with store.snapshot() as view:
        for region in ("r-0", "r-1"):
            with directory.keys(view, ACCOUNT, region) as keys:
                assert len(keys.entries) == 2
    assert list(directory._kept) == [(ACCOUNT, "r-1")]


def test_orders_are_kept_up() -> None:
    """Whatever comes and goes, an order that was made before is the one that would be made now."""
    kept = KeyList()
    names = {1: ["alias/c"], 2: [], 3: ["alias/a"], 4: [], 5: ["alias/b"]}
    for sort_by in ("ALIAS", "CREATED", "STATE", "SPEC", "LAST_USED"):
        kept.search(Criteria(sort_by=sort_by), 10)
    for number, aliases in names.items():
        kept.put(entry_of(replace(new_key(number), created_ms=10 - number), aliases))
    kept.put(entry_of(replace(new_key(3), state=KeyState.DISABLED), []))
    kept.remove(new_key(1).key_id)
    kept.remove("nobody's")
    fresh = KeyList(dict(kept.entries))
    for sort_by in ("ALIAS", "CREATED", "STATE", "SPEC", "LAST_USED"):
        for descending in (False, True):
            criteria = Criteria(sort_by=sort_by)
            assert kept.search(criteria, 10, descending=descending) == fresh.search(criteria, 10, descending=descending)


def test_last_uses_are_read_again_after_a_while(store: Store) -> None:
    from strongroom.model.key_usage import KeyUsage  # noqa: PLC0415 - of this test alone

    clock = Clock()
    directory = Directory(store, clock)
    store.commit([Insert(new_key(1)), Insert(Alias(ACCOUNT, REGION, "alias/x", new_key(1).key_id, 0, 0))])

    def used() -> int | None:
        with store.snapshot() as view, directory.keys(view, ACCOUNT, REGION, with_uses=True) as keys:
            return keys.used_s.get(new_key(1).key_id)

    assert used() is None
    store.commit([Insert(KeyUsage(ACCOUNT, REGION, new_key(1).key_id, "Encrypt", 7, "event", "request"))])
    assert used() is None
    clock.now += directories.STALE_USES_SECONDS + 1
    assert used() == 7
