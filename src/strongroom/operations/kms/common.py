"""What several families of KMS operations say or ask in the same way."""

from collections.abc import Callable, Mapping
from typing import Any

from strongroom.errors import InvalidKeyUsageError, LimitExceededError, ValidationError
from strongroom.model.context import MAX_CONTEXT_BYTES, MAX_CONTEXT_PAIRS
from strongroom.model.grant import ContextPairs
from strongroom.model.key import Key, KeyManager
from strongroom.model.permission import ANY_RESOURCE, ConditionValues, KeyRef, Permission
from strongroom.model.principal import Principal
from strongroom.operations.condition_names import by_lower_name, of_context
from strongroom.operations.operation import Call, Outcome
from strongroom.wire.shapes import kms


def check_usage(call: Call, key: Key, usage: str) -> None:
    """Errors: InvalidKeyUsageError when the key is for something else."""
    if key.key_usage != usage:
        raise InvalidKeyUsageError(f"{key.arn} key usage is {key.key_usage} which is not valid for {call.operation}.")


def check_algorithm(algorithm: str, key: Key) -> None:
    """Errors: InvalidKeyUsageError when the key does not have that algorithm."""
    if algorithm not in key.algorithms:
        raise InvalidKeyUsageError(f"Algorithm {algorithm} is incompatible with key spec {key.key_spec}.")


def check_room_for_key(call: Call, region: str) -> None:
    """Errors: LimitExceededError when the account has all the customer managed keys there that it may have."""
    most, where = call.quotas.keys, {"account": call.account, "region": region}
    # Counting all keys is a walk over an index; telling the managers apart reads every row.
    if call.view.count(Key, where) < most:
        return
    if call.view.count(Key, where | {"manager": KeyManager.CUSTOMER.value}) >= most:
        raise LimitExceededError(f"You cannot create more than {most} keys in a Region.")


def on_key(action: str, *, alias_allowed: bool = False) -> Callable[[Any, Principal], tuple[Permission, ...]]:
    """Return the ``permissions`` of an operation that needs one action on the key in its ``KeyId``."""

    def permissions(request: Any, _caller: Principal) -> tuple[Permission, ...]:
        return (Permission(action, KeyRef(request.key_id, alias_allowed)),)

    return permissions


def on_anything(action: str) -> Callable[[Any, Principal], tuple[Permission, ...]]:
    """Return the ``permissions`` of an operation that only identity policies can allow."""
    needed = (Permission(action, ANY_RESOURCE),)

    def permissions(_request: Any, _caller: Principal) -> tuple[Permission, ...]:
        return needed

    return permissions


def bypass_conditions(bypass: bool | None) -> dict[str, str]:  # noqa: FBT001 - a member of requests
    """Return the condition key of BypassPolicyLockoutSafetyCheck: like the member, it can be absent (Developer Guide)."""
    return {} if bypass is None else {"kms:bypasspolicylockoutsafetycheck": str(bypass).lower()}


def context_conditions(context: Mapping[str, str] | None, algorithm: str) -> dict[str, str | tuple[str, ...]]:
    """Return the condition keys that every use of an encryption context brings.

    Errors: ValidationError for more pairs than ``bound_context`` takes: asked here too, as this is done for callers who may not
    use the key, and a request has room for 100,000 of them.
    """
    if not context:
        return {"kms:encryptionalgorithm": algorithm}
    if len(context) > MAX_CONTEXT_PAIRS:
        raise ValidationError(f"EncryptionContext must not be longer than {MAX_CONTEXT_BYTES} bytes")
    conditions = of_context(context)
    conditions["kms:encryptionalgorithm"] = algorithm
    return conditions


def constraint_conditions(equals: ContextPairs | None, subset: ContextPairs | None) -> ConditionValues:
    """Return the condition keys that the context constraint of a grant brings: where it is made, and where it is retired."""
    pairs = equals if equals is not None else subset
    if pairs is None:
        return {}
    kind = "EncryptionContextEquals" if equals is not None else "EncryptionContextSubset"
    return {"kms:grantconstrainttype": kind, **of_context(dict(sorted(pairs)))}


def tag_conditions(tags: list[kms.Tag] | None) -> ConditionValues:
    """Return the condition keys that tags in a request bring."""
    if not tags:
        return {}
    conditions = by_lower_name("aws:requesttag/", ((tag.tag_key, tag.tag_value) for tag in tags))
    conditions["aws:tagkeys"] = tuple(tag.tag_key for tag in tags)
    return conditions


def changed_key(key: Key, *changes: Any) -> Outcome:
    """Return the outcome of an operation without output: the record names the key, as CloudTrail does since 2022."""
    return Outcome(None, changes, response_elements={"keyId": key.arn})


def one_refusal(value: object, path: str, rule: str) -> ValidationError:
    """Return AWS's constraint text for a rule that the service model does not hold."""
    return ValidationError(
        f"1 validation error detected: Value '{value}' at '{path}' failed to satisfy constraint: {rule}"
    )
