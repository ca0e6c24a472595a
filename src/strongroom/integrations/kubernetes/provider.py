"""What the plugin answers, without gRPC: data keys of an API server encrypted under one KMS key.

Operations used: DescribeKey (which key and material is current), Encrypt, Decrypt. Nothing is cached but one encrypted probe, which
Status has opened each time: that is the only honest answer to "can the secrets be read?". Source: Kubernetes documentation, "Using a
KMS provider for data encryption", and the rules in ``k8s_kms_v2.proto``.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

VERSION = "v2"
OK = "ok"
ANNOTATION = "format.kms-plugin.strongroom"  # a DNS name, as the protocol wants it; nobody resolves it
FORMAT = b"1"

_PROBE_BYTES = 32
_MAX_PLAINTEXT_BYTES = 1024 - 152 - 1  # the answer must stay below 1 kB; an API server sends 32
_SEPARATOR = "#"


class PluginError(Exception):
    """The request is not one that this plugin's answers can have led to."""


@dataclass(frozen=True, slots=True)
class Current:
    """The key to write with: ``key_id`` names its material too, so that it changes when the key is rotated."""

    arn: str
    key_id: str
    state: str


@dataclass(frozen=True, slots=True)
class Encrypted:
    ciphertext: bytes
    key_id: str
    annotations: dict[str, bytes]


@dataclass(frozen=True, slots=True)
class Status:
    healthz: str
    key_id: str


@dataclass(slots=True)
class Provider:
    """One KMS key, by id, ARN or alias. An alias that is moved to another key is a rotation like any other.

    Errors of all methods: botocore's from KMS; PluginError.
    """

    kms: Any
    key: str
    context: Mapping[str, str]
    _probe: tuple[Encrypted, bytes] | None = field(default=None, repr=False)

    def encrypt(self, plaintext: bytes) -> Encrypted:
        """Encrypt under the current key.

        INVARIANT: ``key_id`` is asked before, so it is never newer than the material used. When a rotation comes between the two,
        the next Status names the new one and the API server writes with a fresh data key.
        """
        if not 1 <= len(plaintext) <= _MAX_PLAINTEXT_BYTES:
            raise PluginError(f"plaintext must be 1 to {_MAX_PLAINTEXT_BYTES} bytes, got {len(plaintext)}")
        return self._encrypt(self.current(), plaintext)

    def decrypt(self, ciphertext: bytes, key_id: str, annotations: Mapping[str, bytes]) -> bytes:
        """Decrypt what ``encrypt`` gave, under whichever key and material it was."""
        arn, separator, _ = key_id.partition(_SEPARATOR)
        if not arn.startswith("arn:") or annotations.get(ANNOTATION) != FORMAT or not separator:
            raise PluginError("not encrypted by this plugin, or by a newer version of it")
        answer = self.kms.decrypt(CiphertextBlob=ciphertext, KeyId=arn, EncryptionContext=dict(self.context))
        plaintext: bytes = answer["Plaintext"]
        return plaintext

    def status(self) -> Status:
        """Say which key is current and whether it works. Errors only when the key cannot be named at all."""
        current = self.current()
        if current.state != "Enabled":
            return Status(f"{current.arn} is {current.state}", current.key_id)
        probe = self._probe
        if probe is None or probe[0].key_id != current.key_id:
            secret = os.urandom(_PROBE_BYTES)
            probe = self._probe = (self._encrypt(current, secret), secret)
        encrypted, secret = probe
        if self.decrypt(encrypted.ciphertext, encrypted.key_id, encrypted.annotations) != secret:
            return Status("what was encrypted does not come back", current.key_id)
        return Status(OK, current.key_id)

    def current(self) -> Current:
        """Ask which key, and which material of it, new data is encrypted under."""
        described = self.kms.describe_key(KeyId=self.key)["KeyMetadata"]
        if described["KeyUsage"] != "ENCRYPT_DECRYPT" or described.get("KeySpec", "") != "SYMMETRIC_DEFAULT":
            raise PluginError(f"{described['Arn']} is no symmetric encryption key")
        arn = described["Arn"]
        return Current(arn, f"{arn}{_SEPARATOR}{described.get('CurrentKeyMaterialId', '')}", described["KeyState"])

    def _encrypt(self, current: Current, plaintext: bytes) -> Encrypted:
        answer = self.kms.encrypt(KeyId=current.arn, Plaintext=plaintext, EncryptionContext=dict(self.context))
        return Encrypted(answer["CiphertextBlob"], current.key_id, {ANNOTATION: FORMAT})
