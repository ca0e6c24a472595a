"""ListPoliciesGrantingServiceAccess: which policies of somebody allow anything of a service. Source: IAM API Reference, that action."""

from typing import Any

from strongroom.authz.document import texts_of
from strongroom.authz.pattern import pattern_set
from strongroom.authz.policy import Effect, Policy, Statement
from strongroom.model.permission import EntityRef, Permission
from strongroom.model.principal import Principal
from strongroom.operations.iam.common import reads
from strongroom.operations.iam.simulated import Source, attached, kind_and_name, owner_of
from strongroom.operations.operation import Call, Outcome
from strongroom.wire.shapes import iam


def grants(policy: Policy, service: str) -> bool:
    """Tell whether a policy allows any action of a service, whatever its conditions and denials say."""
    return any(one.effect is Effect.ALLOW and _speaks_of(one, service) for one in policy.statements)


def _speaks_of(statement: Statement, service: str) -> bool:
    vendor = service.lower()
    if statement.all_but_actions:
        excluded = texts_of("NotAction", statement.written["NotAction"])
        return not any(action == "*" or action.lower() in {f"{vendor}:*", "*:*"} for action in excluded)
    vendors = (action.partition(":")[0] for action in texts_of("Action", statement.written["Action"]))
    return pattern_set(tuple(vendors), variables=False, fold=True).matches(vendor)


def _list(call: Call, request: iam.ListPoliciesGrantingServiceAccessRequest) -> Outcome:
    sources = [(source, source.parsed()) for source in attached(call, owner_of(call, request.arn))]
    entries = [
        iam.ListPoliciesGrantingServiceAccessEntry(
            service_namespace=service,
            policies=[_shape(source) for source, policy in sources if grants(policy, service)],
        )
        for service in request.service_namespaces
    ]
    return Outcome(
        iam.ListPoliciesGrantingServiceAccessResponse(policies_granting_service_access=entries, is_truncated=False)
    )


def _shape(source: Source) -> iam.PolicyGrantingServiceAccess:
    if source.arn:
        return iam.PolicyGrantingServiceAccess(
            policy_name=source.policy_id, policy_type="MANAGED", policy_arn=source.arn
        )
    kind, owner, name = source.owner.split("/")
    return iam.PolicyGrantingServiceAccess(
        policy_name=name, policy_type="INLINE", entity_type=kind.upper(), entity_name=owner
    )


def _permissions(request: Any, _caller: Principal) -> tuple[Permission, ...]:
    kind, name = kind_and_name(request.arn)
    return (Permission("iam:ListPoliciesGrantingServiceAccess", EntityRef(kind, name)),)


OPERATIONS = (reads("ListPoliciesGrantingServiceAccess", _list, _permissions),)
