"""The index's file: SQLite, by itself, so that it can be lost. What stands in it is the journal's, found faster.

Synchronous NORMAL: a power failure may take the last commits away, whole, positions and all; they are made again.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

from strongroom.audit.counting import Position
from strongroom.audit.index.block import Packed
from strongroom.audit.segment import make_directory

FILE = "audit.db"
LOCK = "lock"
_VERSION = 2
_BUSY_SECONDS = 10.0
_CACHE_KILOBYTES = 65536

_SCHEMA = """
PRAGMA page_size = 8192;
PRAGMA journal_mode = WAL;
BEGIN;
CREATE TABLE blocks (id INTEGER PRIMARY KEY AUTOINCREMENT, slot INT NOT NULL, segment INT NOT NULL, start INT NOT NULL, "end" INT NOT NULL,
  count INT NOT NULL, first INT NOT NULL, last INT NOT NULL);
CREATE INDEX blocks_by_place ON blocks (slot, segment, start);
CREATE TABLE places (block INTEGER PRIMARY KEY, starts BLOB NOT NULL, seconds BLOB NOT NULL);
CREATE TABLE common (digest INT NOT NULL, block INT NOT NULL, bits BLOB NOT NULL, PRIMARY KEY (digest, block)) WITHOUT ROWID;
CREATE TABLE rare (bucket INT NOT NULL, block INT NOT NULL, entries BLOB NOT NULL, PRIMARY KEY (bucket, block)) WITHOUT ROWID;
CREATE TABLE streams (slot INTEGER PRIMARY KEY, segment INT NOT NULL, used INT NOT NULL, start INT NOT NULL, chain TEXT NOT NULL);
CREATE TABLE names (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
CREATE TABLE uses (key INT NOT NULL, day INT NOT NULL, principal INT NOT NULL, operation INT NOT NULL, calls INT NOT NULL,
  refused INT NOT NULL, last INT NOT NULL, PRIMARY KEY (key, day, principal, operation)) WITHOUT ROWID;
PRAGMA user_version = 2;
COMMIT;
"""


class IndexUnusableError(Exception):
    """The file is missing, damaged or of another version: the journal has to be read instead, and the index made again."""


class Kept(NamedTuple):
    """How far a stream is in the index. ``start`` and ``chain`` are those of the last line before ``position``."""

    position: Position
    start: int
    chain: str


class Row(NamedTuple):
    """One block's row; ``first`` and ``last`` bound its seconds."""

    id: int
    slot: int
    segment: int
    start: int
    end: int
    records: int
    first: int
    last: int


class Index:
    """One connection. Errors of all methods: IndexUnusableError."""

    def __init__(self, path: Path, connection: sqlite3.Connection) -> None:
        self._path = path
        self._inode = path.stat().st_ino if path.exists() else 0
        self._connection = connection
        self._names: dict[str, int] = {}

    @classmethod
    def open(cls, directory: Path, *, make: bool = False) -> "Index":
        """Open the index in ``directory``; with ``make`` (its one filler) a missing or unusable one is made afresh."""
        path = directory / FILE
        if not make:
            return cls(path, _connect(path))
        make_directory(directory)
        try:
            return cls(path, _connect(path, check=True))
        except IndexUnusableError:
            remove_index(directory)
        with _telling():
            connection = sqlite3.connect(path, isolation_level=None, timeout=_BUSY_SECONDS)
            connection.executescript(_SCHEMA)
            connection.close()
        path.chmod(0o600)
        return cls(path, _connect(path))

    def close(self) -> None:
        with suppress(sqlite3.Error):
            self._connection.close()

    def is_in_place(self) -> bool:
        """Say whether the file is still the one that was opened."""
        try:
            return self._path.stat().st_ino == self._inode
        except OSError:
            return False

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """What is read inside is of one moment."""
        with _telling():
            self._connection.execute("BEGIN")
            try:
                yield
            finally:
                with suppress(sqlite3.Error):
                    self._connection.execute("ROLLBACK")

    # --- reading -----------------------------------------------------------------------------------------------------

    def streams(self) -> dict[int, Kept]:
        """Return how far each stream is in the index."""
        rows = self._all("SELECT slot, segment, used, start, chain FROM streams")
        return {slot: Kept(Position(segment, used), start, chain) for slot, segment, used, start, chain in rows}

    def blocks(self, since: int | None, until: int | None) -> list[Row]:
        """Return the blocks that may hold records of that time, in no order."""
        rows = self._all(
            'SELECT id, slot, segment, start, "end", count, first, last FROM blocks'
            " WHERE count > 0 AND (?1 IS NULL OR last >= ?1) AND (?2 IS NULL OR first < ?2)",
            (since, until),
        )
        return [Row(*row) for row in rows]

    def places(self, block: int) -> tuple[bytes, bytes]:
        """Return (starts, seconds) of a block's records, packed."""
        for starts, seconds in self._all("SELECT starts, seconds FROM places WHERE block = ?", (block,)):
            return starts, seconds
        raise IndexUnusableError("the index holds a block without its places")

    def common(self, digest: bytes, first: int, last: int) -> list[tuple[int, bytes]]:
        """Return (block, row) of a term in blocks ``first`` to ``last``."""
        of = int.from_bytes(digest, "big")
        return self._all("SELECT block, bits FROM common WHERE digest = ? AND block BETWEEN ? AND ?", (of, first, last))

    def rare(self, digest: bytes, first: int, last: int) -> list[tuple[int, bytes]]:
        """Return (block, entries) of a term's bucket in blocks ``first`` to ``last``."""
        where = (digest[0], first, last)
        return self._all("SELECT block, entries FROM rare WHERE bucket = ? AND block BETWEEN ? AND ?", where)

    def records(self) -> int:
        """Return how many records are in the index."""
        return int(self._all("SELECT coalesce(sum(count), 0) FROM blocks")[0][0])

    def uses_of(self, key_arns: str, days: range | None) -> list[tuple[str, int, str, str, int, int, int]]:
        """Return (key, day, principal, operation, calls, refused, last second of a call) of the key of that ARN.

        With ``*`` at its end, of all whose ARN begins so.
        """
        low = key_arns.removesuffix("*")
        high = low if low == key_arns else low + "\U0010ffff"
        first, last = (days.start, days.stop - 1) if days is not None else (-(2**31), 2**31)
        return self._all(
            "SELECT k.name, day, p.name, o.name, calls, refused, last FROM names k JOIN uses ON uses.key = k.id"
            " JOIN names p ON p.id = principal JOIN names o ON o.id = operation"
            " WHERE k.name BETWEEN ? AND ? AND day BETWEEN ? AND ?",
            (low, high, first, last),
        )

    def _all(self, statement: str, values: Sequence[object] = ()) -> list[tuple]:  # type: ignore[type-arg]  # columns of many types
        with _telling():
            return self._connection.execute(statement, values).fetchall()

    # --- writing -----------------------------------------------------------------------------------------------------

    def write(self, blocks: Iterable[Packed], kept: dict[int, Kept]) -> None:
        """Add ``blocks`` and say how far the streams are, in one transaction."""
        with _telling():
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                common: list[tuple[int, int, bytes]] = []
                rare: list[tuple[int, int, bytes]] = []
                for block in blocks:
                    number = self._insert(block)
                    common += ((digest, number, bits) for digest, bits in block.common)
                    rare += ((bucket, number, entries) for bucket, entries in block.rare)
                # Neighbours in the file one after another: it fills its pages better, and each is changed once.
                self._connection.executemany("INSERT INTO common VALUES (?, ?, ?)", sorted(common))
                self._connection.executemany("INSERT INTO rare VALUES (?, ?, ?)", sorted(rare))
                self._connection.executemany(
                    "INSERT OR REPLACE INTO streams VALUES (?, ?, ?, ?, ?)",
                    [(slot, *one.position, one.start, one.chain) for slot, one in kept.items()],
                )
                self._connection.execute("COMMIT")
            except BaseException:
                self._names.clear()  # of this transaction some may be gone
                with suppress(sqlite3.Error):
                    self._connection.execute("ROLLBACK")
                raise

    def _insert(self, block: Packed) -> int:
        execute, many = self._connection.execute, self._connection.executemany
        number = execute(
            'INSERT INTO blocks (slot, segment, start, "end", count, first, last) VALUES (?, ?, ?, ?, ?, ?, ?)',
            block.place,
        ).lastrowid
        execute("INSERT INTO places VALUES (?, ?, ?)", (number, block.starts, block.seconds))
        many(
            "INSERT INTO uses VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET calls = calls + excluded.calls,"
            " refused = refused + excluded.refused, last = max(last, excluded.last)",
            [
                (self._name(key), day, self._name(principal), self._name(operation), use.calls, use.refused, use.last)
                for (day, key, principal, operation), use in block.uses.items()
            ],
        )
        return int(number or 0)

    def _name(self, name: str) -> int:
        known = self._names.get(name)
        if known is None:
            if len(self._names) > 100_000:  # noqa: PLR2004 - a bound on memory, nothing more
                self._names.clear()
            self._connection.execute("INSERT OR IGNORE INTO names (name) VALUES (?)", (name,))
            found = self._connection.execute("SELECT id FROM names WHERE name = ?", (name,)).fetchone()
            known = self._names[name] = int(found[0])
        return known

    def cut(self, slot: int, segment: int, end: int) -> None:
        """Forget blocks of a segment that reach behind ``end``: its writing had failed, and that part stood for no answer.

        What is left of them is read again. Their summaries stay, too high by the records of one failed write.
        """
        with _telling():
            execute = self._connection.execute
            execute("BEGIN IMMEDIATE")
            execute('DELETE FROM blocks WHERE slot = ? AND segment = ? AND "end" > ?', (slot, segment, end))
            left = self._all('SELECT max("end") FROM blocks WHERE slot = ? AND segment = ?', (slot, segment))
            execute("INSERT OR REPLACE INTO streams VALUES (?, ?, ?, 0, '')", (slot, segment, left[0][0] or 0))
            execute("COMMIT")

    def forget_segments(self, oldest: dict[int, int]) -> int:
        """Forget the blocks of segments before the ``oldest`` of each slot; return how many. Their summaries stay.

        It reads all of the index, so it waits until a twentieth is to go; searches pass over what is gone meanwhile.
        """
        with _telling():
            gone = [
                (number,)
                for number, slot, segment in self._all("SELECT id, slot, segment FROM blocks")
                if segment < oldest.get(slot, 0)
            ]
            if len(gone) * 20 < self._all("SELECT count(*) FROM blocks")[0][0] or not gone:
                return 0
            self._connection.execute("BEGIN IMMEDIATE")
            self._connection.executemany("DELETE FROM blocks WHERE id = ?", gone)
            self._connection.executemany("DELETE FROM places WHERE block = ?", gone)
            for table in ("common", "rare"):
                self._connection.execute(f"DELETE FROM {table} WHERE block NOT IN (SELECT id FROM blocks)")  # noqa: S608 - literals
            self._connection.execute("COMMIT")
        return len(gone)


def remove_index(directory: Path) -> None:
    """Take the index away; only its one filler may."""
    for suffix in ("", "-wal", "-shm"):
        (directory / (FILE + suffix)).unlink(missing_ok=True)


def _connect(path: Path, *, check: bool = False) -> sqlite3.Connection:
    if not path.exists():
        raise IndexUnusableError(f"there is no {path}")
    with _telling():
        connection = sqlite3.connect(path, isolation_level=None, timeout=_BUSY_SECONDS)
        try:
            _prepare(connection, path, check=check)
        except BaseException:
            connection.close()
            raise
    return connection


def _prepare(connection: sqlite3.Connection, path: Path, *, check: bool) -> None:
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute(f"PRAGMA cache_size = -{_CACHE_KILOBYTES}")
    if connection.execute("PRAGMA user_version").fetchone() != (_VERSION,):
        raise IndexUnusableError(f"{path} is of another version")
    if check and connection.execute("PRAGMA quick_check(1)").fetchone() != ("ok",):
        raise IndexUnusableError(f"{path} is damaged")


@contextmanager
def _telling() -> Iterator[None]:
    """Turn what SQLite says into our error."""
    try:
        yield
    except sqlite3.Error as error:
        raise IndexUnusableError(f"the index cannot be used: {error}") from error
