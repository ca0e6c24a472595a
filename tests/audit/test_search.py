"""Searches answer what a plain reading of the journal answers, however far the index is and whatever happened to it."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from strongroom.audit.index.database import FILE, IndexUnusableError
from strongroom.audit.index.filler import Filler, IndexBusyError
from strongroom.audit.index.search import Search
from strongroom.audit.index.terms import Query, query_of
from strongroom.audit.journal import Journal
from strongroom.audit.verify import read_records

START = 1_768_514_954
USERS = ("alice", "bob", "ünïcode")
KEYS = tuple(f"arn:aws:kms:us-east-1:111122223333:key/{n:08d}-0000-4000-8000-000000000000" for n in range(4))
OPERATIONS = ("Encrypt", "Decrypt", "CreateKey")
NAMES = ("tenant", "a=b", "")
VALUES = ("1", "2", "b=1", "")


@pytest.fixture(autouse=True)
def _small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("strongroom.audit.index.block.BLOCK_RECORDS", 16)


def record(number: int, second: int, chance: random.Random) -> bytes:
    """Return one record of many shapes; the unique ids end with ``number``."""
    user, key = chance.choice(USERS), chance.choice(KEYS)
    said: dict[str, Any] = {
        "userIdentity": {"type": "IAMUser", "arn": f"arn:aws:iam::111122223333:user/{user}", "userName": user, "accountId": "111122223333"},
        "eventTime": datetime.fromtimestamp(second, UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "eventSource": chance.choice(("kms.amazonaws.com", "sts.amazonaws.com")),
        "eventName": chance.choice(OPERATIONS),
        "awsRegion": "us-east-1",
        "sourceIPAddress": f"10.0.0.{chance.randrange(3)}",
        "requestParameters": chance.choice(
            (None, {"keyId": key}, {"keyId": 7, "encryptionContext": {chance.choice(NAMES): chance.choice(VALUES)}})
        ),
        "requestID": f"{chance.getrandbits(32):08x}-0000-4000-8000-{number:012d}",
        "eventID": f"{chance.getrandbits(32):08x}-0000-4000-9000-{number:012d}",
        "readOnly": chance.random() < 0.5,
        "resources": [{"accountId": "111122223333", "type": "AWS::KMS::Key", "ARN": key}],
        "recipientAccountId": "111122223333",
    }  # fmt: skip
    if chance.random() < 0.2:
        said["errorCode"] = chance.choice(("AccessDenied", "NotFoundException"))
    return json.dumps(said, ensure_ascii=False).encode()


class House:
    """A journal directory with its writers, and an index that may be anywhere behind."""

    def __init__(self, directory: Path, seed: int = 0) -> None:
        self.journal, self.index = directory / "journal", directory / "index"
        self._chance = random.Random(seed)  # noqa: S311 - tests repeat
        self._open: dict[int, Journal] = {}
        self.number = 0
        self.now = START

    def write(self, count: int, slot: int = 0, step: int = 1) -> None:
        """Append ``count`` records, ``step`` seconds apart (backwards too)."""
        if slot not in self._open:
            self._open[slot] = Journal.open(self.journal, slot, segment_bytes=65536, clock=time.time, server_id="test")
        batch = []
        for _ in range(count):
            batch.append(record(self.number, self.now, self._chance))
            self.number, self.now = self.number + 1, self.now + step
        self._open[slot].append(batch)

    def restart(self, slot: int = 0) -> None:
        self._open.pop(slot).close()

    def close(self) -> None:
        for slot in list(self._open):
            self.restart(slot)

    def fill(self) -> int:
        with closing(Filler(self.journal, self.index)) as filler:
            return filler.step()

    def find(self, query: Query, **options: Any) -> tuple[list[dict[str, Any]], Search]:
        search = Search(self.journal, self.index, query, **options)
        return [json.loads(found) for found in search], search

    def scan(self, wanted: Callable[[dict[str, Any]], bool]) -> list[str]:
        """Return the event ids of what a plain reading of the journal finds."""
        return sorted(one["eventID"] for one in read_records(self.journal) if wanted(one))

    def check(self, query: Query, wanted: Callable[[dict[str, Any]], bool]) -> Search:
        found, search = self.find(query)
        assert sorted(one["eventID"] for one in found) == self.scan(wanted)
        assert [one["eventTime"] for one in found] == sorted((one["eventTime"] for one in found), reverse=True)
        forwards, _ = self.find(query, oldest_first=True)
        assert forwards == found[::-1]
        return search


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    made = House(tmp_path)
    yield made
    made.close()


def everything(_: dict[str, Any]) -> bool:
    return True


# --- searches equal a plain reading ----------------------------------------------------------------------------------

QUESTIONS: dict[str, tuple[dict[str, Any], Callable[[dict[str, Any]], bool]]] = {
    "all": ({}, everything),
    "operation": ({"operations": ["Encrypt"]}, lambda r: r["eventName"] == "Encrypt"),
    "operations": ({"operations": ["Encrypt", "Decrypt"]}, lambda r: r["eventName"] in ("Encrypt", "Decrypt")),
    "service": ({"services": ["sts"]}, lambda r: r["eventSource"] == "sts.amazonaws.com"),
    "user": ({"principals": ["ünïcode"]}, lambda r: r["userIdentity"]["userName"] == "ünïcode"),
    "user ARN": (
        {"principals": ["arn:aws:iam::111122223333:user/bob"]},
        lambda r: r["userIdentity"]["userName"] == "bob",
    ),
    "key ARN": ({"keys": [KEYS[1]]}, lambda r: KEYS[1] in (r["resources"][0]["ARN"], (r["requestParameters"] or {}).get("keyId"))),
    "key id": (
        {"keys": [KEYS[2].rpartition("/")[2]]},
        lambda r: KEYS[2] in (r["resources"][0]["ARN"], (r["requestParameters"] or {}).get("keyId")),
    ),
    "source": ({"sources": ["10.0.0.1"]}, lambda r: r["sourceIPAddress"] == "10.0.0.1"),
    "no address": ({"sources": ["10.0.0.9"]}, lambda _: False),
    "error": ({"errors": ["AccessDenied"]}, lambda r: r.get("errorCode") == "AccessDenied"),
    "any error": ({"errors": ["any"]}, lambda r: "errorCode" in r),
    "no error": ({"errors": ["none"]}, lambda r: "errorCode" not in r),
    "read only": ({"read_only": True}, lambda r: r["readOnly"]),
    "changes": ({"read_only": False, "operations": ["CreateKey"]}, lambda r: not r["readOnly"] and r["eventName"] == "CreateKey"),
    "account": ({"accounts": ["111122223333"], "regions": ["us-east-1"]}, everything),
    "context": (
        {"contexts": [("tenant", "1")]},
        lambda r: (r["requestParameters"] or {}).get("encryptionContext", {}).get("tenant") == "1",
    ),
    "context name": (
        {"contexts": [("a=b", None)]},
        lambda r: "a=b" in (r["requestParameters"] or {}).get("encryptionContext", {}),
    ),
    "contexts that never meet": ({"contexts": [("tenant", "1"), ("a=b", "1")]}, lambda _: False),
    "time": ({"since": START + 20, "until": START + 60}, lambda r: "2026-01-15T22:09:34Z" <= r["eventTime"] < "2026-01-15T22:10:14Z"),
    "much at once": (
        {"since": START + 10, "operations": ["Decrypt"], "principals": ["alice"], "errors": ["none"], "keys": list(KEYS[:2])},
        lambda r: (
            r["eventTime"] >= "2026-01-15T22:09:24Z"
            and r["eventName"] == "Decrypt"
            and r["userIdentity"]["userName"] == "alice"
            and "errorCode" not in r
            and bool({r["resources"][0]["ARN"], (r["requestParameters"] or {}).get("keyId")} & set(KEYS[:2]))
        ),
    ),
}  # fmt: skip

ACTIONS = st.lists(
    st.one_of(
        st.tuples(st.just("write"), st.integers(1, 60), st.integers(0, 2), st.sampled_from([1, 0, 3, -2])),
        st.tuples(st.just("restart"), st.integers(0, 2)),
        st.tuples(st.just("fill")),
        st.tuples(st.just("lose")),
    ),
    min_size=1,
    max_size=12,
)


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ACTIONS, st.sampled_from(sorted(QUESTIONS)), st.integers(0, 1000))
def test_a_search_finds_what_a_plain_reading_finds(actions: list[Any], question: str, seed: int) -> None:
    with TemporaryDirectory() as directory:
        house = House(Path(directory), seed)
        try:
            for action, *arguments in actions:
                if action == "write":
                    house.write(*arguments)
                elif action == "restart" and arguments[0] in house._open:
                    house.restart(*arguments)
                elif action == "fill":
                    house.fill()
                elif action == "lose":
                    (house.index / FILE).unlink(missing_ok=True)
            options, wanted = QUESTIONS[question]
            house.check(query_of(**options), wanted)
        finally:
            house.close()


@pytest.mark.parametrize("question", QUESTIONS)
def test_every_question(house: House, question: str) -> None:
    house.write(100)
    house.write(90, slot=1)
    house.fill()
    house.write(30)
    options, wanted = QUESTIONS[question]
    search = house.check(query_of(**options), wanted)
    assert search.problem is None
    assert search.indexed == 96 + 80
    assert search.behind == 220 - search.indexed


def test_one_request_id_and_one_event_id(house: House) -> None:
    house.write(200)
    house.fill()
    for one in list(read_records(house.journal))[::37]:
        for query in (query_of(request_ids=[one["requestID"]]), query_of(event_ids=[one["eventID"]])):
            assert house.find(query)[0] == [one]
    assert house.find(query_of(request_ids=[" " * 36]))[0] == []


def test_whoever_wants_few_records_opens_few_blocks(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    house.write(2000)
    house.fill()
    opened: list[int] = []
    places = Search._places
    monkeypatch.setattr(Search, "_places", lambda self, *of: opened.append(1) or places(self, *of))
    newest = list(islice(Search(house.journal, house.index, query_of()), 5))
    assert [json.loads(one)["eventID"][-4:] for one in newest] == ["1999", "1998", "1997", "1996", "1995"]
    assert len(opened) <= 2


# --- what may happen -------------------------------------------------------------------------------------------------


def test_an_idle_filler_writes_nothing(house: House) -> None:
    house.write(100)
    with closing(Filler(house.journal, house.index)) as filler:
        filler.step()
        before = [(path.name, path.stat().st_mtime_ns) for path in sorted(house.index.iterdir())]
        assert filler.step() == 0
        assert [(path.name, path.stat().st_mtime_ns) for path in sorted(house.index.iterdir())] == before


def test_a_filler_goes_on_where_it_was_and_counts_nothing_twice(house: House) -> None:
    for _ in range(10):
        house.write(25)
        house.fill()
    with closing(Filler(house.journal, house.index)) as filler:
        uses = filler.index.uses_of("*", None)
        indexed = filler.index.records()
    assert 250 - 16 < indexed <= 250
    assert sum(calls + refused for *_, calls, refused, _ in uses) == indexed
    house.check(query_of(), everything)


def test_one_filler_at_a_time(house: House) -> None:
    house.write(1)
    with closing(Filler(house.journal, house.index)), pytest.raises(IndexBusyError):
        Filler(house.journal, house.index)
    Filler(house.journal, house.index).close()


def test_a_deleted_index_is_made_again(house: House) -> None:
    house.write(100)
    filler = Filler(house.journal, house.index)
    filler.step()
    (house.index / FILE).unlink()
    _, search = house.find(query_of())
    assert search.problem is not None
    assert search.behind == 100
    with pytest.raises(IndexUnusableError, match="deleted"):
        filler.step()
    filler.close()
    assert house.fill() == 100
    assert house.check(query_of(), everything).indexed == 96


@pytest.mark.parametrize("at", [0, 4096, 9000, 20000])
def test_a_damaged_index_is_passed_over_and_made_again(house: House, at: int) -> None:
    house.write(500)
    house.fill()
    with (house.index / FILE).open("r+b") as file:
        file.seek(at)
        file.write(b"\xa5" * 4000)
    for name in ("operation", "context", "all"):
        options, wanted = QUESTIONS[name]
        house.check(query_of(**options), wanted)
    house.fill()
    assert house.check(query_of(), everything).indexed == 496


def test_an_index_of_another_journal_is_not_believed(tmp_path: Path) -> None:
    one, other = House(tmp_path / "one", 1), House(tmp_path / "other", 2)
    for house in (one, other):
        house.write(100)
        house.fill()
        house.close()
    other.index = one.index
    search = other.check(query_of(operations=["Encrypt"]), lambda r: r["eventName"] == "Encrypt")
    assert search.problem == "the index was made from another journal"
    other.fill()
    assert other.check(query_of(), everything).problem is None


def test_a_clock_that_was_set_back(house: House) -> None:
    house.write(50)
    house.now -= 100_000
    house.write(50)
    house.now += 200_000
    house.write(50, step=-7)
    house.fill()
    house.check(query_of(), everything)
    limit = datetime.fromtimestamp(START, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    house.check(query_of(until=START), lambda r: r["eventTime"] < limit)


def test_a_torn_tail_is_no_record_until_it_is_whole(house: House) -> None:
    house.write(40)
    path = house.journal / "00" / "00000001.log"
    used = len(path.read_bytes().rstrip(b"\0"))
    with path.open("r+b") as file:
        file.seek(used)
        file.write(b"0" * 64 + b' {"eventTime":"2026-01-15T22:')
    house.fill()
    found, _ = house.find(query_of())
    assert len(found) == 40


def test_lines_of_a_failed_write_are_forgotten(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    house.write(40)
    stream = house._open[0]
    assert stream._segment is not None
    kept = stream._segment.used
    filler = Filler(house.journal, house.index)
    filler.step()

    def written_and_not_synced(_: int) -> None:
        raise OSError(5, "Input/output error")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fdatasync", written_and_not_synced)
        patch.setattr(os, "ftruncate", lambda *_: (_ for _ in ()).throw(OSError(5, "Input/output error")))
        with pytest.raises(Exception, match="journal cannot be written"):
            house.write(40)
    assert len((house.journal / "00" / "00000001.log").read_bytes().rstrip(b"\0")) > kept
    filler.step()
    assert filler.index.records() == 80
    house.write(40)
    filler.step()
    filler.step()
    filler.close()
    search = house.check(query_of(), everything)
    assert search.indexed + search.behind == 80


def test_kill_while_indexing(house: House) -> None:
    """However often it dies, what is in the index is right and whole."""
    for _ in range(20):
        house.write(200)
    program = (
        "import sys, time; from pathlib import Path; from strongroom.audit.index import block, filler;"
        "block.BLOCK_RECORDS = 16; filler._BLOCKS_PER_COMMIT = 1;"
        "one = filler.Filler(Path(sys.argv[1]), Path(sys.argv[2])); print('ready', flush=True); one.step(); time.sleep(60)"
    )
    chance = random.Random(5)  # noqa: S311 - tests repeat
    for _ in range(3):
        process = subprocess.Popen(
            [sys.executable, "-c", program, str(house.journal), str(house.index)], stdout=subprocess.PIPE
        )
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
        time.sleep(chance.random() * 0.3)
        process.send_signal(signal.SIGKILL)
        process.wait()
        process.stdout.close()
        options, wanted = QUESTIONS["much at once"]
        house.check(query_of(**options), wanted)
    house.fill()
    assert 4000 - 16 < house.check(query_of(), everything).indexed <= 4000
