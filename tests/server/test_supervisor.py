"""The parent process and its signals: workers replaced one by one, the keyboard's interrupt, a stop before it is ready."""

import os
import signal
import sys
import time
from pathlib import Path
from typing import Any

from botocore.config import Config

from support.program import Program, alive, children
from support.server import Server


def test_hangup_replaces_the_workers_and_interrupt_ends_them(start_server: Any) -> None:
    """Ctrl-C reaches the whole process group at once."""
    server: Server = start_server(workers=2)
    before = children(server.pid)
    key_id = server.fresh_boto3().create_key()["KeyMetadata"]["KeyId"]
    os.kill(server.pid, signal.SIGHUP)
    kms = server.fresh_boto3(
        config=Config(retries={"total_max_attempts": 5})
    )  # a connection may end when it has just begun
    deadline = time.monotonic() + 30
    while set(before) & set(children(server.pid)) and time.monotonic() < deadline:
        assert kms.describe_key(KeyId=key_id)["KeyMetadata"]["KeyId"] == key_id
    after = children(server.pid)
    assert (len(after), set(before) & set(after)) == (2, set())
    assert server.fresh_boto3().encrypt(KeyId=key_id, Plaintext=b"hello")["CiphertextBlob"]
    os.killpg(server.pid, signal.SIGINT)
    assert server._running()._process.wait(20) == 0
    assert not any(alive(worker) for worker in after)
    assert "Traceback" not in server.output()
    assert "intact" in server.cli("audit", "verify")


def test_a_stop_before_it_is_ready(start_server: Any, tmp_path: Path) -> None:
    """Whatever it is at: nobody is left behind, and the next start completes what this one began."""
    server: Server = start_server(start=False, workers=2)
    for seen in ("strongroom.db", "endpoint"):
        arguments = [
            sys.executable,
            "-m",
            "strongroom.cli.main",
            "serve",
            "--port",
            str(server.port),
            "--data",
            str(server.data),
            "--workers",
            "2",
        ]
        with Program(arguments, tmp_path / "log") as program:
            program.wait_until((server.data / seen).exists, f"making {seen}", 30)
            left = children(program.pid)
            assert program.stop() in {0, -signal.SIGTERM}
            assert not any(alive(worker) for worker in left)
            assert "Traceback" not in program.output()
    server.start()
    assert server.boto3().list_keys()["Keys"] == []
