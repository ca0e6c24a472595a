"""The journal: one worker's append-only stream of audit records, durable before ``append`` returns.

No answer leaves without its record, so this is on the way of every request: one write and one fdatasync for all that
arrived together. When the disk fails, ``append`` raises and nothing of its batch counts; the next call starts afresh in
a new segment, so that service comes back by itself with the disk. Format: ``chain``. Files: ``segment``.
"""

import errno
import fcntl
import os
import socket
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Thread

import msgspec

from strongroom.audit.backward import segments_back
from strongroom.audit.chain import Header, Predecessor, encode_header, line_bytes, link
from strongroom.audit.counting import Position
from strongroom.audit.recovery import Recovery, recover
from strongroom.audit.segment import (
    NO_ROOM,
    SEGMENT_BYTES,
    Segment,
    make_directory,
    make_segment,
    stream_path,
)
from strongroom.model.clock import Clock

_LOCK = "lock"
_HEADER_ROOM_BYTES = 1024  # a header is about 300 bytes; the server id is the only part without a fixed length
_MAX_SERVER_ID_CHARACTERS = 64
_NOT_WRITABLE = frozenset({errno.EACCES, errno.EPERM, errno.EROFS})


class JournalUnavailableError(Exception):
    """The journal cannot be written now: nothing of the batch counts. The text says what to do."""


@dataclass(frozen=True, slots=True)
class JournalStatus:
    """``records`` counts since the journal was opened; ``failing_since`` is in seconds since the epoch or None."""

    slot: int
    segments: int
    bytes: int
    records: int
    chain: str
    failing_since: float | None
    reason: str | None


class _EventID(msgspec.Struct):
    eventID: str | None = None  # noqa: N815 - CloudTrail's name


_EVENT_ID = msgspec.json.Decoder(_EventID)


class Journal:
    """Not for several threads at once: its worker's event loop is its only caller."""

    def __init__(
        self,
        stream: Path,
        slot: int,
        recovery: Recovery,
        *,
        lock: int,
        segment_bytes: int,
        clock: Clock,
        server_id: str,
    ) -> None:
        self.recovery = recovery
        self._stream = stream
        self._slot = slot
        self._segment_bytes = segment_bytes
        self._clock = clock
        self._server_id = server_id
        self._lock: int | None = lock
        self._previous = recovery.previous
        self._chain = recovery.chain
        self._segment: Segment | None = None
        self._preparation: Thread | None = None
        self._prepared: Segment | None = None
        self._segments = recovery.segments
        self._finished_bytes = recovery.bytes
        self._records = 0
        self._failing_since: float | None = None
        self._reason: str | None = None

    @classmethod
    def open(
        cls,
        directory: Path,
        slot: int,
        *,
        segment_bytes: int = SEGMENT_BYTES,
        clock: Clock,
        server_id: str | None = None,
    ) -> "Journal":
        """Take up the stream of worker ``slot`` where it was left, in a new segment. Errors: JournalUnavailableError.

        ``server_id`` stands in the header of each segment; None is this machine's host name.
        """
        stream = stream_path(directory, slot)
        lock = None
        try:
            make_directory(stream)
            lock = _hold(stream)
            journal = cls(
                stream,
                slot,
                recover(stream),
                lock=lock,
                segment_bytes=segment_bytes,
                clock=clock,
                server_id=(server_id or socket.gethostname())[:_MAX_SERVER_ID_CHARACTERS],
            )
            journal._write(())  # the first header is durable before the first record asks for it
        except OSError as error:
            if lock is not None:
                os.close(lock)
            raise JournalUnavailableError(_advice(error, stream)) from error
        return journal

    def append(self, records: Sequence[bytes]) -> None:
        """Make ``records`` durable, in order; when this returns, they all are. Errors: JournalUnavailableError."""
        if not records:
            return
        if self._lock is None:
            raise JournalUnavailableError(f"The audit journal in {self._stream} is closed: the server is stopping.")
        try:
            self._write(records)
        except OSError as error:
            self._reason = _advice(error, self._stream)
            if self._failing_since is None:
                self._failing_since = self._clock()
            raise JournalUnavailableError(self._reason) from error
        self._failing_since = self._reason = None

    def status(self) -> JournalStatus:
        """Return the state of the stream; ``chain`` is worth keeping elsewhere: it proves all lines until now."""
        used = self._segment.used if self._segment is not None else 0
        return JournalStatus(
            self._slot,
            self._segments,
            self._finished_bytes + used,
            self._records,
            self._chain.hex(),
            self._failing_since,
            self._reason,
        )

    def position(self) -> tuple[int, int]:
        """Return where the stream ends now: the number of a segment, and its bytes that count."""
        if self._segment is not None and self._segment.used:
            return self._segment.number, self._segment.used
        return (self._previous.segment, self._previous.used_bytes) if self._previous is not None else (0, 0)

    def tail_event_ids(self, limit_segments: int = 2) -> set[str]:
        """Return the event ids that the end of the stream holds, for what a store still has in its outbox.

        Looks at the last ``limit_segments`` segments and, because restarts and full disks leave short ones, at as many
        more as it takes to have seen that many *full* segments' bytes. Errors: OSError.
        """
        found: set[str] = set()
        seen_bytes = 0
        for seen, (_, data) in enumerate(segments_back(self._stream, Position(*self.position()))):
            if seen >= limit_segments and seen_bytes >= limit_segments * self._segment_bytes:
                break
            seen_bytes += len(data)
            found.update(_event_ids(data))
        return found

    def close(self) -> None:
        """End the stream tidily: cut the last segment to its used length, free the slot. Harmless when repeated."""
        if self._lock is None:
            return
        if (unused := self._take_prepared()) is not None:
            unused.give_up()
        if self._segment is not None:
            self._finish(self._segment)
        os.close(self._lock)
        self._lock = None

    # --- writing -----------------------------------------------------------------------------------------------

    def _write(self, records: Sequence[bytes]) -> None:
        needed = sum(map(line_bytes, records))
        segment = self._segment
        if segment is None or segment.used + needed > segment.size:
            segment = self._turn_over(needed + _HEADER_ROOM_BYTES)
        chain = self._chain
        lines = []
        if segment.used == 0:
            chain, line = link(chain, self._header(segment))
            lines.append(line)
        for record in records:
            chain, line = link(chain, record)
            lines.append(line)
        data = b"".join(lines)
        try:
            segment.write(data)
        except BaseException:  # an interrupt may leave half a batch behind the last line just as a failed disk does
            self._abandon(segment)
            raise
        if segment.used == 0:
            self._segments += 1
        segment.used += len(data)
        self._chain = chain
        self._records += len(records)
        if segment.used * 2 >= segment.size and self._preparation is None:
            self._preparation = Thread(target=self._prepare, args=(segment.number + 1,), daemon=True)
            self._preparation.start()

    def _header(self, segment: Segment) -> bytes:
        return encode_header(
            Header(
                slot=self._slot,
                segment=segment.number,
                created=self._clock(),
                server_id=self._server_id,
                previous=self._previous,
            )
        )

    def _turn_over(self, needed: int) -> Segment:
        if self._segment is not None:
            self._finish(self._segment)
        segment = self._take_prepared()
        if segment is not None and segment.size < needed:
            segment.give_up()
            segment = None
        if segment is None:
            segment = self._make_now(needed)
        self._segment = segment
        return segment

    def _make_now(self, needed: int) -> Segment:
        make_directory(self._stream)  # somebody may have deleted it; what is written from now on shall be found
        if self._lock is not None and os.fstat(self._lock).st_nlink == 0:
            lock = _hold(self._stream)
            os.close(self._lock)
            self._lock = lock
        return make_segment(self._stream, self._next_number(), self._segment_bytes, needed)

    def _finish(self, segment: Segment) -> None:
        self._segment = None
        self._finished_bytes += segment.used
        if segment.used:
            self._previous = Predecessor(segment.number, segment.used, self._chain.hex())
        segment.finish()

    def _abandon(self, segment: Segment) -> None:
        """Never touch a segment whose writing failed: the chain goes on elsewhere, behind its last synced line."""
        self._segment = None
        self._finished_bytes += segment.used
        if segment.used:
            self._previous = Predecessor(segment.number, segment.used, self._chain.hex(), abandoned=True)
        segment.give_up()

    def _next_number(self) -> int:
        return self._previous.segment + 1 if self._previous is not None else 1

    # --- the next segment, made ahead of time ------------------------------------------------------------------------

    def _prepare(self, number: int) -> None:
        with suppress(OSError):  # making it when it is needed will fail too, and say so
            self._prepared = make_segment(self._stream, number, self._segment_bytes, 0)

    def _take_prepared(self) -> Segment | None:
        if self._preparation is None:
            return None
        self._preparation.join()
        self._preparation = None
        segment, self._prepared = self._prepared, None
        return segment


def _event_ids(data: bytes) -> Iterator[str]:
    for line in data.splitlines():
        with suppress(msgspec.DecodeError, UnicodeDecodeError):
            event_id = _EVENT_ID.decode(line.partition(b" ")[2]).eventID
            if event_id is not None:
                yield event_id


def _hold(stream: Path) -> int:
    """Return a descriptor that keeps other processes off the stream while it is open. Errors: OSError."""
    descriptor = os.open(stream / _LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(descriptor)
        raise
    return descriptor


def _advice(error: OSError, stream: Path) -> str:
    """Say what went wrong and what whoever runs the server can do."""
    if isinstance(error, BlockingIOError):
        return f"The audit journal in {stream} is in use by another process. Stop it, then start this server again."
    if error.errno in NO_ROOM:
        remedy = f"Free space on {stream}"
    elif error.errno in _NOT_WRITABLE:
        remedy = f"Make {stream} writable for the server"
    else:
        remedy = f"Check the disk of {stream}"
    return f"The audit journal cannot be written ({error.strerror}). {remedy}; service then returns by itself."
