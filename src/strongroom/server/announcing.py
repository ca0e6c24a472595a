"""Telling a webhook what happens, as EventBridge tells it: one event, one POST. At least once, in each stream's order.

How far the journal was looked at, who was refused how often, and which expiry was announced, are kept in one file, replaced
as a whole once everything before it was taken. So what is sent again after a crash has the same id. A webhook that does not
answer is tried again; the journal keeps what it was not told.

Source of the signature: Standard Webhooks 1.0.0 (webhook-id, webhook-timestamp, webhook-signature).
"""

import base64
import binascii
import hmac
import time
from collections.abc import Callable, Mapping
from hashlib import sha256
from itertools import chain
from typing import Protocol

import msgspec

from strongroom.audit.counting import FRAME_BYTES, Position
from strongroom.audit.events import Bursts, Caller, Event, events_of, expiring, may_be_told
from strongroom.audit.forward import stretches
from strongroom.audit.onward import positions_at
from strongroom.audit.readers import keep_positions, kept_positions
from strongroom.audit.segment import slots, stream_path
from strongroom.audit.trail_files import time_text
from strongroom.bootstrap import DataDirectoryError, make_private_directory, open_store, replace_file
from strongroom.model.clock import Clock
from strongroom.model.key import Key
from strongroom.server.forwarding import name_of, shown, webhook_of
from strongroom.server.sender import Sender, batches
from strongroom.server.settings import Announcements, DataDirectory
from strongroom.store.port import Store, StoreUnavailableError

SECRET_PREFIX = "whsec_"  # noqa: S105 - Standard Webhooks' mark of a secret, not one
SECRET_BYTES = range(24, 65)  # Standard Webhooks, "Symmetric signatures"
_BATCH_RECORDS = 100
_LOOK_SECONDS = 10.0  # between two looks for material that will expire
_MOST_KEYS = 10_000
_BACK_SECONDS = 60  # the first start tells what happened since then: the process starts a little after the server
_DAY_MS = 86_400_000


class _State(msgspec.Struct):
    """``told`` is, of each key, the expiry that was announced."""

    positions: dict[int, Position]
    callers: dict[str, Caller] = {}
    told: dict[str, int] = {}


class _Webhook(Protocol):
    def post(self, body: bytes, headers: Mapping[str, str]) -> None:
        """Hand over; returning means taken. Errors: OSError, http.client.HTTPException."""

    def close(self) -> None: ...


def secret_of(text: str) -> bytes:
    """Return the key in a secret as Standard Webhooks writes it. Errors: ValueError."""
    try:
        secret = base64.b64decode(text.strip().removeprefix(SECRET_PREFIX), validate=True)
    except binascii.Error:
        secret = b""
    if not text.startswith(SECRET_PREFIX) or len(secret) not in SECRET_BYTES:
        raise ValueError(
            'a secret is whsec_ and 24 to 64 bytes in base64; echo "whsec_$(openssl rand -base64 32)" makes one'
        )
    return secret


def signed(secret: bytes, event_id: str, second: int, body: bytes) -> dict[str, str]:
    """Return the headers that prove where ``body`` comes from."""
    mac = hmac.digest(secret, f"{event_id}.{second}.".encode() + body, sha256)
    return {"webhook-signature": f"v1,{base64.b64encode(mac).decode()}"}


class Announcer(Sender):
    """Tells one webhook. ``clock`` is the server's, which a test server moves; signatures bear the real time."""

    def __init__(
        self,
        data: DataDirectory,
        url: str,
        settings: Announcements,
        clock: Clock = time.time,
        make: Callable[[str], _Webhook] = webhook_of,
    ) -> None:
        """Errors: ForwardingError, OSError."""
        self._data = data
        self._settings = settings
        self._clock = clock
        self._webhook = make(url)
        self._reader = f"events-{name_of(url)}"
        self._path = data.events / f"{self._reader}.json"
        self._store: Store | None = None
        self._next_look = 0.0
        super().__init__(shown(url), "Events", self._webhook)
        make_private_directory(data.events)
        self._state: _State | None = self._read() or self._begun()
        self._keep(self._state)

    def step(self) -> int:
        """Tell all that has come; return how many events. Errors: OSError, http.client.HTTPException."""
        state = self._state or self._read() or self._begun()
        self._state = None  # until all went well: what was counted meanwhile is counted again
        told = self._tell_records(state) + self._tell_expiring(state)
        self._state = state
        return told

    def stop(self) -> None:
        super().stop()
        if self._store is not None:
            self._store.close()
            self._store = None

    def _tell_records(self, state: _State) -> int:
        count = self._settings.denied_count
        bursts = Bursts(count, self._settings.denied_seconds, state.callers) if count is not None else None
        told = 0
        for slot in slots(self._data.journal):
            since = state.positions.get(slot, Position())
            for batch, position in batches(self._data.journal, slot, since, may_be_told, _BATCH_RECORDS):
                for event in chain.from_iterable(events_of(record, bursts) for record in batch):
                    self._tell(event)
                    told += 1
                state.positions[slot] = position
                if bursts is not None:
                    state.callers = bursts.callers
                self._keep(state)
                if self._stop.is_set():
                    return told
        return told

    def _tell_expiring(self, state: _State) -> int:
        if (moment := time.monotonic()) < self._next_look:
            return 0
        now_ms = int(self._clock() * 1000)
        keys = {key.arn: key for key in self._keys(now_ms + self._settings.expiring_days * _DAY_MS)}
        new = [
            key
            for key in keys.values()
            if key.expires_ms is not None and key.expires_ms > now_ms and state.told.get(key.arn) != key.expires_ms
        ]
        for key in new:
            self._tell(expiring(key, now_ms))
        told = {arn: at for arn, at in state.told.items() if arn in keys} | {
            key.arn: key.expires_ms or 0 for key in new
        }
        if told != state.told:
            state.told = told
            self._keep(state)
        self._next_look = moment + _LOOK_SECONDS
        return len(new)

    def _keys(self, until_ms: int) -> list[Key]:
        """Return the keys whose material expires by then. Errors: OSError."""
        try:
            if self._store is None:
                self._store = open_store(self._data.database, must_exist=True)
            with self._store.snapshot() as view:
                return list(view.due(Key, "expires_ms", until_ms, limit=_MOST_KEYS))
        except (DataDirectoryError, StoreUnavailableError) as error:
            raise OSError(str(error)) from error

    def _tell(self, event: Event) -> None:
        body = msgspec.json.encode(event)
        second = int(time.time())
        headers = {"Content-Type": "application/json", "webhook-id": event.id, "webhook-timestamp": str(second)}
        if self._settings.secret:
            headers |= signed(self._settings.secret, event.id, second, body)
        self._webhook.post(body, headers)

    # --- what is kept ----------------------------------------------------------------------------------------------------

    def _read(self) -> _State | None:
        """Return what was kept; None when there is nothing that can be read."""
        try:
            return msgspec.json.decode(self._path.read_bytes(), type=_State)
        except (FileNotFoundError, msgspec.DecodeError, UnicodeDecodeError):
            return None

    def _keep(self, state: _State) -> None:
        """Keep it, and then let go of the journal before it: at worst that is kept longer than it must be."""
        replace_file(self._path, msgspec.json.encode(state).decode(), mode=0o600)
        keep_positions(self._data.journal, self._reader, state.positions)

    def _begun(self) -> _State:
        """Return where a webhook begins that nobody knew: with now, not with years of what is past."""
        if kept := kept_positions(self._data.journal).get(self._reader):
            return _State(kept)  # it is known; only the file was lost
        since = time_text(int((self._clock() - _BACK_SECONDS) * 1000))
        positions = {}
        for slot, segment, _ in positions_at(self._data.journal, since):
            positions[slot] = position = Position(segment, 0)
            for stretch in stretches(stream_path(self._data.journal, slot), position):
                for _, end, line in stretch.lines():
                    if _time_of(line[FRAME_BYTES:]) >= since:
                        break
                    positions[slot] = Position(stretch.segment, end)
                else:
                    continue
                break
        return _State(positions)


class _Timed(msgspec.Struct):
    eventTime: str = ""  # noqa: N815 - CloudTrail's name


_TIMED = msgspec.json.Decoder(_Timed)


def _time_of(record: bytes) -> str:
    try:
        return _TIMED.decode(record).eventTime
    except (msgspec.DecodeError, UnicodeDecodeError):
        return ""
