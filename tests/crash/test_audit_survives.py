"""What may happen to a machine, one after the other, to a server that delivers a trail: no acknowledged answer loses its record.

A deleted index, a clock that is set back, kill -9, and a record that was half written when the power went. Afterwards the chain
verifies, and so do the trail's log files and digests, which hold everything. (A full disk: ``test_full_disk``. Damage to what was
acknowledged is named: ``audit/test_verify``, ``jobs/test_trails``.)
"""

import gzip
import json
import shutil
import time
from collections import Counter
from collections.abc import Callable
from typing import Any

from click.testing import CliRunner

from strongroom.cli.main import main
from support.server import Server

HOUR = 3600.0


def test_what_may_happen(start_server: Any) -> None:
    options = ["--test-clock", "--trail-interval", "1"]
    server: Server = start_server(workers=1, options=options)
    cloudtrail, kms = server.boto3("cloudtrail"), server.boto3()
    cloudtrail.create_trail(Name="main", S3BucketName="vault", EnableLogFileValidation=True)
    cloudtrail.start_logging(Name="main")
    acknowledged: list[str] = []

    def call(operation: str, **members: Any) -> dict[str, Any]:
        answer: dict[str, Any] = getattr(kms, operation)(**members)
        acknowledged.append(answer["ResponseMetadata"]["RequestId"])
        return answer

    key_id = call("create_key")["KeyMetadata"]["KeyId"]
    blob = call("encrypt", KeyId=key_id, Plaintext=b"hello", EncryptionContext={"tenant": "42"})["CiphertextBlob"]
    set_clock(server, 3 * HOUR)
    call("describe_key", KeyId=key_id)
    eventually(lambda: acknowledged[-1] in delivered(server))
    eventually(lambda: len(digests(server)) == 1)

    # the index is deleted under the process that fills it, which will make it again (server/test_audit_search)
    eventually((server.data / "index").exists)
    shutil.rmtree(server.data / "index")
    call("decrypt", CiphertextBlob=blob, EncryptionContext={"tenant": "42"})
    assert found(server, "--context", "tenant=42") == {"Encrypt", "Decrypt"}

    # the clock is set back: by two hours, behind digests that are signed already
    set_clock(server, 1 * HOUR)
    call("disable_key", KeyId=key_id)
    call("enable_key", KeyId=key_id)
    call("decrypt", CiphertextBlob=blob, EncryptionContext={"tenant": "42"})

    # the power goes, in the middle of a record
    server.kill()
    segment = max((server.data / "journal" / "00").glob("*.log"))
    data = segment.read_bytes()
    used = len(data.rstrip(b"\0"))
    segment.write_bytes(data[:used] + b'%064x {"eventVersion":"1.11","eventID":"never ans' % 0 + data[used + 120 :])
    server.start()
    kms = server.fresh_boto3()
    call("generate_data_key", KeyId=key_id, KeySpec="AES_256")
    assert sum(path.suffix == ".torn" for path in segment.parent.iterdir()) == 1

    # until the clock is again where it was nothing is due; then everything is delivered and digested
    set_clock(server, 6 * HOUR)
    eventually(lambda: set(acknowledged) <= delivered(server).keys())
    eventually(lambda: len(digests(server)) > 1)
    recorded = Counter(record.get("requestID") for record in server.records())
    assert [request for request in acknowledged if recorded[request] != 1] == []
    done = CliRunner().invoke(main, ["audit", "verify", "--data", str(server.data)])
    assert done.exit_code == 0, done.output
    assert "digest files" in done.output
    assert server.stop() == 0


def set_clock(server: Server, ahead: float) -> None:
    """Set the test clock, backwards too, which its own command refuses; at once, as the server replaces it."""
    path = server.data / "test-clock"
    new = path.with_name("test-clock.set")
    new.write_text(f"{ahead!r}\n")
    new.replace(path)


def found(server: Server, *options: str) -> set[str]:
    done = CliRunner().invoke(
        main, ["audit", "search", *options, "--error", "none", "--format", "json", "--data", str(server.data)]
    )
    assert done.exit_code == 0, done.output
    return {json.loads(line)["eventName"] for line in done.output.splitlines() if line.startswith("{")}


def delivered(server: Server) -> Counter[str]:
    return Counter(
        record.get("requestID")
        for path in (server.data / "trails").rglob("*_CloudTrail_*.json.gz")
        for record in json.loads(gzip.decompress(path.read_bytes()))["Records"]
    )


def digests(server: Server) -> list[str]:
    return [path.name for path in (server.data / "trails").rglob("*_CloudTrail-Digest_*.json.gz")]


def eventually(happened: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not happened():
        assert time.monotonic() < deadline
        time.sleep(0.05)
