"""What encryption and decryption ask of keys: a port, since there are several kinds (KMS, a cache before it, raw keys in tests)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from cryptography.hazmat.primitives.asymmetric import ec

from strongroom.envelope.header import EncryptedDataKey
from strongroom.envelope.suites import Suite


@dataclass(frozen=True, slots=True)
class Materials:
    """A data key for one message (several, with a cache), encrypted under every key that shall open it.

    ``context`` is the message's whole context; ``signing_key`` stands for its ``aws-crypto-public-key``.
    """

    plaintext: bytes = field(repr=False)
    encrypted: tuple[EncryptedDataKey, ...]
    context: Mapping[str, str]
    signing_key: ec.EllipticCurvePrivateKey | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class OpenedDataKey:
    """A data key, and the name of the key that opened it."""

    plaintext: bytes = field(repr=False)
    by: str


class DataKeyMaker(Protocol):
    """Makes data keys."""

    def make(self, suite: Suite, context: Mapping[str, str], plaintext_bytes: int | None) -> Materials:
        """Return materials for a message. ``plaintext_bytes`` None: nobody knows yet. Errors: DataKeyError."""


class DataKeyOpener(Protocol):
    """Opens data keys."""

    def open(self, suite: Suite, keys: Sequence[EncryptedDataKey], context: Mapping[str, str]) -> OpenedDataKey:
        """Return the data key that one of ``keys`` holds. Errors: NoKeyOpensError."""


class DataKeyWrapper(Protocol):
    """Encrypts a data key that is there already, for ``rewrap``."""

    def wrap(self, plaintext: bytes, context: Mapping[str, str]) -> tuple[EncryptedDataKey, ...]:
        """Return it encrypted under every key. Errors: DataKeyError."""
