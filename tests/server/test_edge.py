"""The HTTP edge, byte by byte: order, limits, keep-alive, and what is not the API."""

import json
import re
import socket
import urllib.request
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import botocore.session
import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from support.server import Server


class Connection:
    """One TCP connection to the server, read answer by answer."""

    def __init__(self, server: Server) -> None:
        self._socket = socket.create_connection(("127.0.0.1", server.port), timeout=20)
        self._file = self._socket.makefile("rb")
        self._server = server
        self.spelled: list[str] = []

    def send(self, data: bytes) -> None:
        self._socket.sendall(data)

    def send_no_more(self) -> None:
        self._socket.shutdown(socket.SHUT_WR)

    def answer(self) -> tuple[int, dict[str, str], bytes]:
        """Return (status, headers by lower-case name, body)."""
        start = self._file.readline().decode()
        assert start.startswith("HTTP/1.1 "), start
        headers = {}
        self.spelled = []
        while line := self._file.readline().strip().decode():
            name, _, value = line.partition(":")
            headers[name.lower()] = value.strip()
            self.spelled.append(name)
        return int(start.split()[1]), headers, self._file.read(int(headers.get("content-length", "0")))

    def at_end(self) -> bool:
        try:
            return self._file.read(1) == b""
        except ConnectionResetError:
            return True

    def close(self) -> None:
        self._file.close()
        self._socket.close()


@pytest.fixture
def connection(server: Server) -> Iterator[Connection]:
    made = Connection(server)
    yield made
    made.close()


def signed(
    server: Server,
    operation: str,
    members: dict[str, Any],
    *,
    extra: bytes = b"",
    version: bytes = b"1.1",
    target: bytes = b"/",
) -> bytes:
    """Return the bytes of a signed request."""
    profile, body = server.profile(), json.dumps(members).encode()
    headers = {"Content-Type": "application/x-amz-json-1.1", "X-Amz-Target": f"TrentService.{operation}"}
    request = AWSRequest("POST", server.endpoint + "/", data=body, headers=headers)
    SigV4Auth(Credentials(profile.access_key_id, profile.secret_access_key), "kms", "us-east-1").add_auth(request)
    lines = [f"{name}: {value}".encode() for name, value in request.headers.items()]
    lines += [f"Host: 127.0.0.1:{server.port}".encode(), b"Content-Length: %d" % len(body)]
    return b"POST " + target + b" HTTP/" + version + b"\r\n" + b"\r\n".join(lines) + b"\r\n" + extra + b"\r\n" + body


def test_every_answer_says_what_clients_rely_on(server: Server, connection: Connection) -> None:
    for operation, expected in (("ListKeys", 200), ("NoSuchOperation", 400)):
        connection.send(signed(server, operation, {}))
        status, headers, body = connection.answer()
        assert status == expected
        assert re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", headers["x-amzn-requestid"])
        assert headers["content-type"] == "application/x-amz-json-1.1"
        assert int(headers["content-length"]) == len(body)
        assert headers["date"].endswith(" GMT")
        assert {"Content-Length", "Content-Type"} <= set(connection.spelled), (
            "as AWS spells them: libmongocrypt compares letters"
        )


def test_pipelined_requests_are_answered_in_their_order(server: Server, connection: Connection) -> None:
    """A change goes through a thread, random bytes do not: the slow one first in, first out."""
    wanted = [
        ("CreateKey", "KeyMetadata"),
        ("GenerateRandom", "Plaintext"),
        ("CreateKey", "KeyMetadata"),
        ("GenerateRandom", "Plaintext"),
    ]
    connection.send(
        b"".join(signed(server, name, {"NumberOfBytes": 8} if name == "GenerateRandom" else {}) for name, _ in wanted)
    )
    for _, member in wanted:
        status, _, body = connection.answer()
        assert status == 200
        assert member in json.loads(body)


def test_many_pipelined_requests(server: Server, connection: Connection) -> None:
    """More of them than fit into one reading: the bytes of those before do not count for the limits of the last."""
    connection.send(signed(server, "GenerateRandom", {"NumberOfBytes": 8}) * 200)
    assert [connection.answer()[0] for _ in range(200)] == [200] * 200


@pytest.mark.parametrize(
    "behind",
    [
        b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GARBAGE\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9000000\r\n\r\n",
    ],
    ids=["not the API", "not HTTP", "too large"],
)
def test_what_comes_behind_does_not_overtake(server: Server, connection: Connection, behind: bytes) -> None:
    connection.send(signed(server, "CreateKey", {}) + behind)
    status, _, body = connection.answer()
    assert status == 200
    assert "KeyMetadata" in json.loads(body)
    if not behind.startswith(b"GET"):
        assert connection.answer()[0] in {400, 413}
    assert connection.at_end()


def test_an_api_request_behind_another_kind_is_not_taken_up(server: Server, connection: Connection) -> None:
    health = b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"
    connection.send(health + signed(server, "CreateKey", {}))
    assert connection.answer()[2] == b"ok\n"
    assert connection.at_end()


def test_nothing_is_taken_up_after_the_last_request(server: Server, connection: Connection) -> None:
    last = signed(server, "GenerateRandom", {"NumberOfBytes": 8}, extra=b"Connection: close\r\n")
    before = len(server.boto3().list_keys(Limit=1000)["Keys"])
    connection.send(last + signed(server, "CreateKey", {}))
    assert connection.answer()[0] == 200
    assert connection.at_end()
    assert len(server.boto3().list_keys(Limit=1000)["Keys"]) == before


def test_a_client_that_sends_no_more_reads_its_answer(server: Server, connection: Connection) -> None:
    connection.send(signed(server, "CreateKey", {}))
    connection.send_no_more()
    assert connection.answer()[0] == 200
    assert connection.at_end()


def test_other_protocols_are_not_taken_up(server: Server, connection: Connection) -> None:
    """Some HTTP clients ask for HTTP/2 with their first request, and do not mind when nobody answers to that."""
    wanted = b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n"
    asking = signed(server, "GenerateRandom", {"NumberOfBytes": 8}, extra=wanted)
    connection.send(asking * 2)
    assert [connection.answer()[0] for _ in range(2)] == [200, 200]
    connection.send(b"CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\n\r\n")
    assert connection.answer()[0] == 400
    assert connection.at_end()


def test_the_absolute_form_of_the_path(server: Server, connection: Connection) -> None:
    target = server.endpoint.encode() + b"/"
    connection.send(signed(server, "GenerateRandom", {"NumberOfBytes": 8}, target=target))
    assert connection.answer()[0] == 200


def test_a_request_in_small_pieces(server: Server, connection: Connection) -> None:
    for byte in signed(server, "GenerateRandom", {"NumberOfBytes": 8}):
        connection.send(bytes([byte]))
    assert connection.answer()[0] == 200


def test_chunked_bodies(server: Server, connection: Connection) -> None:
    whole = signed(server, "GenerateRandom", {"NumberOfBytes": 8})
    head, _, body = whole.partition(b"\r\n\r\n")
    head = re.sub(rb"Content-Length: \d+", b"Transfer-Encoding: chunked", head)
    for size in (5, 1):
        parts = [body[at : at + size] for at in range(0, len(body), size)]
        chunks = b"".join(b"%x\r\n%b\r\n" % (len(part), part) for part in parts)
        connection.send(head + b"\r\n\r\n" + chunks + b"0\r\nX-Trailer: y\r\n\r\n")
        assert connection.answer()[0] == 200


def test_chunks_have_a_limit_too(connection: Connection) -> None:
    head = b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n"
    with suppress(BrokenPipeError, ConnectionResetError):
        connection.send(head + b"X-Trailer: y\r\n" * 700_000)
    assert connection.answer()[0] == 413


def test_expect_100_continue(server: Server, connection: Connection) -> None:
    whole = signed(server, "GenerateRandom", {"NumberOfBytes": 8}, extra=b"Expect: 100-continue\r\n")
    head, gap, body = whole.partition(b"\r\n\r\n")
    connection.send(head + gap)
    assert connection.answer()[0] == 100
    connection.send(body)
    assert connection.answer()[0] == 200


@pytest.mark.parametrize(
    ("extra", "version"),
    [(b"Connection: close\r\n", b"1.1"), (b"", b"1.0"), (b"Connection: keep-alive\r\n", b"1.0")],
)
def test_connections_that_end_after_the_answer(
    server: Server, connection: Connection, extra: bytes, version: bytes
) -> None:
    connection.send(signed(server, "GenerateRandom", {"NumberOfBytes": 8}, extra=extra, version=version))
    status, headers, _ = connection.answer()
    assert (status, headers["connection"]) == (200, "close")
    assert connection.at_end()


def test_bodies_and_headers_have_limits(server: Server) -> None:
    big = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2000000\r\n\r\n" + bytes(1_100_000)
    wide = b"POST / HTTP/1.1\r\nHost: x\r\nX-Long: " + b"x" * 40_000 + b"\r\n\r\n"
    many = b"POST / HTTP/1.1\r\nHost: x\r\n" + b"".join(b"X-%d: y\r\n" % number for number in range(200)) + b"\r\n"
    asking = b"POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2000000\r\n\r\n"
    for data, expected in ((big, 413), (asking, 413), (wide, 431), (many, 431)):
        connection = Connection(server)
        with suppress(BrokenPipeError, ConnectionResetError):
            connection.send(data)
        status, _, body = connection.answer()
        assert status == expected
        assert status != 413 or json.loads(body)["__type"] == "RequestEntityTooLargeException"
        assert connection.at_end()
        connection.close()


def test_a_header_without_end_is_cut_off(connection: Connection) -> None:
    connection.send(b"POST / HTTP/1.1\r\nHost: x\r\nX-Endless: ")
    with suppress(BrokenPipeError, ConnectionResetError):
        for _ in range(1000):
            connection.send(b"x" * 1000)
    with suppress(ConnectionResetError):
        assert connection.answer()[0] == 431
    assert connection.at_end()


@pytest.mark.parametrize("data", [b"GARBAGE\r\n\r\n", b"\x16\x03\x01\x02\x00\x01\x00", b"POST / HTTP/9.9\r\n\r\n"])
def test_what_is_not_http_is_refused(connection: Connection, data: bytes) -> None:
    connection.send(data)
    assert connection.answer()[0] == 400
    assert connection.at_end()


def test_health_metrics_and_nothing_else(server: Server, connection: Connection) -> None:
    server.boto3().generate_random(NumberOfBytes=8)
    for path, expected in (("/healthz", 200), ("/metrics", 200), ("/", 400), ("/nothing", 404)):
        connection.send(f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        status, headers, body = connection.answer()
        assert status == expected
        assert headers["x-amzn-requestid"]
        if path == "/metrics":
            assert b'strongroom_requests_total{error="",operation="GenerateRandom"}' in body
    with urllib.request.urlopen(f"{server.endpoint}/healthz", timeout=20) as answer:  # noqa: S310 - our own server
        assert answer.read() == b"ok\n"


def test_after_all_that_the_server_is_well(server: Server) -> None:
    session = botocore.session.Session()
    assert session is not None
    assert server.boto3().generate_random(NumberOfBytes=8)["Plaintext"]
    assert "intact" in server.cli("audit", "verify")
