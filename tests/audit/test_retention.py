"""Compressed segments read as before; what expires leaves an anchor; nothing that is still needed goes."""

import gzip
import json
import os
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from strongroom.audit.anchor import read_anchor
from strongroom.audit.backward import lines_back
from strongroom.audit.compressed import DamagedSegmentError, compress, read_compressed
from strongroom.audit.counting import Position
from strongroom.audit.index.search import Search
from strongroom.audit.index.terms import query_of
from strongroom.audit.journal import Journal
from strongroom.audit.lookup import JournalEvents
from strongroom.audit.onward import positions_at, read_on
from strongroom.audit.readers import drop_reader, keep_positions, kept_positions
from strongroom.audit.retention import Retention, tidy
from strongroom.audit.segment import read_part, read_segment, segment_numbers, stored_bytes
from strongroom.audit.verify import read_records, verify
from strongroom.cli.main import main
from strongroom.model.events import EventQuery
from strongroom.server import supervisor
from strongroom.server.indexer import Follower
from strongroom.server.settings import DataDirectory, Settings

NOW = 1_768_514_954.0
DAY = 86_400.0
Opener = Callable[..., Journal]
Recorder = Callable[[int], bytes]


def nobody(_: int) -> Iterator[tuple[str, int]]:
    return iter(())


@pytest.fixture
def journal(open_journal: Opener, record: Recorder) -> Journal:
    """Ten segments (the last one live), one a day."""
    for day in range(10):
        made = open_journal(now=NOW + day * DAY)
        made.append([record(day * 10 + n) for n in range(10)])
        if day < 9:
            made.close()
    assert made._preparation is not None
    made._preparation.join()
    return made


def event_ids(directory: Path) -> list[str]:
    return [record["eventID"] for record in read_records(directory)]


def names(directory: Path) -> list[str]:
    """Return the files of segments, without one that is made for later use."""
    return sorted(path.name for path in (directory / "01").glob("0*") if path.read_bytes().strip(b"\0"))


def left(directory: Path) -> list[int]:
    return [
        number for number in segment_numbers(directory / "01") if read_part(directory / "01", number, 0, 1) != b"\0"
    ]


def record_of(directory: Path, number: int) -> bytes:
    return read_on(directory, ()).records[number]


ALL = [f"e{n:06d}" for n in range(100)]


def test_compressed_segments_read_as_before(tmp_path: Path, journal: Journal) -> None:
    before, plain = verify(tmp_path), [read_segment(tmp_path / "01", n) for n in range(1, 8)]
    size = stored_bytes(tmp_path)
    done = tidy(tmp_path, Retention(compress_seconds=0), nobody, NOW + 20 * DAY)
    assert (done.compressed, done.expired) == (7, 0)
    assert done.bytes == stored_bytes(tmp_path) < size
    assert names(tmp_path) == [f"{n:08d}.log.gz" for n in range(1, 8)] + [f"{n:08d}.log" for n in (8, 9, 10)]
    assert verify(tmp_path) == before
    assert event_ids(tmp_path) == ALL
    assert [gzip.decompress((tmp_path / "01" / f"{n:08d}.log.gz").read_bytes()) for n in range(1, 8)] == plain
    assert sum(1 for _ in lines_back(tmp_path / "01", since=Position(3, 0))) == 80
    assert [json.loads(record)["eventID"] for record in read_on(tmp_path, ()).records] == ALL
    assert (
        len(read_on(tmp_path, positions_at(tmp_path, json.loads(record_of(tmp_path, 50))["eventTime"])).records) >= 50
    )
    assert [json.loads(record)["eventID"] for record in JournalEvents(tmp_path, tmp_path).search(EventQuery())] == ALL[
        ::-1
    ]
    assert journal.tail_event_ids(10) == set(ALL)
    assert tidy(tmp_path, Retention(compress_seconds=0), nobody, NOW + 20 * DAY).compressed == 0


def test_a_stream_with_compressed_segments_is_taken_up(
    tmp_path: Path, journal: Journal, open_journal: Opener, record: Recorder
) -> None:
    tidy(tmp_path, Retention(compress_seconds=0), nobody, NOW + 20 * DAY)
    journal.close()
    again = open_journal()
    again.append([record(100)])
    assert (again.recovery.torn_bytes, again.recovery.damaged) == (0, ())
    assert event_ids(tmp_path) == [*ALL, "e000100"]
    assert verify(tmp_path).ok


@pytest.mark.parametrize("compressed", [False, True])
def test_what_is_too_old_expires_behind_an_anchor(tmp_path: Path, journal: Journal, compressed: bool) -> None:
    if compressed:
        tidy(tmp_path, Retention(compress_seconds=0), nobody, NOW + 20 * DAY)
    done = tidy(tmp_path, Retention(keep_seconds=int(5 * DAY)), nobody, NOW + 9 * DAY + 1)
    assert done.expired == 4  # the fourth ended on the fourth day, more than five days ago
    assert left(tmp_path) == list(range(5, 11))
    assert event_ids(tmp_path) == ALL[40:]
    report = verify(tmp_path)
    assert report.ok
    assert report.records == 60
    (stream,) = report.streams
    assert stream.anchor is not None
    assert (stream.anchor.segment, stream.anchor.segments, stream.anchor.expired) == (4, 4, NOW + 9 * DAY + 1)


def test_the_live_segment_and_the_two_before_it_never_expire(
    tmp_path: Path, journal: Journal, open_journal: Opener, record: Recorder
) -> None:
    for retention in (Retention(keep_seconds=0), Retention(max_bytes=1)):
        tidy(tmp_path, retention, nobody, NOW + 900 * DAY)
        assert left(tmp_path) == [8, 9, 10]
    journal.close()
    open_journal().append([record(100)])
    assert verify(tmp_path).ok
    assert event_ids(tmp_path) == [*ALL[70:], "e000100"]


def test_as_much_expires_as_the_size_asks(tmp_path: Path, journal: Journal) -> None:
    journal.close()
    one = (tmp_path / "01" / "00000001.log").stat().st_size
    limit = stored_bytes(tmp_path) - 2 * one + 10
    done = tidy(tmp_path, Retention(max_bytes=limit), nobody, NOW)
    assert done.expired == 2
    assert done.bytes == stored_bytes(tmp_path) <= limit


def test_nothing_goes_that_a_reader_needs(tmp_path: Path, journal: Journal) -> None:
    keep_positions(tmp_path, "trail", {1: Position(3, 500)})
    keep_positions(tmp_path, "new", {})
    assert kept_positions(tmp_path) == {"new": {}, "trail": {1: (3, 500)}}

    def needed(slot: int) -> Iterator[tuple[str, int]]:
        return ((reader, at.get(slot, Position()).segment) for reader, at in kept_positions(tmp_path).items())

    everything = Retention(keep_seconds=0, compress_seconds=0)
    done = tidy(tmp_path, everything, needed, NOW + 20 * DAY)
    assert (done.expired, done.compressed, done.waiting_for) == (0, 0, ("new", "trail"))
    drop_reader(tmp_path, "new")
    done = tidy(tmp_path, everything, needed, NOW + 20 * DAY)
    assert (done.expired, done.waiting_for) == (2, ("trail",))
    (tmp_path / "readers" / "trail.json").write_text("{")  # it has read nothing, as far as anybody knows
    assert tidy(tmp_path, everything, needed, NOW + 20 * DAY).waiting_for == ("trail",)
    with pytest.raises(ValueError, match="no name"):
        keep_positions(tmp_path, "../x", {})


def test_verify_sees_what_is_missing_behind_an_anchor(tmp_path: Path, journal: Journal) -> None:
    tidy(tmp_path, Retention(keep_seconds=int(5 * DAY)), nobody, NOW + 9 * DAY + 1)
    anchor = tmp_path / "01" / "anchor.json"
    written = anchor.read_bytes()
    (tmp_path / "01" / "00000005.log").rename(tmp_path / "away")
    assert not verify(tmp_path).ok
    (tmp_path / "away").rename(tmp_path / "01" / "00000005.log")
    assert verify(tmp_path).ok
    said = json.loads(written)
    for changed in ({"chain": "0" * 64}, {"usedBytes": 1}, {"chain": "x"}, {"segment": "4"}):
        anchor.write_text(json.dumps(said | changed))
        assert not verify(tmp_path).ok
    anchor.unlink()
    assert not verify(tmp_path).ok


def test_a_crash_between_anchor_and_removal(tmp_path: Path, journal: Journal) -> None:
    old = (tmp_path / "01" / "00000002.log").read_bytes()
    tidy(tmp_path, Retention(keep_seconds=int(5 * DAY)), nobody, NOW + 9 * DAY + 1)
    (tmp_path / "01" / "00000002.log").write_bytes(old)
    assert verify(tmp_path).ok
    tidy(tmp_path, Retention(), nobody, NOW)
    assert left(tmp_path) == list(range(5, 11))


def test_a_damaged_compressed_segment_is_named(tmp_path: Path, journal: Journal) -> None:
    tidy(tmp_path, Retention(compress_seconds=0), nobody, NOW + 20 * DAY)
    path = tmp_path / "01" / "00000003.log.gz"
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(bytes(data))
    with pytest.raises(DamagedSegmentError):
        read_segment(tmp_path / "01", 3)
    report = verify(tmp_path)
    assert not report.ok


def test_damage_stays_where_it_is(tmp_path: Path, journal: Journal) -> None:
    path = tmp_path / "01" / "00000003.log"
    path.write_bytes(b"\0" + path.read_bytes()[1:])
    (tmp_path / "01" / "00000004.log").write_bytes(b"no header\n")
    tidy(tmp_path, Retention(keep_seconds=0), nobody, NOW + 20 * DAY)
    assert 4 in segment_numbers(tmp_path / "01")


@given(st.integers(0, 300_000), st.integers(0, 300_000), st.integers(0, 300_000))
def test_any_part_of_a_compressed_segment(size: int, start: int, length: int) -> None:
    data = (b"0123456789abcdef" * 20_000)[:size]
    with tempfile.TemporaryFile() as file:
        file.write(compress(data))
        file.flush()
        assert read_compressed(file.fileno(), start, length) == data[start : start + length]
        assert read_compressed(file.fileno(), 0, None) == data
        assert os.fstat(file.fileno()).st_size == len(compress(data))


# --- together with the index -----------------------------------------------------------------------------------------


@pytest.fixture
def data(tmp_path: Path) -> DataDirectory:
    return DataDirectory(tmp_path)


def test_the_follower_indexes_compresses_and_lets_expire(
    data: DataDirectory, open_journal: Opener, record: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    for day in range(10):
        made = open_journal(directory=data.journal, now=NOW + day * DAY)
        made.append([record(day * 10 + n) for n in range(10)])
        made.close()
    monkeypatch.setattr(Follower, "_marks", lambda _: {1: 9})
    follower = Follower(data, Retention(compress_seconds=0), clock=lambda: NOW + 20 * DAY)
    follower.turn()
    assert read_part(data.journal / "01", 1, 0, 10)
    assert not (data.journal / "01" / "00000001.log").exists()
    search = Search(data.journal, data.index, query_of(event_ids=["e000012"]))
    assert [json.loads(one)["eventID"] for one in search] == ["e000012"]
    follower.close()
    follower = Follower(data, Retention(keep_seconds=int(15 * DAY)), clock=lambda: NOW + 20 * DAY)
    follower.turn()
    follower.close()
    anchor = read_anchor(data.journal / "01")
    assert anchor is not None
    assert anchor.segment == 4
    left: list[Any] = [
        json.loads(one)["eventID"] for one in Search(data.journal, data.index, query_of(), oldest_first=True)
    ]
    assert left == ALL[40:]


def test_a_follower_without_an_index_still_tidies(data: DataDirectory, open_journal: Opener, record: Recorder) -> None:
    """Nothing waits for an index that is not to be, and searches read the journal."""
    for day in range(5):
        made = open_journal(directory=data.journal, now=NOW + day * DAY)
        made.append([record(day * 10 + n) for n in range(10)])
        made.close()
    follower = Follower(data, Retention(compress_seconds=0), clock=lambda: NOW + 20 * DAY, index=False)
    follower.turn()
    follower.close()
    assert (data.journal / "01" / "00000001.log.gz").exists()
    assert not data.index.exists()
    search = Search(data.journal, data.index, query_of(event_ids=["e000012"]))
    assert [json.loads(one)["eventID"] for one in search] == ["e000012"]
    assert search.problem is not None


@pytest.mark.parametrize(("options", "environment", "expected"), [
    ([], {}, True), (["--no-audit-index"], {}, False), ([], {"STRONGROOM_AUDIT_INDEX": "0"}, False),
])  # fmt: skip
def test_serve_can_do_without_the_index(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, options: list[str], environment: dict[str, str], *, expected: bool
) -> None:
    seen: list[Settings] = []
    monkeypatch.setattr(supervisor, "serve", lambda settings, _announce: seen.append(settings) or 0)
    result = CliRunner().invoke(main, ["serve", "--data", str(tmp_path), *options], env=environment)
    assert result.exit_code == 0, result.output
    assert seen[0].audit_index is expected
