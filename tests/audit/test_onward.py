"""Reading the journal onward: from any position, over segments, restarts and damage, with nothing missing and nothing twice."""

import json
from collections.abc import Callable
from pathlib import Path

from strongroom.audit.journal import Journal
from strongroom.audit.onward import positions_at, read_on

Opener = Callable[..., Journal]
Recorder = Callable[[int], bytes]


def numbered(records: list[bytes]) -> list[int]:
    return [int(json.loads(record)["eventID"][1:]) for record in records]


def timed(number: int) -> bytes:
    return b'{"eventTime":"2026-01-15T22:%02d:%02dZ","eventID":"e%06d","pad":"%s"}' % (
        number // 60, number % 60, number, b"x" * 400,
    )  # fmt: skip


def test_each_reading_goes_on_where_the_last_one_ended(tmp_path: Path, open_journal: Opener, record: Recorder) -> None:
    journal = open_journal()
    positions, found = (), []
    for batch in range(40):
        journal.append([record(batch * 3 + n) for n in range(3)])
        if batch % 7 == 0:
            read = read_on(tmp_path, positions)
            positions, found = read.positions, found + numbered(read.records)
        if batch % 13 == 0:
            journal.close()
            journal = open_journal()
    found += numbered(read_on(tmp_path, positions).records)
    assert found == list(range(120))


def test_a_batch_is_bounded(tmp_path: Path, open_journal: Opener, record: Recorder) -> None:
    one, two = open_journal(1), open_journal(2)
    for number in range(50):
        (one if number % 2 else two).append([record(number)])
    positions, found = (), []
    for _ in range(100):
        read = read_on(tmp_path, positions, most=1000)
        positions, found = read.positions, found + numbered(read.records)
        assert len(read.records) <= 3
        if not read.more:
            break
    assert sorted(found) == list(range(50))


def test_a_write_that_was_cut_off_is_not_read_and_hides_nothing(
    tmp_path: Path, open_journal: Opener, record: Recorder
) -> None:
    journal = open_journal()
    journal.append([record(0)])
    path = tmp_path / "01" / "00000001.log"
    used = len(path.read_bytes().rstrip(b"\0"))
    with path.open("r+b") as file:
        file.seek(used)
        file.write(b"0" * 40)
    read = read_on(tmp_path, ())
    assert (numbered(read.records), read.damage) == ([0], [])
    journal.close()
    journal = open_journal()
    journal.append([record(1)])
    again = read_on(tmp_path, read.positions)
    assert (numbered(again.records), again.damage) == ([1], [])


def test_damage_is_named_and_passed_over(tmp_path: Path, open_journal: Opener, record: Recorder) -> None:
    journal = open_journal()
    journal.append([record(number) for number in range(5)])
    path = tmp_path / "01" / "00000001.log"
    path.write_bytes(path.read_bytes().replace(b"e000002", b"e000009"))
    read = read_on(tmp_path, ())
    assert numbered(read.records) == [0, 1, 3, 4]
    assert [place.startswith("stream 01, segment 1, byte ") for place in read.damage] == [True]
    again = read_on(tmp_path, read.positions)
    assert (again.records, again.damage) == ([], []), "it is said once"
    journal.append([record(5)])
    assert numbered(read_on(tmp_path, again.positions).records) == [5]


def test_a_damaged_header_is_named_and_hides_nothing_before_it(
    tmp_path: Path, open_journal: Opener, record: Recorder
) -> None:
    journal = open_journal()
    for number in range(40):
        journal.append([record(number)])
    path = tmp_path / "01" / "00000002.log"
    path.write_bytes(path.read_bytes().replace(b'{"type"', b'{"tape"', 1))
    read = read_on(tmp_path, ())
    assert numbered(read.records) == list(range(40))
    assert read.damage == ["stream 01, segment 2, byte 0"]


def test_positions_at_a_time_are_not_behind_it(tmp_path: Path, open_journal: Opener) -> None:
    journal = open_journal()
    for number in range(120):
        journal.append([timed(number)])
    for since in (0, 1, 59, 60, 119):
        text = f"2026-01-15T22:{since // 60:02d}:{since % 60:02d}Z"
        found = numbered(read_on(tmp_path, positions_at(tmp_path, text)).records)
        assert found == list(range(found[0], 120))
        assert max(0, since - 20) <= found[0] <= since


def test_a_directory_without_journals_holds_nothing(tmp_path: Path) -> None:
    assert positions_at(tmp_path / "none", "2026") == ()
    assert read_on(tmp_path / "none", ()).records == []
