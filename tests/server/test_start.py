"""Starting and stopping: what a first start makes, what a second finds, and every refusal in one plain line."""

import os
import socket
import sqlite3
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from strongroom.cli.main import main
from strongroom.operations.table import BUILT
from support import forked
from support.server import Server

HELLO = b"hello"


def strongroom(*arguments: str | Path) -> forked.Done:
    environment = {name: value for name, value in os.environ.items() if name not in {"DATA", "PORT", "WORKERS", "HOST"}}
    return forked.run(arguments, environment)


def refused(server: Server, *options: str) -> str:
    """Start where starting must fail, in this process, which has all modules already; return the one line that says why."""
    arguments = ["serve", "--data", str(server.data), "--port", str(server.port), "--workers", "1", *options]
    done = CliRunner().invoke(main, arguments)
    return reason(done.exit_code, done.stdout, done.stderr)


def reason(code: int, stdout: str, stderr: str) -> str:
    assert code == 1, stdout + stderr
    assert "Traceback" not in stderr
    assert "strongroom ready" not in stdout
    lines = [line for line in stderr.splitlines() if line.startswith("Error: ")]
    assert len(lines) == 1, stderr
    return lines[0]


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_first_start_makes_everything_and_a_second_finds_it(start_server: Any) -> None:
    server = start_server(workers=1, fresh=True)
    assert server.output().count("strongroom ready ") == 1
    assert mode(server.data) == 0o700
    for name in ("credentials", "root.key", "strongroom.db"):
        assert mode(server.data / name) == 0o600, name
    assert mode(server.data / "journal") == 0o700
    assert server.endpoint == f"http://127.0.0.1:{server.port}"
    key_id = server.boto3().create_key()["KeyMetadata"]["KeyId"]
    blob = server.boto3().encrypt(KeyId=key_id, Plaintext=HELLO)["CiphertextBlob"]
    identity = server.boto3("sts").get_caller_identity()
    credentials, root_key = server.credentials.read_bytes(), (server.data / "root.key").read_bytes()
    server.restart()
    assert server.credentials.read_bytes() == credentials
    assert (server.data / "root.key").read_bytes() == root_key
    again = server.boto3("sts").get_caller_identity()
    assert (again["Account"], again["Arn"]) == (identity["Account"], identity["Arn"])
    assert server.boto3().decrypt(CiphertextBlob=blob)["Plaintext"] == HELLO


def test_root_keys_that_are_not_the_right_one(start_server: Any) -> None:
    server = start_server(workers=1)
    server.stop()
    root_key = server.data / "root.key"
    right = root_key.read_text()
    root_key.write_text("strongroom-root-key-v1:" + "00" * 32)
    assert "is not the one that protects this data directory" in refused(server)
    root_key.write_text(right)
    root_key.chmod(0o644)
    assert "chmod 600" in refused(server)
    root_key.unlink()
    assert "is missing. Restore it from your backup" in refused(server)
    root_key.write_text(right)
    root_key.chmod(0o600)
    server.start()


def test_a_passphrase_instead_of_a_file(start_server: Any, tmp_path: Path) -> None:
    right, wrong = tmp_path / "right", tmp_path / "wrong"
    right.write_text("correct horse battery staple\n")
    wrong.write_text("another horse battery staple\n")
    server = start_server(workers=1, options=["--passphrase-file", str(right)])
    assert not (server.data / "root.key").exists()
    key_id = server.boto3().create_key()["KeyMetadata"]["KeyId"]
    server.stop()
    assert "Wrong passphrase" in refused(server, "--passphrase-file", str(wrong))
    assert "Start with --passphrase-file" in refused(server)
    assert "cannot be read" in refused(server, "--passphrase-file", str(tmp_path / "none"))
    server.start()
    assert server.boto3().encrypt(KeyId=key_id, Plaintext=HELLO)["CiphertextBlob"]


def test_places_that_cannot_be_used(start_server: Any, tmp_path: Path) -> None:
    server = start_server(workers=1)
    done = strongroom("serve", "--data", server.data, "--port", str(server.port), "--workers", "1")
    assert "Another strongroom server is using" in reason(done.returncode, done.stdout, done.stderr)
    other = start_server(start=False, workers=1)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        other.port = taken.getsockname()[1]
        assert "Choose another with --port" in refused(other)
    other.data = tmp_path / "file" / "data"
    (tmp_path / "file").write_text("not a directory")
    assert "Choose another directory with --data" in refused(other)


def test_a_database_of_a_newer_version(start_server: Any) -> None:
    server = start_server(workers=1)
    server.stop()
    with sqlite3.connect(server.data / "strongroom.db") as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    assert "newer version of strongroom" in refused(server)


def test_a_database_that_is_gone(start_server: Any) -> None:
    """Starting afresh beside the old journal would hide the loss."""
    server = start_server(workers=1)
    server.stop()
    (server.data / "strongroom.db").unlink()
    assert "is missing, but" in refused(server)


def test_users_made_while_the_server_runs(server: Server) -> None:
    policy = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "kms:ListKeys", "Resource": "*"}]}
    arn = server.user("carol", policy)
    assert server.boto3("sts", profile="carol").get_caller_identity()["Arn"] == arn
    assert server.boto3(profile="carol").list_keys()["Keys"] is not None
    assert mode(server.credentials) == 0o600
    again = strongroom("user", "create", "carol", "--data", server.data)
    assert (again.returncode, "There is a user carol already" in again.stderr) == (1, True)
    broken = server.directory / "broken.json"
    broken.write_text('{"Version": "2012-10-17"}')
    refusal = strongroom("user", "create", "dave", "--policy", broken, "--data", server.data)
    assert refusal.returncode == 1
    assert "MalformedPolicyDocument" in refusal.stderr


def test_help_and_status(server: Server, tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-m", forked.MAIN, "--help"], check=True, capture_output=True)
    for arguments in (("serve", "--help"), ("user", "create", "--help"), ("tls", "init", "--help")):
        assert strongroom(*arguments).returncode == 0
    report = server.cli("status")
    assert f"{server.endpoint} ok" in report
    assert "intact" in report
    assert f"kms        {len(BUILT['kms'])} operations built, 0 not yet: none" in report
    nothing = strongroom("status", "--data", tmp_path / "nothing")
    assert nothing.returncode == 1
    assert "Start a server there first" in nothing.stderr
    assert "Traceback" not in nothing.stderr


def test_tls(start_server: Any) -> None:
    server = start_server(start=False, workers=1)
    server.data.mkdir(mode=0o700)
    server.cli("tls", "init")
    server.start()
    assert server.endpoint.startswith("https://")
    answer = server.boto3().list_keys()
    details = server.record_of(answer)["tlsDetails"]
    assert details["tlsVersion"] in {"TLSv1.2", "TLSv1.3"}
    assert details["clientProvidedHostHeader"] == f"127.0.0.1:{server.port}"
    assert "ok" in server.cli("status")
    assert mode(server.data / "tls" / "server.key") == mode(server.data / "tls" / "ca.key") == 0o600


def test_regions_can_be_narrowed(start_server: Any) -> None:
    server = start_server(workers=1, options=["--region", "eu-west-1"])
    assert server.profile().region == "eu-west-1"
    assert server.boto3(region="eu-west-1").list_keys()["Keys"] == []
    kms = server.boto3(region="us-east-1")
    with pytest.raises(kms.exceptions.ClientError, match="Credential should be scoped to a valid region"):
        kms.list_keys()
