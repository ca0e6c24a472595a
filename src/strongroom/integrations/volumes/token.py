"""The LUKS2 token by which a volume carries its own metadata: which KMS key, the encrypted data key, the encryption context.

Nothing in it is secret, and nothing in it is trusted: KMS checks the encryption context, the key slot checks the data key.
Source: LUKS2 On-Disk Format Specification 1.1.3, "Token objects": ``type`` and ``keyslots`` are LUKS2's, the rest is ours.
"""

import base64
import json
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from strongroom.integrations.volumes.errors import VolumeError

TYPE = "strongroom-kms"
VERSION = 1
CONTEXT_NAME = "aws:ebs:id"  # AWS KMS Developer Guide, "How Amazon EBS uses AWS KMS", encryption context
_ID_HEX = 17  # as EBS's own: vol-0cfb133e847d28be9
VOLUME, SNAPSHOT = "vol", "snap"


def new_id(kind: str) -> str:
    """Return a new id, in the form of EBS's."""
    return f"{kind}-{secrets.token_hex(_ID_HEX // 2 + 1)[:_ID_HEX]}"


@dataclass(frozen=True, slots=True)
class Granted:
    """A grant that was made for a host: KMS's own list is the truth, this finds it again without kms:ListGrants."""

    grantee: str
    grant_id: str


@dataclass(frozen=True, slots=True)
class Token:
    """``number`` is the token's place in the header; of two (a change that was cut short) the higher ``generation`` counts."""

    volume: str
    key: str  # ARN
    ciphertext: bytes
    slot: int
    source: str = ""  # what a snapshot was taken of, what a volume was made from
    grants: tuple[Granted, ...] = ()
    generation: int = 1
    number: int = 0

    @property
    def context(self) -> dict[str, str]:
        return {CONTEXT_NAME: self.volume}

    @property
    def is_snapshot(self) -> bool:
        return self.volume.startswith(f"{SNAPSHOT}-")

    def to_json(self) -> bytes:
        """Return what ``cryptsetup token import`` takes."""
        return json.dumps(
            {
                "type": TYPE,
                "keyslots": [str(self.slot)],
                "version": VERSION,
                "volume": self.volume,
                "key": self.key,
                "ciphertext": base64.b64encode(self.ciphertext).decode(),
                "context": self.context,
                "source": self.source,
                "grants": [asdict(one) for one in self.grants],
                "generation": self.generation,
            }
        ).encode()


def from_json(number: int, token: Mapping[str, Any]) -> Token | None:
    """Return a token of the header; None for one of others, or whose key slot is gone. Errors: VolumeError when it is no sound one."""
    if token.get("type") != TYPE or not token.get("keyslots"):
        return None
    if token.get("version") != VERSION:
        raise VolumeError(f"The volume's token has version {token.get('version')!r}: a newer strongroom made it.")
    try:
        found = Token(
            volume=str(token["volume"]),
            key=str(token["key"]),
            ciphertext=base64.b64decode(token["ciphertext"], validate=True),
            slot=int(token["keyslots"][0]),
            source=str(token.get("source", "")),
            grants=tuple(Granted(str(one["grantee"]), str(one["grant_id"])) for one in token.get("grants", ())),
            generation=int(token["generation"]),
            number=number,
        )
    except (KeyError, TypeError, ValueError, IndexError) as error:
        raise VolumeError(f"The volume's token is damaged ({type(error).__name__}: {error}).") from None
    if token.get("context") != found.context:
        raise VolumeError("The volume's token is damaged: its encryption context does not name its volume.")
    return found
