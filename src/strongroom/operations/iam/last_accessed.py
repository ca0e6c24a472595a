"""When somebody last used each service that his policies allow: GenerateServiceLastAccessedDetails and its kin.

The answer comes from the audit records, at the moment it is asked for; so a job is done when it begins, and its id says what
it was about. Attempts count whether they were allowed or not, as in AWS.
Source: IAM API Reference, these actions; IAM User Guide, "Refine permissions in AWS using last accessed information".
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from types import MappingProxyType
from typing import Any
from uuid import UUID

import msgspec

from strongroom.authz.policy import Policy
from strongroom.errors import InvalidInputError, NoSuchEntityError
from strongroom.model.arn import parse_arn
from strongroom.model.events import EventQuery
from strongroom.model.identity import Group, ManagedPolicy, Owner, Role, User
from strongroom.model.permission import EntityRef, Permission
from strongroom.model.principal import Principal
from strongroom.operations.iam.attachments import entities_of
from strongroom.operations.iam.aws_managed import AWS_MANAGED, AWSManagedPolicy
from strongroom.operations.iam.common import every, on_anything, paged, reads
from strongroom.operations.iam.find_policy import find_policy
from strongroom.operations.iam.granting import grants
from strongroom.operations.iam.groups import members_of_group
from strongroom.operations.iam.policies_of import managed_policy
from strongroom.operations.iam.simulated import attached, kind_and_name, owner_of
from strongroom.operations.operation import Call, Outcome
from strongroom.wire.shapes import iam

SERVICES: Mapping[str, str] = MappingProxyType(
    {
        "cloudtrail": "AWS CloudTrail",
        "iam": "AWS Identity and Access Management",
        "kms": "AWS Key Management Service",
        "strongroom": "strongroom",
        "sts": "AWS Security Token Service",
    }
)
TRACKED_SECONDS = 400 * 86_400  # User Guide: the tracking period
MAX_SEARCHES = 500  # ours: of one answer, so that a policy of very many cannot keep the server busy
MAX_PIECES = 20  # ours: of a look back without an index, each of them as long as it may be
MAX_RECORDS = 5000  # ours: that are read for the actions of one service
_KINDS = ("AIDA", "AGPA", "AROA", "ANPA")
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
_ID_LETTERS = 17
_LAYOUT = 1  # the first byte of a job id
_TOO_MANY = "Too many users and roles have this group or policy."
_NOT_READ = "The audit records could not be read far enough back: their index is not there, or not up to date."

Entity = Owner | ManagedPolicy | AWSManagedPolicy


class _UnfinishedError(Exception):
    """The text tells the caller why nothing can be said."""


class _Record(msgspec.Struct):
    eventTime: datetime  # noqa: N815 - CloudTrail's names
    eventName: str  # noqa: N815 - as above
    awsRegion: str  # noqa: N815 - as above


_RECORD = msgspec.json.Decoder(_Record)


# --- jobs --------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Job:
    """``unique_id`` is that of a user, group, role or policy; ``begun`` is in seconds since the epoch."""

    unique_id: str
    begun: int
    by_action: bool

    @property
    def job_id(self) -> str:
        """36 characters that say all of it."""
        number = _LAYOUT << 3 | _KINDS.index(self.unique_id[:4]) << 1 | self.by_action
        number = number << 32 | self.begun
        for letter in self.unique_id[4:]:
            number = number << 5 | _LETTERS.index(letter)
        return str(UUID(int=number))

    @property
    def granularity(self) -> str:
        return "ACTION_LEVEL" if self.by_action else "SERVICE_LEVEL"


def job_of(job_id: str) -> Job:
    """Errors: NoSuchEntityError."""
    try:
        number = UUID(job_id).int
    except ValueError:
        number = 0
    letters = ""
    for _ in range(_ID_LETTERS):
        number, letter = number >> 5, number & 31
        letters = _LETTERS[letter] + letters
    kind, begun = number >> 32, number & 0xFFFF_FFFF
    if kind >> 3 != _LAYOUT:
        raise NoSuchEntityError(f"The job with id {job_id} cannot be found.")
    return Job(_KINDS[kind >> 1 & 3] + letters, begun, bool(kind & 1))


# --- who is meant --------------------------------------------------------------------------------------------------------


def _entity(call: Call, arn: str) -> Entity:
    """Errors: InvalidInputError, NoSuchEntityError, ValidationError."""
    if _is_policy(arn):
        return find_policy(call, arn)
    return owner_of(call, arn)


def _is_policy(arn: str) -> bool:
    parsed = parse_arn(arn)
    return parsed is not None and parsed.service == "iam" and parsed.resource.startswith("policy/")


def _entity_of(call: Call, job: Job) -> Entity:
    """Errors: NoSuchEntityError, for one that is gone meanwhile."""
    here = {"account": call.account}
    found: list[Entity]
    match _KINDS.index(job.unique_id[:4]):
        case 0:
            found = [user for user in every(call.view, User, here, "name") if user.user_id == job.unique_id]
        case 1:
            found = [group for group in every(call.view, Group, here, "name") if group.group_id == job.unique_id]
        case 2:
            found = [role for role in every(call.view, Role, here, "name") if role.role_id == job.unique_id]
        case _:
            found = [policy for policy in AWS_MANAGED.values() if policy.policy_id == job.unique_id]
            own = every(call.view, ManagedPolicy, here, "name")
            found += [policy for policy in own if policy.policy_id == job.unique_id]
    if not found:
        raise NoSuchEntityError(f"The job with id {job.job_id} cannot be found.")
    return found[0]


def _people(call: Call, entity: Entity) -> list[User | Role]:
    """Return who can use what the entity allows."""
    if isinstance(entity, User | Role):
        return [entity]
    owners = [entity] if isinstance(entity, Group) else list(entities_of(call, entity.arn))
    people: dict[str, User | Role] = {}
    for owner in owners:
        members = members_of_group(call, owner) if isinstance(owner, Group) else [owner]
        people |= {one.arn: one for one in members}
    return sorted(people.values(), key=lambda one: one.arn)


def _policies(call: Call, entity: Entity) -> list[Policy]:
    if isinstance(entity, ManagedPolicy | AWSManagedPolicy):
        return [managed_policy(call.view, entity.arn)]
    return [source.parsed() for source in attached(call, entity)]


def _services(call: Call, entity: Entity) -> list[str]:
    policies = _policies(call, entity)
    return [service for service in SERVICES if any(grants(policy, service) for policy in policies)]


# --- what the records say --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Use:
    time: float
    region: str
    action: str
    who: str


def _uses(call: Call, who: User | Role, service: str) -> Iterator[_Use]:
    """Yield the uses of a service, the last one first. Whoever had the same ARN before is somebody else.

    Errors: _UnfinishedError, OSError: never to be told as if nothing had been used.
    """
    query = EventQuery(
        since=max(who.created_ms // 1000, call.now_ms // 1000 - TRACKED_SECONDS),
        services=(service,),
        principals=(who.arn,),
        accounts=(call.account,),
    )
    cursor = None
    for _ in range(MAX_PIECES):
        scan = call.events.search(query, cursor)
        for raw in scan:
            try:
                record = _RECORD.decode(raw)
            except (msgspec.DecodeError, UnicodeDecodeError):
                continue
            yield _Use(record.eventTime.timestamp(), record.awsRegion, record.eventName, who.arn)
        cursor = scan.cursor
        if cursor is None:
            return
    raise _UnfinishedError(_NOT_READ)


def _last(call: Call, people: list[User | Role], service: str) -> dict[str, _Use]:
    """Return the last use of each who used it."""
    return {one.arn: use for one in people for use in islice(_uses(call, one, service), 1)}


def _of_service(call: Call, people: list[User | Role], service: str, *, by_action: bool) -> iam.ServiceLastAccessed:
    uses = _last(call, people, service)
    last = max(uses.values(), key=lambda use: use.time, default=None)
    return iam.ServiceLastAccessed(
        service_name=SERVICES[service],
        service_namespace=service,
        last_authenticated=float(int(last.time)) if last is not None else None,
        last_authenticated_entity=last.who if last is not None else None,
        last_authenticated_region=last.region if last is not None else None,
        total_authenticated_entities=len(uses),
        tracked_actions_last_accessed=_actions(call, people, service) if by_action else None,
    )


def _actions(call: Call, people: list[User | Role], service: str) -> list[iam.TrackedActionLastAccessed]:
    """Return the last use of each action among as many records as may be read."""
    found: dict[str, _Use] = {}
    for one in people:
        for use in islice(_uses(call, one, service), MAX_RECORDS):
            if use.action not in found or found[use.action].time < use.time:
                found[use.action] = use
    return [
        iam.TrackedActionLastAccessed(
            action_name=action,
            last_accessed_entity=use.who,
            last_accessed_time=float(int(use.time)),
            last_accessed_region=use.region,
        )
        for action, use in sorted(found.items())
    ]


# --- the operations --------------------------------------------------------------------------------------------------------


def _generate(call: Call, request: iam.GenerateServiceLastAccessedDetailsRequest) -> Outcome:
    entity = _entity(call, request.arn)
    unique_id = entity.policy_id if isinstance(entity, ManagedPolicy | AWSManagedPolicy) else entity.unique_id
    job = Job(unique_id, call.now_ms // 1000, request.granularity == "ACTION_LEVEL")
    return Outcome(iam.GenerateServiceLastAccessedDetailsResponse(job_id=job.job_id))


def _get(call: Call, request: iam.GetServiceLastAccessedDetailsRequest) -> Outcome:
    job = job_of(request.job_id)
    entity = _entity_of(call, job)
    people, services = _people(call, entity), _services(call, entity)
    page = paged("GetServiceLastAccessedDetails", [(service, service) for service in services], request)
    accessed: list[iam.ServiceLastAccessed] = []
    with _told() as failures:
        if len(people) * len(services) * (1 + job.by_action) > MAX_SEARCHES:
            raise _UnfinishedError(_TOO_MANY)
        accessed = [_of_service(call, people, service, by_action=job.by_action) for service in page.items]
    return Outcome(
        iam.GetServiceLastAccessedDetailsResponse(
            job_status="FAILED" if failures else "COMPLETED",
            job_type=job.granularity,
            job_creation_date=float(job.begun),
            job_completion_date=float(job.begun),
            services_last_accessed=accessed,
            is_truncated=page.truncated,
            marker=page.next_marker,
            error=failures[0] if failures else None,
        )
    )


def _get_with_entities(call: Call, request: iam.GetServiceLastAccessedDetailsWithEntitiesRequest) -> Outcome:
    job = job_of(request.job_id)
    entity = _entity_of(call, job)
    if request.service_namespace not in _services(call, entity):
        raise InvalidInputError(f"{request.service_namespace} is no service that this entity's policies allow.")
    people = [(one.arn, one) for one in _people(call, entity)]
    page = paged("GetServiceLastAccessedDetailsWithEntities", people, request)
    details: list[iam.EntityDetails] = []
    with _told() as failures:
        if len(page.items) > MAX_SEARCHES:
            raise _UnfinishedError(_TOO_MANY)
        uses = _last(call, list(page.items), request.service_namespace)
        details = [_details(one, uses.get(one.arn)) for one in page.items]
    return Outcome(
        iam.GetServiceLastAccessedDetailsWithEntitiesResponse(
            job_status="FAILED" if failures else "COMPLETED",
            job_creation_date=float(job.begun),
            job_completion_date=float(job.begun),
            entity_details_list=details,
            is_truncated=page.truncated,
            marker=page.next_marker,
            error=failures[0] if failures else None,
        )
    )


@contextmanager
def _told() -> Iterator[list[iam.ErrorDetails]]:
    """Turn what keeps a job from an answer into what the answer says of it."""
    failures: list[iam.ErrorDetails] = []
    try:
        yield failures
    except _UnfinishedError as failure:
        failures.append(iam.ErrorDetails(code="LimitExceeded", message=str(failure)))
    except OSError:
        failures.append(iam.ErrorDetails(code="ServiceFailure", message="The audit records could not be read."))


def _details(one: User | Role, use: _Use | None) -> iam.EntityDetails:
    kind = "USER" if isinstance(one, User) else "ROLE"
    info = iam.EntityInfo(arn=one.arn, name=one.name, type=kind, id=one.unique_id, path=one.path)
    return iam.EntityDetails(entity_info=info, last_authenticated=float(int(use.time)) if use is not None else None)


def _on_entity(request: Any, _caller: Principal) -> tuple[Permission, ...]:
    kind, name = ("policy", request.arn) if _is_policy(request.arn) else kind_and_name(request.arn)
    return (Permission("iam:GenerateServiceLastAccessedDetails", EntityRef(kind, name)),)


_GET, _GET_WITH_ENTITIES = "GetServiceLastAccessedDetails", "GetServiceLastAccessedDetailsWithEntities"

OPERATIONS = (
    reads("GenerateServiceLastAccessedDetails", _generate, _on_entity),
    reads(_GET, _get, on_anything(f"iam:{_GET}")),
    reads(_GET_WITH_ENTITIES, _get_with_entities, on_anything(f"iam:{_GET_WITH_ENTITIES}")),
)
