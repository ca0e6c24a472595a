"""The workshop: every task's result comes back on the loop, once, whatever the timing."""

import asyncio
import threading
from collections import Counter

from strongroom.server.workshop import Workshop


async def _all_done(tasks: int, threads: int) -> tuple[Counter[int], set[str], str]:
    loop = asyncio.get_running_loop()
    finished = loop.create_future()
    results: Counter[int] = Counter()
    workers: set[str] = set()

    def compute(task: int) -> int:
        workers.add(threading.current_thread().name)
        return task * task

    def done(task: int, result: int) -> None:
        assert threading.current_thread() is threading.main_thread()
        assert result == task * task
        results[task] += 1
        if results.total() == tasks:
            finished.set_result(None)

    workshop = Workshop(loop, "test", threads, compute, done)
    for task in range(tasks):
        workshop.put(task)
        if task % 100 == 0:
            await asyncio.sleep(0)
    await asyncio.wait_for(finished, 30)
    workshop.close()
    return results, workers, threading.current_thread().name


def test_nothing_is_lost_and_nothing_comes_twice() -> None:
    results, workers, here = asyncio.run(_all_done(20_000, 4))
    assert results == Counter(dict.fromkeys(range(20_000), 1))
    assert here not in workers


def test_close_finishes_what_was_put_in() -> None:
    async def run() -> list[int]:
        loop = asyncio.get_running_loop()
        computed: list[int] = []
        workshop: Workshop[int, None] = Workshop(loop, "test", 1, computed.append, lambda _task, _result: None)
        for task in range(100):
            workshop.put(task)
        workshop.close()
        return computed

    assert asyncio.run(run()) == list(range(100))
