"""Keys made ahead: each is handed out once, nobody waits for the pool, and it ends when it is told to."""

import itertools
import os
import threading
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor

import pytest

from strongroom.server import key_pool
from strongroom.server.key_pool import KeyPool

SIZES = {"RSA_2048": 3, "RSA_4096": 2}
AT_FIRST = {"RSA_2048": 1, "RSA_4096": 1}


class Maker:
    """Makes "keys" with numbers; ``gate`` holds it up."""

    def __init__(self) -> None:
        self.numbers = itertools.count()
        self.made: list[str] = []
        self.gate = threading.Event()
        self.gate.set()
        self.at_work = threading.Event()

    def __call__(self, key_spec: str) -> bytes:
        self.at_work.set()
        assert self.gate.wait(10)
        key = f"{key_spec} {next(self.numbers)}"
        self.made.append(key)
        return key.encode()


@pytest.fixture
def maker() -> Maker:
    return Maker()


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(key_pool, "LEISURE_SECONDS", 0.0)


def ready(pool: KeyPool) -> dict[str, int]:
    return {spec: len(keys) for spec, keys in pool._ready.items()}


def full(pool: KeyPool, wanted: Mapping[str, int] = AT_FIRST) -> bool:
    """Wait until the pool has what it wants: one of each kind, or what is ``wanted`` when somebody has asked."""
    deadline = time.monotonic() + 10
    while ready(pool) != wanted and time.monotonic() < deadline:
        time.sleep(0.001)
    return ready(pool) == wanted


def ended(pool: KeyPool) -> bool:
    pool._thread.join(2)  # far less than its leisure
    return not pool._thread.is_alive()


def test_no_key_is_handed_out_twice(maker: Maker, hasty: None) -> None:
    pool = KeyPool(maker, SIZES)
    pool.start()
    assert full(pool)
    asked = ["RSA_2048", "RSA_4096", "RSA_3072"] * 200
    with ThreadPoolExecutor(8) as threads:
        taken = [key.decode() for key in threads.map(pool.take, asked)]
    assert [key.split()[0] for key in taken] == asked
    assert len(set(taken)) == len(asked)
    assert full(pool, SIZES)
    pool.stop()
    assert ended(pool)
    waiting = {key.decode() for keys in pool._ready.values() for key in keys}
    assert not waiting & set(taken)
    assert waiting | set(taken) == set(maker.made)


def test_what_lies_ready_is_taken_without_making_one(maker: Maker, hasty: None) -> None:
    pool = KeyPool(maker, SIZES)
    pool.start()
    pool.take("RSA_2048")
    assert full(pool, {"RSA_2048": 3, "RSA_4096": 1})
    maker.gate.clear()
    assert {pool.take("RSA_2048") for _ in range(3)} <= {key.encode() for key in maker.made}
    maker.gate.set()
    pool.stop()
    assert ended(pool)


def test_more_than_one_of_a_kind_is_made_when_somebody_asks(maker: Maker) -> None:
    """And then at once: whoever asked once may ask again, and does not wait for the pool's leisure."""
    pool = KeyPool(maker, SIZES)
    pool.start()
    pool.take("RSA_4096")
    assert full(pool, {"RSA_2048": 1, "RSA_4096": 2})
    pool.stop()
    assert ended(pool)


def test_an_empty_pool_makes_nobody_wait(maker: Maker) -> None:
    """Neither before it begins nor for a spec that it does not keep: the caller makes the key itself."""
    pool = KeyPool(maker, SIZES)
    assert [pool.take(spec) for spec in ("RSA_2048", "RSA_4096", "RSA_3072")] == [
        b"RSA_2048 0",
        b"RSA_4096 1",
        b"RSA_3072 2",
    ]
    assert ready(pool) == dict.fromkeys(SIZES, 0)


def test_it_ends_in_its_leisure(maker: Maker) -> None:
    pool = KeyPool(maker, SIZES)
    pool.start()
    pool.stop()
    assert ended(pool)
    assert maker.made == []


def test_it_ends_when_it_is_full(maker: Maker, hasty: None) -> None:
    pool = KeyPool(maker, SIZES)
    pool.start()
    assert full(pool)
    pool.stop()
    assert ended(pool)


def test_it_ends_with_the_key_in_hand(maker: Maker, hasty: None) -> None:
    maker.gate.clear()
    pool = KeyPool(maker, SIZES)
    pool.start()
    assert maker.at_work.wait(10)
    pool.stop()
    maker.gate.set()
    assert ended(pool)
    assert len(maker.made) == 1


def test_only_its_own_thread_is_put_back(maker: Maker, hasty: None) -> None:
    before, seen = os.getpriority(os.PRIO_PROCESS, 0), []

    def generate(key_spec: str) -> bytes:
        seen.append(os.getpriority(os.PRIO_PROCESS, threading.get_native_id()))
        return maker(key_spec)

    pool = KeyPool(generate, SIZES)
    pool.start()
    assert full(pool)
    pool.stop()
    assert ended(pool)
    assert set(seen) == {19}
    assert os.getpriority(os.PRIO_PROCESS, 0) == before
