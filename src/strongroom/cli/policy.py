"""``strongroom policy try``: which calls of the journal a proposed policy would have answered otherwise."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import msgspec

from strongroom.audit.newest import newest_records
from strongroom.audit.shared import is_copy_for_owner
from strongroom.authz.explain import Explanation
from strongroom.authz.explain_text import because_text, reason_text
from strongroom.authz.policy import Policy, PolicyKind, parse_policy
from strongroom.bootstrap import ACCOUNT_SETTING
from strongroom.cli.clock import present, seconds_of
from strongroom.cli.explain import CannotTellError, reading
from strongroom.errors import AWSError
from strongroom.model.arn import PARTITION
from strongroom.model.identity import Role, User
from strongroom.model.permission import KeyRef
from strongroom.model.setting import Setting
from strongroom.model.view import Snapshot
from strongroom.operations.iam.policies_of import identity_policies
from strongroom.operations.resolve import find_key
from strongroom.server.settings import DataDirectory
from strongroom.stations.questions import NO_PROPOSAL, NotExplainableError, Proposal, Questions
from strongroom.stations.recorded import Outcome, RecordedCall, Records
from strongroom.stations.subjects import UnknownSubjectError

_MAX_KNOWN = 100_000
_TIMES = frozenset({"aws:currenttime", "aws:epochtime"})
_ARN = re.compile(r"arn:aws:iam::\d{12}:.+")
PROPOSED = "proposed"


@dataclass(frozen=True, slots=True)
class Trial:
    """What is tried: a key's policy, or those of a user or role.

    ``instead_of`` names the one identity policy that gives way (name or ARN), ``beside`` keeps all; else all give way.
    """

    text: str
    key: str = ""
    user: str = ""
    role: str = ""
    since: str = "30d"
    region: str = ""
    organization: str = ""
    instead_of: str = ""
    beside: bool = False


@dataclass(slots=True)
class Result:
    """``changed`` are (event time, line); ``drifted`` counts calls that the present policies decide otherwise than then."""

    calls: int = 0
    same: int = 0
    drifted: int = 0
    now_denied: int = 0
    now_allowed: int = 0
    untold: dict[str, int] = field(default_factory=dict)
    changed: list[tuple[str, str]] = field(default_factory=list)


Verdict = tuple[bool, str]
"""Allowed, and who decides."""


def try_policy(data: DataDirectory, trial: Trial) -> Result:
    """Decide the recorded calls again, under the present policies and under the proposal. Errors: CannotTellError."""
    since = datetime.fromtimestamp(present(data) - seconds_of(trial.since), UTC)
    result = Result()
    with reading(data) as view:
        proposal, having, concerns = _proposal(view, trial)
        records, replayed = Records(view), _Replay(Questions(view, trial.organization), proposal)
        for raw in newest_records(data.journal, f"{since:%Y-%m-%dT%H:%M:%SZ}", having.encode()):
            record: dict[str, Any] = msgspec.json.decode(raw)
            if record.get("eventType") != "AwsApiCall" or is_copy_for_owner(record) or not concerns(record):
                continue
            result.calls += 1
            try:
                call = records.call_of(record)
                present_verdict, proposed = replayed.verdicts(record, call)
            except (NotExplainableError, UnknownSubjectError) as error:
                result.untold[str(error)] = result.untold.get(str(error), 0) + 1
                continue
            _count(result, record, call, present_verdict, proposed)
    result.changed.sort()
    return result


def result_lines(result: Result, limit: int) -> Iterator[str]:
    """Yield the changes, one line each, and the counts."""
    for _, line in result.changed[:limit]:
        yield line
    if len(result.changed) > limit:
        yield f"... and {len(result.changed) - limit} more (--limit)"
    yield (
        f"{result.calls} calls: {result.now_denied} allowed -> denied, {result.now_allowed} denied -> allowed, "
        f"{result.same} as before, {sum(result.untold.values())} that cannot be decided again"
    )
    if result.drifted:
        yield f"{result.drifted} calls are decided otherwise already by the policies of today than when they were made"
    for reason, count in sorted(result.untold.items(), key=lambda item: -item[1])[:5]:
        yield f"  {count} not decided: {reason}"


class _Replay:
    """Decides calls twice; equal calls once, where no statement asks for the time."""

    def __init__(self, questions: Questions, proposal: Proposal) -> None:
        self._questions = questions
        self._proposal = proposal
        self._known: dict[bytes, tuple[Verdict, Verdict]] = {}

    def verdicts(self, record: Mapping[str, Any], call: RecordedCall) -> tuple[Verdict, Verdict]:
        """Return what the present policies and the proposed ones say. Errors: NotExplainableError."""
        same = (
            "eventName",
            "awsRegion",
            "requestParameters",
            "resources",
            "sourceIPAddress",
            "userAgent",
            "userIdentity",
        )
        named = [record.get(name) for name in same]
        key = msgspec.json.encode(["tlsDetails" in record, *named])
        if (known := self._known.get(key)) is not None:
            return known
        today = self._questions.explain(call.question, NO_PROPOSAL)
        proposed = self._questions.explain(call.question, self._proposal)
        verdicts = _verdict(today), _verdict(proposed)
        asked = {name for each in (*today, *proposed) for name in (*each.context, *each.absent)}
        if len(self._known) < _MAX_KNOWN and asked.isdisjoint(_TIMES):
            self._known[key] = verdicts
        return verdicts


def _verdict(explanations: Sequence[Explanation]) -> Verdict:
    if not explanations:
        return True, "no permission is needed"
    last = explanations[-1]
    if last.decision.because:
        return last.decision.allowed, ", ".join(because_text(one) for one in last.decision.because)
    return last.decision.allowed, reason_text(last)


def _count(result: Result, record: Mapping[str, Any], call: RecordedCall, today: Verdict, proposed: Verdict) -> None:
    if call.outcome is not Outcome.UNKNOWN and (call.outcome is Outcome.ALLOWED) is not today[0]:
        result.drifted += 1
    if today[0] is proposed[0]:
        result.same += 1
        return
    if proposed[0]:
        result.now_allowed += 1
    else:
        result.now_denied += 1
    change = "denied -> allowed" if proposed[0] else "allowed -> denied"
    arn = call.question.arns[0].rpartition("/")[2] if call.question.arns else "*"
    who = call.question.subject.principal.arn
    line = f"{call.time}  {change}  {record['eventName']} {arn} by {who}: {proposed[1]} ({call.request_id})"
    result.changed.append((call.time, line))


# --- what is proposed ------------------------------------------------------------------------------------------------

Concerns = Callable[[Mapping[str, Any]], bool]


def _proposal(view: Snapshot, trial: Trial) -> tuple[Proposal, str, Concerns]:
    """Return the proposal, a text that stands in every record it concerns, and the exact test. Errors: CannotTellError, AWSError."""
    setting = view.get(Setting, ACCOUNT_SETTING)
    account = setting.value.decode() if setting is not None else ""
    if trial.key:
        try:
            key = find_key(view, KeyRef(trial.key, alias_allowed=True), account, trial.region)
        except AWSError as error:
            raise CannotTellError(f"{error} (in Region {trial.region}, account {account}).") from None
        policy = parse_policy(trial.text, PolicyKind.KEY, PROPOSED)
        return Proposal(key.arn, policy), key.key_id, lambda record: _is_about(record, key.arn)
    owner = _owner(view, trial, account)
    policy = parse_policy(trial.text, PolicyKind.IDENTITY, PROPOSED)
    proposal = Proposal(owner_arn=owner.arn, identity=_replacing(policy, trial))
    proposal.identity(identity_policies(view, owner))  # says at once when nothing can give way
    if isinstance(owner, User):
        return proposal, owner.arn, lambda record: _arn_of(record) == owner.arn
    prefix = f"arn:{PARTITION}:sts::{owner.account}:assumed-role/{owner.name}/"
    return proposal, prefix, lambda record: _arn_of(record).startswith(prefix)


def _owner(view: Snapshot, trial: Trial, account: str) -> User | Role:
    noun: type[User | Role] = User if trial.user else Role
    given = trial.user or trial.role
    name = given
    if _ARN.fullmatch(given):
        account, name = given.split(":")[4], given.rpartition("/")[2]
    owner = view.get(noun, account, name)
    if owner is None:
        raise CannotTellError(f"There is no {'user' if trial.user else 'role'} {name} in account {account}.")
    return owner


def _replacing(policy: Policy, trial: Trial) -> Callable[[Sequence[Policy]], Sequence[Policy]]:
    def replaced(policies: Sequence[Policy]) -> Sequence[Policy]:
        if trial.beside:
            return (*policies, policy)
        if not trial.instead_of:
            return (policy,)
        kept = tuple(each for each in policies if each.name != trial.instead_of)
        if len(kept) == len(policies):
            named = ", ".join(each.name for each in policies) or "none"
            raise CannotTellError(f"There is no policy {trial.instead_of} to give way; there are: {named}.")
        return (*kept, policy)

    return replaced


def _is_about(record: Mapping[str, Any], key_arn: str) -> bool:
    return any(one.get("ARN") == key_arn for one in record.get("resources") or ())


def _arn_of(record: Mapping[str, Any]) -> str:
    return str((record.get("userIdentity") or {}).get("arn", ""))
