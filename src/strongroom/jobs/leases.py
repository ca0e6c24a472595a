"""Leases as the jobs hold them: one process at a time does a job, and one that lost its lease cannot commit."""

import logging
from dataclasses import replace

from strongroom.model.change import Change, Insert, Update
from strongroom.model.clock import Clock
from strongroom.model.lease import Lease
from strongroom.model.view import Snapshot
from strongroom.store.port import ConflictError, Store

logger = logging.getLogger("strongroom")

AT_WORK = "at work"


class LeaseLostError(Exception):
    """Another process has taken the job over."""


class HeldLease:
    """The lease of one job. ``clock`` is the server's, ``lease_clock`` real time; ``lease_ms`` is the longest step's time."""

    def __init__(
        self, store: Store, name: str, *, holder: str, clock: Clock, lease_clock: Clock, lease_ms: int
    ) -> None:
        self._store = store
        self._name = name
        self._holder = holder
        self._clock = clock
        self._lease_clock = lease_clock
        self._lease_ms = lease_ms

    def take(self) -> bool:
        """Say whether the job is ours now. Errors: StoreUnavailableError."""
        with self._store.snapshot() as view:
            present = view.get(Lease, self._name)
        if present is not None and self._is_anothers(present):
            return False
        wanted = replace(
            present or Lease(self._name), holder=self._holder, until_ms=self._end(), ran_ms=self._now(), result=AT_WORK
        )
        try:
            self._store.commit((Insert(wanted) if present is None else Update(wanted),))
        except ConflictError:
            return False
        return True

    def worked(self, view: Snapshot) -> Change:
        """Return the change that belongs to each commit of the job's work. Errors: LeaseLostError."""
        lease = view.get(Lease, self._name)
        if lease is None or lease.holder != self._holder:
            raise LeaseLostError
        return Update(replace(lease, done=lease.done + 1, ran_ms=self._now(), until_ms=self._end()))

    def release(self, result: str, failures: int) -> None:
        """Let go of the job. Errors: StoreUnavailableError."""
        with self._store.snapshot() as view:
            lease = view.get(Lease, self._name)
        if lease is None or lease.holder != self._holder:
            return
        try:
            self._store.commit(
                (Update(replace(lease, holder="", until_ms=0, result=result, failed=lease.failed + failures)),)
            )
        except ConflictError:
            logger.warning("another process has taken over the job %s", self._name)

    def _is_anothers(self, lease: Lease) -> bool:
        left_ms = lease.until_ms - int(self._lease_clock() * 1000)
        # A lease that seems to last longer than any was taken before the machine's clock was set back.
        return lease.holder not in ("", self._holder) and 0 < left_ms <= self._lease_ms

    def _end(self) -> int:
        return int(self._lease_clock() * 1000) + self._lease_ms

    def _now(self) -> int:
        return int(self._clock() * 1000)
