"""Whoever touches a journal is found, and where exactly is said."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from strongroom.audit.chain import link
from strongroom.audit.journal import Journal
from strongroom.audit.verify import BadPlace, read_records, verify

Opener = Callable[..., Journal]
Recorder = Callable[[int], bytes]
SEGMENTS = 5


@pytest.fixture
def journal(tmp_path: Path, open_journal: Opener, record: Recorder) -> Path:
    """A finished stream of five segments of about 14 records."""
    for n in range(SEGMENTS):
        writer = open_journal(directory=tmp_path / "journal")
        for line in range(14):
            writer.append([record(n * 14 + line)])
        writer.close()
    assert verify(tmp_path / "journal").ok
    return tmp_path / "journal"


def segment(journal: Path, number: int) -> Path:
    return journal / "01" / f"{number:08d}.log"


def only_bad(journal: Path) -> tuple[int, int]:
    """Return (segment, line) of the one bad place."""
    report = verify(journal)
    assert not report.ok
    (bad,) = report.bad
    assert bad.slot == 1
    assert bad.problem in str(bad)
    return bad.segment, bad.line


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150)
@given(number=st.integers(1, SEGMENTS - 1), at=st.floats(0, 1, exclude_max=True), bit=st.integers(0, 7))
def test_a_bit_flipped_anywhere_in_a_closed_segment_is_found(journal: Path, number: int, at: float, bit: int) -> None:
    path = segment(journal, number)
    good = path.read_bytes()
    data = bytearray(good)
    position = int(at * len(data))
    data[position] ^= 1 << bit
    path.write_bytes(bytes(data))
    try:
        assert only_bad(journal) == (number, good[:position].count(b"\n") + 1)
    finally:
        path.write_bytes(good)


def test_a_bit_flipped_in_any_header_is_found_there(journal: Path) -> None:
    for number in range(1, SEGMENTS + 1):
        path = segment(journal, number)
        good = path.read_bytes()
        for position in range(good.index(b"\n")):
            data = bytearray(good)
            data[position] ^= 1
            path.write_bytes(bytes(data))
            assert only_bad(journal) == (number, 1), position
        path.write_bytes(good)


@pytest.mark.parametrize("number", [1, 3, SEGMENTS])
@pytest.mark.parametrize("line", [1, 2, 8])
def test_a_removed_line_is_found(journal: Path, number: int, line: int) -> None:
    lines = segment(journal, number).read_bytes().splitlines(keepends=True)
    segment(journal, number).write_bytes(b"".join(lines[: line - 1] + lines[line:]))
    assert only_bad(journal) == (number, line)


@pytest.mark.parametrize("number", [1, 3])
@pytest.mark.parametrize("removed", [1, 5])
def test_lines_removed_from_the_end_of_a_closed_segment_are_found(journal: Path, number: int, removed: int) -> None:
    lines = segment(journal, number).read_bytes().splitlines(keepends=True)
    segment(journal, number).write_bytes(b"".join(lines[:-removed]))
    assert only_bad(journal) == (number, len(lines) - removed + 1)


@pytest.mark.parametrize("number", [1, 3, SEGMENTS])
def test_swapped_lines_are_found(journal: Path, number: int) -> None:
    lines = segment(journal, number).read_bytes().splitlines(keepends=True)
    lines[4], lines[9] = lines[9], lines[4]
    segment(journal, number).write_bytes(b"".join(lines))
    assert only_bad(journal) == (number, 5)


@pytest.mark.parametrize("number", range(1, SEGMENTS))
@pytest.mark.parametrize("emptied", [False, True])
def test_a_removed_or_emptied_segment_is_found(journal: Path, number: int, emptied: bool) -> None:
    if emptied:
        segment(journal, number).write_bytes(bytes(8192))
    else:
        segment(journal, number).unlink()
    assert only_bad(journal) == (number, 1)


def test_swapped_segments_are_found(journal: Path) -> None:
    second, third = segment(journal, 2).read_bytes(), segment(journal, 3).read_bytes()
    segment(journal, 2).write_bytes(third)
    segment(journal, 3).write_bytes(second)
    assert only_bad(journal)[0] in {2, 3}


def test_a_segment_of_another_stream_is_found(journal: Path, open_journal: Opener) -> None:
    open_journal(2, directory=journal).close()
    shutil.copy(journal / "02" / "00000001.log", segment(journal, 1))
    assert only_bad(journal) == (1, 1)


def test_added_lines_are_found_even_when_they_are_chained(journal: Path) -> None:
    data = segment(journal, 2).read_bytes()
    chain = bytes.fromhex(data.splitlines()[-1][:64].decode())
    segment(journal, 2).write_bytes(data + link(chain, b'{"eventID":"forged"}')[1])
    assert only_bad(journal) == (2, 16)
    segment(journal, 2).write_bytes(data + b"anything")
    assert only_bad(journal) == (2, 16)


def test_a_segment_forged_and_chained_again_is_found_at_the_next(journal: Path) -> None:
    chain = bytes.fromhex(segment(journal, 2).read_bytes().splitlines()[-1][:64].decode())
    forged = b""
    for line in segment(journal, 3).read_bytes().splitlines():
        chain, relinked = link(chain, line[65:].replace(b"e000030", b"e999999"))
        forged += relinked
    segment(journal, 3).write_bytes(forged)
    assert only_bad(journal) == (4, 1)


def test_an_added_file_is_found(journal: Path) -> None:
    segment(journal, 6).write_bytes(b"something\nelse\n")
    assert only_bad(journal) == (6, 1)
    shutil.copy(segment(journal, 5), segment(journal, 6))
    assert only_bad(journal) == (6, 1)


def test_a_torn_end_is_tolerated_in_the_last_segment_only(journal: Path) -> None:
    last = segment(journal, SEGMENTS)
    last.write_bytes(last.read_bytes()[:-20])
    report = verify(journal)
    assert report.ok
    assert report.records == SEGMENTS * 14 - 1
    assert report.streams[0].torn_bytes > 0
    first = segment(journal, 1)
    first.write_bytes(first.read_bytes()[:-20] + bytes(20))
    assert only_bad(journal) == (1, 15)


def test_each_stream_has_its_own_verdict(journal: Path, open_journal: Opener, record: Recorder) -> None:
    other = open_journal(12, directory=journal)
    other.append([record(1)])
    segment(journal, 3).unlink()
    (journal / "notes.txt").write_text("not a stream")
    report = verify(journal)
    assert [stream.slot for stream in report.streams] == [1, 12]
    assert report.bad == (BadPlace(1, 3, 1, "the segment is missing"),)
    assert str(report.bad[0]) == "stream 01, segment 3, line 1: the segment is missing"
    assert (report.streams[0].records, report.streams[1].records) == (28, 1)
    assert report.records == 29


def test_no_directory_is_no_journal(tmp_path: Path) -> None:
    assert verify(tmp_path / "nothing").streams == ()
    assert list(read_records(tmp_path / "nothing")) == []


def test_records_of_all_streams_come_by_time_and_each_stream_in_its_order(tmp_path: Path, open_journal: Opener) -> None:
    first, second = open_journal(1), open_journal(2)
    for second_of, writer, name in (
        (1, first, "a"),
        (2, second, "b"),
        (2, second, "c"),
        (3, first, "d"),
        (1, first, "e"),
    ):
        line = {"eventTime": f"2026-01-15T22:09:{second_of:02d}Z", "eventID": name}
        writer.append([json.dumps(line).encode()])
    assert [record["eventID"] for record in read_records(tmp_path)] == ["a", "b", "c", "d", "e"]
    assert [record["eventID"] for record in read_records(tmp_path, slot=2)] == ["b", "c"]


def test_a_damaged_journal_can_still_be_read(journal: Path) -> None:
    data = bytearray(segment(journal, 3).read_bytes())
    data[data.index(b"e000030") + 6] ^= 1
    segment(journal, 3).write_bytes(bytes(data))
    ids = [record["eventID"] for record in read_records(journal)]
    assert len(ids) == SEGMENTS * 14
    assert "e000031" in ids
