"""What happens by itself on a running server, whose clock the tests move: rotation, deletion, restarts and kill -9."""

import contextlib
import sqlite3
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError
from click.testing import CliRunner

from strongroom.cli.main import main
from support.server import Server

YEAR = 365 * 86_400
HELLO = b"hello"


def cli(server: Server, *arguments: str) -> str:
    """Run ``strongroom`` in this process, which has all modules already: a process of its own takes a second."""
    done = CliRunner().invoke(main, [*arguments, "--data", str(server.data)])
    assert done.exit_code == 0, done.output
    return done.output


def events(server: Server, name: str) -> list[dict[str, Any]]:
    """Return the service events of that name, once the journal holds all that the outbox promises."""
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        found = [record for record in server.records() if record["eventType"] == "AwsServiceEvent"]
        with contextlib.closing(sqlite3.connect(server.data / "strongroom.db")) as connection:
            promised = {row[0] for row in connection.execute("SELECT event_id FROM outbox")}
        if promised <= {record["eventID"] for record in server.records()}:
            return [record for record in found if record["eventName"] == name]
        time.sleep(0.05)
    raise AssertionError("the outbox is not drained")


def wrapped_material(server: Server, key_id: str) -> list[bytes]:
    with contextlib.closing(sqlite3.connect(server.data / "strongroom.db")) as connection:
        return [row[0] for row in connection.execute("SELECT wrapped FROM key_materials WHERE key_id = ?", (key_id,))]


def files_with(server: Server, needles: list[bytes]) -> list[Path]:
    files = [path for path in server.data.rglob("*") if path.is_file()]
    return [path for path in files if any(needle in path.read_bytes() for needle in needles)]


def test_years_pass(start_server: Any) -> None:
    """A key rotates by itself, another is destroyed; both are journalled once, and the clock survives a restart."""
    server: Server = start_server(workers=2, options=["--test-clock"])
    assert "WARNING: this server has a test clock" in server.output()
    kms = server.boto3()
    rotating, doomed = (kms.create_key()["KeyMetadata"]["KeyId"] for _ in range(2))
    kms.enable_key_rotation(KeyId=rotating)
    blob = kms.encrypt(KeyId=rotating, Plaintext=HELLO)["CiphertextBlob"]
    kms.create_alias(AliasName="alias/doomed", TargetKeyId=doomed)
    lost = kms.encrypt(KeyId=doomed, Plaintext=HELLO)["CiphertextBlob"]
    kms.schedule_key_deletion(KeyId=doomed, PendingWindowInDays=7)
    wrapped = wrapped_material(server, doomed)
    assert files_with(server, wrapped)
    assert [line.split()[0] for line in cli(server, "jobs").splitlines() if "nothing due" in line] == [
        "expiry",
        "trails",
    ]

    assert "all that was due is done" in cli(server, "clock", "advance", "365d")
    assert "365 days 0.0 hours ahead" in cli(server, "clock", "show")
    assert kms.decrypt(CiphertextBlob=blob)["Plaintext"] == HELLO
    (rotation,) = kms.list_key_rotations(KeyId=rotating)["Rotations"]
    assert rotation["RotationType"] == "AUTOMATIC"
    assert abs(rotation["RotationDate"].timestamp() - time.time() - YEAR) < 60
    with pytest.raises(ClientError, match="does not exist"):
        kms.describe_key(KeyId=doomed)
    with pytest.raises(ClientError, match="AccessDenied"):
        kms.decrypt(CiphertextBlob=lost)
    assert "alias/doomed" not in {alias["AliasName"] for alias in kms.list_aliases()["Aliases"]}
    assert wrapped_material(server, doomed) == []
    assert files_with(server, wrapped) == []

    server.restart()
    kms = server.fresh_boto3()
    new = kms.create_key()["KeyMetadata"]["CreationDate"].timestamp()
    assert abs(new - time.time() - YEAR) < 60
    for _ in range(2):
        cli(server, "clock", "advance", "364d23h59m")
        cli(server, "clock", "advance", "1m")
    assert len(kms.list_key_rotations(KeyId=rotating)["Rotations"]) == 3
    assert [len(events(server, name)) for name in ("RotateKey", "DeleteKey")] == [3, 1]
    assert "3 done in all" in cli(server, "jobs")
    status = cli(server, "status")
    assert "test clock, 1095 days 0.0 hours ahead" in status
    assert "last run" in status
    assert "intact" in cli(server, "audit", "verify")
    assert server.stop() == 0
    assert "NOT" not in cli(server, "audit", "verify")
    assert "no server runs here" in cli(server, "clock", "advance", "1d")
    server._options = ()
    with pytest.raises(AssertionError, match=r"belongs to a test server whose clock is 1096\.0 days ahead"):
        server.start()


def test_killed_at_work_nothing_is_lost_and_nothing_done_twice(start_server: Any) -> None:
    count = 40
    server: Server = start_server(workers=2, options=["--test-clock"])
    kms = server.boto3()
    made = [kms.create_key()["KeyMetadata"]["KeyId"] for _ in range(count)]
    for key_id in made[: count // 2]:
        kms.enable_key_rotation(KeyId=key_id)
    wrapped = [each for key_id in made[count // 2 :] for each in wrapped_material(server, key_id)]
    for key_id in made[count // 2 :]:
        kms.schedule_key_deletion(KeyId=key_id, PendingWindowInDays=7)
    cli(server, "clock", "advance", "365d", "--wait", "0")
    deadline = time.monotonic() + 5
    while not 2 <= left(server) < count and time.monotonic() < deadline:
        time.sleep(0.002)
    server.kill()
    assert 0 < left(server) < count  # it was killed in the middle
    server.start()
    assert "all that was due is done" in cli(server, "clock", "advance", "1s")
    done = Counter(record["resources"][0]["ARN"].rpartition("/")[2] for record in events(server, "RotateKey"))
    assert done == Counter(made[: count // 2])
    gone = Counter(record["resources"][0]["ARN"].rpartition("/")[2] for record in events(server, "DeleteKey"))
    assert gone == Counter(made[count // 2 :])
    kms = server.fresh_boto3()
    assert {len(kms.list_key_rotations(KeyId=key_id)["Rotations"]) for key_id in made[: count // 2]} == {1}
    assert len(kms.list_keys(Limit=1000)["Keys"]) == count // 2
    assert files_with(server, wrapped) == []
    assert "intact" in cli(server, "audit", "verify")
    report = cli(server, "jobs")
    assert report.count(f"{count // 2} done in all") == 2, report


def left(server: Server) -> int:
    """Return how many keys still wait for their rotation or deletion."""
    with contextlib.closing(sqlite3.connect(server.data / "strongroom.db")) as connection:
        rotated = connection.execute("SELECT count(*) FROM key_materials WHERE rotation_type = 'AUTOMATIC'").fetchone()[
            0
        ]
        doomed = connection.execute("SELECT count(*) FROM keys WHERE state = 'PendingDeletion'").fetchone()[0]
        return int(20 - rotated + doomed)
