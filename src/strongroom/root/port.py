"""What we ask of a root key protector: to seal the domain key, and to reveal it again on every start.

The chain at rest is: protector (key file, passphrase) -> domain key -> key material. The protector's record is stored
beside the data and holds nothing secret; whoever has the record but not the root key has nothing.
"""

from typing import Protocol

import msgspec

from strongroom.model.random import RandomBytes

DOMAIN_KEY_BYTES = 32


class RootKeyError(Exception):
    """The domain key cannot be revealed: the server must not start. The text says what to do."""


class Protected(msgspec.Struct, frozen=True, kw_only=True):
    """How a domain key is sealed: which protector, its public parameters, and the sealed bytes."""

    protector: str
    parameters: dict[str, str | int]
    sealed: bytes


class Protector(Protocol):
    @property
    def name(self) -> str: ...

    def protect(self, domain_key: bytes, random_bytes: RandomBytes) -> Protected: ...

    def reveal(self, protected: Protected) -> bytes:
        """Errors: RootKeyError."""
