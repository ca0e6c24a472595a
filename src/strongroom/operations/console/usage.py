"""GetUsage and GetKeyReport: how often keys were used, by whom and for what; what hangs on a key.

Counts by day come from the sums that the index keeps. By a value of the encryption context nobody sums: those records are read.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import Any

import msgspec

from strongroom.errors import InvalidParameterCombinationError, InvalidTimeRangeError
from strongroom.model.arn import PARTITION
from strongroom.model.events import EventQuery
from strongroom.model.grant import Grant
from strongroom.model.key import Key
from strongroom.model.tally import Count, KeyUse, TallyUnavailableError
from strongroom.operations.console.common import about_key, lag_shape, reads
from strongroom.operations.console.errors import UnavailableError
from strongroom.operations.console.events import whole_seconds
from strongroom.operations.console.keys import alias_names, last_use, metadata_shape
from strongroom.operations.kms.usage import tracked_since_ms
from strongroom.operations.operation import Call, Outcome
from strongroom.wire.shapes import strongroom as shapes

MAX_SERIES = 50
MAX_RECORDS = 20_000  # that are read for one answer by context value
_DAY = 86_400
_EPOCH = date(1970, 1, 1).toordinal()
_MAX_DAYS = 1000
_MAX_GRANTS, _MAX_CALLERS, _MAX_DAYS_SHOWN = 100, 100, 90
_MAKING = frozenset(
    {
        "Encrypt",
        "ReEncrypt",
        "GenerateDataKey",
        "GenerateDataKeyWithoutPlaintext",
        "GenerateDataKeyPair",
        "GenerateDataKeyPairWithoutPlaintext",
    }
)
_OPENING = frozenset({"Decrypt", "ReEncrypt"})
_CONTEXTS = ("encryptionContext", "sourceEncryptionContext", "destinationEncryptionContext")


class _Record(msgspec.Struct):
    eventTime: datetime  # noqa: N815 - CloudTrail's names
    requestParameters: Any = None  # noqa: N815 - as above
    errorCode: str | None = None  # noqa: N815 - as above


_RECORD = msgspec.json.Decoder(_Record)

_Point = tuple[str, int, Count]
"""Name, day, what was counted."""


def _get_usage(call: Call, request: shapes.GetUsageRequest) -> Outcome:
    since, until = whole_seconds(request.start_time, request.end_time)
    assert since is not None  # noqa: S101 - the model requires both
    assert until is not None  # noqa: S101 - as above
    days = range(since // _DAY, -(-until // _DAY))
    if len(days) > _MAX_DAYS:
        raise InvalidTimeRangeError(f"That would be more than {_MAX_DAYS} days.")
    by_context = request.group_by == "CONTEXT_VALUE"
    if by_context is not (request.context_name is not None):
        raise InvalidParameterCombinationError("ContextName goes with GroupBy CONTEXT_VALUE, and only with it.")
    key = call.key if call.keys else None
    complete = True
    try:
        if request.context_name is not None:
            read = _Reading(call, key, days, request.context_name)
            points: Iterable[_Point] = list(read.points())
            complete = read.complete
        else:
            points = _points(_uses(call, key, days), request.group_by)
        lag = call.inquiries.tallies.lag()
    except (OSError, TallyUnavailableError) as error:
        raise _unavailable(error) from None
    return Outcome(
        shapes.GetUsageResponse(
            series=_series(points), period_seconds=_DAY, complete=complete, index_lag=lag_shape(lag)
        )
    )


def _uses(call: Call, key: Key | None, days: range | None) -> Sequence[KeyUse]:
    arns = key.arn if key is not None else f"arn:{PARTITION}:kms:{call.region}:{call.account}:key/*"
    return call.inquiries.tallies.uses(arns, days)


def _unavailable(error: Exception) -> UnavailableError:
    why = f" ({error})" if isinstance(error, TallyUnavailableError) else ""
    return UnavailableError(f"Uses cannot be counted now{why}.")


_NAME: dict[str, Callable[[KeyUse], str]] = {
    "OPERATION": lambda use: use.operation,
    "PRINCIPAL": lambda use: use.principal,
    "KEY": lambda use: use.key,
}


def _points(uses: Iterable[KeyUse], group: str) -> Iterator[_Point]:
    name = _NAME[group]
    for use in uses:
        yield name(use), use.day, Count(use.calls, use.refused, use.last)


class _Reading:
    """Counts by the values of one name of the encryption context: as many records as may be read, the newest first."""

    def __init__(self, call: Call, key: Key | None, days: range, name: str) -> None:
        self._call = call
        self._name = name
        self._query = EventQuery(
            since=days.start * _DAY,
            until=days.stop * _DAY,
            services=("kms",),
            regions=(call.region,),
            accounts=(call.account,),
            keys=(key.arn,) if key is not None else (),
            contexts=((name, None),),
        )
        self.complete = True

    def points(self) -> Iterator[_Point]:
        scan = self._call.events.search(self._query)
        for number, raw in enumerate(scan):
            if number == MAX_RECORDS:
                self.complete = False
                return
            try:
                record = _RECORD.decode(raw)
            except (msgspec.DecodeError, UnicodeDecodeError):
                continue
            second = int(record.eventTime.timestamp())
            refused = record.errorCode is not None
            for value in sorted(self._values(record.requestParameters)):
                yield value, second // _DAY, Count(int(not refused), int(refused), 0 if refused else second)
        self.complete = scan.cursor is None

    def _values(self, parameters: Any) -> set[str]:
        if not isinstance(parameters, dict):
            return set()
        contexts = [parameters.get(member) for member in _CONTEXTS]
        return {
            context[self._name]
            for context in contexts
            if isinstance(context, dict) and isinstance(context.get(self._name), str)
        }


def _series(points: Iterable[_Point]) -> list[shapes.UsageSeries]:
    by_name: dict[str, dict[int, Count]] = defaultdict(lambda: defaultdict(Count))
    for name, day, count in points:
        by_name[name][day].add(count.calls, count.refused, count.last)
    ordered = sorted(by_name.items(), key=lambda item: (-sum(one.calls for one in item[1].values()), item[0]))
    shown = [_one_series(name, days) for name, days in ordered[:MAX_SERIES]]
    if len(ordered) > MAX_SERIES:
        others: dict[int, Count] = defaultdict(Count)
        for _, days in ordered[MAX_SERIES:]:
            for day, count in days.items():
                others[day].add(count.calls, count.refused, count.last)
        shown.append(_one_series(None, others))
    return shown


def _one_series(name: str | None, days: dict[int, Count]) -> shapes.UsageSeries:
    return shapes.UsageSeries(
        name=name,
        total=sum(count.calls for count in days.values()),
        errors=sum(count.refused for count in days.values()),
        last_used=_last(count.last for count in days.values()),
        points=[
            shapes.UsagePoint(start=float(day * _DAY), count=count.calls, errors=count.refused)
            for day, count in sorted(days.items())
        ],
    )


def _last(seconds: Iterable[int]) -> float | None:
    last = max(seconds, default=0)
    return float(last) if last else None


# --- the report before a deletion ---------------------------------------------------------------------------------------


def _get_key_report(call: Call, _request: shapes.GetKeyReportRequest) -> Outcome:
    key, view = call.key, call.view
    try:
        uses, lag = _uses(call, key, None), call.inquiries.tallies.lag()
    except (OSError, TallyUnavailableError) as error:
        raise _unavailable(error) from None
    where = {"account": key.account, "region": key.region, "key_id": key.key_id}
    grants = view.page(Grant, where, limit=_MAX_GRANTS)
    by_day = sorted(_summed(uses, lambda use: use.day).items(), reverse=True)[:_MAX_DAYS_SHOWN]
    return Outcome(
        shapes.GetKeyReportResponse(
            key_metadata=metadata_shape(view, key),
            last_used=last_use(view, key),
            tracked_since=tracked_since_ms(view, key) / 1000,
            aliases=alias_names(view, key),
            grants=[_grant_shape(grant) for grant in grants],
            grants_total=view.count(Grant, where),
            replicas=_other_regions(call, key),
            answered=sum(use.calls for use in uses),
            refused=sum(use.refused for use in uses),
            counted_since=float(min(use.day for use in uses) * _DAY) if uses else None,
            by_operation=_use_counts(_summed(uses, lambda use: use.operation)),
            by_principal=_use_counts(_summed(uses, lambda use: use.principal))[:_MAX_CALLERS],
            by_day=[_use_count(_date(day), count) for day, count in by_day],
            ciphertexts_made=sum(use.calls for use in uses if use.operation in _MAKING),
            ciphertexts_opened=sum(use.calls for use in uses if use.operation in _OPENING),
            index_lag=lag_shape(lag),
        )
    )


def _date(day: int) -> str:
    """Return a day since the epoch as ``2026-01-31``."""
    return date.fromordinal(_EPOCH + day).isoformat()


def _grant_shape(grant: Grant) -> shapes.ReportedGrant:
    return shapes.ReportedGrant(
        grant_id=grant.grant_id,
        name=grant.name or None,
        grantee_principal=grant.grantee,
        operations=list(grant.operations),
    )


def _other_regions(call: Call, key: Key) -> list[str]:
    if not key.multi_region:
        return []
    primary = key if key.is_primary else call.view.get(Key, key.account, key.primary_region, key.key_id)
    regions = {key.primary_region, *(primary.replica_regions if primary is not None else ())}
    return sorted(regions - {key.region})


def _summed(uses: Iterable[KeyUse], name: Callable[[KeyUse], Any]) -> dict[Any, Count]:
    sums: dict[Any, Count] = defaultdict(Count)
    for use in uses:
        sums[name(use)].add(use.calls, use.refused, use.last)
    return sums


def _use_counts(sums: dict[str, Count]) -> list[shapes.UseCount]:
    ordered = sorted(sums.items(), key=lambda item: (-item[1].calls, item[0]))
    return [_use_count(name, count) for name, count in ordered]


def _use_count(name: str, count: Count) -> shapes.UseCount:
    return shapes.UseCount(
        name=name, calls=count.calls, refused=count.refused, last_used=float(count.last) if count.last else None
    )


OPERATIONS = (
    reads("GetUsage", _get_usage, about_key("GetUsage")),
    reads("GetKeyReport", _get_key_report, about_key("GetKeyReport")),
)
