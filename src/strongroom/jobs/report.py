"""How the jobs stand: for ``strongroom jobs`` and ``strongroom status``."""

from collections.abc import Sequence
from dataclasses import dataclass

from strongroom.jobs.registry import JOBS
from strongroom.jobs.trails import LEASE_NAME
from strongroom.model.key import Key
from strongroom.model.lease import Lease
from strongroom.model.trail import TrailDelivery
from strongroom.model.view import Snapshot

_EVER = 2**62


@dataclass(frozen=True, slots=True)
class JobReport:
    """``next_ms`` is when the next key (or trail) comes due (None: none is known), ``overdue`` how many are due at ``now_ms``."""

    lease: Lease
    next_ms: int | None
    overdue: int


def job_reports(view: Snapshot, now_ms: int, *, limit: int = 1000) -> Sequence[JobReport]:
    """Return one report a job; ``overdue`` counts no further than ``limit``."""
    found = []
    for job in JOBS:
        first = view.due(Key, job.due, _EVER, where=job.where, limit=1)
        overdue = view.due(Key, job.due, now_ms, where=job.where, limit=limit)
        lease = view.get(Lease, job.name) or Lease(job.name)
        found.append(JobReport(lease, getattr(first[0], job.due) if first else None, len(overdue)))
    found.append(_trails(view, now_ms, limit))
    return found


def _trails(view: Snapshot, now_ms: int, limit: int) -> JobReport:
    first = view.due(TrailDelivery, "due_ms", _EVER, limit=1)
    overdue = view.due(TrailDelivery, "due_ms", now_ms, limit=limit)
    lease = view.get(Lease, LEASE_NAME) or Lease(LEASE_NAME)
    return JobReport(lease, first[0].due_ms if first else None, len(overdue))
