"""Whether the journal held when it was last looked at: ``journal/integrity.json``, for the console and who else asks.

``python -m strongroom.audit.integrity JOURNAL`` looks and keeps what it saw. The process that follows the journal starts that now and
then, at the lowest priority: a journal of millions of records takes minutes to read.
"""

import os
import sys
import time
from pathlib import Path

import msgspec

from strongroom.audit.segment import make_directory, write_whole
from strongroom.audit.verify import Report, verify
from strongroom.model.clock import Clock

_FILE = "integrity.json"
_MAX_PROBLEMS = 20
_LOWEST_PRIORITY = 19


class Integrity(msgspec.Struct, frozen=True, gc=False):
    """``problems`` are the first bad places of the streams that do not hold; none: all of it held at ``verified_at`` (seconds)."""

    verified_at: float
    records: int
    streams: int
    problems: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """What an operator is told."""
        if self.problems:
            return "; ".join(self.problems)
        return f"{self.records} records in {self.streams} streams, each chained to all before it."


def look(journal: Path, clock: Clock) -> Integrity:
    """Verify the journal and keep what was seen. Errors: OSError."""
    began = clock()
    seen = integrity_of(verify(journal), began)
    keep_integrity(journal, seen)
    return seen


def integrity_of(report: Report, began: float) -> Integrity:
    """Return what is kept of a report; what was written after ``began`` it may not cover."""
    return Integrity(began, report.records, len(report.streams), tuple(map(str, report.bad[:_MAX_PROBLEMS])))


def keep_integrity(journal: Path, seen: Integrity) -> None:
    """Errors: OSError."""
    make_directory(journal)
    partial = journal / f".{_FILE}.{os.getpid()}"  # the command line may look at the same time
    write_whole(journal / _FILE, msgspec.json.encode(seen), partial)


def kept_integrity(journal: Path) -> Integrity | None:
    """Return what was seen last; None when nobody has looked, or what was kept cannot be read."""
    try:
        return msgspec.json.decode((journal / _FILE).read_bytes(), type=Integrity)
    except (OSError, msgspec.DecodeError, UnicodeDecodeError):
        return None


def main() -> int:
    """Look at the journal that is named; exit code 1 when it does not hold."""
    os.umask(0o077)
    os.nice(_LOWEST_PRIORITY)
    return 1 if look(Path(sys.argv[1]), time.time).problems else 0


if __name__ == "__main__":
    sys.exit(main())
