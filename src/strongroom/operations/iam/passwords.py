"""What a password must be like, and what is kept of it. The command line makes login profiles with this, too.

Source: IAM User Guide, "Set an account password policy for IAM users", "Default password policy".
"""

from strongroom.crypto.keyring import Keyring
from strongroom.crypto.passwords import hash_password, is_password
from strongroom.errors import PasswordPolicyViolationError
from strongroom.model.identity import LoginProfile, PasswordPolicy, User
from strongroom.model.random import RandomBytes

LEAST_CHARACTERS = 8
_LEAST_KINDS = 3


def check_password(password: str, user: User, policy: PasswordPolicy | None) -> None:
    """Hold a password to the account's policy, or to the default one. Errors: PasswordPolicyViolationError."""
    least = LEAST_CHARACTERS if policy is None else policy.minimum_length
    if len(password) < least:
        raise PasswordPolicyViolationError(f"Password should have a minimum length of {least}")
    kinds = {
        "uppercase letter": any(one.isupper() for one in password),
        "lowercase letter": any(one.islower() for one in password),
        "number": any(one.isdigit() for one in password),
        "symbol": any(not one.isalnum() for one in password),
    }
    if policy is None:
        if sum(kinds.values()) < _LEAST_KINDS:
            raise PasswordPolicyViolationError(
                "Password should have at least three of: uppercase letters, lowercase letters, numbers, symbols"
            )
    else:
        required = (policy.require_uppercase, policy.require_lowercase, policy.require_numbers, policy.require_symbols)
        for (kind, found), is_required in zip(kinds.items(), required, strict=True):
            if is_required and not found:
                raise PasswordPolicyViolationError(f"Password should have at least one {kind}")
    if password.casefold() in {user.name.casefold(), user.account}:
        raise PasswordPolicyViolationError("Password should not be the name of the user or the account")


def wrapped_hash(keyring: Keyring, user: User, password: str, random_bytes: RandomBytes) -> bytes:
    """Return what is kept of a password that was checked. Slow. Errors: passwords.BusyError."""
    return keyring.wrap_password_hash(user.user_id, hash_password(password, random_bytes), random_bytes)


def is_password_of(keyring: Keyring, user: User, profile: LoginProfile, password: str) -> bool:
    """Compare. Slow. Errors: passwords.BusyError."""
    return is_password(password, keyring.unwrap_password_hash(user.user_id, profile.wrapped_hash))
