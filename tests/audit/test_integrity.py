"""The journal is verified by itself, and what was seen is there for whoever asks."""

import logging
import time
from collections.abc import Callable
from contextlib import closing

import pytest

from strongroom.audit.integrity import Integrity, keep_integrity, kept_integrity, look
from strongroom.audit.journal import Journal
from strongroom.audit.retention import Retention
from strongroom.cli.audit_verify import verified
from strongroom.server.indexer import Follower
from strongroom.server.inquiries import _integrity
from strongroom.server.settings import DataDirectory

START = 1_767_225_600.0


def journal_of(data: DataDirectory, records: int) -> None:
    with closing(Journal.open(data.journal, 1, segment_bytes=65536, clock=lambda: START)) as journal:
        journal.append([b'{"eventName":"Encrypt","eventID":"%d"}' % number for number in range(records)])


def changed_by_one_byte(data: DataDirectory) -> None:
    segment = data.journal / "01" / "00000001.log"
    content = segment.read_bytes()
    segment.write_bytes(content.replace(b'"Encrypt","eventID":"3"', b'"Decrypt","eventID":"3"'))


def test_what_was_seen_is_kept(data: DataDirectory) -> None:
    assert kept_integrity(data.journal) is None
    assert _integrity(data.journal)[:2] == ("UNKNOWN", None)
    journal_of(data, 5)
    assert look(data.journal, lambda: START) == Integrity(START, 5, 1)
    assert _integrity(data.journal) == ("VERIFIED", START, "5 records in 1 streams, each chained to all before it.")
    changed_by_one_byte(data)
    seen = look(data.journal, lambda: START + 9)
    assert seen == kept_integrity(data.journal)
    state, at, text = _integrity(data.journal)
    assert (state, at) == ("FAILED", START + 9)
    assert "stream 01, segment 1, line 5" in text


def test_the_command_line_keeps_it_too(data: DataDirectory) -> None:
    journal_of(data, 5)
    assert verified(data)[1]
    seen = kept_integrity(data.journal)
    assert seen is not None
    assert not seen.problems


@pytest.mark.parametrize("content", [b"", b"{", b"\xff\xfe", b'{"verified_at":"x"}', b"[1]"])
def test_a_file_that_cannot_be_read_is_no_verdict(data: DataDirectory, content: bytes) -> None:
    keep_integrity(data.journal, Integrity(START, 1, 1))
    (data.journal / "integrity.json").write_bytes(content)
    assert kept_integrity(data.journal) is None


def test_the_follower_has_it_looked_at(data: DataDirectory, caplog: pytest.LogCaptureFixture) -> None:
    journal_of(data, 5)
    now = START
    follower = Follower(data, Retention(), clock=lambda: now, index=False)

    def turned_until(happened: Callable[[], bool]) -> None:
        deadline = time.monotonic() + 30
        while not happened():
            follower.turn()
            assert time.monotonic() < deadline
            time.sleep(0.02)

    with closing(follower):
        follower.turn()
        assert follower._looking is None  # not at the start, when others are busy
        now += 61
        turned_until(lambda: kept_integrity(data.journal) is not None and follower._looking is None)
        assert not caplog.records
        changed_by_one_byte(data)
        now += 6 * 3600
        with caplog.at_level(logging.ERROR, "strongroom"):
            turned_until(lambda: bool(caplog.records))
        assert "does not hold: stream 01, segment 1, line 5" in caplog.text


@pytest.fixture
def data(tmp_path_factory: pytest.TempPathFactory) -> DataDirectory:
    return DataDirectory(tmp_path_factory.mktemp("data"))
