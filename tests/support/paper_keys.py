"""A KMS on paper, for tests of what happens between its answers: its ciphertext is the data key with a name in front."""

import secrets
from dataclasses import dataclass, field

from strongroom.integrations.volumes.errors import VolumeError
from strongroom.integrations.volumes.keys import KeyState, VolumeKeys
from strongroom.integrations.volumes.token import Granted, Token


@dataclass
class PaperKeys(VolumeKeys):
    """``closed`` are keys that refuse; ``made`` are the grants that exist."""

    closed: set[str] = field(default_factory=set)
    made: set[tuple[str, str]] = field(default_factory=set)

    def new(self, key: str, volume: str) -> tuple[str, bytes]:
        return key, f"{key} {volume} {secrets.token_hex(32).encode().hex()}".encode()

    def open(self, token: Token) -> bytes:
        key, volume, data_key = token.ciphertext.decode().split()
        if key in self.closed or (key, volume) != (token.key, token.volume):
            raise VolumeError(f"{token.volume} cannot be opened: {token.key} refuses")
        return bytes.fromhex(data_key)

    def move(self, token: Token, key: str, volume: str) -> tuple[str, bytes]:
        return key, f"{key} {volume} {self.open(token).hex()}".encode()

    def grant(self, key: str, volume: str, host: str) -> Granted:  # noqa: ARG002 - as KMS is asked
        self.made.add((key, host))
        return Granted(host, f"{key}/{host}")

    def granted(self, token: Token) -> tuple[Granted, ...]:
        return token.grants

    def revoke(self, key: str, granted: Granted) -> None:
        self.made.discard((key, granted.grantee))

    def state(self, key: str) -> KeyState:
        return KeyState(key, "Enabled")
