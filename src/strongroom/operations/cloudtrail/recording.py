"""Starting and stopping a trail, what it selects, how its delivery stands, and the keys that prove its digests.

Source: AWS CloudTrail API Reference, StartLogging, StopLogging, GetTrailStatus, PutEventSelectors, GetEventSelectors,
ListPublicKeys.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from strongroom.errors import CloudTrailUnsupportedOperationError, InvalidEventSelectorsError, InvalidTimeRangeError
from strongroom.model.change import Change, Insert, Update
from strongroom.model.permission import ANY_RESOURCE, Permission
from strongroom.model.principal import Principal
from strongroom.model.trail import ALL, DigestChain, DigestKey, Trail, TrailDelivery
from strongroom.operations.cloudtrail.common import find_at_home, find_trail, on_trail
from strongroom.operations.dates import cloudtrail_date
from strongroom.operations.operation import Call, Operation, Outcome, members
from strongroom.wire.shapes import cloudtrail

_EXCLUDABLE = ("kms.amazonaws.com", "rdsdata.amazonaws.com")  # API Reference, EventSelector
_MANY = 1000


def _start_logging(call: Call, request: cloudtrail.StartLoggingRequest) -> Outcome:
    trail = find_at_home(call, request.name)
    if trail.logging:
        return Outcome(cloudtrail.StartLoggingResponse())
    started = replace(trail, logging=True, started_ms=call.now_ms)
    changes = (Update(started), _due_now(call, trail), *_begun(call, trail))
    return Outcome(cloudtrail.StartLoggingResponse(), changes)


def _begun(call: Call, trail: Trail) -> Iterator[Change]:
    """Yield what makes the digests of the home Region begin now. Those of others begin with the first log file there."""
    if not trail.validation:
        return
    now_ms = call.now_ms // 1000 * 1000  # digests know whole seconds
    chain = call.view.get(DigestChain, trail.arn, trail.region)
    if chain is None:
        yield Insert(DigestChain(trail.arn, trail.region, now_ms))
    elif chain.start_ms is None:
        yield Update(replace(chain, start_ms=now_ms))


def _stop_logging(call: Call, request: cloudtrail.StopLoggingRequest) -> Outcome:
    trail = find_at_home(call, request.name)
    if not trail.logging:
        return Outcome(cloudtrail.StopLoggingResponse())
    stopped = replace(trail, logging=False, stopped_ms=call.now_ms)
    return Outcome(cloudtrail.StopLoggingResponse(), (Update(stopped), _due_now(call, trail)))


def _due_now(call: Call, trail: Trail) -> Change:
    delivery = call.view.get(TrailDelivery, trail.arn)
    if delivery is None:
        return Insert(TrailDelivery(trail.arn, call.now_ms))
    return Update(replace(delivery, due_ms=call.now_ms))


def _get_trail_status(call: Call, request: cloudtrail.GetTrailStatusRequest) -> Outcome:
    trail = find_trail(call, request.name)
    delivery = call.view.get(TrailDelivery, trail.arn) or TrailDelivery(trail.arn)
    return Outcome(
        cloudtrail.GetTrailStatusResponse(
            is_logging=trail.logging,
            start_logging_time=_seconds(trail.started_ms),
            stop_logging_time=_seconds(trail.stopped_ms),
            time_logging_started=_text(trail.started_ms),
            time_logging_stopped=_text(trail.stopped_ms),
            latest_delivery_time=_seconds(delivery.delivered_ms),
            latest_delivery_error=delivery.error or None,
            latest_delivery_attempt_time=_text(delivery.attempted_ms),
            latest_delivery_attempt_succeeded="" if delivery.error else _text(delivery.attempted_ms),
            latest_digest_delivery_time=_seconds(delivery.digested_ms),
            latest_digest_delivery_error=delivery.digest_error or None,
            latest_notification_attempt_time="",
            latest_notification_attempt_succeeded="",
        )
    )


def _seconds(milliseconds: int | None) -> float | None:
    return None if milliseconds is None else milliseconds / 1000


def _text(milliseconds: int | None) -> str:
    if milliseconds is None:
        return ""
    return f"{datetime.fromtimestamp(milliseconds // 1000, UTC):%Y-%m-%dT%H:%M:%SZ}"


# --- selectors -------------------------------------------------------------------------------------------------------


def _put_event_selectors(call: Call, request: cloudtrail.PutEventSelectorsRequest) -> Outcome:
    trail = find_at_home(call, request.trail_name)
    if request.advanced_event_selectors:
        raise CloudTrailUnsupportedOperationError("This version of strongroom has no advanced event selectors.")
    given = request.event_selectors or []
    if len(given) != 1:
        raise InvalidEventSelectorsError("A trail of this version of strongroom has exactly one event selector.")
    selector = given[0]
    if selector.data_resources:
        raise InvalidEventSelectorsError("This version of strongroom has no data events; leave DataResources empty.")
    excluded = tuple(selector.exclude_management_event_sources or ())
    if unknown := sorted(set(excluded) - set(_EXCLUDABLE)):
        raise InvalidEventSelectorsError(f"These event sources cannot be excluded: {', '.join(unknown)[:200]}.")
    management = selector.include_management_events is not False
    if excluded and not management:
        raise InvalidEventSelectorsError("Event sources can be excluded only where management events are included.")
    put = replace(
        trail,
        selected=(selector.read_write_type or ALL, management, excluded) != (ALL, True, ()),
        read_write=selector.read_write_type or ALL,
        management=management,
        excluded_sources=excluded,
    )
    answer = cloudtrail.PutEventSelectorsResponse(trail_arn=put.arn, event_selectors=[_selector(put)])
    elements = {"trailARN": put.arn, "eventSelectors": [_selector_recorded(_selector(put))]}
    return Outcome(answer, (Update(put),), elements)


def _get_event_selectors(call: Call, request: cloudtrail.GetEventSelectorsRequest) -> Outcome:
    trail = find_trail(call, request.trail_name)
    return Outcome(cloudtrail.GetEventSelectorsResponse(trail_arn=trail.arn, event_selectors=[_selector(trail)]))


def _selector(trail: Trail) -> cloudtrail.EventSelector:
    return cloudtrail.EventSelector(
        read_write_type=trail.read_write,  # type: ignore[arg-type]  # one of the enumeration's: it came in as one
        include_management_events=trail.management,
        data_resources=[],
        exclude_management_event_sources=list(trail.excluded_sources),
    )


def _selector_recorded(selector: cloudtrail.EventSelector) -> dict[str, Any]:
    return {
        "readWriteType": selector.read_write_type,
        "includeManagementEvents": selector.include_management_events,
        "dataResources": [],
        "excludeManagementEventSources": selector.exclude_management_event_sources,
    }


def _put_logged(request: cloudtrail.PutEventSelectorsRequest) -> dict[str, Any]:
    return {
        "trailName": request.trail_name,
        "eventSelectors": [_selector_recorded(selector) for selector in request.event_selectors or ()],
    }


# --- keys ------------------------------------------------------------------------------------------------------------


def _list_public_keys(call: Call, request: cloudtrail.ListPublicKeysRequest) -> Outcome:
    start = call.now_ms if request.start_time is None else int(request.start_time * 1000)
    end = max(start, call.now_ms) if request.end_time is None else int(request.end_time * 1000)
    if end < start:
        raise InvalidTimeRangeError("The end of the time range is before its start.")
    return Outcome(cloudtrail.ListPublicKeysResponse(public_key_list=list(_keys_between(call, start, end))))


def _keys_between(call: Call, start: int, end: int) -> Iterator[cloudtrail.PublicKey]:
    for key in call.view.page(DigestKey, {"account": call.account, "region": call.region}, limit=_MANY):
        if key.valid_from_ms <= end and start <= key.valid_until_ms:
            yield cloudtrail.PublicKey(
                value=key.public_key,
                validity_start_time=key.valid_from_ms / 1000,
                validity_end_time=key.valid_until_ms / 1000,
                fingerprint=key.fingerprint,
            )


def _may_list_keys(_request: cloudtrail.ListPublicKeysRequest, _caller: Principal) -> tuple[Permission, ...]:
    return (Permission("cloudtrail:ListPublicKeys", ANY_RESOURCE),)


def _keys_logged(request: cloudtrail.ListPublicKeysRequest) -> dict[str, Any]:
    times = {"startTime": request.start_time, "endTime": request.end_time}
    return {name: cloudtrail_date(int(value) * 1000) for name, value in times.items() if value is not None}


_S = cloudtrail.OPERATIONS

OPERATIONS = (
    Operation(
        _S["StartLogging"],
        _start_logging,
        on_trail("cloudtrail:StartLogging"),
        logged=members(name="name"),
        read_only=False,
    ),
    Operation(
        _S["StopLogging"],
        _stop_logging,
        on_trail("cloudtrail:StopLogging"),
        logged=members(name="name"),
        read_only=False,
    ),
    Operation(
        _S["GetTrailStatus"], _get_trail_status, on_trail("cloudtrail:GetTrailStatus"), logged=members(name="name")
    ),
    Operation(
        _S["PutEventSelectors"],
        _put_event_selectors,
        on_trail("cloudtrail:PutEventSelectors", "trail_name"),
        logged=_put_logged,
        read_only=False,
    ),
    Operation(
        _S["GetEventSelectors"],
        _get_event_selectors,
        on_trail("cloudtrail:GetEventSelectors", "trail_name"),
        logged=members(trail_name="trailName"),
    ),
    Operation(_S["ListPublicKeys"], _list_public_keys, _may_list_keys, logged=_keys_logged),
)
