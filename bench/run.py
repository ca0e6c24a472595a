"""``make bench``: requests/s and latency of the cryptographic operations, and ratios to a bare hello, moto and OpenBao.

strongroom runs as its users run it: every signature verified, every audit record durable before its answer. Contenders take
turns within each round (A B C A B C), each on the same core with wrk on another, so that the machine's drift falls on all.
Before a row, boto3 confirms the answers; after it, the journal must hold a record for every answer that wrk counted.
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from machine import BenchError, Program, describe
from operations import NAMES
from peers import Hello, Moto, OpenBao
from presign import Answer
from report import HELLO, HELLO_GET, MOTO, OPENBAO, OURS, Row, page
from strongroom_server import Strongroom
from wrk import Run, check_installed
from wrk import run as run_wrk

PEERS = (HELLO, HELLO_GET, MOTO, OPENBAO)
_WARM_UP_SECONDS = 1
_WARM_UP_CONNECTIONS = 32
_SIZE_TOLERANCE = 0.02  # of an answer's bytes: ids in OpenBao's answers vary by a digit


@dataclass(slots=True)
class Contender:
    """A server and what to send it. ``requests`` signs anew each time: signatures are good for five minutes only."""

    name: str
    program: Program
    port: int
    requests: Callable[[], Sequence[bytes]]
    confirmed: Answer
    answered: int = 0

    def run(self, connections: int, seconds: float, work: Path) -> Run:
        """Errors: BenchError, also when the answers are not of the size of the one that was confirmed."""
        result = run_wrk(self.program, self.port, self.requests(), connections, seconds, work)
        self.answered += result.requests
        if abs(result.bytes_each - self.confirmed.size) > _SIZE_TOLERANCE * self.confirmed.size:
            raise BenchError(f"{self.name}: answers of {result.bytes_each:.0f} bytes, expected {self.confirmed.size}")
        return result


@dataclass(frozen=True, slots=True)
class Plan:
    operations: Sequence[str]
    connections: Sequence[int]
    peers: frozenset[str]
    seconds: float
    rounds: int
    work: Path


def measure(plan: Plan) -> Iterator[Row]:
    """Run everything; yield each row when it is complete. Errors: BenchError."""
    with ExitStack() as stack:
        peers: list[Moto | OpenBao] = []
        for name, start in ((MOTO, Moto), (OPENBAO, OpenBao)):
            if name in plan.peers:
                peers.append(start(plan.work))
                stack.callback(peers[-1].close)
        for operation in plan.operations:
            with _contenders(plan, operation, peers) as contenders:
                for contender in contenders:
                    contender.run(_WARM_UP_CONNECTIONS, _WARM_UP_SECONDS, plan.work)
                for connections in plan.connections:
                    runs: dict[str, list[Run]] = {contender.name: [] for contender in contenders}
                    for _ in range(plan.rounds):
                        for contender in contenders:
                            runs[contender.name].append(contender.run(connections, plan.seconds, plan.work))
                    yield Row(operation, connections, runs)


@contextmanager
def _contenders(plan: Plan, operation: str, peers: Sequence[Moto | OpenBao]) -> Iterator[Sequence[Contender]]:
    """Yield who takes part in one operation, all answers confirmed; afterwards ask our journal for its records."""
    with ExitStack() as stack:
        ours = Strongroom(plan.work)
        stack.callback(ours.close)
        work = ours.workload(operation)
        answer = ours.check(work)
        mine = Contender(OURS, ours.program, ours.port, lambda: ours.requests(work), answer)
        found = [mine]
        if {HELLO, HELLO_GET} & plan.peers:
            hello = Hello(plan.work, answer)
            stack.callback(hello.close)
            for name, requests in ((HELLO, mine.requests), (HELLO_GET, lambda: [hello.get()])):
                if name in plan.peers:
                    found.append(Contender(name, hello.program, hello.port, requests, answer))
        for peer in peers:
            theirs = peer.workload(operation)
            confirmed = peer.check(theirs)
            found.append(
                Contender(
                    peer.name,
                    peer.program,
                    peer.port,
                    lambda peer=peer, theirs=theirs: peer.requests(theirs),
                    confirmed,
                )
            )
        yield found
        ours.stop()
        if (records := ours.records()) < mine.answered:
            raise BenchError(f"{mine.answered} answers left, but the journal holds {records} records")


def main() -> int:
    options = _options()
    try:
        check_installed()
        options.work.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=options.work) as directory:
            plan = Plan(
                operations=options.only or NAMES,
                connections=options.connections,
                peers=frozenset(options.against),
                seconds=options.seconds,
                rounds=options.rounds,
                work=Path(directory),
            )
            machine = describe(plan.work)
            rows = []
            for row in measure(plan):
                rows.append(row)
                rates = ", ".join(f"{name} {row.per_second(name):,.0f}/s" for name in row.runs)
                print(f"{row.operation}, {row.connections} connections: {rates}", file=sys.stderr, flush=True)
    except BenchError as error:
        print(f"The benchmark failed, and its numbers mean nothing: {error}", file=sys.stderr)
        return 1
    print(page(machine, rows))
    if options.json is not None:
        document = {"machine": machine, "seconds": options.seconds, "rows": [row.as_json() for row in rows]}
        options.json.write_text(json.dumps(document, indent=2) + "\n")
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=5, help="of each run (whole seconds; default %(default)s)")
    parser.add_argument("--rounds", type=int, default=3, help="runs of each contender in a row (default %(default)s)")
    parser.add_argument("--connections", type=int, nargs="+", default=[1, 32, 128])
    parser.add_argument("--only", nargs="+", choices=NAMES, metavar="OPERATION", help=f"of {', '.join(NAMES)}")
    parser.add_argument(
        "--against", nargs="*", choices=PEERS, default=PEERS, metavar="PEER", help=f"of {', '.join(PEERS)}"
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write every single run there")
    parser.add_argument(
        "--work",
        type=Path,
        default=Path(__file__).with_name("results"),
        help="directory on a real disk for data and journals (default %(default)s)",
    )
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
