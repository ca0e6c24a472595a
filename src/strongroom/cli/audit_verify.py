"""``strongroom audit verify``: the journal, and what trails have delivered from it to directories."""

import time
from contextlib import suppress

from strongroom.audit.integrity import integrity_of, keep_integrity
from strongroom.audit.targets import DirectoryTarget
from strongroom.audit.verify import verify
from strongroom.audit.verify_trails import verify_trails
from strongroom.bootstrap import open_store
from strongroom.server.settings import DataDirectory


def verified(data: DataDirectory) -> tuple[list[str], bool]:
    """Return what is to be said, and whether all of it holds. Errors: DataDirectoryError, OSError."""
    began, journal = time.time(), verify(data.journal)
    with suppress(OSError):  # what was seen is said all the same
        keep_integrity(data.journal, integrity_of(journal, began))
    lines = [f"{journal.records} records in {len(journal.streams)} streams"]
    lines += [
        f"stream {stream.slot:02d}: {anchor.segments} segments have expired; what is left continues {anchor.chain}"
        for stream in journal.streams
        if (anchor := stream.anchor) is not None
    ]
    lines += map(str, journal.bad)
    intact = journal.ok
    if not data.database.exists():
        return lines, intact  # a journal by itself
    store = open_store(data.database, must_exist=True)
    try:
        with store.snapshot() as view:
            for report in verify_trails(view, DirectoryTarget(data.trails)):
                lines.append(
                    f"{report.arn} in {report.region}: {report.digests} digest files, {report.logs} log files, "
                    f"{len(report.bad) or 'none'} that do not hold"
                )
                lines += report.bad
                intact = intact and not report.bad
    finally:
        store.close()
    return lines, intact
