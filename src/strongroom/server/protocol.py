"""HTTP/1.1 at the edge: uvicorn's httptools protocol, with a short way for API requests.

``POST /`` goes to the lane without an ASGI task; everything else (health, metrics, the console) takes uvicorn's own
way. All that is read is bounded: in size here, in time by ``overdue``. Requests of one connection are answered in order.
"""

import asyncio
from collections import deque
from email.utils import formatdate
from http import HTTPStatus
from time import time
from typing import Any

import msgspec
from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.server import ServerState

from strongroom.audit.record import new_ids
from strongroom.authn.sigv4 import combined
from strongroom.server.lane import Lane
from strongroom.server.settings import KEEP_ALIVE_SECONDS, MAX_HEADER_BYTES, MAX_HEADERS, REQUEST_TIMEOUT_SECONDS
from strongroom.stations.request import APIRequest, Decided

_MAX_WAITING = 16  # pipelined requests of one connection; reading pauses beyond
_PHRASES = {status.value: status.phrase for status in HTTPStatus} | {413: "Content Too Large"}  # RFC 9110, 15.5.14
_HEAD = {status: f"HTTP/1.1 {status} {phrase}\r\n".encode() for status, phrase in _PHRASES.items()}


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
        self.body = b""
        self.by_name: dict[bytes, bytes] = {}
        self.in_headers = False
        self.chunk_bytes = 0
        self.header_bytes = 0
        self.keep_alive = True
        self.busy = False
        self.stopping = False
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
        in_asgi = self.cycle is not None and not self.cycle.response_complete
        if self.busy or in_asgi:
            return False
        if self.reading_since is not None:
            return now - self.reading_since > REQUEST_TIMEOUT_SECONDS
        silent: float = now - self.quiet_since
        return silent > KEEP_ALIVE_SECONDS

    def data_received(self, data: bytes) -> None:
        if self.reading_since is None:
            self.reading_since = self.lane.now
        self.chunk_bytes = len(data)
        super().data_received(data)
        if self.in_headers:
            self.header_bytes += len(data)
            if self.header_bytes > MAX_HEADER_BYTES:
                self._refuse(431)

    # --- reading a message: callbacks of httptools ---------------------------------------------------------------------

    def on_message_begin(self) -> None:
        self.url = b""
        self.headers = []
        self.header_bytes = 0
        self.in_headers = True
        self.body = b""
        self.fast = False

    def on_url(self, url: bytes) -> None:
        self.url += url

    def on_header(self, name: bytes, value: bytes) -> None:
        self.headers.append((name.lower(), value))

    def on_headers_complete(self) -> None:
        self.in_headers = False
        if len(self.headers) > MAX_HEADERS or (
            self.chunk_bytes > MAX_HEADER_BYTES
            and sum(len(name) + len(value) for name, value in self.headers) > MAX_HEADER_BYTES
        ):
            self._refuse(431)
        if self.parser.get_method() == b"POST" and (self.url == b"/" or self.url.startswith(b"/?")):
            self.fast = True
            self.keep_alive = self.parser.should_keep_alive()
            self.by_name = by_name = combined(self.headers)
            if by_name.get(b"expect", b"").lower() == b"100-continue":
                self.transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")
            return
        url, headers = self.url, self.headers
        super().on_message_begin()
        self.url = url
        self.headers.extend(headers)
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        if not self.fast:
            super().on_body(body)
            return
        self.body = self.body + body if self.body else body
        if len(self.body) > self.lane.max_body_bytes:
            self._refuse(413)

    def on_message_complete(self) -> None:
        if not self.fast:
            super().on_message_complete()
            self.reading_since, self.quiet_since = None, self.lane.now
            return
        if self.transport.is_closing():
            return
        self.reading_since = None
        request = APIRequest(
            "POST",
            "/",
            self.url[2:].decode("latin-1"),
            self.headers,
            self.body,
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

    def _refuse(self, status: int) -> None:
        """End a connection that sends more than it may; nothing of the message was taken up."""
        if not self.transport.is_closing():
            request_id, _ = new_ids(self.lane.pipeline.random_ids)
            self.transport.write(
                b"%bx-amzn-RequestId: %b\r\n%bContent-Length: 0\r\nconnection: close\r\n\r\n"
                % (_HEAD[status], request_id.encode(), _Clock.now())
            )
            self.transport.close()

    def _tls_details(self) -> msgspec.Raw:
        host = self.by_name.get(b"host", b"").decode("latin-1")
        return msgspec.Raw(msgspec.json.encode({**(self.tls or {}), "clientProvidedHostHeader": host}))

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
        content_type = b"Content-Type: " + decided.content_type + b"\r\n" if decided.content_type else b""
        body = decided.body
        # Names are spelled as AWS spells them: libmongocrypt looks for Content-Length letter by letter.
        self.transport.write(
            b"%bx-amzn-RequestId: %b\r\ncache-control: no-store\r\n%b%b%bContent-Length: %d\r\n\r\n%b"
            % (
                _HEAD[decided.status],
                decided.request_id.encode(),
                content_type,
                _Clock.now(),
                connection,
                len(body),
                body,
            )
        )
        if self.waiting:
            request, keep_alive = self.waiting.popleft()
            self.busy = True
            if not self.flow.write_paused:
                self.flow.resume_reading()
            self.lane.submit(request, self.answer if keep_alive else self.answer_and_close)
        elif self.stopping:
            self.transport.close()
