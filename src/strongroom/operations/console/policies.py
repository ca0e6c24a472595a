"""TryKeyPolicy, TryIdentityPolicy: what a policy would have changed before it is stored.

Of a key policy also what is wrong with it, and whether its author locks himself out.
"""

import math
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from strongroom.authz.acceptance import accept_policy
from strongroom.authz.policy import Policy, PolicyKind
from strongroom.errors import LimitExceededError, MalformedPolicyDocumentError, NotFoundError
from strongroom.model.events import EventQuery
from strongroom.model.identity import Role, User
from strongroom.model.key import Key
from strongroom.operations.console.common import about_key, on_anything, reads
from strongroom.operations.console.errors import UnavailableError
from strongroom.operations.console.findings import Finding, findings
from strongroom.operations.console.ports import ChangedCall, Replayed
from strongroom.operations.entities import role_of_arn, user_of_arn
from strongroom.operations.iam.policies_of import identity_policies
from strongroom.operations.kms.policies import POLICY_NAME, check_caller_stays
from strongroom.operations.named_principals import unknown_principals
from strongroom.operations.operation import Call, Outcome
from strongroom.wire.shapes import strongroom as shapes

MAX_RECORDS = 20_000  # that are decided again for one answer
_DEFAULT_SECONDS = 30 * 86_400
_DEFAULT_CHANGES = 100

_Trial = shapes.TryKeyPolicyRequest | shapes.TryIdentityPolicyRequest


class _Records:
    """The recorded calls that a proposal is tried on, the newest first."""

    def __init__(self, call: Call, query: EventQuery) -> None:
        self._call = call
        self._query = query
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
    policy = _accepted(call, request, PolicyKind.KEY, POLICY_NAME)
    query = EventQuery(
        since=_since(call, request), services=("kms",), regions=(key.region,), accounts=(call.account,), keys=(key.arn,)
    )
    records = _Records(call, query)
    with _journal():
        replayed = call.inquiries.explainer.replay(call.view, key, policy, records)
    unknown = unknown_principals(call.view, policy)
    return Outcome(
        shapes.TryKeyPolicyResponse(
            **_answer(request, replayed, records),
            findings=[_finding_shape(one) for one in findings(policy, key.arn, unknown)],
            lock_out=_lock_out(call, key, policy),
        )
    )


def _try_identity_policy(call: Call, request: shapes.TryIdentityPolicyRequest) -> Outcome:
    owner = _owner(call, request.principal_arn)
    gives_way = request.instead_of or ""
    policy = _accepted(call, request, PolicyKind.IDENTITY, gives_way or "proposed")
    if gives_way and all(each.name != gives_way for each in identity_policies(call.view, owner)):
        raise NotFoundError(f"{owner.arn} has no policy {gives_way}.")
    query = EventQuery(since=_since(call, request), accounts=(call.account,), principals=(owner.arn,))
    records = _Records(call, query)
    with _journal():
        replayed = call.inquiries.explainer.replay_identity(call.view, owner, policy, gives_way, records)
    return Outcome(shapes.TryIdentityPolicyResponse(**_answer(request, replayed, records)))


def _accepted(call: Call, request: _Trial, kind: PolicyKind, name: str) -> Policy:
    if len(request.policy.encode()) > (most := call.quotas.policy_bytes):
        raise LimitExceededError(f"The policy is longer than {most} bytes.")
    return accept_policy(request.policy, kind, name)


def _since(call: Call, request: _Trial) -> int:
    since = request.since if request.since is not None else call.now_ms / 1000 - _DEFAULT_SECONDS
    return max(0, math.floor(since))


@contextmanager
def _journal() -> Iterator[None]:
    try:
        yield
    except OSError:
        raise UnavailableError("The audit journal cannot be read now.") from None


def _owner(call: Call, arn: str) -> User | Role:
    owner = user_of_arn(call.view, arn) or role_of_arn(call.view, arn)
    if owner is None or owner.account != call.account:
        raise NotFoundError(f"There is no user or role {arn} in account {call.account}.")
    return owner


def _answer(request: _Trial, replayed: Replayed, records: _Records) -> dict[str, Any]:
    shown = sorted(replayed.changed, key=lambda one: one.time, reverse=True)
    untold = sorted(replayed.untold.items(), key=lambda item: -item[1])
    return {
        "tried": replayed.calls - sum(replayed.untold.values()),
        "now_denied": replayed.now_denied,
        "now_allowed": replayed.now_allowed,
        "same": replayed.same,
        "drifted": replayed.drifted,
        "untold": [shapes.UntoldCalls(reason=reason, count=count) for reason, count in untold],
        "changed": [_changed_shape(one) for one in shown[: request.max_changes or _DEFAULT_CHANGES]],
        "complete": records.complete,
    }


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


OPERATIONS = (
    reads("TryKeyPolicy", _try_key_policy, about_key("TryKeyPolicy")),
    reads("TryIdentityPolicy", _try_identity_policy, on_anything("TryIdentityPolicy")),
)
