"""``python bench/scale.py``: does a server with 100,000 keys start as fast, and answer as fast, as one with a single key?

The keys are written through the store, each with its own wrapped material, as CreateKey would leave them. Throughput is
measured warm: every key of the spread workload has been used once before.
"""

import argparse
import os
import sys
import tempfile
import uuid
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from statistics import median

from machine import BenchError
from operations import Workload, workload
from strongroom.authz.defaults import default_key_policy
from strongroom.bootstrap import ACCOUNT_SETTING, open_keyring, open_store
from strongroom.crypto.keyring import Keyring
from strongroom.model.change import Ensure, Insert
from strongroom.model.key import Key, KeyManager, KeyMaterial, KeyState, PolicyDocument
from strongroom.model.setting import Setting
from strongroom_server import REGION, Strongroom
from wrk import check_installed
from wrk import run as run_wrk

_BATCH = 2_000
_CONNECTIONS = 32


def seed(data: Path, count: int) -> list[str]:
    """Write ``count`` keys into the directory of a stopped server; return their ids."""
    store = open_store(data / "strongroom.db", must_exist=True)
    keyring = open_keyring(store, data / "root.key", None)
    with store.snapshot() as view:
        setting = view.get(Setting, ACCOUNT_SETTING)
    account = setting.value.decode() if setting is not None else ""
    policy = default_key_policy(account)
    document = PolicyDocument(sha256(policy.encode()).hexdigest(), policy)
    store.commit((Ensure(document),))
    ids = [str(uuid.uuid4()) for _ in range(count)]
    for start in range(0, count, _BATCH):
        keys = [_key(account, key_id, document.sha256) for key_id in ids[start : start + _BATCH]]
        materials = [_material(keyring, key) for key in keys]
        store.commit((*map(Insert, keys), *map(Insert, materials)))
    store.close()
    return ids


def _material(keyring: Keyring, key: Key) -> KeyMaterial:
    bare = KeyMaterial(key.account, key.region, key.key_id, key.material_id, b"", key.created_ms)
    return keyring.wrap_material(bare, os.urandom(32), os.urandom)


def _key(account: str, key_id: str, policy_sha256: str) -> Key:
    return Key(
        account=account,
        region=REGION,
        key_id=key_id,
        key_spec="SYMMETRIC_DEFAULT",
        key_usage="ENCRYPT_DECRYPT",
        state=KeyState.ENABLED,
        origin="AWS_KMS",
        manager=KeyManager.CUSTOMER,
        description="",
        policy_sha256=policy_sha256,
        material_id=os.urandom(32).hex(),
        created_ms=0,
    )


def throughput(server: Strongroom, work: Workload, seconds: float, scratch: Path) -> float:
    """Return requests/s. Errors: BenchError."""
    return run_wrk(server.program, server.port, server.requests(work), _CONNECTIONS, seconds, scratch).per_second


def measure(count: int, spread: int, seconds: float, rounds: int, scratch: Path) -> Sequence[str]:
    """Return the lines of the report. Errors: BenchError."""
    data = scratch / "data"
    first = Strongroom(scratch, data=data)
    first.stop()
    ids = seed(data, count)
    server = Strongroom(scratch, data=data)
    try:
        one = workload("GenerateDataKey", server.signer, ids[:1], distinct=2_000)
        many = workload("GenerateDataKey", server.signer, ids[:spread], distinct=spread)
        throughput(server, one, 1, scratch)
        throughput(server, many, max(seconds, spread / 800), scratch)  # the first use of a key reads the database
        pairs = [
            (throughput(server, one, seconds, scratch), throughput(server, many, seconds, scratch))
            for _ in range(rounds)
        ]
    finally:
        server.stop()
    ratio = median(spread_over / single for single, spread_over in pairs)
    started = f"- start to the ready line: {first.start_seconds:.2f} s empty, {server.start_seconds:.2f} s with {count:,} keys"
    answered = (
        f"- GenerateDataKey at {_CONNECTIONS} connections: {median(single for single, _ in pairs):,.0f}/s with one key, "
        f"{median(spread_over for _, spread_over in pairs):,.0f}/s over {spread:,} keys of {count:,}: ratio {ratio:.2f}"
    )
    return started, answered


def main() -> int:
    """Print the report; exit code 1 when it could not be measured."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--keys", type=int, default=100_000)
    parser.add_argument("--spread", type=int, default=20_000, help="keys that the spread workload uses")
    parser.add_argument("--seconds", type=float, default=5)
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    try:
        check_installed()
        with tempfile.TemporaryDirectory(prefix="strongroom-scale-") as scratch:
            for line in measure(arguments.keys, arguments.spread, arguments.seconds, arguments.rounds, Path(scratch)):
                print(line)
    except BenchError as error:
        print(f"bench: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
