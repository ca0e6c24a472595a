"""strongroom with the whole product in the path: one worker on one core, every signature verified, every record durable."""

import configparser
import shutil
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config

from machine import HOST, BenchError, Program, free_port
from operations import Workload, check, workload
from presign import Answer, Signer, damaged, send_one

REGION = "us-east-1"
_PRODUCT = ("-m", "strongroom.cli.main")
_HEADER_MARK = b'"type":"StrongroomJournal"'


class Strongroom:
    """A server on a data directory of its own, which is removed with it unless it was given."""

    name = "strongroom"

    def __init__(
        self,
        work: Path,
        *,
        data: Path | None = None,
        command: Sequence[str | Path] = _PRODUCT,
        environment: Mapping[str, str] | None = None,
        options: Sequence[str] = (),
        as_started: bool = False,
    ) -> None:
        """``as_started``: with a worker for each core, on all of them, as ``strongroom serve`` starts by itself."""
        self.data = data if data is not None else work / "strongroom-data"
        self._given = data is not None
        self._clear()
        self.port = free_port()
        started = time.perf_counter()
        self.program = Program(
            [sys.executable, *command, "serve", "--host", HOST, "--port", str(self.port), "--data", self.data,
             *(() if as_started else ("--workers", "1")), *options],
            work / "strongroom.log",
            environment,
            on_all_cores=as_started,
        )  # fmt: skip
        try:
            self.program.wait_until(lambda: "strongroom ready " in self.program.output(), pause_seconds=0.005)
            self.start_seconds = time.perf_counter() - started
            self.signer = _signer(self.data, self.port)
        except BaseException:
            self.program.stop()
            raise
        self.client = boto3_client(self.signer)
        self._keys: list[str] = []

    def workload(self, operation: str) -> Workload:
        if not self._keys:
            self._keys = [self.client.create_key()["KeyMetadata"]["KeyId"]]
        return workload(operation, self.signer, self._keys)

    def requests(self, work: Workload) -> list[bytes]:
        return work.sign(self.signer)

    def check(self, work: Workload) -> Answer:
        """Errors: BenchError when an answer is wrong, or a wrong signature is taken."""
        refused = send_one(self.port, damaged(self.signer.sign_bytes(work.operation, work.bodies[0])))
        if refused.status != 400 or refused.json()["__type"] != "InvalidSignatureException":
            raise BenchError(f"a damaged signature was answered with {refused.status} {refused.body!r}")
        return check(work, self.client, self.signer)

    def stop(self) -> None:
        self.client.close()
        self.program.stop()

    def close(self) -> None:
        """Stop, and remove the data directory if it is ours."""
        self.stop()
        self._clear()

    def records(self) -> int:
        """Return how many audit records stand in the journal of a stopped server."""
        lines = 0
        for segment in (self.data / "journal").glob("*/*.log"):
            content = segment.read_bytes()
            lines += content.count(b"\n") - content.count(_HEADER_MARK)
        return lines

    def _clear(self) -> None:
        if not self._given:
            shutil.rmtree(self.data, ignore_errors=True)


def _signer(data: Path, port: int) -> Signer:
    file = configparser.RawConfigParser()
    file.read(data / "credentials")
    section = file["default"]
    return Signer(port, section["aws_access_key_id"], section["aws_secret_access_key"], REGION)


def boto3_client(signer: Signer, service: str = "kms") -> Any:
    """Return an unmodified client. ``Any``: botocore makes its methods at run time."""
    return boto3.client(
        service,
        endpoint_url=f"http://{HOST}:{signer.port}",
        region_name=signer.region,
        aws_access_key_id=signer.access_key_id,
        aws_secret_access_key=signer.secret_access_key,
        config=Config(retries={"total_max_attempts": 1}, read_timeout=30),
    )
