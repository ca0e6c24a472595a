"""The lane and what happens by itself: its records reach the journal, also later, and destroyed material is let go."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from types import SimpleNamespace
from typing import Any, cast

from strongroom.audit.journal import Journal, JournalUnavailableError
from strongroom.model.change import Delete
from strongroom.model.key import KeyMaterial
from strongroom.server.lane import Lane
from strongroom.server.metrics import Metrics
from strongroom.store.cache import NounCache
from strongroom.store.generation import Generation
from support.house import ACCOUNT, House

EVENTS = (("event-1", b'{"eventName":"RotateKey"}'), ("event-2", b'{"eventName":"DeleteKey"}'))


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
    metrics = SimpleNamespace(journal_failures=0, requests=Counter(), commit_seconds=[], pour=lambda _connections: None)
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


def test_records_wait_for_the_journal_and_keep_their_order() -> None:
    async def run() -> None:
        journal = FailingJournal()
        lane = lane_of(House(), journal, SimpleNamespace(moved=lambda: False))
        journal.broken = True
        lane.take_up(EVENTS[:1])
        await turns()
        assert lane.failing
        lane.take_up(EVENTS[1:])
        lane.sweep()
        await turns()
        assert (journal.records, lane._journalled) == ([], [])
        journal.broken = False
        lane.sweep()
        await turns()
        assert not lane.failing
        assert journal.records == [record for _, record in EVENTS]
        assert lane._journalled == ["event-1", "event-2"]
        lane.sweep()
        await turns()
        assert len(journal.records) == 2

    asyncio.run(run())


def test_an_idle_worker_lets_go_of_destroyed_material() -> None:
    async def run() -> None:
        house = House()
        key_ids = [house.ok("CreateKey")["KeyMetadata"]["KeyId"] for _ in range(2)]
        moved = [True]
        lane = lane_of(house, FailingJournal(), SimpleNamespace(moved=lambda: moved.pop() if moved else False))
        for key_id in key_ids:
            house.ok("Encrypt", {"KeyId": key_id, "Plaintext": "aGVsbG8="})
        opened: dict[tuple[str, ...], Any] = house.keyring._opened
        assert {where[2] for where in opened} == set(key_ids)
        with house.store.snapshot() as view:
            where = {"account": ACCOUNT, "region": "us-east-1", "key_id": key_ids[0]}
            (row,) = view.page(KeyMaterial, where, limit=2)
        house.store.commit((Delete(replace(row)),))
        lane.sweep()
        assert {where[2] for where in opened} == {key_ids[1]}
        lane._forget_material(None)
        assert opened == {}

    asyncio.run(run())
