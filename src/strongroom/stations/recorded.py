"""Audit records read back as questions: who asked what of which key, and what was answered.

A record holds all that policies can ask for but the session policies and session tags of temporary credentials.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
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
from strongroom.stations.subjects import Subject, UnknownSubjectError, subject_of, through

_SUFFIX = ".amazonaws.com"
_SERVICE = "AWSService"  # userIdentity.type of who calls as itself
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

    @property
    def by_session_policy(self) -> bool:
        """Whether a session policy refused it, which nothing here knows."""
        return self.outcome is Outcome.DENIED and " session policy" in self.error_message


def outcome_of(record: Mapping[str, Any]) -> Outcome:
    """Return what the policies said, as far as the answer tells."""
    code = record.get("errorCode")
    if code is None or code in _AFTER_ALLOWED:
        return Outcome.ALLOWED
    return Outcome.DENIED if code in {AccessDeniedError.wire_name, "AccessDenied"} else Outcome.UNKNOWN


def said_by_service(record: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return what the record holds of a call through a service beside who called; nothing of direct calls."""
    if not (record.get("userIdentity") or {}).get("invokedBy"):
        return {}
    additional = record.get("additionalEventData") or {}
    return {name: value for name, value in additional.items() if name.startswith("service")}


class Records:
    """Turns records into questions over one view of the store; each principal is looked up once."""

    def __init__(self, view: Snapshot) -> None:
        self._view = view
        self._subjects: dict[tuple[str, str, str], Subject | UnknownSubjectError] = {}

    def call_of(self, record: Mapping[str, Any]) -> RecordedCall:
        """Errors: NotExplainableError, UnknownSubjectError."""
        service = str(record.get("eventSource", "")).removesuffix(_SUFFIX)
        operation = BUILT.get(service, {}).get(str(record.get("eventName", "")))
        if operation is None or record.get("eventType") != "AwsApiCall":
            raise NotExplainableError(f"{record.get('eventName')} of {service} is no call that policies decide")
        identity = record.get("userIdentity") or {}
        who = identity.get("arn") or (identity.get("invokedBy") if identity.get("type") == _SERVICE else None)
        if not who:
            raise NotExplainableError("the record does not say who called: the caller was not recognised")
        parameters = record.get("requestParameters")
        if parameters == OMITTED:
            raise NotExplainableError("its parameters were too large to be recorded")
        code = record.get("errorCode")
        if parameters is None and code is not None and outcome_of(record) is Outcome.UNKNOWN:
            raise NotExplainableError(f"the request was refused ({code}) before the policies were asked")
        from_service = said_by_service(record)
        question = Question(
            subject=self._subject(who, identity),
            operation=operation,
            asked=asked_again(operation.shape.input, parameters or {}),
            region=record.get("awsRegion") or DEFAULT_REGION,
            now=_seconds(record.get("eventTime", "")),
            source_ip=from_service.get("serviceSourceIPAddress") or record.get("sourceIPAddress", ""),
            user_agent="" if from_service else record.get("userAgent", ""),
            secure=from_service.get("serviceSecureTransport", "tlsDetails" in record),
            issued_at=_issued_at(identity),
            arns=tuple(one["ARN"] for one in record.get("resources", ()) if _is_key(one["ARN"])),
            source_arn=from_service.get("serviceSourceArn", ""),
        )
        return RecordedCall(
            question,
            outcome_of(record),
            code or "",
            record.get("errorMessage") or "",
            record.get("eventTime", ""),
            record.get("requestID", ""),
        )

    def _subject(self, who: str, identity: Mapping[str, Any]) -> Subject:
        """Errors: UnknownSubjectError."""
        account, invoked_by = identity.get("accountId", ""), identity.get("invokedBy", "")
        of = (who, account, invoked_by)
        found = self._subjects.get(of)
        if found is None:
            try:
                found = subject_of(self._view, who, account)
                if invoked_by and found.service is None:
                    found = replace(found, service=through(invoked_by, account))
            except UnknownSubjectError as error:
                found = error
            self._subjects[of] = found
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
