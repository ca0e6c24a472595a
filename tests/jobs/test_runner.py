"""The jobs over a store, without a server: what is done, once, by whom, and what becomes of failures."""

import json
import logging
import os
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from strongroom.authz.defaults import ADMINISTRATOR_ACCESS
from strongroom.jobs.registry import JOBS, Deed, Job, Tools
from strongroom.jobs.report import job_reports
from strongroom.jobs.runner import LEASE_MS, RETRY_SECONDS, Records, Runner
from strongroom.model.change import Insert, Latest, Update
from strongroom.model.grant import Grant
from strongroom.model.key import Alias, Key, KeyMaterial, KeyState
from strongroom.model.key_usage import KeyUsage
from strongroom.model.lease import Lease
from strongroom.store.port import ConflictError, Outbox, Store
from strongroom.store.sqlite import open_sqlite
from support.house import ACCOUNT, House
from support.imports import external_key, ok_import

DAY = 86_400.0
HERE, THERE = "us-east-1", "eu-west-1"


class Shift:
    """A house with runners at work in it; ``real`` is the time that leases count."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.real = 1_000_000.0
        self.announced: list[dict[str, Any]] = []

    def announce(self, records: Records) -> None:
        self.announced += [json.loads(record) for _, record in records]

    def runner(self, holder: str = "one", *, store: Store | None = None, jobs: tuple[Job, ...] = JOBS) -> Runner:
        return Runner(
            store or self.house.store,
            Tools(self.house.keyring, os.urandom),
            clock=lambda: self.house.now,
            lease_clock=lambda: self.real,
            random_ids=os.urandom,
            slot=3,
            holder=holder,
            announce=self.announce,
            jobs=jobs,
        )

    def pass_days(self, days: float) -> None:
        self.house.now += days * DAY
        self.runner().tick()

    def names(self) -> list[str]:
        return [record["eventName"] for record in self.announced]

    def lease(self, name: str) -> Lease:
        with self.house.store.snapshot() as view:
            return view.get(Lease, name) or Lease(name)

    def new_key(self, **members: Any) -> str:
        made: str = self.house.ok("CreateKey", members)["KeyMetadata"]["KeyId"]
        return made

    def rotating_keys(self, count: int) -> list[str]:
        made = [self.new_key() for _ in range(count)]
        for key_id in made:
            self.house.ok("EnableKeyRotation", {"KeyId": key_id, "RotationPeriodInDays": 90})
        return made


@pytest.fixture
def shift() -> Shift:
    return Shift(House())


# --- rotation ----------------------------------------------------------------------------------------------------------


def test_a_key_rotates_when_its_day_has_come(shift: Shift) -> None:
    house, (key_id,) = shift.house, shift.rotating_keys(1)
    blob = house.ok("Encrypt", {"KeyId": key_id, "Plaintext": "aGVsbG8="})["CiphertextBlob"]
    due = house.now + 90 * DAY
    shift.pass_days(89.9)
    assert shift.names() == []
    shift.pass_days(0.1)
    (event,) = shift.announced
    assert (event["eventName"], event["serviceEventDetails"]["rotationType"]) == ("RotateKey", "AUTOMATIC")
    assert event["eventTime"] == "2026-04-01T00:00:00Z"
    (rotation,) = house.ok("ListKeyRotations", {"KeyId": key_id})["Rotations"]
    assert (rotation["RotationType"], rotation["RotationDate"]) == ("AUTOMATIC", due)
    assert house.ok("GetKeyRotationStatus", {"KeyId": key_id})["NextRotationDate"] == due + 90 * DAY
    assert house.ok("Decrypt", {"CiphertextBlob": blob})["Plaintext"] == "aGVsbG8="
    shift.runner().tick()
    assert len(shift.announced) == 1
    assert {row[1] for row in house.store.outbox(3)} == {event["eventID"]}


def test_a_disabled_key_pauses_and_catches_up_once(shift: Shift) -> None:
    house, (key_id,) = shift.house, shift.rotating_keys(1)
    house.ok("DisableKey", {"KeyId": key_id})
    shift.pass_days(400)
    assert shift.announced == []
    house.ok("EnableKey", {"KeyId": key_id})
    shift.pass_days(0)
    assert shift.names() == ["RotateKey"]
    assert house.ok("GetKeyRotationStatus", {"KeyId": key_id})["NextRotationDate"] == house.now + 90 * DAY


def test_a_key_that_waits_for_its_end_does_not_rotate(shift: Shift) -> None:
    (key_id,) = shift.rotating_keys(1)
    shift.house.now += 80 * DAY
    shift.house.ok("ScheduleKeyDeletion", {"KeyId": key_id, "PendingWindowInDays": 30})
    shift.pass_days(29)
    assert shift.announced == []


# --- deletion ----------------------------------------------------------------------------------------------------------


def test_a_key_ends_with_all_that_belongs_to_it(shift: Shift) -> None:
    house, (key_id, other_id) = shift.house, shift.rotating_keys(2)
    house.ok("RotateKeyOnDemand", {"KeyId": key_id})
    for name, target in (("one", key_id), ("two", key_id), ("other", other_id)):
        house.ok("CreateAlias", {"AliasName": f"alias/{name}", "TargetKeyId": target})
    for target in (key_id, other_id):
        grant = {"KeyId": target, "GranteePrincipal": house.administrator.user.arn, "Operations": ["Decrypt"]}
        house.ok("CreateGrant", grant)
        usage = KeyUsage(ACCOUNT, HERE, target, "Decrypt", 1, "event", "request")
        house.store.commit((Latest(usage, "used_s"),))
    house.ok("ScheduleKeyDeletion", {"KeyId": key_id, "PendingWindowInDays": 7})
    shift.pass_days(6.99)
    assert shift.announced == []
    shift.pass_days(0.01)
    (event,) = shift.announced
    assert (event["eventName"], "serviceEventDetails" in event) == ("DeleteKey", False)
    arn = f"arn:aws:kms:us-east-1:{ACCOUNT}:key/{key_id}"
    assert event["resources"] == [{"accountId": ACCOUNT, "type": "AWS::KMS::Key", "ARN": arn}]
    assert house.call("DescribeKey", {"KeyId": key_id}).error == ("NotFoundException", f"Key '{arn}' does not exist")
    with house.store.snapshot() as view:
        assert [alias.name for alias in view.page(Alias, {"account": ACCOUNT, "region": HERE}, limit=9)] == [
            "alias/other"
        ]
        for noun in (KeyMaterial, Grant, KeyUsage):
            assert [view.count(noun, {"key_id": each}) for each in (key_id, other_id)] == [0, 1], noun


def test_the_last_replica_gone_the_primary_begins_its_own_waiting(shift: Shift) -> None:
    house, key_id = shift.house, shift.new_key(MultiRegion=True)
    regions = (THERE, "eu-west-2")
    with house.store.snapshot() as view:
        primary = view.get(Key, ACCOUNT, HERE, key_id)
        assert primary is not None
        (row,) = view.page(KeyMaterial, {"account": ACCOUNT, "region": HERE, "key_id": key_id}, limit=9)
    for region in regions:
        house.store.commit((Insert(replace(primary, region=region)), Insert(replace(row, region=region))))
    house.store.commit((Update(replace(primary, replica_regions=regions)),))
    house.ok("ScheduleKeyDeletion", {"KeyId": key_id, "PendingWindowInDays": 10})
    for region, days in zip(regions, (7, 8), strict=True):
        house.ok("ScheduleKeyDeletion", {"KeyId": key_id, "PendingWindowInDays": days}, region=region)
    shift.pass_days(7)
    related = house.ok("DescribeKey", {"KeyId": key_id})["KeyMetadata"]
    assert related["KeyState"] == "PendingReplicaDeletion"
    assert [each["Region"] for each in related["MultiRegionConfiguration"]["ReplicaKeys"]] == ["eu-west-2"]
    shift.pass_days(1)
    waiting = house.ok("DescribeKey", {"KeyId": key_id})["KeyMetadata"]
    assert (waiting["KeyState"], waiting["DeletionDate"]) == ("PendingDeletion", house.now + 10 * DAY)
    shift.pass_days(10)
    assert [(event["eventName"], event["awsRegion"]) for event in shift.announced] == [
        ("DeleteKey", region) for region in (*regions, HERE)
    ]
    with house.store.snapshot() as view:
        assert view.count(Key, {"key_id": key_id}) == view.count(KeyMaterial, {"key_id": key_id}) == 0


def present(wrapped: list[bytes], directory: Path) -> bool:
    return any(each in file.read_bytes() for file in directory.iterdir() for each in wrapped)


def test_destroyed_material_is_found_nowhere_in_the_files(shift: Shift, tmp_path: Path) -> None:
    store = open_sqlite(tmp_path / "store.db")
    shift.house.store = store  # type: ignore[assignment]  # the same port
    shift.house.administrator = shift.house.add_user("administrator", ADMINISTRATOR_ACCESS)
    doomed = [shift.new_key() for _ in range(10)]
    for key_id in doomed[::2]:
        shift.house.ok("RotateKeyOnDemand", {"KeyId": key_id})
    with store.snapshot() as view:
        wrapped = [row.wrapped for row in view.page(KeyMaterial, {}, limit=100)]
    assert len(wrapped) == 15
    for key_id in doomed:
        shift.house.ok("ScheduleKeyDeletion", {"KeyId": key_id, "PendingWindowInDays": 7})
    with store.snapshot() as view:  # somebody reads, so the log cannot be cut yet
        view.count(Key, {})
        shift.house.now += 7 * DAY
        runner = shift.runner()
        runner.tick()
        assert len(shift.announced) == 10
        assert present(wrapped, tmp_path)
    runner.tick()
    assert not present(wrapped, tmp_path)
    store.close()


# --- expiry ------------------------------------------------------------------------------------------------------------


def test_imported_material_expires_in_any_state(shift: Shift) -> None:
    house = shift.house
    keys = [external_key(house) for _ in "ab"]
    for key_id in keys:
        ok_import(house, key_id, os.urandom(32), ValidTo=house.now + DAY, ExpirationModel="KEY_MATERIAL_EXPIRES")
    house.ok("DisableKey", {"KeyId": keys[1]})
    materials = [house.ok("DescribeKey", {"KeyId": key})["KeyMetadata"]["CurrentKeyMaterialId"] for key in keys]
    house.now += DAY
    shift.runner().tick()
    assert {event["eventName"] for event in shift.announced} == {"DeleteExpiredKeyMaterial"}
    assert [event["serviceEventDetails"] for event in shift.announced] == [
        {"keyId": key_id, "keyMaterialId": material} for key_id, material in zip(keys, materials, strict=True)
    ]
    for key_id in keys:
        metadata = house.ok("DescribeKey", {"KeyId": key_id})["KeyMetadata"]
        assert (metadata["KeyState"], "ValidTo" in metadata) == ("PendingImport", False)
    assert shift.lease("expiry").done == 2


# --- once, and by one ----------------------------------------------------------------------------------------------------


def test_many_runners_do_each_key_once(shift: Shift) -> None:
    keys = shift.rotating_keys(40)
    shift.house.now += 90 * DAY
    runners = [shift.runner(str(number)) for number in range(4)]
    threads = [threading.Thread(target=runner.tick) for runner in runners for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    shift.runner().tick()
    assert sorted(event["serviceEventDetails"]["keyId"] for event in shift.announced) == sorted(keys)
    lease = shift.lease("rotation")
    assert (lease.done, lease.failed, lease.holder) == (40, 0, "")


def test_a_lease_keeps_others_out_until_it_ends(shift: Shift) -> None:
    shift.rotating_keys(1)
    held = Lease("rotation", "dead", int(shift.real * 1000) + LEASE_MS)
    shift.house.store.commit((Insert(held),))
    shift.pass_days(90)
    assert shift.announced == []
    shift.real += LEASE_MS / 1000
    shift.pass_days(0)
    assert shift.names() == ["RotateKey"]


def test_a_lease_from_before_the_clock_was_set_back_holds_nobody_up(shift: Shift) -> None:
    shift.rotating_keys(1)
    shift.house.store.commit((Insert(Lease("rotation", "dead", int(shift.real * 1000) + 100 * LEASE_MS)),))
    shift.pass_days(90)
    assert shift.names() == ["RotateKey"]


def test_who_lost_the_lease_changes_nothing(shift: Shift) -> None:
    """The other takes over between the decision and its commit: the lease row is part of the commit."""
    shift.rotating_keys(2)
    house = shift.house

    def robbed(view: Any, key: Key, now_ms: int, tools: Tools) -> Deed:
        deed = JOBS[0].act(view, key, now_ms, tools)
        with house.store.snapshot() as fresh:
            lease = fresh.get(Lease, "rotation")
        assert lease is not None
        house.store.commit((Update(replace(lease, holder="two")),))
        return deed

    house.now += 90 * DAY
    shift.runner(jobs=(replace(JOBS[0], act=robbed),)).tick()
    assert shift.announced == []
    assert (shift.lease("rotation").holder, shift.lease("rotation").done) == ("two", 0)


def test_an_idle_server_writes_nothing(shift: Shift) -> None:
    shift.rotating_keys(1)
    with shift.house.store.snapshot() as view:
        before = view.sequence
    shift.pass_days(1)
    with shift.house.store.snapshot() as view:
        assert view.sequence == before


def test_other_writers_win_and_the_key_is_looked_at_again(shift: Shift) -> None:
    (key_id,) = shift.rotating_keys(1)
    house, seen = shift.house, []

    def overtaken(view: Any, key: Key, now_ms: int, tools: Tools) -> Deed:
        seen.append(key.version)
        if len(seen) == 1:
            house.ok("DisableKey", {"KeyId": key_id})
        return JOBS[0].act(view, key, now_ms, tools)

    house.now += 90 * DAY
    shift.runner(jobs=(replace(JOBS[0], act=overtaken),)).tick()
    assert (len(seen), shift.announced) == (1, [])  # disabled meanwhile: no longer due


# --- failures ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def quiet() -> Iterator[None]:
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


@pytest.mark.usefixtures("quiet")
def test_a_job_that_leaves_its_key_due_is_stopped(shift: Shift) -> None:
    shift.rotating_keys(1)
    lazy = replace(JOBS[0], act=lambda _view, key, _now_ms, _tools: Deed((Update(key),), ()))
    shift.house.now += 90 * DAY
    shift.runner(jobs=(lazy,)).tick()
    assert "ValueError" in shift.lease("rotation").result
    assert shift.lease("rotation").done == 0


@pytest.mark.usefixtures("quiet")
def test_a_key_that_fails_is_shown_and_stops_no_other(shift: Shift) -> None:
    keys = shift.rotating_keys(5)
    broken = [True]

    def fragile(view: Any, key: Key, now_ms: int, tools: Tools) -> Deed:
        if broken and key.key_id == keys[0]:
            raise RuntimeError("secret words that stay in the log")
        return JOBS[0].act(view, key, now_ms, tools)

    runner = shift.runner(jobs=(replace(JOBS[0], act=fragile),))
    shift.house.now += 90 * DAY
    runner.tick()
    assert sorted(event["serviceEventDetails"]["keyId"] for event in shift.announced) == sorted(keys[1:])
    lease = shift.lease("rotation")
    arn = f"arn:aws:kms:us-east-1:{ACCOUNT}:key/{keys[0]}"
    assert lease.result == f"4 done, 1 failed, {arn}: RuntimeError (see the server's log)"
    assert (lease.done, lease.failed, lease.holder) == (4, 1, "")
    with shift.house.store.snapshot() as view:
        report = job_reports(view, int(shift.house.now * 1000))[0]
    assert (report.overdue, report.next_ms) == (1, int(shift.house.now * 1000))
    broken.clear()
    runner.tick()
    assert shift.lease("rotation") == lease  # not again so soon
    shift.real += RETRY_SECONDS
    runner.tick()
    assert shift.lease("rotation").done == 5


def test_a_commit_that_never_succeeds_is_a_failure_of_that_key(shift: Shift, caplog: pytest.LogCaptureFixture) -> None:
    shift.rotating_keys(1)

    class Busy:
        def __init__(self, inner: Store) -> None:
            self.snapshot, self.scrub, self._inner = inner.snapshot, inner.scrub, inner

        def commit(self, changes: Any, outbox: Outbox = Outbox(0)) -> int:  # noqa: B008 - frozen
            if outbox.records:
                raise ConflictError
            return self._inner.commit(changes, outbox)

    shift.house.now += 90 * DAY
    shift.runner(store=Busy(shift.house.store)).tick()  # type: ignore[arg-type]  # as much of a store as is asked
    assert "1 failed" in shift.lease("rotation").result
    assert "TimeoutError" in shift.lease("rotation").result


def test_what_waits_for_what(shift: Shift) -> None:
    """Each job's state and time: a key in another state stays out."""
    assert [(job.name, job.due, job.state) for job in JOBS] == [
        ("rotation", "rotation_ms", KeyState.ENABLED),
        ("deletion", "deletion_ms", KeyState.PENDING_DELETION),
        ("expiry", "expires_ms", None),
    ]
