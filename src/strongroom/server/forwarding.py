"""Handing audit records on to another system: syslog over TCP or TLS, or a webhook. At least once, in each stream's order.

A target's position in the journal is kept once it has taken what comes before, so nothing is left out, whatever restarts;
after a failure some records are sent again (their eventID tells). While a target does not answer, the journal keeps what it
has not got. Plain syslog acknowledges nothing: what a broken connection had taken may be lost there; a webhook answers.
"""

import http.client
import socket
import ssl
from base64 import b64encode
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import SplitResult, unquote, urlsplit

import msgspec

from strongroom.audit.counting import Position
from strongroom.audit.readers import keep_positions, kept_positions
from strongroom.audit.segment import slots
from strongroom.server.sender import Sender, batches

BATCH_RECORDS = 500
TIMEOUT_SECONDS = 20.0
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


def webhook_of(url: str) -> "Webhook":
    """Return what posts to ``url``. Errors: ForwardingError."""
    target = target_of(url)
    if not isinstance(target, Webhook):
        raise ForwardingError("write http://... or https://...")
    return target


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
        self._headers = {"User-Agent": "strongroom"}
        if parts.username is not None:
            secret = f"{unquote(parts.username)}:{unquote(parts.password or '')}".encode()
            self._headers["Authorization"] = f"Basic {b64encode(secret).decode()}"
        self._connection: http.client.HTTPConnection = (
            http.client.HTTPSConnection(host, port, timeout=TIMEOUT_SECONDS, context=ssl.create_default_context())
            if parts.scheme == "https"
            else http.client.HTTPConnection(host, port, timeout=TIMEOUT_SECONDS)
        )

    def send(self, records: Sequence[bytes]) -> None:
        self.post(b"\n".join(records) + b"\n", {"Content-Type": "application/x-ndjson"})

    def post(self, body: bytes, headers: Mapping[str, str]) -> None:
        """Hand over one body; returning means taken. Errors: as ``send``."""
        self._connection.request("POST", self._path, body, {**self._headers, **headers})
        answer = self._connection.getresponse()
        answer.read()
        if answer.status not in _ANSWERED:
            raise OSError(f"it answered {answer.status}")

    def close(self) -> None:
        self._connection.close()


class Forwarder(Sender):
    """Sends to one target. The name of its reader is made of the URL, so another URL begins at the beginning."""

    def __init__(self, journal: Path, url: str, make: Callable[[str], _Target] = target_of) -> None:
        """Errors: ForwardingError."""
        self._journal = journal
        self._target = make(url)
        self._reader = f"forward-{name_of(url)}"
        self._positions = kept_positions(journal).get(self._reader, {})
        super().__init__(shown(url), "Audit records", self._target)
        keep_positions(journal, self._reader, self._positions)  # from now on nothing expires before it is sent

    def step(self) -> int:
        """Send all that has come; return how many records. Errors: OSError, http.client.HTTPException."""
        sent = 0
        for slot in slots(self._journal):
            since = self._positions.get(slot, Position())
            for batch, position in batches(self._journal, slot, since, _is_json, BATCH_RECORDS):
                if batch:
                    self._target.send(batch)
                self._positions = self._positions | {slot: position}
                keep_positions(self._journal, self._reader, self._positions)
                sent += len(batch)
                if self._stop.is_set():
                    return sent
        return sent


def shown(url: str) -> str:
    """Return a URL without what may be secret."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.hostname}"


def name_of(url: str) -> str:
    """Return what tells one URL from another in names of files."""
    return sha256(url.encode()).hexdigest()[:16]


def _is_json(record: bytes) -> bool:
    try:
        _SAID.decode(record)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return False
    return True
