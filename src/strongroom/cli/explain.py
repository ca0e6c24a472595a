"""``strongroom explain``: why a call was allowed or refused, or would be. Reads the data directory, also beside a running server."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import click
import msgspec

from strongroom.audit.newest import newest_records
from strongroom.audit.record import INTERNAL
from strongroom.audit.shared import is_copy_for_owner
from strongroom.authz.explain import Explanation
from strongroom.bootstrap import DataDirectoryError, open_store
from strongroom.cli.clock import present
from strongroom.errors import AWSError
from strongroom.model.view import Snapshot
from strongroom.server.settings import DataDirectory
from strongroom.stations.explaining import Answered, Asked, explain_asked, explain_call, lines_of
from strongroom.stations.questions import NotExplainableError, Question
from strongroom.stations.recorded import Outcome, outcome_of
from strongroom.stations.subjects import UnknownSubjectError

CANNOT_TELL = 2
_DAY_SECONDS = 86_400
_REFUSED = b'"errorCode":"AccessDenied'


class CannotTellError(click.ClickException):
    """There is no answer, neither allowed nor denied: exit code 2."""

    exit_code = CANNOT_TELL


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
        return _told(view, record, organization)


def explain_last(data: DataDirectory, principal: str = "", organization: str = "") -> Told:
    """Explain the newest call that policies refused within a day, of anybody or of one principal. Errors: CannotTellError."""
    since = datetime.fromtimestamp(present(data) - _DAY_SECONDS, UTC)
    with reading(data) as view:
        found = newest_records(data.journal, f"{since:%Y-%m-%dT%H:%M:%SZ}", _REFUSED)
        refused = [record for raw in found if _is_refusal(record := msgspec.json.decode(raw), principal)]
        if not refused:
            raise CannotTellError(f"Policies refused no call{f' of {principal}' if principal else ''} within a day.")
        return _told(view, max(refused, key=lambda record: str(record["eventTime"])), organization)


def _is_refusal(record: Mapping[str, Any], principal: str) -> bool:
    if outcome_of(record) is not Outcome.DENIED or is_copy_for_owner(record):
        return False
    identity = record.get("userIdentity") or {}
    issuer = identity.get("sessionContext", {}).get("sessionIssuer", {})
    return principal in {"", identity.get("arn"), issuer.get("arn"), identity.get("invokedBy")}


def _told(view: Snapshot, record: Mapping[str, Any], organization: str) -> Told:
    """Errors: NotExplainableError, UnknownSubjectError."""
    answered = explain_call(view, record, organization)
    lines = [*_recorded_lines(record, answered), *_lines(answered.explanations), *_note(answered.question)]
    return Told(lines, answered.allowed)


def explain_hypothetical(data: DataDirectory, asked: Asked) -> Told:
    """Explain a call that nobody made. Errors: CannotTellError."""
    with reading(data) as view:
        answered = explain_asked(view, asked, present(data))
    if not answered.explanations:
        return Told([f"{asked.action} needs no permission: every caller may do it"], allowed=True)
    return Told([*_lines(answered.explanations), *_note(answered.question)], answered.allowed)


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


def _recorded_lines(record: Mapping[str, Any], answered: Answered) -> Iterator[str]:
    call, allowed = answered.call, answered.allowed
    assert call is not None  # noqa: S101 - it was explained from a record
    yield f"call       {record['eventName']} at {call.time} from {record.get('sourceIPAddress')}, request {call.request_id}"
    yield f"answered   {f'{call.error_code}: {call.error_message}'.rstrip(': ') if call.error_code else 'success'}"
    if call.outcome is Outcome.UNKNOWN:
        yield "           the policies were not what refused it; they say now:"
    elif call.by_session_policy:
        yield "           by a session policy, which is given with the session and not known here; all others say:"
    elif (call.outcome is Outcome.ALLOWED) is not allowed:
        yield f"           policies, grants or key have changed since: {call.outcome.value} then, {_word(allowed)} now"


def _word(allowed: bool) -> str:  # noqa: FBT001 - it is the whole question
    return "allowed" if allowed else "denied"


def _lines(explanations: Sequence[Explanation]) -> Iterator[str]:
    for index, explanation in enumerate(explanations):
        if index:
            yield ""
        yield from lines_of(explanation)


def _note(question: Question) -> Iterator[str]:
    if question.subject.note:
        yield f"note       {question.subject.note}"
