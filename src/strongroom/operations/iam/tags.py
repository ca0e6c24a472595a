"""Tags of users, roles, instance profiles, policies and OpenID Connect providers: Tag-, Untag-, List...Tags, alike for all.

Source: IAM API Reference, TagUser and its kin.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from strongroom.model.change import Update
from strongroom.model.identity import InstanceProfile, ManagedPolicy, OIDCProvider, Role, User
from strongroom.operations.iam.common import (
    changed,
    find_instance_profile,
    find_role,
    find_user,
    on,
    paged,
    reads,
    tag_shapes,
    writes,
)
from strongroom.operations.iam.find_policy import find_own_policy
from strongroom.operations.iam.find_provider import find_provider
from strongroom.operations.iam.tag_rules import tagged, untagged
from strongroom.operations.operation import Call, Operation, Outcome
from strongroom.wire.shapes import iam

Tagged = User | Role | InstanceProfile | ManagedPolicy | OIDCProvider


@dataclass(frozen=True, slots=True)
class _Kind:
    """``word`` stands in the names of the operations, ``attribute`` of the request names the thing."""

    word: str
    kind: str
    attribute: str
    find: Callable[[Call, str], Tagged]
    ignore_case: bool
    response: type[Any]

    def operations(self) -> tuple[Operation, ...]:
        names = f"Tag{self.word}", f"Untag{self.word}", f"List{self.word}Tags"
        tag, untag, listing = names
        permissions = {name: on(self.kind, self.attribute, f"iam:{name}") for name in names}
        return (
            writes(tag, self._tag, permissions[tag]),
            writes(untag, self._untag, permissions[untag]),
            reads(listing, self._list, permissions[listing]),
        )

    def _found(self, call: Call, request: Any) -> Tagged:
        return self.find(call, getattr(request, self.attribute))

    def _tag(self, call: Call, request: Any) -> Outcome:
        found = self._found(call, request)
        return changed(Update(replace(found, tags=tagged(found.tags, request.tags, ignore_case=self.ignore_case))))

    def _untag(self, call: Call, request: Any) -> Outcome:
        found = self._found(call, request)
        return changed(
            Update(replace(found, tags=untagged(found.tags, request.tag_keys, ignore_case=self.ignore_case)))
        )

    def _list(self, call: Call, request: Any) -> Outcome:
        found = self._found(call, request)
        page = paged(f"List{self.word}Tags", [(tag.key, tag) for tag in tag_shapes(found.tags)], request)
        return Outcome(self.response(tags=list(page.items), is_truncated=page.truncated, marker=page.next_marker))


_KINDS = (
    _Kind("User", "user", "user_name", find_user, ignore_case=True, response=iam.ListUserTagsResponse),
    _Kind("Role", "role", "role_name", find_role, ignore_case=True, response=iam.ListRoleTagsResponse),
    _Kind(
        "InstanceProfile",
        "instance-profile",
        "instance_profile_name",
        find_instance_profile,
        ignore_case=False,
        response=iam.ListInstanceProfileTagsResponse,
    ),
    _Kind("Policy", "policy", "policy_arn", find_own_policy, ignore_case=False, response=iam.ListPolicyTagsResponse),
    _Kind(
        "OpenIDConnectProvider",
        "oidc-provider",
        "open_id_connect_provider_arn",
        find_provider,
        ignore_case=False,
        response=iam.ListOpenIDConnectProviderTagsResponse,
    ),
)

OPERATIONS = tuple(operation for kind in _KINDS for operation in kind.operations())
