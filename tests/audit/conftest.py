"""What the journal tests share: short records, short segments, and journals that are closed whatever happens."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from strongroom.audit.journal import Journal

SEGMENT_BYTES = 8192
NOW = 1_768_514_954.0


def record_of(number: int) -> bytes:
    return b'{"eventTime":"2026-01-15T22:09:14Z","eventID":"e%06d","pad":"%s"}' % (number, b"x" * 400)


@pytest.fixture
def record() -> Callable[[int], bytes]:
    return record_of


@pytest.fixture
def open_journal(tmp_path: Path) -> Iterator[Callable[..., Journal]]:
    """Open journals below ``tmp_path``; those still open at the end of the test are closed."""
    opened = []

    def opener(
        slot: int = 1, *, directory: Path = tmp_path, segment_bytes: int = SEGMENT_BYTES, now: float = NOW
    ) -> Journal:
        journal = Journal.open(directory, slot, segment_bytes=segment_bytes, clock=lambda: now, server_id="test")
        opened.append(journal)
        return journal

    yield opener
    for journal in opened:
        journal.close()
