"""Tags of trails: AddTags, ListTags, RemoveTags. Source: AWS CloudTrail API Reference, those actions."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from strongroom.errors import (
    InvalidTagParameterError,
    ResourceNotFoundError,
    TagsLimitExceededError,
    TrailNotFoundError,
)
from strongroom.model.change import Update
from strongroom.model.permission import ConditionValues, Permission, TrailRef
from strongroom.model.principal import Principal
from strongroom.model.trail import TagPairs, Trail
from strongroom.operations.cloudtrail.common import find_trail, on_trail
from strongroom.operations.condition_names import by_lower_name
from strongroom.operations.operation import Call, Operation, Outcome, members
from strongroom.wire.shapes import cloudtrail

MAX_TAGS = 50  # API Reference, AddTags
MAX_RESOURCES = 20  # API Reference, ListTags, ResourceIdList


def tags_after(present: TagPairs, added: Sequence[cloudtrail.Tag]) -> TagPairs:
    """Return ``present`` with ``added`` laid over it. Errors: InvalidTagParameterError, TagsLimitExceededError."""
    names = [tag.key for tag in added]
    if len(set(names)) != len(names):
        raise InvalidTagParameterError("Duplicate tag keys are not allowed.")
    if any(name.lower().startswith("aws:") for name in names):
        raise InvalidTagParameterError("Tag keys beginning with aws: are reserved.")
    tags = dict(present) | {tag.key: tag.value or "" for tag in added}
    if len(tags) > MAX_TAGS:
        raise TagsLimitExceededError(f"The number of tags per trail has exceeded the limit of {MAX_TAGS}.")
    return tuple(sorted(tags.items()))


def _found(call: Call, arn: str) -> Trail:
    try:
        return find_trail(call, arn)
    except TrailNotFoundError:
        raise ResourceNotFoundError(f"The resource {arn} does not exist.") from None


def _add_tags(call: Call, request: cloudtrail.AddTagsRequest) -> Outcome:
    trail = _found(call, request.resource_id)
    tagged = replace(trail, tags=tags_after(trail.tags, request.tags_list))
    return Outcome(cloudtrail.AddTagsResponse(), (Update(tagged),))


def _remove_tags(call: Call, request: cloudtrail.RemoveTagsRequest) -> Outcome:
    trail = _found(call, request.resource_id)
    gone = {tag.key for tag in request.tags_list}
    untagged = replace(trail, tags=tuple(pair for pair in trail.tags if pair[0] not in gone))
    return Outcome(cloudtrail.RemoveTagsResponse(), (Update(untagged),))


def _list_tags(call: Call, request: cloudtrail.ListTagsRequest) -> Outcome:
    if len(request.resource_id_list) > MAX_RESOURCES:
        raise ResourceNotFoundError(f"At most {MAX_RESOURCES} resources can be asked for at once.")
    return Outcome(
        cloudtrail.ListTagsResponse(
            resource_tag_list=[
                cloudtrail.ResourceTag(
                    resource_id=arn,
                    tags_list=[cloudtrail.Tag(key=name, value=value) for name, value in _found(call, arn).tags],
                )
                for arn in request.resource_id_list
            ]
        )
    )


def _may_list(request: cloudtrail.ListTagsRequest, _caller: Principal) -> tuple[Permission, ...]:
    # INVARIANT: at least one is asked, also for an empty list.
    return tuple(Permission("cloudtrail:ListTags", TrailRef(arn)) for arn in request.resource_id_list or ("*",))


def _tag_conditions(request: cloudtrail.AddTagsRequest | cloudtrail.RemoveTagsRequest, _action: str) -> ConditionValues:
    values: dict[str, str | tuple[str, ...]] = {"aws:tagkeys": tuple(tag.key for tag in request.tags_list)}
    if isinstance(request, cloudtrail.AddTagsRequest):
        values |= by_lower_name("aws:requesttag/", ((tag.key, tag.value or "") for tag in request.tags_list))
    return values


def _logged(request: cloudtrail.AddTagsRequest | cloudtrail.RemoveTagsRequest) -> dict[str, Any]:
    return {
        "resourceId": request.resource_id,
        "tagsList": [{"key": tag.key, "value": tag.value} for tag in request.tags_list],
    }


_S = cloudtrail.OPERATIONS

OPERATIONS = (
    Operation(
        _S["AddTags"],
        _add_tags,
        on_trail("cloudtrail:AddTags", "resource_id"),
        _tag_conditions,
        _logged,
        read_only=False,
    ),
    Operation(
        _S["RemoveTags"],
        _remove_tags,
        on_trail("cloudtrail:RemoveTags", "resource_id"),
        _tag_conditions,
        _logged,
        read_only=False,
    ),
    Operation(_S["ListTags"], _list_tags, _may_list, logged=members(resource_id_list="resourceIdList")),
)
