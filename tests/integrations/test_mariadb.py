"""MariaDB at rest with its key from strongroom: docs/integrations/databases.md."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from support.databases import as_user, reachable_directory
from support.pages import DOCS, blocks, commands
from support.program import Program
from support.programs import needed
from support.server import Server

PAGE = DOCS / "integrations" / "databases.md"
SECTION = "MariaDB: tables and logs under a key"
USER = "mysql"
ROWS = "create database v; use v; create table t (s text); insert into t select concat('secret harvest ', seq) from seq_1_to_2000"
READY_SECONDS = 60.0

pytestmark = pytest.mark.slow


class MariaDB:
    """A server on a directory of its own, started with the page's settings and a key file that is gone when it runs."""

    def __init__(self, directory: Path, memory: Path) -> None:
        self.directory = directory
        self.data = directory / "data"
        self.keys = memory / "keys"
        self._socket = directory / "socket"
        self._running: Program | None = None

    def install(self) -> None:
        plain = ["--no-defaults", f"--user={USER}", f"--datadir={self.data}"]
        subprocess.run(
            [needed("mariadb-install-db"), *plain, "--auth-root-authentication-method=normal", "--skip-test-db"],
            check=True,
            capture_output=True,
        )

    def start(self) -> Program:
        (settings,) = (text for text in blocks(PAGE, SECTION, "ini") if "plugin-load-add" in text)
        ours = settings.replace("/run/mariadb/keys", str(self.keys)).split()
        arguments = [
            *as_user(USER), needed("mariadbd"), "--no-defaults", f"--datadir={self.data}", f"--socket={self._socket}",
            "--skip-networking", f"--pid-file={self.directory}/pid", "--innodb-flush-log-at-trx-commit=0",
            *(f"--{setting}" for setting in ours),
        ]  # fmt: skip
        self._running = Program(arguments, self.directory / "log")
        return self._running

    def wait(self) -> None:
        assert self._running is not None
        self._running.wait_until(lambda: self._client("select 1").returncode == 0, "serving SQL", READY_SECONDS)

    def sql(self, statement: str) -> str:
        done = self._client(statement)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def _client(self, statement: str) -> subprocess.CompletedProcess[str]:
        arguments = [needed("mariadb"), "--no-defaults", "-uroot", f"--socket={self._socket}", "-NBe", statement]
        return subprocess.run(arguments, capture_output=True, text=True, check=False)

    def stop(self) -> None:
        if self._running is not None:
            self._running.stop()

    def holds(self, text: bytes) -> bool:
        return any(text in path.read_bytes() for path in self.data.rglob("*") if path.is_file())


@pytest.fixture
def database(tmp_path: Path) -> Iterator[MariaDB]:
    needed("mariadbd")
    with reachable_directory(USER) as directory, reachable_directory(USER, "/dev/shm") as memory:  # noqa: S108 - memory, as /run is
        made = MariaDB(directory, memory)
        try:
            yield made
        finally:
            made.stop()


def test_tables_are_sealed_and_do_not_open_without_the_key(server: Server, database: MariaDB, tmp_path: Path) -> None:
    seal, unseal = commands(PAGE, SECTION)
    environment = server.env() | {
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "RUNTIME_DIRECTORY": str(database.keys.parent),
    }
    key_id = _shell(f"{seal}\necho $KEY", tmp_path, environment).strip()
    assert (tmp_path / "keys.sealed").stat().st_size > 200
    database.install()
    _shell(unseal, tmp_path, environment)
    key_file = database.keys.read_bytes()
    shutil.chown(database.keys, USER) if os.getuid() == 0 else None
    database.start()
    database.wait()
    database.keys.unlink()
    database.sql(ROWS)
    database.stop()
    assert not database.holds(b"secret harvest")
    assert not database.holds(key_file.partition(b";")[2].strip())

    server.boto3().disable_key(KeyId=key_id)
    with pytest.raises(AssertionError, match="DisabledException"):
        _shell(unseal, tmp_path, environment)
    database.keys.unlink()  # the shell has made it, empty
    refusing = database.start()
    refusing.wait_until(lambda: not refusing.running, "refusing to start", READY_SECONDS)
    assert str(database.keys) in refusing.output()
    server.boto3().enable_key(KeyId=key_id)
    _shell(unseal, tmp_path, environment)
    shutil.chown(database.keys, USER) if os.getuid() == 0 else None
    database.start()
    database.wait()
    assert database.sql("select count(*) from v.t where s like 'secret harvest%'") == "2000"
    asked = sorted(
        (record["eventName"], record.get("errorCode", ""))
        for record in server.records()
        if (record.get("requestParameters") or {}).get("encryptionContext") == {"aws:rds:db-id": "orders"}
    )
    assert asked == [("Decrypt", ""), ("Decrypt", ""), ("Decrypt", "DisabledException"), ("Encrypt", "")]


def _shell(script: str, directory: Path, environment: Mapping[str, Any]) -> str:
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script],
        cwd=directory,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout
