"""What a policy simulation is made of: the documents with their names in answers, and the caller.

Source: IAM API Reference, SimulatePrincipalPolicy, its members and PolicyIdentifier.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from strongroom.authz.policy import Policy, PolicyKind, parse_policy
from strongroom.errors import AWSError, InvalidInputError, NoSuchEntityError
from strongroom.model.arn import PARTITION, parse_arn
from strongroom.model.identity import Attachment, InlinePolicy, Membership, Owner, Role, Tags, User
from strongroom.model.principal import Principal, PrincipalKind
from strongroom.operations.iam.aws_managed import aws_managed
from strongroom.operations.iam.common import FIND
from strongroom.operations.iam.policies_of import MAX_ROWS, managed_text
from strongroom.operations.operation import Call
from strongroom.wire.shapes import iam

_SESSION = "simulated"


@dataclass(frozen=True, slots=True)
class Source:
    """One document of a simulation: ``policy_id`` and ``policy_type`` are how answers name it."""

    policy_id: str
    policy_type: str
    text: str
    arn: str = ""
    owner: str = ""

    def parsed(self, kind: PolicyKind = PolicyKind.IDENTITY) -> Policy:
        """Errors: InvalidInputError."""
        try:
            return replace(parse_policy(self.text, kind), name=self.policy_id)
        except AWSError as error:
            raise InvalidInputError(f"Invalid Syntax: {self.policy_id}: {error}") from None


def inputs(texts: Iterable[str]) -> list[Source]:
    """Return the policies that a request brings, named by their place."""
    return [Source(f"PolicyInputList.{index}", "none", text) for index, text in enumerate(texts, 1)]


def owner_of(call: Call, arn: str) -> Owner:
    """Errors: InvalidInputError, NoSuchEntityError."""
    kind, name = kind_and_name(arn)
    parsed = parse_arn(arn)
    owner = FIND[kind](call, name)
    if parsed is None or parsed.account != call.account or owner.arn != arn:
        raise NoSuchEntityError(f"The {kind} with ARN {arn} cannot be found.")
    return owner


def kind_and_name(arn: str) -> tuple[str, str]:
    """Errors: InvalidInputError."""
    parsed = parse_arn(arn)
    kind, _, rest = parsed.resource.partition("/") if parsed is not None else ("", "", "")
    if parsed is None or parsed.service != "iam" or kind not in FIND or not rest:
        raise InvalidInputError(f"Invalid Entity Arn: {arn} does not clearly define entity type and name.")
    return kind, rest.rpartition("/")[2]


def attached(call: Call, owner: Owner) -> Iterator[Source]:
    """Yield what counts for a user (with its groups), group or role."""
    names = [owner.owner]
    if isinstance(owner, User):
        memberships = call.view.page(Membership, {"account": owner.account, "user_name": owner.name}, limit=MAX_ROWS)
        names += [f"group/{membership.group_name}" for membership in memberships]
    for name in names:
        where = {"account": owner.account, "owner": name}
        for inline in call.view.page(InlinePolicy, where, limit=MAX_ROWS):
            kind, _, who = name.partition("/")
            policy_id = f"{kind}_{who}_{inline.policy_name}"
            yield Source(policy_id, kind, inline.text, owner=f"{name}/{inline.policy_name}")
        for attachment in call.view.page(Attachment, where, limit=MAX_ROWS):
            text = managed_text(call.view, attachment.policy_arn)
            if text is not None:
                yield managed_source(attachment.policy_arn, text)


def managed_source(arn: str, text: str) -> Source:
    """Return a managed policy, AWS's or an account's."""
    kind = "aws-managed" if aws_managed(arn) is not None else "user-managed"
    return Source(arn.rpartition("/")[2], kind, text, arn)


def excludes(one: iam.PolicyIdentifier, source: Source) -> bool:
    """Tell whether a PolicyExclusionList's entry means this policy."""
    if (inline := one.inline_policy_identifier) is not None:
        return source.owner == f"{inline.attachment_type}/{inline.attachment_name}/{inline.policy_name}"
    if one.policy_arn is not None:
        return source.arn == one.policy_arn
    if one.policy_type == "inline":
        return bool(source.owner)
    return source.policy_type == one.policy_type


def caller_of(call: Call, arn: str | None, owner: Owner | None) -> Principal | None:
    """Return the simulated caller; None where nobody is named, or a group. Errors: InvalidInputError."""
    if arn is None:
        return _principal(owner) if isinstance(owner, User | Role) else None
    kind, name = kind_and_name(arn)
    parsed = parse_arn(arn)
    account = parsed.account if parsed is not None else ""
    if kind == "group":
        return Principal(PrincipalKind.USER, account, arn, arn)
    noun: type[User | Role] = User if kind == "user" else Role
    found = call.view.get(noun, account, name) if account == call.account else None
    if found is not None and found.arn == arn:
        return _principal(found)
    if kind == "user":  # callers may be simulated that do not exist, or live elsewhere
        return Principal(PrincipalKind.USER, account, arn, arn, name)
    return _session(account, name, arn, arn, ())


def _principal(owner: User | Role) -> Principal:
    if isinstance(owner, User):
        return Principal(PrincipalKind.USER, owner.account, owner.arn, owner.user_id, owner.name, tags=owner.tags)
    return _session(owner.account, owner.name, owner.arn, owner.role_id, owner.tags)


def _session(account: str, name: str, role_arn: str, role_id: str, tags: Tags) -> Principal:
    arn = f"arn:{PARTITION}:sts::{account}:assumed-role/{name}/{_SESSION}"
    return Principal(PrincipalKind.ASSUMED_ROLE, account, arn, f"{role_id}:{_SESSION}", issuer_arn=role_arn, tags=tags)
