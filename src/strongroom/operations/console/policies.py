"""TryKeyPolicy: what a key policy would have changed, what is wrong with it, and whether its author locks himself out."""

import math
from collections.abc import Iterator
from datetime import datetime

from strongroom.authz.acceptance import accept_policy
from strongroom.authz.policy import Policy, PolicyKind
from strongroom.errors import LimitExceededError, MalformedPolicyDocumentError
from strongroom.model.events import EventQuery
from strongroom.model.key import Key
from strongroom.operations.console.common import about_key, reads
from strongroom.operations.console.errors import UnavailableError
from strongroom.operations.console.findings import Finding, findings
from strongroom.operations.console.ports import ChangedCall
from strongroom.operations.kms.policies import POLICY_NAME, check_caller_stays
from strongroom.operations.named_principals import unknown_principals
from strongroom.operations.operation import Call, Outcome
from strongroom.wire.shapes import strongroom as shapes

MAX_RECORDS = 20_000  # that are decided again for one answer
_DEFAULT_SECONDS = 30 * 86_400
_DEFAULT_CHANGES = 100


class _Records:
    """The recorded calls on a key by principals of its account, the newest first."""

    def __init__(self, call: Call, key: Key, since: float) -> None:
        self._call = call
        self._query = EventQuery(
            since=max(0, math.floor(since)),
            services=("kms",),
            regions=(key.region,),
            accounts=(call.account,),
            keys=(key.arn,),
        )
        self.complete = True

    def __iter__(self) -> Iterator[bytes]:
        scan = self._call.events.search(self._query)
        for number, raw in enumerate(scan):
            if number == MAX_RECORDS:
                self.complete = False
                return
            yield raw
        self.complete = scan.cursor is None


def _try_key_policy(call: Call, request: shapes.TryKeyPolicyRequest) -> Outcome:
    key = call.key
    if len(request.policy.encode()) > (most := call.quotas.policy_bytes):
        raise LimitExceededError(f"The policy is longer than {most} bytes.")
    policy = accept_policy(request.policy, PolicyKind.KEY, POLICY_NAME)
    since = request.since if request.since is not None else call.now_ms / 1000 - _DEFAULT_SECONDS
    records = _Records(call, key, since)
    try:
        replayed = call.inquiries.explainer.replay(call.view, key, policy, records)
    except OSError:
        raise UnavailableError("The audit journal cannot be read now.") from None
    unknown = unknown_principals(call.view, policy)
    shown = sorted(replayed.changed, key=lambda one: one.time, reverse=True)
    untold = sorted(replayed.untold.items(), key=lambda item: -item[1])
    return Outcome(
        shapes.TryKeyPolicyResponse(
            tried=replayed.calls - sum(replayed.untold.values()),
            now_denied=replayed.now_denied,
            now_allowed=replayed.now_allowed,
            same=replayed.same,
            drifted=replayed.drifted,
            untold=[shapes.UntoldCalls(reason=reason, count=count) for reason, count in untold],
            changed=[_changed_shape(one) for one in shown[: request.max_changes or _DEFAULT_CHANGES]],
            complete=records.complete,
            findings=[_finding_shape(one) for one in findings(policy, key.arn, unknown)],
            lock_out=_lock_out(call, key, policy),
        )
    )


def _changed_shape(one: ChangedCall) -> shapes.ChangedCall:
    return shapes.ChangedCall(
        event_id=one.event_id,
        request_id=one.request_id,
        event_time=datetime.fromisoformat(one.time).timestamp(),
        event_name=one.event_name,
        principal=one.principal,
        before="ALLOWED" if one.allowed_before else "DENIED",
        after="ALLOWED" if one.allowed_after else "DENIED",
        reason=one.because,
    )


def _finding_shape(one: Finding) -> shapes.PolicyFinding:
    return shapes.PolicyFinding(severity=one.severity.value, code=one.code, sid=one.statement or None, text=one.text)


def _lock_out(call: Call, key: Key, policy: Policy) -> shapes.LockOut:
    try:
        check_caller_stays(call, key, policy)
    except MalformedPolicyDocumentError as error:
        return shapes.LockOut(safe=False, reason=error.message)
    return shapes.LockOut(safe=True, reason=f"{call.principal.arn} could still change the key policy.")


OPERATIONS = (reads("TryKeyPolicy", _try_key_policy, about_key("TryKeyPolicy")),)
