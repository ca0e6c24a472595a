"""Where the value of each condition key comes from. Only the keys that a decision depends on are computed.

Source: AWS KMS Developer Guide, "AWS KMS condition keys"; IAM User Guide, "AWS global condition context keys". Keys of the
request itself (encryption context, algorithm, tags) come from the operation's ``conditions``; these come from the rest.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from operator import attrgetter
from typing import Any

import msgspec

from strongroom.crypto.attestation import CONDITION_PREFIX, Attestation, conditions
from strongroom.errors import AWSError, InvalidArnError
from strongroom.model.arn import PARTITION
from strongroom.model.grant import Grant
from strongroom.model.key import Alias, Key
from strongroom.model.permission import NO_CONDITIONS, PASSING, BlobRef, ConditionValues, KeyRef, Resource
from strongroom.model.principal import Principal, PrincipalKind
from strongroom.model.service import Service
from strongroom.model.view import Snapshot
from strongroom.operations.entities import Entity
from strongroom.operations.grantees import kept_principal, shown_principal
from strongroom.operations.kms.common import constraint_conditions
from strongroom.operations.kms.usage import unused_since_ms
from strongroom.operations.operation import Operation
from strongroom.operations.resolve import alias_named, find_key

Value = str | tuple[str, ...] | None
_RE_ENCRYPT = frozenset({"kms:ReEncryptFrom", "kms:ReEncryptTo"})
_MAX_ALIASES = 1000
_ENDING_USE = frozenset({"kms:DisableKey", "kms:ScheduleKeyDeletion"})
_BOUNDARY = "iam:permissionsboundary"
_OF_ENTITIES = frozenset({"aws:resourcetag", "iam:resourcetag", _BOUNDARY})
_DAY_MS = 86_400_000
_CREATE_GRANT = "kms:CreateGrant"
_GRANT_ACTIONS = frozenset({_CREATE_GRANT, "kms:ListGrants", "kms:RevokeGrant"})


class Scene(msgspec.Struct, frozen=True, gc=False):
    """All that a condition may look at. ``key`` is None where the resource is not a key; ``grant`` is one to be retired.

    ``organization`` is the id of the one that all accounts here belong to, if any; ``issued_at`` is when temporary credentials
    were issued, and ``with_credentials`` are other condition keys that they bring. ``entity`` is the user, group, role or
    policy that an IAM or STS operation is about. ``like`` is the key whose spec, usage and origin a key that is to be created
    will have. ``region`` is where the permission is asked, which is the request's own Region for all but multi-Region keys.
    ``service`` is the one that the call comes through, as ``principal`` itself or for it; ``source_arn`` the resource that
    it calls for, or empty.
    """

    operation: Operation
    asked: Any
    action: str
    resource: Resource
    key: Key | None
    principal: Principal
    region: str
    now: float
    source_ip: str
    user_agent: str
    secure: bool
    view: Snapshot
    organization: str = ""
    issued_at: float | None = None
    grant: Grant | None = None
    recipient: Attestation | None = None
    like: Key | None = None
    service: Service | None = None
    source_arn: str = ""
    entity: Entity | None = None
    with_credentials: ConditionValues = NO_CONDITIONS


def condition_values(scene: Scene, names: Iterable[str]) -> ConditionValues:
    """Return the values of those condition keys that are present in this request."""
    found: dict[str, str | tuple[str, ...]] = {}
    asked = scene.operation.conditions(scene.asked, scene.action)
    if scene.grant is not None:
        asked = {**asked, **constraint_conditions(scene.grant.context_equals, scene.grant.context_subset)}
    given = scene.with_credentials
    for name in names:
        value = asked.get(name)
        if value is None and given:
            value = given.get(name)
        if value is None:
            value = provider(scene) if (provider := _PROVIDERS.get(name)) else _value(scene, name)
        if value is not None:
            found[name] = value
    return found


def _value(scene: Scene, name: str) -> Value:
    prefix, _, tag = name.partition("/")
    if prefix == "aws:principaltag":
        return _tag(scene.principal.tags, tag)
    if prefix == "aws:resourcetag" and scene.key is not None:
        return _tag(scene.key.tags, tag)
    if scene.entity is not None and prefix in _OF_ENTITIES:
        return scene.entity.boundary or None if prefix == _BOUNDARY else _tag(scene.entity.tags, tag)
    if name.startswith(CONDITION_PREFIX) and scene.recipient is not None:
        return conditions(scene.recipient).get(name)
    return None


def _tag(tags: Iterable[tuple[str, str]], name: str) -> Value:
    """Tag names in condition keys are compared without case; those that differ in case alone are one key with several values."""
    found = tuple(value for tag, value in tags if tag.lower() == name)
    return found if len(found) > 1 else found[0] if found else None


def _request_alias(scene: Scene) -> Value:
    """Return the alias that the request named its key by, also where it did so beside a ciphertext blob."""
    named = scene.resource.given if isinstance(scene.resource, BlobRef) else scene.resource
    return alias_named(named) if isinstance(named, KeyRef) else None


def _resource_aliases(scene: Scene) -> Value:
    if (key := scene.key) is None:
        return None
    where = {"account": key.account, "region": key.region, "key_id": key.key_id}
    return tuple(alias.name for alias in scene.view.page(Alias, where, limit=_MAX_ALIASES))


def _of_key(read: Callable[[Key], str | None]) -> Callable[[Scene], Value]:
    def value(scene: Scene) -> Value:
        key = scene.key if scene.key is not None else scene.like
        return None if key is None else read(key)

    return value


def _trailing_days_without_usage(scene: Scene) -> Value:
    """Whole days; of a key that was never used, since it was created or uses have been kept."""
    if scene.key is None or scene.action not in _ENDING_USE:
        return None
    unused_ms = int(scene.now * 1000) - unused_since_ms(scene.view, scene.key)
    return str(max(0, unused_ms // _DAY_MS))


def _named_principal(attribute: str) -> Callable[[Scene], Value]:
    """Return the provider of a principal in the request: its ARN, whether it was written as ARN or as unique id."""

    def named(scene: Scene) -> Value:
        given: str | None = getattr(scene.asked, attribute, None)
        if given is None or scene.action != _CREATE_GRANT:
            return None
        try:
            kept = kept_principal(scene.view, given)
        except InvalidArnError:
            return given  # nobody: the operation refuses it
        return given if kept is None else shown_principal(scene.view, kept)

    return named


def _for_aws_resource(scene: Scene) -> Value:
    """Return whether a service asks, as itself or for a user, on the actions that the condition key is for."""
    return _boolean(scene.service is not None) if scene.action in _GRANT_ACTIONS else None


def _re_encrypt_on_same_key(scene: Scene) -> Value:
    """Return whether source and destination are one key; no value while one of them cannot be found, which ends the request."""
    if scene.action not in _RE_ENCRYPT:
        return None
    named = [each.resource for each in scene.operation.permissions(scene.asked, scene.principal)]
    account, region = scene.principal.account, scene.region
    try:
        arns = {find_key(scene.view, ref, account, region).arn for ref in named if isinstance(ref, KeyRef | BlobRef)}
    except AWSError:
        return None
    return _boolean(len(arns) == 1)


def _resource_account(scene: Scene) -> Value:
    if scene.key is not None:
        return scene.key.account
    return (scene.entity.account if scene.entity is not None else "") or scene.principal.account


def _principal_type(scene: Scene) -> Value:
    kinds = {
        PrincipalKind.ROOT: "Account",
        PrincipalKind.USER: "User",
        PrincipalKind.ASSUMED_ROLE: "AssumedRole",
        PrincipalKind.FEDERATED_USER: "FederatedUser",
    }
    return kinds.get(scene.principal.kind)


def _multi_region_key_type(key: Key) -> str | None:
    if not key.multi_region:
        return None
    return "PRIMARY" if key.is_primary else "REPLICA"


def _service_name(scene: Scene) -> str | None:
    return scene.principal.arn if scene.principal.kind is PrincipalKind.SERVICE else None


def _service_names(scene: Scene) -> Value:
    """A service has one name here; at AWS it may have several, and the key is multi-valued."""
    name = _service_name(scene)
    return None if name is None else (name,)


def _via_service(scene: Scene) -> Value:
    return None if scene.service is None else scene.service.via(scene.region)


def _is_forwarded(scene: Scene) -> bool:
    """Tell whether a service calls for a user, who is then the principal."""
    return scene.service is not None and scene.principal.kind is not PrincipalKind.SERVICE


def _called_via(scene: Scene) -> str | None:
    return scene.service.principal if scene.service is not None and _is_forwarded(scene) else None


def _called_via_all(scene: Scene) -> Value:
    """One service at most: services here do not call each other."""
    name = _called_via(scene)
    return None if name is None else (name,)


def _unless_service(read: Callable[[Scene], Value]) -> Callable[[Scene], Value]:
    """Return the provider of what IAM's principals have and services have not."""
    return lambda scene: None if scene.principal.kind is PrincipalKind.SERVICE else read(scene)


def _if_service(read: Callable[[Scene], Value]) -> Callable[[Scene], Value]:
    """Return the provider of what only calls have that a service makes as itself."""
    return lambda scene: read(scene) if scene.principal.kind is PrincipalKind.SERVICE else None


def _if_passed(read: Callable[[Scene], Value]) -> Callable[[Scene], Value]:
    """Return the provider of what is asked of a role that is passed: always to EC2, in an instance profile."""
    return lambda scene: read(scene) if scene.action == PASSING else None


def _time(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _boolean(value: object) -> str:
    return "true" if value else "false"


_PROVIDERS: Mapping[str, Callable[[Scene], Value]] = {
    "aws:calledvia": _called_via_all,
    "aws:calledviafirst": _called_via,
    "aws:calledvialast": _called_via,
    "aws:currenttime": lambda scene: _time(scene.now),
    "aws:epochtime": lambda scene: str(int(scene.now)),
    # Temporary credentials can show that no device was used, and none can be used here; others have no such key.
    "aws:multifactorauthpresent": lambda scene: None if scene.issued_at is None else "false",
    "aws:principalaccount": attrgetter("principal.account"),
    "aws:principalarn": _unless_service(lambda scene: scene.principal.issuer_arn or scene.principal.arn),
    "aws:principalisawsservice": lambda scene: _boolean(scene.principal.kind is PrincipalKind.SERVICE),
    "aws:principalorgid": _unless_service(lambda scene: scene.organization or None),
    "aws:principalservicename": _service_name,
    "aws:principalservicenameslist": _service_names,
    "aws:principaltype": _principal_type,
    "aws:requestedregion": attrgetter("region"),
    "aws:resourceaccount": _resource_account,
    "aws:resourceorgid": lambda scene: scene.organization or None,
    "aws:securetransport": lambda scene: _boolean(scene.secure),
    "aws:sourceaccount": _if_service(lambda scene: scene.principal.account),
    "aws:sourcearn": _if_service(lambda scene: scene.source_arn or None),
    "aws:sourceip": attrgetter("source_ip"),
    "aws:sourceorgid": _if_service(lambda scene: scene.organization or None),
    "aws:tokenissuetime": lambda scene: None if scene.issued_at is None else _time(scene.issued_at),
    "aws:useragent": attrgetter("user_agent"),
    "aws:userid": _unless_service(lambda scene: scene.principal.unique_id),
    "aws:username": attrgetter("principal.user_name"),
    "aws:viaawsservice": lambda scene: _boolean(_is_forwarded(scene)),
    # Any instance of the account, by these very characters: IAM API Reference, AddRoleToInstanceProfile.
    "iam:associatedresourcearn": _if_passed(
        lambda scene: f"arn:{PARTITION}:ec2:*:{scene.principal.account}:instance/*"
    ),
    "iam:passedtoservice": _if_passed(lambda _scene: "ec2.amazonaws.com"),
    "kms:calleraccount": attrgetter("principal.account"),
    "kms:customermasterkeyspec": _of_key(lambda key: key.key_spec),
    "kms:customermasterkeyusage": _of_key(lambda key: key.key_usage),
    "kms:granteeprincipal": _named_principal("grantee_principal"),
    "kms:grantisforawsresource": _for_aws_resource,
    "kms:keyorigin": _of_key(lambda key: key.origin),
    "kms:keyspec": _of_key(lambda key: key.key_spec),
    "kms:keyusage": _of_key(lambda key: key.key_usage),
    "kms:multiregion": _of_key(lambda key: _boolean(key.multi_region)),
    "kms:multiregionkeytype": _of_key(_multi_region_key_type),
    "kms:reencryptonsamekey": _re_encrypt_on_same_key,
    "kms:requestalias": _request_alias,
    "kms:resourcealiases": _resource_aliases,
    "kms:trailingdayswithoutkeyusage": _trailing_days_without_usage,
    "kms:viaservice": _via_service,
    "kms:retiringprincipal": _named_principal("retiring_principal"),
}
