"""Passwords of users: kept as Argon2id hashes, which are slow on purpose. Not for the event loop.

Source: RFC 9106 (Argon2, section 7.4 for the PHC text); OWASP Password Storage Cheat Sheet, Argon2id, for its cost.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from threading import BoundedSemaphore

from cryptography.exceptions import InvalidKey
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from strongroom.model.random import RandomBytes

SALT_BYTES = 16
_HASH_BYTES = 32
_KIBIBYTES, _ITERATIONS, _LANES = 19 * 1024, 2, 1
_AT_ONCE = 2  # in one process: each takes a core and its memory
_WAIT_SECONDS = 2.0
_turns = BoundedSemaphore(_AT_ONCE)


class BusyError(Exception):
    """Too many passwords are being compared already."""


def hash_password(password: str, random_bytes: RandomBytes) -> bytes:
    """Return what is kept of a password. Errors: BusyError."""
    with _turn():
        kdf = Argon2id(
            salt=random_bytes(SALT_BYTES),
            length=_HASH_BYTES,
            iterations=_ITERATIONS,
            lanes=_LANES,
            memory_cost=_KIBIBYTES,
        )
        return kdf.derive_phc_encoded(password.encode("utf-8", "surrogatepass")).encode()


def is_password(password: str, kept: bytes) -> bool:
    """Compare a password with what is kept of one. Errors: BusyError."""
    with _turn():
        try:
            Argon2id.verify_phc_encoded(password.encode("utf-8", "surrogatepass"), kept.decode())
        except InvalidKey:
            return False
        return True


@contextmanager
def _turn() -> Iterator[None]:
    if not _turns.acquire(timeout=_WAIT_SECONDS):
        raise BusyError
    try:
        yield
    finally:
        _turns.release()


@cache
def nobodys() -> bytes:
    """Return what is compared with where there is no password, so that the answer takes as long."""
    return hash_password("nobody's", bytes)
