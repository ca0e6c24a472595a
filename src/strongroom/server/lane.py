"""The fast lane: API requests of one worker, decided and made durable one event-loop turn at a time.

All requests that have arrived in a turn are decided on the cached view; their audit records are written and synced once;
then all answers leave. What needs the database (a key not yet in the cache, a listing, a change) is carried out in a
thread and joins a later turn. INVARIANT: no answer leaves before its record is durable, in the journal or, for a change,
in the store's outbox. Source of the shape: docs/architecture.md, "The hot path".
"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from time import perf_counter
from typing import NamedTuple, Protocol

from strongroom.audit.journal import Journal, JournalUnavailableError
from strongroom.errors import AWSError, KMSInternalError, ThrottlingError
from strongroom.model.key import KeyMaterial
from strongroom.operations.table import INLINE_TARGETS
from strongroom.pipeline import Carried, Pipeline
from strongroom.server.identity_uses import IdentityUses
from strongroom.server.key_uses import KeyUses
from strongroom.server.metrics import Metrics
from strongroom.server.pulse import bucket_of
from strongroom.server.settings import cores
from strongroom.server.workshop import Workshop
from strongroom.stations.callers import IDENTITY_NOUNS
from strongroom.stations.request import APIRequest, Decided
from strongroom.stations.throttle import THROTTLED
from strongroom.stations.walk import Walk
from strongroom.store.cache import Miss, NounCache
from strongroom.store.generation import Generation
from strongroom.store.port import Identity, Outbox, Store, StoreUnavailableError

logger = logging.getLogger("strongroom")

Reply = Callable[[Decided], None]

MAX_SLOW_REQUESTS = 1000  # in threads or waiting for one, per worker; more are refused with AWS's throttling error
COMMAND_LINE_SLOT = 63
_LOW_PRIORITY = 10
_RECIPIENT = b'"Recipient"'  # an attestation document takes milliseconds to verify: not on the event loop
_ESCAPED = b"\\u00"  # nor where the member's name is written with escapes
_THREADS = 16  # most of them wait: for the database, or for a new RSA key pair
_JOURNAL_FAILED = "The request was not carried out: its audit record cannot be written now."
_STORE_FAILED = "The request was not carried out: the server's storage is unavailable."


class Connection(Protocol):
    """What the lane must know of a connection to end it when it is overdue."""

    def overdue(self, now: float) -> bool: ...

    def close(self) -> None: ...


class _Ready(NamedTuple):
    """A decided request on its way out. ``committed`` ones have their record in the outbox already."""

    request: APIRequest
    decided: Decided
    reply: Reply
    committed: bool = False


class _Unfinished(NamedTuple):
    """A request that is decided but for the work that a thread does."""

    pipeline: Pipeline
    walk: Walk
    reply: Reply


def _finish(unfinished: _Unfinished) -> Decided:
    return unfinished.pipeline.finish(unfinished.walk)


class Lane:
    """One worker's requests. Everything here runs on the event loop, but for ``_carry_out`` and what ``Workshop`` does."""

    def __init__(  # noqa: PLR0917 - the worker's parts, put together once in ``worker``
        self,
        pipeline: Pipeline,
        store: Store,
        cache: NounCache,
        journal: Journal,
        generation: Generation,
        slot: int,
        metrics: Metrics,
        max_body_bytes: int,
    ) -> None:
        self.pipeline = pipeline
        self.store = store
        self.cache = cache
        self.journal = journal
        self.generation = generation
        self.slot = slot
        self.identity_uses = IdentityUses()
        self.uses = KeyUses(store, journal, slot, self.identity_uses)
        self.metrics = metrics
        self.max_body_bytes = max_body_bytes
        self.loop = asyncio.get_running_loop()
        self.now = self.loop.time()  # coarse: moved on by the sweep, good enough for time-outs
        self.connections: set[Connection] = set()
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="store")
        self._processors = Workshop(self.loop, "compute", cores(), _finish, self._computed)
        self._generators = Workshop(self.loop, "generate", cores(), _finish, self._computed, niceness=_LOW_PRIORITY)
        self._arrived: list[tuple[APIRequest, Reply]] = []
        self._ready: list[_Ready] = []
        self._turn_is_due = False
        self._slow = 0
        self.failing = False  # the last write of the journal did not succeed
        self._events: list[tuple[str, bytes]] = []  # (event id, record): committed with the outbox, to be journalled
        self._closed = False
        self._journalled: list[str] = []  # event ids that the journal holds and the outbox need not keep

    # --- in ----------------------------------------------------------------------------------------------------------

    def submit(self, request: APIRequest, reply: Reply) -> None:
        """Take up a request; ``reply`` is called once, in this or a later turn."""
        self._arrived.append((request, reply))
        if not self._turn_is_due:
            self._turn_is_due = True
            self.loop.call_soon(self._turn)

    def take_up(self, events: Sequence[tuple[str, bytes]]) -> None:
        """Journal (event id, record) of what was done by itself: it is committed, and durable in the outbox."""
        self._events += events
        self._turn_soon()

    def _turn_soon(self) -> None:
        if not self._turn_is_due and not self._closed:
            self._turn_is_due = True
            self.loop.call_soon(self._turn)

    def _turn(self) -> None:
        self._turn_is_due = False
        started = perf_counter()
        arrived, self._arrived = self._arrived, []
        ready, self._ready = self._ready, []
        store_failure = self._follow_store()
        for request, reply in arrived:
            if store_failure is not None:
                ready.append(self._refused(request, reply, KMSInternalError(_STORE_FAILED)))
                continue
            body = request.body
            if request.target in INLINE_TARGETS and _RECIPIENT not in body and _ESCAPED not in body:
                try:
                    begun = self.pipeline.begin(request, self.cache)
                except Miss:
                    pass
                else:
                    if not isinstance(begun, Decided):
                        self._go_compute(begun, reply, ready)
                        continue
                    if not begun.changes:
                        ready.append(_Ready(request, begun, reply))
                        continue
                    # Changes (IAM's; the query dialect is inline for the sake of STS) are decided afresh and committed.
            self._go_slow(request, reply, ready)
        if ready or self._events:
            self._leave(ready, started)

    def _follow_store(self) -> StoreUnavailableError | None:
        """Drop from the cache what other workers or the command line changed. A store that cannot tell means no."""
        if not self.generation.moved():
            return None
        try:
            sequence, changed = self.store.changed_since(self.cache.sequence)
        except StoreUnavailableError as failure:
            logger.error("%s", failure)  # noqa: TRY400 - the text says all
            self.generation.look_again()
            return failure
        self.cache.refresh(sequence, changed)
        self._forget_material(changed)
        if changed is None or any(noun in IDENTITY_NOUNS for noun, _ in changed):
            self.pipeline.callers.forget_all(sequence)
        return None

    def _forget_material(self, changed: Sequence[tuple[str, Identity]] | None) -> None:
        """Let go of opened key material whose row was changed or destroyed; None means that it is not known which."""
        if changed is None:
            self.pipeline.keyring.forget_all()
            return
        for noun, identity in changed:
            if noun == KeyMaterial.__name__:
                self.pipeline.keyring.forget(identity)

    # --- work for a thread, decided already -------------------------------------------------------------------------------

    def _go_compute(self, walk: Walk, reply: Reply, ready: list[_Ready]) -> None:
        if self._slow >= MAX_SLOW_REQUESTS:
            ready.append(self._refused(walk.request, reply, ThrottlingError(THROTTLED)))
            return
        self._slow += 1
        walk.request.arrived = perf_counter()
        is_long = walk.work is not None and walk.work.is_long
        (self._generators if is_long else self._processors).put(_Unfinished(self.pipeline, walk, reply))

    def _computed(self, unfinished: "_Unfinished", decided: Decided) -> None:
        self._slow -= 1
        self._join(_Ready(unfinished.walk.request, decided, unfinished.reply))

    def _join(self, ready: _Ready) -> None:
        """Let an answer leave with the next turn."""
        self._ready.append(ready)
        self._turn_soon()

    # --- the slow way --------------------------------------------------------------------------------------------------

    def _go_slow(self, request: APIRequest, reply: Reply, ready: list[_Ready]) -> None:
        if self.failing:
            # Its own record probes the journal, so service returns with the first refusal that can be written.
            ready.append(self._refused(request, reply, KMSInternalError(_JOURNAL_FAILED)))
            return
        if self._slow >= MAX_SLOW_REQUESTS:
            ready.append(self._refused(request, reply, ThrottlingError(THROTTLED)))
            return
        self._slow += 1
        request.arrived = perf_counter()
        drained, self._journalled = self._journalled, []
        future = self.loop.run_in_executor(self._threads, self._carry_out, request, drained)
        future.add_done_callback(lambda done: self._carried_out(request, reply, drained, done))

    def _carry_out(self, request: APIRequest, drained: list[str]) -> Carried:
        """In a thread: decide on fresh views, commit, and announce the change to every worker before the answer can leave."""
        carried = self.pipeline.carry_out(request, self.store, self.slot, drained)
        if carried.committed:
            self.generation.bump()
        return carried

    def _carried_out(
        self, request: APIRequest, reply: Reply, drained: list[str], done: "asyncio.Future[Carried]"
    ) -> None:
        self._slow -= 1
        try:
            carried = done.result()
        except StoreUnavailableError as failure:
            logger.error("%s", failure)  # noqa: TRY400 - the text says all
            self._journalled += drained
            out = self._refused(request, reply, KMSInternalError(_STORE_FAILED))
        except Exception:
            logger.exception("a request could not be carried out")
            self._journalled += drained
            out = self._refused(request, reply, KMSInternalError(_STORE_FAILED))
        else:
            if not carried.committed:
                self._journalled += drained
            self.cache.admit(carried.sequence, carried.read)
            if carried.sequence < self.cache.sequence:  # its thread may have opened what was destroyed meanwhile
                self._forget_material([(noun.__name__, identity) for (noun, identity), _ in carried.read])
            out = _Ready(request, carried.decided, reply, carried.committed)
        self._join(out)

    # --- out -----------------------------------------------------------------------------------------------------------

    def _leave(self, ready: list[_Ready], started: float) -> None:
        """Make the records of this turn durable, all with one sync, and let the answers go."""
        events, self._events = self._events, []
        records = [out.decided.record for out in ready]
        records += [record for out in ready for _, record in out.decided.further]
        records += [record for _, record in events]
        try:
            self.journal.append(records)
        except JournalUnavailableError as failure:
            if not self.failing:  # said once, not for each of the requests that are refused meanwhile
                logger.error("%s", failure)  # noqa: TRY400 - the text says all
            self.metrics.journal_failures += 1
            self.failing = True
            # What is committed is durable in the outbox, and is written here as soon as that is possible again.
            self._events = events + [record for out in ready if out.committed for record in out.decided.records]
            refusal = KMSInternalError(_JOURNAL_FAILED)
            ready = [
                out if out.committed else out._replace(decided=self.pipeline.refuse(out.request, refusal))
                for out in ready
            ]
        else:
            if self.failing:
                logger.warning("The audit journal can be written again.")
            self.failing = False
            self._journalled += [event_id for event_id, _ in events]
            self._journalled += [event_id for out in ready if out.committed for event_id, _ in out.decided.records]
            for out in ready:
                if out.decided.used:
                    self.uses.note(out.decided)
                if out.decided.caller:
                    self.identity_uses.note(out.decided)
        self._reply(ready, started)

    def _reply(self, ready: list[_Ready], started: float) -> None:
        count, latencies = self.metrics.requests, self.metrics.latencies
        now, quick = perf_counter(), 0
        for request, decided, reply, _ in ready:
            count[decided.operation, decided.error or ""] += 1
            if request.arrived:
                latencies[bucket_of(now - request.arrived)] += 1
            else:
                quick += 1
            reply(decided)
        if quick:
            latencies[bucket_of(now - started)] += quick
        self.metrics.commit_seconds.append(perf_counter() - started)

    def _refused(self, request: APIRequest, reply: Reply, error: AWSError) -> _Ready:
        return _Ready(request, self.pipeline.refuse(request, error), reply)

    # --- what happens by itself ------------------------------------------------------------------------------------------

    def sweep(self) -> None:
        """Once a second: what no request asks for, but connections, store, outbox, uses and metrics do."""
        self.now = self.loop.time()
        for connection in list(self.connections):
            if connection.overdue(self.now):
                connection.close()
        self.metrics.pour(len(self.connections))
        if self._events:  # the journal could not be written
            self._turn_soon()
        elif not self._arrived:
            self._follow_store()  # so that an idle worker, too, lets go of material that was destroyed
        self.uses.flush_due(self.loop, self._threads)
        if self._journalled and not self._slow:
            drained, self._journalled = self._journalled, []
            self.loop.run_in_executor(self._threads, self._drain, drained)

    def _drain(self, drained: list[str]) -> None:
        try:
            self.store.commit((), Outbox(self.slot, (), drained))
        except StoreUnavailableError as failure:
            logger.error("%s", failure)  # noqa: TRY400 - the text says all
            self.loop.call_soon_threadsafe(self._journalled.extend, drained)

    def take_over(self, slots: "set[int] | None" = None) -> None:
        """Journal the outbox records that a stopped process left behind (or the command line wrote): at start, and when seen.

        Errors: StoreUnavailableError, JournalUnavailableError.
        """
        left = [row for row in self.store.outbox() if slots is None or row[0] in slots]
        if not left:
            return
        held = self.journal.tail_event_ids()
        self.journal.append([record for _, event_id, record in left if event_id not in held])
        self.store.commit((), Outbox(self.slot, (), [event_id for _, event_id, _ in left]))

    def close(self) -> None:
        """Finish what is under way, then let go of everything. Errors are logged: the process is ending."""
        self._closed = True
        self._threads.shutdown(wait=True)
        self._processors.close()
        self._generators.close()
        try:
            self.take_over({self.slot})
        except (StoreUnavailableError, JournalUnavailableError) as failure:
            logger.error("%s", failure)  # noqa: TRY400 - the text says all
        self.uses.flush_now()
        self.journal.close()
        self.store.close()
