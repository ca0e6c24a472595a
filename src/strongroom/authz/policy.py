"""Policy documents, compiled: what is wrong with one is said when it is stored; ``evaluate`` decides with them.

Whether named principals exist is left to the operation that stores a key policy.
Source: IAM User Guide, "Grammar of the IAM JSON policy language" and "IAM JSON policy elements reference";
AWS KMS Developer Guide, "Key policies in AWS KMS". Refusals use the texts of IAM where KMS's own are not known; what could
be compiled and is refused all the same is in ``acceptance``.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from strongroom.authz.conditions import Condition, compile_condition
from strongroom.authz.document import (
    condition_values_of,
    object_of,
    read_document,
    refuse,
    refuse_syntax,
    text_of,
    texts_of,
)
from strongroom.authz.match import Test, invert
from strongroom.authz.pattern import PatternSet, match_any, pattern_set
from strongroom.authz.principals import NO_PRINCIPAL, Principals, compile_principals

VERSIONS = ("2008-10-17", "2012-10-17")
_VERSION_WITH_VARIABLES = "2012-10-17"
_TRUST_ACTION = re.compile(r"sts:[A-Za-z*?]+", re.IGNORECASE)
_VENDOR = re.compile(r"\*|[A-Za-z0-9.-]+")
_ACTION_NAME = re.compile(r"[A-Za-z0-9*?_-]+")
_CONDITION_KEY = re.compile(r"[^\s:]+:.+", re.DOTALL)
_IDENTITY_SID = re.compile(r"[0-9A-Za-z]*")
_MAX_SHOWN = 200  # characters of a refused text that the refusal repeats


class PolicyKind(Enum):
    KEY = "resource-based: Principal required"
    TRUST = "who may assume a role: Principal required, Resource forbidden"
    IDENTITY = "identity-based, boundary or session: Principal forbidden"


class Effect(Enum):
    ALLOW = "Allow"
    DENY = "Deny"


@dataclass(frozen=True, slots=True, eq=False)
class Statement:
    """One compiled statement. ``label`` names it in decisions: its Sid if that is unique, else its place.

    ``all_but_principals``, ``all_but_actions`` and ``all_but_resources`` are NotPrincipal, NotAction and NotResource.
    ``written`` are its elements as they stand in the document, for explanations.
    """

    label: str
    effect: Effect
    principals: Principals | None
    actions: PatternSet
    resources: PatternSet
    conditions: tuple[Condition, ...]
    all_but_principals: bool = False
    all_but_actions: bool = False
    all_but_resources: bool = False
    written: Mapping[str, Any] = field(default_factory=dict, repr=False)

    def covers_action(self, action: str) -> bool:
        """Tell whether the statement speaks about ``action``, given in lower case."""
        return self.actions.matches(action) is not self.all_but_actions

    def covers_resource(self, resource: str) -> bool | Test:
        """Tell whether the statement speaks about ``resource``, or return the test to run once the request is known."""
        resources, inverted = self.resources, self.all_but_resources
        if resources.matches(resource):
            return not inverted
        open_patterns = tuple(pattern for pattern in resources.variable if pattern.may_match(resource))
        if not open_patterns:
            return inverted
        if inverted:
            return lambda context: invert(match_any(open_patterns, resource, context))
        return lambda context: match_any(open_patterns, resource, context)


@dataclass(frozen=True, slots=True, eq=False)
class Policy:
    """A compiled document. ``name`` is how it is attached, and its Id where it was given no name."""

    kind: PolicyKind
    name: str
    statements: tuple[Statement, ...]


def parse_policy(text: str, kind: PolicyKind, name: str = "") -> Policy:
    """Compile a policy document, or refuse it in AWS's words.

    A trust policy is compiled without regard to whether its principals exist; its resource is whichever role it stands on.
    Errors: MalformedPolicyDocumentError, InvalidArnError (a principal of a key policy), LimitExceededError (its size).
    """
    document, statements = read_document(text)
    variables = _version(document, kind) == _VERSION_WITH_VARIABLES
    policy_id = text_of("Id", document.get("Id", ""))
    labels = _labels(statements, kind)
    compiled = tuple(
        _statement(elements, label, kind, variables=variables)
        for elements, label in zip(statements, labels, strict=True)
    )
    return Policy(kind, name or policy_id, compiled)


def _version(document: Mapping[str, Any], kind: PolicyKind) -> str:
    if "Version" not in document:
        if kind is PolicyKind.KEY:  # Developer Guide, "Key policies in AWS KMS": required
            refuse_syntax("Version is missing")
        return VERSIONS[0]  # IAM: the default
    version = document["Version"]
    if version not in VERSIONS:
        refuse_syntax(f"Version must be {' or '.join(VERSIONS)}")
    return str(version)


def _labels(statements: Sequence[Mapping[str, Any]], kind: PolicyKind) -> Iterator[str]:
    sids = [text_of("Sid", elements.get("Sid", "")) for elements in statements]
    times = Counter(sids)
    if kind is PolicyKind.IDENTITY:
        if not all(_IDENTITY_SID.fullmatch(sid) for sid in sids):
            refuse(
                "Statement IDs (SID) must be alpha-numeric. "
                "Check that your input satisfies the regular expression [0-9A-Za-z]*"
            )
        if any(count > 1 for sid, count in times.items() if sid):
            refuse("Statement IDs (SID) in a single policy must be unique.")
    for index, sid in enumerate(sids):
        yield sid if sid and times[sid] == 1 else f"Statement[{index}]"


def _statement(elements: Mapping[str, Any], label: str, kind: PolicyKind, *, variables: bool) -> Statement:
    if "Effect" not in elements:
        refuse_syntax("Effect is missing")
    if elements["Effect"] not in ("Allow", "Deny"):
        refuse_syntax("Effect must be Allow or Deny")
    effect = Effect(elements["Effect"])
    _at_most_one(elements, "Principal")
    _at_most_one(elements, "Action")
    _at_most_one(elements, "Resource")
    return Statement(
        label=label,
        effect=effect,
        principals=_principals(elements, effect, kind),
        actions=_actions(elements, kind),
        resources=_resources(elements, kind, variables=variables),
        conditions=tuple(_conditions(elements, variables=variables)),
        all_but_principals="NotPrincipal" in elements,
        all_but_actions="NotAction" in elements,
        all_but_resources="NotResource" in elements,
        written=elements,
    )


def _at_most_one(elements: Mapping[str, Any], name: str) -> None:
    if name in elements and f"Not{name}" in elements:
        refuse_syntax(f"{name} and Not{name} are in one statement")


def _principals(elements: Mapping[str, Any], effect: Effect, kind: PolicyKind) -> Principals | None:
    element = elements.get("NotPrincipal", elements.get("Principal"))
    if kind is PolicyKind.IDENTITY:
        if "Principal" in elements or "NotPrincipal" in elements:
            refuse("Policy document should not specify a principal.")
        return None
    if element is None:
        refuse(NO_PRINCIPAL)
    if "NotPrincipal" in elements and effect is Effect.ALLOW:  # IAM: "not supported"
        refuse_syntax("NotPrincipal can be used with Effect Deny only")
    if isinstance(element, dict):
        return compile_principals({sort: texts_of("Principal", names) for sort, names in element.items()})
    return compile_principals(text_of("Principal", element))


def _actions(elements: Mapping[str, Any], kind: PolicyKind) -> PatternSet:
    """Compile Action or NotAction in lower case. Actions that do not exist are accepted: some day they may."""
    actions = texts_of("Action", elements.get("NotAction", elements.get("Action", [])))
    if not actions:
        refuse("Policy statement must contain actions.")
    if kind is PolicyKind.TRUST and not all(_TRUST_ACTION.fullmatch(action) for action in actions):
        refuse("AssumeRole policy may only specify STS AssumeRole actions.")
    for action in actions:
        if action != "*":
            _check_action(action)
    return pattern_set(actions, variables=False, fold=True)


def _check_action(action: str) -> None:
    if ":" not in action:
        refuse("Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.")
    vendor, name, *more = action.split(":")
    if more:
        refuse("Actions/Condition can contain only one colon.")
    if not _VENDOR.fullmatch(vendor):
        refuse(f"Vendor {vendor[:_MAX_SHOWN]} is not valid")
    if not _ACTION_NAME.fullmatch(name):
        refuse_syntax(f"{action[:_MAX_SHOWN]} is no action")


def _resources(elements: Mapping[str, Any], kind: PolicyKind, *, variables: bool) -> PatternSet:
    """Compile Resource or NotResource; none at all in a key policy is stored and gives the statement no effect."""
    if kind is PolicyKind.TRUST:
        for name in ("Resource", "NotResource"):
            if name in elements:
                refuse(f"Has prohibited field {name}")
        return pattern_set(("*",), variables=False)  # the role itself
    resources = texts_of("Resource", elements.get("NotResource", elements.get("Resource", [])))
    if not resources and (kind is PolicyKind.IDENTITY or "NotResource" in elements):
        refuse("Policy statement must contain resources.")
    for resource in resources:
        if resource != "*" and not resource.startswith("arn:"):
            refuse(f'Resource {resource[:_MAX_SHOWN]} must be in ARN format or "*".')
    return pattern_set(resources, variables=variables)


def _conditions(elements: Mapping[str, Any], *, variables: bool) -> Iterator[Condition]:
    for operator, block in object_of("Condition", elements.get("Condition", {})).items():
        keys = object_of("Condition", block)
        if not keys:
            refuse_syntax(f"{operator[:_MAX_SHOWN]} names no condition key")
        for key, values in keys.items():
            if not _CONDITION_KEY.fullmatch(key):
                refuse("Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.")
            yield compile_condition(operator, key, condition_values_of(operator, values), variables=variables)
