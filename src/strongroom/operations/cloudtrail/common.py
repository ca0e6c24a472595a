"""What the operations on trails share: names, finding a trail, refusing what is not built.

Source: AWS CloudTrail API Reference, CreateTrail ("Name", "S3BucketName") and "TrailNotFoundException"; recorded texts.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

from strongroom.errors import (
    CloudTrailARNInvalidError,
    CloudTrailUnsupportedOperationError,
    InvalidHomeRegionError,
    InvalidTrailNameError,
    TrailNotFoundError,
)
from strongroom.model.arn import parse_arn
from strongroom.model.permission import Permission, TrailRef
from strongroom.model.principal import Principal
from strongroom.model.trail import Trail, trail_arn
from strongroom.operations.operation import Call

MAX_TRAILS = 5  # User Guide, "Quotas in AWS CloudTrail": trails per Region
ALL_TRAILS = 1000  # more than an account can have in all Regions together
_LEAST_NAME, _MOST_NAME = 3, 128  # API Reference, CreateTrail, Name
_NAME = re.compile(r"[A-Za-z0-9._-]+")
_ADJACENT = re.compile(r"[._-]{2}")
_EDGE = re.compile(r"[A-Za-z0-9]")
_NOT_BUILT = {
    "sns_topic_name": "SNS notifications",
    "cloud_watch_logs_log_group_arn": "delivery to CloudWatch Logs",
    "cloud_watch_logs_role_arn": "delivery to CloudWatch Logs",
    "kms_key_id": "encryption of log files",
    "is_organization_trail": "organization trails",
    "recursive_logging": "recursive logging",
}


def on_trail(action: str, member: str = "name") -> Callable[[Any, Principal], tuple[Permission, ...]]:
    """Return the permissions of an operation on the trail that ``member`` names."""
    return lambda request, _caller: (Permission(action, TrailRef(getattr(request, member))),)


def check_name(name: str) -> None:
    """Errors: InvalidTrailNameError."""
    if len(name) < _LEAST_NAME:
        raise InvalidTrailNameError(
            f"Trail name too short. Minimum allowed length: {_LEAST_NAME} characters. "
            f"Specified name length: {len(name)} characters."
        )
    if len(name) > _MOST_NAME:
        raise InvalidTrailNameError(
            f"Trail name too long. Maximum allowed length: {_MOST_NAME} characters. "
            f"Specified name length: {len(name)} characters."
        )
    if not _NAME.fullmatch(name):
        raise InvalidTrailNameError(
            "Trail name or ARN can only contain uppercase letters, lowercase letters, numbers, periods (.), "
            "hyphens (-), and underscores (_)."
        )
    if not _EDGE.fullmatch(name[0]):
        raise InvalidTrailNameError("Trail name must starts with a letter or number.")
    if not _EDGE.fullmatch(name[-1]):
        raise InvalidTrailNameError("Trail name must ends with a letter or number.")
    if _ADJACENT.search(name):
        raise InvalidTrailNameError("Trail name cannot have adjacent periods, underscores or hyphens.")


def check_built(request: Any) -> None:
    """Refuse what this version has not, rather than take it and not do it. Errors: CloudTrailUnsupportedOperationError."""
    for member, what in _NOT_BUILT.items():
        if getattr(request, member):
            raise CloudTrailUnsupportedOperationError(f"This version of strongroom has no {what} for trails.")


def find_trail(call: Call, text: str) -> Trail:
    """Return the caller's trail by name (in this Region) or ARN (of any, when it covers this one).

    Errors: TrailNotFoundError, InvalidTrailNameError, CloudTrailARNInvalidError.
    """
    arn = _arn_of(call, text)
    trail = call.view.get(Trail, arn)
    if trail is None or trail.account != call.account or not (trail.multi_region or trail.region == call.region):
        raise TrailNotFoundError(f"Unknown trail: {arn} for the user: {call.account}")
    return trail


def find_at_home(call: Call, text: str) -> Trail:
    """Return a trail that may be changed in this Region. Errors: those of ``find_trail``, InvalidHomeRegionError."""
    trail = find_trail(call, text)
    if trail.region != call.region:
        raise InvalidHomeRegionError(
            f"Trail {trail.arn} can be changed only in its home Region {trail.region}, and not in {call.region}."
        )
    return trail


def _arn_of(call: Call, text: str) -> str:
    if not text.startswith("arn:"):
        check_name(text)
        return trail_arn(call.region, call.account, text)
    arn = parse_arn(text)
    if arn is None or arn.service != "cloudtrail" or not arn.resource.startswith("trail/"):
        raise CloudTrailARNInvalidError(f"Invalid ARN: {text[:200]}. An ARN looks like {_EXAMPLE}.")
    return text


_EXAMPLE = "arn:aws:cloudtrail:us-east-2:123456789012:trail/MyTrail"


def described(trail: Trail) -> Mapping[str, Any]:
    """Return what answers and audit records say of a trail, by the attribute names of the shapes."""
    return {
        "name": trail.name,
        "s3_bucket_name": trail.bucket,
        "s3_key_prefix": trail.prefix or None,
        "include_global_service_events": trail.include_global,
        "is_multi_region_trail": trail.multi_region,
        "trail_arn": trail.arn,
        "log_file_validation_enabled": trail.validation,
        "is_organization_trail": False,
    }


def recorded(trail: Trail) -> dict[str, Any]:
    """Return the ``responseElements`` of what made or changed a trail."""
    names = {
        "name": "name",
        "s3_bucket_name": "s3BucketName",
        "s3_key_prefix": "s3KeyPrefix",
        "include_global_service_events": "includeGlobalServiceEvents",
        "is_multi_region_trail": "isMultiRegionTrail",
        "trail_arn": "trailARN",
        "log_file_validation_enabled": "logFileValidationEnabled",
        "is_organization_trail": "isOrganizationTrail",
    }
    return {names[member]: value for member, value in described(trail).items() if value is not None}
