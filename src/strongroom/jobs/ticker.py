"""A thread that looks, every so often, whether there is something to do."""

import logging
import threading
from collections.abc import Callable

from strongroom.store.port import StoreUnavailableError

logger = logging.getLogger("strongroom")

_JOIN_SECONDS = 10.0


class Ticker:
    """Calls ``tick`` with a question that it may ask meanwhile: is the process about to end?"""

    def __init__(self, name: str, tick: Callable[[Callable[[], bool]], None]) -> None:
        self._name = name
        self._tick = tick
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self, seconds: float) -> None:
        """Tick every ``seconds``."""
        self._thread = threading.Thread(target=self._keep_on, args=(seconds,), name=self._name, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Let it finish the step in hand, then end; not for long."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join(_JOIN_SECONDS)

    def _keep_on(self, seconds: float) -> None:
        while not self._stop.wait(seconds):
            try:
                self._tick(self._stop.is_set)
            except StoreUnavailableError as failure:
                logger.error("%s wait: %s", self._name, failure)  # noqa: TRY400 - the text says all
            except Exception:
                logger.exception("%s failed, and will be tried again", self._name)
