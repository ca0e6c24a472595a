"""What a password must be like, and what is kept of it. The command line makes login profiles with this, too.

Source: IAM User Guide, "Set an account password policy for IAM users", "Default password policy" (there is no other here).
"""

from strongroom.crypto.keyring import Keyring
from strongroom.crypto.passwords import hash_password, is_password
from strongroom.errors import PasswordPolicyViolationError
from strongroom.model.identity import LoginProfile, User
from strongroom.model.random import RandomBytes

LEAST_CHARACTERS = 8
_LEAST_KINDS = 3


def check_password(password: str, user: User) -> None:
    """Errors: PasswordPolicyViolationError."""
    if len(password) < LEAST_CHARACTERS:
        raise PasswordPolicyViolationError(f"Password should have a minimum length of {LEAST_CHARACTERS}")
    kinds = (
        any(one.isupper() for one in password),
        any(one.islower() for one in password),
        any(one.isdigit() for one in password),
        any(not one.isalnum() for one in password),
    )
    if sum(kinds) < _LEAST_KINDS:
        raise PasswordPolicyViolationError(
            "Password should have at least three of: uppercase letters, lowercase letters, numbers, symbols"
        )
    if password.casefold() in {user.name.casefold(), user.account}:
        raise PasswordPolicyViolationError("Password should not be the name of the user or the account")


def wrapped_hash(keyring: Keyring, user: User, password: str, random_bytes: RandomBytes) -> bytes:
    """Return what is kept of a password that was checked. Slow. Errors: passwords.BusyError."""
    return keyring.wrap_password_hash(user.user_id, hash_password(password, random_bytes), random_bytes)


def is_password_of(keyring: Keyring, user: User, profile: LoginProfile, password: str) -> bool:
    """Compare. Slow. Errors: passwords.BusyError."""
    return is_password(password, keyring.unwrap_password_hash(user.user_id, profile.wrapped_hash))
