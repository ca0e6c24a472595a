"""Where the time of one request goes: microseconds by station, in one process and without a network.

The real worker application is started on a data directory and fed, through its real HTTP protocol, with signed requests.
Probes around the stations' functions share the time of ``Pipeline.decide`` among them, each without what the probes inside
it took; what no probe claims is "the walk between the stations". Beside that: HTTP in and out, and one durable write of
the journal for batches of 1, 32 and 128 records. What a real server needs beyond the sum is the kernel's and the loop's.
"""

import argparse
import asyncio
import gc
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any

from uvicorn.config import Config
from uvicorn.server import ServerState

import strongroom.pipeline
import strongroom.stations.access
from machine import BenchError, cores, describe
from operations import NAMES
from report import table
from strongroom.authn.sigv4 import SigV4Verifier
from strongroom.bootstrap import open_keyring, open_store
from strongroom.crypto.opened import SymmetricKey
from strongroom.pipeline import Pipeline
from strongroom.server import metrics
from strongroom.server.console import Console
from strongroom.server.lane import Lane
from strongroom.server.protocol import LaneProtocol
from strongroom.server.settings import DataDirectory, Settings
from strongroom.server.worker import Application
from strongroom.stations.access import Access
from strongroom.stations.request import APIRequest, Decided
from strongroom.stations.routes import JSON11
from strongroom_server import Strongroom

_ROUNDS = 7
_BATCHES = (1, 32, 128)
_SHARED_BY = 32
_SHOWN_FROM_US = 0.005
_WRITES = 150  # of each batch

_WALK = "the walk between the stations"
PROBES = (
    (strongroom.pipeline, "new_ids", "request and event id"),
    (Pipeline, "_route", "route"),
    (SigV4Verifier, "verify", "authenticate (SigV4)"),
    (type(JSON11), "decode", "decode"),
    (Access, "authorise", "authorise"),
    (strongroom.stations.access, "find_key", "find the key"),
    (strongroom.pipeline, "check_state", "key state"),
    (SymmetricKey, "encrypt_data_key", "seal or open"),
    (SymmetricKey, "encrypt", "seal or open"),
    (SymmetricKey, "decrypt", "seal or open"),
    (type(JSON11), "encode", "encode"),
    (Pipeline, "_record", "audit record"),
    (Pipeline, "decide", _WALK),
)


# --- probes --------------------------------------------------------------------------------------------------------


class Probes:
    """Wraps functions while it is entered, and adds up for each label the time spent in them but not in inner probes.

    ``around_ns`` is what a probe costs whoever calls the probed function, outside of what it counts: it is no time of the caller's.
    """

    def __init__(self, around_ns: float = 0.0) -> None:
        self._around_ns = around_ns
        self.nanoseconds: dict[str, float] = {}
        self.calls: dict[str, int] = {}
        self._inside: list[float] = [0.0]  # time claimed by inner probes, one level for each open call

    @contextmanager
    def around(self, places: Sequence[tuple[Any, str, str]]) -> Iterator[None]:
        """Errors: BenchError when a function is no longer there: the table would silently lose a station."""
        kept = []
        try:
            for owner, name, label in places:
                function = getattr(owner, name, None)
                if function is None:
                    raise BenchError(f"{owner.__name__}.{name} is gone: tell bench/stations.py where that station is")
                kept.append((owner, name, function))
                setattr(owner, name, self._wrapped(function, label))
            yield
        finally:
            for owner, name, function in reversed(kept):
                setattr(owner, name, function)

    def _wrapped(self, function: Callable[..., Any], label: str) -> Callable[..., Any]:
        clock, inside, nanoseconds, calls = time.perf_counter_ns, self._inside, self.nanoseconds, self.calls
        around = self._around_ns
        nanoseconds.setdefault(label, 0.0)
        calls.setdefault(label, 0)

        def probe(*arguments: Any, **options: Any) -> Any:
            inside.append(0.0)
            started = clock()
            try:
                return function(*arguments, **options)
            finally:
                took = clock() - started
                nanoseconds[label] += took - inside.pop()
                calls[label] += 1
                inside[-1] += took + around

        return probe


# --- the parts -----------------------------------------------------------------------------------------------------


class CatchingLane:
    """The worker's lane, but for ``submit``: it keeps the request instead of answering it."""

    def __init__(self, lane: Lane) -> None:
        self._lane = lane
        self.caught: list[APIRequest] = []

    def submit(self, request: APIRequest, _reply: Callable[[Decided], None]) -> None:
        self.caught.append(request)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._lane, name)


class Nowhere(asyncio.Transport):
    """A transport whose bytes go nowhere."""

    def write(self, _data: Any) -> None:
        pass

    def is_closing(self) -> bool:
        return False

    def get_extra_info(self, name: str, default: Any = None) -> Any:
        return ("127.0.0.1", 50000) if name == "peername" else default


class Loaded:
    """What the protocol looks for in a loaded application."""

    def __init__(self, lane: CatchingLane) -> None:
        self.lane = lane

    async def __call__(self, _scope: Any, _receive: Any, _send: Any) -> None:
        raise BenchError("no request goes to the application here")


def connection(lane: CatchingLane) -> LaneProtocol:
    config = Config(
        Loaded(lane), interface="asgi3", loop="none", ws="none", lifespan="off", log_config=None, proxy_headers=False
    )
    protocol = LaneProtocol(config, ServerState(), {}, asyncio.get_running_loop())
    protocol.connection_made(Nowhere())
    return protocol


def microseconds(turn: Callable[[], int]) -> float:
    """Return the median over rounds; ``turn`` does some work and returns how many times."""
    took = []
    for _ in range(_ROUNDS):
        gc.collect()
        started = time.perf_counter()
        times = turn()
        took.append((time.perf_counter() - started) * 1e6 / times)
    return median(took)


@contextmanager
def on_server_core() -> Iterator[None]:
    """Stand where the server would."""
    mine = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {cores()[0]})
    try:
        yield
    finally:
        os.sched_setaffinity(0, mine)


async def started(application: Application) -> Callable[[], Any]:
    """Start the application as uvicorn would; return what stops it. Errors: BenchError."""
    inbox: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
    outbox: asyncio.Queue[Any] = asyncio.Queue()
    task = asyncio.create_task(application({"type": "lifespan"}, inbox.get, outbox.put))
    await inbox.put({"type": "lifespan.startup"})
    asked = asyncio.create_task(outbox.get())
    await asyncio.wait((asked, task), return_when=asyncio.FIRST_COMPLETED)
    if not asked.done():
        asked.cancel()
        await task  # raises what ended it
    message = asked.result()
    if message["type"] != "lifespan.startup.complete":
        raise BenchError(f"the worker does not start: {message}")

    async def stop() -> None:
        await inbox.put({"type": "lifespan.shutdown"})
        await task

    return stop


# --- the measurements ----------------------------------------------------------------------------------------------


def read_requests(lane: Lane, messages: Sequence[bytes]) -> tuple[list[APIRequest], float]:
    """Return the requests as the protocol reads them off the wire, and the microseconds for one."""
    catching = CatchingLane(lane)
    protocol = connection(catching)

    def read_all() -> int:
        catching.caught.clear()
        for message in messages:
            protocol.busy = False
            protocol.data_received(message)
        return len(messages)

    took = microseconds(read_all)
    return catching.caught, took


def answer_time(lane: Lane, decided: Decided) -> float:
    protocol = connection(CatchingLane(lane))

    def answer() -> int:
        for _ in range(1000):
            protocol.answer(decided)
        return 1000

    return microseconds(answer)


def warm(lane: Lane, requests: Sequence[APIRequest]) -> Decided:
    """Fill the worker's cache as its slow way does, and see that every answer is a good one. Errors: BenchError."""
    carried = lane.pipeline.carry_out(requests[0], lane.store, lane.slot)
    lane.cache.admit(carried.sequence, carried.read)
    last = carried.decided
    for request in requests:
        last = lane.pipeline.decide(request, lane.cache)
        if last.status != 200:
            raise BenchError(f"a request was refused: {last.body!r}")
    return last


def walk_times(lane: Lane, requests: Sequence[APIRequest]) -> tuple[float, dict[str, float]]:
    """Return (microseconds of one decide, the same by station). The probes' own cost is taken off in proportion."""
    decide, cache = lane.pipeline.decide, lane.cache

    def decide_all() -> int:
        for request in requests:
            decide(request, cache)
        return len(requests)

    whole = microseconds(decide_all)
    own, around = probe_cost()
    probes = Probes(around)
    with probes.around(PROBES):
        decide = lane.pipeline.decide
        for _ in range(_ROUNDS):
            decide_all()
    turns = _ROUNDS * len(requests)
    stations = {
        label: (nanoseconds - own * probes.calls[label]) / turns / 1000
        for label, nanoseconds in probes.nanoseconds.items()
    }
    stations[_WALK] = 0.0
    stations[_WALK] = whole - sum(stations.values())
    return whole, stations


def probe_cost() -> tuple[float, float]:
    """Return the nanoseconds that a probe costs by its own count, and those that it costs the caller beside them."""

    def do_nothing() -> int:
        for _ in range(20_000):
            _Nothing.do()
        return 20_000

    plain = microseconds(do_nothing) * 1000
    empty = Probes()
    with empty.around([(_Nothing, "do", "nothing")]):
        probed = microseconds(do_nothing) * 1000
    own = empty.nanoseconds["nothing"] / empty.calls["nothing"]
    return own, max(0.0, probed - plain - own)


class _Nothing:
    @staticmethod
    def do() -> None:
        return None


def write_times(lane: Lane, record: bytes) -> dict[int, float]:
    """Return the microseconds of one ``append`` for each size of batch."""
    found = {}
    for batch in _BATCHES:
        took = []
        for _ in range(_WRITES):
            begun = time.perf_counter()
            lane.journal.append([record] * batch)
            took.append((time.perf_counter() - begun) * 1e6)
        found[batch] = median(took)
    return found


def application_on(settings: Settings) -> Application:
    """Return the worker application with the keyring of its data directory, which the supervisor would have opened."""
    store = open_store(settings.data.database, must_exist=True)
    try:
        return Application(settings, open_keyring(store, settings.data.root_key, None), Console())
    finally:
        store.close()


async def measure(settings: Settings, messages_of: Mapping[str, Sequence[bytes]]) -> None:
    """Print the tables of each operation. Errors: BenchError."""
    application = application_on(settings)
    stop = await started(application)
    try:
        for operation, messages in messages_of.items():
            print(f"\n## {operation}\n\n{tables(application.lane, messages)}", flush=True)
    finally:
        await stop()


def tables(lane: Lane, messages: Sequence[bytes]) -> str:
    requests, reading = read_requests(lane, messages)
    decided = warm(lane, requests)
    whole, stations = walk_times(lane, requests)
    answering = answer_time(lane, decided)
    writes = write_times(lane, decided.record)
    rows = [("HTTP in (parse, headers, request)", reading)]
    rows += [(label, took) for label, took in stations.items() if took > _SHOWN_FROM_US]
    rows += [("HTTP out (head and body)", answering)]
    share = writes[_SHARED_BY] / _SHARED_BY
    rows += [(f"chain and durable write, shared by {_SHARED_BY}", share)]
    rows += [("sum", reading + whole + answering + share)]
    batches = [[str(batch), f"{took:.0f}", f"{took / batch:.1f}"] for batch, took in writes.items()]
    parts = [
        table(["station", "us"], [[label, f"{took:.1f}"] for label, took in rows]),
        table(["records in one durable write", "us", "us for one"], batches),
    ]
    return "\n\n".join(parts)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", nargs="+", choices=NAMES, default=NAMES, metavar="OPERATION")
    parser.add_argument("--work", type=Path, default=Path(__file__).with_name("results"))
    options = parser.parse_args()
    options.work.mkdir(parents=True, exist_ok=True)
    try:
        with tempfile.TemporaryDirectory(dir=options.work) as directory:
            for name, text in describe(Path(directory)).items():
                print(f"- {name}: {text}")
            server = Strongroom(Path(directory))
            try:
                messages_of = {}
                for operation in options.only:
                    work = server.workload(operation)
                    server.check(work)
                    messages_of[operation] = server.requests(work)
                server.stop()
                settings = Settings(data=DataDirectory(server.data), workers=1)
                metrics.prepare(settings.data.metrics)
                with on_server_core():
                    asyncio.run(measure(settings, messages_of))
            finally:
                server.close()
    except BenchError as error:
        print(f"The benchmark failed, and its numbers mean nothing: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
