"""Work that takes its time: it holds up nobody, its answer has its record or does not leave, and there is a limit to it."""

import asyncio
import json
import threading
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from strongroom.crypto.key_pairs import generate
from strongroom.server import lane as lanes
from strongroom.server.lane import Lane
from strongroom.stations.request import Decided
from support.house import House
from support.key_material import private_der
from support.lanes import FailingJournal, lane_of, turns
from support.server import Server

PAIR, ENCRYPT, SIGN = "GenerateDataKeyPair", "Encrypt", "Sign"
WAIT_SECONDS = 10


class Shop:
    """A lane whose keys are in its cache already, so that only slow work leaves the event loop; ``gate`` holds up key making."""

    def __init__(self) -> None:
        self.gate = threading.Event()
        self.failure: Exception | None = None
        self.house = House()
        self.house.pipeline = replace(self.house.pipeline, new_private_key=self.make)
        self.journal = FailingJournal()
        self.lane = lane_of(self.house, self.journal, SimpleNamespace(moved=lambda: False, bump=lambda: None))
        self.key_id = self.house.ok("CreateKey")["KeyMetadata"]["KeyId"]
        pair = {"KeySpec": "ECC_NIST_P384", "KeyUsage": "SIGN_VERIFY"}
        self.signing_key_id = self.house.ok("CreateKey", pair)["KeyMetadata"]["KeyId"]

    def make(self, key_spec: str) -> bytes:
        if key_spec != "RSA_2048":
            return generate(key_spec)
        assert self.gate.wait(WAIT_SECONDS)
        if self.failure is not None:
            raise self.failure
        return private_der(key_spec)

    def ask(self, operation: str, **members: Any) -> "asyncio.Future[Decided]":
        named = {
            PAIR: {"KeyId": self.key_id, "KeyPairSpec": "RSA_2048"},
            ENCRYPT: {"KeyId": self.key_id, "Plaintext": "aGVsbG8="},
            SIGN: {"KeyId": self.signing_key_id, "Message": "aGVsbG8=", "SigningAlgorithm": "ECDSA_SHA_384"},
        }[operation]
        answer: asyncio.Future[Decided] = asyncio.get_running_loop().create_future()
        self.lane.submit(self.house.request(operation, named | members), answer.set_result)
        return answer

    async def warm(self) -> None:
        """Have the lane meet its keys: the first requests miss the cache and are carried out on the store."""
        for _ in range(2):
            for operation in (ENCRYPT, SIGN):
                answer = await self.ask(operation)
                assert answer.status == 200, answer.body
        assert self.lane._slow == 0

    def recorded(self, answer: Decided) -> dict[str, Any]:
        """Return the one record in the journal that is this answer's."""
        records = [json.loads(record) for record in self.journal.records]
        (found,) = [record for record in records if record["requestID"] == answer.request_id]
        return dict(found)


def in_a_shop(scenario: Callable[[Shop], Awaitable[None]]) -> None:
    async def run() -> None:
        shop = Shop()
        await shop.warm()
        try:
            async with asyncio.timeout(WAIT_SECONDS):
                await scenario(shop)
        finally:
            shop.gate.set()
            shop.lane._threads.shutdown()
            for workshop in (shop.lane._processors, shop.lane._generators):
                workshop.close()

    asyncio.run(run())


def error_of(answer: Decided) -> str:
    return str(json.loads(answer.body)["__type"])


async def under_way(lane: Lane, count: int) -> None:
    await turns()
    assert lane._slow == count


def test_slow_work_holds_up_nobody() -> None:
    async def scenario(shop: Shop) -> None:
        slow = shop.ask(PAIR)
        await under_way(shop.lane, 1)
        quick = [await shop.ask(operation) for operation in (ENCRYPT, SIGN, ENCRYPT)]
        assert [answer.status for answer in quick] == [200, 200, 200]
        assert not slow.done()
        shop.gate.set()
        answer = await slow
        assert answer.status == 200, answer.body
        names = [json.loads(record)["eventName"] for record in shop.journal.records]
        assert names[-4:] == [ENCRYPT, SIGN, ENCRYPT, PAIR]
        assert "errorCode" not in shop.recorded(answer)

    in_a_shop(scenario)


@pytest.mark.parametrize("name", [b"Recipient", b"\\u0052ecipient"], ids=["plain", "escaped"])
def test_attestation_documents_stay_off_the_loop_however_they_are_named(name: bytes) -> None:
    async def scenario(shop: Shop) -> None:
        answer: asyncio.Future[Decided] = asyncio.get_running_loop().create_future()
        body = b'{"NumberOfBytes":8,"' + name + b'":{"AttestationDocument":"YQ=="}}'
        shop.lane.submit(shop.house.request("GenerateRandom", body), answer.set_result)
        await asyncio.sleep(0)
        assert shop.lane._slow == 1
        assert error_of(await answer) == "ValidationException"

    in_a_shop(scenario)


def test_a_refusal_inside_work_is_answered_with_its_record() -> None:
    async def scenario(shop: Shop) -> None:
        answer = await shop.ask(SIGN, MessageType="DIGEST")
        assert (answer.status, error_of(answer)) == (400, "ValidationException")
        assert shop.recorded(answer)["errorCode"] == "ValidationException"

    in_a_shop(scenario)


def test_a_failure_inside_work_is_answered_with_its_record() -> None:
    async def scenario(shop: Shop) -> None:
        shop.failure = RuntimeError("a secret detail")
        shop.gate.set()
        answer = await shop.ask(PAIR)
        assert (answer.status, error_of(answer)) == (500, "KMSInternalException")
        assert b"a secret detail" not in answer.body
        assert shop.recorded(answer)["errorCode"] == "KMSInternalException"
        assert (await shop.ask(ENCRYPT)).status == 200

    in_a_shop(scenario)


def test_more_slow_work_than_the_limit_is_throttled(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lanes, "MAX_SLOW_REQUESTS", 3)

    async def scenario(shop: Shop) -> None:
        taken_up = [shop.ask(PAIR) for _ in range(3)]
        await under_way(shop.lane, 3)
        for operation in (PAIR, SIGN):
            refused = await shop.ask(operation)
            assert (refused.status, error_of(refused)) == (400, "ThrottlingException")
            assert shop.recorded(refused)["errorCode"] == "ThrottlingException"
        assert (await shop.ask(ENCRYPT)).status == 200  # the event loop's own work has no such limit
        assert not any(answer.done() for answer in taken_up)
        shop.gate.set()
        assert [(await answer).status for answer in taken_up] == [200, 200, 200]
        assert (await shop.ask(PAIR)).status == 200

    in_a_shop(scenario)


def test_a_journal_that_fails_while_work_is_under_way_refuses_it() -> None:
    async def scenario(shop: Shop) -> None:
        slow = shop.ask(PAIR)
        await under_way(shop.lane, 1)
        before = list(shop.journal.records)
        shop.journal.broken = True
        shop.gate.set()
        answer = await slow
        assert (answer.status, error_of(answer)) == (500, "KMSInternalException")
        assert b"PrivateKey" not in answer.body
        assert shop.journal.records == before
        assert shop.lane.failing
        shop.journal.broken = False
        again = await shop.ask(PAIR)
        assert again.status == 200
        assert "errorCode" not in shop.recorded(again)
        assert not shop.lane.failing

    in_a_shop(scenario)


def test_a_server_answers_others_while_it_makes_large_keys(start_server: Any) -> None:
    """Told by the order of answers: were the keys made on the event loop, at most one other answer could leave between two."""
    server: Server = start_server(workers=1)
    kms, pairs = server.boto3(), 4
    key_id = kms.create_key()["KeyMetadata"]["KeyId"]
    kms.encrypt(KeyId=key_id, Plaintext=b"hello")
    asked = {"KeyId": key_id, "KeyPairSpec": "RSA_4096"}
    clients = [server.fresh_boto3() for _ in range(pairs)]
    with ThreadPoolExecutor(pairs) as threads:
        made = [threads.submit(client.generate_data_key_pair_without_plaintext, **asked) for client in clients]
        between = 0
        while not all(answer.done() for answer in made):
            kms.encrypt(KeyId=key_id, Plaintext=b"hello")
            between += 1
        assert all(answer.result()["PublicKey"] for answer in made)
    assert between > 2 * pairs
