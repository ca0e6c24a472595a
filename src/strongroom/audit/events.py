"""What operators want to be told of, from audit records to EventBridge's envelopes. Pure.

Source: AWS KMS Developer Guide, "Monitor KMS keys with Amazon EventBridge" (KMS CMK Rotation, KMS Imported Key Material
Expiration, KMS CMK Deletion); Amazon EventBridge User Guide, "AWS service events delivered via AWS CloudTrail" (read-only
calls are left out). Events of source ``strongroom`` are ours.
"""

import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import msgspec

from strongroom.model.key import Key

API_CALL, SERVICE_EVENT = "AWS API Call via CloudTrail", "AWS Service Event via CloudTrail"
EXPIRING, DENIED = "KMS Imported Key Material Expiring", "Access Denied Burst"
OURS = "strongroom"

_KEY_EVENTS = {
    "RotateKey": "KMS CMK Rotation",
    "DeleteKey": "KMS CMK Deletion",
    "DeleteExpiredKeyMaterial": "KMS Imported Key Material Expiration",
}
_DENIED_CODES = frozenset({"AccessDenied", "AccessDeniedException"})
_IDS = uuid.UUID(
    "6f1f2a4e-6d5b-4f0b-9b6e-2f3d6c0a7b11"
)  # event ids are made of what happened: a repetition has the same
_MAX_CALLERS = 10_000
_MAX_NAMED = 10  # of each kind in the event of a burst


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """EventBridge's envelope."""

    version: str = "0"
    id: str
    type: str = msgspec.field(name="detail-type")
    source: str
    account: str
    time: str
    region: str
    resources: Sequence[str]
    detail: Any


class _Resource(msgspec.Struct):
    ARN: str


class _Identity(msgspec.Struct):
    arn: str = ""
    accessKeyId: str = ""  # noqa: N815 - CloudTrail's name
    principalId: str = ""  # noqa: N815 - as above
    invokedBy: str = ""  # noqa: N815 - as above


class _Record(msgspec.Struct):
    """The names are CloudTrail's."""

    eventID: str  # noqa: N815 - as all below
    eventTime: str  # noqa: N815
    eventName: str  # noqa: N815
    eventSource: str  # noqa: N815
    eventType: str  # noqa: N815
    awsRegion: str  # noqa: N815
    recipientAccountId: str  # noqa: N815
    readOnly: bool  # noqa: N815
    sourceIPAddress: str = ""  # noqa: N815
    userIdentity: _Identity = msgspec.field(default_factory=_Identity)  # noqa: N815
    resources: list[_Resource] = []
    errorCode: str | None = None  # noqa: N815
    serviceEventDetails: dict[str, Any] | None = None  # noqa: N815


_RECORD = msgspec.json.Decoder(_Record)


class Denial(msgspec.Struct, frozen=True):
    """``second`` since the epoch."""

    second: int
    name: str
    address: str
    resources: tuple[str, ...]


class Caller(msgspec.Struct):
    """Whose refusals are counted; after an event nothing is said of him until ``quiet_until``."""

    denials: list[Denial] = []
    quiet_until: int = 0


@dataclass(slots=True)
class Bursts:
    """Refusals by caller; an event when there were ``count`` within ``seconds``."""

    count: int
    seconds: int
    callers: dict[str, Caller] = field(default_factory=dict)

    def note(self, record: _Record) -> Event | None:
        """Count a refusal. Records may come a little out of order: workers write theirs at the same time."""
        second = _seconds(record.eventTime)
        who = record.userIdentity
        name = who.arn or who.accessKeyId or who.principalId or who.invokedBy or "unknown"
        caller = self._caller(f"{record.recipientAccountId} {name}", second)
        if caller.quiet_until - self.seconds <= second < caller.quiet_until:
            return None
        said = Denial(second, record.eventName, record.sourceIPAddress, tuple(one.ARN for one in record.resources))
        caller.denials = [one for one in caller.denials if abs(one.second - second) <= self.seconds]
        caller.denials.append(said)
        if len(caller.denials) < self.count:
            return None
        denials, caller.denials, caller.quiet_until = caller.denials, [], second + self.seconds
        return Event(
            id=_id(record.eventID, DENIED),
            type=DENIED,
            source=OURS,
            account=record.recipientAccountId,
            time=record.eventTime,
            region=record.awsRegion,
            resources=_some(arn for one in denials for arn in one.resources),
            detail={
                "principal": name,
                "count": len(denials),
                "window-seconds": self.seconds,
                "first-time": _text(min(one.second for one in denials)),
                "last-time": _text(max(one.second for one in denials)),
                "event-names": _some(one.name for one in denials),
                "source-addresses": _some(one.address for one in denials),
                "last-event-id": record.eventID,
            },
        )

    def _caller(self, name: str, second: int) -> Caller:
        caller = self.callers.get(name)
        if caller is None:
            if len(self.callers) >= _MAX_CALLERS:
                recent = {one: of for one, of in self.callers.items() if _is_recent(of, second - self.seconds)}
                self.callers = recent if len(recent) < _MAX_CALLERS else {}
            caller = self.callers[name] = Caller()
        return caller


def may_be_told(record: bytes) -> bool:
    """Say, without reading it, whether there may be an event in a record: of most there is none."""
    return b'"readOnly":false' in record or b'"errorCode":"AccessDenied' in record


def events_of(record: bytes, bursts: Bursts | None) -> Iterator[Event]:
    """Yield the events of one record; what is no record has none."""
    try:
        said = _RECORD.decode(record)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return
    own = _KEY_EVENTS.get(said.eventName) if said.eventType == "AwsServiceEvent" else None
    if own is not None:
        yield _event(said, own, [one.ARN for one in said.resources], _key_detail(said))
    if not said.readOnly:
        kind = SERVICE_EVENT if said.eventType == "AwsServiceEvent" else API_CALL
        yield _event(said, kind, [], msgspec.Raw(record))
    if bursts is not None and said.errorCode in _DENIED_CODES and (burst := bursts.note(said)) is not None:
        yield burst


def expiring(key: Key, now_ms: int) -> Event:
    """Return the event that imported material of ``key`` will expire. The same moment of the same key has one id."""
    assert key.expires_ms is not None  # noqa: S101 - who asks has looked
    return Event(
        id=_id(f"{key.arn} {key.expires_ms}", EXPIRING),
        type=EXPIRING,
        source=OURS,
        account=key.account,
        time=_text(now_ms // 1000),
        region=key.region,
        resources=[key.arn],
        detail={
            "key-id": key.key_id,
            "valid-to": _text(key.expires_ms // 1000),
            "seconds-until-expiration": (key.expires_ms - now_ms) // 1000,
        },
    )


def _event(said: _Record, kind: str, resources: Sequence[str], detail: Any) -> Event:
    return Event(
        id=_id(said.eventID, kind),
        type=kind,
        source="aws." + said.eventSource.removesuffix(".amazonaws.com"),
        account=said.recipientAccountId,
        time=said.eventTime,
        region=said.awsRegion,
        resources=resources,
        detail=detail,
    )


def _key_detail(said: _Record) -> Mapping[str, Any]:
    """Return the details of a key's event: those of its record, named as EventBridge names them."""
    key_id = said.resources[0].ARN.rpartition("/")[2] if said.resources else ""
    details = {_dashed(name): value for name, value in (said.serviceEventDetails or {}).items()}
    return {"key-id": key_id, **details}


def _dashed(name: str) -> str:
    return "".join(f"-{letter.lower()}" if letter.isupper() else letter for letter in name)


def _some(values: Iterator[str]) -> list[str]:
    return list(dict.fromkeys(value for value in values if value))[:_MAX_NAMED]


def _is_recent(caller: Caller, since: int) -> bool:
    return caller.quiet_until > since or any(one.second > since for one in caller.denials)


def _id(of: str, kind: str) -> str:
    return str(uuid.uuid5(_IDS, f"{kind} {of}"))


def _seconds(text: str) -> int:
    try:
        return int(datetime.fromisoformat(text).timestamp())
    except ValueError:
        return 0


def _text(second: int) -> str:
    return f"{datetime.fromtimestamp(second, UTC):%Y-%m-%dT%H:%M:%SZ}"
