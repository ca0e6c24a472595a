"""What an author should look at again in a key policy that could be stored as it is. Pure.

Source: AWS KMS Developer Guide, "Key policies in AWS KMS"; IAM User Guide, "IAM JSON policy elements".
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from strongroom.authz.document import texts_of
from strongroom.authz.pattern import pattern_set
from strongroom.authz.policy import Effect, Policy, Statement
from strongroom.model.arn import parse_arn
from strongroom.wire.shapes import kms

_SYNCHRONIZE = "SynchronizeMultiRegionKey"  # what KMS itself does, and AWS's own policies name
_SPLIT = {"ReEncrypt": ("ReEncryptFrom", "ReEncryptTo")}
_ACTIONS = frozenset(
    f"kms:{action}".lower() for name in kms.OPERATIONS for action in (*_SPLIT.get(name, (name,)), _SYNCHRONIZE)
)


class Severity(Enum):
    ERROR = "ERROR"  # it could not be stored so
    WARNING = "WARNING"
    SUGGESTION = "SUGGESTION"


@dataclass(frozen=True, slots=True)
class Finding:
    """``statement`` is its Sid or place, empty for the whole policy."""

    severity: Severity
    code: str
    statement: str
    text: str


def findings(policy: Policy, key_arn: str, unknown_principals: Collection[str]) -> list[Finding]:
    """Return what there is to say about ``policy`` on that key."""
    found = [
        Finding(Severity.ERROR, "UNKNOWN_PRINCIPAL", "", f"There is no principal {name}.")
        for name in unknown_principals
    ]
    for statement in policy.statements:
        found += _about(statement, key_arn)
    if not any(_lets_account_in(statement, key_arn) for statement in policy.statements):
        text = "No statement lets the account itself in: its identity-based policies do not count on this key."
        found.append(Finding(Severity.SUGGESTION, "NO_ACCOUNT", "", text))
    return found


def _about(statement: Statement, key_arn: str) -> Iterator[Finding]:
    written, allows = statement.written, statement.effect is Effect.ALLOW

    def finding(severity: Severity, code: str, text: str) -> Finding:
        return Finding(severity, code, statement.label, text)

    if allows and "NotAction" in written:
        text = "Allow with NotAction allows all other actions, and those that are yet to come."
        yield finding(Severity.WARNING, "ALLOW_NOT_ACTION", text)
    if allows and _names_everybody(written) and not written.get("Condition"):
        text = "Everybody is let in, of every account, without a condition."
        yield finding(Severity.WARNING, "EVERYBODY", text)
    for action in _texts(written, "Action", "NotAction"):
        if not _is_known(action):
            text = f"{action} is no action that a key policy is asked for."
            yield finding(Severity.WARNING, "UNKNOWN_ACTION", text)
    if statement.covers_resource(key_arn) is False:
        text = "Its Resource is not this key: the statement never applies. Write *, which means this key."
        yield finding(Severity.WARNING, "OTHER_RESOURCE", text)
    if "Sid" not in written:
        text = "A Sid would name the statement in denials and audit records."
        yield finding(Severity.SUGGESTION, "NO_SID", text)


def _is_known(action: str) -> bool:
    """Say whether a text, with its wildcards, means any action."""
    meant = pattern_set((action.lower(),), variables=False)
    return any(meant.matches(known) for known in _ACTIONS)


def _texts(written: Mapping[str, Any], *names: str) -> Iterator[str]:
    for name in names:
        if name in written:
            yield from texts_of(name, written[name])


def _names_everybody(written: Mapping[str, Any]) -> bool:
    principal = written.get("Principal")
    if principal == "*":
        return True
    return isinstance(principal, Mapping) and "*" in texts_of("Principal", principal.get("AWS", ()))


def _lets_account_in(statement: Statement, key_arn: str) -> bool:
    arn = parse_arn(key_arn)
    if arn is None or statement.effect is not Effect.ALLOW or statement.covers_resource(key_arn) is False:
        return False
    principal = statement.written.get("Principal")
    named = texts_of("Principal", principal.get("AWS", ())) if isinstance(principal, Mapping) else ()
    return principal == "*" or bool({arn.account, f"arn:aws:iam::{arn.account}:root", "*"} & {*named})
