"""Request rates: a token bucket for each caller's account, Region and class, where an operator asks for rates at all.

Each worker counts for itself, with its share of the rate: the sum is the operator's number, and a caller whose connections
are spread unevenly meets the limit a little early. A bucket holds one second's worth, at least one request. It is charged
once a request's keys are known and its caller allowed to use them; what is refused before costs nothing.
Source: AWS KMS Developer Guide, "Throttling AWS KMS requests".
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from strongroom.errors import ThrottlingError
from strongroom.model.clock import Clock
from strongroom.model.key import Key
from strongroom.model.quota import Quotas, charges

THROTTLED = "You have exceeded the rate at which you may call KMS. Reduce the frequency of your calls."
_MAX_BUCKETS = 100_000

_Where = tuple[str, str, str, str]
"""(account, class, Region, custom key store)."""


@dataclass(slots=True)
class _Bucket:
    """``tokens`` as of ``at`` (seconds). Several threads may take at once: at worst one request more gets through."""

    rate: float
    size: float
    tokens: float
    at: float


_UNKNOWN = _Bucket(0, 0, 0, 0)


class Throttle:
    """One worker's buckets."""

    def __init__(self, quotas: Quotas, workers: int, clock: Clock) -> None:
        self._quotas = quotas
        self._workers = workers
        self._clock = clock
        self._buckets: dict[_Where, _Bucket | None] = {}

    def charge(self, operation: str, asked: Any, keys: Sequence[Key], account: str, region: str) -> None:
        """Count a request of ``account``. Errors: ThrottlingError when the account is over a rate; then nothing is counted."""
        now = self._clock()
        taken: list[tuple[_Bucket, int]] = []
        for one in charges(operation, asked, keys, region):
            where = (account, one.name, one.region, one.part)
            bucket = self._buckets.get(where, _UNKNOWN)
            if bucket is _UNKNOWN:
                bucket = self._new_bucket(where, now)
            if bucket is None:
                continue  # no limit
            bucket.tokens = min(bucket.size, bucket.tokens + max(0.0, now - bucket.at) * bucket.rate)
            bucket.at = now
            if bucket.tokens < min(one.requests, bucket.size):
                raise ThrottlingError(THROTTLED)
            taken.append((bucket, one.requests))
        for bucket, count in taken:
            bucket.tokens -= count

    def _new_bucket(self, where: _Where, now: float) -> _Bucket | None:
        _, name, region, _ = where
        rate = self._quotas.rate(name, region)
        bucket = None
        if rate is not None:
            rate /= self._workers
            size = max(1.0, rate)
            bucket = _Bucket(rate, size, size, now)
        if len(self._buckets) >= _MAX_BUCKETS:
            self._buckets.clear()
        self._buckets[where] = bucket
        return bucket
