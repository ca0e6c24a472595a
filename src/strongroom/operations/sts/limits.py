"""What a session may be given: session policies, session tags, and the room that they take together.

Source: AWS STS API Reference, AssumeRole, Policy, PolicyArns, Tags, TransitiveTagKeys; IAM User Guide, "Pass session tags in
AWS STS" (whose texts these are) and "IAM and AWS STS quotas".
"""

import json
import zlib
from collections.abc import Sequence
from dataclasses import dataclass

from strongroom.authz.policy import PolicyKind, parse_policy
from strongroom.errors import (
    InvalidParameterValueError,
    MalformedPolicyDocumentError,
    PackedPolicyTooLargeError,
    ValidationError,
)
from strongroom.model.identity import Tags
from strongroom.model.principal import Principal
from strongroom.model.view import Snapshot
from strongroom.operations.iam.policies_of import managed_text
from strongroom.wire.shapes import sts

MAX_POLICY_ARNS = 10
MAX_PLAINTEXT = 2048  # characters of session policies
PACKED_BYTES = 2048  # ours: AWS does not publish its format nor its size
MAX_TAGS = 50


@dataclass(frozen=True, slots=True)
class SessionPolicies:
    """An inline session policy, and managed ones by ARN."""

    text: str | None
    arns: tuple[str, ...]

    def __bool__(self) -> bool:
        return self.text is not None or bool(self.arns)


def session_policies(
    view: Snapshot, account: str, policy: str | None, given: Sequence[sts.PolicyDescriptorType] | None
) -> SessionPolicies:
    """Return the session policies of a request, checked. Errors: MalformedPolicyDocumentError, PackedPolicyTooLargeError."""
    arns = tuple(one.arn or "" for one in given or ())
    if len(arns) > MAX_POLICY_ARNS:
        raise ValidationError(
            "1 validation error detected: Value at 'policyArns' failed to satisfy constraint: "
            f"Member must have length less than or equal to {MAX_POLICY_ARNS}"
        )
    plaintext = len(policy or "") + sum(map(len, arns))
    if plaintext > MAX_PLAINTEXT:
        raise _too_large("policy", -(-100 * plaintext // MAX_PLAINTEXT))
    if policy is not None:
        _check_json(policy)
        parse_policy(policy, PolicyKind.IDENTITY)
    for arn in arns:
        owner = arn.split(":")[4:5]
        if owner not in ([account], ["aws"]) or managed_text(view, arn) is None:
            raise MalformedPolicyDocumentError(f"Policy {arn} does not exist or is not attachable.")
    return SessionPolicies(policy, arns)


def _check_json(policy: str) -> None:
    """STS words this otherwise than IAM."""
    try:
        json.loads(policy)
    except (ValueError, RecursionError):
        raise MalformedPolicyDocumentError("The policy is not in the valid JSON format.") from None


def session_tags(
    principal: Principal, given: Sequence[sts.Tag] | None, transitive: Sequence[str] | None
) -> tuple[Tags, tuple[str, ...]]:
    """Return (the tags of the new session, the keys of those that go on): what was inherited, and what is given.

    Errors: InvalidParameterValueError.
    """
    inherited = {key.lower(): (key, value) for key, value in principal.tags if _among(key, principal.transitive)}
    tags = {tag.key.lower(): (tag.key, tag.value) for tag in given or ()}
    if len(tags) != len(given or ()):
        raise InvalidParameterValueError("Duplicate tag keys found. Please note that Tag keys are case insensitive.")
    if any(key.startswith("aws:") for key in tags):
        raise InvalidParameterValueError("Tags prefixed with aws: are reserved")
    if tags.keys() & inherited.keys():
        raise InvalidParameterValueError(
            "One of the specified transitive tag keys can't be set because it conflicts with a transitive tag key from "
            "the calling session."
        )
    if any(key.lower() not in tags for key in transitive or ()):
        raise InvalidParameterValueError("The specified transitive tag key must be included in the requested tags.")
    if len(tags) + len(inherited) > MAX_TAGS:
        raise InvalidParameterValueError(f"A session has at most {MAX_TAGS} tags.")
    keys = tuple(key for key, _ in inherited.values()) + tuple(transitive or ())
    return (*inherited.values(), *tags.values()), keys


def packed_size(policies: SessionPolicies, tags: Tags) -> int | None:
    """Return how much of the room they take, in percent, None when there is nothing. Errors: PackedPolicyTooLargeError."""
    if not policies and not tags:
        return None
    parts = [policies.text or "", *policies.arns, *(text for tag in tags for text in tag)]
    percent = max(1, -(-100 * len(zlib.compress("\0".join(parts).encode())) // PACKED_BYTES))
    if percent > 100:  # noqa: PLR2004 - a percentage
        raise _too_large("policy" if policies else "tags", percent)
    return percent


def _too_large(what: str, percent: int) -> PackedPolicyTooLargeError:
    if what == "tags":
        return PackedPolicyTooLargeError(f"Packed size of session tags consumes {percent}% of allotted space.")
    return PackedPolicyTooLargeError(f"Packed policy consumes {percent}% of allotted space, please use smaller policy.")


def _among(key: str, keys: Sequence[str]) -> bool:
    return key.lower() in {one.lower() for one in keys}
