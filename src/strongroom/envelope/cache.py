"""A cache before the keys: one data key for many messages, within bounds on its age, and on the messages and bytes under it.

Off unless somebody puts it there. What it costs: the plaintext data key stays in memory for as long as it is used, and whoever
learns it reads every message under it. Each message still has a key of its own, derived with its message id. Source: AWS
Encryption SDK specification, framework/caching-cmm.md; its upper bounds are 2**32 messages and 2**63 - 1 bytes.
"""

import hashlib
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from strongroom.envelope.header import EncryptedDataKey, serialize_context
from strongroom.envelope.keys import DataKeyMaker, DataKeyOpener, Materials, OpenedDataKey
from strongroom.envelope.suites import Suite

MAX_MESSAGES = 2**32
MAX_BYTES = 2**63 - 1
_ENTRIES = 100

K = TypeVar("K")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Bounds:
    """When a data key is used no more."""

    age_seconds: float = 300
    messages: int = 1000
    bytes: int = 1 << 36

    def __post_init__(self) -> None:
        if self.age_seconds <= 0 or not 1 <= self.messages <= MAX_MESSAGES or not 1 <= self.bytes <= MAX_BYTES:
            raise ValueError("A data-key cache needs an age above 0, 1 to 2**32 messages and 1 to 2**63 - 1 bytes.")


@dataclass(slots=True)
class _Entry(Generic[T]):
    value: T
    born: float
    messages: int = 0
    bytes: int = 0


class CachedMaker:
    """Data keys for encryption, by suite and context. ``saved`` counts messages that needed no request.

    A message whose length nobody knows before gets a data key of its own: it could pass the bound on bytes.
    """

    def __init__(self, keys: DataKeyMaker, bounds: Bounds, clock: Callable[[], float] = time.monotonic) -> None:
        self.saved = 0
        self._keys, self._bounds, self._clock = keys, bounds, clock
        self._entries: dict[tuple[int, bytes], _Entry[Materials]] = {}
        self._lock = threading.Lock()

    def make(self, suite: Suite, context: Mapping[str, str], plaintext_bytes: int | None) -> Materials:
        if plaintext_bytes is None or plaintext_bytes > self._bounds.bytes:
            return self._keys.make(suite, context, plaintext_bytes)
        name = (suite.id, serialize_context(context))
        with self._lock:
            _forget_old(self._entries, self._clock() - self._bounds.age_seconds)
            entry = self._entries.get(name)
            if entry is not None and self._fits(entry, plaintext_bytes):
                self.saved += 1
            else:
                entry = self._entries[name] = _Entry(self._keys.make(suite, context, plaintext_bytes), self._clock())
                if len(self._entries) > _ENTRIES:
                    del self._entries[next(iter(self._entries))]
            entry.messages += 1
            entry.bytes += plaintext_bytes
            return entry.value

    def _fits(self, entry: _Entry[Materials], plaintext_bytes: int) -> bool:
        return entry.messages < self._bounds.messages and entry.bytes + plaintext_bytes <= self._bounds.bytes


class CachedOpener:
    """Opened data keys, by everything that KMS was asked with. ``saved`` counts messages that needed no request."""

    def __init__(self, keys: DataKeyOpener, bounds: Bounds, clock: Callable[[], float] = time.monotonic) -> None:
        self.saved = 0
        self._keys, self._bounds, self._clock = keys, bounds, clock
        self._entries: dict[bytes, _Entry[OpenedDataKey]] = {}
        self._lock = threading.Lock()

    def open(self, suite: Suite, keys: Sequence[EncryptedDataKey], context: Mapping[str, str]) -> OpenedDataKey:
        digest = hashlib.sha256(suite.id.to_bytes(2, "big") + serialize_context(context))
        for key in keys:
            for part in (key.provider.encode(), key.info, key.ciphertext):
                digest.update(len(part).to_bytes(4, "big") + part)
        name = digest.digest()
        with self._lock:
            _forget_old(self._entries, self._clock() - self._bounds.age_seconds)
            entry = self._entries.get(name)
            if entry is not None and entry.messages < self._bounds.messages:
                self.saved += 1
            else:
                entry = self._entries[name] = _Entry(self._keys.open(suite, keys, context), self._clock())
                if len(self._entries) > _ENTRIES:
                    del self._entries[next(iter(self._entries))]
            entry.messages += 1
            return entry.value


def _forget_old(entries: dict[K, _Entry[T]], born_until: float) -> None:
    """Drop the data keys that are past their age, also those that nobody asks for."""
    for name in [name for name, entry in entries.items() if entry.born <= born_until]:
        del entries[name]
