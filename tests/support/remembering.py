"""A house whose audit records can be looked up: those of the calls that were made by ``use``."""

import json
from collections.abc import Iterator
from typing import Any

from strongroom.audit.index.terms import Query, Reader
from strongroom.audit.lookup import terms_of
from strongroom.model.events import EventQuery, Scan
from support.house import Answer, House


class Past:
    """Records as a scan finds them, the oldest kept first."""

    def __init__(self, records: list[dict[str, Any]], query: Query, at: int) -> None:
        self._records = records
        self._query = query
        self._at = at

    def __iter__(self) -> Iterator[bytes]:
        while self._at:
            self._at -= 1
            raw = json.dumps(self._records[self._at]).encode()
            if (facts := Reader().facts(raw)) and self._query.matches(facts):
                yield raw

    @property
    def cursor(self) -> str | None:
        return str(self._at) if self._at else None


class Remembering(House):
    """A house that looks up what it was asked."""

    def __init__(self) -> None:
        super().__init__()
        self.past: list[dict[str, Any]] = []
        object.__setattr__(self.pipeline, "events", self)

    def search(self, query: EventQuery, cursor: str | None = None, *, oldest_first: bool = False) -> Scan:
        assert not oldest_first
        return Past(self.past, terms_of(query), len(self.past) if cursor is None else int(cursor))

    def use(self, operation: str, members: Any = None, **how: Any) -> Answer:
        answer = self.call(operation, members, **how)
        self.past.append(answer.record)
        self.now += 10
        return answer
