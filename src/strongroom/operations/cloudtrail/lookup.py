"""LookupEvents: the management events of the last 90 days, newest first. Source: AWS CloudTrail API Reference, LookupEvents.

Where the records come from is the ``events`` of the call. A query finds all that is asked and perhaps a little more, because
AWS's attributes are narrower than its terms; so each record is compared here again.
"""

import base64
import binascii
import math
from collections.abc import Callable, Mapping
from datetime import datetime
from hashlib import sha256
from typing import Any

import msgspec

from strongroom.errors import (
    CloudTrailUnsupportedOperationError,
    InvalidLookupAttributesError,
    InvalidMaxResultsError,
    InvalidNextTokenError,
    InvalidTimeRangeError,
)
from strongroom.model.events import EventQuery
from strongroom.model.permission import ANY_RESOURCE, Permission
from strongroom.model.principal import Principal
from strongroom.operations.dates import cloudtrail_date
from strongroom.operations.operation import Call, Operation, Outcome
from strongroom.wire.shapes import cloudtrail

MAX_RESULTS = 50  # API Reference, LookupEvents, MaxResults; also the default
_OLDEST_SECONDS = 90 * 86_400  # User Guide, "Working with CloudTrail event history"


class _Resource(msgspec.Struct):
    ARN: str
    type: str = ""


class _Identity(msgspec.Struct):
    type: str = ""
    accessKeyId: str = ""  # noqa: N815
    userName: str = ""  # noqa: N815
    principalId: str = ""  # noqa: N815


class _Record(msgspec.Struct):
    eventID: str  # noqa: N815
    eventName: str  # noqa: N815
    eventTime: datetime  # noqa: N815
    eventSource: str  # noqa: N815
    awsRegion: str  # noqa: N815
    recipientAccountId: str  # noqa: N815
    readOnly: bool  # noqa: N815
    userIdentity: _Identity  # noqa: N815
    resources: list[_Resource] = []

    @property
    def username(self) -> str:
        """The user's name, or that of a role's session."""
        who = self.userIdentity
        if who.type == "Root":
            return "root"
        return who.userName or who.principalId.partition(":")[2]


_RECORD = msgspec.json.Decoder(_Record)

_VALUES: Mapping[str, Callable[[_Record], tuple[str, ...]]] = {
    "EventId": lambda record: (record.eventID,),
    "EventName": lambda record: (record.eventName,),
    "ReadOnly": lambda record: ("true" if record.readOnly else "false",),
    "Username": lambda record: (record.username,),
    "ResourceType": lambda record: tuple(resource.type for resource in record.resources),
    "ResourceName": lambda record: tuple(resource.ARN for resource in record.resources),
    "EventSource": lambda record: (record.eventSource,),
    "AccessKeyId": lambda record: (record.userIdentity.accessKeyId,),
}

_TERMS: Mapping[str, Callable[[str], Mapping[str, Any]]] = {
    "EventId": lambda value: {"event_ids": (value,)},
    "EventName": lambda value: {"operations": (value,)},
    "ReadOnly": lambda value: {"read_only": value == "true"},
    "Username": lambda value: {"principals": ("Root" if value == "root" else value,)},
    "ResourceType": lambda value: {"resource_types": (value,)},
    "ResourceName": lambda value: {"keys": (value,)},
    "EventSource": lambda value: {"services": (value,)},
    "AccessKeyId": lambda value: {"principals": (value,)},
}


class _Token(msgspec.Struct):
    """Where to go on, and which request may."""

    cursor: str
    of: str


def _lookup_events(call: Call, request: cloudtrail.LookupEventsRequest) -> Outcome:
    limit = _checked_limit(request)
    of = _fingerprint(call, request)
    earliest = max(request.start_time or 0.0, call.now_ms / 1000 - _OLDEST_SECONDS)
    try:
        scan = call.events.search(_query(call, request, earliest), _cursor(request.next_token, of))
    except ValueError:
        raise InvalidNextTokenError("Invalid token.") from None
    found: list[cloudtrail.Event] = []
    for raw in scan:
        try:
            record = _RECORD.decode(raw)
        except (msgspec.DecodeError, UnicodeDecodeError):
            continue
        at = record.eventTime.timestamp()
        if earliest <= at and _is_asked(call, request, record, at):
            found.append(_event(record, raw, at))
            if len(found) == limit:
                break
    cursor = scan.cursor  # there is one, too, where it would have taken too long to go on
    token = base64.b64encode(msgspec.json.encode(_Token(cursor, of))).decode() if cursor is not None else None
    return Outcome(cloudtrail.LookupEventsResponse(events=found, next_token=token))


def _checked_limit(request: cloudtrail.LookupEventsRequest) -> int:
    """Return how many events are asked for. Errors: those of what cannot be asked."""
    limit = MAX_RESULTS if request.max_results is None else request.max_results
    if not 1 <= limit <= MAX_RESULTS:
        raise InvalidMaxResultsError(f"Max results must be between 1 and {MAX_RESULTS}.")
    if request.event_category is not None:
        raise CloudTrailUnsupportedOperationError("This version of strongroom has no Insights events.")
    if len(request.lookup_attributes or ()) > 1:
        raise InvalidLookupAttributesError("You can specify only one attribute in the lookup request.")
    begin, end = request.start_time, request.end_time
    if begin is not None and end is not None and end < begin:
        raise InvalidTimeRangeError("The end of the time range is before its start.")
    return limit


def _query(call: Call, request: cloudtrail.LookupEventsRequest, earliest: float) -> EventQuery:
    terms: dict[str, Any] = {}
    for one in request.lookup_attributes or ():
        terms |= _TERMS[one.attribute_key](one.attribute_value)
    return EventQuery(
        since=math.floor(earliest),
        until=None if request.end_time is None else math.floor(request.end_time) + 1,
        regions=(call.region,),
        accounts=(call.account,),
        **terms,
    )


def _is_asked(call: Call, request: cloudtrail.LookupEventsRequest, record: _Record, at: float) -> bool:
    """Say whether a record is of this account and Region, in time, and has the attribute."""
    if (record.recipientAccountId, record.awsRegion) != (call.account, call.region):
        return False
    if request.end_time is not None and at > request.end_time:
        return False
    asked = request.lookup_attributes or ()
    return all(one.attribute_value in _VALUES[one.attribute_key](record) for one in asked)


def _event(record: _Record, raw: bytes, at: float) -> cloudtrail.Event:
    return cloudtrail.Event(
        event_id=record.eventID,
        event_name=record.eventName,
        read_only="true" if record.readOnly else "false",
        access_key_id=record.userIdentity.accessKeyId or None,
        event_time=at,
        event_source=record.eventSource,
        username=record.username or None,
        resources=[
            cloudtrail.Resource(resource_type=resource.type, resource_name=resource.ARN)
            for resource in record.resources
        ],
        cloud_trail_event=raw.decode(),
    )


def _fingerprint(call: Call, request: cloudtrail.LookupEventsRequest) -> str:
    """Return what must be the same when a listing goes on. INVARIANT: a token is of one account and Region."""
    asked = [(one.attribute_key, one.attribute_value) for one in request.lookup_attributes or ()]
    parts = [call.account, call.region, asked, request.start_time, request.end_time]
    return sha256(msgspec.json.encode(parts)).hexdigest()[:32]


def _cursor(token: str | None, of: str) -> str | None:
    if token is None:
        return None
    try:
        found = msgspec.json.decode(base64.b64decode(token, validate=True), type=_Token)
    except (binascii.Error, ValueError, msgspec.DecodeError):
        raise InvalidNextTokenError("Invalid token.") from None
    if found.of != of:
        raise InvalidNextTokenError("The token belongs to a request with other parameters.")
    return found.cursor


def _may_look_up(_request: cloudtrail.LookupEventsRequest, _caller: Principal) -> tuple[Permission, ...]:
    return (Permission("cloudtrail:LookupEvents", ANY_RESOURCE),)


def _logged(request: cloudtrail.LookupEventsRequest) -> dict[str, Any]:
    shown: dict[str, Any] = {}
    if request.lookup_attributes:
        shown["lookupAttributes"] = [
            {"attributeKey": one.attribute_key, "attributeValue": one.attribute_value}
            for one in request.lookup_attributes
        ]
    for name, value in (("startTime", request.start_time), ("endTime", request.end_time)):
        if value is not None:
            shown[name] = cloudtrail_date(int(value) * 1000)
    if request.max_results is not None:
        shown["maxResults"] = request.max_results
    return shown


OPERATIONS = (Operation(cloudtrail.OPERATIONS["LookupEvents"], _lookup_events, _may_look_up, logged=_logged),)
