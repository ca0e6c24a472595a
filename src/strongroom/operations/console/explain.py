"""ExplainAccess and ExplainRequest: whether somebody may do something, which statements decide, what would change the answer.

What other accounts' policies say stays theirs: principals and keys are those of the caller's account.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec

from strongroom.authz.decision import Document
from strongroom.authz.explain import ConditionSeen, Explanation, Standing, StatementSeen
from strongroom.authz.explain_text import reason_text, remedies_text
from strongroom.errors import NotFoundError
from strongroom.model.events import EventQuery
from strongroom.operations.console.common import about_key, on_anything, reads
from strongroom.operations.console.errors import UnavailableError
from strongroom.operations.console.ports import AccessQuestion, Explained
from strongroom.operations.operation import Call, Outcome
from strongroom.wire.shapes import strongroom as shapes

_INTERNAL = "AWS Internal"  # the user agent of records beside that of the call itself
_SCANS = 20  # each passes as many records as may be passed at once
_KINDS: Mapping[Document, str] = {
    Document.RESOURCE: "KEY_POLICY",
    Document.IDENTITY: "IDENTITY_POLICY",
    Document.BOUNDARY: "PERMISSIONS_BOUNDARY",
    Document.SESSION: "SESSION_POLICY",
    Document.GRANT: "GRANT",
    Document.ROOT_USER: "ROOT_USER",
}
_STANDINGS: Mapping[Standing, str] = {
    Standing.APPLIES: "APPLIES",
    Standing.UNMET: "CONDITION_UNMET",
    Standing.OTHER_PRINCIPAL: "OTHER_PRINCIPAL",
    Standing.OTHER_RESOURCE: "OTHER_RESOURCE",
}
_NO_PERMISSION = "No permission is needed: every caller may do it."


def _explain_access(call: Call, request: shapes.ExplainAccessRequest) -> Outcome:
    question = AccessQuestion(
        principal=request.principal_arn,
        action=request.action,
        key=call.key if call.keys else None,
        account=call.account,
        region=call.region,
        now=call.now_ms / 1000,
        context=request.encryption_context or {},
        conditions=request.condition_context or {},
    )
    explained = call.inquiries.explainer.access(call.view, question)
    return Outcome(shapes.ExplainAccessResponse(**_answer(explained)))


def _explain_request(call: Call, request: shapes.ExplainRequestRequest) -> Outcome:
    raw = _find(call, request.request_id)
    record: dict[str, Any] = msgspec.json.decode(raw)
    explained = call.inquiries.explainer.recorded(call.view, call.account, record)
    recorded = shapes.RecordedCall(
        event_name=record.get("eventName"),
        event_time=datetime.fromisoformat(record["eventTime"]).timestamp(),
        principal=explained.principal,
        error_code=record.get("errorCode"),
        outcome=None if explained.then is None else _decision(allowed=explained.then),
        cloud_trail_event=raw.decode("utf-8", "replace"),
    )
    return Outcome(shapes.ExplainRequestResponse(recorded=recorded, **_answer(explained)))


def _find(call: Call, wanted: str) -> bytes:
    """Return the record of a call by its request id or event id. Errors: NotFoundError, UnavailableError."""
    accounts = (call.account,)
    for query in (
        EventQuery(request_ids=(wanted,), accounts=accounts),
        EventQuery(event_ids=(wanted,), accounts=accounts),
    ):
        cursor = None
        for _ in range(_SCANS):
            try:
                scan = call.events.search(query, cursor)
                for raw in scan:
                    if msgspec.json.decode(raw).get("userAgent") != _INTERNAL:
                        return raw
                cursor = scan.cursor
            except OSError:
                raise UnavailableError("The audit journal cannot be read now.") from None
            if cursor is None:
                break
    raise NotFoundError(f"No call with request id or event id {wanted} is recorded in account {call.account}.")


# --- what is shown of an explanation ------------------------------------------------------------------------------------


def _answer(explained: Explained) -> dict[str, Any]:
    shown = [
        _explanation_shape(explanation, text)
        for explanation, text in zip(explained.explanations, explained.texts, strict=True)
    ]
    if not shown:
        return {"decision": "ALLOWED", "reason": _NO_PERMISSION, "explanations": []}
    last = shown[-1]
    return {
        "decision": last.decision,
        "reason": last.reason,
        "statements": last.statements,
        "grants": last.grants,
        "smallest_change": last.smallest_change,
        "explanations": shown,
    }


def _explanation_shape(explanation: Explanation, text: Sequence[str]) -> shapes.Explanation:
    query, decision = explanation.query, explanation.decision
    return shapes.Explanation(
        principal=query.principal.arn,
        action=query.action,
        resource=query.resource,
        decision=_decision(allowed=decision.allowed),
        reason=reason_text(explanation),
        statements=[_statement_shape(one, explanation) for one in explanation.statements],
        grants=[one.policy for one in decision.because if one.document is Document.GRANT],
        context=[shapes.ContextSeen(name=name, values=_values(value)) for name, value in explanation.context.items()],
        absent=list(explanation.absent),
        smallest_change=list(remedies_text(explanation)),
        text=list(text),
    )


def _decision(*, allowed: bool) -> str:
    return "ALLOWED" if allowed else "DENIED"


def _statement_shape(one: StatementSeen, explanation: Explanation) -> shapes.ExplainedStatement:
    decides = one.because in explanation.decision.because
    return shapes.ExplainedStatement(
        policy_name=one.because.policy,
        kind=_KINDS[one.because.document],
        effect=one.effect.value,
        sid=one.because.statement,
        standing="DECIDES" if decides else _STANDINGS[one.standing],
        document=msgspec.json.encode(one.written).decode() if one.written is not None else None,
        unmet_conditions=[_condition_shape(each) for each in one.failed],
    )


def _condition_shape(condition: ConditionSeen) -> shapes.UnmetCondition:
    return shapes.UnmetCondition(
        operator=condition.operator,
        key=condition.key,
        wanted=list(condition.wanted),
        seen=None if condition.seen is None else _values(condition.seen),
    )


def _values(value: str | tuple[str, ...]) -> list[str]:
    return [value] if isinstance(value, str) else list(value)


OPERATIONS = (
    reads("ExplainAccess", _explain_access, about_key("ExplainAccess")),
    reads("ExplainRequest", _explain_request, on_anything("ExplainRequest")),
)
