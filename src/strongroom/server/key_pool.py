"""RSA private keys made ahead, so that whoever needs one does not wait for primes.

One thread of the lowest priority fills the pool while nobody is in a hurry; whoever finds it empty makes a key itself.
Until somebody asks for a kind, one of it is enough: most servers never make an RSA key.
What lies ready is in memory only and belongs to nobody yet.
"""

import os
import threading
from collections import deque
from collections.abc import Callable, Mapping
from types import MappingProxyType

READY: Mapping[str, int] = MappingProxyType({"RSA_2048": 8, "RSA_3072": 4, "RSA_4096": 4})
LEISURE_SECONDS = 15.0  # after a worker's start, unless somebody asks: what starts and stops at once need not make keys
_LOWEST_PRIORITY = 19


class KeyPool:
    """Makes private keys, PKCS#8 DER, by key spec; keeps some of the slow kinds ready. ``take`` may be called in any thread."""

    def __init__(self, generate: Callable[[str], bytes], ready: Mapping[str, int] = READY) -> None:
        self._generate = generate
        self._ready: dict[str, deque[bytes]] = {spec: deque() for spec in ready}
        self._sizes = dict.fromkeys(ready, 1)
        self._full = ready
        self._wanted = threading.Event()
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._fill, name="key-pool", daemon=True)

    def start(self) -> None:
        """Begin to fill the pool, after some leisure."""
        self._thread.start()

    def stop(self) -> None:
        """Let the thread end with the key it is at."""
        self._stopped.set()
        self._wanted.set()

    def take(self, key_spec: str) -> bytes:
        """Return a private key that nobody else has."""
        ready = self._ready.get(key_spec)
        if ready is None:
            return self._generate(key_spec)
        self._sizes[key_spec] = self._full[key_spec]
        try:
            taken = ready.popleft()
        except IndexError:
            taken = self._generate(key_spec)
        self._wanted.set()
        return taken

    def _fill(self) -> None:
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _LOWEST_PRIORITY)  # on Linux: of this thread alone
        self._wanted.wait(LEISURE_SECONDS)
        while True:
            self._wanted.clear()  # before the look: a stop that comes later is heard by the wait
            if self._stopped.is_set():
                return
            for spec in self._missing():
                if self._stopped.is_set():
                    return
                self._ready[spec].append(self._generate(spec))
            if not self._missing():
                self._wanted.wait()

    def _missing(self) -> list[str]:
        """Return the specs that lack a key, once each: the quick ones must not wait for all of the slow ones."""
        return [spec for spec, size in self._sizes.items() if len(self._ready[spec]) < size]
