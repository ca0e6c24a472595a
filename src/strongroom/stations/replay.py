"""Recorded calls decided twice: under the policies of now, and under a proposal. For the command line and for the console."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import msgspec

from strongroom.audit.shared import is_copy_for_owner
from strongroom.authz.explain import Explanation
from strongroom.authz.explain_text import because_text, reason_text
from strongroom.authz.policy import Policy
from strongroom.model.arn import PARTITION
from strongroom.model.identity import Role, User
from strongroom.model.view import Snapshot
from strongroom.operations.console.ports import ChangedCall, Replayed
from strongroom.stations.questions import NO_PROPOSAL, NotExplainableError, Proposal, Questions
from strongroom.stations.recorded import Outcome, RecordedCall, Records, said_by_service
from strongroom.stations.subjects import UnknownSubjectError

_MAX_KNOWN = 100_000
_TIMES = frozenset({"aws:currenttime", "aws:epochtime"})
_SAME = (
    "eventName",
    "awsRegion",
    "requestParameters",
    "resources",
    "sourceIPAddress",
    "userAgent",
    "userIdentity",
)

Concerns = Callable[[Mapping[str, Any]], bool]
"""Whether a record is about what is proposed."""
_Verdict = tuple[bool, str]
"""Allowed, and who decides."""


def replay(
    view: Snapshot, proposal: Proposal, records: Iterable[bytes], concerns: Concerns, organization: str = ""
) -> Replayed:
    """Decide the calls again; the changes are in the order of ``records``."""
    result = Replayed()
    calls, decisions = Records(view), _Decisions(Questions(view, organization), proposal)
    for raw in records:
        record: dict[str, Any] = msgspec.json.decode(raw)
        if record.get("eventType") != "AwsApiCall" or is_copy_for_owner(record) or not concerns(record):
            continue
        result.calls += 1
        try:
            call = calls.call_of(record)
            today, proposed = decisions.verdicts(record, call)
        except (NotExplainableError, UnknownSubjectError) as error:
            result.untold[str(error)] = result.untold.get(str(error), 0) + 1
            continue
        _count(result, record, call, today, proposed)
    return result


def is_about(record: Mapping[str, Any], key_arn: str) -> bool:
    """Say whether a call was about that key."""
    return any(one.get("ARN") == key_arn for one in record.get("resources") or ())


def is_by(record: Mapping[str, Any], owner: User | Role) -> bool:
    """Say whether a user made a call, or somebody who had taken that role on."""
    arn = str((record.get("userIdentity") or {}).get("arn", ""))
    if isinstance(owner, User):
        return arn == owner.arn
    return arn.startswith(f"arn:{PARTITION}:sts::{owner.account}:assumed-role/{owner.name}/")


def in_place_of(proposed: Policy, gives_way: str) -> Callable[[Sequence[Policy]], Sequence[Policy]]:
    """Return what puts ``proposed`` in the place of the policy of that name or ARN; without one, beside all others."""
    return lambda policies: (*(each for each in policies if each.name != (gives_way or None)), proposed)


class _Decisions:
    """Decides calls twice; equal calls once, where no statement asks for the time."""

    def __init__(self, questions: Questions, proposal: Proposal) -> None:
        self._questions = questions
        self._proposal = proposal
        self._known: dict[bytes, tuple[_Verdict, _Verdict]] = {}

    def verdicts(self, record: Mapping[str, Any], call: RecordedCall) -> tuple[_Verdict, _Verdict]:
        """Return what the present policies and the proposed ones say. Errors: NotExplainableError."""
        told = said_by_service(record)
        key = msgspec.json.encode(["tlsDetails" in record, told, *(record.get(name) for name in _SAME)])
        if (known := self._known.get(key)) is not None:
            return known
        today = self._questions.explain(call.question, NO_PROPOSAL)
        proposed = self._questions.explain(call.question, self._proposal)
        verdicts = _verdict(today), _verdict(proposed)
        asked = {name for each in (*today, *proposed) for name in (*each.context, *each.absent)}
        if len(self._known) < _MAX_KNOWN and asked.isdisjoint(_TIMES):
            self._known[key] = verdicts
        return verdicts


def _verdict(explanations: Sequence[Explanation]) -> _Verdict:
    if not explanations:
        return True, "no permission is needed"
    last = explanations[-1]
    if last.decision.because:
        return last.decision.allowed, ", ".join(because_text(one) for one in last.decision.because)
    return last.decision.allowed, reason_text(last)


def _count(
    result: Replayed, record: Mapping[str, Any], call: RecordedCall, today: _Verdict, proposed: _Verdict
) -> None:
    if call.by_session_policy:  # whatever else is allowed
        result.same += 1
        return
    if call.outcome is not Outcome.UNKNOWN and (call.outcome is Outcome.ALLOWED) is not today[0]:
        result.drifted += 1
    if today[0] is proposed[0]:
        result.same += 1
        return
    if proposed[0]:
        result.now_allowed += 1
    else:
        result.now_denied += 1
    changed = ChangedCall(
        time=call.time,
        event_id=str(record.get("eventID", "")),
        request_id=call.request_id,
        event_name=str(record["eventName"]),
        principal=call.question.subject.principal.arn,
        key_arn=call.question.arns[0] if call.question.arns else "",
        allowed_before=today[0],
        allowed_after=proposed[0],
        because=proposed[1],
    )
    result.changed.append(changed)
