"""``python bench/audit_search.py``: how fast is the audit journal indexed and searched, and how large is the index?

Writes a journal of records as a server makes them (two workers, GenerateDataKey and Decrypt with encryption contexts, some
refusals), indexes it, and asks. Each question is asked of a fresh connection, as the command does; times are medians.
"""

import argparse
import random
import shutil
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from statistics import median

from msgspec import Raw

from strongroom.audit.index.database import FILE
from strongroom.audit.index.filler import Filler
from strongroom.audit.index.search import Search
from strongroom.audit.index.terms import Query, query_of
from strongroom.audit.journal import Journal
from strongroom.audit.record import Resource, encode_record

_ACCOUNT = "111122223333"
_START = 1_767_225_600
_BATCH = 500
_OPERATIONS = ("GenerateDataKey", "Decrypt", "Decrypt", "Decrypt", "Encrypt")
_ROUNDS = 7


def records(count: int, keys: int, users: int, per_second: float) -> Iterator[bytes]:
    """Yield records of ``count`` calls; one in a thousand is refused, every call has a volume of its own in its context."""
    chance = random.Random(1)  # noqa: S311 - the same journal each time
    arns = [f"arn:aws:kms:us-east-1:{_ACCOUNT}:key/{uuid.UUID(int=chance.getrandbits(128))}" for _ in range(keys)]
    identities = [
        Raw(
            b'{"type":"IAMUser","principalId":"AIDA%016d","arn":"arn:aws:iam::%b:user/user-%d","accountId":"%b",'
            b'"accessKeyId":"AKIA%016d","userName":"user-%d"}' % (n, _ACCOUNT.encode(), n, _ACCOUNT.encode(), n, n)
        )
        for n in range(users)
    ]
    for number in range(count):
        key = arns[int(len(arns) * chance.random() ** 3)]
        ids = f"{chance.getrandbits(256):064x}"
        yield encode_record(
            event_id=f"{ids[:8]}-{ids[8:12]}-4{ids[13:16]}-8{ids[17:20]}-{ids[20:32]}",
            event_time=_START + number / per_second,
            request_id=f"{ids[32:40]}-{ids[40:44]}-4{ids[45:48]}-8{ids[49:52]}-{ids[52:]}",
            event_source="kms.amazonaws.com",
            event_name=_OPERATIONS[number % len(_OPERATIONS)],
            region="us-east-1",
            user_identity=identities[number % users],
            source_ip=f"10.0.{number % 7}.{number % 250}",
            user_agent="Boto3/1.43.0 md/Botocore#1.43.0 ua/2.1 os/linux#6.1 md/arch#x86_64 lang/python#3.11.7",
            error_code="AccessDenied" if number % 1000 == 999 else None,
            request_parameters={
                "keyId": key,
                "keySpec": "AES_256",
                "encryptionContext": {"tenant": f"t{number % 5000}", "volume": ids[:20]},
            },
            response_elements=None,
            read_only=True,
            resources=[Resource(_ACCOUNT, key)],
            recipient_account=_ACCOUNT,
            tls_details=None,
        )


def write(journal: Path, count: int) -> float:
    """Write the journal; return seconds."""
    began = time.perf_counter()
    streams = [Journal.open(journal, slot, clock=time.time, server_id="bench") for slot in (0, 1)]
    source = records(count, keys=1000, users=200, per_second=50)
    turn = 0
    while batch := list(islice(source, _BATCH)):
        streams[turn % 2].append(batch)
        turn += 1
    for stream in streams:
        stream.close()
    return time.perf_counter() - began


def ask(journal: Path, index: Path, query: Query, limit: int) -> tuple[int, float, int]:
    """Return (records found, median milliseconds, records read behind the index)."""
    times, found = [], 0
    for _ in range(_ROUNDS):
        began = time.perf_counter()
        search = Search(journal, index, query)
        found = sum(1 for _ in islice(search, limit))
        times.append((time.perf_counter() - began) * 1000)
        if search.problem:
            raise SystemExit(search.problem)
    return found, median(times), search.behind


def questions(count: int) -> Iterator[tuple[str, Query]]:
    """Yield what is asked: a needle, the newest of many, combinations, a stretch of time."""
    sample = next(islice(records(count, 1000, 200, 50), 10, 11)).decode()
    request_id = sample.split('"requestID":"')[1][:36]
    volume = sample.split('"volume":"')[1][:20]
    key = sample.split('"keyId":"')[1].split('"')[0]
    day = _START + count // 50 // 2
    yield "the newest", query_of()
    yield "one request id (the oldest record)", query_of(request_ids=[request_id])
    yield "one encryption context pair, unique", query_of(contexts=[("volume", volume)])
    yield "one tenant", query_of(contexts=[("tenant", "t42")])
    yield "one key", query_of(keys=[key])
    yield (
        "one user, Encrypt, refused (none)",
        query_of(principals=["user-7"], operations=["Encrypt"], errors=["AccessDenied"]),
    )
    yield "refusals of one key", query_of(keys=[key], errors=["any"])
    yield "no such user", query_of(principals=["nobody"])
    yield "an hour in the middle, one user", query_of(since=day, until=day + 3600, principals=["user-7"])


def main() -> int:
    """Print the report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, default=1_000_000)
    parser.add_argument("--limit", type=int, default=100)
    parser.add_argument("--directory", type=Path, help="keep the journal there, and use it when it is there already")
    arguments = parser.parse_args()
    count = arguments.records
    scratch = arguments.directory or Path(tempfile.mkdtemp(prefix="strongroom-search-"))
    journal, index = scratch / "journal", scratch / "index"
    try:
        if not journal.exists():
            print(f"- written: {count / write(journal, count):,.0f} records/s")
        size = sum(path.stat().st_size for path in journal.rglob("*.log"))
        shutil.rmtree(index, ignore_errors=True)
        filler = Filler(journal, index)
        began, cpu = time.perf_counter(), time.process_time()
        read = filler.step()
        seconds, cpu = time.perf_counter() - began, time.process_time() - cpu
        filler.close()
        stored = (index / FILE).stat().st_size
        print(f"- indexed: {read:,} records, {read / seconds:,.0f}/s, {cpu / read * 1e6:.1f} us of processor time each")
        print(f"- index: {stored / read:.1f} bytes a record; journal: {size / read:.0f}")
        for name, query in questions(count):
            found, milliseconds, behind = ask(journal, index, query, arguments.limit)
            print(f"- {name}: {found} found in {milliseconds:.1f} ms ({behind} read behind the index)")
    finally:
        if arguments.directory is None:
            shutil.rmtree(scratch)
    return 0


if __name__ == "__main__":
    sys.exit(main())
