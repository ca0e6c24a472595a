"""A worker's lane over a house, with a journal that can be broken."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from types import SimpleNamespace
from typing import cast

from strongroom.audit.journal import Journal, JournalUnavailableError
from strongroom.server.lane import Lane
from strongroom.server.metrics import Metrics
from strongroom.store.cache import NounCache
from strongroom.store.generation import Generation
from support.house import House


class FailingJournal:
    """Keeps records in a list, unless ``broken``."""

    def __init__(self) -> None:
        self.records: list[bytes] = []
        self.broken = False

    def append(self, records: Sequence[bytes]) -> None:
        if self.broken:
            raise JournalUnavailableError("no room")
        self.records += records

    def position(self) -> tuple[int, int]:
        return (0, 0)


def lane_of(house: House, journal: FailingJournal, announced: SimpleNamespace) -> Lane:
    metrics = SimpleNamespace(
        journal_failures=0, requests=Counter(), latencies=Counter(), commit_seconds=[], pour=lambda _connections: None
    )
    return Lane(
        house.pipeline,
        house.store,
        NounCache(house.store.changed_since(0)[0]),
        cast("Journal", journal),
        cast("Generation", announced),
        0,
        cast("Metrics", metrics),
        1024,
    )


async def turns() -> None:
    for _ in range(5):
        await asyncio.sleep(0)
