"""Tags: TagResource, UntagResource, ListResourceTags. Source: AWS KMS API Reference, those actions; recorded texts."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from strongroom.errors import TagError
from strongroom.model.change import Update
from strongroom.model.permission import ConditionValues
from strongroom.operations.kms.common import changed_key, on_key, tag_conditions
from strongroom.operations.operation import Call, Operation, Outcome, members
from strongroom.operations.paging import Listing
from strongroom.wire.shapes import kms

MAX_TAGS = 50  # API Reference, TagResource

Tags = tuple[tuple[str, str], ...]


def checked_tags(present: Tags, added: Sequence[kms.Tag]) -> Tags:
    """Return ``present`` with ``added`` laid over it, by name. Errors: TagError in AWS's words."""
    names = [tag.tag_key for tag in added]
    if len(set(names)) != len(names):
        raise TagError("Duplicate tag keys")
    if any(name.lower().startswith("aws:") for name in names):
        raise TagError("Tags beginning with aws: are reserved")
    tags = dict(present) | {tag.tag_key: tag.tag_value for tag in added}
    if len(tags) > MAX_TAGS:
        raise TagError("Too many tags")
    return tuple(sorted(tags.items()))


def _tag_resource(call: Call, request: kms.TagResourceRequest) -> Outcome:
    return changed_key(call.key, Update(replace(call.key, tags=checked_tags(call.key.tags, request.tags))))


def _tag_resource_logged(request: kms.TagResourceRequest) -> dict[str, Any]:
    return {
        "keyId": request.key_id,
        "tags": [{"tagKey": tag.tag_key, "tagValue": tag.tag_value} for tag in request.tags],
    }


def _tag_resource_conditions(request: kms.TagResourceRequest, _action: str) -> ConditionValues:
    return tag_conditions(request.tags)


def _untag_resource(call: Call, request: kms.UntagResourceRequest) -> Outcome:
    kept = tuple(pair for pair in call.key.tags if pair[0] not in request.tag_keys)
    return changed_key(call.key, Update(replace(call.key, tags=kept)))


def _untag_resource_conditions(request: kms.UntagResourceRequest, _action: str) -> ConditionValues:
    return {"aws:tagkeys": tuple(request.tag_keys)}


_TAGS = Listing("ListResourceTags", default=50, maximum=50)


def _list_resource_tags(call: Call, request: kms.ListResourceTagsRequest) -> Outcome:
    tags = [(name, kms.Tag(tag_key=name, tag_value=value)) for name, value in call.key.tags]
    page = _TAGS.slice_of(tags, request.limit, request.marker)
    return Outcome(
        kms.ListResourceTagsResponse(tags=list(page.items), next_marker=page.next_marker, truncated=page.truncated)
    )


_S = kms.OPERATIONS

OPERATIONS = (
    Operation(
        _S["TagResource"],
        _tag_resource,
        on_key("kms:TagResource"),
        _tag_resource_conditions,
        _tag_resource_logged,
        read_only=False,
    ),
    Operation(
        _S["UntagResource"],
        _untag_resource,
        on_key("kms:UntagResource"),
        _untag_resource_conditions,
        members(key_id="keyId", tag_keys="tagKeys"),
        read_only=False,
    ),
    Operation(
        _S["ListResourceTags"],
        _list_resource_tags,
        on_key("kms:ListResourceTags"),
        logged=members(key_id="keyId", limit="limit", marker="marker"),
    ),
)
