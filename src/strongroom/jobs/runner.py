"""Runs the jobs: in one thread of each worker, but each job in one process at a time, by lease.

A look for due keys is a read, so an idle server writes nothing. Who finds some takes the job's lease; then every key is
one commit of its changes, its audit records (through the outbox, like any other) and the lease row itself. So a process
that lost its lease cannot commit, a crash leaves no half-done key, and the counts in the lease are exact.
"""

import logging
from collections.abc import Callable, Sequence

from strongroom.audit.service_event import encode_service_event
from strongroom.jobs.leases import HeldLease, LeaseLostError
from strongroom.jobs.registry import JOBS, Deed, Job, Tools
from strongroom.model.change import Delete
from strongroom.model.clock import Clock
from strongroom.model.key import Key
from strongroom.model.random import RandomBytes
from strongroom.store.port import ConflictError, Outbox, Store, StoreUnavailableError

logger = logging.getLogger("strongroom")

Records = Sequence[tuple[str, bytes]]
"""(event id, record)."""

LEASE_MS = 5_000  # renewed with every key; a key takes some milliseconds
RETRY_SECONDS = 60.0  # until a key that failed is tried again
_BATCH = 100
_MAX_DECISIONS = 20  # on one key, when other writers keep being faster


class Runner:
    """One worker's. ``clock`` is the server's, which a test server moves; ``lease_clock`` is real time.

    ``announce`` is called after each commit with its records: other workers must look, and the journal must write.
    """

    def __init__(
        self,
        store: Store,
        tools: Tools,
        *,
        clock: Clock,
        lease_clock: Clock,
        random_ids: RandomBytes,
        slot: int,
        holder: str,
        announce: Callable[[Records], None],
        jobs: Sequence[Job] = JOBS,
    ) -> None:
        self._store = store
        self._tools = tools
        self._clock = clock
        self._lease_clock = lease_clock
        self._random_ids = random_ids
        self._slot = slot
        self._leases = {
            job.name: HeldLease(store, job.name, holder=holder, clock=clock, lease_clock=lease_clock, lease_ms=LEASE_MS)
            for job in jobs
        }
        self._announce = announce
        self._jobs = jobs
        self._put_off: dict[tuple[str, str], float] = {}  # (job, key ARN) that failed, until when
        self._scrub_due = True  # at start: whoever was killed between a deletion and its scrub left it undone

    def tick(self, is_stopping: Callable[[], bool] = lambda: False) -> None:
        """Do all that is due and that nobody else is at; end with the key in hand when told. Errors: StoreUnavailableError."""
        for job in self._jobs:
            self._run(job, is_stopping)
        self._scrub()

    # --- one job ---------------------------------------------------------------------------------------------------------

    def _run(self, job: Job, is_stopping: Callable[[], bool]) -> None:
        keys = self._due(job)
        if not keys or not self._leases[job.name].take():
            return
        done, failures = 0, 0
        last = ""
        try:
            while keys:
                for key in keys:
                    if is_stopping():
                        break
                    try:
                        done += self._deal_with(job, key)
                    except (LeaseLostError, StoreUnavailableError):
                        raise
                    except Exception as failure:  # one key must not stop the others
                        logger.exception("%s of %s failed; it will be tried again", job.name, key.arn)
                        self._put_off[job.name, key.arn] = self._lease_clock() + RETRY_SECONDS
                        failures += 1
                        last = f", {key.arn}: {type(failure).__name__} (see the server's log)"
                keys = () if is_stopping() else self._due(job)
        except LeaseLostError:
            logger.warning("another process has taken over the job %s", job.name)
            return
        self._scrub()
        result = f"{done} done" + (f", {failures} failed{last}" if failures else "")
        self._leases[job.name].release(result, failures)

    def _due(self, job: Job) -> Sequence[Key]:
        now = self._lease_clock()
        self._put_off = {which: until for which, until in self._put_off.items() if until > now}
        with self._store.snapshot() as view:
            limit = _BATCH + len(self._put_off)
            found = view.due(Key, job.due, self._now_ms(), where=job.where, limit=limit)
        return [key for key in found if (job.name, key.arn) not in self._put_off]

    def _deal_with(self, job: Job, key: Key) -> bool:
        """Do the job for one key; return whether there was still something to do. Errors: LeaseLostError, and whatever it meets."""
        for _ in range(_MAX_DECISIONS):
            now_ms = self._now_ms()
            with self._store.snapshot() as view:
                worked = self._leases[job.name].worked(view)
                present = view.get(Key, key.account, key.region, key.key_id)
                if present is None or not job.is_due(present, now_ms):
                    return False
                deed = job.act(view, present, now_ms, self._tools)
            if not _settles(job, present, deed, now_ms):
                raise ValueError(f"the job {job.name} would leave {present.arn} due, and go on for ever")
            records = [encode_service_event(event, now_ms / 1000, self._random_ids) for event in deed.events]
            try:
                self._store.commit((*deed.changes, worked), Outbox(self._slot, records))
            except ConflictError:
                continue
            self._scrub_due |= deed.destroys
            self._announce(records)
            return True
        raise TimeoutError(f"other writers were faster {_MAX_DECISIONS} times in a row")

    def _scrub(self) -> None:
        if self._scrub_due:
            self._scrub_due = not self._store.scrub()

    def _now_ms(self) -> int:
        return int(self._clock() * 1000)


def _settles(job: Job, key: Key, deed: Deed, now_ms: int) -> bool:
    """Say whether the key is no longer due after ``deed``."""
    for change in deed.changes:
        after = change.noun
        if isinstance(after, Key) and after.arn == key.arn:
            return isinstance(change, Delete) or not job.is_due(after, now_ms)
    return False
