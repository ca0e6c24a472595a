"""Counters for Prometheus, gathered over all workers. Source: prometheus_client's multiprocess mode.

The hot path only counts in plain dictionaries; once a second they are poured into the client library's files.
"""

import os
from collections import Counter
from pathlib import Path

from strongroom.server.pulse import Pulse

_BUCKETS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5)
DIRECTORY_VARIABLE = "PROMETHEUS_MULTIPROC_DIR"  # prometheus_client reads it when it is imported


def prepare(directory: Path) -> None:
    """Empty the directory that the workers share; called once, before any of them starts."""
    directory.mkdir(parents=True, exist_ok=True, mode=0o700)
    for old in directory.glob("*.db"):
        old.unlink()
    os.environ[DIRECTORY_VARIABLE] = str(directory)


def _take_room() -> None:
    """Take the room of this process's files at once: see ``generation.shared_page``."""
    directory = os.environ.get(DIRECTORY_VARIABLE)
    for path in Path(directory).glob(f"*_{os.getpid()}.db") if directory else ():
        with path.open("r+b") as file:
            os.posix_fallocate(file.fileno(), 0, os.fstat(file.fileno()).st_size)


class Metrics:
    """One worker's counters."""

    def __init__(self, pulse: Pulse | None = None) -> None:
        """Take what tells the console of the last minute, where there is one."""
        import prometheus_client as prometheus  # noqa: PLC0415 - it must see the variable that ``prepare`` sets

        self._prometheus = prometheus
        self._requests = prometheus.Counter(
            "strongroom_requests", "API requests answered, by operation and error name.", ("operation", "error")
        )
        self._turns = prometheus.Histogram(
            "strongroom_commit_seconds",
            "From taking up a batch of requests to its audit records being durable.",
            buckets=_BUCKETS,
        )
        self._batch = prometheus.Counter("strongroom_journal_commits", "Durable writes of the audit journal.")
        self._failures = prometheus.Counter("strongroom_journal_failures", "Writes of the audit journal that failed.")
        self._connections = prometheus.Gauge("strongroom_connections", "Open connections.", multiprocess_mode="livesum")
        _take_room()
        self.requests: Counter[tuple[str, str]] = Counter()
        self.commit_seconds: list[float] = []
        self.journal_failures = 0
        self.latencies: Counter[int] = Counter()
        """Answers by ``pulse.bucket_of``."""
        self._pulse = pulse

    def pour(self, connections: int) -> None:
        """Hand what was counted since the last time to the client library."""
        if self._pulse is not None:
            failed = sum(count for (_, error), count in self.requests.items() if error)
            self._pulse.add(self.requests.total(), failed, self.latencies, connections)
        self.latencies.clear()
        for (operation, error), count in self.requests.items():
            self._requests.labels(operation, error).inc(count)
        self.requests.clear()
        for seconds in self.commit_seconds:
            self._turns.observe(seconds)
        self._batch.inc(len(self.commit_seconds))
        self.commit_seconds.clear()
        self._failures.inc(self.journal_failures)
        self.journal_failures = 0
        self._connections.set(connections)

    def page(self) -> tuple[str, bytes]:
        """Return (content type, text) of all workers' counters."""
        from prometheus_client import multiprocess  # noqa: PLC0415 - as above

        registry = self._prometheus.CollectorRegistry()
        multiprocess.MultiProcessCollector(registry)  # type: ignore[no-untyped-call]  # prometheus_client leaves it untyped
        return self._prometheus.CONTENT_TYPE_LATEST, self._prometheus.generate_latest(registry)
