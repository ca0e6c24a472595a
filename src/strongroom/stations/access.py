"""The authorisation station: every permission an operation needs, resolved to its resource and asked of policies and grants.

Closed by default: a missing policy, a missing key of another account, a condition without a value all mean no. What leaves
here is the list of keys that this caller may use in this request, and nothing else can open one.
"""

from collections.abc import Sequence

from strongroom.authz.denial import denial_message, role_denial_message
from strongroom.authz.evaluate import Decision, HeldGrant, Policies, Query, Reason, Template, compile_template
from strongroom.authz.explain import explain, keys_asked
from strongroom.authz.grants import MAY_RETIRE, retirable
from strongroom.authz.policy import Policy
from strongroom.crypto.keyring import Keyring
from strongroom.errors import AccessDeniedError, InvalidGrantTokenError
from strongroom.model.arn import PARTITION, alias_arn
from strongroom.model.grant import Grant
from strongroom.model.identity import Role
from strongroom.model.key import Key, PolicyDocument
from strongroom.model.managed_key import SYSTEM_ACCOUNT
from strongroom.model.permission import (
    NO_CONDITIONS,
    PASSING,
    AboutKeyRef,
    AliasRef,
    AliasTarget,
    AnyResource,
    BlobRef,
    EntityRef,
    FederatedUserRef,
    GrantRef,
    KeyRef,
    NewReplica,
    Permission,
    ReplicaRef,
    Resource,
    RoleRef,
    TrailRef,
)
from strongroom.model.principal import PrincipalKind
from strongroom.model.trail import trail_arn
from strongroom.model.view import Snapshot
from strongroom.operations.entities import Entity, entity_of, role_arn_of, role_of_arn
from strongroom.operations.find_grant import find_grant, grant_of_token
from strongroom.operations.named_principals import key_policy, trust_policy
from strongroom.operations.operation import Operation
from strongroom.operations.resolve import HiddenKeyError, find_key, find_replica
from strongroom.operations.sts.authorization_messages import packed_message
from strongroom.stations.callers import Caller
from strongroom.stations.conditions import Scene, condition_values
from strongroom.stations.first_use import check_first_use
from strongroom.stations.grants import OPERATION_OF, grants_held, policy_for_retiring
from strongroom.stations.walk import Walk

_MAX_POLICIES = 10_000
_MAX_REFUSALS = 64  # of one caller, each below 8 KB
_HIDDEN = (
    "because the resource does not exist in this Region, no resource-based policies allow access, "
    "or a resource-based policy explicitly denies access"
)
_ANYTHING = "*"
# A tuple, made once: a union in the call would be made for each request.
_NO_KEY = (AnyResource, NewReplica, AliasRef, FederatedUserRef, TrailRef)


class Access:
    """Asks the policies. Keeps parsed key policies by their hash: equal texts are parsed once, and never go stale."""

    def __init__(self, keyring: Keyring, organization: str = "") -> None:
        """Take the id of the organization that all accounts belong to, or nothing."""
        self._keyring = keyring
        self.organization = organization
        self._parsed: dict[str, Policy] = {}

    def authorise(self, operation: Operation, caller: Caller, view: Snapshot, walk: Walk) -> tuple[Key, ...]:
        """Return the keys of the operation's permissions, in their order. Errors: AccessDeniedError, and those of finding a key."""
        keys: list[Key] = []
        for permission in operation.permissions(walk.asked, caller.principal):
            resource = permission.resource
            if isinstance(resource, KeyRef):  # nearly every request of the hot path: asked first
                keys.append(self._ask_key(permission, resource, operation, caller, view, walk))
            elif (key := self._ask(permission, operation, caller, view, walk)) is not None:
                keys.append(key)
        # DescribeKey takes tokens too, but its model has no such error: there an unknown one allows nothing, silently.
        tokens = getattr(walk.asked, "grant_tokens", None)
        if tokens and InvalidGrantTokenError.wire_name in operation.shape.errors:
            for token in tokens:
                grant_of_token(view, self._keyring, token, walk.region)
        return tuple(keys)

    def _ask(
        self, permission: Permission, operation: Operation, caller: Caller, view: Snapshot, walk: Walk
    ) -> Key | None:
        resource = permission.resource
        account = caller.principal.account
        if isinstance(resource, ReplicaRef):
            return self._ask_replica(permission, resource, operation, caller, view, walk)
        if isinstance(resource, RoleRef):
            self._ask_role(permission, resource, operation, caller, view, walk)
            return None
        if isinstance(resource, EntityRef):
            entity = entity_of(view, resource, account)
            self._decide(permission, entity.arn, None, operation, caller, view, walk, entity=entity)
            return None
        if isinstance(resource, AboutKeyRef):
            return self._ask_about(permission, resource, operation, caller, view, walk)
        if isinstance(resource, _NO_KEY):
            self._decide(permission, _arn_of(resource, account, walk.region), None, operation, caller, view, walk)
            return None
        return self._ask_key(permission, resource, operation, caller, view, walk)

    def _ask_key(
        self,
        permission: Permission,
        resource: KeyRef | BlobRef | AliasTarget | GrantRef,
        operation: Operation,
        caller: Caller,
        view: Snapshot,
        walk: Walk,
    ) -> Key:
        account, grant = caller.principal.account, None
        try:
            if isinstance(resource, GrantRef):
                key, grant = find_grant(view, self._keyring, resource, account, walk.region)
            else:
                if isinstance(resource, KeyRef) and (operation.first_use or caller.service is not None):
                    check_first_use(view, resource, account, walk.region, caller.service)
                key = find_key(view, resource, account, walk.region)
        except HiddenKeyError:
            raise AccessDeniedError(_hidden_text(caller, permission, resource)) from None
        if key.account != account:
            if not operation.cross_account or key.account == SYSTEM_ACCOUNT:
                raise AccessDeniedError(_hidden_text(caller, permission, resource))
            walk.owners += (key.account,)
        walk.seen.append(key)
        self._decide(permission, key.arn, key, operation, caller, view, walk, grant)
        return key

    def _ask_replica(
        self,
        permission: Permission,
        resource: ReplicaRef,
        operation: Operation,
        caller: Caller,
        view: Snapshot,
        walk: Walk,
    ) -> Key | None:
        """Ask in the replica's own Region. It is not among the keys seen: what is said of it there is another record."""
        primary = find_key(view, resource.primary, caller.principal.account, walk.region)
        replica = find_replica(view, primary, permission.region)
        if replica is not None:
            self._decide(permission, replica.arn, replica, operation, caller, view, walk)
        return replica

    def _ask_about(
        self,
        permission: Permission,
        resource: AboutKeyRef,
        operation: Operation,
        caller: Caller,
        view: Snapshot,
        walk: Walk,
    ) -> Key:
        """Ask whether the caller may be told of a key: of his own account, and by its policies alone."""
        account = caller.principal.account
        try:
            key = find_key(view, KeyRef(resource.text, alias_allowed=True), account, walk.region)
        except HiddenKeyError:
            key = None
        if key is None or key.account != account:
            raise AccessDeniedError(_hidden_text(caller, permission, resource))
        walk.seen.append(key)
        entity = Entity(key.arn, key.arn, key.tags)
        self._decide(permission, key.arn, None, operation, caller, view, walk, entity=entity)
        return key

    def _ask_role(
        self,
        permission: Permission,
        resource: RoleRef,
        operation: Operation,
        caller: Caller,
        view: Snapshot,
        walk: Walk,
    ) -> None:
        """Ask whether the caller may become a role: a matter of its trust policy, and of the caller's own policies."""
        role_arn_of(resource.arn)
        role = role_of_arn(view, resource.arn)
        # INVARIANT: services of several accounts have one name, and a trust policy that names it means that of its own account.
        if (
            role is not None
            and caller.principal.kind is PrincipalKind.SERVICE
            and role.account != caller.principal.account
        ):
            role = None
        if role is None:
            raise AccessDeniedError(role_denial_message(None, caller.principal, permission.action, resource.arn))
        walk.role = role
        if role.account != caller.principal.account:
            walk.owners += (role.account,)
        template = self._remembered(permission.action, role.arn, role, caller, view)
        entity = Entity(role.arn, role.arn, role.tags, account=role.account)
        scene = self._scene(permission, None, operation, caller, view, walk, entity=entity)
        decision = template.decide(condition_values(scene, template.condition_keys))
        if not decision.allowed:
            raise AccessDeniedError(role_denial_message(decision, caller.principal, permission.action, role.arn))

    def _decide(  # noqa: PLR0917 - what is asked, by whom, of what, in which request
        self,
        permission: Permission,
        arn: str,
        key: Key | None,
        operation: Operation,
        caller: Caller,
        view: Snapshot,
        walk: Walk,
        grant: Grant | None = None,
        *,
        entity: Entity | None = None,
    ) -> None:
        action = permission.action
        template = self._remembered(action, arn, key, caller, view)
        scene, values = None, NO_CONDITIONS
        if template.condition_keys:
            scene = self._scene(permission, key, operation, caller, view, walk, grant, entity)
            values = condition_values(scene, template.condition_keys)
        decision = template.decide(values)
        if decision.allowed:
            return
        # INVARIANT: grants are looked at only here, and never against an explicit Deny.
        held: Sequence[HeldGrant] = ()
        if key is not None and decision.reason is not Reason.EXPLICIT_DENY:
            held = self._held(action, key, grant, operation, caller, view, walk)
            if held and (decision := template.decide(values, held)).allowed:
                return
        if key is None or key.account == caller.principal.account:  # else it would tell what another's key policy says
            scene = scene or self._scene(permission, key, operation, caller, view, walk, grant, entity)
            walk.refusal = self._explained(scene, action, arn, key, caller, view, held)
        label = arn if entity is None or action == PASSING else entity.label  # a role that is passed goes by its ARN
        raise AccessDeniedError(_denied_text(decision, permission, label, key, caller))

    def _scene(  # noqa: PLR0917 - as above
        self,
        permission: Permission,
        key: Key | None,
        operation: Operation,
        caller: Caller,
        view: Snapshot,
        walk: Walk,
        grant: Grant | None = None,
        entity: Entity | None = None,
    ) -> Scene:
        """Return what the conditions of one permission may look at."""
        request = walk.request
        # By position: a struct of msgspec takes 0.2 us so, and ten times that by name; every conditional policy makes one.
        return Scene(
            operation,
            walk.asked,
            permission.action,
            permission.resource,
            key,
            caller.principal,
            permission.region or walk.region,
            walk.now,
            request.source_ip,
            walk.user_agent,
            request.tls is not None,
            view,
            self.organization,
            caller.issued_at,
            grant,
            walk.recipient,
            None if key is not None else _like(permission, caller, view, walk),
            caller.service,
            walk.source_arn,
            entity,
            caller.conditions,
        )

    def _explained(  # noqa: PLR0917 - as above
        self,
        scene: Scene,
        action: str,
        arn: str,
        key: Key | None,
        caller: Caller,
        view: Snapshot,
        held: Sequence[HeldGrant],
    ) -> bytes:
        """Say why it is refused, from all condition keys that its statements ask for. Who asks in vain often asks the same."""
        policies = self._policies(action, key, caller, view)
        values = condition_values(scene, keys_asked(caller.principal, action, arn, policies))
        same = (action, arn, _policy_of(key), tuple(held), tuple(sorted(values.items())))
        packed = caller.refusals.get(same)
        if packed is None:
            query = Query(caller.principal, action, arn, caller.principal.account, values)
            packed = packed_message(explain(query, policies, held))
            if len(caller.refusals) >= _MAX_REFUSALS:
                caller.refusals.clear()
            caller.refusals[same] = packed
        return packed

    def _held(  # noqa: PLR0917 - as above
        self,
        action: str,
        key: Key,
        grant: Grant | None,
        operation: Operation,
        caller: Caller,
        view: Snapshot,
        walk: Walk,
    ) -> list[HeldGrant]:
        """Return the caller's grants that cover what it asks; the one to be retired where that is asked."""
        if grant is not None:
            return retirable(grant, caller.grant_names)
        granted = OPERATION_OF.get(action)
        if granted is None:
            return []
        # As with aws:SourceArn: only what a service does as itself is for a resource.
        source_arn = walk.source_arn if caller.principal.kind is PrincipalKind.SERVICE else ""
        use = operation.use(walk.asked, action)
        return grants_held(view, key, caller.grant_names, granted, use, source_arn)

    def _remembered(self, action: str, arn: str, on: Key | Role | None, caller: Caller, view: Snapshot) -> Template:
        of = (action, arn, _policy_of(on))
        template = caller.templates.get(of)
        if template is None:
            account = caller.principal.account if on is None else on.account
            policies = self._policies(action, on, caller, view)
            template = compile_template(caller.principal, action, arn, account, policies)
            caller.remember(of, template)
        return template

    def _policies(self, action: str, on: Key | Role | None, caller: Caller, view: Snapshot) -> Policies:
        """Return all policies that speak about an action of the caller on that key or role."""
        policy = None
        if isinstance(on, Role):
            policy = trust_policy(on)
        elif on is not None:
            policy = self._key_policy(view, on)
            if action == MAY_RETIRE:
                policy = policy_for_retiring(policy, on.account)
        return Policies(policy, caller.policies, caller.boundary, caller.session)

    def _key_policy(self, view: Snapshot, key: Key) -> Policy:
        policy = self._parsed.get(key.policy_sha256)
        if policy is None:
            document = view.get(PolicyDocument, key.policy_sha256)
            if document is None:
                raise LookupError(f"{key.arn} names a policy document that is not in the store")
            policy = key_policy(document, "default")
            if len(self._parsed) >= _MAX_POLICIES:
                self._parsed.clear()
            self._parsed[key.policy_sha256] = policy
        return policy


def _policy_of(on: Key | Role | None) -> str:
    """Return what tells one resource policy from another."""
    if isinstance(on, Key):
        return on.policy_sha256
    return "" if on is None else on.trust_policy


def _arn_of(resource: Resource, account: str, region: str) -> str:
    """Return the ARN of what has no policy of its own."""
    if isinstance(resource, AliasRef):
        return alias_arn(region, account, resource.name)
    if isinstance(resource, FederatedUserRef):
        return f"arn:{PARTITION}:sts::{account}:federated-user/{resource.name}"
    if isinstance(resource, TrailRef):
        return trail_arn(region, account, resource.text)
    return _ANYTHING


def _like(permission: Permission, caller: Caller, view: Snapshot, walk: Walk) -> Key | None:
    """Return the key that a new one will be like."""
    resource = permission.resource
    if not isinstance(resource, NewReplica):
        return None
    return find_key(view, resource.primary, caller.principal.account, walk.region)


def _denied_text(decision: Decision, permission: Permission, arn: str, key: Key | None, caller: Caller) -> str:
    same_account = key is None or key.account == caller.principal.account
    return denial_message(
        decision,
        caller.principal.arn,
        permission.action,
        arn,
        same_account=same_account,
        ciphertext=isinstance(permission.resource, BlobRef) and permission.resource.given is None,
    )


def _hidden_text(caller: Caller, permission: Permission, resource: Resource) -> str:
    """Return a denial that does not tell whether the key exists."""
    where = "the resource associated with this ciphertext" if isinstance(resource, BlobRef) else "this resource"
    return f"User: {caller.principal.arn} is not authorized to perform: {permission.action} on {where} {_HIDDEN}"
