"""Inline policies of users, groups and roles: Put-, Get-, Delete-, List-, alike for all three.

Source: IAM API Reference, PutUserPolicy and its kin; IAM User Guide, "IAM and AWS STS quotas"; recorded texts.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from strongroom.authz.acceptance import accept_policy
from strongroom.authz.policy import PolicyKind
from strongroom.errors import LimitExceededError, NoSuchEntityError
from strongroom.model.change import Delete, Insert, Update
from strongroom.model.identity import InlinePolicy, Owner
from strongroom.operations.iam.common import (
    FIND,
    changed,
    encoded,
    on,
    paged,
    policy_characters,
    reads,
    writes,
)
from strongroom.operations.iam.policies_of import MAX_ROWS
from strongroom.operations.operation import Call, Operation, Outcome
from strongroom.wire.shapes import iam


def inline_policies(call: Call, owner: Owner) -> Sequence[InlinePolicy]:
    """Return the inline policies of an owner, in the order of their names."""
    return call.view.page(InlinePolicy, {"account": owner.account, "owner": owner.owner}, limit=MAX_ROWS)


@dataclass(frozen=True, slots=True)
class _Kind:
    """``most`` is how many characters all inline policies of one owner may have."""

    kind: str
    most: int
    got: type[Any]
    listed: type[Any]

    def operations(self) -> tuple[Operation, ...]:
        word, named = self.kind.capitalize(), f"{self.kind}_name"
        table: tuple[tuple[str, Callable[..., Operation], Callable[[Call, Any], Outcome]], ...] = (
            (f"Put{word}Policy", writes, self._put),
            (f"Get{word}Policy", reads, self._get),
            (f"Delete{word}Policy", writes, self._delete),
            (f"List{word}Policies", reads, self._list),
        )
        return tuple(build(name, act, on(self.kind, named, f"iam:{name}")) for name, build, act in table)

    def _owner(self, call: Call, request: Any) -> Owner:
        return FIND[self.kind](call, getattr(request, f"{self.kind}_name"))

    def _found(self, call: Call, request: Any, owner: Owner) -> InlinePolicy:
        policy = call.view.get(InlinePolicy, owner.account, owner.owner, request.policy_name)
        if policy is None:
            raise NoSuchEntityError(f"The {self.kind} policy with name {request.policy_name} cannot be found.")
        return policy

    def _put(self, call: Call, request: Any) -> Outcome:
        owner, text = self._owner(call, request), request.policy_document
        present = inline_policies(call, owner)
        others = [policy.text for policy in present if policy.policy_name != request.policy_name]
        if policy_characters([*others, text]) > self.most:
            raise LimitExceededError(f"Maximum policy size of {self.most} bytes exceeded for {self.kind} {owner.name}")
        accept_policy(text, PolicyKind.IDENTITY, request.policy_name)
        for policy in present:
            if policy.policy_name == request.policy_name:
                return changed(Update(replace(policy, text=text)), Update(owner))
        return changed(Insert(InlinePolicy(owner.account, owner.owner, request.policy_name, text)), Update(owner))

    def _get(self, call: Call, request: Any) -> Outcome:
        owner = self._owner(call, request)
        policy = self._found(call, request, owner)
        names = {f"{self.kind}_name": owner.name, "policy_name": policy.policy_name}
        return Outcome(self.got(**names, policy_document=encoded(policy.text)))

    def _delete(self, call: Call, request: Any) -> Outcome:
        owner = self._owner(call, request)
        return changed(Delete(self._found(call, request, owner)), Update(owner))

    def _list(self, call: Call, request: Any) -> Outcome:
        policies = inline_policies(call, self._owner(call, request))
        names = [(policy.policy_name, policy.policy_name) for policy in policies]
        page = paged(f"List{self.kind}Policies", names, request)
        return Outcome(self.listed(policy_names=list(page.items), is_truncated=page.truncated, marker=page.next_marker))


_KINDS = (
    _Kind("user", 2048, iam.GetUserPolicyResponse, iam.ListUserPoliciesResponse),
    _Kind("group", 5120, iam.GetGroupPolicyResponse, iam.ListGroupPoliciesResponse),
    _Kind("role", 10_240, iam.GetRolePolicyResponse, iam.ListRolePoliciesResponse),
)

OPERATIONS = tuple(operation for kind in _KINDS for operation in kind.operations())
