"""Webhooks are told of what happens: each thing at least once, signed, from where they were, whatever the other side does."""

import base64
import hashlib
import hmac
import json
import os
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from strongroom.audit.journal import Journal
from strongroom.audit.readers import kept_positions
from strongroom.bootstrap import open_store
from strongroom.cli.main import main
from strongroom.model.change import Insert, Update
from strongroom.model.key import Key
from strongroom.server.announcing import Announcer, secret_of, signed
from strongroom.server.forwarding import webhook_of
from strongroom.server.settings import Announcements, DataDirectory
from support.nouns import key as some_key
from support.receiver import Receiver
from support.server import Server

SECRET = base64.b64encode(b"a secret of 32 bytes, as it were").decode()
TIME = 1_767_225_600  # 2026-01-01T00:00:00Z
DAY = 86_400


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with closing(Receiver()) as one:
        yield one


@pytest.fixture
def data(tmp_path: Path) -> DataDirectory:
    data = DataDirectory(tmp_path)
    open_store(data.database).close()
    return data


@pytest.fixture
def journal(data: DataDirectory) -> Iterator[Journal]:
    with closing(Journal.open(data.journal, 0, segment_bytes=65536, clock=lambda: 0.0, server_id="test")) as one:
        yield one


def record(name: str, second: int = TIME, **changes: Any) -> bytes:
    members = {
        "userIdentity": {"arn": "arn:aws:iam::111122223333:user/Alice"},
        "eventTime": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(second)),
        "eventSource": "kms.amazonaws.com",
        "eventName": name,
        "awsRegion": "us-east-1",
        "eventID": os.urandom(16).hex(),
        "readOnly": False,
        "resources": [],
        "eventType": "AwsApiCall",
        "recipientAccountId": "111122223333",
    }
    return json.dumps(members | changes, separators=(",", ":")).encode()


def denied(second: int = TIME) -> bytes:
    return record("Decrypt", second, readOnly=True, errorCode="AccessDeniedException")


def announcer(data: DataDirectory, url: str, now: float = TIME, **settings: Any) -> Announcer:
    return Announcer(data, url, Announcements((url,), **settings), lambda: now)


def named(receiver: Receiver) -> list[str]:
    return [event["detail"]["eventName"] for event in receiver.events]


def test_from_now_on_and_on_from_there(data: DataDirectory, journal: Journal, receiver: Receiver) -> None:
    """The past is not told; the last minute is, since this process starts after the server."""
    journal.append([record(f"Old{number}", TIME - 1000) for number in range(300)])
    journal.append([record("Recent", TIME - 30), record("Decrypt", readOnly=True)])
    one = announcer(data, receiver.url)
    journal.append([record("New"), record("Newer")])
    assert one.step() == 3
    assert named(receiver) == ["Recent", "New", "Newer"]
    assert (one.step(), len(receiver.taken)) == (0, 3)
    one.stop()
    journal.append([record("Late")])
    later = announcer(data, receiver.url, now=TIME + 9 * DAY)
    assert later.step() == 1
    assert named(receiver)[3:] == ["Late"]
    (positions,) = kept_positions(data.journal).values()
    assert list(positions) == [0]
    later.stop()


def test_what_was_not_taken_is_told_again_with_the_same_id(
    data: DataDirectory, journal: Journal, receiver: Receiver
) -> None:
    one = announcer(data, receiver.url, denied_count=3)
    journal.append([record("First"), denied(), denied(), record("Second"), denied()])
    for _ in range(2):
        receiver.statuses = [204, 500]
        with pytest.raises(OSError, match="answered 500"):
            one.step()
    assert one.step() == 3
    events = receiver.events
    assert [event["detail"].get("eventName", "burst") for event in events] == ["First"] * 3 + ["Second", "burst"]
    assert len({event["id"] for event in events}) == 3
    assert {headers["webhook-id"] for headers, _ in receiver.refused} == {events[3]["id"]}
    assert events[4]["detail"]["count"] == 3, "what was counted before a failure is not counted twice"
    one.stop()


def test_refusals_are_counted_over_a_restart(data: DataDirectory, journal: Journal, receiver: Receiver) -> None:
    one = announcer(data, receiver.url, denied_count=3)
    journal.append([denied(), denied()])
    assert one.step() == 0
    one.stop()
    journal.append([denied()])
    again = announcer(data, receiver.url, denied_count=3)
    assert again.step() == 1
    assert receiver.events[0]["detail-type"] == "Access Denied Burst"
    again.stop()
    nobody = announcer(data, receiver.url, denied_count=None)
    journal.append([denied()] * 9)
    assert nobody.step() == 0
    nobody.stop()


def test_a_dead_webhook_waits_and_holds_the_journal(data: DataDirectory, journal: Journal, receiver: Receiver) -> None:
    one = announcer(data, receiver.url)
    receiver.close()
    journal.append([record("DisableKey")])
    before = kept_positions(data.journal)
    with pytest.raises(OSError, match="refused"):
        one.step()
    assert kept_positions(data.journal) == before
    one.start()
    time.sleep(0.7)
    started = time.monotonic()
    one.stop()
    assert time.monotonic() - started < 3
    with closing(Receiver()) as back:
        other = announcer(data, receiver.url)
        other._webhook = webhook_of(back.url)  # it answers again
        assert other.step() == 1
        other._webhook.close()
        other.stop()


def test_a_lost_file_does_not_begin_again(data: DataDirectory, journal: Journal, receiver: Receiver) -> None:
    one = announcer(data, receiver.url)
    journal.append([record("First")])
    assert one.step() == 1
    one.stop()
    for path in data.events.iterdir():
        path.write_text("{")
    journal.append([record("Second", TIME + DAY)])
    again = announcer(data, receiver.url, now=TIME + 2 * DAY)
    assert again.step() == 1
    assert named(receiver) == ["First", "Second"]
    again.stop()


def test_material_that_will_expire_is_told_once_for_each_expiry(data: DataDirectory, receiver: Receiver) -> None:
    keys = {
        name: some_key(key_id=name, expires_ms=(TIME + days * DAY) * 1000)
        for name, days in (("soon", 3), ("later", 20), ("past", -1))
    }
    store = open_store(data.database)
    store.commit([Insert(key) for key in keys.values()])
    one = announcer(data, receiver.url, expiring_days=7)
    assert one.step() == 1
    (event,) = receiver.events
    assert (event["detail-type"], event["detail"]["key-id"]) == ("KMS Imported Key Material Expiring", "soon")
    one._next_look = 0.0
    assert one.step() == 0
    one.stop()
    again = announcer(data, receiver.url, now=TIME + 14 * DAY, expiring_days=7)
    assert again.step() == 1
    assert receiver.events[1]["detail"]["key-id"] == "later"
    with store.snapshot() as view:
        (key,) = view.page(Key, {"key_id": "later"}, limit=2)
    store.commit([Update(replace(key, expires_ms=(TIME + 19 * DAY) * 1000))])
    again._next_look = 0.0
    receiver.statuses = [503]
    with pytest.raises(OSError, match="503"):
        again.step()
    assert again.step() == 1
    assert len({event["id"] for event in receiver.events}) == 3
    again.stop()
    store.close()


def test_signatures_are_those_of_standard_webhooks(data: DataDirectory, journal: Journal, receiver: Receiver) -> None:
    one = announcer(data, receiver.url, secret=secret_of(f"whsec_{SECRET}\n"))
    journal.append([record("DisableKey")])
    assert one.step() == 1
    one.stop()
    ((headers, body),) = receiver.taken
    check_signature(headers, body)
    assert headers["content-type"] == "application/json"


def check_signature(headers: dict[str, str], body: bytes) -> None:
    said = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    expected = base64.b64encode(hmac.new(base64.b64decode(SECRET), said, hashlib.sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{expected}"
    assert abs(int(headers["webhook-timestamp"]) - time.time()) < 60


def test_the_specifications_example_of_a_signature() -> None:
    """Standard Webhooks, "Verifying signatures manually": its secret, message and signature."""
    secret = secret_of("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    assert signed(secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}') == {
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    }


@pytest.mark.parametrize("secret", ["", "short", "whsec_", "whsec_c2hvcnQ=", "whsec_%%%", SECRET])
def test_secrets_that_are_none(secret: str) -> None:
    with pytest.raises(ValueError, match="openssl rand"):
        secret_of(secret)


@pytest.mark.parametrize(
    "options",
    [
        ("--events", "syslog://h"),
        ("--events", "h"),
        ("--events-denied", "0/1m"),
        ("--events-denied", "20"),
        ("--events-denied", "2000/1m"),
        ("--events-denied", "5/soon"),
        ("--events-secret-file", __file__),
    ],
)
def test_options_that_cannot_be_meant(tmp_path: Path, options: tuple[str, str]) -> None:
    done = CliRunner().invoke(main, ["serve", "--data", str(tmp_path / "none"), *options])
    assert done.exit_code == 2
    assert options[0] in done.output
    assert not (tmp_path / "none").exists()


def test_a_server_tells_what_happens(start_server: Any, tmp_path: Path, receiver: Receiver) -> None:
    """Rotation, deletion scheduled and done, keys disabled, refusals: signed, by the process that has no keys."""
    secret = tmp_path / "secret"
    secret.write_text(f"whsec_{SECRET}\n")
    options = ["--test-clock", "--events", receiver.url, "--events-secret-file", str(secret), "--events-denied", "3/1m"]
    server: Server = start_server(workers=1, options=options)
    kms = server.boto3()
    key_id, doomed = (kms.create_key()["KeyMetadata"]["KeyId"] for _ in range(2))
    receiver.wait_for(lambda events: len(events) >= 2)  # it follows from now on, whatever the clock does
    kms.rotate_key_on_demand(KeyId=key_id)
    kms.disable_key(KeyId=key_id)
    kms.schedule_key_deletion(KeyId=doomed, PendingWindowInDays=7)
    kms.cancel_key_deletion(KeyId=doomed)
    kms.schedule_key_deletion(KeyId=doomed, PendingWindowInDays=7)
    server.user("nobody")
    nobody = server.boto3(profile="nobody")
    for _ in range(3):
        with pytest.raises(nobody.exceptions.ClientError):
            nobody.describe_key(KeyId=key_id)
    assert CliRunner().invoke(main, ["clock", "advance", "8d", "--data", str(server.data)]).exit_code == 0

    def kinds(events: list[dict[str, Any]]) -> set[str]:
        return {event["detail-type"] for event in events}

    wanted = {"KMS CMK Rotation", "KMS CMK Deletion", "Access Denied Burst"}
    events = receiver.wait_for(lambda events: wanted <= kinds(events))
    called = {event["detail"]["eventName"] for event in events if event["detail-type"] == "AWS API Call via CloudTrail"}
    assert called >= {
        "CreateKey", "RotateKeyOnDemand", "DisableKey", "ScheduleKeyDeletion", "CancelKeyDeletion",
    }  # fmt: skip
    (gone,) = {event["resources"][0] for event in events if event["detail-type"] == "KMS CMK Deletion"}
    assert gone.endswith(doomed)
    for headers, body in receiver.taken:
        check_signature(headers, body)
    assert server.stop() == 0
