"""The replay window: a bounded memory of signatures seen, for servers that want each used once.

AWS accepts a repeated request within the skew window, and SDKs may resend one after a lost answer, so this is off unless
an operator asks for it. One for each service, since signatures do not live equally long everywhere; per worker process,
shared by its threads. Time is an argument.
"""

from threading import Lock

from strongroom.errors import InvalidSignatureError

REPLAYED = "The request was already used: its signature has been seen within the replay window. Sign the request again."
_BUCKETS = 8


class ReplayWindow:
    """Remembers what was seen for at least ``window_seconds``, in buckets of time that are dropped as a whole."""

    def __init__(self, window_seconds: float, limit: int = 1_000_000) -> None:
        self._bucket_seconds = window_seconds / (_BUCKETS - 1)
        self._limit = limit // _BUCKETS
        self._buckets: dict[int, set[bytes]] = {}
        self._lock = Lock()

    def check(self, signature: bytes, now: float) -> None:
        """Remember ``signature``. Errors: InvalidSignatureError when it was seen before, or when memory is full: doubt means no."""
        with self._lock:
            self._check(signature, int(now // self._bucket_seconds))

    def _check(self, signature: bytes, present: int) -> None:
        for old in [bucket for bucket in self._buckets if bucket <= present - _BUCKETS]:
            del self._buckets[old]
        if any(signature in seen for seen in self._buckets.values()):
            raise InvalidSignatureError(REPLAYED)
        bucket = self._buckets.setdefault(present, set())
        if len(bucket) >= self._limit:
            raise InvalidSignatureError("Too many requests within the replay window. Try again later.")
        bucket.add(signature)
