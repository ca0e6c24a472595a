"""The delivery of trails over a store, a journal and a directory, without a server: what, where, once, and proved."""

import gzip
import json
import os
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from hashlib import sha256
from itertools import cycle
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from strongroom.audit.journal import Journal
from strongroom.audit.readers import kept_positions
from strongroom.audit.targets import NO_METADATA, DirectoryTarget, TargetError
from strongroom.audit.verify_trails import verify_trails
from strongroom.authz.defaults import ADMINISTRATOR_ACCESS
from strongroom.crypto import digest_keys
from strongroom.crypto.digest_keys import VALID_MS
from strongroom.jobs.leases import HeldLease
from strongroom.jobs.registry import Tools
from strongroom.jobs.trails import LEASE_MS, LEASE_NAME, RETRY_MS, Deliverer
from strongroom.model.change import Change, Update
from strongroom.model.lease import Lease
from strongroom.model.trail import DeliveredLog, DigestChain, TrailDelivery, trail_arn
from strongroom.store.port import ConflictError, Outbox
from support.house import ACCOUNT, OTHER_ACCOUNT, START, Answer, House

HERE, THERE = "us-east-1", "eu-west-1"
ARN = trail_arn(HERE, ACCOUNT, "main")
INTERVAL, HOUR = 300.0, 3600.0


class FlakyTarget(DirectoryTarget):
    """Fails as often as it is told to."""

    failures = 0

    def put(self, bucket: str, key: str, body: bytes, metadata: Mapping[str, str] = NO_METADATA) -> None:
        if self.failures:
            self.failures -= 1
            raise TargetError("AccessDenied")
        super().put(bucket, key, body, metadata)


class Yard:
    """A house whose records go to journals, and a deliverer at work."""

    def __init__(self, house: House, directory: Path) -> None:
        self.house = house
        self.journals = directory / "journal"
        self.target = FlakyTarget(directory / "trails")
        self.root = directory / "trails"
        self._open = [self._journal(slot) for slot in (0, 1)]
        self._turn = 0
        self.deliverer = self.new_deliverer("one")

    def _journal(self, slot: int) -> Journal:
        return Journal.open(self.journals, slot, segment_bytes=65_536, clock=lambda: self.house.now, server_id="test")

    def new_deliverer(self, holder: str) -> Deliverer:
        store, now = self.house.store, lambda: self.house.now
        return Deliverer(
            store,
            Tools(self.house.keyring, os.urandom),
            lambda: self.target,
            self.journals,
            HeldLease(store, LEASE_NAME, holder=holder, clock=now, lease_clock=now, lease_ms=LEASE_MS),
            clock=now,
            interval_ms=int(INTERVAL * 1000),
            announce=lambda: None,
        )

    def write(self, answer: Answer) -> Answer:
        """Write the record of an answer, as two workers in turn."""
        self._turn ^= 1
        self._open[self._turn].append([json.dumps(answer.record, separators=(",", ":")).encode()])
        return answer

    def call(self, operation: str, members: Any = None, **how: Any) -> Answer:
        answer = self.write(self.house.cloudtrail(operation, members, **how))
        assert answer.status == 200, answer.raw
        return answer

    def use(self, count: int = 1, **how: Any) -> list[str]:
        """Use the service; return the event ids."""
        return [self.write(self.house.call("ListKeys", **how)).record["eventID"] for _ in range(count)]

    def start(self, **settings: Any) -> None:
        self.call("CreateTrail", {"Name": "main", "S3BucketName": "vault", "EnableLogFileValidation": True} | settings)
        self.call("StartLogging", {"Name": "main"})

    def wait(self, seconds: float) -> None:
        self.house.now += seconds
        self.deliverer.tick()

    def restart(self) -> None:
        for journal in self._open:
            journal.close()
        self._open = [self._journal(slot) for slot in (0, 1)]

    def close(self) -> None:
        for journal in self._open:
            journal.close()

    def files(self, kind: str) -> dict[str, Any]:
        """Return the content of all log files or digests, by key, in the order of their names."""
        paths = sorted(self.root.glob(f"*/**/{kind}/**/*.gz"))
        return {str(path): json.loads(gzip.decompress(path.read_bytes())) for path in paths}

    def delivered(self) -> Counter[str]:
        """Return how often each event id was delivered."""
        logs = self.files("CloudTrail").values()
        return Counter(record["eventID"] for log in logs for record in log["Records"])

    def digests(self) -> list[Any]:
        return list(self.files("CloudTrail-Digest").values())

    def delivery(self) -> TrailDelivery:
        with self.house.store.snapshot() as view:
            found = view.get(TrailDelivery, ARN)
        assert found is not None
        return found

    def bad(self) -> list[str]:
        with self.house.store.snapshot() as view:
            return [bad for report in verify_trails(view, self.target) for bad in report.bad]


@pytest.fixture(scope="module")
def key_pairs() -> list[rsa.RSAPrivateKey]:
    return [rsa.generate_private_key(65537, 2048) for _ in range(2)]


@pytest.fixture
def yard(tmp_path: Path, key_pairs: list[rsa.RSAPrivateKey], monkeypatch: pytest.MonkeyPatch) -> Iterator[Yard]:
    made_before = cycle(key_pairs)  # a new one takes longer than all else here
    monkeypatch.setattr(digest_keys.rsa, "generate_private_key", lambda *_: next(made_before))
    with closing(Yard(House(), tmp_path)) as made:
        yield made


def test_records_are_delivered_once_and_in_the_layout_of_cloudtrail(yard: Yard) -> None:
    yard.use(3)
    yard.house.now += 10
    yard.start(S3KeyPrefix="audit")
    ids = yard.use(5)
    yard.wait(1)
    assert set(ids) <= yard.delivered().keys()
    ids += yard.use(5)
    yard.wait(1)
    assert yard.delivered().total() == 7, "too early: CreateTrail, StartLogging and five uses"
    yard.wait(INTERVAL)
    assert yard.delivered().total() == 12
    assert set(yard.delivered().values()) == {1}
    assert set(ids) <= yard.delivered().keys()
    first = next(iter(yard.files("CloudTrail")))
    assert "/vault/audit/AWSLogs/111122223333/CloudTrail/us-east-1/2026/01/01/" in first
    name = first.rpartition("/")[2]
    assert name.startswith("111122223333_CloudTrail_us-east-1_20260101T0000Z_")
    assert len(name) == len("111122223333_CloudTrail_us-east-1_20260101T0000Z_.json.gz") + 16
    assert Path(first).stat().st_mode & 0o777 == 0o600
    assert yard.delivery().error == ""


def test_nothing_to_deliver_makes_no_file_but_a_digest_every_hour(yard: Yard) -> None:
    yard.start()
    yard.wait(1)
    count = len(yard.files("CloudTrail"))
    for _ in range(3):
        yard.wait(HOUR)
    assert len(yard.files("CloudTrail")) == count
    first, second, third = yard.digests()
    assert [len(digest["logFiles"]) for digest in (first, second, third)] == [count, 0, 0]
    assert first["previousDigestS3Object"] is None
    assert second["previousDigestS3Object"] == first["digestS3Object"]
    assert third["digestStartTime"] == second["digestEndTime"]
    assert (second["newestEventTime"], second["oldestEventTime"]) == (None, None)
    assert yard.bad() == []


def test_after_a_time_without_a_server_one_digest_covers_it(yard: Yard) -> None:
    yard.start()
    yard.wait(1)
    yard.restart()
    yard.wait(72.5 * HOUR)
    assert [(digest["digestStartTime"], digest["digestEndTime"]) for digest in yard.digests()] == [
        ("2026-01-01T00:00:00Z", "2026-01-04T00:00:00Z")
    ]


def test_many_segments_and_restarts_leave_no_gap(yard: Yard) -> None:
    yard.start()
    ids = []
    for turn in range(6):
        ids += yard.use(60)
        if turn % 2:
            yard.restart()
        yard.wait(INTERVAL)
    assert len(list((yard.journals / "00").iterdir())) > 3
    assert dict.fromkeys(ids, 1).items() <= yard.delivered().items()
    yard.wait(HOUR)
    assert yard.bad() == []


def test_a_clock_that_was_set_back_leaves_no_gap(yard: Yard) -> None:
    """What is recorded meanwhile is delivered when the clock is again where it was, and digests go on from the last one."""
    yard.start()
    ids = yard.use(3)
    yard.wait(2 * HOUR)
    before = [digest["digestEndTime"] for digest in yard.digests()]
    yard.house.now -= 1.5 * HOUR
    yard.restart()
    ids += yard.use(3)
    yard.wait(INTERVAL)
    ids += yard.use(3)
    assert [digest["digestEndTime"] for digest in yard.digests()] == before
    for _ in range(4):
        yard.wait(HOUR)
    assert dict.fromkeys(ids, 1).items() <= yard.delivered().items()
    ends = [digest["digestEndTime"] for digest in yard.digests()]
    assert ends == sorted(set(ends))
    assert ends[: len(before)] == before
    assert len(ends) > len(before)
    assert yard.bad() == []


def test_killed_between_file_and_commit_the_records_are_delivered_again(
    yard: Yard, monkeypatch: pytest.MonkeyPatch
) -> None:
    yard.start()
    ids = yard.use(4)
    commit = yard.house.store.commit

    def killed(changes: Sequence[Change], outbox: Outbox = Outbox(0)) -> int:  # noqa: B008 - frozen
        if any(isinstance(change.noun, DeliveredLog) for change in changes):
            raise MemoryError
        return commit(changes, outbox)

    monkeypatch.setattr(yard.house.store, "commit", killed)
    with pytest.raises(MemoryError):
        yard.wait(1)
    monkeypatch.undo()
    orphans = set(yard.files("CloudTrail"))
    assert orphans
    yard.house.now += LEASE_MS / 1000 + 1
    yard.deliverer = yard.new_deliverer("another")
    yard.wait(0)
    yard.wait(HOUR)
    named = [log["s3Object"] for digest in yard.digests() for log in digest["logFiles"]]
    proved = {
        record["eventID"]
        for path, log in yard.files("CloudTrail").items()
        if any(path.endswith(name) for name in named)
        for record in log["Records"]
    }
    assert set(ids) <= proved
    assert yard.bad() == []


def test_a_target_that_fails_is_tried_again_and_said(yard: Yard) -> None:
    yard.start()
    yard.target.failures = 1
    yard.wait(1)
    status = yard.call("GetTrailStatus", {"Name": "main"}).body
    assert status["LatestDeliveryError"] == "AccessDenied"
    assert "LatestDeliveryTime" not in status
    assert yard.files("CloudTrail") == {}
    yard.wait(RETRY_MS / 1000)
    status = yard.call("GetTrailStatus", {"Name": "main"}).body
    assert "LatestDeliveryError" not in status
    assert yard.delivered().total() == 3


def test_a_digest_that_fails_is_tried_again(yard: Yard) -> None:
    yard.start()
    yard.wait(1)
    yard.target.failures = 1
    yard.wait(HOUR)
    assert yard.delivery().digest_error == "AccessDenied"
    yard.wait(RETRY_MS / 1000)
    assert len(yard.digests()) == 1
    assert yard.delivery().digest_error == ""


def test_only_one_process_delivers(yard: Yard) -> None:
    yard.start()
    with yard.house.store.snapshot() as view:
        assert view.get(Lease, LEASE_NAME) is None
    held = yard.new_deliverer("another")._lease
    assert held.take()
    yard.wait(1)
    assert yard.files("CloudTrail") == {}
    held.release("", 0)
    yard.wait(1)
    assert yard.delivered().total() == 2


def test_a_trail_that_changes_meanwhile_is_decided_afresh(yard: Yard, monkeypatch: pytest.MonkeyPatch) -> None:
    yard.start()
    commit = yard.house.store.commit

    def conflicting(changes: Sequence[Change], outbox: Outbox = Outbox(0)) -> int:  # noqa: B008 - frozen
        if any(isinstance(change.noun, TrailDelivery) for change in changes):
            monkeypatch.undo()
            raise ConflictError
        return commit(changes, outbox)

    monkeypatch.setattr(yard.house.store, "commit", conflicting)
    yard.wait(1)
    yard.wait(1)
    assert {"CreateTrail", "StartLogging"} <= {
        record["eventName"] for log in yard.files("CloudTrail").values() for record in log["Records"]
    }


# --- what is a trail's -----------------------------------------------------------------------------------------------


def test_what_happens_while_a_trail_is_stopped_is_not_delivered(yard: Yard) -> None:
    yard.start()
    ids = yard.use()
    yard.wait(10)
    yard.call("StopLogging", {"Name": "main"})
    yard.house.now += 5
    silent = yard.use(3)
    yard.wait(1)
    yard.wait(INTERVAL)
    assert yard.delivery().positions == ()
    silent += yard.use(3)
    yard.wait(HOUR)
    assert yard.delivery().due_ms is None
    assert len(yard.digests()) == 1, "the last one"
    yard.wait(3 * HOUR)
    assert len(yard.digests()) == 1
    yard.call("StartLogging", {"Name": "main"})
    ids += yard.use()
    yard.wait(1)
    yard.wait(HOUR)
    assert set(ids) <= yard.delivered().keys()
    assert not set(silent) & yard.delivered().keys()
    assert set(yard.delivered().values()) == {1}
    last, first = yard.digests()[1], yard.digests()[0]
    assert last["previousDigestS3Object"] == first["digestS3Object"]
    assert yard.bad() == []


def test_stopped_and_started_between_two_looks(yard: Yard) -> None:
    yard.start()
    yard.wait(10)
    yard.call("StopLogging", {"Name": "main"})
    yard.house.now += 5
    silent = yard.use(2)
    yard.house.now += 5
    yard.call("StartLogging", {"Name": "main"})
    heard = yard.use(2)
    yard.wait(1)
    assert set(heard) <= yard.delivered().keys()
    assert not set(silent) & yard.delivered().keys()


def test_other_accounts_and_regions_are_not_a_trails(yard: Yard) -> None:
    stranger = yard.house.add_user("stranger", ADMINISTRATOR_ACCESS, OTHER_ACCOUNT)
    yard.start()
    strange = yard.use(user=stranger) + yard.use(region=THERE)
    ours = yard.use()
    yard.wait(1)
    assert set(ours) <= yard.delivered().keys()
    assert not set(strange) & yard.delivered().keys()


def test_a_trail_for_all_regions_has_a_chain_in_each(yard: Yard) -> None:
    yard.start(IsMultiRegionTrail=True)
    there = yard.use(region=THERE)
    yard.wait(1)
    yard.wait(HOUR)
    assert set(there) <= yard.delivered().keys()
    by_region = {name.split("CloudTrail-Digest/")[1].split("/")[0]: name for name in yard.files("CloudTrail-Digest")}
    assert by_region.keys() == {HERE, THERE}
    assert by_region[THERE].endswith(f"_CloudTrail-Digest_{THERE}_main_{HERE}_20260101T010001Z.json.gz")
    keys = {
        region: yard.call("ListPublicKeys", region=region).body["PublicKeyList"][0]["Fingerprint"]
        for region in by_region
    }
    assert len(set(keys.values())) == 2
    for region, name in by_region.items():
        assert yard.files("CloudTrail-Digest")[name]["digestPublicKeyFingerprint"] == keys[region]
    assert yard.bad() == []


@pytest.mark.parametrize(
    ("selector", "expected"),
    [
        ({"ReadWriteType": "ReadOnly"}, {"ListKeys"}),
        ({"ReadWriteType": "WriteOnly"}, {"CreateKey", "CreateTrail", "StartLogging", "PutEventSelectors"}),
        (
            {"ExcludeManagementEventSources": ["kms.amazonaws.com"]},
            {"CreateTrail", "StartLogging", "PutEventSelectors"},
        ),
        ({"IncludeManagementEvents": False}, set()),
    ],
)
def test_selectors(yard: Yard, selector: dict[str, Any], expected: set[str]) -> None:
    yard.start()
    yard.call("PutEventSelectors", {"TrailName": "main", "EventSelectors": [selector]})
    yard.use()
    yard.write(yard.house.call("CreateKey"))
    yard.wait(1)
    logs = yard.files("CloudTrail").values()
    assert {record["eventName"] for log in logs for record in log["Records"]} == expected


def test_without_validation_there_are_log_files_and_no_digests(yard: Yard) -> None:
    yard.start(EnableLogFileValidation=False)
    yard.wait(1)
    yard.wait(2 * HOUR)
    assert yard.delivered().total() == 2
    assert yard.digests() == []
    yard.call("UpdateTrail", {"Name": "main", "EnableLogFileValidation": True})
    yard.wait(INTERVAL)
    yard.wait(HOUR)
    assert len(yard.digests()) == 1
    assert yard.bad() == []


def test_a_deleted_trail_delivers_no_more(yard: Yard) -> None:
    yard.start()
    yard.wait(1)
    (held,) = kept_positions(yard.journals).values()
    assert {slot: tuple(place) for slot, place in held.items()} == {
        slot: (segment, used) for slot, segment, used in yard.delivery().positions
    }
    yard.call("DeleteTrail", {"Name": "main"})
    yard.wait(2 * HOUR)
    assert kept_positions(yard.journals) == {}
    assert yard.delivered().total() == 2
    with yard.house.store.snapshot() as view:
        assert view.get(TrailDelivery, ARN) is None
        assert view.get(DigestChain, ARN, HERE) is None


def test_another_bucket_continues_the_chain(yard: Yard) -> None:
    yard.start()
    yard.wait(1)
    yard.wait(HOUR)
    yard.call("UpdateTrail", {"Name": "main", "S3BucketName": "other"})
    yard.wait(HOUR)
    first, second = sorted(yard.digests(), key=lambda digest: digest["digestEndTime"])
    assert (second["digestS3Bucket"], second["previousDigestS3Bucket"]) == ("other", "vault")
    assert second["previousDigestS3Object"] == first["digestS3Object"]
    assert yard.bad() == []


def test_keys_are_replaced_when_their_time_is_over(yard: Yard) -> None:
    yard.start()
    yard.wait(1)
    yard.wait(HOUR)
    yard.wait(VALID_MS / 1000)
    yard.wait(HOUR)
    assert len({digest["digestPublicKeyFingerprint"] for digest in yard.digests()}) == 2
    everything = {"StartTime": START, "EndTime": yard.house.now}
    assert len(yard.call("ListPublicKeys", everything).body["PublicKeyList"]) == 2
    assert len(yard.call("ListPublicKeys").body["PublicKeyList"]) == 1
    assert yard.bad() == []


# --- verification without a server -------------------------------------------------------------------------------------


@pytest.fixture
def proved(yard: Yard) -> Yard:
    """Three hours, and log files that wait for the next digest."""
    yard.start()
    yard.wait(1)
    for _ in range(3):
        yard.use()
        yard.wait(HOUR)
    yard.use()
    yard.wait(INTERVAL)
    assert yard.bad() == []
    return yard


def test_an_altered_or_missing_log_file_is_named(proved: Yard) -> None:
    for path in map(Path, proved.files("CloudTrail")):
        body = path.read_bytes()
        path.write_bytes(gzip.compress(gzip.decompress(body).replace(b'"readOnly":', b'"ReadOnly":')))
        assert [path.name in bad for bad in proved.bad()] == [True]
        path.write_bytes(body + gzip.compress(b"{}"))
        assert [path.name in bad for bad in proved.bad()] == [True]
        path.write_bytes(b"nonsense")
        assert [path.name in bad for bad in proved.bad()] == [True]
        path.unlink()
        assert [bad.endswith(f"{path.name} is missing") for bad in proved.bad()] == [True]
        path.write_bytes(body)
        assert proved.bad() == []


def test_an_altered_or_missing_digest_is_named(proved: Yard) -> None:
    assert len(proved.digests()) == 3
    for path in map(Path, proved.files("CloudTrail-Digest")):
        body = path.read_bytes()
        path.write_bytes(gzip.compress(gzip.decompress(body).replace(b'"awsAccountId"', b'"AwsAccountId"')))
        assert [path.name in bad for bad in proved.bad()] == [True]
        path.unlink()
        assert [bad.endswith(f"{path.name} is missing") for bad in proved.bad()] == [True]
        path.write_bytes(b"nonsense")
        assert [bad.endswith(f"{path.name} is not a digest") for bad in proved.bad()] == [True]
        path.write_bytes(body)
        assert proved.bad() == []


def test_a_chain_cut_short_is_noticed(proved: Yard) -> None:
    """The newest digests and their log files removed together, or the whole bucket: the database knows what was the last."""
    newest = list(proved.files("CloudTrail-Digest"))[-1]
    Path(newest).unlink()
    assert proved.bad()
    for path in sorted(proved.root.rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    assert proved.bad()


def test_a_signature_file_is_part_of_a_digest(proved: Yard) -> None:
    oldest = Path(next(iter(proved.files("CloudTrail-Digest"))))
    beside = oldest.with_name(oldest.name + ".metadata.json")
    assert json.loads(beside.read_text())["signature-algorithm"] == "SHA256withRSA"
    beside.unlink()
    assert [bad.endswith(f"{oldest.name} is not signed by this server") for bad in proved.bad()] == [True]


def test_a_row_that_was_altered_with_the_file_is_still_no_signature(proved: Yard) -> None:
    """Whoever can write the database, and not open the domain key, cannot sign."""
    path = Path(list(proved.files("CloudTrail-Digest"))[-1])
    forged = gzip.decompress(path.read_bytes()).replace(b'"SHA-256"', b'"SHA-255"')
    path.write_bytes(gzip.compress(forged))
    with proved.house.store.snapshot() as view:
        chain = view.get(DigestChain, ARN, HERE)
    assert chain is not None
    proved.house.store.commit((Update(replace(chain, sha256=sha256(forged).hexdigest())),))
    assert [bad.endswith(f"{path.name} is not signed by this server") for bad in proved.bad()] == [True]
