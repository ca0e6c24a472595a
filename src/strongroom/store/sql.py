"""A store on SQLAlchemy Core: one truth for every SQL database; ``sqlite`` opens the embedded one.

Statements are built once for each noun and kept. The commit sequence lives in the last row of ``changes``.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, Select, bindparam, delete, exists, func, insert, select, update
from sqlalchemy import Delete as DeleteStatement
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from strongroom.model.view import NO_COLUMNS
from strongroom.store.port import (
    NO_OUTBOX,
    Change,
    ConflictError,
    Delete,
    Ensure,
    Expect,
    Identity,
    Insert,
    Latest,
    Outbox,
    Snapshot,
    StoreUnavailableError,
    Update,
)
from strongroom.store.tables import MAPPED, Mapped, changes, outbox

N = TypeVar("N")

KEPT_CHANGES = 10_000  # rows of the change log; whoever is further behind drops all it has cached
_PRUNE_EVERY = 1_000

_SEQUENCE = select(func.max(changes.c.sequence))
_CHANGED = select(changes.c.sequence, changes.c.noun, changes.c.identity).where(changes.c.sequence > bindparam("after"))
_OLDEST = select(func.min(changes.c.sequence))


class Statements:
    """The statements of one noun."""

    def __init__(self, mapped: Mapped) -> None:
        table = mapped.table
        self.columns = [table.c[name] for name in mapped.names]
        by_identity = [table.c[name] == bindparam(f"by_{name}") for name in mapped.identity]
        self.get = select(*self.columns).where(*by_identity)
        self.insert = insert(table)
        self.update = update(table).where(*by_identity)
        self.delete = delete(table).where(*by_identity)
        if mapped.versioned:
            self.version = select(table.c.version).where(*by_identity)
            decided_on = table.c.version == bindparam("by_version")
            self.update, self.delete = self.update.where(decided_on), self.delete.where(decided_on)
        self.insert_absent = insert(table).from_select(
            list(mapped.names),
            select(*(bindparam(name, type_=table.c[name].type) for name in mapped.names)).where(
                ~exists().where(*by_identity)
            ),
        )
        self._pages: dict[tuple[tuple[str, ...], bool], Select[Any]] = {}
        self._dues: dict[tuple[str, ...], Select[Any]] = {}
        self._counts: dict[tuple[str, ...], Select[Any]] = {}
        self._identity = mapped.identity
        self._table, self._last = table, table.c[mapped.identity[-1]]

    def page(self, where: Sequence[str], *, after: bool) -> Select[Any]:
        of = (tuple(where), after)
        if of not in self._pages:
            statement = select(*self.columns).where(*(self._table.c[name] == bindparam(f"by_{name}") for name in where))
            if after:
                statement = statement.where(self._last > bindparam("after"))
            self._pages[of] = statement.order_by(self._last).limit(bindparam("limit"))
        return self._pages[of]

    def delete_until(self, column: str) -> DeleteStatement:
        """Return the statement that makes room for a later row."""
        by_identity = (self._table.c[name] == bindparam(f"by_{name}") for name in self._identity)
        return delete(self._table).where(*by_identity, self._table.c[column] <= bindparam("until"))

    def due(self, column: str, where: Sequence[str]) -> Select[Any]:
        of = (column, *where)
        if of not in self._dues:
            at = self._table.c[column]
            conditions = (self._table.c[name] == bindparam(f"by_{name}") for name in where)
            statement = select(*self.columns).where(at <= bindparam("until"), *conditions)
            self._dues[of] = statement.order_by(at).limit(bindparam("limit"))
        return self._dues[of]

    def count(self, where: Sequence[str]) -> Select[Any]:
        of = tuple(where)
        if of not in self._counts:
            conditions = (self._table.c[name] == bindparam(f"by_{name}") for name in where)
            self._counts[of] = select(func.count()).select_from(self._table).where(*conditions)
        return self._counts[of]


_STATEMENTS = {noun: Statements(mapped) for noun, mapped in MAPPED.items()}


def _by(values: Mapping[str, str]) -> dict[str, str]:
    return {f"by_{name}": value for name, value in values.items()}


class SQLSnapshot:
    """A read transaction: consistent from its first read to its end."""

    def __init__(self, connection: Connection, sequence: int) -> None:
        self._connection = connection
        self.sequence = sequence

    def get(self, noun: type[N], *identity: str) -> N | None:
        mapped = MAPPED[noun]
        row = self._connection.execute(
            _STATEMENTS[noun].get, _by(dict(zip(mapped.identity, identity, strict=True)))
        ).first()
        return None if row is None else mapped.read(row)

    def page(self, noun: type[N], where: Mapping[str, str], *, after: str | None = None, limit: int) -> Sequence[N]:
        values: dict[str, Any] = _by(where) | {"limit": limit}
        if after is not None:
            values["after"] = after
        statement = _STATEMENTS[noun].page(tuple(where), after=after is not None)
        read = MAPPED[noun].read
        return [read(row) for row in self._connection.execute(statement, values)]

    def due(
        self, noun: type[N], column: str, until: int, *, where: Mapping[str, str] = NO_COLUMNS, limit: int
    ) -> Sequence[N]:
        values = _by(where) | {"until": until, "limit": limit}
        read = MAPPED[noun].read
        statement = _STATEMENTS[noun].due(column, tuple(where))
        return [read(row) for row in self._connection.execute(statement, values)]

    def count(self, noun: type[N], where: Mapping[str, str]) -> int:
        return int(self._connection.execute(_STATEMENTS[noun].count(tuple(where)), _by(where)).scalar_one())


class SQLStore:
    """Satisfies ``port.Store``. ``begin_write`` names the engine's execution option that takes the write lock at once."""

    def __init__(self, engine: Engine, *, what: str) -> None:
        self._engine = engine
        self._what = what  # names the database in errors

    @contextmanager
    def snapshot(self) -> Iterator[Snapshot]:
        with self._plainly(), self._engine.connect() as connection:
            yield SQLSnapshot(connection, _sequence(connection))

    def commit(self, changes_wanted: Sequence[Change], outbox_wanted: Outbox = NO_OUTBOX) -> int:
        with self._plainly(), self._engine.connect().execution_options(write=True) as connection:
            sequence = _sequence(connection)
            quiet = [change for change in changes_wanted if isinstance(change, Latest)]
            loud = [change for change in changes_wanted if not isinstance(change, Latest)] if quiet else changes_wanted
            try:
                if loud:
                    sequence += 1
                    _apply(connection, loud, sequence)
                _apply_latest(connection, quiet)
                _apply_outbox(connection, outbox_wanted)
            except IntegrityError:
                raise ConflictError from None
            if loud and sequence % _PRUNE_EVERY == 0:
                connection.execute(delete(changes).where(changes.c.sequence <= sequence - KEPT_CHANGES))
            connection.commit()
            return sequence

    def changed_since(self, sequence: int) -> tuple[int, Sequence[tuple[str, Identity]] | None]:
        with self._plainly(), self._engine.connect() as connection:
            present = _sequence(connection)
            if present <= sequence:
                return present, ()
            if (connection.execute(_OLDEST).scalar() or 0) > sequence + 1:
                return present, None
            rows = connection.execute(_CHANGED, {"after": sequence}).all()
            return present, [(noun, tuple(json.loads(identity))) for _, noun, identity in rows]

    def outbox(self, slot: int | None = None) -> Sequence[tuple[int, str, bytes]]:
        statement = select(outbox.c.slot, outbox.c.event_id, outbox.c.record).order_by(outbox.c.id)
        if slot is not None:
            statement = statement.where(outbox.c.slot == slot)
        with self._plainly(), self._engine.connect() as connection:
            return [(row.slot, row.event_id, row.record) for row in connection.execute(statement)]

    def scrub(self) -> bool:
        """The databases that keep deleted content elsewhere say how it is destroyed there."""
        raise NotImplementedError

    def close(self) -> None:
        self._engine.dispose()

    @contextmanager
    def _plainly(self) -> Iterator[None]:
        """Say what failed and what to do, without SQL; whatever was begun has been rolled back."""
        try:
            yield
        except SQLAlchemyError as error:
            cause = getattr(error, "orig", None) or error
            raise StoreUnavailableError(
                f"{self._what} cannot be used: {cause}. Free space, check its owner and mode, then try again; nothing was changed."
            ) from None


def _sequence(connection: Connection) -> int:
    return int(connection.execute(_SEQUENCE).scalar() or 0)


def _apply(connection: Connection, wanted: Sequence[Change], sequence: int) -> None:
    """Write all changes. Inserts, and deletions, of one noun that follow each other go to the database together."""
    log: list[dict[str, Any]] = []
    pending: list[dict[str, Any]] = []
    pending_kind: tuple[type[Change], type[Any]] | None = None

    def flush() -> None:
        nonlocal pending, pending_kind
        if pending_kind is not None:
            kind, of = pending_kind
            statements = _STATEMENTS[of]
            done = connection.execute(statements.insert if kind is Insert else statements.delete, pending)
            if kind is Delete and done.rowcount != len(pending):
                raise ConflictError
        pending, pending_kind = [], None

    for change in wanted:
        noun = change.noun
        mapped = MAPPED[type(noun)]
        identity = mapped.identity_of(noun)
        if isinstance(change, Insert | Delete):
            kind = (type(change), type(noun))
            if pending_kind != kind:
                flush()
            pending_kind = kind
            if isinstance(change, Insert):
                pending.append(mapped.row(noun) | ({"version": 1} if mapped.versioned else {}))
            else:
                by = _by(dict(zip(mapped.identity, identity, strict=True)))
                pending.append(by | {"by_version": noun.version})
        else:
            flush()
            if not _apply_one(connection, change, mapped, identity):
                continue
        log.append({"sequence": sequence, "noun": type(noun).__name__, "identity": json.dumps(identity)})
    flush()
    if not log:  # the sequence lives in the log: a commit that only checked still advances it
        log.append({"sequence": sequence, "noun": "", "identity": "[]"})
    connection.execute(insert(changes), log)


def _apply_one(connection: Connection, change: Change, mapped: Mapped, identity: Identity) -> bool:
    """Apply one change that is no Insert or Delete; return whether a row changed. Errors: ConflictError."""
    noun = change.noun
    statements = _STATEMENTS[type(noun)]
    by = _by(dict(zip(mapped.identity, identity, strict=True)))
    if isinstance(change, Ensure):
        if connection.execute(statements.get, by).first() is not None:
            return False
        connection.execute(statements.insert, mapped.row(noun))
        return True
    if isinstance(change, Expect):
        if connection.execute(statements.version, by).scalar() != noun.version:
            raise ConflictError
        return False
    assert isinstance(change, Update)  # noqa: S101 - the last of those that come here
    row = mapped.row(noun) | {"version": noun.version + 1}
    for name in mapped.identity:
        del row[name]
    done = connection.execute(statements.update.values(row), by | {"by_version": noun.version})
    if done.rowcount != 1:
        raise ConflictError
    return True


def _apply_latest(connection: Connection, wanted: Sequence[Latest]) -> None:
    """Write those that are the latest. Two statements, because "insert or update" is spelt differently by each database."""
    for noun, by in dict.fromkeys((type(change.noun), change.by) for change in wanted):
        mapped, statements = MAPPED[noun], _STATEMENTS[noun]
        rows = [
            mapped.row(change.noun) | {"version": 1}
            for change in wanted
            if type(change.noun) is noun and change.by == by
        ]
        places = [_by({name: row[name] for name in mapped.identity}) for row in rows]
        connection.execute(
            statements.delete_until(by), [place | {"until": row[by]} for place, row in zip(places, rows, strict=True)]
        )
        connection.execute(statements.insert_absent, [place | row for place, row in zip(places, rows, strict=True)])


def _apply_outbox(connection: Connection, wanted: Outbox) -> None:
    if wanted.records:
        rows = [{"slot": wanted.slot, "event_id": event_id, "record": record} for event_id, record in wanted.records]
        connection.execute(insert(outbox), rows)
    if wanted.drained:
        connection.execute(
            delete(outbox).where(outbox.c.event_id == bindparam("drained")),
            [{"drained": one} for one in wanted.drained],
        )
