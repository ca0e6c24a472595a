"""The authorisation station: every permission an operation needs, resolved to its resource and asked of the policies.

Closed by default: a missing policy, a missing key of another account, a condition without a value all mean no. What leaves
here is the list of keys that this caller may use in this request, and nothing else can open one.
"""

from collections.abc import Sequence
from typing import Any

from strongroom.authz.denial import denial_message
from strongroom.authz.evaluate import Decision, Policies, Template, compile_template
from strongroom.authz.policy import Policy, PolicyKind, parse_policy
from strongroom.errors import AccessDeniedError, InvalidGrantTokenError
from strongroom.model.arn import alias_arn
from strongroom.model.key import Key, PolicyDocument
from strongroom.model.permission import NO_CONDITIONS, AliasRef, AnyResource, BlobRef, Permission, Resource
from strongroom.model.view import Snapshot
from strongroom.operations.operation import Operation
from strongroom.operations.resolve import HiddenKeyError, find_key
from strongroom.stations.callers import Caller
from strongroom.stations.conditions import Scene, condition_values

_MAX_POLICIES = 10_000
_HIDDEN = (
    "because the resource does not exist in this Region, no resource-based policies allow access, "
    "or a resource-based policy explicitly denies access"
)
_ANYTHING = "*"


class Access:
    """Asks the policies. Keeps parsed key policies by their hash: equal texts are parsed once, and never go stale."""

    def __init__(self) -> None:
        self._parsed: dict[str, Policy] = {}

    def authorise(self, needed: Sequence[Permission], caller: Caller, stage: "Stage") -> tuple[Key, ...]:
        """Return the keys of ``needed`` in their order. Errors: AccessDeniedError, and those of finding a key."""
        keys = []
        for permission in needed:
            key = self._ask(permission, caller, stage)
            if key is not None:
                keys.append(key)
        if getattr(stage.asked, "grant_tokens", None):
            raise InvalidGrantTokenError
        return tuple(keys)

    def _ask(self, permission: Permission, caller: Caller, stage: "Stage") -> Key | None:
        resource = permission.resource
        account = caller.principal.account
        if isinstance(resource, AnyResource):
            self._decide(permission, _ANYTHING, None, caller, stage)
            return None
        if isinstance(resource, AliasRef):
            self._decide(permission, alias_arn(stage.region, account, resource.name), None, caller, stage)
            return None
        try:
            key = find_key(stage.view, resource, account, stage.region)
        except HiddenKeyError:
            raise AccessDeniedError(_hidden_text(caller, permission, resource)) from None
        if key.account != account and not stage.operation.cross_account:
            raise AccessDeniedError(_hidden_text(caller, permission, resource))
        stage.seen.append(key)
        self._decide(permission, key.arn, key, caller, stage)
        return key

    def _decide(self, permission: Permission, arn: str, key: Key | None, caller: Caller, stage: "Stage") -> None:
        action = permission.action
        of = (action, arn, key.policy_sha256 if key is not None else "")
        template = caller.templates.get(of)
        if template is None:
            template = self._template(action, arn, key, caller, stage.view)
            caller.remember(of, template)
        values = NO_CONDITIONS
        if template.condition_keys:
            values = condition_values(stage.scene(permission, key, caller), template.condition_keys)
        decision = template.decide(values)
        if not decision.allowed:
            raise AccessDeniedError(_denied_text(decision, permission, arn, key, caller))

    def _template(self, action: str, arn: str, key: Key | None, caller: Caller, view: Snapshot) -> Template:
        policies = Policies(self._key_policy(view, key) if key is not None else None, caller.policies)
        account = key.account if key is not None else caller.principal.account
        return compile_template(caller.principal, action, arn, account, policies)

    def _key_policy(self, view: Snapshot, key: Key) -> Policy:
        policy = self._parsed.get(key.policy_sha256)
        if policy is None:
            document = view.get(PolicyDocument, key.policy_sha256)
            if document is None:
                raise LookupError(f"{key.arn} names a policy document that is not in the store")
            policy = parse_policy(document.text, PolicyKind.KEY, "default")
            if len(self._parsed) >= _MAX_POLICIES:
                self._parsed.clear()
            self._parsed[key.policy_sha256] = policy
        return policy


class Stage:
    """What is known of the request when its permissions are asked; ``seen`` collects its keys for the audit, denied or not."""

    __slots__ = ("asked", "now", "operation", "region", "secure", "seen", "source_ip", "user_agent", "view")

    def __init__(
        self,
        operation: Operation,
        asked: Any,
        region: str,
        now: float,
        view: Snapshot,
        *,
        source_ip: str,
        user_agent: str,
        secure: bool,
    ) -> None:
        self.operation = operation
        self.asked = asked
        self.region = region
        self.now = now
        self.view = view
        self.source_ip = source_ip
        self.user_agent = user_agent
        self.secure = secure
        self.seen: list[Key] = []

    def scene(self, permission: Permission, key: Key | None, caller: Caller) -> Scene:
        return Scene(
            operation=self.operation,
            asked=self.asked,
            action=permission.action,
            resource=permission.resource,
            key=key,
            principal=caller.principal,
            region=self.region,
            now=self.now,
            source_ip=self.source_ip,
            user_agent=self.user_agent,
            secure=self.secure,
            view=self.view,
        )


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
