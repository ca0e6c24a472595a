"""Threads for work that would hold up the event loop, and one wake-up of the loop for all that is done by then.

An executor would make a future, a lock and a wake-up for each task: more than an elliptic curve signature costs.
"""

import os
import threading
from asyncio import AbstractEventLoop
from collections import deque
from collections.abc import Callable
from queue import SimpleQueue
from typing import Generic, TypeVar

T = TypeVar("T")
R = TypeVar("R")


class Workshop(Generic[T, R]):
    """``compute`` runs in one of the threads for each task, ``done`` on the loop with its result. ``compute`` must not raise."""

    def __init__(
        self,
        loop: AbstractEventLoop,
        name: str,
        threads: int,
        compute: Callable[[T], R],
        done: Callable[[T, R], None],
        *,
        niceness: int = 0,
    ) -> None:
        self._loop = loop
        self._compute = compute
        self._done = done
        self._niceness = niceness
        self._tasks: SimpleQueue[tuple[T] | None] = SimpleQueue()
        self._results: deque[tuple[T, R]] = deque()
        self._loop_knows = False
        self._threads = [
            threading.Thread(target=self._work, name=f"{name}-{number}", daemon=True) for number in range(threads)
        ]
        for thread in self._threads:
            thread.start()

    def put(self, task: T) -> None:
        self._tasks.put((task,))

    def close(self) -> None:
        """Finish what was put in, then let the threads end. Results that the loop has not taken up by then are lost with it."""
        for _ in self._threads:
            self._tasks.put(None)
        for thread in self._threads:
            thread.join()

    def _work(self) -> None:
        if self._niceness:
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), self._niceness)  # on Linux: of this thread alone
        while (taken := self._tasks.get()) is not None:
            (task,) = taken
            self._results.append((task, self._compute(task)))
            # INVARIANT: a result is appended before the flag is read, and the flag is cleared before results are taken.
            if not self._loop_knows:
                self._loop_knows = True
                self._loop.call_soon_threadsafe(self._deliver)

    def _deliver(self) -> None:
        self._loop_knows = False
        while self._results:
            self._done(*self._results.popleft())
