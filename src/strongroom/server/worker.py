"""One worker process: the application that uvicorn loads, its start, its sweep and its end."""

import asyncio
import gc
import logging
import os
import socket
import time
from collections.abc import Awaitable, Callable, MutableMapping
from http import HTTPStatus
from random import Random
from typing import Any

from strongroom.audit.journal import Journal, JournalUnavailableError
from strongroom.audit.lookup import JournalEvents
from strongroom.audit.record import new_ids
from strongroom.audit.targets import DirectoryTarget, S3Target, Target
from strongroom.authn.replay import ReplayWindow
from strongroom.authn.sigv4 import SigV4Verifier
from strongroom.authn.when import skew_of
from strongroom.bootstrap import DataDirectoryError, open_store
from strongroom.crypto.key_pairs import generate
from strongroom.crypto.keyring import Keyring
from strongroom.jobs import trails
from strongroom.jobs.leases import HeldLease
from strongroom.jobs.registry import Tools
from strongroom.jobs.runner import Records, Runner
from strongroom.jobs.ticker import Ticker
from strongroom.pipeline import SERVICES, Pipeline
from strongroom.server import console
from strongroom.server.attestation_roots import read_attestation_roots
from strongroom.server.inquiries import inquiries_of
from strongroom.server.key_pool import KeyPool
from strongroom.server.lane import COMMAND_LINE_SLOT, Lane
from strongroom.server.metrics import Metrics
from strongroom.server.moved_clock import MovedClock
from strongroom.server.oidc_keys import ProviderKeys, trusting
from strongroom.server.pulse import Pulse
from strongroom.server.settings import Settings
from strongroom.stations.access import Access
from strongroom.stations.callers import Callers
from strongroom.stations.throttle import Throttle
from strongroom.store.cache import NounCache
from strongroom.store.generation import Generation, claim_slot
from strongroom.store.port import Store, StoreUnavailableError

logger = logging.getLogger("strongroom")

MAX_WORKERS = COMMAND_LINE_SLOT
_SWEEP_SECONDS = 1.0
_JOBS_SECONDS = 1.0  # between two looks for keys that are due
_TEST_JOBS_SECONDS = 0.2  # of a test server, whose users wait for it
_GC_THRESHOLDS = (50_000, 20, 100)  # after the freeze little is left to find; the default of 700 runs all the time
_TEXT = "text/plain; charset=utf-8"

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]


class Application:
    """ASGI 3: lifespan, health and metrics. API requests never come here; ``protocol`` hands them to ``lane``."""

    lane: Lane
    _key_pool: KeyPool

    def __init__(self, settings: Settings, keyring: Keyring, console_files: console.Console) -> None:
        self._settings = settings
        self._console = console_files
        self._keyring = keyring
        self._parent = os.getppid()
        self._sweeper: asyncio.Task[None] | None = None
        self._tickers: list[Ticker] = []
        self._target: Target | None = None

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._lifespan(receive, send)
        elif scope["type"] == "http":
            await self._http(scope, send)
        else:
            raise ValueError(f"no such protocol here: {scope['type']}")

    async def _lifespan(self, receive: Receive, send: Send) -> None:
        await receive()
        try:
            self._start()
        except (DataDirectoryError, StoreUnavailableError, JournalUnavailableError) as error:
            await send({"type": "lifespan.startup.failed", "message": str(error)})
            return
        await send({"type": "lifespan.startup.complete"})
        await receive()
        if self._sweeper is not None:
            self._sweeper.cancel()
        for ticker in self._tickers:
            ticker.stop()
        self._key_pool.stop()
        self.lane.close()
        await send({"type": "lifespan.shutdown.complete"})

    def _start(self) -> None:
        settings, data = self._settings, self._settings.data
        store = open_store(data.database, must_exist=True)
        keyring = self._keyring
        slot = claim_slot(data.run, MAX_WORKERS)
        generation = Generation(data.generation, slot)
        sequence, _ = store.changed_since(0)
        clock = MovedClock(data.test_clock) if settings.test_clock else time.time
        self._key_pool = KeyPool(generate)
        pulse = Pulse(data.pulse, slot, time.time)
        pipeline = Pipeline(
            keyring=keyring,
            verifier=SigV4Verifier(regions=settings.regions, services=SERVICES),
            callers=Callers(keyring),
            access=Access(keyring, settings.organization),
            clock=clock,
            signing_clock=time.time,
            random_bytes=os.urandom,
            new_private_key=self._key_pool.take,
            random_ids=Random(os.urandom(32)).randbytes,  # noqa: S311 - ids need no secrecy, and urandom costs a system call
            default_region=settings.default_region,
            attestation_roots=read_attestation_roots(settings.attestation_root),
            regions=settings.regions,
            key_sets=ProviderKeys(trusting(settings.oidc_ca), time.monotonic),
            replays=(
                {service: ReplayWindow(2 * skew_of(service)) for service in SERVICES}
                if settings.refuse_replays
                else None
            ),
            quotas=settings.quotas.resources,
            throttle=(
                Throttle(settings.quotas, settings.workers, time.monotonic) if settings.quotas.limits_requests else None
            ),
            events=JournalEvents(data.journal, data.index),
            inquiries=inquiries_of(settings, store, pulse),
        )
        journal = Journal.open(data.journal, slot, segment_bytes=settings.journal_segment_bytes, clock=time.time)
        self.lane = Lane(
            pipeline, store, NounCache(sequence), journal, generation, slot, Metrics(pulse), settings.body_bytes
        )
        # What a stopped worker of this slot left in the outbox; the first slot also takes what nobody else will.
        idle = range(settings.workers, MAX_WORKERS)
        self.lane.take_over({slot} if slot else {0, COMMAND_LINE_SLOT, *idle})
        self.lane.uses.recover(data.journal, () if slot else idle)
        generation.bump()  # a worker killed between commit and announcement may have left others behind
        self._sweeper = asyncio.get_running_loop().create_task(self._sweep())
        self._key_pool.start()
        self._start_jobs(pipeline, store, generation, slot)
        gc.collect()
        gc.freeze()
        gc.set_threshold(*_GC_THRESHOLDS)

    def _start_jobs(self, pipeline: Pipeline, store: Store, generation: Generation, slot: int) -> None:
        loop = asyncio.get_running_loop()

        def announce(records: Records) -> None:
            generation.bump()
            loop.call_soon_threadsafe(self.lane.take_up, records)

        tools = Tools(pipeline.keyring, os.urandom)
        holder = f"{socket.gethostname()}:{os.getpid()}:{os.urandom(4).hex()}"
        seconds = _TEST_JOBS_SECONDS if self._settings.test_clock else _JOBS_SECONDS
        deliverer = self._deliverer(pipeline, store, tools, generation, holder)
        runner = Runner(
            store,
            tools,
            clock=pipeline.clock,
            lease_clock=time.time,
            random_ids=os.urandom,
            slot=slot,
            holder=holder,
            announce=announce,
        )
        self._tickers = [Ticker("jobs", runner.tick), Ticker("trails", deliverer.tick)]
        for ticker in self._tickers:
            ticker.start(seconds)

    def _deliverer(
        self, pipeline: Pipeline, store: Store, tools: Tools, generation: Generation, holder: str
    ) -> trails.Deliverer:
        clock = pipeline.clock
        lease = HeldLease(
            store, trails.LEASE_NAME, holder=holder, clock=clock, lease_clock=time.time, lease_ms=trails.LEASE_MS
        )
        return trails.Deliverer(
            store,
            tools,
            self._trail_target,
            self._settings.data.journal,
            lease,
            clock=clock,
            interval_ms=self._settings.trail_interval_seconds * 1000,
            announce=generation.bump,
        )

    def _trail_target(self) -> Target:
        """Return where trails deliver to; made when the first file is put. Errors: TargetError."""
        if self._target is None:
            settings = self._settings
            to_s3 = settings.trails_to_s3
            self._target = S3Target(settings.default_region) if to_s3 else DirectoryTarget(settings.data.trails)
        return self._target

    async def _sweep(self) -> None:
        while True:
            await asyncio.sleep(_SWEEP_SECONDS)
            self.lane.sweep()
            if os.getppid() != self._parent:
                logger.error("the supervisor is gone; this worker ends")
                os.kill(os.getpid(), 15)
                return

    async def _http(self, scope: Message, send: Send) -> None:
        method, path = scope["method"], scope["path"]
        if path == "/":
            await self._answer(send, 400, "text/xml", b"<MissingAuthenticationTokenException/>\n")
        elif method not in ("GET", "HEAD"):
            await self._answer(send, 404, _TEXT, b"not found\n")
        elif path == "/healthz":
            failing = self.lane.failing
            status, body = (503, b"audit journal cannot be written\n") if failing else (200, b"ok\n")
            await self._answer(send, status, _TEXT, body)
        elif path == "/metrics":
            self.lane.metrics.pour(len(self.lane.connections))
            content_type, page = self.lane.metrics.page()
            await self._answer(send, 200, content_type, page)
        elif path == console.ROOT or path.startswith(f"{console.ROOT}/"):
            # In a thread: the first time that a file is asked for it is compressed.
            answer = asyncio.to_thread(self._console.answer, path, scope["headers"])
            await _send(send, *await answer)
        else:
            await self._answer(send, 404, _TEXT, b"not found\n")

    async def _answer(self, send: Send, status: int, content_type: str, body: bytes) -> None:
        """Answer with a request id, as every answer of AWS has one."""
        request_id, _ = new_ids(self.lane.pipeline.random_ids)
        headers = [
            (b"x-amzn-requestid", request_id.encode()),
            (b"content-type", content_type.encode()),
            (b"cache-control", b"no-store"),
        ]
        await _send(send, status, headers, body)


async def _send(send: Send, status: int, headers: list[tuple[bytes, bytes]], body: bytes) -> None:
    """A 304 has no body and says no length (RFC 9110, 8.6); of HEAD's answers the server drops the body."""
    length = [] if status == HTTPStatus.NOT_MODIFIED else [(b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers + length})
    await send({"type": "http.response.body", "body": body, "more_body": False})


def create_application(settings: Settings, keyring: Keyring, console_files: console.Console) -> Application:
    """Return what uvicorn serves; called once in each worker. The domain key was revealed before the workers were forked."""
    return Application(settings, keyring, console_files)
