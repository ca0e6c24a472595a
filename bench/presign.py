"""Requests signed ahead of time, whole HTTP messages as bytes: exactly what boto3 would put on the wire.

Signed by botocore's own SigV4, so that a server that verifies wrongly is found out. They are good for the five minutes of
the SigV4 clock skew: sign anew before each run.
"""

import http.client
import json
import socket
import uuid
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from machine import HOST, BenchError

DISTINCT = 2000  # bodies in one run: more than any cache of verdicts would hold without being noticed
_USER_AGENT = (
    "Boto3/1.44.5 md/Botocore#1.44.5 ua/2.1 os/linux#6.12 md/arch#x86_64 lang/python#3.11.7 md/pyimpl#CPython "
    "m/E,N,b,e,Z cfg/retry-mode#standard Botocore/1.44.5"
)
_ANSWER_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Signer:
    """Whose requests, and where they go."""

    port: int
    access_key_id: str
    secret_access_key: str
    region: str

    def sign(self, operation: str, body: dict[str, Any]) -> bytes:
        """Return one KMS request as boto3 sends it."""
        return self.sign_bytes(operation, json.dumps(body).encode())

    def sign_bytes(self, operation: str, body: bytes) -> bytes:
        request = AWSRequest(
            method="POST",
            url=f"http://{HOST}:{self.port}/",
            data=body,
            headers={"X-Amz-Target": f"TrentService.{operation}", "Content-Type": "application/x-amz-json-1.1"},
        )
        SigV4Auth(Credentials(self.access_key_id, self.secret_access_key), "kms", self.region).add_auth(request)
        headers = {
            "Host": f"{HOST}:{self.port}",
            "Accept-Encoding": "identity",
            "X-Amz-Target": request.headers["X-Amz-Target"],
            "Content-Type": request.headers["Content-Type"],
            "User-Agent": _USER_AGENT,
            "X-Amz-Date": request.headers["X-Amz-Date"],
            "Authorization": request.headers["Authorization"],
            "amz-sdk-invocation-id": str(uuid.uuid4()),
            "amz-sdk-request": "attempt=1; max=3",
        }
        return message("POST", "/", headers, body)


def message(method: str, path: str, headers: dict[str, str], body: bytes) -> bytes:
    """Return a whole HTTP/1.1 request."""
    lines = [f"{method} {path} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items())]
    if body or method == "POST":
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + body


def damaged(request: bytes) -> bytes:
    """Return ``request`` with one digit of its signature changed: a server that verifies must refuse it."""
    at = request.index(b"Signature=") + len(b"Signature=")
    digit = b"0" if request[at : at + 1] != b"0" else b"1"
    return request[:at] + digit + request[at + 1 :]


# --- by hand -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    body: bytes
    size: int  # of the whole message, headers included

    def json(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.body)
        return found


def send_one(port: int, request: bytes) -> Answer:
    return next(iter(send(port, [request])))


def send(port: int, requests: Iterable[bytes]) -> Iterator[Answer]:
    """Send each request, one after the other, and yield its answer: the very bytes that wrk will send."""
    connection: socket.socket | None = None
    try:
        for request in requests:
            if connection is None:
                connection = socket.create_connection((HOST, port), timeout=_ANSWER_SECONDS)
            connection.sendall(request)
            response = http.client.HTTPResponse(connection)
            response.begin()
            body = response.read()
            yield Answer(response.status, body, _head_bytes(response) + len(body))
            if response.will_close:
                connection.close()
                connection = None
    finally:
        if connection is not None:
            connection.close()


def _head_bytes(response: http.client.HTTPResponse) -> int:
    status_line = f"HTTP/1.1 {response.status} {response.reason}\r\n"
    return len(status_line) + sum(len(name) + len(value) + 4 for name, value in response.headers.items()) + 2


def good(answers: Iterable[Answer]) -> Iterator[Answer]:
    """Pass on answers. Errors: BenchError at the first that is not a 200."""
    for answer in answers:
        if answer.status != 200:
            raise BenchError(f"a request was refused: {answer.status} {answer.body[:300]!r}")
        yield answer


# --- for wrk -------------------------------------------------------------------------------------------------------


def write_requests(path: Path, requests: Sequence[bytes]) -> None:
    """Write requests for ``wrk.lua``: each preceded by a line with its length."""
    path.write_bytes(b"".join(b"%d\n%b" % (len(request), request) for request in requests))
