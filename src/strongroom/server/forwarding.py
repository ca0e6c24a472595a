"""Handing audit records on to another system: syslog over TCP or TLS, or a webhook. At least once, in each stream's order.

A target's position in the journal is kept once it has taken what comes before, so nothing is left out, whatever restarts;
after a failure some records are sent again (their eventID tells). While a target does not answer, the journal keeps what it
has not got. Plain syslog acknowledges nothing: what a broken connection had taken may be lost there; a webhook answers.
"""

import http.client
import logging
import socket
import ssl
import threading
from base64 import b64encode
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import SplitResult, unquote, urlsplit

import msgspec

from strongroom.audit.counting import FRAME_BYTES, Position
from strongroom.audit.forward import stretches
from strongroom.audit.readers import keep_positions, kept_positions
from strongroom.audit.segment import slots, stream_path

logger = logging.getLogger("strongroom")

BATCH_RECORDS = 500
TIMEOUT_SECONDS = 20.0
_PAUSE_SECONDS = 0.5
_STOP_SECONDS = 3.0
_LONGEST_PAUSE_SECONDS = 60.0
_PORTS = {"syslog": 601, "syslog+tls": 6514, "http": 80, "https": 443}  # RFC 3195, 9; RFC 5425, 4.1
_AUDIT_FACILITY = 13  # RFC 5424, 6.2.1: log audit
_INFORMATIONAL, _NOTICE = 6, 5
_MAX_MSGID_CHARACTERS = 32  # RFC 5424, 6
_ANSWERED = range(200, 300)


class ForwardingError(ValueError):
    """A target cannot be understood. The text says what to write."""


class _Target(Protocol):
    def send(self, records: Sequence[bytes]) -> None:
        """Hand over; returning means taken. Errors: OSError, http.client.HTTPException."""

    def close(self) -> None: ...


def target_of(url: str) -> "_Target":
    """Return what sends to ``url``. Errors: ForwardingError."""
    try:
        parts = urlsplit(url)
        port = parts.port or _PORTS.get(parts.scheme, 0)
    except ValueError:
        raise ForwardingError("the port is no number") from None
    if parts.scheme not in _PORTS or not parts.hostname:
        raise ForwardingError("write syslog://HOST:PORT, syslog+tls://HOST:PORT, http://... or https://...")
    if parts.scheme.startswith("syslog"):
        return Syslog(parts.hostname, port, tls=parts.scheme.endswith("tls"))
    return Webhook(parts, parts.hostname, port)


class _Said(msgspec.Struct):
    eventTime: str = "-"  # noqa: N815 - CloudTrail's name
    eventName: str = "-"  # noqa: N815 - as above
    errorCode: Any = None  # noqa: N815 - as above


_SAID = msgspec.json.Decoder(_Said)


class Syslog:
    """RFC 5424 messages, counted in octets (RFC 6587, 3.4.1; RFC 5425, 4.3)."""

    def __init__(self, host: str, port: int, *, tls: bool) -> None:
        self._address = host, port
        self._tls = ssl.create_default_context() if tls else None
        self._connection: socket.socket | None = None

    def send(self, records: Sequence[bytes]) -> None:
        if self._connection is None:
            connection = socket.create_connection(self._address, TIMEOUT_SECONDS)
            if self._tls is not None:
                connection = self._tls.wrap_socket(connection, server_hostname=self._address[0])
            self._connection = connection
        messages = (message_of(record) for record in records)
        self._connection.sendall(b"".join(b"%d %b" % (len(message), message) for message in messages))

    def close(self) -> None:
        if self._connection is not None:
            with suppress(OSError):
                self._connection.close()
            self._connection = None


def message_of(record: bytes) -> bytes:
    """Return a record as an RFC 5424 message; a refusal is a notice."""
    said = _SAID.decode(record)
    severity = _INFORMATIONAL if said.errorCode is None else _NOTICE
    name = "".join(c for c in said.eventName if "!" <= c <= "~")[:_MAX_MSGID_CHARACTERS] or "-"
    header = f"<{_AUDIT_FACILITY * 8 + severity}>1 {said.eventTime} {socket.gethostname()[:255] or '-'} strongroom - {name} - "
    return header.encode("ascii", "replace") + record


class Webhook:
    """POSTs JSON lines; any answer but 2xx means that nothing was taken."""

    def __init__(self, parts: SplitResult, host: str, port: int) -> None:
        self._path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        self._headers = {"Content-Type": "application/x-ndjson", "User-Agent": "strongroom"}
        if parts.username is not None:
            secret = f"{unquote(parts.username)}:{unquote(parts.password or '')}".encode()
            self._headers["Authorization"] = f"Basic {b64encode(secret).decode()}"
        self._connection: http.client.HTTPConnection = (
            http.client.HTTPSConnection(host, port, timeout=TIMEOUT_SECONDS, context=ssl.create_default_context())
            if parts.scheme == "https"
            else http.client.HTTPConnection(host, port, timeout=TIMEOUT_SECONDS)
        )

    def send(self, records: Sequence[bytes]) -> None:
        self._connection.request("POST", self._path, b"\n".join(records) + b"\n", self._headers)
        answer = self._connection.getresponse()
        answer.read()
        if answer.status not in _ANSWERED:
            raise OSError(f"it answered {answer.status}")

    def close(self) -> None:
        self._connection.close()


class Forwarder:
    """Sends to one target, in a thread. The name of its reader is made of the URL, so another URL begins at the beginning."""

    def __init__(self, journal: Path, url: str, make: Callable[[str], _Target] = target_of) -> None:
        """Errors: ForwardingError."""
        self._journal = journal
        self._target = make(url)
        parts = urlsplit(url)
        self._shown = f"{parts.scheme}://{parts.hostname}"  # without what may be secret
        self._reader = f"forward-{sha256(url.encode()).hexdigest()[:16]}"
        self._positions = kept_positions(journal).get(self._reader, {})
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._keep_on, name="forwarding", daemon=True)
        keep_positions(journal, self._reader, self._positions)  # from now on nothing expires before it is sent

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Finish the batch in hand, then end; one that takes longer is sent again at the next start."""
        self._stop.set()
        self._thread.join(_STOP_SECONDS)
        self._target.close()

    def _keep_on(self) -> None:
        pause = _PAUSE_SECONDS
        while not self._stop.wait(pause):
            try:
                self.step()
                pause = _PAUSE_SECONDS
            except (OSError, http.client.HTTPException) as failure:
                self._target.close()
                pause = min(max(pause, 1.0) * 2, _LONGEST_PAUSE_SECONDS)
                logger.warning("Audit records wait for %s (%s); trying again in %.0f s", self._shown, failure, pause)

    def step(self) -> int:
        """Send all that has come; return how many records. Errors: OSError, http.client.HTTPException."""
        sent = 0
        for slot in slots(self._journal):
            for batch, position in self._batches(slot):
                if batch:
                    self._target.send(batch)
                self._positions = self._positions | {slot: position}
                keep_positions(self._journal, self._reader, self._positions)
                sent += len(batch)
                if self._stop.is_set():
                    return sent
        return sent

    def _batches(self, slot: int) -> Iterator[tuple[list[bytes], Position]]:
        """Yield records with the position behind them."""
        for stretch in stretches(stream_path(self._journal, slot), self._positions.get(slot, Position())):
            batch: list[bytes] = []
            position = Position(stretch.segment, stretch.start)
            for start, end, line in stretch.lines():
                position = Position(stretch.segment, end)
                if start and _is_json(line[FRAME_BYTES:]):  # the first line is the segment's header
                    batch.append(line[FRAME_BYTES:])
                if len(batch) == BATCH_RECORDS:
                    yield batch, position
                    batch = []
            yield batch, position


def _is_json(record: bytes) -> bool:
    try:
        _SAID.decode(record)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return False
    return True
