"""Managed policies attached to users, groups and roles: Attach-, Detach-, ListAttached-, and ListEntitiesForPolicy.

Source: IAM API Reference, AttachUserPolicy and its kin; IAM User Guide, "IAM and AWS STS quotas"; recorded texts.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from strongroom.errors import NoSuchEntityError
from strongroom.model.change import Delete, Insert, Update
from strongroom.model.identity import Attachment, Group, Owner, Role, User
from strongroom.operations.iam.boundaries import attachable
from strongroom.operations.iam.common import (
    FIND,
    attachment_conditions,
    changed,
    check_quota,
    every,
    on,
    paged,
    reads,
    writes,
)
from strongroom.operations.iam.find_policy import find_policy
from strongroom.operations.iam.policies_of import MAX_ROWS
from strongroom.operations.iam.policy_arns import check_policy_arn
from strongroom.operations.operation import Call, Operation, Outcome
from strongroom.wire.shapes import iam

MAX_ATTACHED = 10
_ALL = 1_000_000


def path_and_name(arn: str) -> tuple[str, str]:
    """Return the path of a policy, which begins and ends with a slash, and its name."""
    path, _, name = arn.partition(":policy")[2].rpartition("/")
    return path + "/", name


def attached_policies(call: Call, owner: Owner, under: str | None = None) -> list[tuple[str, iam.AttachedPolicy]]:
    """Return the managed policies of an owner, those whose path begins with ``under``, by name and in its order."""
    found = call.view.page(Attachment, {"account": owner.account, "owner": owner.owner}, limit=MAX_ROWS)
    named = ((*path_and_name(attachment.policy_arn), attachment.policy_arn) for attachment in found)
    wanted = sorted((name, arn) for path, name, arn in named if path.startswith(under or "/"))
    return [(name, iam.AttachedPolicy(policy_name=name, policy_arn=arn)) for name, arn in wanted]


@dataclass(frozen=True, slots=True)
class _Kind:
    kind: str
    listed: type[Any]

    def operations(self) -> tuple[Operation, ...]:
        word, named = self.kind.capitalize(), f"{self.kind}_name"
        attach, detach, listing = f"Attach{word}Policy", f"Detach{word}Policy", f"ListAttached{word}Policies"
        return (
            writes(attach, self._attach, on(self.kind, named, f"iam:{attach}"), attachment_conditions),
            writes(detach, self._detach, on(self.kind, named, f"iam:{detach}"), attachment_conditions),
            reads(listing, self._list, on(self.kind, named, f"iam:{listing}")),
        )

    def _owner(self, call: Call, request: Any) -> Owner:
        return FIND[self.kind](call, getattr(request, f"{self.kind}_name"))

    def _attach(self, call: Call, request: Any) -> Outcome:
        owner, arn = self._owner(call, request), request.policy_arn
        policy = attachable(call, arn)
        if call.view.get(Attachment, owner.account, owner.owner, arn) is not None:
            return changed()
        present = call.view.count(Attachment, {"account": owner.account, "owner": owner.owner})
        check_quota(f"PoliciesPer{self.kind.capitalize()}", present, MAX_ATTACHED)
        touched = (Update(policy),) if policy is not None else ()
        return changed(Insert(Attachment(owner.account, owner.owner, arn)), Update(owner), *touched)

    def _detach(self, call: Call, request: Any) -> Outcome:
        owner, arn = self._owner(call, request), request.policy_arn
        check_policy_arn(arn)
        attachment = call.view.get(Attachment, owner.account, owner.owner, arn)
        if attachment is None:
            raise NoSuchEntityError(f"Policy {arn} was not found.")
        return changed(Delete(attachment), Update(owner))

    def _list(self, call: Call, request: Any) -> Outcome:
        attached = attached_policies(call, self._owner(call, request), request.path_prefix)
        page = paged(f"ListAttached{self.kind}Policies", attached, request)
        return Outcome(
            self.listed(attached_policies=list(page.items), is_truncated=page.truncated, marker=page.next_marker)
        )


_KINDS = (
    _Kind("user", iam.ListAttachedUserPoliciesResponse),
    _Kind("group", iam.ListAttachedGroupPoliciesResponse),
    _Kind("role", iam.ListAttachedRolePoliciesResponse),
)


def _list_entities_for_policy(call: Call, request: iam.ListEntitiesForPolicyRequest) -> Outcome:
    arn = find_policy(call, request.policy_arn).arn
    owners = {owner.owner: owner for owner in entities_of(call, arn, request.policy_usage_filter)}
    wanted = [
        (name, owner)
        for name, owner in sorted(owners.items())
        if owner.path.startswith(request.path_prefix or "/") and request.entity_filter in {None, type(owner).__name__}
    ]
    page = paged("ListEntitiesForPolicy", wanted, request)
    users = [owner for owner in page.items if isinstance(owner, User)]
    groups = [owner for owner in page.items if isinstance(owner, Group)]
    roles = [owner for owner in page.items if isinstance(owner, Role)]
    return Outcome(
        iam.ListEntitiesForPolicyResponse(
            policy_groups=[iam.PolicyGroup(group_name=group.name, group_id=group.group_id) for group in groups],
            policy_users=[iam.PolicyUser(user_name=user.name, user_id=user.user_id) for user in users],
            policy_roles=[iam.PolicyRole(role_name=role.name, role_id=role.role_id) for role in roles],
            is_truncated=page.truncated,
            marker=page.next_marker,
        )
    )


def entities_of(call: Call, arn: str, usage: str | None = "PermissionsPolicy") -> Iterator[Owner]:
    """Yield who has a policy attached, or as permissions boundary, or (None) either."""
    if usage != "PermissionsBoundary":
        for attachment in call.view.page(Attachment, {"account": call.account, "policy_arn": arn}, limit=_ALL):
            kind, _, name = attachment.owner.partition("/")
            yield FIND[kind](call, name)
    if usage != "PermissionsPolicy":
        yield from every(call.view, User, {"account": call.account, "boundary": arn}, "name")
        yield from every(call.view, Role, {"account": call.account, "boundary": arn}, "name")


OPERATIONS = (
    *(operation for kind in _KINDS for operation in kind.operations()),
    reads(
        "ListEntitiesForPolicy",
        _list_entities_for_policy,
        on("policy", "policy_arn", "iam:ListEntitiesForPolicy"),
    ),
)
