"""``strongroom explain``: why a call was allowed or refused, or would be. Reads the data directory, also beside a running server."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import click
import msgspec

from strongroom.audit.newest import newest_records
from strongroom.audit.record import INTERNAL
from strongroom.audit.shared import is_copy_for_owner
from strongroom.authz.explain import Explanation
from strongroom.authz.explain_text import explanation_lines
from strongroom.bootstrap import DataDirectoryError, open_store
from strongroom.cli.clock import present
from strongroom.errors import AWSError
from strongroom.model.permission import KeyRef
from strongroom.model.view import Snapshot
from strongroom.operations.operation import Operation
from strongroom.operations.resolve import HiddenKeyError, find_key
from strongroom.operations.table import BUILT
from strongroom.server.settings import DataDirectory
from strongroom.stations.grants import OPERATION_OF
from strongroom.stations.questions import NotExplainableError, Question, Questions, asked_again
from strongroom.stations.recorded import Outcome, RecordedCall, Records
from strongroom.stations.subjects import UnknownSubjectError, subject_of

CANNOT_TELL = 2
_KMS = "kms:"
_SPLIT = {"kms:ReEncryptFrom": "ReEncrypt", "kms:ReEncryptTo": "ReEncrypt"}


class CannotTellError(click.ClickException):
    """There is no answer, neither allowed nor denied: exit code 2."""

    exit_code = CANNOT_TELL


@dataclass(frozen=True, slots=True)
class Asked:
    """What the command line asks about; ``conditions`` override what would be computed."""

    principal: str
    action: str
    key: str
    context: Mapping[str, str]
    conditions: Mapping[str, str]
    region: str
    organization: str = ""


@dataclass(frozen=True, slots=True)
class Told:
    """``allowed`` under the present policies."""

    lines: Sequence[str]
    allowed: bool


def explain_recorded(data: DataDirectory, request_id: str, organization: str = "") -> Told:
    """Explain a call of the journal, by request id or event id, under the present policies. Errors: CannotTellError."""
    with reading(data) as view:
        record = _find(data, request_id)
        if record is None:
            raise CannotTellError(f"The journal in {data.journal} holds no call with request id {request_id}.")
        call = Records(view).call_of(record)
        explanations = Questions(view, organization).explain(call.question)
    allowed = explanations[-1].decision.allowed if explanations else True
    lines = [*_recorded_lines(record, call, allowed=allowed), *_lines(explanations), *_note(call.question)]
    return Told(lines, allowed)


def explain_asked(data: DataDirectory, asked: Asked) -> Told:
    """Explain a call that nobody made. Errors: CannotTellError."""
    operation = _operation(asked.action)
    with reading(data) as view:
        subject = subject_of(view, asked.principal)
        arns = _arns(view, asked, subject.principal.account)
        shown: dict[str, Any] = {"keyId": asked.key, "sourceKeyId": asked.key, "destinationKeyId": asked.key}
        if asked.context:
            names = ("encryptionContext", "sourceEncryptionContext", "destinationEncryptionContext")
            shown |= {name: dict(asked.context) for name in names}
        question = Question(
            subject=subject,
            operation=operation,
            asked=asked_again(operation.shape.input, shown if asked.key else {}),
            region=asked.region,
            now=present(data),
            arns=arns,
            given={name.lower(): value for name, value in asked.conditions.items()},
            only=asked.action if asked.action in _SPLIT else "",
        )
        explanations = Questions(view, asked.organization).explain(question)
    if not explanations:
        return Told([f"{asked.action} needs no permission: every caller may do it"], allowed=True)
    return Told([*_lines(explanations), *_note(question)], explanations[-1].decision.allowed)


@contextmanager
def reading(data: DataDirectory) -> Iterator[Snapshot]:
    """Give one consistent view of the store. Whatever ends the question without an answer becomes CannotTellError."""
    try:
        store = open_store(data.database, must_exist=True)
    except DataDirectoryError as error:
        raise CannotTellError(str(error)) from None
    try:
        with store.snapshot() as view:
            yield view
    except (NotExplainableError, UnknownSubjectError) as error:
        raise CannotTellError(f"Cannot tell: {error}") from None
    except AWSError as error:
        raise CannotTellError(f"{error.wire_name}: {error}") from None
    finally:
        store.close()


def _find(data: DataDirectory, request_id: str) -> dict[str, Any] | None:
    for raw in newest_records(data.journal, having=request_id.encode()):
        record: dict[str, Any] = msgspec.json.decode(raw)
        if request_id not in {record.get("requestID"), record.get("eventID")} or record.get("userAgent") == INTERNAL:
            continue
        if not is_copy_for_owner(record):
            return record
        if request_id != record["requestID"]:  # asked by an event id of the owner's account: who called knows more
            return _find(data, record["requestID"])
    return None


def _operation(action: str) -> Operation:
    name = _SPLIT.get(action, action.removeprefix(_KMS))
    operation = BUILT["kms"].get(name) if action.startswith(_KMS) else None
    if operation is None:
        raise CannotTellError(f"{action} is no action of KMS that this version has. Write it as kms:Decrypt.")
    return operation


def _arns(view: Snapshot, asked: Asked, account: str) -> tuple[str, ...]:
    if not asked.key:
        return ()
    try:
        return (find_key(view, KeyRef(asked.key, alias_allowed=True), account, asked.region).arn,)
    except HiddenKeyError as error:
        raise CannotTellError(f"There is no key {error.arn}.") from None
    except AWSError as error:
        raise CannotTellError(f"{error} (in Region {asked.region}, account {account}).") from None


def _recorded_lines(record: Mapping[str, Any], call: RecordedCall, *, allowed: bool) -> Iterator[str]:
    yield f"call       {record['eventName']} at {call.time} from {record.get('sourceIPAddress')}, request {call.request_id}"
    yield f"answered   {f'{call.error_code}: {call.error_message}'.rstrip(': ') if call.error_code else 'success'}"
    if call.outcome is Outcome.UNKNOWN:
        yield "           the policies were not what refused it; they say now:"
    elif (call.outcome is Outcome.ALLOWED) is not allowed:
        yield f"           policies, grants or key have changed since: {call.outcome.value} then, {_word(allowed)} now"


def _word(allowed: bool) -> str:  # noqa: FBT001 - it is the whole question
    return "allowed" if allowed else "denied"


def _lines(explanations: Sequence[Explanation]) -> Iterator[str]:
    for index, explanation in enumerate(explanations):
        if index:
            yield ""
        yield from explanation_lines(explanation, grantable=explanation.query.action in OPERATION_OF)


def _note(question: Question) -> Iterator[str]:
    if question.subject.note:
        yield f"note       {question.subject.note}"
