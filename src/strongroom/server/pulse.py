"""How much is asked of all workers, and how fast they answer: the last minute, on a page that they share.

Each worker slot has a place of its own, with a ring of seconds, and only its worker writes there: no lock is needed. Latencies
are kept in buckets, each a fifth wider than the one before, so a percentile is told with that precision.
"""

import struct
from collections import Counter
from collections.abc import Callable, Mapping
from math import log2
from pathlib import Path

from strongroom.operations.console.ports import Traffic
from strongroom.store.generation import SLOTS, shared_page

WINDOW_SECONDS = 60
_SECONDS = 64  # of the ring: the window, and room for those that are being written
_BUCKETS = 80
_FIRST_MICROSECONDS = 16
_STEPS = 4  # buckets for each doubling
_PERCENTILES = (50, 90, 99)
_SECOND = struct.Struct(f"<QIII{_BUCKETS}I")  # second, requests, failed, connections, latencies
_SLOT_BYTES = _SECONDS * _SECOND.size
_BYTES = SLOTS * _SLOT_BYTES


def bucket_of(seconds: float) -> int:
    """Return the bucket of a latency."""
    steps = seconds * 1e6 / _FIRST_MICROSECONDS
    return min(int(_STEPS * log2(steps)), _BUCKETS - 1) if steps > 1 else 0


class Pulse:
    """The page, seen from one slot. ``clock`` gives seconds since the epoch."""

    def __init__(self, path: Path, slot: int, clock: Callable[[], float]) -> None:
        self._page = shared_page(path, _BYTES)
        self._start = slot * _SLOT_BYTES
        self._clock = clock

    def add(self, requests: int, failed: int, latencies: Mapping[int, int], connections: int) -> None:
        """Add what was answered since the last time to the present second."""
        second = int(self._clock())
        place = self._start + second % _SECONDS * _SECOND.size
        of, *counts = _SECOND.unpack_from(self._page, place)
        if of != second:
            counts = [0] * (3 + _BUCKETS)
        counts[0] += requests
        counts[1] += failed
        counts[2] = connections
        for bucket, count in latencies.items():
            counts[3 + bucket] += count
        _SECOND.pack_into(self._page, place, second, *counts)

    def traffic(self) -> Traffic:
        """Return the last minute of all workers."""
        now = int(self._clock())
        requests = failed = connections = 0
        latencies: Counter[int] = Counter()
        for slot in range(SLOTS):
            newest, open_now = 0, 0
            page = self._page[slot * _SLOT_BYTES : (slot + 1) * _SLOT_BYTES]
            if not any(page):
                continue  # a slot that nobody has
            for second, answered, refused, held, *counts in _SECOND.iter_unpack(page):
                if not now - WINDOW_SECONDS < second <= now:
                    continue
                requests, failed = requests + answered, failed + refused
                latencies.update({bucket: count for bucket, count in enumerate(counts) if count})
                if second > newest:
                    newest, open_now = second, held
            connections += open_now
        return Traffic(WINDOW_SECONDS, requests, failed, connections, _percentiles(latencies))


def _percentiles(latencies: Counter[int]) -> dict[int, int]:
    """Return the upper end, in microseconds, of the bucket in which each percentile lies."""
    total, passed, found = latencies.total(), 0, {}
    waiting = list(_PERCENTILES)
    for bucket in sorted(latencies):
        passed += latencies[bucket]
        while waiting and passed * 100 >= waiting[0] * total:
            found[waiting.pop(0)] = round(_FIRST_MICROSECONDS * 2 ** ((bucket + 1) / _STEPS))
    return found
