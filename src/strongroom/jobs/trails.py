"""Delivers what the trails ask for: log files every few minutes, and every hour a signed digest of them.

A log file is put first; then one commit says how far the journal is delivered, and that the next digest names the file. So a
record is delivered at least once: what was put when a process died is put again, in another file, which a digest names.
Source: CloudTrail User Guide, "How CloudTrail works" and "Validating CloudTrail log file integrity".
"""

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path

import msgspec

from strongroom.audit.counting import Position
from strongroom.audit.onward import Positions, positions_at, read_on
from strongroom.audit.readers import drop_reader, keep_positions, kept_positions
from strongroom.audit.targets import Target, TargetError
from strongroom.audit.trail_files import (
    RANDOM_BYTES,
    compressed,
    digest_body,
    digest_key,
    log_body,
    log_key,
    string_to_sign,
    time_text,
)
from strongroom.crypto.digest_keys import SIGNATURE_ALGORITHM, new_digest_key, sign_digest
from strongroom.jobs.leases import HeldLease, LeaseLostError
from strongroom.jobs.registry import Tools
from strongroom.model.change import Change, Delete, Insert, Update
from strongroom.model.clock import Clock
from strongroom.model.trail import (
    READ_ONLY,
    WRITE_ONLY,
    DeliveredLog,
    DigestChain,
    DigestKey,
    Trail,
    TrailDelivery,
)
from strongroom.model.view import Snapshot
from strongroom.store.port import ConflictError, Store

logger = logging.getLogger("strongroom")

LEASE_NAME = "trails"
LEASE_MS = (
    60_000  # more than one put takes, with its retries: else two processes could take it from each other for ever
)
HOUR_MS = 3_600_000
RETRY_MS = 60_000
_READER = "trail-"  # how the names begin under which trails hold the journal
_MANY = 10_000
_TRAILS = 100
_STOPPED_MS = 10_000  # a record may be written that long after its eventTime
_GLOBAL_REGION = "us-east-1"  # where events of services without Regions are said to have happened
_GLOBAL_SOURCES = frozenset({"iam.amazonaws.com", "sts.amazonaws.com"})


class _Record(msgspec.Struct):
    """What decides whether a record is a trail's; the names are CloudTrail's."""

    eventTime: str  # noqa: N815
    eventSource: str  # noqa: N815
    awsRegion: str  # noqa: N815
    recipientAccountId: str  # noqa: N815
    readOnly: bool  # noqa: N815


_RECORD = msgspec.json.Decoder(_Record)


def _hold_journal(journal: Path, arn: str, positions: Positions) -> None:
    """Keep the journal from expiring before a trail has delivered it. Called behind a commit: at worst it keeps more than it must."""
    if positions:
        keep_positions(journal, _reader_name(arn), {slot: Position(segment, used) for slot, segment, used in positions})
    else:
        drop_reader(journal, _reader_name(arn))


def _reader_name(arn: str) -> str:
    return _READER + sha256(arn.encode()).hexdigest()[:32]


class Deliverer:
    """One worker's; whoever has the lease delivers. ``clock`` is the server's, which a test server moves."""

    def __init__(
        self,
        store: Store,
        tools: Tools,
        target: Callable[[], Target],
        journal: Path,
        lease: HeldLease,
        *,
        clock: Clock,
        interval_ms: int,
        announce: Callable[[], None],
    ) -> None:
        self._store = store
        self._tools = tools
        self._target = target
        self._journal = journal
        self._lease = lease
        self._clock = clock
        self._interval_ms = interval_ms
        self._announce = announce

    def tick(self, is_stopping: Callable[[], bool] = lambda: False) -> None:
        """Deliver for every trail that is due. Errors: StoreUnavailableError."""
        with self._store.snapshot() as view:
            due = view.due(TrailDelivery, "due_ms", self._now(), limit=_TRAILS)
            self._let_go_of_deleted(view)
        if not due or not self._lease.take():
            return
        failed = 0
        try:
            for delivery in due:
                if is_stopping():
                    break
                failed += not self._deliver(delivery.arn, is_stopping)
        except LeaseLostError:
            logger.warning("another process has taken over the delivery of trails")
            return
        self._lease.release(f"{len(due) - failed} done" + (f", {failed} failed" if failed else ""), failed)

    def _let_go_of_deleted(self, view: Snapshot) -> None:
        """Let the journal expire where only trails that are deleted still wait for it."""
        held = {reader for reader in kept_positions(self._journal) if reader.startswith(_READER)}
        if held:
            held -= {_reader_name(trail.arn) for trail in view.page(Trail, {}, limit=_MANY)}
        for reader in held:
            drop_reader(self._journal, reader)

    def _deliver(self, arn: str, is_stopping: Callable[[], bool]) -> bool:
        """Deliver all that one trail has to get now; say whether that succeeded. Errors: LeaseLostError, StoreUnavailableError."""
        try:
            while self._logs(arn):
                if is_stopping():
                    return True  # it is still due
            while self._digests(arn):
                pass
        except ConflictError:
            return True  # the trail was changed meanwhile: it is still due, and decided afresh
        except (TargetError, OSError) as failure:
            logger.error("the trail %s cannot be delivered: %s", arn, failure)  # noqa: TRY400 - the text says all
            self._note(arn, error=str(failure))
            return False
        self._note(arn, error="")
        return True

    # --- log files -------------------------------------------------------------------------------------------------------

    def _logs(self, arn: str) -> bool:
        """Deliver one batch; say whether there is more. Errors: ConflictError, TargetError, OSError, LeaseLostError."""
        with self._store.snapshot() as view:
            trail, delivery = view.get(Trail, arn), view.get(TrailDelivery, arn)
            chains = {chain.region: chain for chain in view.page(DigestChain, {"arn": arn}, limit=_MANY)}
            worked = self._lease.worked(view)
        if delivery is None:
            return False
        if trail is None:
            self._commit([Delete(delivery), worked])
            _hold_journal(self._journal, arn, ())
            return False
        if not delivery.positions:
            if not trail.logging or trail.started_ms is None:
                return False
            begun = positions_at(self._journal, time_text(trail.started_ms))
            delivery = replace(delivery, positions=begun, since_ms=trail.started_ms)
        batch = read_on(self._journal, delivery.positions)
        for place in batch.damage:
            logger.error("the audit journal is damaged at %s: strongroom audit verify tells more", place)
        now_ms = self._now()
        changes: list[Change] = [worked]
        for region, found in _by_region(trail, delivery.since_ms, batch.records).items():
            key = log_key(trail, region, now_ms, self._tools.random_bytes(RANDOM_BYTES))
            body = log_body([record for _, record in found])
            target = self._target()
            target.put(trail.bucket, key, compressed(body))
            delivery = replace(delivery, delivered_ms=now_ms)
            if trail.validation:
                oldest, newest = min(time for time, _ in found), max(time for time, _ in found)
                digits = sha256(body).hexdigest()
                changes.append(
                    Insert(DeliveredLog(arn, region, key, target.name, trail.bucket, digits, oldest, newest))
                )
                changes += _begun(chains.get(region), arn, region, now_ms)
        if trail.validation and trail.logging and trail.region not in {region_of(change) for change in changes}:
            changes += _begun(chains.get(trail.region), arn, trail.region, now_ms)
        positions = batch.positions
        if not batch.more and not trail.logging and now_ms >= (trail.stopped_ms or 0) + _STOPPED_MS:
            positions = ()  # the next start begins anew
        changes.append(Update(replace(delivery, positions=positions)))
        self._commit(changes)
        _hold_journal(self._journal, arn, positions)
        return batch.more

    # --- digests ---------------------------------------------------------------------------------------------------------

    def _digests(self, arn: str) -> bool:
        """Put one digest that is due; say whether to look again. Errors: as above."""
        now_ms = self._now()
        with self._store.snapshot() as view:
            trail, delivery = view.get(Trail, arn), view.get(TrailDelivery, arn)
            if trail is None or delivery is None:
                return False
            chain = next(
                (chain for chain in view.page(DigestChain, {"arn": arn}, limit=_MANY) if _is_due(chain, now_ms)), None
            )
            if chain is None or chain.start_ms is None:
                return False
            logs = view.page(DeliveredLog, {"arn": arn, "region": chain.region}, limit=_MANY)
            key = _valid_key(view, trail.account, chain.region, now_ms)
            worked = self._lease.worked(view)
        changes: list[Change] = [worked]
        start_ms = chain.start_ms
        if key is None:
            tools = self._tools
            key = new_digest_key(trail.account, chain.region, start_ms, now_ms, tools.keyring, tools.random_bytes)
            changes.append(Insert(key))
        # After a time without a server one digest covers all of it: none could have been put meanwhile.
        end_ms = start_ms + (now_ms - start_ms) // HOUR_MS * HOUR_MS
        digest = _Digest.of(trail, chain, end_ms, logs, key)
        signature = sign_digest(key, self._tools.keyring, digest.to_sign)
        target = self._target()
        target.put(
            trail.bucket,
            digest.key,
            compressed(digest.body),
            {"signature": signature, "signature-algorithm": SIGNATURE_ALGORITHM},
        )
        goes_on = trail.logging and trail.validation
        changes.append(
            Update(
                replace(
                    chain,
                    start_ms=end_ms if goes_on else None,
                    target=target.name,
                    bucket=trail.bucket,
                    object_key=digest.key,
                    sha256=sha256(digest.body).hexdigest(),
                    signature=signature,
                )
            )
        )
        changes += [Delete(log) for log in logs]
        changes.append(Update(replace(delivery, digested_ms=now_ms)))
        self._commit(changes)
        return True

    # --- notes -----------------------------------------------------------------------------------------------------------

    def _note(self, arn: str, *, error: str) -> None:
        """Write down how the attempt went and when the next one is due. Errors: LeaseLostError, StoreUnavailableError."""
        now_ms = self._now()
        with self._store.snapshot() as view:
            trail, delivery = view.get(Trail, arn), view.get(TrailDelivery, arn)
            if trail is None or delivery is None:
                return
            worked = self._lease.worked(view)
            chains = view.page(DigestChain, {"arn": arn}, limit=_MANY)
        due = [chain.start_ms + HOUR_MS for chain in chains if chain.start_ms is not None]
        if trail.logging or delivery.positions:
            due.append(now_ms + self._interval_ms)
        noted = replace(
            delivery,
            attempted_ms=now_ms,
            error=error,
            digest_error=error if error and any(at <= now_ms for at in due) else "",
            due_ms=now_ms + min(RETRY_MS, self._interval_ms) if error else min(due, default=None),
        )
        try:
            self._commit([Update(noted), worked])
        except ConflictError:
            logger.info("the trail %s was changed while it was delivered", arn)

    def _commit(self, changes: Sequence[Change]) -> None:
        self._store.commit(changes)
        self._announce()

    def _now(self) -> int:
        return int(self._clock()) * 1000  # whole seconds, as CloudTrail's times are


def region_of(change: Change) -> str | None:
    """Return the Region whose digest chain a change begins."""
    return change.noun.region if isinstance(change.noun, DigestChain) else None


def _begun(chain: DigestChain | None, arn: str, region: str, now_ms: int) -> Iterator[Change]:
    """Yield what makes a chain go on from now, unless it does."""
    if chain is None:
        yield Insert(DigestChain(arn, region, now_ms))
    elif chain.start_ms is None:
        yield Update(replace(chain, start_ms=now_ms))


def _is_due(chain: DigestChain, now_ms: int) -> bool:
    return chain.start_ms is not None and chain.start_ms + HOUR_MS <= now_ms


def _valid_key(view: Snapshot, account: str, region: str, now_ms: int) -> DigestKey | None:
    keys = view.page(DigestKey, {"account": account, "region": region}, limit=_MANY)
    return next((key for key in keys if key.valid_from_ms <= now_ms < key.valid_until_ms), None)


def _by_region(trail: Trail, since_ms: int, records: Sequence[bytes]) -> dict[str, list[tuple[str, bytes]]]:
    """Return (eventTime, record) of the records that are the trail's, by Region."""
    found: dict[str, list[tuple[str, bytes]]] = {}
    since = time_text(since_ms)
    stopped = time_text(trail.stopped_ms) if trail.stopped_ms is not None else None
    started = time_text(trail.started_ms) if trail.started_ms is not None else ""
    for raw in records:
        try:
            record = _RECORD.decode(raw)
        except (msgspec.DecodeError, UnicodeDecodeError):
            continue
        at = record.eventTime
        if at < since or not _selects(trail, record):
            continue
        if stopped is not None and at > stopped and (not trail.logging or at < started):
            continue
        found.setdefault(record.awsRegion, []).append((at, raw))
    return found


def _selects(trail: Trail, record: _Record) -> bool:
    if record.recipientAccountId != trail.account or not trail.management:
        return False
    is_global = record.eventSource in _GLOBAL_SOURCES and record.awsRegion == _GLOBAL_REGION
    if record.awsRegion != trail.region and not trail.multi_region and not (is_global and trail.include_global):
        return False
    if trail.read_write == (WRITE_ONLY if record.readOnly else READ_ONLY):
        return False
    return record.eventSource not in trail.excluded_sources


@dataclass(frozen=True, slots=True)
class _Digest:
    key: str
    body: bytes
    to_sign: bytes

    @classmethod
    def of(
        cls, trail: Trail, chain: DigestChain, end_ms: int, logs: Sequence[DeliveredLog], key: DigestKey
    ) -> "_Digest":
        body = digest_body(trail, chain, chain.start_ms or 0, end_ms, logs, key.fingerprint)
        name = digest_key(trail, chain.region, end_ms)
        to_sign = string_to_sign(time_text(end_ms), trail.bucket, name, body, chain.signature or None)
        return cls(name, body, to_sign)
