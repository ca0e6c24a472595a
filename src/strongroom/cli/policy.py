"""``strongroom policy try``: which calls of the journal a proposed policy would have answered otherwise."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from strongroom.audit.newest import newest_records
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
from strongroom.operations.console.ports import ChangedCall, Replayed
from strongroom.operations.iam.policies_of import identity_policies
from strongroom.operations.resolve import find_key
from strongroom.server.settings import DataDirectory
from strongroom.stations.questions import Proposal
from strongroom.stations.replay import Concerns, in_place_of, is_about, is_by, replay

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


def try_policy(data: DataDirectory, trial: Trial) -> Replayed:
    """Decide the recorded calls again, under the present policies and under the proposal. Errors: CannotTellError."""
    since = datetime.fromtimestamp(present(data) - seconds_of(trial.since), UTC)
    with reading(data) as view:
        proposal, having, concerns = _proposal(view, trial)
        records = newest_records(data.journal, f"{since:%Y-%m-%dT%H:%M:%SZ}", having.encode())
        return replay(view, proposal, records, concerns, trial.organization)


def result_lines(result: Replayed, limit: int) -> Iterator[str]:
    """Yield the changes, one line each, and the counts."""
    lines = sorted((changed.time, _line(changed)) for changed in result.changed)
    for _, line in lines[:limit]:
        yield line
    if len(lines) > limit:
        yield f"... and {len(lines) - limit} more (--limit)"
    yield (
        f"{result.calls} calls: {result.now_denied} allowed -> denied, {result.now_allowed} denied -> allowed, "
        f"{result.same} as before, {sum(result.untold.values())} that cannot be decided again"
    )
    if result.drifted:
        yield f"{result.drifted} calls are decided otherwise already by the policies of today than when they were made"
    for reason, count in sorted(result.untold.items(), key=lambda item: -item[1])[:5]:
        yield f"  {count} not decided: {reason}"


def _line(call: ChangedCall) -> str:
    change = "denied -> allowed" if call.allowed_after else "allowed -> denied"
    arn = call.key_arn.rpartition("/")[2] or "*"
    return f"{call.time}  {change}  {call.event_name} {arn} by {call.principal}: {call.because} ({call.request_id})"


# --- what is proposed ------------------------------------------------------------------------------------------------


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
        return Proposal(key.arn, policy), key.key_id, lambda record: is_about(record, key.arn)
    owner = _owner(view, trial, account)
    policy = parse_policy(trial.text, PolicyKind.IDENTITY, PROPOSED)
    proposal = Proposal(owner_arn=owner.arn, identity=_replacing(policy, trial))
    proposal.identity(identity_policies(view, owner))  # says at once when nothing can give way
    having = (
        owner.arn if isinstance(owner, User) else f"arn:{PARTITION}:sts::{owner.account}:assumed-role/{owner.name}/"
    )
    return proposal, having, lambda record: is_by(record, owner)


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
        if not trial.beside and not trial.instead_of:
            return (policy,)
        if not trial.beside and all(each.name != trial.instead_of for each in policies):
            named = ", ".join(each.name for each in policies) or "none"
            raise CannotTellError(f"There is no policy {trial.instead_of} to give way; there are: {named}.")
        return in_place_of(policy, "" if trial.beside else trial.instead_of)(policies)

    return replaced
