"""What an account asks of its users' passwords: kept and shown. Source: IAM API Reference, UpdateAccountPasswordPolicy and its kin."""

from strongroom.errors import NoSuchEntityError
from strongroom.model.change import Delete, Insert, Update
from strongroom.model.identity import PasswordPolicy
from strongroom.operations.iam.common import changed, on_anything, reads, writes
from strongroom.operations.operation import Call, Outcome
from strongroom.wire.shapes import iam

MINIMUM_LENGTH = 6  # UpdateAccountPasswordPolicy, MinimumPasswordLength: the default


def _get_password_policy(call: Call, _request: iam.GetAccountPasswordPolicyRequest) -> Outcome:
    policy = call.view.get(PasswordPolicy, call.account)
    if policy is None:
        raise NoSuchEntityError(f"The Password Policy with domain name {call.account} cannot be found.")
    shape = iam.PasswordPolicy(
        minimum_password_length=policy.minimum_length,
        require_symbols=policy.require_symbols,
        require_numbers=policy.require_numbers,
        require_uppercase_characters=policy.require_uppercase,
        require_lowercase_characters=policy.require_lowercase,
        allow_users_to_change_password=policy.users_may_change,
        expire_passwords=policy.max_age_days > 0,
        max_password_age=policy.max_age_days or None,
        password_reuse_prevention=policy.reuse_prevention or None,
        hard_expiry=policy.hard_expiry,
    )
    return Outcome(iam.GetAccountPasswordPolicyResponse(password_policy=shape))


def _update_password_policy(call: Call, request: iam.UpdateAccountPasswordPolicyRequest) -> Outcome:
    """What the request leaves out goes back to its default."""
    present = call.view.get(PasswordPolicy, call.account)
    policy = PasswordPolicy(
        call.account,
        MINIMUM_LENGTH if request.minimum_password_length is None else request.minimum_password_length,
        bool(request.require_symbols),
        bool(request.require_numbers),
        bool(request.require_uppercase_characters),
        bool(request.require_lowercase_characters),
        bool(request.allow_users_to_change_password),
        request.max_password_age or 0,
        request.password_reuse_prevention or 0,
        bool(request.hard_expiry),
        present.version if present is not None else 0,
    )
    return changed(Insert(policy) if present is None else Update(policy))


def _delete_password_policy(call: Call, _request: iam.DeleteAccountPasswordPolicyRequest) -> Outcome:
    policy = call.view.get(PasswordPolicy, call.account)
    if policy is None:
        raise NoSuchEntityError("The account policy with name PasswordPolicy cannot be found.")
    return changed(Delete(policy))


OPERATIONS = tuple(
    build(name, act, on_anything(f"iam:{name}"))
    for name, build, act in (
        ("GetAccountPasswordPolicy", reads, _get_password_policy),
        ("UpdateAccountPasswordPolicy", writes, _update_password_policy),
        ("DeleteAccountPasswordPolicy", writes, _delete_password_policy),
    )
)
