"""The audit records as operations ask for them: from the index, and from the journal what the index has not taken yet.

Both see a record as soon as it is durable, which is before its answer leaves. Where there is no index that is near the end of
the journal, the journal is scanned instead: slower, so one scan passes no more than ``MOST_RECORDS``, and its cursor goes on.

A cursor holds where each stream ended when the first piece began, so what is written later never disturbs a listing; the last
place that was shown; and, of a scan, how far it is. So a listing may begin with an index and go on without one.
"""

from collections.abc import Iterator
from dataclasses import fields
from datetime import UTC, datetime
from heapq import merge
from pathlib import Path

import msgspec

from strongroom.audit.backward import START, Line, lines_back
from strongroom.audit.counting import FRAME_BYTES, Position
from strongroom.audit.forward import stretches
from strongroom.audit.index.database import IndexUnusableError
from strongroom.audit.index.search import Place, Search
from strongroom.audit.index.terms import Query, Reader, needles_of, query_of
from strongroom.audit.segment import slots, stream_path
from strongroom.model.events import EventQuery

MOST_RECORDS = 100_000
_MOST_BYTES_BEHIND = 64 << 20  # with more the journal is scanned: that ends after so many records, this does not
_MANY_OUT_OF_TIME = (
    1000  # in order but for what a clock that was set back has dated: one old record does not end a stream
)


class _Cursor(msgspec.Struct, array_like=True):
    """``at`` is how far a scan of the journal is in each stream; None, while the index is used."""

    oldest_first: bool
    ends: dict[int, Position]
    passed: Place | None
    at: dict[int, Position] | None = None


_CURSOR = msgspec.json.Decoder(_Cursor)


class _EventTime(msgspec.Struct):
    eventTime: str  # noqa: N815 - CloudTrail's name


_EVENT_TIME = msgspec.json.Decoder(_EventTime)


class JournalEvents:
    """Satisfies ``model.events.Events``: the journals in ``journal``, and their index (in a directory) if there is one."""

    def __init__(self, journal: Path, index: Path, *, most: int = MOST_RECORDS) -> None:
        self._journal = journal
        self._index = index
        self._most = most

    def search(self, query: EventQuery, cursor: str | None = None, *, oldest_first: bool = False) -> "LookBack":
        search = Search(self._journal, self._index, terms_of(query), oldest_first, most_bytes_behind=_MOST_BYTES_BEHIND)
        return LookBack(search, cursor, self._most)


def terms_of(query: EventQuery) -> Query:
    """Return a query as the index understands it."""
    return query_of(**{field.name: getattr(query, field.name) for field in fields(query)})


class LookBack:
    """Satisfies ``model.events.Scan``. Errors: ValueError for a cursor that is none; OSError while iterating."""

    def __init__(self, search: Search, cursor: str | None, most: int) -> None:
        self._search = search
        self._left = most
        self._at: dict[int, Position] | None = None
        self._is_over = False
        if cursor is not None:
            self._take_up(cursor)

    def _take_up(self, text: str) -> None:
        try:
            cursor = _CURSOR.decode(text)
        except ValueError as error:  # also msgspec's errors are
            raise ValueError("not a cursor") from error
        if cursor.oldest_first is not self._search.oldest_first:
            raise ValueError("a cursor of the other order")
        self._search.ends, self._search.passed, self._at = cursor.ends, cursor.passed, cursor.at

    @property
    def cursor(self) -> str | None:
        """Where to go on; None when there is nothing behind."""
        if self._is_over:
            return None
        search = self._search
        cursor = _Cursor(search.oldest_first, search.ends or {}, search.passed, self._at)
        return msgspec.json.encode(cursor).decode()

    def __iter__(self) -> Iterator[bytes]:
        if self._at is None:
            try:
                yield from self._by_index()
            except IndexUnusableError:
                self._at = {}
        if self._at is not None:
            yield from self._by_journal(self._at)

    def _by_index(self) -> Iterator[bytes]:
        for _, record in self._search.located_by_index():
            yield record
            self._left -= 1
            if self._left <= 0:
                return
        self._is_over = True

    # --- without an index ------------------------------------------------------------------------------------------------

    def _by_journal(self, at: dict[int, Position]) -> Iterator[bytes]:
        search, reader, needles = self._search, Reader(), needles_of(self._search.query)
        if search.ends is None:
            search.ends = {slot: _end_of(stream_path(search.journal, slot)) for slot in slots(search.journal)}
        streams = [self._stream(slot, at.get(slot), end) for slot, end in search.ends.items()]
        for _, line, slot in merge(*streams, key=lambda found: found[0], reverse=not search.oldest_first):
            if self._left <= 0:
                return
            self._left -= 1
            at[slot] = Position(line.segment, line.end if search.oldest_first else line.start)
            if not all(any(one in line.record for one in group) for group in needles):
                continue
            facts = reader.facts(line.record)
            if facts is None or not search.query.matches(facts):
                continue
            if search.is_due(Place(facts.second, slot, line.segment, line.start, line.end - line.start)):
                yield line.record
        self._is_over = True

    def _stream(self, slot: int, at: Position | None, end: Position) -> Iterator[tuple[str, Line, int]]:
        """Yield (event time, line, slot) in order, until many lines one after another are too old, or too new."""
        stream, query = stream_path(self._search.journal, slot), self._search.query
        if self._search.oldest_first:
            lines, last = _lines(stream, at or START, end), query.until
        else:
            lines, last = lines_back(stream, at or end), query.since
        limit = "" if last is None else _text(last)
        passed = 0
        for line in lines:
            try:
                time = _EVENT_TIME.decode(line.record).eventTime
            except (msgspec.DecodeError, UnicodeDecodeError):
                continue
            if limit and (time >= limit if self._search.oldest_first else time < limit):
                passed += 1
                if passed > _MANY_OUT_OF_TIME:
                    return
                continue
            passed = 0
            yield time, line, slot


def _lines(stream: Path, start: Position, end: Position) -> Iterator[Line]:
    for stretch in stretches(stream, start):
        for first, _, line in stretch.lines():
            if (stretch.segment, first) >= end:
                return
            if first:
                yield Line(stretch.segment, first, line[FRAME_BYTES:])


def _end_of(stream: Path) -> Position:
    return next((Position(line.segment, line.end) for line in lines_back(stream)), START)


def _text(second: int) -> str:
    return f"{datetime.fromtimestamp(second, UTC):%Y-%m-%dT%H:%M:%SZ}"
