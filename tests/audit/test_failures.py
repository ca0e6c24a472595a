"""The journal on a failing disk: nothing of a failed batch counts, and service comes back by itself."""

import errno
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from strongroom.audit.journal import Journal, JournalUnavailableError
from strongroom.audit.verify import read_records, verify

Opener = Callable[..., Journal]
Recorder = Callable[[int], bytes]


def event_ids(directory: Path) -> list[str]:
    return [record["eventID"] for record in read_records(directory)]


def failing(code: int) -> Callable[..., int]:
    def fail(*_of: object, **_named: object) -> int:
        raise OSError(code, os.strerror(code))

    return fail


@pytest.mark.parametrize("truncates", [True, False], ids=["can still cut", "cannot even cut"])
@pytest.mark.parametrize("code", [errno.EIO, errno.ENOSPC, errno.EDQUOT, errno.EROFS])
@pytest.mark.parametrize("function", ["fdatasync", "pwrite"])
def test_a_failed_batch_does_not_count_and_the_next_one_does(
    *,
    tmp_path: Path,
    open_journal: Opener,
    record: Recorder,
    monkeypatch: pytest.MonkeyPatch,
    function: str,
    code: int,
    truncates: bool,
) -> None:
    journal = open_journal(now=77.0)
    journal.append([record(0)])
    before = journal.status()
    with monkeypatch.context() as broken:
        broken.setattr(os, function, failing(code))
        if not truncates:
            broken.setattr(os, "ftruncate", failing(code))
            broken.setattr(os, "fsync", failing(code))
            broken.setattr(Path, "unlink", failing(code))
        for attempt in range(3):
            with pytest.raises(JournalUnavailableError, match="service then returns by itself") as refused:
                journal.append([record(10 + attempt), record(20 + attempt)])
            assert str(tmp_path / "01") in str(refused.value)
        status = journal.status()
        assert (status.chain, status.records, status.bytes) == (before.chain, before.records, before.bytes)
        assert (status.failing_since, status.reason) == (77.0, str(refused.value))
    journal.append([record(1)])
    assert journal.status().failing_since is None
    assert event_ids(tmp_path) == ["e000000", "e000001"]
    assert journal.tail_event_ids() == {"e000000", "e000001"}
    report = verify(tmp_path)
    assert report.ok, report.bad
    assert report.records == 2
    journal.close()
    assert open_journal().recovery.damaged == ()
    assert event_ids(tmp_path) == ["e000000", "e000001"]
    assert verify(tmp_path).ok


def test_after_a_failed_sync_the_segment_is_never_written_or_synced_again_as_if_it_were_good(
    tmp_path: Path, open_journal: Opener, record: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """INVARIANT: a second sync of a page that could not be written succeeds without writing it."""
    journal = open_journal()
    journal.append([record(0)])
    assert journal._segment is not None
    failed = journal._segment.path
    good = journal._segment.used
    with monkeypatch.context() as broken:
        broken.setattr(os, "fdatasync", failing(errno.EIO))
        with pytest.raises(JournalUnavailableError):
            journal.append([record(1)])
    journal.append([record(1)])
    assert journal._segment is not None
    assert journal._segment.path != failed
    assert failed.stat().st_size == good


def test_an_interrupt_in_the_middle_of_a_write_leaves_no_half_batch_in_the_way(
    tmp_path: Path, open_journal: Opener, record: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal = open_journal()
    journal.append([record(0)])
    with monkeypatch.context() as interrupted:

        def interrupt(_descriptor: int) -> None:
            raise KeyboardInterrupt

        interrupted.setattr(os, "fdatasync", interrupt)
        with pytest.raises(KeyboardInterrupt):
            journal.append([record(1), record(2), record(3)])
    journal.append([record(4)])
    assert event_ids(tmp_path) == ["e000000", "e000004"]
    assert verify(tmp_path).ok


def test_short_writes_are_completed(
    tmp_path: Path, open_journal: Opener, record: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal = open_journal()
    real = os.pwrite
    monkeypatch.setattr(os, "pwrite", lambda descriptor, data, offset: real(descriptor, data[:100], offset))
    journal.append([record(0), record(1)])
    assert event_ids(tmp_path) == ["e000000", "e000001"]
    monkeypatch.setattr(os, "pwrite", lambda *_: 0)
    with pytest.raises(JournalUnavailableError):
        journal.append([record(2)])


def test_a_deleted_directory_is_noticed_before_anything_more_is_acknowledged(
    tmp_path: Path, open_journal: Opener, record: Recorder
) -> None:
    directory = tmp_path / "journal"
    journal = open_journal(directory=directory)
    journal.append([record(0)])
    shutil.rmtree(directory)
    with pytest.raises(JournalUnavailableError):
        journal.append([record(1)])
    journal.append([record(2)])
    assert event_ids(directory) == ["e000002"]
    (bad,) = verify(directory).bad
    assert (bad.segment, bad.problem) == (1, "the segment is missing")
    with pytest.raises(JournalUnavailableError, match="another process"):
        open_journal(directory=directory)


def test_a_directory_that_cannot_be_made_is_refused_at_the_start(tmp_path: Path, open_journal: Opener) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(JournalUnavailableError, match="Check the disk"):
        open_journal(directory=tmp_path / "file" / "journal")


def test_a_failed_preparation_is_made_up_for_when_the_segment_is_needed(
    tmp_path: Path, open_journal: Opener, record: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal = open_journal()
    with monkeypatch.context() as broken:
        broken.setattr(os, "posix_fallocate", failing(errno.EIO))
        while journal._preparation is None:
            journal.append([record(0)])
        journal._preparation.join()
        assert journal._prepared is None
    for n in range(20):
        journal.append([record(n)])
    assert verify(tmp_path).streams[0].segments > 1
    assert verify(tmp_path).ok


def test_what_a_crash_finds_of_a_failed_batch_is_settled_one_way_or_the_other(
    tmp_path: Path, open_journal: Opener, record: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The process dies before it could cut: its unacknowledged lines are then lines like all others."""
    journal = open_journal()
    journal.append([record(0)])
    with monkeypatch.context() as broken:
        broken.setattr(os, "fdatasync", failing(errno.EIO))
        broken.setattr(os, "ftruncate", failing(errno.EIO))
        with pytest.raises(JournalUnavailableError):
            journal.append([record(1)])
    journal.close()
    rewritten = []
    real = os.pwrite
    monkeypatch.setattr(os, "pwrite", lambda *of: (rewritten.append(of[1]), real(*of))[1])
    journal = open_journal()
    assert any(b"e000001" in data for data in rewritten), "trusted only after it was written again"
    assert journal.tail_event_ids() == {"e000000", "e000001"}
    assert verify(tmp_path).ok


# --- a disk that is really full --------------------------------------------------------------------------------------


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of one megabyte; only root can mount one."""
    place = tmp_path / "disk"
    place.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "none", place], check=False, capture_output=True)
    if mounted.returncode != 0:
        pytest.skip("mounting needs root")
    yield place
    subprocess.run(["umount", "-l", place], check=True)


def fill(journal: Journal, record: Recorder) -> int:
    """Append until there is no room and return how many records were acknowledged."""
    for n in range(10_000):
        try:
            journal.append([record(n)])
        except JournalUnavailableError:
            return n
    raise AssertionError("the disk is never full")


def test_service_returns_by_itself_when_space_does(small_disk: Path, open_journal: Opener, record: Recorder) -> None:
    journal = open_journal(directory=small_disk, segment_bytes=256 << 10)
    acknowledged = [f"e{n:06d}" for n in range(fill(journal, record))]
    assert "Free space on" in str(journal.status().reason)
    assert len(acknowledged) * len(record(0)) > 700_000, "halved segments use up what is left"
    for n in range(5):
        with pytest.raises(JournalUnavailableError):
            journal.append([record(9000 + n)])
    assert event_ids(small_disk) == acknowledged
    assert verify(small_disk).ok
    journal.close()
    with pytest.raises(JournalUnavailableError, match="Free space on"):
        open_journal(directory=small_disk, segment_bytes=256 << 10)
    ballast = small_disk / "01" / "00000001.log"
    kept = ballast.read_bytes()
    ballast.unlink()  # what an administrator would move elsewhere
    journal = open_journal(directory=small_disk, segment_bytes=256 << 10)
    journal.append([record(5000)])
    journal.close()
    subprocess.run(["mount", "-o", "remount,size=4m", small_disk], check=True)
    ballast.write_bytes(kept)
    assert event_ids(small_disk) == [*acknowledged, "e005000"]
    assert verify(small_disk).ok


def test_space_that_comes_back_while_running_is_enough(
    small_disk: Path, open_journal: Opener, record: Recorder
) -> None:
    ballast = small_disk / "ballast"
    ballast.write_bytes(bytes(600 << 10))
    journal = open_journal(directory=small_disk, segment_bytes=256 << 10)
    count = fill(journal, record)
    ballast.unlink()
    journal.append([record(count)])
    assert journal.status().reason is None
    assert event_ids(small_disk) == [f"e{n:06d}" for n in range(count + 1)]
    assert verify(small_disk).ok


def test_a_disk_that_became_read_only(small_disk: Path, open_journal: Opener) -> None:
    subprocess.run(["mount", "-o", "remount,ro", small_disk], check=True)
    with pytest.raises(JournalUnavailableError, match="writable for the server"):
        open_journal(directory=small_disk)
    subprocess.run(["mount", "-o", "remount,rw", small_disk], check=True)
    open_journal(directory=small_disk)
