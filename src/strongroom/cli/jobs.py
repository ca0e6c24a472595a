"""``strongroom jobs``: what happens by itself, when it is due, and what became of it."""

from collections.abc import Iterator

from strongroom.bootstrap import open_store
from strongroom.cli.clock import date_text, present
from strongroom.jobs.report import JobReport, job_reports
from strongroom.model.view import Snapshot
from strongroom.server.settings import DataDirectory

_MANY = 1000


def lines(data: DataDirectory) -> Iterator[str]:
    """Yield the present time and one line a job. Errors: DataDirectoryError."""
    store = open_store(data.database, must_exist=True)
    try:
        yield f"now        {date_text(present(data) * 1000)}"
        with store.snapshot() as view:
            yield from job_lines(view, data)
    finally:
        store.close()


def job_lines(view: Snapshot, data: DataDirectory) -> Iterator[str]:
    """Yield one line a job."""
    for report in job_reports(view, int(present(data) * 1000), limit=_MANY):
        yield f"{report.lease.name:<10} {', '.join(_parts(report))}"


def _parts(report: JobReport) -> Iterator[str]:
    lease = report.lease
    if report.overdue:
        yield f"{report.overdue}{' or more' if report.overdue == _MANY else ''} due now"
    else:
        yield f"next due {date_text(report.next_ms)}" if report.next_ms is not None else "nothing due"
    yield f"last run {date_text(lease.ran_ms)}: {lease.result}" if lease.ran_ms is not None else "never ran"
    yield f"{lease.done} done in all"
    if lease.failed:
        yield f"{lease.failed} attempts failed"
    if lease.holder:
        yield f"held by {lease.holder}"
