"""Looking back through the journal, newest record first, for LookupEvents. Nothing is verified here: ``verify`` does that.

A reverse scan: no index. It reads what it passes, so one scan passes no more than ``MOST_RECORDS``; its cursor goes on.
"""

from collections.abc import Iterator
from dataclasses import fields
from heapq import merge
from pathlib import Path

import msgspec

from strongroom.audit.backward import END, Line, lines_back
from strongroom.audit.counting import Position
from strongroom.audit.index.terms import Query, Reader, query_of
from strongroom.audit.segment import slots, stream_path
from strongroom.model.events import EventQuery

MOST_RECORDS = 100_000
_LATE_SECONDS = 300  # a record may stand that far behind later ones: its request took long


class _EventTime(msgspec.Struct):
    eventTime: str  # noqa: N815 - CloudTrail's name


_EVENT_TIME = msgspec.json.Decoder(_EventTime)
_CURSOR = msgspec.json.Decoder(dict[str, tuple[int, int]])


class JournalEvents:
    """Satisfies ``model.events.Events``: the journals in ``directory``."""

    def __init__(self, directory: Path, *, most: int = MOST_RECORDS) -> None:
        self._directory = directory
        self._most = most

    def search(self, query: EventQuery, cursor: str | None = None, *, oldest_first: bool = False) -> "JournalScan":
        if oldest_first:
            raise NotImplementedError
        return JournalScan(self._directory, terms_of(query), cursor, self._most)


def terms_of(query: EventQuery) -> Query:
    """Return a query as the index understands it."""
    return query_of(**{field.name: getattr(query, field.name) for field in fields(query)})


class JournalScan:
    """Satisfies ``model.events.Scan``. Errors: ValueError for a cursor that is none; OSError while reading."""

    def __init__(self, directory: Path, query: Query, cursor: str | None, most: int) -> None:
        self._directory = directory
        self._query = query
        self._reader = Reader()
        self._left = most
        self._places: dict[int, Position] = {}
        if cursor is None:
            for slot in slots(directory):
                self._places[slot] = END
            return
        try:
            self._places = {int(slot): Position(*place) for slot, place in _CURSOR.decode(cursor).items()}
        except msgspec.MsgspecError as error:
            raise ValueError("not a cursor") from error

    @property
    def cursor(self) -> str | None:
        """Where to go on; None when everything has been read."""
        if not self._places:
            return None
        return msgspec.json.encode({str(slot): place for slot, place in self._places.items()}).decode()

    def __iter__(self) -> Iterator[bytes]:
        streams = [self._stream(slot, place) for slot, place in self._places.items()]
        for _, line, slot in merge(*streams, key=lambda found: found[0], reverse=True):
            if self._left <= 0:
                return
            self._left -= 1
            self._places[slot] = Position(line.segment, line.start)
            facts = self._reader.facts(line.record)
            if facts is None:
                continue
            if self._query.since is not None and facts.second < self._query.since - _LATE_SECONDS:
                break
            if self._query.matches(facts):
                yield line.record
        self._places = {}

    def _stream(self, slot: int, before: Position) -> Iterator[tuple[str, Line, int]]:
        """Yield (event time, line, slot), the last line first."""
        for line in lines_back(stream_path(self._directory, slot), before):
            if self._places.get(slot) == END:
                # Before any record comes out (``merge`` asks each stream first): what is written from now on is not looked at.
                self._places[slot] = Position(line.segment, line.end)
            try:
                time = _EVENT_TIME.decode(line.record).eventTime
            except (msgspec.DecodeError, UnicodeDecodeError):
                continue
            yield time, line, slot
