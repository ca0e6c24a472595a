"""What authorisation costs a warm GenerateDataKey: microseconds in one process, by how much there is to decide.

The aims: at most 3 microseconds with a key policy of ten statements, and no more with 10,000 grants on the key, whether the
caller is allowed by policies or by one of those grants. The real worker application walks real signed requests, in turns as it
is and without asking the policies; what the first takes longer is what authorisation adds. Beside it stands the whole
station as ``bench/stations.py`` measures it, with what any answer needs: what is asked of which key, as data.
"""

import argparse
import asyncio
import gc
import json
import os
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median
from typing import Any

import stations
from machine import BenchError, describe
from operations import workload
from presign import Signer
from report import table
from strongroom.bootstrap import open_keyring, open_store
from strongroom.crypto.keyring import Keyring
from strongroom.model.change import Change, Insert
from strongroom.model.grant import Grant
from strongroom.operations.iam.provision import NewUser, new_user
from strongroom.pipeline import Pipeline
from strongroom.server import metrics
from strongroom.server.lane import Lane
from strongroom.server.settings import DataDirectory, Settings
from strongroom.stations.access import Access
from strongroom_server import REGION, Strongroom

_GRANTS = 10_000
_DISTINCT = 1_000
_BATCH = 2_000
_AIM_US = 3.0
_PAIRS = 25
_STATION = "authorise"

Statement = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Case:
    """A key with a policy and perhaps grants, and who asks for data keys. ``statements`` come after the default one."""

    name: str
    statements: Sequence[Statement] = ()
    grants: int = 0
    by_grant: bool = False


def _allow(action: str, **condition: Mapping[str, Any]) -> Statement:
    return {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": action, "Resource": "*", "Condition": condition}


_ADMINISTRATION = [
    _allow("kms:CreateGrant", Bool={"kms:GrantIsForAWSResource": "true"}),
    _allow("kms:Describe*", StringEquals={"kms:ViaService": "s3.us-east-1.amazonaws.com"}),
    _allow("kms:Get*", StringEquals={"kms:CallerAccount": "111122223333"}),
    _allow("kms:TagResource", StringEquals={"aws:RequestTag/project": "alpha"}),
]
_USE = [
    _allow("kms:GenerateDataKey*", StringEquals={"kms:ViaService": "s3.us-east-1.amazonaws.com"}),
    _allow("kms:*", StringLike={"kms:EncryptionContext:tenant": ["other-*", "nobody-*"]}),
    _allow("kms:GenerateDataKey", StringEquals={"aws:PrincipalTag/project": "alpha"}),
]
_DENIES = [
    {**_allow("kms:*", NotIpAddress={"aws:SourceIp": ["127.0.0.0/8", "10.0.0.0/8"]}), "Effect": "Deny"},
    {**_allow("kms:*", StringLike={"kms:EncryptionContext:tenant": "banned-*"}), "Effect": "Deny"},
]
_TEN = [*_ADMINISTRATION, *_USE, *_DENIES]  # nine, after the default one

CASES = (
    Case("the default key policy"),
    Case("ten statements, none about the request", _ADMINISTRATION * 2 + _ADMINISTRATION[:1]),
    Case("ten statements, two Denies to be asked", _TEN),
    Case(f"the default key policy, {_GRANTS:,} grants on the key", grants=_GRANTS),
    Case(f"ten statements, {_GRANTS:,} grants on the key", _TEN, grants=_GRANTS),
    Case("allowed by the only grant", grants=1, by_grant=True),
    Case(f"allowed by one of {_GRANTS:,} grants", grants=_GRANTS, by_grant=True),
    Case(f"ten statements, allowed by one of {_GRANTS:,} grants", _TEN, grants=_GRANTS, by_grant=True),
)


def key_policy(account: str, case: Case) -> str:
    default = {"Effect": "Allow", "Principal": {"AWS": account}, "Action": "kms:*", "Resource": "*"}
    return json.dumps({"Version": "2012-10-17", "Statement": [default, *case.statements]})


def seed(data: Path, account: str, keys: Sequence[str]) -> NewUser:
    """Give every key its grants, in the directory of a stopped server; return a user whom only grants allow anything."""
    store = open_store(data / "strongroom.db", must_exist=True)
    keyring: Keyring = open_keyring(store, data / "root.key", None)
    holder = new_user(keyring, account, "holder", {}, 0, os.urandom)
    store.commit(holder.changes)
    for case, key_id in zip(CASES, keys, strict=True):
        changes = list(_grants(account, key_id, case, holder.user.user_id))
        for start in range(0, len(changes), _BATCH):
            store.commit(changes[start : start + _BATCH])
    store.close()
    return holder


def _grants(account: str, key_id: str, case: Case, holder: str) -> Iterator[Change]:
    for number in range(case.grants):
        grant_id = f"{number:064x}"
        mine = case.by_grant and number == case.grants // 2
        grant = Grant(
            account=account,
            region=REGION,
            key_id=key_id,
            grantee=holder if mine else f"AIDA{number:017d}",
            grant_id=grant_id,
            retiring="",
            issuing_account=account,
            name="",
            operations=("Decrypt", "GenerateDataKey"),
            context_equals=None,
            context_subset=None,
            source_arn="",
            fingerprint=grant_id,
            created_ms=0,
        )
        yield Insert(grant)


@dataclass(frozen=True, slots=True)
class Cost:
    """In microseconds: what asking the policies adds, the station it belongs to, and the whole walk."""

    added: float
    station: float
    whole: float


class Unasked(Access):
    """The station, but the policies are not asked."""

    def _decide(self, *_asked: Any, **_further: Any) -> None:
        pass


def measured(lane: Lane, messages: Sequence[bytes]) -> Cost:
    """Return the costs of one warm request. Errors: BenchError."""
    requests, _ = stations.read_requests(lane, messages)
    stations.warm(lane, requests)
    asking = lane.pipeline
    unasked = replace(asking, access=Unasked(asking.keyring, asking.access.organization))

    def took(pipeline: Pipeline) -> float:
        """The first round teaches the interpreter whom it calls now, and counts for nothing."""
        for _ in range(2):
            started = time.perf_counter()
            for request in requests:
                pipeline.decide(request, lane.cache)
        return (time.perf_counter() - started) * 1e6 / len(requests)

    gc.collect()
    added = median(took(asking) - took(unasked) for _ in range(_PAIRS))
    whole, by_station = stations.walk_times(lane, requests)
    return Cost(added, by_station[_STATION], whole)


async def measure(settings: Settings, messages_of: Sequence[Sequence[bytes]]) -> str:
    """Return the table. Errors: BenchError."""
    application = stations.application_on(settings)
    stop = await stations.started(application)
    try:
        rows = []
        for case, messages in zip(CASES, messages_of, strict=True):
            cost = measured(application.lane, messages)
            verdict = "yes" if cost.added <= _AIM_US else "no"
            rows.append([case.name, f"{cost.added:.2f}", f"{cost.station:.2f}", f"{cost.whole:.1f}", verdict])
    finally:
        await stop()
    columns = ["authorisation adds, us", "its station, us", "all stations, us", f"adds at most {_AIM_US:g} us"]
    return table(["GenerateDataKey", *columns], rows)


def main() -> int:
    """Print the table; exit code 1 when it could not be measured."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--work", type=Path, default=Path(__file__).with_name("results"))
    options = parser.parse_args()
    options.work.mkdir(parents=True, exist_ok=True)
    try:
        with tempfile.TemporaryDirectory(dir=options.work) as directory:
            for name, text in describe(Path(directory)).items():
                print(f"- {name}: {text}")
            print(f"\n{run(Path(directory))}")
    except BenchError as error:
        print(f"The benchmark failed, and its numbers mean nothing: {error}", file=sys.stderr)
        return 1
    return 0


def run(directory: Path) -> str:
    server = Strongroom(directory)
    try:
        account = server.client.create_key()["KeyMetadata"]["AWSAccountId"]
        keys = [create_key(server.client, key_policy(account, case)) for case in CASES]
        server.stop()
        holder = seed(server.data, account, keys)
        by_grant = replace(
            server.signer, access_key_id=holder.access_key_id, secret_access_key=holder.secret_access_key
        )
        messages_of = [
            signed(by_grant if case.by_grant else server.signer, key_id)
            for case, key_id in zip(CASES, keys, strict=True)
        ]
        settings = Settings(data=DataDirectory(server.data), workers=1)
        metrics.prepare(settings.data.metrics)
        with stations.on_server_core():
            return asyncio.run(measure(settings, messages_of))
    finally:
        server.close()


def create_key(client: Any, policy: str) -> str:
    """Create a key. A Deny by address would look like a lock-out: whether the next request comes from there is not known."""
    made = client.create_key(Policy=policy, BypassPolicyLockoutSafetyCheck=True)
    return str(made["KeyMetadata"]["KeyId"])


def signed(signer: Signer, key_id: str) -> list[bytes]:
    return workload("GenerateDataKey", signer, [key_id], distinct=_DISTINCT).sign(signer)


if __name__ == "__main__":
    sys.exit(main())
