"""SimulateCustomPolicy, SimulatePrincipalPolicy: what policies would say before they are in force; and what they ask for.

The same rules decide as in requests; a resource policy counts as a key policy does (it has to let the account in).
Source: IAM API Reference, these actions and EvaluationResult; IAM User Guide, "IAM policy testing with the IAM policy
simulator". Where we differ: docs/explain.md.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from strongroom.authz.decision import Because, Document, Query, Reason
from strongroom.authz.evaluate import Policies, documents
from strongroom.authz.explain import Explanation, Standing, explain
from strongroom.authz.policy import Effect, PolicyKind
from strongroom.authz.positions import Position, statement_positions
from strongroom.errors import InvalidInputError
from strongroom.model.arn import parse_arn, root_arn
from strongroom.model.identity import Group, Owner
from strongroom.model.permission import ConditionValues, EntityRef, Permission
from strongroom.model.principal import Principal, PrincipalKind
from strongroom.operations.dates import cloudtrail_date
from strongroom.operations.iam.common import on_anything, paged, reads
from strongroom.operations.iam.policies_of import managed_text
from strongroom.operations.iam.simulated import (
    Source,
    attached,
    caller_of,
    excludes,
    inputs,
    kind_and_name,
    managed_source,
    owner_of,
)
from strongroom.operations.operation import Call, Outcome, Work
from strongroom.wire.shapes import iam

_ANYTHING = "*"
_MAX_LOOKS = 50_000  # at a statement, of one answer: about a second, in a thread; AWS does not publish its limit
_MAX_REMEMBERED = 64
_MAX_ACTIONS = 1000  # IAM API Reference, MaxItems
_DECISIONS = ("allowed", "implicitDeny", "explicitDeny")  # in the order of strictness
_ALLOWS_NOTHING = '{"Statement": {"Effect": "Allow", "NotAction": "*", "Resource": "*"}}'  # as a boundary that is gone
_KEY_TEMPLATE = "arn:${Partition}:kms:${Region}:${Account}:key/${KeyId}"
_ALIAS_TEMPLATE = "arn:${Partition}:kms:${Region}:${Account}:alias/${Alias}"


@dataclass(frozen=True, slots=True)
class _Simulation:
    caller: Principal | None
    account: str
    identity: Sequence[Source]
    boundary: Source | None
    resource: Source | None
    context: ConditionValues

    @property
    def sources(self) -> Iterator[Source]:
        yield from self.identity
        yield from (each for each in (self.boundary, self.resource) if each is not None)


# --- the operations ----------------------------------------------------------------------------------------------------


def _simulate_custom(call: Call, request: iam.SimulateCustomPolicyRequest) -> Work:
    if request.ordered_organization_policy_input_list:
        raise InvalidInputError("Service control policies cannot be simulated.")
    return _simulated(call, request, inputs(request.policy_input_list), None, None)


def _simulate_principal(call: Call, request: iam.SimulatePrincipalPolicyRequest) -> Work:
    owner = owner_of(call, request.policy_source_arn)
    excluded = request.policy_exclusion_list or ()
    counting = [each for each in attached(call, owner) if not any(excludes(one, each) for one in excluded)]
    boundary = None
    boundary_arn = "" if isinstance(owner, Group) else owner.boundary
    if boundary_arn and not any(one.policy_type == "permission-boundary" for one in excluded):
        boundary = managed_source(boundary_arn, managed_text(call.view, boundary_arn) or _ALLOWS_NOTHING)
    return _simulated(call, request, [*counting, *inputs(request.policy_input_list or ())], boundary, owner)


def _keys_of_custom(_call: Call, request: iam.GetContextKeysForCustomPolicyRequest) -> Outcome:
    return _keys(inputs(request.policy_input_list))


def _keys_of_principal(call: Call, request: iam.GetContextKeysForPrincipalPolicyRequest) -> Outcome:
    owner = owner_of(call, request.policy_source_arn)
    return _keys([*attached(call, owner), *inputs(request.policy_input_list or ())])


def _keys(sources: Iterable[Source]) -> Outcome:
    spelled: dict[str, str] = {}
    for policy in (source.parsed() for source in sources):
        for statement in policy.statements:
            for key, name in _spelled(statement.written).items():
                spelled.setdefault(key, name)
            for key in statement.resources.keys.union(*(condition.keys for condition in statement.conditions)):
                spelled.setdefault(key, key)
    return Outcome(iam.GetContextKeysForPolicyResponse(context_key_names=sorted(spelled.values())))


# --- what is simulated ---------------------------------------------------------------------------------------------------


def _simulated(
    call: Call, request: Any, identity: Sequence[Source], boundary: Source | None, owner: Owner | None
) -> Work:
    if len(boundaries := request.permissions_boundary_policy_input_list or ()) > 1:
        raise InvalidInputError("You can input only one permissions boundary.")
    if boundaries:
        boundary = Source("PermissionsBoundaryPolicyInputList.1", "none", boundaries[0])
    caller = caller_of(call, request.caller_arn, owner)
    resource = None
    if request.resource_policy:
        resource = Source("ResourcePolicy", "resource", request.resource_policy)
        if caller is None:
            raise InvalidInputError("CallerArn is required when ResourcePolicy is given.")
    simulation = _Simulation(
        caller=caller,
        account=_account(request.resource_owner) or (caller.account if caller is not None else call.account),
        identity=identity,
        boundary=boundary,
        resource=resource,
        context={**_context_of(caller, call.now_ms), **_context(request.context_entries or ())},
    )
    policies = Policies(
        resource.parsed(PolicyKind.KEY) if resource is not None else None,
        tuple(source.parsed() for source in identity),
        boundary.parsed() if boundary is not None else None,
    )
    named = [(f"{index:06}", action) for index, action in enumerate(request.action_names)]
    page = paged("SimulatePolicy", named, request, most=_actions_at_once(policies, request.resource_arns))

    def simulated() -> Outcome:
        return Outcome(
            iam.SimulatePolicyResponse(
                evaluation_results=[
                    _result(simulation, policies, action, request.resource_arns) for action in page.items
                ],
                is_truncated=page.truncated,
                marker=page.next_marker,
            )
        )

    return Work(simulated, is_long=True)


def _actions_at_once(policies: Policies, arns: Sequence[str] | None) -> int:
    """Return how many actions one answer may be about: a page may be shorter than asked for. Errors: InvalidInputError."""
    statements = sum(len(policy.statements) for _, policy in documents(policies))
    for_one = max(1, statements) * max(1, len(arns or ()))
    if for_one > _MAX_LOOKS:
        raise InvalidInputError("The simulation is too large: ask about fewer resources, or with fewer statements.")
    return min(_MAX_ACTIONS, _MAX_LOOKS // for_one)


def _account(owner: str | None) -> str:
    """Return the account of a ResourceOwner: a number or an ARN."""
    parsed = parse_arn(owner) if owner else None
    return parsed.account if parsed is not None else owner or ""


def _context_of(caller: Principal | None, now_ms: int) -> ConditionValues:
    """Return the condition keys that follow from the caller and the time, where the request does not give others."""
    found: dict[str, str | tuple[str, ...]] = {
        "aws:currenttime": cloudtrail_date(now_ms),
        "aws:epochtime": str(now_ms // 1000),
    }
    if caller is None:
        return found
    if caller.user_name is not None:
        found["aws:username"] = caller.user_name
    found |= {f"aws:principaltag/{name.lower()}": value for name, value in caller.tags}
    return found | {
        "aws:principalisawsservice": "false",
        "aws:principaltype": "AssumedRole" if caller.kind is PrincipalKind.ASSUMED_ROLE else "User",
        "aws:userid": caller.unique_id,
        "aws:principalarn": caller.issuer_arn or caller.arn,
        "aws:principalaccount": caller.account,
        "kms:calleraccount": caller.account,
    }


def _context(entries: Iterable[iam.ContextEntry]) -> ConditionValues:
    """Errors: InvalidInputError."""
    found: dict[str, str | tuple[str, ...]] = {}
    for entry in entries:
        if entry.context_key_name is None or entry.context_key_type is None:
            raise InvalidInputError("A context entry needs ContextKeyName and ContextKeyType.")
        values = tuple(entry.context_key_values or ())
        if entry.context_key_type.endswith("List"):
            found[entry.context_key_name.lower()] = values
        elif len(values) == 1:
            found[entry.context_key_name.lower()] = values[0]
        else:
            raise InvalidInputError(f"Context key {entry.context_key_name} needs one value.")
    return found


# --- results ---------------------------------------------------------------------------------------------------------------


def _result(
    simulation: _Simulation, policies: Policies, action: str, arns: Sequence[str] | None
) -> iam.EvaluationResult:
    resources = list(dict.fromkeys(arns or (_ANYTHING,)))
    explained = [(arn, _explained(simulation, policies, action, arn)) for arn in resources]
    named = [arn for arn in resources if arn != _ANYTHING]
    matched = dict.fromkeys(because for _, each in explained for because in each.decision.because)
    missing = sorted({name for _, each in explained for name in _missing(each)})
    boundary = _boundary(each for _, each in explained) if policies.boundary is not None else None
    return iam.EvaluationResult(
        eval_action_name=action,
        eval_resource_name=_eval_resource_name(named),
        eval_decision=max((_decision(each) for _, each in explained), key=_DECISIONS.index),
        matched_statements=_matched(simulation, matched),
        missing_context_values=missing,
        permissions_boundary_decision_detail=boundary,
        resource_specific_results=[_specific(simulation, policies, arn, each) for arn, each in explained]
        if named
        else None,
    )


def _specific(
    simulation: _Simulation, policies: Policies, arn: str, explanation: Explanation
) -> iam.ResourceSpecificResult:
    return iam.ResourceSpecificResult(
        eval_resource_name=arn,
        eval_resource_decision=_decision(explanation),
        matched_statements=_matched(simulation, explanation.decision.because),
        missing_context_values=sorted(_missing(explanation)),
        permissions_boundary_decision_detail=_boundary([explanation]) if policies.boundary is not None else None,
    )


def _explained(simulation: _Simulation, policies: Policies, action: str, arn: str) -> Explanation:
    parsed = parse_arn(arn)
    owner = parsed.account if parsed is not None and parsed.account else simulation.account
    caller = simulation.caller or Principal(PrincipalKind.USER, owner, root_arn(owner), owner)
    if parsed is None and arn == _ANYTHING and policies.resource is None:
        owner = caller.account
    context = {"aws:resourceaccount": owner, **simulation.context}
    return explain(Query(caller, action, arn, owner, context), policies)


def _decision(explanation: Explanation) -> str:
    if explanation.decision.allowed:
        return "allowed"
    return "explicitDeny" if explanation.decision.reason is Reason.EXPLICIT_DENY else "implicitDeny"


def _eval_resource_name(arns: Sequence[str]) -> str:
    """Return the one resource; of several, their form, as far as it is one of KMS's."""
    if len(arns) == 1:
        return arns[0]
    if arns and all(":kms:" in arn and ":key/" in arn for arn in arns):
        return _KEY_TEMPLATE
    return _ALIAS_TEMPLATE if arns and all(":kms:" in arn and ":alias/" in arn for arn in arns) else _ANYTHING


def _missing(explanation: Explanation) -> Iterator[str]:
    """Yield the absent condition keys, spelled as a policy spells them."""
    spelled: dict[str, str] = {}
    for statement in explanation.statements:
        spelled |= _spelled(statement.written or {})
    yield from (spelled.get(name, name) for name in explanation.absent)


def _spelled(written: Mapping[str, Any]) -> dict[str, str]:
    return {key.lower(): key for block in written.get("Condition", {}).values() for key in block}


def _boundary(explanations: Iterable[Explanation]) -> iam.PermissionsBoundaryDecisionDetail:
    allowed = all(_allowed_by_boundary(each) for each in explanations)
    return iam.PermissionsBoundaryDecisionDetail(allowed_by_permissions_boundary=allowed)


def _allowed_by_boundary(explanation: Explanation) -> bool:
    effects = {
        one.effect
        for one in explanation.statements
        if one.because.document is Document.BOUNDARY and one.standing is Standing.APPLIES
    }
    return effects == {Effect.ALLOW}


def _matched(simulation: _Simulation, because: Iterable[Because]) -> list[iam.Statement]:
    found = []
    for one in because:
        source = next((each for each in simulation.sources if each.policy_id == one.policy), None)
        if source is None:
            continue
        start, end = _places(source)[one.statement]
        found.append(
            iam.Statement(
                source_policy_id=source.policy_id,
                source_policy_type=source.policy_type,
                start_position=_shape_of(start),
                end_position=_shape_of(end),
            )
        )
    return found


@lru_cache(_MAX_REMEMBERED)
def _places(source: Source) -> Mapping[str, tuple[Position, Position]]:
    """Return where the statements of a document stand, by label: every result of a simulation asks for them."""
    kind = PolicyKind.KEY if source.policy_type == "resource" else PolicyKind.IDENTITY
    labels = (statement.label for statement in source.parsed(kind).statements)
    return MappingProxyType(dict(zip(labels, statement_positions(source.text), strict=True)))


def _shape_of(position: Position) -> iam.Position:
    return iam.Position(line=position.line, column=position.column)


def _on_source(action: str) -> Any:
    def permissions(request: Any, _caller: Principal) -> tuple[Permission, ...]:
        kind, name = kind_and_name(request.policy_source_arn)
        return (Permission(action, EntityRef(kind, name)),)

    return permissions


OPERATIONS = (
    reads("SimulateCustomPolicy", _simulate_custom, on_anything("iam:SimulateCustomPolicy")),
    reads("SimulatePrincipalPolicy", _simulate_principal, _on_source("iam:SimulatePrincipalPolicy")),
    reads("GetContextKeysForCustomPolicy", _keys_of_custom, on_anything("iam:GetContextKeysForCustomPolicy")),
    reads("GetContextKeysForPrincipalPolicy", _keys_of_principal, _on_source("iam:GetContextKeysForPrincipalPolicy")),
)
