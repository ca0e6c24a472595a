"""Audit records read back as questions: who asked what of which key, and what was answered.

A record holds all that policies can ask for but the session policies and session tags of temporary credentials.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any

from strongroom.audit.record import OMITTED
from strongroom.errors import (
    AccessDeniedError,
    DisabledError,
    DryRunOperationError,
    KMSInvalidStateError,
    ThrottlingError,
)
from strongroom.model.arn import parse_arn
from strongroom.model.regions import DEFAULT_REGION
from strongroom.model.view import Snapshot
from strongroom.operations.table import BUILT
from strongroom.stations.questions import NotExplainableError, Question, asked_again
from strongroom.stations.subjects import Subject, UnknownSubjectError, subject_of

_SUFFIX = ".amazonaws.com"
_AFTER_ALLOWED = frozenset(
    error.wire_name for error in (DisabledError, DryRunOperationError, KMSInvalidStateError, ThrottlingError)
)
"""Refusals that only who was allowed can meet."""


class Outcome(Enum):
    ALLOWED = "allowed"
    DENIED = "denied"
    UNKNOWN = "refused before the policies were asked, or for another reason"


@dataclass(frozen=True, slots=True)
class RecordedCall:
    """One record: what was asked, and what became of it."""

    question: Question
    outcome: Outcome
    error_code: str
    error_message: str
    time: str
    request_id: str


def outcome_of(record: Mapping[str, Any]) -> Outcome:
    """Return what the policies said, as far as the answer tells."""
    code = record.get("errorCode")
    if code is None or code in _AFTER_ALLOWED:
        return Outcome.ALLOWED
    return Outcome.DENIED if code in {AccessDeniedError.wire_name, "AccessDenied"} else Outcome.UNKNOWN


class Records:
    """Turns records into questions over one view of the store; each principal is looked up once."""

    def __init__(self, view: Snapshot) -> None:
        self._view = view
        self._subjects: dict[str, Subject | UnknownSubjectError] = {}

    def call_of(self, record: Mapping[str, Any]) -> RecordedCall:
        """Errors: NotExplainableError, UnknownSubjectError."""
        service = str(record.get("eventSource", "")).removesuffix(_SUFFIX)
        operation = BUILT.get(service, {}).get(str(record.get("eventName", "")))
        if operation is None or record.get("eventType") != "AwsApiCall":
            raise NotExplainableError(f"{record.get('eventName')} of {service} is no call that policies decide")
        identity = record.get("userIdentity") or {}
        if not identity.get("arn"):
            raise NotExplainableError("the record does not say who called: the caller was not recognised")
        parameters = record.get("requestParameters")
        if parameters == OMITTED:
            raise NotExplainableError("its parameters were too large to be recorded")
        code = record.get("errorCode")
        if parameters is None and code is not None and outcome_of(record) is Outcome.UNKNOWN:
            raise NotExplainableError(f"the request was refused ({code}) before the policies were asked")
        question = Question(
            subject=self._subject(identity["arn"]),
            operation=operation,
            asked=asked_again(operation.shape.input, parameters or {}),
            region=record.get("awsRegion") or DEFAULT_REGION,
            now=_seconds(record.get("eventTime", "")),
            source_ip=record.get("sourceIPAddress", ""),
            user_agent=record.get("userAgent", ""),
            secure="tlsDetails" in record,
            issued_at=_issued_at(identity),
            arns=tuple(one["ARN"] for one in record.get("resources", ()) if _is_key(one["ARN"])),
        )
        return RecordedCall(
            question,
            outcome_of(record),
            code or "",
            record.get("errorMessage") or "",
            record.get("eventTime", ""),
            record.get("requestID", ""),
        )

    def _subject(self, arn: str) -> Subject:
        """Errors: UnknownSubjectError."""
        found = self._subjects.get(arn)
        if found is None:
            try:
                found = subject_of(self._view, arn)
            except UnknownSubjectError as error:
                found = error
            self._subjects[arn] = found
        if isinstance(found, UnknownSubjectError):
            raise found
        return found


def _is_key(arn: str) -> bool:
    parsed = parse_arn(arn)
    return parsed is not None and parsed.service == "kms" and parsed.resource.startswith("key/")


def _issued_at(identity: Mapping[str, Any]) -> float | None:
    attributes = identity.get("sessionContext", {}).get("attributes", {})
    return _seconds(attributes["creationDate"]) if "creationDate" in attributes else None


def _seconds(event_time: str) -> float:
    try:
        return datetime.fromisoformat(event_time).timestamp()
    except ValueError:
        return 0.0
