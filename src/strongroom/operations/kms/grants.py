"""Making and listing grants: CreateGrant, ListGrants, ListRetirableGrants. Their ends are in ``grant_ends``.

Grants work from their commit on, so a grant token gives nothing that its grant does not. Source: AWS KMS API Reference, those
actions; AWS KMS Developer Guide, "Creating grants". Where we differ: docs/divergences.md.
"""

import json
from collections.abc import Iterable, Mapping
from hashlib import sha256
from typing import Any

from strongroom.authz.grants import Limits, Use
from strongroom.errors import InvalidArnError, LimitExceededError, NotFoundError, ValidationError
from strongroom.model.arn import key_arn, root_arn
from strongroom.model.change import Expect, Insert
from strongroom.model.grant import ContextPairs, Grant, is_service
from strongroom.model.key import Key
from strongroom.model.key_spec import (
    ENCAPSULATE_DECAPSULATE,
    ENCRYPT_DECRYPT,
    GENERATE_VERIFY_MAC,
    KEY_AGREEMENT,
    KEY_SPECS,
    SIGN_VERIFY,
    SYMMETRIC_DEFAULT,
)
from strongroom.model.permission import ConditionValues
from strongroom.model.view import Snapshot
from strongroom.operations.find_grant import GRANT_ID_BYTES, check_grant_id, new_grant_token
from strongroom.operations.grantees import account_of, kept_principal, shown_principal
from strongroom.operations.kms.common import constraint_conditions, on_anything, on_key
from strongroom.operations.operation import Call, Operation, Outcome, members
from strongroom.operations.paging import Listing, Page
from strongroom.wire.shapes import kms

MAX_CONSTRAINT_PAIRS, MAX_CONSTRAINT_CHARACTERS = 8, 384  # API Reference, CreateGrant, Constraints

# --- CreateGrant: what a grant on a key may hold ---------------------------------------------------------------------

_ANY_KEY = ("CreateGrant", "RetireGrant", "DescribeKey")
_SYMMETRIC = (
    "Decrypt", "Encrypt", "GenerateDataKey", "GenerateDataKeyWithoutPlaintext", "GenerateDataKeyPair",
    "GenerateDataKeyPairWithoutPlaintext", "ReEncryptFrom", "ReEncryptTo",
)  # fmt: skip
_BY_USAGE: Mapping[str, tuple[str, ...]] = {
    ENCRYPT_DECRYPT: ("Encrypt", "Decrypt", "ReEncryptFrom", "ReEncryptTo", "GetPublicKey"),
    SIGN_VERIFY: ("Sign", "Verify", "GetPublicKey"),
    GENERATE_VERIFY_MAC: ("GenerateMac", "VerifyMac"),
    KEY_AGREEMENT: ("DeriveSharedSecret", "GetPublicKey"),
    ENCAPSULATE_DECAPSULATE: ("Encapsulate", "Decapsulate", "GetPublicKey"),
}


def _check_operations(key: Key, operations: Iterable[str]) -> None:
    symmetric = key.key_spec == SYMMETRIC_DEFAULT
    valid = _ANY_KEY + (_SYMMETRIC if symmetric else _BY_USAGE[key.key_usage])
    wrong = [operation for operation in operations if operation not in valid]
    if wrong:
        kind = "an asymmetric" if KEY_SPECS[key.key_spec].is_asymmetric else "a symmetric"
        raise ValidationError(
            f"Operations [{', '.join(wrong)}] are not supported when creating a grant for {kind} KMS key "
            f"with key usage {key.key_usage}. Valid operations are [{', '.join(valid)}]"
        )


def _pairs(context: Mapping[str, str] | None) -> ContextPairs | None:
    return None if context is None else frozenset(context.items())


def _limits(request: kms.CreateGrantRequest) -> Limits:
    constraints = request.constraints or kms.GrantConstraints()
    equals, subset = _pairs(constraints.encryption_context_equals), _pairs(constraints.encryption_context_subset)
    # Terraform always sends both, the one that is not meant without pairs.
    if equals and not subset:
        subset = None
    elif subset and not equals:
        equals = None
    return Limits(frozenset(request.operations), equals, subset, constraints.source_arn or "")


def _check_constraints(key: Key, limits: Limits) -> None:
    equals, subset = limits.context_equals, limits.context_subset
    if equals is not None and subset is not None:
        raise ValidationError("More than one constraint supplied")
    pairs = equals if equals is not None else subset
    if pairs is None:
        return
    if key.key_spec != SYMMETRIC_DEFAULT:
        raise ValidationError(
            "EncryptionContext is supported only when creating a grant for a symmetric encryption KMS key."
        )
    if len(pairs) > MAX_CONSTRAINT_PAIRS:
        raise ValidationError(
            f"A grant constraint holds at most {MAX_CONSTRAINT_PAIRS} encryption context pairs, got {len(pairs)}"
        )
    if any(len(name) > MAX_CONSTRAINT_CHARACTERS or len(value) > MAX_CONSTRAINT_CHARACTERS for name, value in pairs):
        raise ValidationError(
            f"An encryption context name or value in a grant constraint holds at most {MAX_CONSTRAINT_CHARACTERS} characters"
        )


# --- CreateGrant: to whom ----------------------------------------------------------------------------------------------


def _principal(view: Snapshot, given: str, member: str) -> str:
    kept = kept_principal(view, given)
    if kept is None:
        raise InvalidArnError(f"{member} does not refer to a valid principal.")
    return kept


def _grantee_and_retiring(view: Snapshot, request: kms.CreateGrantRequest) -> tuple[str, str]:
    """Return both as the grant keeps them; no retiring principal is empty. Errors: ValidationError, InvalidArnError."""
    grantee, retiring = request.grantee_service_principal, request.retiring_service_principal or ""
    if (grantee is None) == (request.grantee_principal is None):
        raise ValidationError("Specify exactly one of GranteePrincipal and GranteeServicePrincipal.")
    if retiring and request.retiring_principal is not None:
        raise ValidationError("Specify at most one of RetiringPrincipal and RetiringServicePrincipal.")
    if request.retiring_principal is not None:
        retiring = _principal(view, request.retiring_principal, "RetiringPrincipal")
    if request.grantee_principal is not None:
        return _principal(view, request.grantee_principal, "GranteePrincipal"), retiring
    if not retiring or request.constraints is None or request.constraints.source_arn is None:
        raise ValidationError("GranteeServicePrincipal needs a SourceArn constraint and a retiring principal.")
    return grantee or "", retiring


# --- CreateGrant -------------------------------------------------------------------------------------------------------


def _create_grant(call: Call, request: kms.CreateGrantRequest) -> Outcome:
    wanted = _wanted(call, request)
    grant = _same_grant(call.view, wanted)
    changes: tuple[Expect | Insert, ...] = ()
    if grant is None:
        _check_room(call, call.key)
        grant, changes = wanted, (Expect(call.key), Insert(wanted))
    token = new_grant_token(call.keyring, grant, call.random_bytes)
    return Outcome(
        kms.CreateGrantResponse(grant_token=token, grant_id=grant.grant_id),
        changes,
        response_elements={"grantId": grant.grant_id, "keyId": call.key.arn},
    )


def _wanted(call: Call, request: kms.CreateGrantRequest) -> Grant:
    """Return the grant as it would be made. Errors: ValidationError, InvalidArnError."""
    key, limits = call.key, _limits(request)
    grantee, retiring = _grantee_and_retiring(call.view, request)
    _check_constraints(key, limits)
    if not request.operations:
        raise ValidationError("Operations must name at least one operation.")
    _check_operations(key, request.operations)
    grant_id = call.random_bytes(GRANT_ID_BYTES).hex()
    name = request.name or ""
    return Grant(
        account=key.account,
        region=key.region,
        key_id=key.key_id,
        grantee=grantee,
        grant_id=grant_id,
        retiring=retiring,
        issuing_account=call.account,
        name=name,
        operations=tuple(dict.fromkeys(request.operations)),
        context_equals=limits.context_equals,
        context_subset=limits.context_subset,
        source_arn=limits.source_arn,
        fingerprint=_fingerprint(name, grantee, retiring, call.account, limits) if name else grant_id,
        created_ms=call.now_ms,
    )


def _fingerprint(name: str, grantee: str, retiring: str, issuing_account: str, limits: Limits) -> str:
    """Return a hash of all that makes a repeated CreateGrant the same grant; the order of operations is nothing."""
    contexts = [None if pairs is None else sorted(pairs) for pairs in (limits.context_equals, limits.context_subset)]
    compared = [name, grantee, retiring, issuing_account, sorted(limits.operations), *contexts, limits.source_arn]
    return sha256(json.dumps(compared).encode()).hexdigest()


def _same_grant(view: Snapshot, wanted: Grant) -> Grant | None:
    """Return the grant that an earlier CreateGrant with the same name and content made."""
    if not wanted.name:
        return None
    where = _of_key(wanted) | {"fingerprint": wanted.fingerprint}
    return next(iter(view.page(Grant, where, limit=1)), None)


def _of_key(key: Key | Grant) -> dict[str, str]:
    return {"account": key.account, "region": key.region, "key_id": key.key_id}


def _check_room(call: Call, key: Key) -> None:
    if call.view.count(Grant, _of_key(key)) >= (most := call.quotas.grants_per_key):
        raise LimitExceededError(f"You cannot create more than {most} grants for key {key.arn}.")


def _create_grant_use(request: kms.CreateGrantRequest, _action: str) -> Use:
    return Use(child=_limits(request))


def _create_grant_conditions(request: kms.CreateGrantRequest, _action: str) -> ConditionValues:
    """Principals are left to the station: their values are ARNs, however they were written."""
    limits = _limits(request)
    optional = {
        "kms:grantconstraintsourcearn": limits.source_arn,
        "kms:granteeserviceprincipal": request.grantee_service_principal,
        "kms:retiringserviceprincipal": request.retiring_service_principal,
    }
    return {
        "kms:grantoperations": tuple(request.operations),
        **constraint_conditions(limits.context_equals, limits.context_subset),
        **{name: value for name, value in optional.items() if value},
    }


_create_grant_members = members(
    key_id="keyId",
    grantee_principal="granteePrincipal",
    grantee_service_principal="granteeServicePrincipal",
    retiring_principal="retiringPrincipal",
    retiring_service_principal="retiringServicePrincipal",
    operations="operations",
    name="name",
)
_constraint_members = members(
    encryption_context_equals="encryptionContextEquals",
    encryption_context_subset="encryptionContextSubset",
    source_arn="sourceArn",
)


def _create_grant_logged(request: kms.CreateGrantRequest) -> dict[str, Any]:
    shown = _create_grant_members(request)
    if request.constraints is not None:
        shown["constraints"] = _constraint_members(request.constraints)
    if request.dry_run:
        shown["dryRun"] = True
    return shown


# --- ListGrants, ListRetirableGrants -----------------------------------------------------------------------------------


def _entry(view: Snapshot, grant: Grant) -> kms.GrantListEntry:
    """Return a grant as it is listed; members without a value are left out on the wire."""
    constraints = None
    if grant.context_equals is not None or grant.context_subset is not None or grant.source_arn:
        constraints = kms.GrantConstraints(
            encryption_context_equals=None if grant.context_equals is None else dict(sorted(grant.context_equals)),
            encryption_context_subset=None if grant.context_subset is None else dict(sorted(grant.context_subset)),
            source_arn=grant.source_arn or None,
        )
    to_service, by_service = is_service(grant.grantee), is_service(grant.retiring)
    return kms.GrantListEntry(
        key_id=key_arn(grant.region, grant.account, grant.key_id),
        grant_id=grant.grant_id,
        name=grant.name or None,
        creation_date=float(grant.created_ms // 1000),  # whole seconds, as recorded; key dates have milliseconds
        grantee_principal=None if to_service else shown_principal(view, grant.grantee),
        grantee_service_principal=grant.grantee if to_service else None,
        retiring_principal=None if by_service or not grant.retiring else shown_principal(view, grant.retiring),
        retiring_service_principal=grant.retiring if by_service else None,
        issuing_account=root_arn(grant.issuing_account),
        operations=list(grant.operations),
        constraints=constraints,
    )


def _listed(view: Snapshot, page: Page[Grant]) -> Outcome:
    return Outcome(
        kms.ListGrantsResponse(
            grants=[_entry(view, grant) for grant in page.items], next_marker=page.next_marker, truncated=page.truncated
        )
    )


_GRANTS = Listing("ListGrants", default=50, maximum=100)
_RETIRABLE = Listing("ListRetirableGrants", default=50, maximum=100)


def _list_grants(call: Call, request: kms.ListGrantsRequest) -> Outcome:
    where = _of_key(call.key)
    if request.grant_id is not None:
        check_grant_id(request.grant_id)
        where["grant_id"] = request.grant_id
    if request.grantee_principal is not None and request.grantee_service_principal is not None:
        raise ValidationError("Specify at most one of GranteePrincipal and GranteeServicePrincipal.")
    if request.grantee_principal is not None:
        where["grantee"] = _filter(call.view, request.grantee_principal)
    elif request.grantee_service_principal is not None:
        where["grantee"] = request.grantee_service_principal
    page = _GRANTS.page_of(call.view, Grant, where, "grant_id", request.limit, request.marker)
    return _listed(call.view, page)


def _filter(view: Snapshot, given: str) -> str:
    kept = kept_principal(view, given)
    if kept is None:
        raise InvalidArnError("Input does not refer to a valid principal")
    return kept


def _list_retirable_grants(call: Call, request: kms.ListRetirableGrantsRequest) -> Outcome:
    """The principal is one of the caller's account; the grants may be on keys of any."""
    given, service = request.retiring_principal, request.retiring_service_principal
    if (given is None) == (service is None):
        raise ValidationError("Specify exactly one of RetiringPrincipal and RetiringServicePrincipal.")
    retiring = service if given is None else kept_principal(call.view, given)
    if retiring is None:
        raise NotFoundError(f"Retiring principal {given} could not be found")
    # Services belong to no account: only a service may ask for what it may retire.
    if (account_of(call.view, retiring) != call.account) if service is None else service != call.principal.arn:
        raise InvalidArnError(f"ARN does not refer to a valid principal: {given or service}")
    where = {"region": call.region, "retiring": retiring}
    if service is not None:  # other accounts have services of that name too
        where["issuing_account"] = call.account
    page = _RETIRABLE.page_of(call.view, Grant, where, "grant_id", request.limit, request.marker)
    return _listed(call.view, page)


_S = kms.OPERATIONS

OPERATIONS = (
    Operation(
        _S["CreateGrant"],
        _create_grant,
        on_key("kms:CreateGrant"),
        _create_grant_conditions,
        _create_grant_logged,
        read_only=False,
        cross_account=True,
        use=_create_grant_use,
    ),
    Operation(
        _S["ListGrants"],
        _list_grants,
        on_key("kms:ListGrants"),
        logged=members(
            key_id="keyId",
            grant_id="grantId",
            grantee_principal="granteePrincipal",
            grantee_service_principal="granteeServicePrincipal",
            limit="limit",
            marker="marker",
        ),
        cross_account=True,
    ),
    Operation(
        _S["ListRetirableGrants"],
        _list_retirable_grants,
        on_anything("kms:ListRetirableGrants"),
        logged=members(
            retiring_principal="retiringPrincipal",
            retiring_service_principal="retiringServicePrincipal",
            limit="limit",
            marker="marker",
        ),
    ),
)
