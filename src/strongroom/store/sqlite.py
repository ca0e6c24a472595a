"""The embedded store: one SQLite file, shared by all processes of one machine.

WAL, so that readers and the one writer do not wait for each other; synchronous FULL, so that a commit is on the disk when
it returns; secure_delete, so that destroyed wrapped material leaves the file, and ``scrub``, so that it leaves the log;
temporary tables in memory, so that it never lay anywhere else. Source: sqlite.org, "Write-Ahead Logging", "PRAGMA
Statements".
"""

import os
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.pool import QueuePool

from strongroom.store.migrations import migrate
from strongroom.store.port import StoreUnavailableError
from strongroom.store.sql import SQLStore

_BUSY_SECONDS = 10
_PRAGMAS = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA secure_delete = ON",
    "PRAGMA temp_store = MEMORY",
    "PRAGMA cache_size = -16384",
)
_SCRUB_BUSY_MS = 200  # readers are done in less; writers wait meanwhile


class SQLiteStore(SQLStore):
    """Satisfies ``port.Store``."""

    def scrub(self) -> bool:
        """Bring the write-ahead log into the file and cut it to nothing: it still holds pages as they were before a deletion."""
        with self._plainly(), closing(self._engine.raw_connection()) as connection:
            cursor = connection.cursor()  # outside any transaction
            cursor.execute(f"PRAGMA busy_timeout = {_SCRUB_BUSY_MS}")
            try:
                busy, _, _ = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            except sqlite3.OperationalError as error:
                raise StoreUnavailableError(f"{self._what} cannot be cleaned of deleted material: {error}.") from None
            finally:
                cursor.execute(f"PRAGMA busy_timeout = {_BUSY_SECONDS * 1000}")
                cursor.close()
        return not busy


def open_sqlite(path: Path) -> SQLiteStore:
    """Open the database at ``path``, made or brought up to date as needed, readable by its owner only.

    Errors: StoreUnavailableError, also when a newer version of strongroom has written it.
    """
    try:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    except OSError as error:
        raise StoreUnavailableError(
            f"The database {path} cannot be opened: {error.strerror}. Check its owner and mode."
        ) from None
    engine = sqlite_engine(path)
    try:
        migrate(engine, f"The database {path}")
    except sqlite3.DatabaseError as error:
        raise StoreUnavailableError(
            f"The database {path} cannot be used: {error}. Restore it from your backup."
        ) from None
    return SQLiteStore(engine, what=f"The database {path}")


def sqlite_engine(path: Path) -> Engine:
    """Return an engine whose connections are set up as this module promises."""
    engine = create_engine(
        f"sqlite:///{path}",
        poolclass=QueuePool,
        pool_size=8,
        max_overflow=24,
        connect_args={"timeout": _BUSY_SECONDS, "check_same_thread": False},
    )

    @event.listens_for(engine, "connect")
    def prepare(connection: sqlite3.Connection, _record: Any) -> None:
        connection.isolation_level = None  # transactions begin below, in our words, not in the driver's
        for pragma in _PRAGMAS:
            connection.execute(pragma)

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        write = connection.get_execution_options().get("write", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")

    return engine
