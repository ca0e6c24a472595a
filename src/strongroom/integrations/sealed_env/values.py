"""One sealed value: AES-256-GCM under a data key that travels with it, encrypted by KMS. Pure.

    sealed:v1:<data key, as KMS encrypted it>:<nonce 12 || ciphertext || tag 16>        both base64url without padding

A value is bound to its name, so that no line opens under another one's. Values of one run share a data key: opening a file asks KMS once.
Format and vectors: docs/formats/env-file.md, tests/vectors/env/sealed_v1.json. Source: NIST SP 800-38D (AES-GCM).
"""

import base64
import re
from collections.abc import Callable
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from strongroom.integrations.sealed_env.text import EnvFileError

PREFIX = "sealed:"
NONCE_BYTES = 12
_FORM = re.compile(r"sealed:v1:(?P<data_key>[A-Za-z0-9_-]+):(?P<box>[A-Za-z0-9_-]+)")
_LABEL = b"strongroom/env/v1\0"
_SMALLEST_BOX_BYTES = NONCE_BYTES + 16


@dataclass(frozen=True, slots=True)
class SealedValue:
    data_key: bytes
    box: bytes


@dataclass(frozen=True, slots=True)
class DataKey:
    """A data key and its form that KMS encrypted."""

    plaintext: bytes = field(repr=False)
    ciphertext: bytes


def is_sealed(value: str) -> bool:
    """Say whether a value claims to be sealed; ``read`` finds out."""
    return value.startswith(PREFIX)


def read(name: str, value: str) -> SealedValue:
    """Return the parts of a sealed value. Errors: EnvFileError."""
    found = _FORM.fullmatch(value)
    if found is not None:
        sealed = SealedValue(_bytes(found["data_key"]), _bytes(found["box"]))
        if len(sealed.box) >= _SMALLEST_BOX_BYTES:
            return sealed
    raise EnvFileError(f"The value of {name} begins with {PREFIX} but is damaged, or of a newer version.")


def seal(name: str, plaintext: str, key: DataKey, random_bytes: Callable[[int], bytes]) -> str:
    """Return the sealed form of a value."""
    nonce = random_bytes(NONCE_BYTES)
    box = nonce + AESGCM(key.plaintext).encrypt(nonce, plaintext.encode(), _LABEL + name.encode())
    return f"{PREFIX}v1:{_text(key.ciphertext)}:{_text(box)}"


def unseal(name: str, sealed: SealedValue, key: bytes) -> str:
    """Return the plaintext. Errors: EnvFileError: altered, or moved here from another name."""
    nonce, ciphertext = sealed.box[:NONCE_BYTES], sealed.box[NONCE_BYTES:]
    try:
        return AESGCM(key).decrypt(nonce, ciphertext, _LABEL + name.encode()).decode()
    except InvalidTag:
        raise EnvFileError(f"The value of {name} was altered, or sealed for another name.") from None


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _bytes(text: str) -> bytes:
    try:
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except ValueError:
        return b""  # a length that base64 does not have
