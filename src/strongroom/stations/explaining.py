"""Explanations, for the command line and for the console: of a call that nobody made, and of one in the journal."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from strongroom.authz.explain import Explanation
from strongroom.authz.explain_text import explanation_lines
from strongroom.errors import AWSError
from strongroom.model.arn import parse_arn
from strongroom.model.permission import KeyRef
from strongroom.model.view import Snapshot
from strongroom.operations.operation import Operation
from strongroom.operations.resolve import HiddenKeyError, find_key
from strongroom.operations.table import BUILT
from strongroom.stations.grants import OPERATION_OF
from strongroom.stations.questions import NotExplainableError, Question, Questions, asked_again
from strongroom.stations.recorded import RecordedCall, Records
from strongroom.stations.subjects import Subject, subject_of, through

_KMS = "kms:"
_SPLIT = {"kms:ReEncryptFrom": "ReEncrypt", "kms:ReEncryptTo": "ReEncrypt"}


@dataclass(frozen=True, slots=True)
class Asked:
    """A call that nobody made; ``conditions`` override what would be computed. ``via`` is the service that it comes through.

    ``account`` is whose service is meant where the principal is one; empty for that of the key.
    """

    principal: str
    action: str
    key: str
    context: Mapping[str, str]
    conditions: Mapping[str, str]
    region: str
    organization: str = ""
    via: str = ""
    account: str = ""


@dataclass(frozen=True, slots=True)
class Answered:
    """One explanation for each permission, up to the first refusal; none where every caller may do it."""

    question: Question
    explanations: Sequence[Explanation]
    call: RecordedCall | None = field(default=None)

    @property
    def allowed(self) -> bool:
        return self.explanations[-1].decision.allowed if self.explanations else True


def explain_call(view: Snapshot, record: Mapping[str, Any], organization: str = "") -> Answered:
    """Explain a recorded call under the present policies. Errors: NotExplainableError, UnknownSubjectError."""
    call = Records(view).call_of(record)
    return Answered(call.question, Questions(view, organization).explain(call.question), call)


def explain_asked(view: Snapshot, asked: Asked, now: float) -> Answered:
    """Explain a call that nobody made. Errors: NotExplainableError, UnknownSubjectError."""
    operation = _operation(asked.action)
    subject = _subject(view, asked)
    arns = _arns(view, asked, subject.principal.account)
    shown: dict[str, Any] = {"keyId": asked.key, "sourceKeyId": asked.key, "destinationKeyId": asked.key}
    if asked.context:
        names = ("encryptionContext", "sourceEncryptionContext", "destinationEncryptionContext")
        shown |= {name: dict(asked.context) for name in names}
    given = _given(asked)
    question = Question(
        subject=subject,
        operation=operation,
        asked=asked_again(operation.shape.input, shown if asked.key else {}),
        region=asked.region,
        now=now,
        arns=arns,
        given=given,
        source_arn=given.get("aws:sourcearn", ""),
        only=asked.action if asked.action in _SPLIT else "",
    )
    return Answered(question, Questions(view, asked.organization).explain(question))


def lines_of(explanation: Explanation) -> Iterator[str]:
    """Yield an explanation in words."""
    yield from explanation_lines(explanation, grantable=explanation.query.action in OPERATION_OF)


def _subject(view: Snapshot, asked: Asked) -> Subject:
    """Errors: UnknownSubjectError."""
    named = parse_arn(asked.key)
    subject = subject_of(view, asked.principal, asked.account or (named.account if named is not None else ""))
    via = asked.via or _given(asked).get("kms:viaservice", "")
    if not via or subject.service is not None:
        return subject
    return replace(subject, service=through(via, subject.principal.account))


def _given(asked: Asked) -> dict[str, str]:
    return {name.lower(): value for name, value in asked.conditions.items()}


def _operation(action: str) -> Operation:
    name = _SPLIT.get(action, action.removeprefix(_KMS))
    operation = BUILT["kms"].get(name) if action.startswith(_KMS) else None
    if operation is None:
        raise NotExplainableError(f"{action} is no action of KMS that this version has. Write it as kms:Decrypt.")
    return operation


def _arns(view: Snapshot, asked: Asked, account: str) -> tuple[str, ...]:
    if not asked.key:
        return ()
    try:
        return (find_key(view, KeyRef(asked.key, alias_allowed=True), account, asked.region).arn,)
    except HiddenKeyError as error:
        raise NotExplainableError(f"There is no key {error.arn}.") from None
    except AWSError as error:
        raise NotExplainableError(f"{error} (in Region {asked.region}, account {account}).") from None
