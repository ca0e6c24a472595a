"""SearchEvents and CountEvents: the audit records of the caller's account, by all that they can be found by.

Those are the records whose ``recipientAccountId`` it is: of what its principals did, and of what others did with its keys.
"""

import math
from datetime import datetime
from typing import Any

import msgspec

from strongroom.errors import InvalidNextTokenError, InvalidTimeRangeError
from strongroom.model.events import EventQuery
from strongroom.operations.console.common import NEVER_LATER, lag_shape, on_anything, place_in, reads, token_of
from strongroom.operations.console.errors import UnavailableError
from strongroom.operations.operation import Call, Outcome
from strongroom.wire.shapes import strongroom as shapes

MAX_BUCKETS = 1000
_DEFAULT_LIMIT = 50
_UNREADABLE = "The audit journal cannot be read now."


class _Record(msgspec.Struct):
    eventTime: datetime  # noqa: N815 - CloudTrail's name
    eventID: str = ""  # noqa: N815 - as above


_RECORD = msgspec.json.Decoder(_Record)


def query_of(call: Call, request: Any) -> EventQuery:
    """Return the query of a request's filters. Errors: InvalidTimeRangeError."""
    since, until = whole_seconds(request.start_time, request.end_time)
    return EventQuery(
        since=since,
        until=until,
        operations=tuple(request.event_names or ()),
        services=tuple(request.event_sources or ()),
        principals=tuple(request.principals or ()),
        keys=tuple(request.keys or ()),
        sources=_one(request.source_address),
        errors=tuple(request.error_codes or ()),
        request_ids=_one(request.request_id),
        event_ids=_one(request.event_id),
        accounts=(call.account,),
        contexts=tuple((each.name, each.value) for each in request.context or ()),
        read_only=request.read_only,
    )


def whole_seconds(start: float | None, end: float | None) -> tuple[int | None, int | None]:
    """Return the bounds of a query: records tell whole seconds. Errors: InvalidTimeRangeError."""
    if start is not None and end is not None and end <= start:
        raise InvalidTimeRangeError("EndTime must be after StartTime.")
    return (
        None if start is None else math.floor(start),
        None if end is None else min(math.ceil(end), NEVER_LATER),
    )


def _one(value: str | None) -> tuple[str, ...]:
    return () if value is None else (value,)


def _search_events(call: Call, request: shapes.SearchEventsRequest) -> Outcome:
    query, cursor = query_of(call, request), place_in(call, request)
    newest_first = request.descending is not False
    limit = request.limit or _DEFAULT_LIMIT
    found: list[shapes.FoundEvent] = []
    try:
        scan = call.events.search(query, cursor, oldest_first=not newest_first)
        for raw in scan:
            try:
                record = _RECORD.decode(raw)
            except (msgspec.DecodeError, UnicodeDecodeError):
                continue
            text = raw.decode("utf-8", "replace")
            at = record.eventTime.timestamp()
            found.append(shapes.FoundEvent(event_id=record.eventID, event_time=at, cloud_trail_event=text))
            if len(found) == limit:
                break
        # There is a cursor, too, where it would have taken too long to go on.
        token = token_of(call, request, scan.cursor)
        lag = call.inquiries.tallies.lag()
    except ValueError:
        raise InvalidNextTokenError("Invalid token.") from None
    except OSError:
        raise UnavailableError(_UNREADABLE) from None
    return Outcome(shapes.SearchEventsResponse(events=found, next_token=token, index_lag=lag_shape(lag)))


def _count_events(call: Call, request: shapes.CountEventsRequest) -> Outcome:
    query, width = query_of(call, request), request.bucket_seconds
    assert query.since is not None  # noqa: S101 - the model requires both
    assert query.until is not None  # noqa: S101 - as above
    if query.until - query.since > MAX_BUCKETS * width:
        raise InvalidTimeRangeError(f"That would be more than {MAX_BUCKETS} buckets: choose a larger BucketSeconds.")
    try:
        counted, lag = call.inquiries.tallies.histogram(query, width), call.inquiries.tallies.lag()
    except OSError:
        raise UnavailableError(_UNREADABLE) from None
    buckets = [
        shapes.Bucket(start=float(query.since + number * width), count=count, errors=errors)
        for number, (count, errors) in sorted(counted.buckets.items())
    ]
    return Outcome(
        shapes.CountEventsResponse(
            buckets=buckets,
            total=sum(count for count, _ in counted.buckets.values()),
            complete=counted.since is None,
            counted_since=float(query.since if counted.since is None else counted.since),
            index_lag=lag_shape(lag),
        )
    )


OPERATIONS = (
    reads("SearchEvents", _search_events, on_anything("SearchEvents")),
    reads("CountEvents", _count_events, on_anything("CountEvents")),
)
