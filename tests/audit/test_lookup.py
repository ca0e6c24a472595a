"""Looking records up: in order over all workers, in pieces that fit together, however far the index is, beside a running journal."""

import json
from collections.abc import Callable, Iterable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from strongroom.audit.index.database import remove_index
from strongroom.audit.index.filler import Filler
from strongroom.audit.journal import Journal
from strongroom.audit.lookup import JournalEvents
from strongroom.model.events import EventQuery

Opener = Callable[..., Journal]
ALL = EventQuery()
START = 1_768_514_400  # 2026-01-15T22:00:00Z
NEWEST_FIRST = list(range(99, -1, -1))


def timed(number: int, second: int | None = None) -> bytes:
    second = number if second is None else second
    return b'{"eventTime":"2026-01-15T22:%02d:%02dZ","eventName":"%b","eventID":"e%06d","pad":"%s"}' % (
        second // 60, second % 60, (b"Encrypt", b"Decrypt", b"Sign")[number % 3], number, b"x" * 400,
    )  # fmt: skip


def numbered(records: Iterable[bytes]) -> list[int]:
    return [int(json.loads(record)["eventID"][1:]) for record in records]


class Place:
    """Two journals and an index, which is filled when told."""

    def __init__(self, directory: Path, journals: tuple[Journal, Journal]) -> None:
        self.journal, self.index = directory, directory / "index"
        self.one, self.two = journals
        self.events = JournalEvents(self.journal, self.index)

    def fill(self) -> None:
        with closing(Filler(self.journal, self.index)) as filler:
            filler.step()

    def found(self, query: EventQuery = ALL, **options: Any) -> list[int]:
        scan = self.events.search(query, **options)
        found = numbered(scan)
        assert scan.cursor is None
        return found


@pytest.fixture(params=["no index", "half of it", "all of it"])
def place(
    tmp_path: Path, open_journal: Opener, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> Place:
    """A hundred records, one a second; as many in the index as the parameter says."""
    monkeypatch.setattr("strongroom.audit.index.block.BLOCK_RECORDS", 8)
    made = Place(tmp_path, (open_journal(1), open_journal(2)))
    for first in range(0, 100, 20):
        made.one.append([timed(number) for number in range(first, first + 20) if number % 3])
        made.two.append([timed(number) for number in range(first, first + 20) if number % 3 == 0])
        if first == 40 and request.param == "half of it":
            made.fill()
    if request.param == "all of it":
        made.fill()
    return made


def test_the_newest_comes_first(place: Place) -> None:
    assert place.found() == NEWEST_FIRST


def test_or_the_oldest(place: Place) -> None:
    assert place.found(oldest_first=True) == NEWEST_FIRST[::-1]


QUERIES = (
    EventQuery(operations=("Decrypt",)),
    EventQuery(since=START + 20, until=START + 70),
    EventQuery(operations=("Decrypt", "Sign"), since=START + 90),
    EventQuery(operations=("Decrypt",), until=START + 2),
    EventQuery(event_ids=("e000000",)),
    EventQuery(operations=("Verify",)),
)


def test_what_matches_and_nothing_else(place: Place) -> None:
    for query in QUERIES:
        expected = [
            number
            for number in NEWEST_FIRST
            if (not query.operations or ("Encrypt", "Decrypt", "Sign")[number % 3] in query.operations)
            and (query.since is None or START + number >= query.since)
            and (query.until is None or START + number < query.until)
            and (not query.event_ids or number == 0)
        ]
        assert place.found(query) == expected
        assert place.found(query, oldest_first=True) == expected[::-1]


@pytest.mark.parametrize("size", [3, 100])
@pytest.mark.parametrize("oldest_first", [False, True])
def test_a_cursor_goes_on_where_it_was_taken(place: Place, size: int, *, oldest_first: bool) -> None:
    """Whatever is written meanwhile, late records of the same second among it, and indexed, does not disturb it."""
    found: list[int] = []
    cursor = None
    for turn in range(200):
        scan = place.events.search(ALL, cursor, oldest_first=oldest_first)
        for record in scan:
            found += numbered([record])
            if len(found) % size == 0:
                break
        if len(found) < 100:
            journal = place.two if turn % 2 else place.one
            if turn % 3 == 0:
                journal.append(
                    [timed(1000 + turn), timed(2000 + turn, second=found[-1]), timed(3000 + turn, second=50)]
                )
            if turn % 9 == 8 and place.index.exists():
                place.fill()
        cursor = scan.cursor
        if cursor is None:
            break
    assert found == (NEWEST_FIRST[::-1] if oldest_first else NEWEST_FIRST)


@pytest.mark.parametrize("oldest_first", [False, True])
def test_a_listing_outlives_its_index(place: Place, *, oldest_first: bool) -> None:
    """The index goes away between two pieces, and comes back: each record is found once all the same."""
    found: list[int] = []
    cursor = None
    for turn in range(50):
        if turn == 3:
            remove_index(place.index)
        if turn == 6:
            place.fill()
        scan = place.events.search(ALL, cursor, oldest_first=oldest_first)
        for record in scan:
            found += numbered([record])
            if len(found) % 10 == 0:
                break
        cursor = scan.cursor
        if cursor is None:
            break
    assert found == (NEWEST_FIRST[::-1] if oldest_first else NEWEST_FIRST)


def test_what_was_just_written_is_found(place: Place) -> None:
    for number in range(100, 120):
        place.two.append([timed(number)])
        assert numbered(place.events.search(EventQuery(event_ids=(f"e{number:06d}",)))) == [number]
        assert next(iter(numbered(place.events.search(ALL)))) == number


def test_one_scan_passes_only_so_much(place: Place) -> None:
    """Of the journal thirty records, of the index thirty that match."""
    events = JournalEvents(place.journal, place.index, most=30)
    found: list[int] = []
    pieces, cursor = 0, None
    while pieces == 0 or cursor is not None:
        scan = events.search(ALL, cursor)
        found += numbered(scan)
        cursor = scan.cursor
        pieces += 1
    assert found == NEWEST_FIRST
    assert pieces == 4


def test_an_index_far_behind_is_not_waited_for(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is behind it has to be read to its end, a scan of the journal has not."""
    monkeypatch.setattr("strongroom.audit.lookup._MOST_BYTES_BEHIND", 10)
    place.one.append([timed(100)])
    scan = place.events.search(ALL)
    next(iter(scan))
    assert scan._at is not None, "the journal is scanned"
    assert place.found() == [100, *NEWEST_FIRST]


def test_the_index_is_what_answers(place: Place) -> None:
    scan = place.events.search(EventQuery(operations=("Decrypt",)))
    assert len(list(scan)) == 33
    if place.index.exists():
        assert scan._at is None
        assert scan._search.indexed + scan._search.behind == 100


def test_a_clock_that_was_set_back_hides_nothing(place: Place) -> None:
    place.one.append([timed(number, second=number - 95) for number in range(100, 110)])
    place.one.append([timed(110, second=110)])
    assert sorted(place.found(EventQuery(since=START + 60))) == [*range(60, 100), 110]


@pytest.mark.parametrize(
    "cursor",
    ["", "{", "{}", "[]", '[false,{"1":"a"},null,null]', '[false,{"1":[1,2,3]},null]', '[false,{"x":[1,2]},null]',
     "[false,{},[1],null]", "[true,{},null,null]", "[false,{},null,[]]"],
)  # fmt: skip
def test_what_is_no_cursor_is_refused(tmp_path: Path, cursor: str) -> None:
    with pytest.raises(ValueError, match=r"cursor"):
        JournalEvents(tmp_path, tmp_path).search(ALL, cursor)


def test_a_cursor_of_nowhere_finds_nothing(place: Place) -> None:
    for at in ("null", "{}", '{"1":[-1,-5],"9":[4,4]}'):
        assert place.found(ALL, cursor=f'[false,{{"7":[1,2],"1":[-1,-5],"2":[1,-9]}},null,{at}]') == []


def test_nothing_written_is_nothing_found(tmp_path: Path) -> None:
    scan = JournalEvents(tmp_path / "none", tmp_path / "index").search(ALL)
    assert (list(scan), scan.cursor) == ([], None)
