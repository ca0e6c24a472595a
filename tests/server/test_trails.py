"""Trails of a running server that deliver to directories: over a kill, and verified without a server."""

import gzip
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from support.server import Server


def verify(server: Server) -> tuple[int, str]:
    command = [sys.executable, "-m", "strongroom.cli.main", "audit", "verify", "--data", str(server.data)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    return done.returncode, done.stdout


def test_a_kill_leaves_no_gap_and_a_changed_file_is_named(start_server: Any) -> None:
    server: Server = start_server(workers=2, options=["--test-clock"])
    cloudtrail, kms = server.boto3("cloudtrail"), server.boto3()
    cloudtrail.create_trail(Name="main", S3BucketName="vault", EnableLogFileValidation=True)
    cloudtrail.start_logging(Name="main")
    for _ in range(5):
        kms.create_key()
    server.cli("clock", "advance", "1h")
    kms.create_key()
    server.kill()
    server.start()
    kms = server.fresh_boto3()
    kms.create_key()
    server.cli("clock", "advance", "1h")
    delivered = [
        record["eventID"]
        for path in (server.data / "trails" / "vault").rglob("*_CloudTrail_*.json.gz")
        for record in json.loads(gzip.decompress(path.read_bytes()))["Records"]
    ]
    assert {record["eventID"] for record in server.records() if record["eventName"] == "CreateKey"} <= {*delivered}
    code, said = verify(server)
    assert code == 0, said
    assert "digest files" in said

    (newest, *_) = sorted((server.data / "trails").rglob("*_CloudTrail-Digest_*.json.gz"), reverse=True)
    body = newest.read_bytes()
    newest.unlink()
    code, said = verify(server)
    assert code == 1
    assert f"{newest.name} is missing" in said
    newest.write_bytes(body)
    log = Path(next((server.data / "trails").rglob("*_CloudTrail_*.json.gz")))
    log.write_bytes(gzip.compress(gzip.decompress(log.read_bytes()).replace(b"us-east-1", b"us-east-2", 1)))
    code, said = verify(server)
    assert code == 1
    assert f"{log.name} is not what was put there" in said
    assert said.endswith("NOT INTACT\n")
