"""Records reach syslog and webhooks in order, at least once, whatever the other side does."""

import json
import socket
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from strongroom.audit.journal import Journal
from strongroom.audit.readers import kept_positions
from strongroom.server.forwarding import Forwarder, ForwardingError, message_of, target_of


def record(number: int, **more: str) -> bytes:
    return json.dumps(
        {"eventTime": "2026-01-15T22:09:14Z", "eventName": "Encrypt", "eventID": f"e{number}", **more}
    ).encode()


class Memory:
    """A target that can be told to fail."""

    def __init__(self) -> None:
        self.taken: list[bytes] = []
        self.fail = False

    def send(self, records: Sequence[bytes]) -> None:
        if self.fail:
            raise OSError("no answer")
        self.taken += records

    def close(self) -> None:
        pass


@pytest.fixture
def write(tmp_path: Path) -> Iterator[Callable[..., None]]:
    journals: dict[int, Journal] = {}

    def writer(numbers: range, slot: int = 0) -> None:
        if slot not in journals:
            journals[slot] = Journal.open(tmp_path, slot, segment_bytes=65536, clock=lambda: 0.0, server_id="test")
        journals[slot].append([record(n) for n in numbers])

    yield writer
    for journal in journals.values():
        journal.close()


def test_all_in_order_and_on_from_there(tmp_path: Path, write: Callable[..., None]) -> None:
    write(range(1200))
    memory = Memory()
    assert Forwarder(tmp_path, "http://h", lambda _: memory).step() == 1200
    assert memory.taken == [record(n) for n in range(1200)]
    memory.fail = True
    write(range(1200, 1210))
    again = Forwarder(tmp_path, "http://h", lambda _: memory)
    with pytest.raises(OSError, match="no answer"):
        again.step()
    memory.fail = False
    assert Forwarder(tmp_path, "http://h", lambda _: memory).step() == 10
    write(range(1210, 1213), slot=1)
    again = Forwarder(tmp_path, "http://h", lambda _: memory)
    assert (again.step(), again.step()) == (3, 0)
    assert memory.taken == [record(n) for n in range(1213)]
    (positions,) = kept_positions(tmp_path).values()
    assert sorted(positions) == [0, 1]


def test_a_new_target_holds_the_journal_from_its_beginning(tmp_path: Path) -> None:
    Forwarder(tmp_path, "http://user:secret@h/path", lambda _: Memory())
    assert list(kept_positions(tmp_path).values()) == [{}]
    assert "secret" not in str(kept_positions(tmp_path))


def test_a_message_is_rfc_5424() -> None:
    message = message_of(record(1))
    assert message.startswith(
        b"<110>1 2026-01-15T22:09:14Z " + socket.gethostname().encode() + b" strongroom - Encrypt - {"
    )
    assert message.endswith(record(1))
    assert message_of(record(1, errorCode="AccessDenied")).startswith(b"<109>1 ")
    assert b" strongroom - ab - {" in message_of(record(1, eventName="a b\u00e9"))
    assert b" strongroom - - - {" in message_of(record(1, eventName=" "))


def test_syslog_over_tcp(tmp_path: Path, write: Callable[..., None]) -> None:
    write(range(3))
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        forwarder = Forwarder(tmp_path, f"syslog://127.0.0.1:{listener.getsockname()[1]}")
        assert forwarder.step() == 3
        connection, _ = listener.accept()
        forwarder._target.close()
        with closing(connection), connection.makefile("rb") as stream:
            data = stream.read()
    messages = []
    while data:
        length, _, data = data.partition(b" ")
        messages.append(data[: int(length)])
        data = data[int(length) :]
    assert messages == [message_of(record(n)) for n in range(3)]


def test_a_webhook(tmp_path: Path, write: Callable[..., None]) -> None:
    write(range(3))
    got: list[tuple[str, str | None, bytes]] = []
    statuses = [503, 204]

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            got.append((self.path, self.headers["Authorization"], body))
            self.send_response(statuses.pop(0))
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        forwarder = Forwarder(tmp_path, f"http://u:p%40@127.0.0.1:{server.server_port}/in?a=1")
        with pytest.raises(OSError, match="answered 503"):
            forwarder.step()
        assert forwarder.step() == 3
        forwarder._target.close()
        server.shutdown()
        thread.join()
    body = b"".join(record(n) + b"\n" for n in range(3))
    assert got == [("/in?a=1", "Basic dTpwQA==", body)] * 2


@pytest.mark.parametrize("url", ["ftp://h", "syslog:", "h:1", "http://h:x", ""])
def test_targets_that_are_none(url: str) -> None:
    with pytest.raises(ForwardingError):
        target_of(url)
