"""What is refused when a policy is stored although it could be compiled: documents that would surprise their author.

``parse_policy`` reads whatever was stored once, so that no rule added here can ever shut a key or a user; what is about to
be stored comes through ``accept_policy``. The texts are AWS's where they are known.
Source: AWS KMS Developer Guide, "AWS KMS condition keys" (set operators) and "ABAC for AWS KMS"; refusals seen by callers of
AWS KMS and IAM.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from strongroom.authz.document import read_document, refuse, texts_of
from strongroom.authz.policy import Policy, PolicyKind, parse_policy

_OF_RESOURCE = ("aws:resourcetag", "kms:resourcetag", "kms:resourcealiases")
_NOT_IN_KEY_POLICIES = (
    "These condition keys are not permitted in a key policy: aws:ResourceTag, kms:ResourceTag, kms:ResourceAliases"
)
_OVERLY_PERMISSIVE = (
    "OverlyPermissiveCondition:{0} Using the ForAllValues set operator with a single-valued condition key matches requests "
    "without the specified {1} or with an unspecified {1}. To fix, remove ForAllValues."
)
_SINGLE_VALUED = {
    "kms:encryptioncontext:": ("EncryptionContext:", "encryption context"),
    "aws:requesttag/": ("", "tag"),
}
_PARTITIONS = re.compile(r"aws(?:-[a-z]+)*|\*")
_MAX_SHOWN = 200  # characters of a refused text that the refusal repeats


def accept_policy(text: str, kind: PolicyKind, name: str = "") -> Policy:
    """Compile a document that is about to be stored.

    Errors: those of ``parse_policy``.
    """
    policy = parse_policy(text, kind, name)
    _, statements = read_document(text)
    for statement in statements:
        if kind is PolicyKind.KEY:
            _check_key_policy_statement(statement)
        elif kind is PolicyKind.IDENTITY:
            _check_identity_statement(statement)
    return policy


def _check_key_policy_statement(statement: Mapping[str, Any]) -> None:
    for operator, key in _condition_keys(statement):
        if key.partition("/")[0] in _OF_RESOURCE:
            refuse(_NOT_IN_KEY_POLICIES)
        if operator.startswith("ForAllValues:"):
            for prefix, (mark, what) in _SINGLE_VALUED.items():
                if key.startswith(prefix):
                    refuse(_OVERLY_PERMISSIVE.format(mark, what))


def _condition_keys(statement: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield (operator, condition key in lower case)."""
    for operator, block in statement.get("Condition", {}).items():
        for key in block:
            yield operator, key.lower()


def _check_identity_statement(statement: Mapping[str, Any]) -> None:
    for resource in texts_of("Resource", statement.get("NotResource", statement.get("Resource"))):
        if resource != "*":
            _check_resource(resource)


def _check_resource(resource: str) -> None:
    """Refuse an ARN whose partition or vendor IAM does not take. What comes after them may be cut short: wildcards fit it."""
    _, partition, *rest = resource.split(":")
    if not _PARTITIONS.fullmatch(partition):
        shown = ":".join([*rest, *"****"][:4]) if len(rest) < 4 else ":".join(rest)  # noqa: PLR2004 - fields after the partition
        refuse(
            f'Partition "{partition[:_MAX_SHOWN]}" is not valid for resource "arn:{partition}:{shown}"'[:_MAX_SHOWN]
            + "."
        )
    if not rest or "*" in rest[0] or "?" in rest[0]:
        refuse("Resource vendor must be fully qualified and cannot contain regexes.")
    if not rest[0]:
        refuse("The policy failed legacy parsing")
