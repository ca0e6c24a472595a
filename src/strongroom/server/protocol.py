"""HTTP/1.1 at the edge: uvicorn's httptools protocol, with a short way for API requests.

``POST /``, and a ``GET /`` that names an action or is signed in its query, goes to the lane without an ASGI task;
everything else (health, metrics, the console) takes uvicorn's own way. All that is read is bounded: in size here, in time
by ``overdue``. Requests of one connection are answered in order; where the two ways would have to wait for each other, the
connection ends after what it has taken up (RFC 9112, 9.3.2).
"""

import asyncio
from collections import deque
from email.utils import formatdate
from http import HTTPStatus
from time import time
from typing import Any

import httptools
import msgspec
from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.server import ServerState

from strongroom.audit.record import new_ids
from strongroom.authn.sigv4 import combined
from strongroom.errors import RequestTooLargeError
from strongroom.server.lane import Lane
from strongroom.server.settings import KEEP_ALIVE_SECONDS, MAX_HEADER_BYTES, MAX_HEADERS, REQUEST_TIMEOUT_SECONDS
from strongroom.stations.request import APIRequest, Decided
from strongroom.stations.routes import dialect_of
from strongroom.wire.json11 import CONTENT_TYPE

_ASKING = frozenset({b"Action", b"X-Amz-Signature"})  # names of the query that make a GET an API request
_MAX_WAITING = 16  # pipelined requests of one connection; reading pauses beyond
_PHRASES = {status.value: status.phrase for status in HTTPStatus} | {413: "Content Too Large"}  # RFC 9110, 15.5.14
_HEAD = {status: f"HTTP/1.1 {status} {phrase}\r\n".encode() for status, phrase in _PHRASES.items()}
_MAX_FRAMING = 8  # times the largest body: what chunks of one byte need, and no endless trailers
_LINGER_SECONDS = 2.0  # a connection closed while a client still writes loses the answer on its way (RFC 9112, 9.6)


class _Clock:
    """The Date header, formatted once a second: SDKs correct their clocks by it."""

    second = 0
    date = b""

    @classmethod
    def now(cls) -> bytes:
        second = int(time())
        if second != cls.second:
            cls.second, cls.date = second, f"date: {formatdate(second, usegmt=True)}\r\n".encode()
        return cls.date


def _answer(status: int, request_id: str, content_type: bytes, body: bytes, connection: bytes) -> bytes:
    # Names are spelled as AWS spells them: libmongocrypt looks for Content-Length letter by letter.
    return b"%bx-amzn-RequestId: %b\r\ncache-control: no-store\r\n%b%b%bContent-Length: %d\r\n\r\n%b" % (
        _HEAD[status],
        request_id.encode(),
        b"Content-Type: " + content_type + b"\r\n" if content_type else b"",
        _Clock.now(),
        connection,
        len(body),
        body,
    )


def _asks(url: bytes) -> bool:
    """Whether a request target without a body asks for something of the API."""
    return not _ASKING.isdisjoint(part.partition(b"=")[0] for part in url[2:].split(b"&"))


class LaneProtocol(HttpToolsProtocol):
    """One connection. ``fast`` says that the message being read is an API request."""

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self.access_log = False  # the audit journal is the access log
        lane: Lane = config.loaded_app.lane
        self.lane = lane
        self.source_ip = ""
        self.tls: dict[str, str] | None = None
        self.fast = False
        self.method = ""  # of an API request
        self.ignored = False
        self.body: bytes | bytearray = b""
        self.by_name: dict[bytes, bytes] = {}
        self.in_headers = False
        self.chunk_bytes = 0
        self.first_bytes = 0  # of the chunk that the message began in: some of them may be those of messages before
        self.message_bytes = 0  # of all chunks that the message is in
        self.keep_alive = True
        self.busy = False
        self.stopping = False
        self.deaf = False  # nothing more is taken up: the connection ends after what it has
        self.last_words = b""
        self.waiting: deque[tuple[APIRequest, bool]] = deque()
        self.reading_since: float | None = None
        self.quiet_since = self.lane.now

    # --- the connection ----------------------------------------------------------------------------------------------

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        super().connection_made(transport)
        self.lane.connections.add(self)
        self.source_ip = self.client[0] if self.client else ""
        tls = transport.get_extra_info("ssl_object")
        if tls is not None:
            cipher = tls.cipher()
            self.tls = {"tlsVersion": tls.version() or "", "cipherSuite": cipher[0] if cipher else ""}

    def eof_received(self) -> bool:  # type: ignore[override]  # uvicorn's answers nobody
        """A client that will send no more still reads its answers; in TLS there are no half-closed connections."""
        if self.tls is not None or not (self.busy or self._in_asgi()):
            return False
        self._hear_no_more()
        return True

    def connection_lost(self, exc: Exception | None) -> None:
        self.lane.connections.discard(self)
        self.waiting.clear()
        super().connection_lost(exc)

    def close(self) -> None:
        self.transport.close()

    def shutdown(self) -> None:
        """Stop gracefully: answer what has arrived, then close."""
        if self.busy or self.waiting:
            self.stopping = True
        else:
            super().shutdown()

    def pause_writing(self) -> None:
        """A client that does not read its answers gets no further requests taken up."""
        super().pause_writing()
        self.flow.pause_reading()

    def resume_writing(self) -> None:
        super().resume_writing()
        self.flow.resume_reading()

    def overdue(self, now: float) -> bool:
        """Whether this connection has been silent, or slow in sending a request, for longer than it may."""
        if self.busy or self._in_asgi():
            return False
        if self.reading_since is not None:
            return now - self.reading_since > REQUEST_TIMEOUT_SECONDS
        silent: float = now - self.quiet_since
        return silent > KEEP_ALIVE_SECONDS

    def _in_asgi(self) -> bool:
        return self.cycle is not None and not self.cycle.response_complete

    def data_received(self, data: bytes) -> None:
        if self.deaf:
            return
        if self.reading_since is None:
            self.reading_since = self.lane.now
        self._unset_keepalive_if_required()
        self._feed(data)
        if self.reading_since is not None:
            limit = MAX_HEADER_BYTES if self.in_headers else _MAX_FRAMING * self.lane.max_body_bytes
            if self.message_bytes > limit + self.first_bytes:
                self._refuse(431 if self.in_headers else 413)

    def _feed(self, data: bytes) -> None:
        while data:
            self.chunk_bytes = len(data)
            self.message_bytes += self.chunk_bytes
            try:
                self.parser.feed_data(data)
            except httptools.HttpParserUpgrade as upgrade:
                data = self._without_upgrade(data[upgrade.args[0] :])
            except httptools.HttpParserError:
                self._refuse(400)
                return
            else:
                return

    def _without_upgrade(self, rest: bytes) -> bytes:
        """Return the message that asks for another protocol as if it did not (RFC 9110, 7.8), and what comes behind."""
        method = self.parser.get_method()
        if method == b"CONNECT":
            self._refuse(400)
            return b""
        lines = [b"%b %b HTTP/1.1" % (method, self.url)]
        lines += [b"%b: %b" % pair for pair in self.headers if pair[0] != b"upgrade"]
        self.parser = httptools.HttpRequestParser(self)
        return b"\r\n".join(lines) + b"\r\n\r\n" + rest

    # --- reading a message: callbacks of httptools ---------------------------------------------------------------------

    def on_message_begin(self) -> None:
        self.url = b""
        self.headers = []
        self.message_bytes = self.first_bytes = self.chunk_bytes
        self.in_headers = True
        self.body = b""
        self.fast = False
        self.ignored = False

    def on_url(self, url: bytes) -> None:
        self.url += url

    def on_header(self, name: bytes, value: bytes) -> None:
        self.headers.append((name.lower(), value))

    def on_headers_complete(self) -> None:
        self.in_headers = False
        if self.deaf or self.parser.should_upgrade():
            self.ignored = True
        elif len(self.headers) > MAX_HEADERS or (
            self.message_bytes > MAX_HEADER_BYTES
            and len(self.url) + sum(len(name) + len(value) for name, value in self.headers) > MAX_HEADER_BYTES
        ):
            self._refuse(431)
        elif (method := self.parser.get_method()) == b"POST" and (self.url == b"/" or self._names_the_api()):
            self._begin_api_request("POST")
        elif method == b"GET" and self._names_the_api() and _asks(self.url):
            self._begin_api_request("GET")
        elif self.busy:
            self._hear_no_more()
        else:
            url, headers = self.url, self.headers
            super().on_message_begin()
            self.url = url
            self.headers.extend(headers)
            super().on_headers_complete()

    def _names_the_api(self) -> bool:
        """Whether the request target is ``/``, with a query or in absolute form (RFC 9112, 3.2.2); the latter is shortened."""
        if self.url.startswith((b"http://", b"https://")):
            _, slash, rest = self.url.partition(b"://")[2].partition(b"/")
            self.url = slash + rest or b"/"
        return self.url == b"/" or self.url.startswith(b"/?")

    def _begin_api_request(self, method: str) -> None:
        if self._in_asgi():
            self._hear_no_more()
            return
        self.fast = True
        self.method = method
        self.by_name = by_name = combined(self.headers)
        self.keep_alive = self.parser.should_keep_alive()
        if b"connection" in by_name and self.parser.get_http_version() == "1.0":
            self.keep_alive = False  # such a client would wait for a promise to keep it
        if int(by_name.get(b"content-length", b"0")) > self.lane.max_body_bytes:
            self._refuse(413)
        elif by_name.get(b"expect", b"").lower() == b"100-continue":
            self.transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")

    def on_body(self, body: bytes) -> None:
        if self.ignored:
            return
        if not self.fast:
            super().on_body(body)
            return
        if not self.body:
            self.body = body
        elif isinstance(self.body, bytearray):
            self.body += body
        else:
            self.body = bytearray(self.body + body)  # grows in place: a body may come in a million pieces
        if len(self.body) > self.lane.max_body_bytes:
            self._refuse(413)

    def on_message_complete(self) -> None:
        if self.ignored:
            return
        if not self.fast:
            super().on_message_complete()
            self.reading_since, self.quiet_since = None, self.lane.now
            return
        self.reading_since = None
        self.deaf = not self.keep_alive
        request = APIRequest(
            self.method,
            "/",
            self.url[2:].decode("latin-1"),
            self.headers,
            bytes(self.body),
            self.by_name,
            source_ip=self.source_ip,
            tls=self._tls_details() if self.tls is not None else None,
            target=self.by_name.get(b"x-amz-target", b""),
        )
        if self.busy:
            self.waiting.append((request, self.keep_alive))
            if len(self.waiting) >= _MAX_WAITING:
                self.flow.pause_reading()
        else:
            self.busy = True
            self.lane.submit(request, self.answer if self.keep_alive else self.answer_and_close)

    def _tls_details(self) -> msgspec.Raw:
        host = self.by_name.get(b"host", b"").decode("latin-1")
        return msgspec.Raw(msgspec.json.encode({**(self.tls or {}), "clientProvidedHostHeader": host}))

    # --- ending ----------------------------------------------------------------------------------------------------------

    def _hear_no_more(self) -> None:
        """Take nothing more up; end when what was taken up is answered."""
        self.deaf = self.ignored = True
        if self._in_asgi():
            self.cycle.keep_alive = False
        elif self.busy:
            self.stopping = True
        else:
            self._end()

    def _refuse(self, status: int) -> None:
        """End a connection that sends what it may not; nothing of the message was taken up."""
        if self.deaf or self.transport.is_closing():
            return
        request_id, _ = new_ids(self.lane.pipeline.random_ids)
        content_type, body = CONTENT_TYPE, b""
        if status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
            error = RequestTooLargeError(f"The request body is longer than {self.lane.max_body_bytes} bytes.")
            dialect = dialect_of(self.by_name.get(b"content-type", b""))
            status, content_type, body = dialect.encode_error(error, request_id)
        self.last_words = _answer(status, request_id, content_type, body, b"connection: close\r\n")
        self._hear_no_more()

    def _end(self) -> None:
        """Close; after last words at leisure, as the client may still be writing."""
        if not self.last_words:
            self.transport.close()
            return
        self.transport.write(self.last_words)
        if self.transport.can_write_eof():
            self.transport.write_eof()
        self.loop.call_later(_LINGER_SECONDS, self.transport.close)

    # --- answering -----------------------------------------------------------------------------------------------------

    def answer(self, decided: Decided) -> None:
        self._write(decided, b"")

    def answer_and_close(self, decided: Decided) -> None:
        self._write(decided, b"connection: close\r\n")
        self.transport.close()

    def _write(self, decided: Decided, connection: bytes) -> None:
        self.busy = False
        self.quiet_since = self.lane.now
        self.server_state.total_requests += 1
        if self.transport.is_closing():
            return
        self.transport.write(
            _answer(decided.status, decided.request_id, decided.content_type, decided.body, connection)
        )
        if self.waiting:
            request, keep_alive = self.waiting.popleft()
            self.busy = True
            if not self.flow.write_paused:
                self.flow.resume_reading()
            self.lane.submit(request, self.answer if keep_alive else self.answer_and_close)
        elif self.stopping:
            self._end()
