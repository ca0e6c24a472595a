"""kill -9 under load: what was acknowledged is there, with its record, and the chain holds."""

import os
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from botocore.exceptions import BotoCoreError, ClientError

from support.program import alive, children
from support.server import Server

ROUNDS = 4
CALLERS = 5
SECONDS = 0.4  # of load before each kill, and longer until there were some answers
ANSWERS = 50


@dataclass
class Acknowledged:
    """What the callers were told: request ids, keys by their last state, data keys."""

    requests: list[str] = field(default_factory=list)
    keys: dict[str, str] = field(default_factory=dict)
    data_keys: list[tuple[bytes, bytes]] = field(default_factory=list)
    refusals: list[str] = field(default_factory=list)


def work(client: Any, told: Acknowledged, stop: threading.Event) -> None:
    """Make, use and disable keys until told to stop; a broken connection is no acknowledgement."""

    def said(answer: dict[str, Any]) -> dict[str, Any]:
        told.requests.append(answer["ResponseMetadata"]["RequestId"])
        return answer

    while not stop.is_set():
        try:
            key_id = said(client.create_key())["KeyMetadata"]["KeyId"]
            told.keys[key_id] = "Enabled"
            for _ in range(4):
                made = said(client.generate_data_key(KeyId=key_id, KeySpec="AES_256"))
                told.data_keys.append((made["CiphertextBlob"], made["Plaintext"]))
            for change, state in ((client.disable_key, "Disabled"), (client.enable_key, "Enabled")):
                del told.keys[key_id]  # between a call and its answer either state is right
                said(change(KeyId=key_id))
                told.keys[key_id] = state
        except ClientError as error:
            told.refusals.append(str(error))
        except BotoCoreError:
            stop.wait(0.02)


def load(server: Server, told: Acknowledged) -> tuple[threading.Event, list[threading.Thread]]:
    stop = threading.Event()
    threads = [threading.Thread(target=work, args=(server.fresh_boto3(), told, stop)) for _ in range(CALLERS)]
    for thread in threads:
        thread.start()
    return stop, threads


def end(stop: threading.Event, threads: list[threading.Thread]) -> None:
    stop.set()
    for thread in threads:
        thread.join()


def check(server: Server, told: Acknowledged) -> None:
    """Everything acknowledged is there: keys in their states, data keys, exactly one record each, an intact chain."""
    assert told.refusals == []
    kms = server.fresh_boto3()
    for key_id, state in told.keys.items():
        assert kms.describe_key(KeyId=key_id)["KeyMetadata"]["KeyState"] == state
    for blob, plaintext in told.data_keys[:: max(1, len(told.data_keys) // 50)]:
        try:
            assert kms.decrypt(CiphertextBlob=blob)["Plaintext"] == plaintext
        except kms.exceptions.DisabledException:  # its caller was killed between disabling and enabling
            continue
    recorded = Counter(record.get("requestID") for record in server.records())
    assert [request for request in told.requests if recorded[request] != 1] == []
    assert "intact" in server.cli("audit", "verify")


@pytest.mark.slow
def test_kill_the_whole_server_many_times(start_server: Any) -> None:
    server, told = start_server(workers=2), Acknowledged()
    for _ in range(ROUNDS):
        before = len(told.requests)
        stop, threads = load(server, told)
        stop.wait(SECONDS)
        while len(told.requests) < before + ANSWERS:
            stop.wait(0.05)
        server.kill()
        end(stop, threads)
        server.start()
    check(server, told)


def _eventually(happened: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + 30
    while not happened():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def test_kill_one_worker(start_server: Any) -> None:
    """The supervisor starts another in its place; callers of the other one notice nothing."""
    server, told = start_server(workers=2), Acknowledged()
    stop, threads = load(server, told)
    stop.wait(SECONDS)
    for _ in range(2):
        workers = children(server.pid)
        os.kill(workers[-1], signal.SIGKILL)
        assert _eventually(lambda gone=workers[-1]: len(now := children(server.pid)) == 2 and gone not in now)
        stop.wait(SECONDS)
    end(stop, threads)
    assert _eventually(lambda: len(children(server.pid)) == 2)
    check(server, told)
    assert server.stop() == 0


def test_sigterm_under_load_answers_what_was_taken_up(start_server: Any) -> None:
    server, told = start_server(workers=2), Acknowledged()
    stop, threads = load(server, told)
    stop.wait(SECONDS)
    assert server.stop() == 0
    end(stop, threads)
    server.start()
    check(server, told)


def test_workers_end_with_their_supervisor(start_server: Any) -> None:
    server = start_server(workers=2)
    workers = children(server.pid)
    assert len(workers) == 2
    os.kill(server.pid, signal.SIGKILL)
    deadline = time.monotonic() + 20
    while any(alive(worker) for worker in workers) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not any(alive(worker) for worker in workers)


@pytest.fixture(autouse=True)
def _generous(request: pytest.FixtureRequest) -> None:
    request.node.add_marker(pytest.mark.timeout(300))
