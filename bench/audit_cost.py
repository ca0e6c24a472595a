"""``python bench/audit_cost.py``: what do the audit index and a trail's delivery cost the hot path?

Two servers on the measured core, one with the index and a trail that delivers every few seconds, one with neither
(``--no-audit-index``), take turns: A B A B. The ratio is the median over the pairs, neighbours in time, so that the machine's
drift cancels. A run begins when both servers are at rest; how long the index then takes to catch up is told apart, as
processor time for one record, because it is part of the price although no call waits for it.
"""

import argparse
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from statistics import median

from machine import BenchError, describe
from operations import NAMES
from strongroom_server import Strongroom, boto3_client
from wrk import Run, check_installed
from wrk import run as run_wrk

_AIM = 0.95  # the rows of the hot path may fall by five per cent
_WARM_UP_SECONDS = 1
_REST_SECONDS = 1.5
_AT_REST = 0.03  # of a core: what a server that is not asked may use
_MOST_REST_SECONDS = 120.0


class Side:
    """One server, and what was measured of it: runs, and the processor time of a call with all that comes after it."""

    def __init__(self, name: str, work: Path, *options: str) -> None:
        self.name = name
        self._work = work / name
        self._work.mkdir()
        self.server = Strongroom(self._work, options=options)
        self.runs: list[Run] = []
        self.whole_cpu_us: list[float] = []

    def deliver(self) -> None:
        """Begin to deliver all records by a trail."""
        client = boto3_client(self.server.signer, "cloudtrail")
        client.create_trail(Name="bench", S3BucketName="bench", EnableLogFileValidation=True)
        client.start_logging(Name="bench")
        client.close()

    def rest(self) -> None:
        """Wait until what follows the calls is done. Errors: BenchError."""
        deadline = time.monotonic() + _MOST_REST_SECONDS
        while time.monotonic() < deadline:
            before = self.server.program.cpu_seconds()
            time.sleep(_REST_SECONDS)
            if self.server.program.cpu_seconds() - before < _AT_REST * _REST_SECONDS:
                return
        raise BenchError(f"the server {self.name} does not come to rest")

    def run(self, operation: str, connections: int, seconds: float) -> Run:
        """Errors: BenchError."""
        requests = self.server.requests(self.server.workload(operation))
        before = self.server.program.cpu_seconds()
        result = run_wrk(self.server.program, self.server.port, requests, connections, seconds, self._work)
        self.rest()
        self.whole_cpu_us.append((self.server.program.cpu_seconds() - before) * 1e6 / result.requests)
        self.runs.append(result)
        return result


def main() -> int:
    options = _options()
    try:
        check_installed()
        options.work.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=options.work) as directory, ExitStack() as stack:
            work = Path(directory)
            for line in describe(work).items():
                print("- {}: {}".format(*line))
            audited = Side("with", work, "--trail-interval", str(options.trail_interval))
            stack.callback(audited.server.close)
            plain = Side("without", work, "--no-audit-index")
            stack.callback(plain.server.close)
            audited.deliver()
            ratio = _pairs(audited, plain, options)
            delivered = len(list((audited.server.data / "trails").rglob("*CloudTrail_*.json.gz")))
    except BenchError as error:
        print(f"The benchmark failed, and its numbers mean nothing: {error}", file=sys.stderr)
        return 1
    print(f"\n{options.operation}, {options.connections} connections, {options.pairs} pairs of {options.seconds:g} s")
    for side in (audited, plain):
        print(
            f"{side.name:8} {median(run.per_second for run in side.runs):9,.0f}/s, p99 "
            f"{median(run.p99_ms for run in side.runs):.1f} ms; processor time {median(side.whole_cpu_us):.0f} us a call, "
            f"what comes after it included"
        )
    print(f"log and digest files delivered: {delivered}")
    print(f"ratio {ratio:.3f}, aim {_AIM}: {'reached' if ratio >= _AIM else 'MISSED'}")
    return 0


def _pairs(audited: Side, plain: Side, options: argparse.Namespace) -> float:
    for side in (audited, plain):
        run_wrk(
            side.server.program,
            side.server.port,
            side.server.requests(side.server.workload(options.operation)),
            options.connections,
            _WARM_UP_SECONDS,
            options.work,
        )
        side.rest()
    ratios = []
    for number in range(options.pairs):
        order = (audited, plain) if number % 2 == 0 else (plain, audited)
        for side in order:
            side.run(options.operation, options.connections, options.seconds)
        ratios.append(audited.runs[-1].per_second / plain.runs[-1].per_second)
        others = max(audited.runs[-1].others, plain.runs[-1].others)
        print(f"pair {number + 1}: {ratios[-1]:.3f} (others used up to {others:.0%})", file=sys.stderr, flush=True)
    return median(ratios)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--operation", choices=NAMES, default="Encrypt")
    parser.add_argument("--seconds", type=float, default=10, help="of each run (default %(default)s)")
    parser.add_argument("--pairs", type=int, default=5, help="(default %(default)s)")
    parser.add_argument("--connections", type=int, default=32, help="(default %(default)s)")
    parser.add_argument("--trail-interval", type=int, default=5, help="seconds between log files (default %(default)s)")
    parser.add_argument(
        "--work",
        type=Path,
        default=Path(__file__).with_name("results"),
        help="directory on a real disk (default %(default)s)",
    )
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
