"""Questions to the policies outside of any request: from an audit record or from the command line to permissions, asked again.

The same condition keys, policies and grants count as in ``access``, and the same rules decide. What an audit record does
not hold (a ciphertext, a message) no policy can ask for.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from strongroom.authz.evaluate import Policies, Query
from strongroom.authz.explain import Explanation, explain, keys_asked
from strongroom.authz.grants import names_of
from strongroom.authz.policy import Policy
from strongroom.errors import AWSError
from strongroom.model.arn import PARTITION, alias_arn
from strongroom.model.key import Key, PolicyDocument
from strongroom.model.permission import (
    AboutKeyRef,
    AliasRef,
    AliasTarget,
    AnyResource,
    BlobRef,
    ConditionValues,
    EntityRef,
    FederatedUserRef,
    GrantRef,
    KeyRef,
    NewReplica,
    Permission,
    ReplicaRef,
    RoleRef,
    TrailRef,
)
from strongroom.model.principal import PrincipalKind
from strongroom.model.trail import trail_arn
from strongroom.model.view import Snapshot
from strongroom.operations.entities import Entity, entity_of
from strongroom.operations.named_principals import key_policy
from strongroom.operations.operation import Operation
from strongroom.operations.resolve import find_key, find_replica
from strongroom.stations.conditions import Scene, condition_values
from strongroom.stations.grants import OPERATION_OF, grants_held
from strongroom.stations.subjects import Subject
from strongroom.wire.plan import Blob, Boolean, Integer, ListOf, MapOf, Node, Structure, Time, members_of
from strongroom.wire.shape import Shape

_ANYTHING = "*"
_FROM_BLOB = {"Decrypt": ("kms:Decrypt",), "ReEncrypt": ("kms:ReEncryptFrom", "kms:ReEncryptTo")}
"""Operations whose permissions cannot be known without the ciphertext: it names the key."""


class NotExplainableError(Exception):
    """There is nothing that the policies could be asked. The text says why."""


@dataclass(frozen=True, slots=True)
class Question:
    """One request as policies see it. ``arns`` are the keys it was about, where they are known; ``given`` overrides conditions.

    ``issued_at`` is when temporary credentials were issued; ``source_arn`` the resource that a service called for.
    """

    subject: Subject
    operation: Operation
    asked: Any
    region: str
    now: float
    source_ip: str = ""
    user_agent: str = ""
    secure: bool = False
    issued_at: float | None = None
    arns: Sequence[str] = ()
    given: ConditionValues = field(default_factory=dict)
    source_arn: str = ""
    only: str = ""
    """The one action that is asked, where the operation needs several; empty for all."""

    def permissions(self) -> tuple[Permission, ...]:
        """Return what has to be allowed. Errors: NotExplainableError."""
        try:
            needed = self.operation.permissions(self.asked, self.subject.principal)
        except (AWSError, TypeError, AttributeError, ValueError):
            needed = self._from_blob()
        return tuple(each for each in needed if not self.only or each.action == self.only)

    def _from_blob(self) -> tuple[Permission, ...]:
        actions = _FROM_BLOB.get(self.operation.name)
        if actions is None or not self.arns:
            raise NotExplainableError(f"the record does not say which key {self.operation.name} was about")
        named = (getattr(self.asked, "key_id", None), getattr(self.asked, "destination_key_id", None))
        return tuple(
            Permission(action, KeyRef(text or arn, alias_allowed=True))
            for action, text, arn in zip(actions, named, (self.arns[0], self.arns[-1]), strict=False)
        )


@dataclass(frozen=True, slots=True)
class Proposal:
    """Documents that take the place of those in the store: the policy of one key, the identity policies of one owner."""

    key_arn: str = ""
    key_policy: Policy | None = None
    owner_arn: str = ""
    identity: Callable[[Sequence[Policy]], Sequence[Policy]] = field(default=tuple)

    def key_policy_of(self, key: Key) -> Policy | None:
        return self.key_policy if key.arn == self.key_arn else None

    def identity_of(self, subject: Subject) -> Sequence[Policy]:
        names = (subject.principal.arn, subject.principal.issuer_arn)
        return self.identity(subject.policies) if self.owner_arn in names else subject.policies


NO_PROPOSAL = Proposal()


@dataclass(frozen=True, slots=True)
class _Target:
    arn: str
    account: str
    key: Key | None = None
    entity: Entity | None = None
    like: Key | None = None


class Questions:
    """Asks the policies of one view of the store. Keeps what it has parsed."""

    def __init__(self, view: Snapshot, organization: str = "") -> None:
        self._view = view
        self._organization = organization
        self._parsed: dict[str, Policy] = {}

    def explain(self, question: Question, proposal: Proposal = NO_PROPOSAL) -> list[Explanation]:
        """Return one explanation for each permission, up to the first refusal. Errors: NotExplainableError."""
        found: list[Explanation] = []
        for permission in question.permissions():
            found.append(self._explain(question, permission, proposal))
            if not found[-1].decision.allowed:
                break
        return found

    def _explain(self, question: Question, permission: Permission, proposal: Proposal) -> Explanation:
        subject, operation = question.subject, question.operation
        try:
            target = self._target(permission, question)
        except AWSError as error:
            raise NotExplainableError(f"{permission.action}: {error}") from None
        if target.account != subject.principal.account and not operation.cross_account:
            query = Query(subject.principal, permission.action, target.arn, target.account, {})
            return explain(query, Policies(None, ()))  # never allowed there: no policy is asked
        policies = self._policies(target, subject, proposal)
        names = keys_asked(subject.principal, permission.action, target.arn, policies)
        values = {**condition_values(self._scene(question, permission, target), names), **question.given}
        query = Query(subject.principal, permission.action, target.arn, target.account, values)
        explanation = explain(query, policies)
        granted = OPERATION_OF.get(permission.action)
        if explanation.decision.allowed or target.key is None or granted is None:
            return explanation
        use = operation.use(question.asked, permission.action)
        source_arn = question.source_arn if subject.principal.kind is PrincipalKind.SERVICE else ""
        held = grants_held(self._view, target.key, names_of(subject.principal), granted, use, source_arn)
        return explain(query, policies, held) if held else explanation

    def _policies(self, target: _Target, subject: Subject, proposal: Proposal) -> Policies:
        resource = None
        if target.key is not None:
            resource = proposal.key_policy_of(target.key) or self._key_policy(target.key)
        return Policies(resource, proposal.identity_of(subject), subject.boundary)

    def _key_policy(self, key: Key) -> Policy:
        policy = self._parsed.get(key.policy_sha256)
        if policy is None:
            document = self._view.get(PolicyDocument, key.policy_sha256)
            if document is None:
                raise LookupError(f"{key.arn} names a policy document that is not in the store")
            policy = self._parsed[key.policy_sha256] = key_policy(document, "default")
        return policy

    def _target(self, permission: Permission, question: Question) -> _Target:  # noqa: C901, PLR0911 - one case for each kind
        """Errors: AWSError, NotExplainableError."""
        account, region = question.subject.principal.account, question.region
        match permission.resource:
            case EntityRef() as ref:
                entity = entity_of(self._view, ref, account)
                return _Target(entity.arn, account, entity=entity)
            case AboutKeyRef(text):
                about = find_key(self._view, KeyRef(text, alias_allowed=True), account, region)
                return _Target(about.arn, about.account, entity=Entity(about.arn, about.arn, about.tags))
            case AliasRef(name):
                return _Target(alias_arn(region, account, name), account)
            case TrailRef(text):
                return _Target(trail_arn(region, account, text), account)
            case AnyResource():
                return _Target(_ANYTHING, account)
            case NewReplica(primary):
                return _Target(_ANYTHING, account, like=find_key(self._view, primary, account, region))
            case RoleRef():
                raise NotExplainableError("who may assume a role is decided by its trust policy")
            case FederatedUserRef(name):
                return _Target(f"arn:{PARTITION}:sts::{account}:federated-user/{name}", account)
            case GrantRef():
                raise NotExplainableError("retiring a grant is decided by the grant itself, not by policies")
            case ReplicaRef(primary):
                key = find_replica(self._view, find_key(self._view, primary, account, region), permission.region)
                if key is None:
                    raise NotExplainableError("there is no replica, so nothing is asked of it")
            case KeyRef() | BlobRef() | AliasTarget() as ref:
                key = find_key(self._view, self._named(ref, permission, question), account, region)
        return _Target(key.arn, key.account, key)

    def _named(
        self, ref: KeyRef | BlobRef | AliasTarget, permission: Permission, question: Question
    ) -> KeyRef | BlobRef | AliasTarget:
        """Return the key itself where the record knows it: an alias may have moved since."""
        of_source = permission.action != "kms:ReEncryptTo"
        if isinstance(ref, KeyRef) and question.arns:
            return KeyRef(question.arns[0] if of_source else question.arns[-1])
        return ref

    def _scene(self, question: Question, permission: Permission, target: _Target) -> Scene:
        return Scene(
            operation=question.operation,
            asked=question.asked,
            action=permission.action,
            resource=permission.resource,
            key=target.key,
            principal=question.subject.principal,
            region=permission.region or question.region,
            now=question.now,
            source_ip=question.source_ip,
            user_agent=question.user_agent,
            secure=question.secure,
            view=self._view,
            organization=self._organization,
            issued_at=question.issued_at,
            like=target.like,
            service=question.subject.service,
            source_arn=question.source_arn,
            entity=target.entity,
        )


# --- requests made again from what the audit shows of them ---------------------------------------------------------


def asked_again(shape: type[Shape], shown: Mapping[str, Any]) -> Shape:
    """Return a request of that shape with the members that an audit record shows; those it leaves out are empty."""
    given: dict[str, Any] = {}
    for member in members_of(shape):
        if member.path_name in shown:
            given[member.attribute] = _value(member.node, shown[member.path_name])
        elif member.required:
            given[member.attribute] = _empty(member.node)
    return shape(**given)


def _value(node: Node, shown: Any) -> Any:
    if isinstance(node, Structure) and isinstance(shown, Mapping):
        return asked_again(node.shape, shown)
    if isinstance(node, ListOf) and isinstance(shown, list):
        return [_value(node.item, each) for each in shown]
    return shown


def _empty(node: Node) -> Any:
    if isinstance(node, Structure):
        return asked_again(node.shape, {})
    return _EMPTY.get(type(node), str)()


_EMPTY: Mapping[type[Node], Callable[[], Any]] = {
    ListOf: list, MapOf: dict, Blob: bytes, Integer: int, Time: float, Boolean: bool
}  # fmt: skip
