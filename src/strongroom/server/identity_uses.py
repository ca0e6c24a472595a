"""When access keys and roles were last used: noted by the lane in memory, kept in the store every few seconds.

Unlike the uses of keys these are not recovered from the journal: a worker that is killed forgets what it noted since its
last flush. Every request that was authenticated is a use, whether it was allowed or not, as in AWS.
"""

import asyncio
import logging
from concurrent.futures import Executor
from contextlib import suppress

from strongroom.model.change import Latest
from strongroom.model.identity import IdentityUse
from strongroom.stations.request import Decided
from strongroom.store.port import ConflictError, Store, StoreUnavailableError

logger = logging.getLogger("strongroom")

FLUSH_SECONDS = 2.0
_ATTEMPTS = 20

Use = tuple[float, str, str]
"""(seconds since the epoch, service, Region)."""


class IdentityUses:
    """One worker's. All but ``_kept`` runs on the event loop (or, at the end, instead of it)."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._uses: dict[str, Use] = {}
        self._flushing = False
        self._next_flush = 0.0

    def note(self, decided: Decided) -> None:
        """Remember whose credentials an answer was for."""
        self._uses[decided.caller] = (decided.time, decided.service, decided.region)

    def flush_due(self, loop: asyncio.AbstractEventLoop, threads: Executor) -> None:
        """Write what was noted, in a thread, if the time has come."""
        if self._flushing or not self._uses or loop.time() < self._next_flush:
            return
        self._flushing = True
        self._next_flush = loop.time() + FLUSH_SECONDS
        uses, self._uses = self._uses, {}
        loop.run_in_executor(threads, self._kept, uses).add_done_callback(lambda done: self._flushed(uses, done))

    def flush_now(self) -> None:
        """Write what was noted, at the end of the process."""
        uses, self._uses = self._uses, {}
        if uses:
            self._kept(uses)

    def _flushed(self, uses: dict[str, Use], done: "asyncio.Future[bool]") -> None:
        self._flushing = False
        if done.cancelled() or not done.result():
            self._uses = uses | self._uses  # what was noted meanwhile is later

    def _kept(self, uses: dict[str, Use]) -> bool:
        """Return whether all is written; failures are logged."""
        changes = [
            Latest(IdentityUse(name, int(when * 1000), service, region), "used_ms")
            for name, (when, service, region) in uses.items()
        ]
        for _ in range(_ATTEMPTS):
            try:
                with suppress(ConflictError):  # another worker wrote the same rows at the same moment
                    self._store.commit(changes)
                    return True
            except StoreUnavailableError as failure:
                logger.error("The last uses of access keys could not be written down, and will be: %s", failure)  # noqa: TRY400 - as the lane does
                return False
        return False
