"""Last uses of keys, from the answer to the store: on every worker within seconds, and never lost by kill -9."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from strongroom.audit.backward import lines_back
from strongroom.audit.counting import Position
from strongroom.audit.journal import Journal
from strongroom.audit.segment import stream_path
from strongroom.model.key_usage import KeyUsage
from strongroom.server.identity_uses import IdentityUses
from strongroom.server.key_uses import KeyUses, last_uses
from strongroom.store.memory import MemoryStore
from support.house import House
from support.server import Server

HELLO = b"hello"
VISIBLE_SECONDS = 20.0  # on a busy machine; three on a quiet one


def usage_on(client: Any, key_id: str) -> dict[str, Any]:
    """Return the usage as soon as there is one."""
    deadline = time.monotonic() + VISIBLE_SECONDS
    while time.monotonic() < deadline:
        found: dict[str, Any] = client.get_key_last_usage(KeyId=key_id)["KeyLastUsage"]
        if found:
            return found
        time.sleep(0.1)
    raise AssertionError("the use did not become visible")


def test_a_use_is_seen_on_every_worker(server: Server) -> None:
    kms = server.boto3()
    key_id = kms.create_key()["KeyMetadata"]["KeyId"]
    record = server.record_of(kms.encrypt(KeyId=key_id, Plaintext=HELLO))
    asked: set[str] = set()
    deadline = time.monotonic() + VISIBLE_SECONDS
    while len(asked) < 2 and time.monotonic() < deadline:
        client = server.fresh_boto3()  # a new connection may come to the other worker
        usage = usage_on(client, key_id)
        assert (usage["Operation"], usage["CloudTrailEventId"]) == ("Encrypt", record["eventID"])
        assert (usage["KmsRequestId"], usage["Timestamp"].isoformat()[:19]) == (
            record["requestID"],
            record["eventTime"][:19],
        )
        asked.add(server.record_of(client.describe_key(KeyId=key_id))["slot"])
        client.close()
    assert len(asked) == 2


def test_kill_right_after_the_answer(start_server: Any) -> None:
    """What was not written down yet is read from the journal at the next start, also that of a worker there is no more."""
    server = start_server(workers=2)
    kms = server.fresh_boto3()
    keys = [kms.create_key()["KeyMetadata"]["KeyId"] for _ in range(3)]
    used: dict[str, str] = {}
    for number in range(6):
        client = server.fresh_boto3()
        answer = client.encrypt(KeyId=keys[number % 2], Plaintext=HELLO)
        client.close()
        used[keys[number % 2]] = answer["ResponseMetadata"]["RequestId"]
    server.kill()
    slots = {record["slot"] for record in server.records() if record["eventName"] == "Encrypt"}
    server.workers = 1
    server.start()
    kms = server.fresh_boto3()
    for key_id, request_id in used.items():
        usage = kms.get_key_last_usage(KeyId=key_id)["KeyLastUsage"]
        assert usage["Operation"] == "Encrypt"
        if len(slots) == 1:  # else the second's order between two workers is open
            assert usage["KmsRequestId"] == request_id
    assert kms.get_key_last_usage(KeyId=keys[2])["KeyLastUsage"] == {}


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    opened = Journal.open(tmp_path, 3, segment_bytes=65536, clock=time.time)
    yield opened
    opened.close()


def test_records_behind_a_position(tmp_path: Path, journal: Journal) -> None:
    """Newest first, over segments of any number, from the very next line on."""
    stream = stream_path(tmp_path, 3)
    journal.append([b'{"n":0}'])
    segment, used = journal.position()
    assert list(lines_back(stream, since=Position(segment, used))) == []
    expected = []
    for number in range(1, 2500):
        record = b'{"n":%d}' % number
        journal.append([record])
        expected.insert(0, record)
    assert journal.position()[0] > segment
    found = [line.record for line in lines_back(stream, since=Position(segment, used))]
    assert found == expected


def test_what_an_abandoned_segment_holds_behind_its_end_does_not_count(tmp_path: Path, journal: Journal) -> None:
    stream = stream_path(tmp_path, 3)
    journal.append([b'{"n":0}'])
    segment = journal._segment
    assert segment is not None
    at = segment.used
    journal._abandon(segment)
    with segment.path.open("r+b") as file:
        file.seek(at)
        file.write(b"0" * 64 + b' {"n":"never answered"}\n')
    journal.append([b'{"n":1}'])
    found = [line.record for line in lines_back(stream)]
    assert found == [b'{"n":1}', b'{"n":0}']


def test_only_successful_uses_are_taken_from_records(house: House) -> None:
    key_id = house.ok("CreateKey")["KeyMetadata"]["KeyId"]
    sent = [
        house.request("Encrypt", {"KeyId": key_id, "Plaintext": "aGk="}),
        house.request("Encrypt", {"KeyId": key_id, "Plaintext": "aGk=", "DryRun": True}),
        house.request("Decrypt", {"CiphertextBlob": "aGk="}),
        house.request("DescribeKey", {"KeyId": key_id}),
        house.request("CreateAlias", {"AliasName": "alias/a", "TargetKeyId": key_id}),
    ]
    decided = [house.pipeline.carry_out(request, house.store, 0).decided for request in sent]
    newest_first = [b'{"slot":1}', b"\xff", *(one.record for one in reversed(decided))]
    (usage,) = last_uses(newest_first)
    assert (usage.key_id, usage.operation, usage.event_id, usage.request_id) == (
        key_id,
        "Encrypt",
        decided[0].event_id,
        decided[0].request_id,
    )
    assert usage.used_s == int(house.now)


def test_recovery_begins_where_the_last_flush_ended(tmp_path: Path, journal: Journal, house: House) -> None:
    """At the first start nothing is read; then what came behind the mark, for keys that there still are."""
    key_id = house.ok("CreateKey")["KeyMetadata"]["KeyId"]

    def encrypt() -> Any:
        request = house.request("Encrypt", {"KeyId": key_id, "Plaintext": "aGk="})
        decided = house.pipeline.carry_out(request, house.store, 0).decided
        journal.append([decided.record])
        return decided

    def kept(store: MemoryStore) -> KeyUsage | None:
        with store.snapshot() as view:
            found: KeyUsage | None = view.get(KeyUsage, "111122223333", "us-east-1", key_id)
            return found

    store, gone = house.store, MemoryStore()
    encrypt()
    for one in (store, gone):
        KeyUses(one, journal, 3, IdentityUses()).recover(tmp_path)
        assert kept(one) is None
    second = encrypt()
    for one in (store, gone):
        KeyUses(one, journal, 3, IdentityUses()).recover(tmp_path)
    found = kept(store)
    assert found is not None
    assert found.event_id == second.event_id
    assert kept(gone) is None
    third = encrypt()
    KeyUses(store, journal, 0, IdentityUses()).recover(tmp_path, others=[3, 5])
    found = kept(store)
    assert found is not None
    assert found.event_id == third.event_id


@pytest.fixture
def house() -> House:
    return House()
