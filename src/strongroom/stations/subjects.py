"""Who is asked about: a principal with its policies, as it would call now. For explanations, not for requests.

A role is taken as a session of it without session policies: what those would limit is not in the store.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from strongroom.authz.policy import Policy, PolicyKind, parse_policy
from strongroom.model.arn import PARTITION, parse_arn, root_arn
from strongroom.model.identity import Role, User
from strongroom.model.principal import Principal, PrincipalKind
from strongroom.model.service import Service
from strongroom.model.view import Snapshot
from strongroom.operations.iam.policies_of import boundary_of, identity_policies
from strongroom.operations.services import SERVICE_POLICY

SESSION_NAME = "explained"
_OF_SERVICES = ".amazonaws.com"
_MAX_SERVICES = 2  # of one name: more than one is too many to choose from
_SESSION_NOTE = "session policies and session tags, if any, are not known here"

N = TypeVar("N")


class UnknownSubjectError(Exception):
    """There is no such principal. The text says what to do."""


@dataclass(frozen=True, slots=True)
class Subject:
    """``note`` is what an explanation cannot know of it. ``service`` is the one that the call comes through, if any."""

    principal: Principal
    policies: Sequence[Policy] = ()
    boundary: Policy | None = None
    note: str = ""
    service: Service | None = None


def subject_of(view: Snapshot, arn: str, account: str = "") -> Subject:
    """Return who is named: user, role, session or account root by ARN; or a service, which acts for ``account``.

    Errors: UnknownSubjectError.
    """
    parsed = parse_arn(arn)
    if parsed is None:
        if arn.endswith(_OF_SERVICES):
            return _service(view, arn, account)
        raise UnknownSubjectError(f"{arn} is no ARN. Write it as arn:aws:iam::ACCOUNT:user/NAME or ...:role/NAME.")
    kind, _, rest = parsed.resource.partition("/")
    name = rest.rpartition("/")[2]
    if parsed.service == "iam" and parsed.resource == "root":
        return Subject(Principal(PrincipalKind.ROOT, parsed.account, root_arn(parsed.account), parsed.account))
    if parsed.service == "iam" and kind == "user":
        return _user(view, _found(view.get(User, parsed.account, name), arn))
    if parsed.service == "iam" and kind == "role":
        return _session(view, _found(view.get(Role, parsed.account, name), arn), SESSION_NAME)
    if parsed.service == "sts" and kind == "assumed-role" and "/" in rest:
        role, _, session = rest.partition("/")
        return _session(view, _found(view.get(Role, parsed.account, role), arn), session)
    raise UnknownSubjectError(f"{arn} is not a user, role, role session or account root.")


def through(name: str, account: str) -> Service:
    """Return a service of that name as what calls come through; it need not be there, or not any more."""
    return Service("", account, name.partition(".")[0], "", (), b"", 0)


def _service(view: Snapshot, principal: str, account: str) -> Subject:
    """Return a service as itself. Errors: UnknownSubjectError."""
    where = {"name": principal.removesuffix(_OF_SERVICES)} | ({"account": account} if account else {})
    service, *others = view.page(Service, where, limit=_MAX_SERVICES) or (None,)
    if service is None:
        raise UnknownSubjectError(
            f"There is no service {principal}{f' for account {account}' if account else ''} (any more); "
            "strongroom service list shows all."
        )
    if others:
        raise UnknownSubjectError(f"Several accounts have a service {principal}: name the key by its ARN.")
    caller = Principal(PrincipalKind.SERVICE, service.account, principal, principal)
    return Subject(caller, (parse_policy(service.policy, PolicyKind.IDENTITY, SERVICE_POLICY),), service=service)


def _user(view: Snapshot, user: User) -> Subject:
    principal = Principal(PrincipalKind.USER, user.account, user.arn, user.user_id, user.name, tags=user.tags)
    return Subject(principal, identity_policies(view, user), boundary_of(view, user))


def _session(view: Snapshot, role: Role, session: str) -> Subject:
    principal = Principal(
        PrincipalKind.ASSUMED_ROLE,
        role.account,
        f"arn:{PARTITION}:sts::{role.account}:assumed-role/{role.name}/{session}",
        f"{role.role_id}:{session}",
        issuer_arn=role.arn,
        tags=role.tags,
    )
    return Subject(principal, identity_policies(view, role), boundary_of(view, role), _SESSION_NOTE)


def _found(noun: N | None, arn: str) -> N:
    if noun is None:
        raise UnknownSubjectError(f"There is no principal {arn} in this data directory (any more).")
    return noun
