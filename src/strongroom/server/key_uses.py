"""Which key, access key and role was last used when: noted by the lane in memory, kept in the store a few seconds later, never lost.

A use is noted once its record is durable in the journal. Each flush writes, with the uses, how far the journal was when
they were taken: a worker that was killed finds at its next start what the journal holds behind that mark, and keeps it.
Flushes have no outbox records and are not announced to other workers (``model.change.Latest``).
"""

import asyncio
import logging
import time
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Executor
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import msgspec

from strongroom.audit.backward import lines_back
from strongroom.audit.counting import Position
from strongroom.audit.journal import Journal, JournalUnavailableError
from strongroom.audit.segment import slots, stream_path
from strongroom.model.arn import parse_arn
from strongroom.model.change import Insert, Latest
from strongroom.model.identity import IdentityUse
from strongroom.model.key import Key
from strongroom.model.key_usage import TRACKED_OPERATIONS, TRACKING_SETTING, KeyUsage, UsageMark
from strongroom.model.setting import Setting
from strongroom.server.identity_uses import IdentityUses, Uses, last_identity_uses, rows_of
from strongroom.stations.request import Decided
from strongroom.store.port import ConflictError, Store, StoreUnavailableError

logger = logging.getLogger("strongroom")

FLUSH_SECONDS = 2.0
_SHARE = 10  # a flush may take this part of the time between two: with very many keys they become rarer
_ROWS_PER_COMMIT = 1000  # other writers get their turn between two

_ATTEMPTS = 20

Use = tuple[Key, str, float, str, str]
"""(key, operation, seconds since the epoch, event id, request id)."""


class _Noted(NamedTuple):
    """What one flush writes."""

    keys: dict[str, Use]
    identities: Uses


T = TypeVar("T")


class KeyUses:
    """One worker's. All but ``_kept`` runs on the event loop (or, at start and end, instead of it)."""

    def __init__(self, store: Store, journal: Journal, slot: int, identities: IdentityUses) -> None:
        self._store = store
        self._journal = journal
        self._slot = slot
        self._identities = identities
        self._uses: dict[str, Use] = {}
        self._flushing = False
        self._next_flush = 0.0
        self._marked_segment = 0

    def note(self, decided: Decided) -> None:
        """Remember the keys of an answer whose record is durable."""
        for key in decided.used:
            event_id = decided.event_id
            if decided.copies:  # the owner finds the use in his own account
                event_id = decided.copies.get(key.account, event_id)
            self._uses[key.arn] = (key, decided.operation, decided.time, event_id, decided.request_id)

    def flush_due(self, loop: asyncio.AbstractEventLoop, threads: Executor) -> None:
        """Write what was noted, in a thread, if the time has come."""
        began = loop.time()
        if self._flushing or began < self._next_flush:
            return
        position = self._journal.position()
        if not self._uses and not self._identities and position[0] == self._marked_segment:
            return
        self._flushing = True
        noted = self._taken()
        future = loop.run_in_executor(threads, self._kept, noted, position)
        future.add_done_callback(lambda done: self._flushed(noted, done, began, loop.time()))

    def flush_now(self) -> None:
        """Write what was noted, at the end of the process."""
        if self._uses or self._identities:
            self._kept(self._taken(), self._journal.position())

    def _taken(self) -> _Noted:
        uses, self._uses = self._uses, {}
        return _Noted(uses, self._identities.take())

    def _flushed(self, noted: _Noted, done: "asyncio.Future[bool]", began: float, ended: float) -> None:
        self._flushing = False
        self._next_flush = began + max(FLUSH_SECONDS, (ended - began) * _SHARE)
        if done.cancelled() or not done.result():
            self._uses = noted.keys | self._uses  # what was noted meanwhile is later
            self._identities.give_back(noted.identities)

    def _kept(self, noted: _Noted, position: tuple[int, int]) -> bool:
        """Return whether all is written. Failures are logged; nothing is lost by them: the journal holds the records."""
        try:
            rows = rows_of(noted.identities)
            keep(self._store, (_usage(use) for use in noted.keys.values()), rows, self._slot, position)
        except StoreUnavailableError as failure:
            logger.error("The last uses of keys and identities could not be written down, and will be: %s", failure)  # noqa: TRY400 - as the lane does
            return False
        self._marked_segment = position[0]
        return True

    # --- at start ------------------------------------------------------------------------------------------------------

    def recover(self, journals: Path, others: Iterable[int] = ()) -> None:
        """Keep what the journals of this slot, and of ``others`` that no worker has, hold behind their marks.

        Errors: StoreUnavailableError, JournalUnavailableError.
        """
        with suppress(ConflictError):  # another worker was first
            self._store.commit((Insert(Setting(TRACKING_SETTING, str(int(time.time() * 1000)).encode())),))
        try:
            self._recover(journals, self._slot, self._journal.position())
            present = set(slots(journals))
            for slot in others:
                if slot != self._slot and slot in present:
                    self._recover(journals, slot, None)
        except OSError as error:
            raise JournalUnavailableError(
                f"The audit journal in {journals} cannot be read ({error.strerror})."
            ) from error

    def _recover(self, journals: Path, slot: int, position: tuple[int, int] | None) -> None:
        with self._store.snapshot() as view:
            mark = view.get(UsageMark, str(slot))
        found: list[KeyUsage] = []
        identities: list[IdentityUse] = []
        if mark is not None:
            stream, since = stream_path(journals, slot), Position(mark.segment, mark.used_bytes)
            found = last_uses(line.record for line in lines_back(stream, since=since))
            identities = rows_of(last_identity_uses(line.record for line in lines_back(stream, since=since)))
            with self._store.snapshot() as view:  # a key may be gone by now
                found = [use for use in found if view.get(Key, use.account, use.region, use.key_id) is not None]
        elif position is None:
            return  # a journal of before uses were kept
        # Without a position of its own the mark of an idle slot stays: reading it again changes nothing.
        keep(self._store, found, identities, slot, position)
        if position is not None:
            self._marked_segment = position[0]


def keep(
    store: Store,
    usages: Iterable[KeyUsage],
    identities: Iterable[IdentityUse],
    slot: int,
    position: tuple[int, int] | None,
) -> None:
    """Write uses, and then that they are written up to ``position`` of the slot's journal. Errors: StoreUnavailableError."""
    for batch in _batches(usages):
        _commit(store, [Latest(usage, "used_s") for usage in batch])
    for some in _batches(identities):
        _commit(store, [Latest(use, "used_ms") for use in some])
    if position is not None:
        mark = UsageMark(str(slot), *position, marked_ms=int(time.time() * 1000))
        _commit(store, (Latest(mark, "marked_ms"),))


def _commit(store: Store, changes: Sequence[Latest]) -> None:
    """Commit, also when another worker writes the same rows at the same moment. Errors: StoreUnavailableError."""
    for _ in range(_ATTEMPTS):
        with suppress(ConflictError):
            store.commit(changes)
            return
    raise StoreUnavailableError("Other workers kept writing the last uses of the same keys.")


def _batches(usages: Iterable[T]) -> Iterator[Sequence[T]]:
    batch: list[T] = []
    for usage in usages:
        batch.append(usage)
        if len(batch) == _ROWS_PER_COMMIT:
            yield batch
            batch = []
    if batch:
        yield batch


def usages_of(decided: Decided) -> list[KeyUsage]:
    """Return the uses that one answer stands for."""
    of = decided.copies
    return [
        _usage((key, decided.operation, decided.time, of.get(key.account, decided.event_id), decided.request_id))
        for key in decided.used
    ]


def _usage(use: Use) -> KeyUsage:
    key, operation, used, event_id, request_id = use
    return KeyUsage(key.account, key.region, key.key_id, operation, int(used), event_id, request_id)


# --- from records ----------------------------------------------------------------------------------------------------


class _Resource(msgspec.Struct):
    ARN: str


class _Record(msgspec.Struct):
    """What a use is known by; the names are CloudTrail's."""

    eventName: str  # noqa: N815 - CloudTrail's name
    eventTime: datetime  # noqa: N815 - as above
    eventID: str  # noqa: N815 - as above
    requestID: str  # noqa: N815 - as above
    resources: list[_Resource]
    errorCode: Any = None  # noqa: N815 - as above
    sharedEventID: Any = None  # noqa: N815 - as above
    recipientAccountId: Any = None  # noqa: N815 - as above


_RECORD = msgspec.json.Decoder(_Record)


def last_uses(records: Iterable[bytes]) -> list[KeyUsage]:
    """Return the last use of each key in records that come newest first. What is no record of a use is passed over."""
    found: dict[str, KeyUsage] = {}
    for data in records:
        try:
            record = _RECORD.decode(data)
        except (msgspec.DecodeError, UnicodeDecodeError):
            continue  # a segment's header
        if record.errorCode is not None or record.eventName not in TRACKED_OPERATIONS:
            continue
        for resource in record.resources:
            arn = parse_arn(resource.ARN)
            if arn is None or resource.ARN in found or not arn.resource.startswith("key/"):
                continue
            if record.sharedEventID is not None and record.recipientAccountId != arn.account:
                continue  # its owner has a record of his own
            found[resource.ARN] = KeyUsage(
                arn.account, arn.region, arn.resource.removeprefix("key/"), record.eventName,
                int(record.eventTime.timestamp()), record.eventID, record.requestID,
            )  # fmt: skip
    return list(found.values())
