"""What an operation says of itself when it is asked with sample requests: permissions, condition keys, what the record shows.

The samples are made from the shapes, so that an operation which is added tomorrow is asked like the others. Read by
``generate_operation_docs.py`` and by the tests that hold the operations to AWS's published tables.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import msgspec

from strongroom.crypto.blob import OVERHEAD_BYTES, PREFIX_ENCRYPT, locator
from strongroom.errors import AWSError
from strongroom.model.change import Insert
from strongroom.model.grant import Grant
from strongroom.model.key import Alias, Key, KeyManager, KeyState
from strongroom.model.permission import (
    AboutKeyRef,
    AliasRef,
    AliasTarget,
    AnyResource,
    BlobRef,
    EntityRef,
    FederatedUserRef,
    GrantRef,
    KeyRef,
    Permission,
    Resource,
    RoleRef,
    TrailRef,
)
from strongroom.model.principal import Principal, PrincipalKind
from strongroom.operations.entities import Entity
from strongroom.operations.operation import Operation
from strongroom.stations.conditions import _PROVIDERS, Scene, condition_values
from strongroom.store.memory import MemoryStore
from strongroom.wire.plan import (
    Blob,
    Boolean,
    Integer,
    ListOf,
    MapOf,
    Member,
    Node,
    Structure,
    Text,
    Time,
    members_of,
)
from strongroom.wire.shape import Shape

SUMMARIES = Path(__file__).parent.parent / "docs" / "operations" / "summaries.toml"

ACCOUNT, REGION, NOW = "111122223333", "us-east-1", 1_767_225_600.0
KEY_ID = "1234abcd-12ab-34cd-56ef-1234567890ab"
CALLER = Principal(
    PrincipalKind.USER,
    ACCOUNT,
    f"arn:aws:iam::{ACCOUNT}:user/alice",
    "AIDAEXAMPLEEXAMPLE123",
    user_name="alice",
    tags=(("tag-key", "blue"),),
)
KEY = Key(
    account=ACCOUNT,
    region=REGION,
    key_id=KEY_ID,
    key_spec="SYMMETRIC_DEFAULT",
    key_usage="ENCRYPT_DECRYPT",
    state=KeyState.ENABLED,
    origin="AWS_KMS",
    manager=KeyManager.CUSTOMER,
    description="",
    policy_sha256="",
    material_id="0" * 64,
    created_ms=0,
    multi_region=True,
    primary_region=REGION,
    tags=(("tag-key", "blue"),),
)
GRANT = Grant(
    account=ACCOUNT,
    region=REGION,
    key_id=KEY_ID,
    grantee=ACCOUNT,
    grant_id="0" * 64,
    retiring="",
    issuing_account=ACCOUNT,
    name="",
    operations=("Encrypt",),
    context_equals=frozenset({("context-key", "example")}),
    context_subset=None,
    source_arn="",
    fingerprint="",
    created_ms=0,
)
ENTITY = Entity(
    f"arn:aws:iam::{ACCOUNT}:user/example",
    "user example",
    (("tag-key", "blue"),),
    f"arn:aws:iam::{ACCOUNT}:policy/example",
)
ALIAS = Alias(ACCOUNT, REGION, "alias/example", KEY_ID, 0, 0)

# Tried in this order for every text that has a pattern; the first that fits is taken.
_TEXTS = (
    "example",
    f"arn:aws:iam::{ACCOUNT}:user/example",
    ACCOUNT,
    REGION,
    "0" * 64,
    "cks-1234567890abcdef0",
    "cluster-abcdefghijkl",
    "https://example.com",
    "/kms/xks/v1",
    "ABCDEFGHIJ234567ABCDEFG",
    "A" * 43,
    "com.amazonaws.vpce.us-east-1.vpce-svc-0abc",
    "ec2.amazonaws.com",
    "123456",
    "xks-key-1",
    "/",
    "v1",
    "0" * 36,
)
_BY_NAME = {
    "alias_name": "alias/example",
    "policy_name": "default",
    "arn": f"arn:aws:iam::{ACCOUNT}:user/example",
    "policy_source_arn": f"arn:aws:iam::{ACCOUNT}:user/example",
}
_SYMMETRIC = "SYMMETRIC_DEFAULT"  # where there is a choice of algorithms: its ciphertext blobs name their key
_REGIONS = {"replica_region", "primary_region"}
_BLOB = (PREFIX_ENCRYPT + locator(ACCOUNT, KEY_ID, "0" * 64)).ljust(OVERHEAD_BYTES + 32, b"\0")
_DRY_RUN = ("dry_run", "dry_run_modifiers")


# --- requests -----------------------------------------------------------------------------------------------------------


def key_id_of(member: str) -> str:
    """Return the key id that samples put into this member: one for each, so that it tells where a reference came from."""
    return f"{sum(member.encode()) % 10_000:08d}{KEY_ID[8:]}"


def values(shape: type[Shape]) -> dict[str, Any]:
    """Return a value for every member of ``shape``, by attribute."""
    return {member.attribute: _value(member) for member in members_of(shape)}


def _value(member: Member) -> Any:
    if member.attribute.endswith("key_id") and isinstance(member.node, Text) and member.node.pattern is None:
        return key_id_of(member.wire_name)
    if member.attribute in _REGIONS:
        return "eu-west-1"
    if isinstance(member.node, Blob) and member.attribute.endswith("ciphertext_blob"):
        return _BLOB
    return _BY_NAME.get(member.attribute) or _of(member.node)


def _of(node: Node) -> Any:  # noqa: PLR0911 - one case for each kind
    match node:
        case Text():
            return _text(node)
        case Integer():
            return max(node.least or 1, 1)
        case Boolean():
            return True
        case Time():
            return NOW + 86_400
        case Blob():
            return b"example".ljust(node.shortest or 1, b".")
        case ListOf():
            return [_of(node.item)]
        case MapOf():
            return {"context-key": _of(node.value)}
        case Structure():
            return node.shape(**_exclusive(values(node.shape)))


def _exclusive(found: dict[str, Any]) -> dict[str, Any]:
    """Leave out the second of two members that exclude each other."""
    if "encryption_context_subset" in found:
        found["encryption_context_equals"] = None
    if "tag_key" in found:
        found["tag_key"] = "tag-key"
    if found.keys() == {"key", "value"}:  # IAM's tags
        found["key"] = "tag-key"
    return found


def _text(node: Text) -> str:
    if node.values:
        return _SYMMETRIC if _SYMMETRIC in node.values else node.values[0]
    if node.pattern is None:
        return "example".ljust(node.shortest or 1, "x")
    for text in _TEXTS:
        if node.pattern.search(text) and (node.shortest or 0) <= len(text) <= (node.longest or len(text)):
            return text
    raise ValueError(f"no sample text fits {node.printed}: add one to tools/operation_samples.py")


def requests(operation: Operation) -> Iterator[tuple[str | None, Shape]]:
    """Yield samples: the plainest that the operation takes, then that one with each optional member (named) added."""
    shape = operation.shape.input
    everything = values(shape)
    required = {member.attribute for member in members_of(shape) if member.required}
    blobs = {name for name in everything if name.endswith("ciphertext_blob")}  # optional in the model, not in fact
    plain = {name: value for name, value in everything.items() if name not in _DRY_RUN}
    for wanted in (required, required | blobs):
        fewer = {name: value for name, value in everything.items() if name in wanted}
        if _is_taken(operation, shape(**fewer)):
            plain = fewer
            break
    yield None, shape(**plain)
    for member in members_of(shape):
        if member.attribute not in plain:
            yield member.wire_name, shape(**plain | {member.attribute: everything[member.attribute]})
    yield None, shape(**everything)


def _is_taken(operation: Operation, request: Shape) -> bool:
    try:
        operation.permissions(request, CALLER)
    except AWSError:
        return False
    return True


# --- answers ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Need:
    """One permission. ``resource`` is key, alias or ``*``; ``named_by`` says what names it; ``when`` an optional member."""

    action: str
    resource: str
    named_by: str
    when: str | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    """What the samples brought to light."""

    needs: tuple[Need, ...]
    condition_keys: frozenset[str]
    shown: frozenset[str]


def facts(operation: Operation) -> Facts:
    """Ask ``operation`` with every sample."""
    needs: list[Need] = []
    keys: set[str] = set()
    shown: set[str] = set()
    for when, request in requests(operation):
        try:
            asked = operation.permissions(request, CALLER)
            shown |= (operation.logged(request) or {}).keys()
            for permission in asked:
                keys |= _condition_keys(operation, request, permission)
        except AWSError:
            continue  # members that exclude each other
        known = [need.action for need in needs]
        for permission in asked:
            if permission.action in known:
                known.remove(permission.action)
            else:
                resource = permission.resource
                named_by = (
                    _entity_named_by(resource)
                    if isinstance(resource, EntityRef)
                    else _named_by(resource, operation.shape.input)
                )
                needs.append(Need(permission.action, kind_of(permission.resource), named_by, when))
    return Facts(tuple(needs), frozenset(keys), frozenset(shown))


def kind_of(resource: Resource) -> str:
    """Return what AWS's tables call the resource: alias, a thing of IAM, ``*``, or key."""
    if isinstance(resource, AliasRef):
        return "alias"
    if isinstance(resource, EntityRef):
        return resource.kind
    if isinstance(resource, RoleRef | FederatedUserRef):
        return "role" if isinstance(resource, RoleRef) else "federated-user"
    if isinstance(resource, TrailRef):
        return "trail"
    return "key" if type(resource).__name__.endswith(("Ref", "Target")) else "*"


def _named_by(resource: Resource, shape: type[Shape]) -> str:  # noqa: C901, PLR0911 - one case for each kind
    match resource:
        case AnyResource():
            return "no particular resource (`*`), which only identity policies can allow"
        case AliasRef():
            return "the alias in `AliasName`"
        case TrailRef():
            return "the trail"
        case AliasTarget():
            return "the key that the alias points at"
        case RoleRef():
            return "the role, by its trust policy and the caller's own policies"
        case FederatedUserRef():
            return "the federated user, which only identity policies can allow"
        case BlobRef():
            return "the key that the ciphertext blob names"
        case KeyRef(text=text) | AboutKeyRef(text=text):
            alone = ", which only identity policies can allow" if isinstance(resource, AboutKeyRef) else ""
            for member in members_of(shape):
                if text == key_id_of(member.wire_name):
                    return f"the key in `{member.wire_name}`{alone}"
    words = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", type(resource).__name__.removesuffix("Ref")).lower()
    return f"the key of the {words}" if kind_of(resource) == "key" else f"no particular resource (`*`), for the {words}"


_WORDS = {
    "oidc-provider": "OpenID Connect provider",
    "policy": "managed policy",
    "access-key": "user of the access key",
}


_BOUNDED = frozenset({"user", "role", "access-key"})
"""Kinds that can have a permissions boundary."""


def _entity_named_by(ref: EntityRef) -> str:
    word = _WORDS.get(ref.kind, ref.kind.replace("-", " "))
    if not (ref.path or ref.beside):
        return f"the {word}"
    return f"the {word} that is to be" if ref.name else f"all that lie under the path (`{ref.kind}/`)"


def _entity(resource: Resource) -> Entity | None:
    """Return something with tags and a boundary for what is there already, and none for what is to be made."""
    if isinstance(resource, RoleRef | AboutKeyRef):
        return replace(ENTITY, boundary="")
    if not isinstance(resource, EntityRef) or resource.path or resource.beside:
        return None
    bounded, tagged = resource.kind in _BOUNDED, resource.kind != "group"
    return replace(ENTITY, boundary=ENTITY.boundary if bounded else "", tags=ENTITY.tags if tagged else ())


def _condition_keys(operation: Operation, request: Shape, permission: Permission) -> set[str]:
    """Return the condition keys that have a value when this permission is asked for, as AWS spells them."""
    own = operation.conditions(request, permission.action)
    alias = KeyRef(ALIAS.name, alias_allowed=True)
    resources: list[Resource] = [permission.resource]
    if isinstance(permission.resource, KeyRef) and permission.resource.alias_allowed:
        resources.append(alias)
    found: set[str] = set()
    for resource in resources:
        key = KEY if kind_of(resource) == "key" and not isinstance(resource, AboutKeyRef) else None
        scene = _scene(operation, request, Permission(permission.action, resource), key)
        found |= condition_values(scene, {*spelling(), *_PROVIDERS, *own}).keys()
    return {spelling().get(name, name) for name in found}


def _scene(operation: Operation, request: Shape, permission: Permission, key: Key | None) -> Scene:
    store = MemoryStore()
    named = {key_id_of(member.wire_name) for member in members_of(type(request)) if member.attribute.endswith("key_id")}
    store.commit([Insert(replace(KEY, key_id=key_id)) for key_id in {KEY_ID, *named}] + [Insert(ALIAS)])
    with store.snapshot() as view:
        known: Mapping[str, Any] = {
            "operation": operation,
            "asked": request,
            "action": permission.action,
            "resource": permission.resource,
            "key": key,
            "principal": CALLER,
            "region": REGION,
            "now": NOW,
            "source_ip": "192.0.2.1",
            "user_agent": "example",
            "secure": True,
            "view": view,
            "entity": _entity(permission.resource),
            "grant": GRANT if isinstance(permission.resource, GrantRef) else None,
        }
    fields = msgspec.structs.fields(Scene)
    return Scene(**{field.name: known.get(field.name) for field in fields if field.name in known or field.required})


@cache
def spelling() -> dict[str, str]:
    """Return how each condition key is spelled, by its lower-case form. Placeholders (``tag-key``) count as values."""
    names = tomllib.loads(SUMMARIES.read_text())["spelling"]["condition_keys"]
    return {name.lower(): name for name in names}
