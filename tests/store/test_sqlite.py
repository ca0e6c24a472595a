"""What only the embedded store promises: durability, privacy of the file, other processes, full disks, other versions."""

import signal
import sqlite3
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import create_engine, text

from strongroom.model.identity import InlinePolicy, User
from strongroom.model.key import Key, KeyMaterial
from strongroom.store import migrations
from strongroom.store.migrations import HEAD
from strongroom.store.port import Delete, Insert, StoreUnavailableError, Update
from strongroom.store.sqlite import open_sqlite, sqlite_engine
from strongroom.store.tables import MAPPED, metadata
from support.nouns import ACCOUNT, REGION, alias, key


def test_the_file_is_private(tmp_path: Path) -> None:
    store = open_sqlite(tmp_path / "store.db")
    store.commit((Insert(key()),))
    assert {path.stat().st_mode & 0o777 for path in tmp_path.iterdir()} == {0o600}
    store.close()


def test_the_migrated_schema_is_that_of_the_tables(tmp_path: Path) -> None:
    open_sqlite(tmp_path / "store.db").close()
    engine = create_engine(f"sqlite:///{tmp_path / 'store.db'}")
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection, opts={"compare_type": True}), metadata) == []
    engine.dispose()


def test_a_store_of_the_first_version_keeps_its_meaning(tmp_path: Path) -> None:
    """Every later revision leaves the keys of the first one what they were: single-Region, with one current version."""
    engine = sqlite_engine(tmp_path / "store.db")
    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent))
    with engine.connect().execution_options(write=True) as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        old = key(1, tags=(("a", "b"),))
        row = {name: value for name, value in MAPPED[Key].row(old).items() if name in _COLUMNS_OF_0001}
        names = ", ".join(row)
        connection.execute(text(f"INSERT INTO keys ({names}) VALUES (:{', :'.join(row)})"), row | {"version": 1})  # noqa: S608 - names of columns
        connection.execute(
            text("INSERT INTO key_materials VALUES (:account, :region, :key_id, :material_id, x'00ff', 7, 1)"), row
        )
        connection.commit()
    engine.dispose()
    store = open_sqlite(tmp_path / "store.db")
    with store.snapshot() as view:
        assert view.get(Key, ACCOUNT, REGION, old.key_id) == replace(old, version=1)
        material = view.get(KeyMaterial, ACCOUNT, REGION, old.key_id, old.material_id)
        assert material == KeyMaterial(ACCOUNT, REGION, old.key_id, old.material_id, b"\0\xff", 7, version=1)
    store.close()


_COLUMNS_OF_0001 = frozenset(
    {
        "account", "region", "key_id", "key_spec", "key_usage", "state", "origin", "manager", "description",
        "policy_sha256", "material_id", "created_ms", "deletion_ms", "multi_region", "tags", "version",
    }
)  # fmt: skip


def test_a_second_opening_finds_everything(tmp_path: Path) -> None:
    store = open_sqlite(tmp_path / "store.db")
    sequence = store.commit((Insert(key()),))
    store.close()
    again = open_sqlite(tmp_path / "store.db")
    with again.snapshot() as view:
        assert view.get(Key, ACCOUNT, REGION, key().key_id) == replace(key(), version=1)
        assert view.sequence == sequence
    again.close()


def test_identities_of_an_older_schema_are_taken_over(tmp_path: Path) -> None:
    """Inline policies of users move to where those of all are; names that differ by case alone stay apart."""
    path = tmp_path / "store.db"
    engine = create_engine(f"sqlite:///{path}")
    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent))
    with engine.connect() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0006")
        for name in ("Alice", "alice", "Bob"):
            connection.execute(
                text("INSERT INTO users VALUES (:account, :name, :id, '/', 1, '[]', 3)"),
                {"account": ACCOUNT, "name": name, "id": f"AIDA{name}"},
            )
        connection.execute(text("INSERT INTO user_policies VALUES (:a, 'alice', 'p', '{}', 2)"), {"a": ACCOUNT})
        connection.commit()
    engine.dispose()
    store = open_sqlite(path)
    with store.snapshot() as view:
        assert view.get(InlinePolicy, ACCOUNT, "user/alice", "p") == InlinePolicy(ACCOUNT, "user/alice", "p", "{}", 2)
        assert view.get(User, ACCOUNT, "Bob") == User(ACCOUNT, "Bob", "AIDABob", "/", 1, version=3)
        assert view.count(User, {"account": ACCOUNT, "folded": "alice"}) == 1
        second = view.get(User, ACCOUNT, "alice")
    assert second is not None
    store.commit([Update(second)])
    store.close()


def test_a_newer_schema_is_refused(tmp_path: Path) -> None:
    open_sqlite(tmp_path / "store.db").close()
    with sqlite3.connect(tmp_path / "store.db") as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    with pytest.raises(
        StoreUnavailableError, match=f"newer version of strongroom .schema 9999, this version knows {HEAD}"
    ):
        open_sqlite(tmp_path / "store.db")


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    (tmp_path / "store.db").write_bytes(b"not a database" * 1000)
    with pytest.raises(StoreUnavailableError, match="cannot be used"):
        open_sqlite(tmp_path / "store.db")
    assert (tmp_path / "store.db").read_bytes() == b"not a database" * 1000


def test_a_directory_that_cannot_be_written(tmp_path: Path) -> None:
    with pytest.raises(StoreUnavailableError, match="cannot be opened"):
        open_sqlite(tmp_path / "missing" / "store.db")


def test_what_is_deleted_leaves_the_file(tmp_path: Path) -> None:
    """secure_delete: destroyed material must not be found in free pages or in the write-ahead log."""
    secret = b"WRAPPED-MATERIAL-THAT-MUST-GO" * 4
    store = open_sqlite(tmp_path / "store.db")
    material = KeyMaterial(ACCOUNT, REGION, key().key_id, "cd" * 32, secret, 1)
    store.commit((Insert(material),))
    store.commit((Delete(replace(material, version=1)),))
    store.close()
    with sqlite3.connect(tmp_path / "store.db") as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    assert not any(secret in path.read_bytes() for path in tmp_path.iterdir())


def test_a_thousand_rows_in_one_commit(tmp_path: Path) -> None:
    store = open_sqlite(tmp_path / "store.db")
    store.commit(tuple(Insert(key(number)) for number in range(1000)))
    with store.snapshot() as view:
        assert view.count(Key, {"account": ACCOUNT, "region": REGION}) == 1000
    store.close()


WRITER = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[3])
from support.nouns import key
from strongroom.store.port import Insert
from strongroom.store.sqlite import open_sqlite
store = open_sqlite(Path(sys.argv[1]))
for number in range(int(sys.argv[2]), 1_000_000):
    store.commit((Insert(key(number)),))
    print(number, flush=True)
"""


def writer(path: Path, start: int) -> "subprocess.Popen[str]":
    support = str(Path(__file__).parent.parent)
    command = [sys.executable, "-c", WRITER, str(path), str(start), support]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def test_kill_loses_nothing_acknowledged(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    acknowledged: list[int] = []
    for life in range(4):
        with writer(path, life * 100_000) as process:
            assert process.stdout is not None
            acknowledged += [int(process.stdout.readline()) for _ in range(25)]
            process.send_signal(signal.SIGKILL)
            acknowledged += [int(line) for line in process.stdout if line.endswith("\n")]
    store = open_sqlite(path)
    with store.snapshot() as view:
        for number in acknowledged:
            assert view.get(Key, ACCOUNT, REGION, key(number).key_id) is not None, number
    store.close()


def test_two_processes_share_the_file(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    store = open_sqlite(path)
    with writer(path, 0) as one, writer(path, 500_000) as other:
        for process in (one, other):
            assert process.stdout is not None
            for _ in range(20):
                process.stdout.readline()
            store.commit((Insert(alias(str(process.pid))),))
        for process in (one, other):
            process.kill()
    with store.snapshot() as view:
        assert view.count(Key, {"account": ACCOUNT, "region": REGION}) >= 40
    store.close()


def test_a_full_disk_refuses_and_recovers(tmp_path: Path) -> None:
    """On a tmpfs of its own: commits fail with a plain text, what was there stays, and room brings service back."""
    mount = tmp_path / "disk"
    mount.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(mount)], check=False, capture_output=True
    )
    if mounted.returncode:
        pytest.skip("mounting a tmpfs needs root")
    try:
        store = open_sqlite(mount / "store.db")
        stored, refused = 0, ""
        while not refused:
            try:
                store.commit((Insert(key(stored, description="x" * 4000)),))
                stored += 1
            except StoreUnavailableError as error:
                refused = str(error)
        assert "Free space" in refused
        assert "INSERT" not in refused
        with store.snapshot() as view:
            assert view.count(Key, {"account": ACCOUNT, "region": REGION}) == stored
        subprocess.run(["mount", "-o", "remount,size=16m", str(mount)], check=True)
        store.commit((Insert(key(stored)),))
        with store.snapshot() as view:
            assert view.count(Key, {"account": ACCOUNT, "region": REGION}) == stored + 1
        store.close()
    finally:
        subprocess.run(["umount", str(mount)], check=True)


def test_errors_hold_no_sql(tmp_path: Path) -> None:
    store = open_sqlite(tmp_path / "store.db")
    engine = create_engine(f"sqlite:///{tmp_path / 'store.db'}")
    with engine.begin() as connection:
        connection.execute(text("DROP TABLE keys"))
    engine.dispose()
    with pytest.raises(StoreUnavailableError) as refused:
        store.commit((Insert(key()),))
    assert "INSERT" not in str(refused.value)
    store.close()
