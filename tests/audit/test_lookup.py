"""Looking back: newest first over all workers, in pieces that fit together, beside a running journal."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from strongroom.audit.journal import Journal
from strongroom.audit.lookup import JournalEvents
from strongroom.model.events import EventQuery

Opener = Callable[..., Journal]
ALL = EventQuery()


def timed(number: int) -> bytes:
    return b'{"eventTime":"2026-01-15T22:%02d:%02dZ","eventID":"e%06d","pad":"%s"}' % (
        number // 60, number % 60, number, b"x" * 400,
    )  # fmt: skip


def numbered(record: bytes) -> int:
    return int(json.loads(record)["eventID"][1:])


@pytest.fixture
def journals(open_journal: Opener) -> tuple[Journal, Journal]:
    one, two = open_journal(1), open_journal(2)
    for number in range(100):
        (one if number % 3 else two).append([timed(number)])
    return one, two


def test_the_newest_comes_first(tmp_path: Path, journals: tuple[Journal, Journal]) -> None:
    scan = JournalEvents(tmp_path).search(ALL)
    assert [numbered(record) for record in scan] == list(range(99, -1, -1))
    assert scan.cursor is None


@pytest.mark.parametrize("size", [1, 7, 99, 100])
def test_a_cursor_goes_on_where_it_was_taken(tmp_path: Path, journals: tuple[Journal, Journal], size: int) -> None:
    found: list[int] = []
    cursor, events = None, JournalEvents(tmp_path)
    while True:
        scan = events.search(ALL, cursor)
        piece = []
        for record in scan:
            piece.append(numbered(record))
            if len(piece) == size:
                break
        found += piece
        journals[0].append([timed(1000 + len(found))])  # what is written meanwhile does not disturb it
        cursor = scan.cursor
        if cursor is None:
            break
    assert found == list(range(99, -1, -1))


def test_one_scan_passes_only_so_much(tmp_path: Path, journals: tuple[Journal, Journal]) -> None:
    found: list[int] = []
    cursor, events = None, JournalEvents(tmp_path, most=30)
    for _ in range(4):
        scan = events.search(ALL, cursor)
        found += [numbered(record) for record in scan]
        cursor = scan.cursor
    assert found == list(range(99, -1, -1))
    assert cursor is None


@pytest.mark.parametrize("cursor", ["", "{", "[]", '{"1":"a"}', '{"1":[1]}', '{"x":[1,2]}', '{"1":[1,2,3]}'])
def test_what_is_no_cursor_is_refused(tmp_path: Path, cursor: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        JournalEvents(tmp_path).search(ALL, cursor)


def test_a_cursor_of_nowhere_finds_nothing(tmp_path: Path, journals: tuple[Journal, Journal]) -> None:
    assert list(JournalEvents(tmp_path).search(ALL, '{"7":[1,2],"1":[-1,-5],"2":[1,-9]}')) == []


def test_nothing_written_is_nothing_found(tmp_path: Path) -> None:
    scan = JournalEvents(tmp_path / "none").search(ALL)
    assert (list(scan), scan.cursor) == ([], None)
