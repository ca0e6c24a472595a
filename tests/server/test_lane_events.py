"""The lane and what happens by itself: its records reach the journal, also later, and destroyed material is let go."""

import asyncio
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

from strongroom.model.change import Delete
from strongroom.model.key import KeyMaterial
from support.house import ACCOUNT, House
from support.lanes import FailingJournal, lane_of, turns

EVENTS = (("event-1", b'{"eventName":"RotateKey"}'), ("event-2", b'{"eventName":"DeleteKey"}'))


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
