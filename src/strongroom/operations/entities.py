"""Users, groups, roles, instance profiles and policies as resources: from how a request names one to what policies know of it.

The labels stand in denials: AWS says ``user alice`` of one that is named and gives the ARN of one that is to be created.
Source: Service Authorization Reference, "AWS Identity and Access Management"; the texts are recorded answers.
"""

import re
from dataclasses import dataclass
from typing import TypeVar

from strongroom.errors import ValidationError
from strongroom.model.arn import ARN, PARTITION, parse_arn
from strongroom.model.identity import AccessKey, Group, InstanceProfile, ManagedPolicy, OIDCProvider, Role, Tags, User
from strongroom.model.permission import EntityRef
from strongroom.model.view import Snapshot

N = TypeVar("N", User, Role, ManagedPolicy)

_ARN_LIKE = re.compile(r"arn:[^:]+:[^:]+:[^:]*:[^:]*:.+", re.DOTALL)
_NOUNS: dict[str, type[User | Group | Role]] = {"user": User, "group": Group, "role": Role}


@dataclass(frozen=True, slots=True)
class Entity:
    """``boundary`` is the ARN of its permissions boundary, empty without one; ``account`` is empty for the caller's own."""

    arn: str
    label: str
    tags: Tags = ()
    boundary: str = ""
    account: str = ""


def entity_of(view: Snapshot, ref: EntityRef, account: str) -> Entity:
    """Return what a request is about. One that does not exist has the ARN it would have without a path."""
    if ref.path or ref.beside:
        beside = view.get(_NOUNS[ref.kind], account, ref.beside) if ref.beside else None
        path = beside.path if beside is not None else ref.path or "/"
        arn = f"arn:{PARTITION}:iam::{account}:{ref.kind}{path}{ref.name}"
        return Entity(arn, f"policy {ref.name}" if ref.kind == "policy" and ref.name else arn)
    match ref.kind:
        case "access-key":
            return _of_access_key(view, ref.name, account)
        case "instance-profile":
            return _of_instance_profile(view, ref.name, account)
        case "policy":
            policy = customer_policy(view, ref.name)
            return Entity(ref.name, f"policy {ref.name}", policy.tags if policy is not None else ())
        case "oidc-provider":
            provider = oidc_provider(view, ref.name, account)
            return Entity(ref.name, ref.name, provider.tags if provider is not None else ())
        case _:
            return _of_owner(view, ref, account)


def _of_owner(view: Snapshot, ref: EntityRef, account: str) -> Entity:
    found = view.get(_NOUNS[ref.kind], account, ref.name)
    label = f"{ref.kind} {ref.name}"
    if found is None:
        return Entity(f"arn:{PARTITION}:iam::{account}:{ref.kind}/{ref.name}", label)
    if isinstance(found, Group):
        return Entity(found.arn, label)
    return Entity(found.arn, label, found.tags, found.boundary)


def _of_instance_profile(view: Snapshot, name: str, account: str) -> Entity:
    found = view.get(InstanceProfile, account, name)
    label = f"instance profile {name}"
    if found is None:
        return Entity(f"arn:{PARTITION}:iam::{account}:instance-profile/{name}", label)
    return Entity(found.arn, label, found.tags)


def _of_access_key(view: Snapshot, access_key_id: str, account: str) -> Entity:
    access_key = view.get(AccessKey, access_key_id)
    label = f"access key {access_key_id}"
    if access_key is None or access_key.account != account:
        return Entity(f"arn:{PARTITION}:iam::{account}:user/", label)
    user = entity_of(view, EntityRef("user", access_key.user_name), account)
    return Entity(user.arn, label, user.tags, user.boundary)


def customer_policy(view: Snapshot, arn: str) -> ManagedPolicy | None:
    """Return the customer managed policy of that ARN, path and all."""
    return _of_arn(view, ManagedPolicy, "policy", arn)


def user_of_arn(view: Snapshot, arn: str) -> User | None:
    """Return the user of that ARN, path and all, of whichever account."""
    return _of_arn(view, User, "user", arn)


def role_of_arn(view: Snapshot, arn: str) -> Role | None:
    """Return the role of that ARN, path and all, of whichever account."""
    return _of_arn(view, Role, "role", arn)


def _of_arn(view: Snapshot, noun: type[N], kind: str, arn: str) -> N | None:
    parsed = parse_arn(arn)
    if parsed is None or parsed.service != "iam" or not parsed.resource.startswith(f"{kind}/"):
        return None
    found = view.get(noun, parsed.account, parsed.resource.rpartition("/")[2])
    return found if found is not None and found.arn == arn else None


def role_arn_of(text: str) -> ARN:
    """Return the ARN in a request to become a role. Errors: ValidationError; both texts are recorded answers."""
    if not _ARN_LIKE.fullmatch(text):
        raise ValidationError(f"{text} is invalid")
    arn = parse_arn(text)
    if arn is None:
        raise ValidationError("Request ARN is invalid")
    return arn


def oidc_provider(view: Snapshot, arn: str, account: str) -> OIDCProvider | None:
    """Return the account's OpenID Connect provider of that ARN."""
    head, _, url = arn.partition(":oidc-provider/")
    return view.get(OIDCProvider, account, url) if head == f"arn:{PARTITION}:iam::{account}" and url else None
