"""The rules of tags in IAM: their number, and which names are the same. Source: IAM User Guide, "Tags for IAM resources"."""

from collections.abc import Sequence

from strongroom.errors import InvalidInputError, LimitExceededError
from strongroom.model.identity import Tags
from strongroom.operations.iam.common import MAX_TAGS
from strongroom.wire.shapes import iam

_DUPLICATE = "Duplicate tag keys found."
_DUPLICATE_IGNORING_CASE = f"{_DUPLICATE} Please note that Tag keys are case insensitive."


def new_tags(given: Sequence[iam.Tag] | None, *, ignore_case: bool) -> Tags:
    """Return the tags of something new. Errors: InvalidInputError, LimitExceededError."""
    return tagged((), given or (), ignore_case=ignore_case)


def tagged(present: Tags, given: Sequence[iam.Tag], *, ignore_case: bool) -> Tags:
    """Return ``present`` with ``given`` laid over it. Users and roles do not tell keys apart by case, all else does."""

    def same(key: str) -> str:
        return key.lower() if ignore_case else key

    if len({same(tag.key) for tag in given}) != len(given):
        raise InvalidInputError(_DUPLICATE_IGNORING_CASE if ignore_case else _DUPLICATE)
    if any(tag.key.lower().startswith("aws:") for tag in given):
        raise InvalidInputError("Tags prefixed with aws: are reserved")
    found = {same(key): (key, value) for key, value in present}
    found |= {same(tag.key): (tag.key, tag.value) for tag in given}
    if len(found) > MAX_TAGS:
        raise LimitExceededError("The number of tags has reached the maximum limit.")
    return tuple(sorted(found.values()))


def untagged(present: Tags, keys: Sequence[str], *, ignore_case: bool) -> Tags:
    """Return ``present`` without those ``keys``; one that is not there is no error."""
    gone = {key.lower() for key in keys} if ignore_case else {*keys}
    return tuple(pair for pair in present if (pair[0].lower() if ignore_case else pair[0]) not in gone)
