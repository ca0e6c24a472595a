"""The audit journal of a real server, found by its command line while it runs and when it is stopped."""

import csv
import json
import os
import select
import shutil
import signal
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from strongroom.audit.index.database import FILE
from strongroom.audit.journal import Journal
from strongroom.audit.retention import Retention
from strongroom.server.indexer import Follower
from strongroom.server.settings import DataDirectory
from support.server import Server


def found(server: Server, *options: str) -> list[dict[str, Any]]:
    out = server.cli("audit", "search", *options, "--format", "json")
    return [json.loads(line) for line in out.splitlines() if line.startswith("{")]


def test_search_export_and_report(server: Server) -> None:
    kms = server.boto3()
    key = kms.create_key()["KeyMetadata"]
    context = {"tenant": "search test", "a": "=1"}
    made = kms.generate_data_key(KeyId=key["KeyId"], KeySpec="AES_256", EncryptionContext=context)
    with pytest.raises(kms.exceptions.InvalidCiphertextException):
        kms.decrypt(CiphertextBlob=made["CiphertextBlob"])
    one = found(server, "--context", "tenant=search test", "--context", "a==1")
    assert [record["eventName"] for record in one] == ["GenerateDataKey"]
    assert one[0]["requestID"] == made["ResponseMetadata"]["RequestId"]
    assert found(server, "--request-id", one[0]["requestID"]) == one
    assert found(server, "--event-id", one[0]["eventID"], "--since", "1h") == one
    assert found(server, "--event-id", one[0]["eventID"], "--until", "2026-01-01") == []
    names = [record["eventName"] for record in found(server, "--key", key["Arn"], "--oldest-first")]
    assert names == ["CreateKey", "GenerateDataKey", "Decrypt"]
    assert [r["eventName"] for r in found(server, "--key", key["KeyId"], "--error", "any")] == ["Decrypt"]
    rows = list(csv.DictReader(server.cli("audit", "export", "--key", key["KeyId"], "--format", "csv").splitlines()))
    assert [row["operation"] for row in rows if row["event id"]] == names
    assert "GenerateDataKey" in server.cli("audit", "tail", "--key", key["KeyId"], "-n", "2")
    report = server.cli("key", "report", key["KeyId"])
    assert "by operation GenerateDataKey: 1, last" in report
    assert "2 answered, 1 refused" in report
    unused = server.cli("keys", "unused", "--days", "90")
    assert key["KeyId"] not in unused
    assert "index " in server.cli("status")


def test_every_attribute_finds_a_call_as_soon_as_it_is_answered(server: Server) -> None:
    kms, trail = server.boto3(), server.fresh_boto3("cloudtrail")
    arn = kms.create_key()["KeyMetadata"]["Arn"]
    record = server.record_of(kms.encrypt(KeyId=arn, Plaintext=b"x"))
    caller = record["userIdentity"]

    def found_by(name: str, value: str) -> set[str | None]:  # service events have no request
        asked = [{"AttributeKey": name, "AttributeValue": value}]
        events = trail.lookup_events(LookupAttributes=asked)["Events"]
        return {json.loads(event["CloudTrailEvent"]).get("requestID") for event in events}

    assert found_by("EventId", record["eventID"]) == {record["requestID"]}
    for name, value in (
        ("ResourceName", arn),
        ("EventName", "Encrypt"),
        ("Username", caller["userName"]),
        ("AccessKeyId", caller["accessKeyId"]),
        ("ResourceType", "AWS::KMS::Key"),
        ("EventSource", "kms.amazonaws.com"),
        ("ReadOnly", "true"),
    ):
        request_id = kms.encrypt(KeyId=arn, Plaintext=b"x")["ResponseMetadata"]["RequestId"]
        assert request_id in found_by(name, value), name
    assert found_by("Username", "nobody-who-ever-called") == set()


def test_a_stopped_server_s_journal_can_be_searched(start_server: Any) -> None:
    server = start_server(workers=1)
    key_id = server.fresh_boto3().create_key()["KeyMetadata"]["KeyId"]
    server.kill()
    assert [record["eventName"] for record in found(server, "--key", key_id)] == ["CreateKey"]
    assert "in the index" in server.cli("audit", "index", "--rebuild")
    assert [record["eventName"] for record in found(server, "--key", key_id)] == ["CreateKey"]


def test_following(server: Server) -> None:
    command = [sys.executable, "-m", "strongroom.cli.main", "audit", "tail", "-f", "-n", "0", "--format", "json"]
    command += ["--operation", "GenerateRandom", "--data", str(server.data)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as tail:
        assert tail.stdout is not None
        deadline = time.monotonic() + 30
        sent = []
        while not sent or (not comes(tail.stdout.fileno()) and time.monotonic() < deadline):
            sent.append(server.boto3().generate_random(NumberOfBytes=8)["ResponseMetadata"]["RequestId"])
        assert json.loads(tail.stdout.readline())["requestID"] in sent
        tail.send_signal(signal.SIGINT)
        assert tail.wait(10) == 0


def comes(descriptor: int) -> bool:
    return bool(select.select([descriptor], [], [], 0.3)[0])


def test_the_indexing_process_comes_back_and_ends_with_the_server(start_server: Any) -> None:
    server = start_server(workers=1)
    first = wait_for_indexer(server, 0)
    os.kill(first, signal.SIGKILL)
    second = wait_for_indexer(server, first)
    assert server.stop() == 0
    assert not Path(f"/proc/{second}").exists()


def test_an_index_deleted_under_its_process_is_made_again(tmp_path: Path) -> None:
    data = DataDirectory(tmp_path)
    with closing(Journal.open(data.journal, 0, segment_bytes=65536, clock=lambda: 0.0, server_id="test")) as journal:
        with closing(Follower(data, Retention())) as follower:
            follower.turn()
            shutil.rmtree(data.index)
            journal.append([b'{"eventTime":"2026-01-01T00:00:00Z"}'])
            assert follower.turn() > 1, "it waits a little, and then begins again"
            assert follower.turn() == 1
        assert (data.index / FILE).exists()


def wait_for_indexer(server: Server, other_than: int) -> int:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        for command in Path("/proc").glob("[0-9]*/cmdline"):
            try:
                text = command.read_bytes()
            except OSError:
                continue
            pid = int(command.parent.name)
            if b"strongroom.server.indexer" in text and str(server.data).encode() in text and pid != other_than:
                return pid
        time.sleep(0.1)
    raise AssertionError("nobody fills the index")
