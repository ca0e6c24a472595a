"""What strongroom is compared with, each on the same one core: a bare hello, moto's server, OpenBao's transit engine.

The comparison leans towards the peers: the hello does nothing at all, moto checks no signature and writes nothing to disk,
OpenBao runs in dev mode (in memory, no audit device) and its requests carry a token instead of a signature.
"""

import base64
import json
import os
import shutil
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from machine import HOST, BenchError, Program, free_port, listens
from operations import PLAINTEXT_BYTES, Workload, check, workload
from presign import DISTINCT, Answer, Signer, good, message, send, send_one
from strongroom_server import REGION, boto3_client

# --- (a) hello ------------------------------------------------------------------------------------------------------


class Hello:
    """Answers every request with as many bytes as ``like``; is sent what strongroom is sent, or a bare GET."""

    def __init__(self, work: Path, like: Answer) -> None:
        self.port = free_port()
        self.program = Program(
            [sys.executable, Path(__file__).with_name("hello.py"), str(self.port), str(len(like.body))],
            work / "hello.log",
        )
        self.program.wait_until(lambda: listens(self.port))
        got = send_one(self.port, self.get())
        if got.status != 200 or abs(got.size - like.size) > 4:
            self.close()
            raise BenchError(f"hello answers {got.size} bytes, strongroom {like.size}")

    def get(self) -> bytes:
        return message("GET", "/", {"Host": f"{HOST}:{self.port}"}, b"")

    def close(self) -> None:
        self.program.stop()


# --- (b) moto -------------------------------------------------------------------------------------------------------


class Moto:
    """moto's server; the requests are the same as strongroom's, and moto does not look at their signatures."""

    name = "moto"

    def __init__(self, work: Path) -> None:
        self.port = free_port()
        self.program = Program(
            [Path(sys.executable).with_name("moto_server"), "-H", HOST, "-p", str(self.port)], work / "moto.log"
        )
        self.program.wait_until(lambda: listens(self.port))
        self.signer = Signer(self.port, "AKIAIOSFODNN7EXAMPLE", "not-looked-at", REGION)
        self.client = boto3_client(self.signer)
        self._key = self.client.create_key()["KeyMetadata"]["KeyId"]

    def workload(self, operation: str) -> Workload:
        return workload(operation, self.signer, [self._key])

    def requests(self, work: Workload) -> list[bytes]:
        return work.sign(self.signer)

    def check(self, work: Workload) -> Answer:
        return check(work, self.client, self.signer)

    def close(self) -> None:
        self.client.close()
        self.program.stop()


# --- (c) OpenBao ----------------------------------------------------------------------------------------------------

_TOKEN = "bench"  # noqa: S105 - of a server that lives for a minute, in memory
_PATHS = {
    "GenerateDataKey": "/v1/transit/datakey/plaintext/bench",
    "Encrypt": "/v1/transit/encrypt/bench",
    "Decrypt": "/v1/transit/decrypt/bench",
}


@dataclass(frozen=True, slots=True)
class TransitWorkload:
    operation: str
    bodies: Sequence[bytes]
    plaintexts: Sequence[bytes]


class OpenBao:
    """OpenBao's transit secrets engine with an AES-256-GCM key, in dev mode."""

    name = "openbao"

    def __init__(self, work: Path) -> None:
        binary = shutil.which("bao", path=f"{Path(sys.executable).parent}:{os.environ.get('PATH', '')}")
        if binary is None:
            raise BenchError("OpenBao is not installed: it is in the dependency group 'bench'.")
        self.port = free_port()
        self.program = Program(
            [binary, "server", "-dev", "-dev-no-store-token", f"-dev-root-token-id={_TOKEN}",
             f"-dev-listen-address={HOST}:{self.port}", "-log-level=error"],
            work / "openbao.log",
            {"HOME": str(work), "BAO_ADDR": f"http://{HOST}:{self.port}"},
        )  # fmt: skip
        self.program.wait_until(lambda: listens(self.port))
        self.program.wait_until(lambda: send_one(self.port, self._request("GET", "/v1/sys/health")).status == 200)
        self._setup("/v1/sys/mounts/transit", {"type": "transit"})
        self._setup("/v1/transit/keys/bench", {"type": "aes256-gcm96"})

    def workload(self, operation: str) -> TransitWorkload:
        plaintexts = [os.urandom(PLAINTEXT_BYTES) for _ in range(DISTINCT)]
        encrypt = [_body(plaintext=_base64(plaintext)) for plaintext in plaintexts]
        match operation:
            case "GenerateDataKey":
                return TransitWorkload(operation, [_body(bits=256)] * DISTINCT, plaintexts)
            case "Encrypt":
                return TransitWorkload(operation, encrypt, plaintexts)
        answers = good(send(self.port, (self._request("POST", _PATHS["Encrypt"], body) for body in encrypt)))
        return TransitWorkload(
            operation, [_body(ciphertext=answer.json()["data"]["ciphertext"]) for answer in answers], plaintexts
        )

    def requests(self, work: TransitWorkload) -> list[bytes]:
        return [self._request("POST", _PATHS[work.operation], body) for body in work.bodies]

    def check(self, work: TransitWorkload) -> Answer:
        """Errors: BenchError."""
        (answer,) = good([send_one(self.port, self.requests(work)[0])])
        data = answer.json()["data"]
        expected = data["plaintext"] if work.operation == "GenerateDataKey" else _base64(work.plaintexts[0])
        got = data.get("plaintext")
        if work.operation != "Decrypt":
            body = _body(ciphertext=data["ciphertext"])
            (opened,) = good([send_one(self.port, self._request("POST", _PATHS["Decrypt"], body))])
            got = opened.json()["data"]["plaintext"]
        if got != expected:
            raise BenchError(f"OpenBao's {work.operation} does not give back what it was given")
        return answer

    def close(self) -> None:
        self.program.stop()

    def _setup(self, path: str, body: dict[str, str]) -> None:
        answer = send_one(self.port, self._request("POST", path, json.dumps(body).encode()))
        if answer.status not in (200, 204):
            raise BenchError(f"OpenBao refused {path}: {answer.status} {answer.body!r}")

    def _request(self, method: str, path: str, body: bytes = b"") -> bytes:
        headers = {"Host": f"{HOST}:{self.port}", "X-Vault-Token": _TOKEN, "Content-Type": "application/json"}
        return message(method, path, headers, body)


def _body(**members: object) -> bytes:
    return json.dumps(members).encode()


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()
