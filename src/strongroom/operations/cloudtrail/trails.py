"""Trails: made, changed, looked at, ended. Source: AWS CloudTrail API Reference, the actions named here; recorded texts.

The bucket is not asked whether it exists: nothing here does I/O. What delivery meets, GetTrailStatus tells.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from strongroom.errors import (
    InvalidParameterCombinationError,
    InvalidS3BucketNameError,
    InvalidS3PrefixError,
    MaximumNumberOfTrailsExceededError,
    TrailAlreadyExistsError,
)
from strongroom.model.change import Change, Delete, Insert, Update
from strongroom.model.permission import ANY_RESOURCE, Permission
from strongroom.model.principal import Principal
from strongroom.model.trail import DeliveredLog, DigestChain, Trail, TrailDelivery, trail_arn
from strongroom.operations.cloudtrail.common import (
    ALL_TRAILS,
    MAX_TRAILS,
    check_built,
    check_name,
    described,
    find_at_home,
    find_trail,
    on_trail,
    recorded,
)
from strongroom.operations.cloudtrail.tags import tags_after
from strongroom.operations.operation import Call, Operation, Outcome, members
from strongroom.wire.shapes import cloudtrail

_BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")  # S3 User Guide, "Bucket naming rules"
_PREFIX = re.compile(r"[A-Za-z0-9!_.*'()/ -]{1,200}")  # CreateTrail, S3KeyPrefix: 200 characters; S3's safe ones
_MANY = 10_000


def _check_bucket(bucket: str) -> None:
    if not _BUCKET.fullmatch(bucket) or ".." in bucket or re.fullmatch(r"[\d.]+", bucket):
        raise InvalidS3BucketNameError(f"S3 bucket name {bucket[:100]} is not valid.")


def _check_prefix(prefix: str) -> None:
    # INVARIANT: a prefix names something below the bucket, also where the bucket is a directory.
    if prefix and (not _PREFIX.fullmatch(prefix) or {"", ".", ".."} & set(prefix.split("/"))):
        raise InvalidS3PrefixError(f"S3 key prefix {prefix[:200]} is not valid.")


def _checked(trail: Trail) -> Trail:
    _check_bucket(trail.bucket)
    _check_prefix(trail.prefix)
    if trail.multi_region and not trail.include_global:
        raise InvalidParameterCombinationError("Multi-Region trail must include global service events.")
    return trail


def _create_trail(call: Call, request: cloudtrail.CreateTrailRequest) -> Outcome:
    check_name(request.name)
    check_built(request)
    arn = trail_arn(call.region, call.account, request.name)
    trail = _checked(
        Trail(
            arn=arn,
            account=call.account,
            region=call.region,
            name=request.name,
            bucket=request.s3_bucket_name,
            prefix=request.s3_key_prefix or "",
            created_ms=call.now_ms,
            include_global=request.include_global_service_events is not False,
            multi_region=bool(request.is_multi_region_trail),
            validation=bool(request.enable_log_file_validation),
            tags=tags_after((), request.tags_list or ()),
        )
    )
    present = [one for one in _all(call) if one.region == call.region]
    if any(one.arn == arn for one in present):
        raise TrailAlreadyExistsError(f"Trail {request.name} already exists for customer: {call.account}")
    if len(present) >= MAX_TRAILS:
        raise MaximumNumberOfTrailsExceededError(
            f"User: {call.account} already has {MAX_TRAILS} trails in {call.region}."
        )
    return Outcome(
        cloudtrail.CreateTrailResponse(**described(trail)),
        (Insert(trail), Insert(TrailDelivery(arn))),
        recorded(trail),
    )


def _update_trail(call: Call, request: cloudtrail.UpdateTrailRequest) -> Outcome:
    trail = find_at_home(call, request.name)
    check_built(request)
    wanted: dict[str, Any] = {
        "bucket": request.s3_bucket_name,
        "prefix": request.s3_key_prefix,
        "include_global": request.include_global_service_events,
        "multi_region": request.is_multi_region_trail,
        "validation": request.enable_log_file_validation,
    }
    updated = _checked(replace(trail, **{name: value for name, value in wanted.items() if value is not None}))
    return Outcome(cloudtrail.UpdateTrailResponse(**described(updated)), (Update(updated),), recorded(updated))


def _delete_trail(call: Call, request: cloudtrail.DeleteTrailRequest) -> Outcome:
    trail = find_at_home(call, request.name)
    return Outcome(cloudtrail.DeleteTrailResponse(), (Delete(trail), *_rows_of(call, trail)))


def _rows_of(call: Call, trail: Trail) -> Iterator[Change]:
    """Yield the end of what is known of the delivery of a trail. The keys stay: they prove what was delivered."""
    if (delivery := call.view.get(TrailDelivery, trail.arn)) is not None:
        yield Delete(delivery)
    for chain in call.view.page(DigestChain, {"arn": trail.arn}, limit=_MANY):
        yield Delete(chain)
        for log in call.view.page(DeliveredLog, {"arn": trail.arn, "region": chain.region}, limit=_MANY):
            yield Delete(log)


# --- looking ---------------------------------------------------------------------------------------------------------


def _all(call: Call) -> list[Trail]:
    return list(call.view.page(Trail, {"account": call.account}, limit=ALL_TRAILS))


def _shown(trail: Trail) -> cloudtrail.Trail:
    return cloudtrail.Trail(
        **described(trail),
        home_region=trail.region,
        has_custom_event_selectors=trail.selected,
        has_insight_selectors=False,
    )


def _get_trail(call: Call, request: cloudtrail.GetTrailRequest) -> Outcome:
    return Outcome(cloudtrail.GetTrailResponse(trail=_shown(find_trail(call, request.name))))


def _describe_trails(call: Call, request: cloudtrail.DescribeTrailsRequest) -> Outcome:
    shadows = request.include_shadow_trails is not False
    found = [one for one in _all(call) if one.region == call.region or (shadows and one.multi_region)]
    if request.trail_name_list:
        wanted = {trail_arn(call.region, call.account, name) for name in request.trail_name_list}
        found = [one for one in found if one.arn in wanted]
    return Outcome(cloudtrail.DescribeTrailsResponse(trail_list=[_shown(one) for one in found]))


def _list_trails(call: Call, _request: cloudtrail.ListTrailsRequest) -> Outcome:
    return Outcome(
        cloudtrail.ListTrailsResponse(
            trails=[
                cloudtrail.TrailInfo(trail_arn=one.arn, name=one.name, home_region=one.region) for one in _all(call)
            ]
        )
    )


def _anything(action: str) -> tuple[Permission, ...]:
    return (Permission(action, ANY_RESOURCE),)


def _may_describe(_request: cloudtrail.DescribeTrailsRequest, _caller: Principal) -> tuple[Permission, ...]:
    return _anything("cloudtrail:DescribeTrails")


def _may_list(_request: cloudtrail.ListTrailsRequest, _caller: Principal) -> tuple[Permission, ...]:
    return _anything("cloudtrail:ListTrails")


_SETTINGS: dict[str, str] = {
    "name": "name",
    "s3_bucket_name": "s3BucketName",
    "s3_key_prefix": "s3KeyPrefix",
    "include_global_service_events": "includeGlobalServiceEvents",
    "is_multi_region_trail": "isMultiRegionTrail",
    "enable_log_file_validation": "enableLogFileValidation",
    "is_organization_trail": "isOrganizationTrail",
    "kms_key_id": "kmsKeyId",
    "sns_topic_name": "snsTopicName",
}


def _created_logged(request: cloudtrail.CreateTrailRequest) -> dict[str, Any]:
    shown = members(**_SETTINGS)(request)
    if request.tags_list:
        shown["tagsList"] = [{"key": tag.key, "value": tag.value} for tag in request.tags_list]
    return shown


_S = cloudtrail.OPERATIONS

OPERATIONS = (
    Operation(
        _S["CreateTrail"],
        _create_trail,
        on_trail("cloudtrail:CreateTrail"),
        logged=_created_logged,
        read_only=False,
    ),
    Operation(
        _S["UpdateTrail"],
        _update_trail,
        on_trail("cloudtrail:UpdateTrail"),
        logged=members(**_SETTINGS),
        read_only=False,
    ),
    Operation(
        _S["DeleteTrail"],
        _delete_trail,
        on_trail("cloudtrail:DeleteTrail"),
        logged=members(name="name"),
        read_only=False,
    ),
    Operation(_S["GetTrail"], _get_trail, on_trail("cloudtrail:GetTrail"), logged=members(name="name")),
    Operation(
        _S["DescribeTrails"],
        _describe_trails,
        _may_describe,
        logged=members(trail_name_list="trailNameList", include_shadow_trails="includeShadowTrails"),
    ),
    Operation(_S["ListTrails"], _list_trails, _may_list),
)
