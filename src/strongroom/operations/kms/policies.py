"""Key policies: GetKeyPolicy, PutKeyPolicy, ListKeyPolicies, and the check every new policy must pass.

Source: AWS KMS API Reference, those actions; AWS KMS Developer Guide, "Key policies in AWS KMS".
"""

from dataclasses import replace
from typing import Any

from strongroom.authz.acceptance import accept_policy
from strongroom.authz.lockout import check_lockout
from strongroom.authz.policy import Policy, PolicyKind
from strongroom.errors import LimitExceededError, MalformedPolicyDocumentError, NotFoundError
from strongroom.model.change import Ensure, Update
from strongroom.model.key import Key, PolicyDocument
from strongroom.model.permission import ConditionValues
from strongroom.operations.kms.common import bypass_conditions, changed_key, on_key
from strongroom.operations.named_principals import document_of, meant_principals, shown_policy, unknown_principals
from strongroom.operations.operation import Call, Operation, Outcome, members
from strongroom.operations.paging import Listing
from strongroom.wire.shapes import kms

_INVALID_PRINCIPALS = "Policy contains a statement with one or more invalid principals."
POLICY_NAME = "default"  # a key has exactly one policy, and this is its name


def checked_policy(call: Call, key: Key, text: str, *, bypass_lockout_check: bool) -> PolicyDocument:
    """Return the document of a policy that may stand on ``key``: well formed, naming who exists, and leaving its caller able to change it.

    Errors: MalformedPolicyDocumentError, InvalidArnError, LimitExceededError.
    """
    if len(text.encode()) > (most := call.quotas.policy_bytes):
        raise LimitExceededError(f"The policy is longer than {most} bytes.")
    policy = accept_policy(text, PolicyKind.KEY, POLICY_NAME)
    if not bypass_lockout_check:
        check_caller_stays(call, key, policy)
    if unknown_principals(call.view, policy):
        raise MalformedPolicyDocumentError(_INVALID_PRINCIPALS)
    return document_of(text, meant_principals(call.view, policy))


def check_caller_stays(call: Call, key: Key, policy: Policy) -> None:
    """Refuse a policy that would not let the caller change it again. Errors: MalformedPolicyDocumentError."""
    lasting = {"kms:calleraccount": call.account, "aws:requestedregion": key.region}
    if call.organization:
        lasting |= {"aws:principalorgid": call.organization, "aws:resourceorgid": call.organization}
    check_lockout(policy, call.principal, call.identity, key.arn, key.account, lasting, call.boundary)


def policy_text(call: Call, key: Key) -> str:
    """Return the key policy as GetKeyPolicy gives it out. Errors: LookupError when the store has lost it."""
    document = call.view.get(PolicyDocument, key.policy_sha256)
    if document is None:
        raise LookupError(f"{key.arn} names a policy document that is not in the store")
    return shown_policy(call.view, document.text, document.meant)


def _check_name(name: str | None) -> None:
    if name is not None and name != POLICY_NAME:
        raise NotFoundError(f"No such policy exists: {name}")


def _get_key_policy(call: Call, request: kms.GetKeyPolicyRequest) -> Outcome:
    _check_name(request.policy_name)
    return Outcome(kms.GetKeyPolicyResponse(policy=policy_text(call, call.key), policy_name=POLICY_NAME))


def _put_key_policy(call: Call, request: kms.PutKeyPolicyRequest) -> Outcome:
    _check_name(request.policy_name)
    policy = checked_policy(
        call, call.key, request.policy, bypass_lockout_check=bool(request.bypass_policy_lockout_safety_check)
    )
    return changed_key(call.key, Ensure(policy), Update(replace(call.key, policy_sha256=policy.sha256)))


def _get_key_policy_conditions(request: kms.GetKeyPolicyRequest, _action: str) -> ConditionValues:
    return {"kms:policyname": request.policy_name or POLICY_NAME}


def _put_key_policy_conditions(request: kms.PutKeyPolicyRequest, _action: str) -> ConditionValues:
    return {
        **bypass_conditions(request.bypass_policy_lockout_safety_check),
        "kms:policyname": request.policy_name or POLICY_NAME,
    }


def _put_key_policy_logged(request: kms.PutKeyPolicyRequest) -> dict[str, Any]:
    """As with CreateKey, effective values."""
    return {
        "keyId": request.key_id,
        "policyName": request.policy_name or POLICY_NAME,
        "policy": request.policy,
        "bypassPolicyLockoutSafetyCheck": bool(request.bypass_policy_lockout_safety_check),
    }


_POLICIES = Listing("ListKeyPolicies", default=100, maximum=1000)


def _list_key_policies(_call: Call, request: kms.ListKeyPoliciesRequest) -> Outcome:
    # One policy, so no page to continue: the model has no InvalidMarkerException here, and any marker changes nothing.
    page = _POLICIES.slice_of([(POLICY_NAME, POLICY_NAME)], request.limit, None)
    return Outcome(
        kms.ListKeyPoliciesResponse(
            policy_names=list(page.items), next_marker=page.next_marker, truncated=page.truncated
        )
    )


_S = kms.OPERATIONS

OPERATIONS = (
    Operation(
        _S["GetKeyPolicy"],
        _get_key_policy,
        on_key("kms:GetKeyPolicy"),
        _get_key_policy_conditions,
        logged=members(key_id="keyId", policy_name="policyName"),
    ),
    Operation(
        _S["PutKeyPolicy"],
        _put_key_policy,
        on_key("kms:PutKeyPolicy"),
        _put_key_policy_conditions,
        _put_key_policy_logged,
        read_only=False,
    ),
    Operation(
        _S["ListKeyPolicies"],
        _list_key_policies,
        on_key("kms:ListKeyPolicies"),
        logged=members(key_id="keyId", limit="limit", marker="marker"),
    ),
)
