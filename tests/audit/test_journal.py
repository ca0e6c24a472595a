"""The journal on a healthy disk: order, turning over, recovery of what any earlier process may have left."""

import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from strongroom.audit.chain import read_header
from strongroom.audit.journal import Journal, JournalUnavailableError
from strongroom.audit.verify import read_raw_records, read_records, verify

Opener = Callable[..., Journal]
Recorder = Callable[[int], bytes]


def segment(directory: Path, number: int, slot: int = 1) -> Path:
    return directory / f"{slot:02d}" / f"{number:08d}.log"


def event_ids(directory: Path) -> list[str]:
    return [record["eventID"] for record in read_records(directory)]


def forget(journal: Journal) -> None:
    """Leave a journal as a killed process does: nothing cut, nothing removed, the lock free."""
    if journal._preparation is not None:
        journal._preparation.join()
    for open_segment in (journal._segment, journal._prepared):
        if open_segment is not None:
            os.close(open_segment.descriptor)
    assert journal._lock is not None
    os.close(journal._lock)
    journal._segment = journal._prepared = journal._preparation = journal._lock = None


def test_records_come_back_in_order_over_many_segments(tmp_path: Path, open_journal: Opener, record: Recorder) -> None:
    journal = open_journal()
    expected = []
    for batch in range(60):
        records = [record(batch * 10 + n) for n in range(batch % 4)]
        journal.append(records)
        expected += records
        assert verify(tmp_path).ok, "beside the running journal"
    assert list(read_raw_records(tmp_path)) == expected
    journal.close()
    report = verify(tmp_path)
    assert report.ok
    assert report.records == len(expected)
    assert report.streams[0].segments > 3
    assert not any(b"\0" in path.read_bytes() for path in (tmp_path / "01").glob("*.log"))


def test_status_tells_what_is_there(tmp_path: Path, open_journal: Opener, record: Recorder) -> None:
    journal = open_journal()
    for n in range(40):
        journal.append([record(n)])
    status = journal.status()
    journal.close()
    sizes = [path.stat().st_size for path in (tmp_path / "01").glob("*.log")]
    assert (status.slot, status.records, status.segments, status.bytes) == (1, 40, len(sizes), sum(sizes))
    assert status.chain == verify(tmp_path).streams[0].chain
    assert (status.failing_since, status.reason) == (None, None)
    assert open_journal().status().bytes > status.bytes


def test_files_are_private_and_full_of_zeros_before_use(tmp_path: Path, open_journal: Opener, record: Recorder) -> None:
    journal = open_journal(directory=tmp_path / "new" / "journal")
    journal.append([record(1)])
    stream = tmp_path / "new" / "journal" / "01"
    assert stat.S_IMODE(stream.stat().st_mode) == 0o700
    assert stat.S_IMODE(stream.parent.stat().st_mode) == 0o700
    file = stream / "00000001.log"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert file.stat().st_size == 8192
    assert file.stat().st_blocks * 512 >= 8192, "real blocks, not a hole"


def test_the_next_segment_is_ready_before_it_is_needed(
    tmp_path: Path, open_journal: Opener, record: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal = open_journal()
    while journal._preparation is None:
        journal.append([record(1)])
    journal._preparation.join()
    assert segment(tmp_path, 2).read_bytes() == bytes(8192)
    assert verify(tmp_path).ok
    monkeypatch.setattr("strongroom.audit.journal.make_segment", None)  # none may be made on the way of a request
    while segment(tmp_path, 2).read_bytes() == bytes(8192):
        journal.append([record(2)])
    assert verify(tmp_path).ok


def test_headers_name_place_time_server_and_predecessor(tmp_path: Path, open_journal: Opener, record: Recorder) -> None:
    journal = open_journal(slot=7, now=5.5)
    journal.append([record(1)])
    journal.close()
    end = journal.status().chain
    open_journal(slot=7, now=6.5)
    first = read_header(segment(tmp_path, 1, slot=7).read_bytes())
    second = read_header(segment(tmp_path, 2, slot=7).read_bytes())
    assert first is not None
    assert second is not None
    assert (first.version, first.slot, first.segment, first.created, first.server_id) == (1, 7, 1, 5.5, "test")
    assert first.previous is None
    assert (second.segment, second.created) == (2, 6.5)
    assert second.previous is not None
    assert second.previous.segment == 1
    assert second.previous.used_bytes == segment(tmp_path, 1, slot=7).stat().st_size
    assert second.previous.chain == end
    assert not second.previous.abandoned


def test_batches_that_do_not_fit_go_on_in_the_next_segment_or_one_of_their_own(
    tmp_path: Path, open_journal: Opener, record: Recorder
) -> None:
    journal = open_journal()
    journal.append([record(n) for n in range(10)])
    journal.append([record(n) for n in range(10, 20)])  # fits a segment, not the rest of this one
    journal.append([record(n) for n in range(20, 120)])  # fits no segment
    journal.append([record(n) for n in range(120, 122)])
    assert event_ids(tmp_path) == [f"e{n:06d}" for n in range(122)]
    assert segment(tmp_path, 3).stat().st_size > 50_000
    journal.close()
    assert verify(tmp_path).ok


def test_an_empty_batch_is_nothing(open_journal: Opener) -> None:
    journal = open_journal()
    before = journal.status()
    journal.append([])
    assert journal.status() == before


def test_one_writer_at_a_time_and_none_after_close(open_journal: Opener, record: Recorder) -> None:
    journal = open_journal()
    with pytest.raises(JournalUnavailableError, match="another process"):
        open_journal()
    open_journal(slot=2)
    journal.close()
    journal.close()
    with pytest.raises(JournalUnavailableError, match="closed"):
        journal.append([record(1)])
    open_journal().append([record(2)])


# --- recovery ---------------------------------------------------------------------------------------------------


def test_a_killed_journal_is_taken_up_without_loss(tmp_path: Path, open_journal: Opener, record: Recorder) -> None:
    for life in range(6):
        journal = open_journal()
        for n in range(11):
            journal.append([record(life * 11 + n)])
        forget(journal)
        assert verify(tmp_path).ok, "as it was left"
    journal = open_journal()
    assert (journal.recovery.torn_bytes, journal.recovery.damaged) == (0, ())
    assert event_ids(tmp_path) == [f"e{n:06d}" for n in range(66)]
    report = verify(tmp_path)
    assert report.ok
    assert report.records == 66


@pytest.mark.parametrize("kept", [1, 63, 64, 65, 200, 480, 900])
def test_a_torn_batch_is_cut_off_and_kept_aside(
    tmp_path: Path, open_journal: Opener, record: Recorder, kept: int
) -> None:
    journal = open_journal()
    journal.append([record(0)])
    assert journal._segment is not None
    good = journal._segment.used
    journal.append([record(1), record(2)])
    whole = segment(tmp_path, 1).read_bytes()
    forget(journal)
    segment(tmp_path, 1).write_bytes(whole[: good + kept] + bytes(8192 - good - kept))
    assert verify(tmp_path).streams[0].torn_bytes > 0
    assert verify(tmp_path).ok
    journal = open_journal()
    torn = segment(tmp_path, 1).with_suffix(".torn").read_bytes()
    assert segment(tmp_path, 1).read_bytes() + torn == whole[: good + kept]
    assert journal.recovery.torn_bytes == len(torn)
    journal.append([record(3)])
    assert event_ids(tmp_path) == ["e000000", *(["e000001"] if kept == 900 else []), "e000003"]
    assert verify(tmp_path).ok
    assert verify(tmp_path).streams[0].torn_bytes == 0


def test_a_header_that_was_cut_off_goes_with_its_segment(
    tmp_path: Path, open_journal: Opener, record: Recorder
) -> None:
    journal = open_journal()
    journal.append([record(0)])
    journal.close()
    journal = open_journal()
    header = segment(tmp_path, 2).read_bytes()
    forget(journal)
    segment(tmp_path, 2).write_bytes(header[:100] + bytes(8092))
    assert verify(tmp_path).ok
    journal = open_journal()
    assert journal.recovery.torn_bytes == 100
    journal.append([record(1)])
    assert event_ids(tmp_path) == ["e000000", "e000001"]
    assert verify(tmp_path).ok


def test_prepared_segments_of_a_killed_process_are_removed(tmp_path: Path, open_journal: Opener) -> None:
    open_journal().close()
    segment(tmp_path, 2).write_bytes(bytes(8192))
    segment(tmp_path, 3).write_bytes(b"")
    assert verify(tmp_path).ok
    open_journal()
    assert not segment(tmp_path, 3).exists()
    assert read_header(segment(tmp_path, 2).read_bytes()) is not None


@pytest.mark.parametrize("at", [5, 200, 700])
def test_damage_in_the_last_segment_does_not_stop_the_service_and_stays_to_be_found(
    tmp_path: Path, open_journal: Opener, record: Recorder, at: int
) -> None:
    journal = open_journal()
    journal.append([record(n) for n in range(5)])
    forget(journal)
    data = bytearray(segment(tmp_path, 1).read_bytes())
    data[at] ^= 4
    segment(tmp_path, 1).write_bytes(bytes(data))
    line = bytes(data[:at]).count(b"\n") + 1
    for life in range(3):
        journal = open_journal()
        assert journal.recovery.damaged == ((1,) if life == 0 else ())
        journal.append([record(100 + life)])
        journal.close()
        (bad,) = verify(tmp_path).bad
        assert (bad.slot, bad.segment, bad.line) == (1, 1, line)
    assert segment(tmp_path, 1).read_bytes() == bytes(data), "evidence is not touched"
    assert "e000102" in event_ids(tmp_path)


def test_garbage_for_a_segment_is_passed_by_and_reported(
    tmp_path: Path, open_journal: Opener, record: Recorder
) -> None:
    journal = open_journal()
    journal.append([record(0)])
    journal.close()
    segment(tmp_path, 2).write_bytes(b"this was\nnever a segment\n")
    journal = open_journal()
    assert journal.recovery.damaged == (2,)
    journal.append([record(1)])
    assert event_ids(tmp_path) == ["e000000", "e000001"]
    (bad,) = verify(tmp_path).bad
    assert (bad.segment, bad.line) == (2, 1)


# --- the outbox's question ----------------------------------------------------------------------------------------


def test_tail_event_ids_of_the_last_segments(tmp_path: Path, open_journal: Opener, record: Recorder) -> None:
    journal = open_journal()
    for n in range(100):
        journal.append([record(n)])
    journal.append([b'{"no":"id"}'])
    ids = journal.tail_event_ids()
    assert len(ids) < 100
    assert {f"e{n:06d}" for n in range(80, 100)} <= ids
    assert len(journal.tail_event_ids(limit_segments=100)) == 100
    forget(journal)
    assert {f"e{n:06d}" for n in range(80, 100)} <= open_journal().tail_event_ids()


def test_tail_event_ids_looks_behind_a_row_of_short_segments(open_journal: Opener, record: Recorder) -> None:
    for life in range(6):
        journal = open_journal()
        journal.append([record(life)])
        journal.close()
    assert open_journal().tail_event_ids() == {f"e{life:06d}" for life in range(6)}


@pytest.mark.parametrize("count", [1, 32])
def test_an_append_is_one_write_and_one_sync(
    open_journal: Opener, record: Recorder, monkeypatch: pytest.MonkeyPatch, count: int
) -> None:
    journal = open_journal(segment_bytes=1 << 20)
    calls = []
    for name in ("pwrite", "fdatasync", "fsync", "open"):
        real = getattr(os, name)
        monkeypatch.setattr(os, name, lambda *of, name=name, real=real: (calls.append(name), real(*of))[1])
    journal.append([record(n) for n in range(count)])
    monkeypatch.undo()
    assert calls == ["pwrite", "fdatasync"]
