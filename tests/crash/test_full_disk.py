"""A full disk: requests are refused, nothing acknowledged is lost, and service returns by itself when there is room."""

import gzip
import json
import os
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from strongroom.server.attempts import SharedAttempts
from strongroom.server.pulse import Pulse
from strongroom.store.generation import Generation
from support.server import Server


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    mount = tmp_path / "disk"
    mount.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", str(mount)]
    if subprocess.run(command, check=False, capture_output=True).returncode:
        pytest.skip("mounting a tmpfs needs root")
    yield mount
    subprocess.run(["umount", "--lazy", str(mount)], check=True)


@pytest.fixture
def server(small_disk: Path) -> Iterator[Server]:
    one = Server(small_disk, workers=1, options=["--journal-segment-bytes", "65536", "--trail-interval", "1"])
    try:
        one.start()
        yield one
    finally:
        one.close()


def health(server: Server) -> int:
    try:
        with urllib.request.urlopen(f"{server.endpoint}/healthz", timeout=20) as answer:  # noqa: S310 - our own server
            status: int = answer.status
    except urllib.error.HTTPError as error:
        status = error.code
        error.close()
    return status


def delivered(server: Server) -> set[str]:
    return {
        record.get("requestID")
        for path in (server.data / "trails").rglob("*_CloudTrail_*.json.gz")
        for record in json.loads(gzip.decompress(path.read_bytes()))["Records"]
    }


def fill(path: Path) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT)
    with suppress(OSError):
        while True:
            os.write(descriptor, bytes(4096))
    os.close(descriptor)


def answers_until_refused(disk: Path, ask: Callable[[], dict[str, Any] | None]) -> list[dict[str, Any]]:
    """Ask on a full disk until that is refused; return what was answered before.

    What gives up a write of its own (the index, a log of the store) may leave room for one more record: that answer counts.
    """
    answers: list[dict[str, Any]] = []
    while len(answers) < 50:
        answer = ask()
        if answer is None:
            return answers
        answers.append(answer)
        fill(disk / f"filler-{len(list(disk.glob('filler*')))}")
    pytest.fail("nothing was refused")


def test_requests_are_refused_until_there_is_room(server: Server, small_disk: Path) -> None:
    kms, acknowledged, refused = server.fresh_boto3(), [], []

    def call(operation: str, **members: Any) -> dict[str, Any] | None:
        try:
            answer: dict[str, Any] = getattr(kms, operation)(**members)
        except ClientError as error:
            refused.append(error)
            return None
        acknowledged.append(answer["ResponseMetadata"]["RequestId"])
        return answer

    cloudtrail = server.fresh_boto3("cloudtrail")
    cloudtrail.create_trail(Name="main", S3BucketName="vault", EnableLogFileValidation=True)
    cloudtrail.start_logging(Name="main")
    created = call("create_key")
    assert created is not None
    key_id = created["KeyMetadata"]["KeyId"]
    assert health(server) == 200

    keys, state = [key_id], "Enabled"
    fill(small_disk / "filler")
    for _ in range(2000):
        if call("generate_data_key", KeyId=key_id, KeySpec="AES_256") is None:
            break
    assert refused, "the disk never filled"
    assert health(server) == 503
    made = answers_until_refused(small_disk, lambda: call("create_key"))
    keys += [answer["KeyMetadata"]["KeyId"] for answer in made]
    if answers_until_refused(small_disk, lambda: call("disable_key", KeyId=key_id)):
        state = "Disabled"
    answers_until_refused(small_disk, lambda: call("generate_random", NumberOfBytes=8))
    for error in refused:
        assert error.response["Error"]["Code"] == "KMSInternalException"
        assert error.response["ResponseMetadata"]["HTTPStatusCode"] == 500

    for filler in small_disk.glob("filler*"):
        filler.unlink()
    deadline = time.monotonic() + 30
    while call("generate_random", NumberOfBytes=8) is None:
        assert time.monotonic() < deadline, "service did not come back"
    assert health(server) == 200
    described = kms.describe_key(KeyId=key_id)["KeyMetadata"]
    assert described["KeyState"] == state
    assert sorted(key["KeyId"] for key in kms.list_keys()["Keys"]) == sorted(keys)
    assert call("create_key") is not None

    recorded = {record.get("requestID") for record in server.records()}
    assert [request for request in acknowledged if request not in recorded] == []
    while not set(acknowledged) <= delivered(server):  # log files could not be put either
        assert time.monotonic() < deadline, "the trail did not get everything"
        time.sleep(0.05)
    assert server.stop() == 0
    assert server.cli("audit", "verify").endswith("\nintact\n")


def test_what_workers_share_has_its_room_from_the_start(tmp_path: Path) -> None:
    """A worker that writes to shared memory for which the disk has no room is killed, and so would be the next."""
    Generation(tmp_path / "generation", 0)
    Pulse(tmp_path / "pulse", 0, time.time)
    SharedAttempts(tmp_path / "attempts", time.time)
    taken = {path.name: path.stat() for path in tmp_path.iterdir() if path.suffix != ".lock"}
    assert {"generation", "pulse", "attempts"} <= set(taken)
    for name, of in taken.items():
        assert of.st_blocks * 512 >= of.st_size, name
