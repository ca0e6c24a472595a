"""Algorithm suites of the AWS Encryption SDK: which there are, and the keys that each derives from a data key.

Source: AWS Encryption SDK specification, framework/algorithm-suites.md; KDF inputs from its client-apis/encrypt.md.
Written are the two committing suites; the others are read where the caller allows it.
"""

import hmac
from dataclasses import dataclass, field

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from strongroom.envelope.errors import AlteredError

IV_BYTES = 12
TAG_BYTES = 16
COMMITMENT_BYTES = 32


@dataclass(frozen=True, slots=True)
class Suite:
    """One row of the specification's tables. ``kdf`` None: the data key itself encrypts."""

    id: int
    name: str
    key_bytes: int
    kdf: type[hashes.HashAlgorithm] | None
    curve: type[ec.EllipticCurve] | None = None
    digest: str = ""
    committing: bool = False

    @property
    def version(self) -> int:
        return 2 if self.committing else 1

    @property
    def message_id_bytes(self) -> int:
        return 32 if self.committing else 16

    @property
    def signed(self) -> bool:
        return self.curve is not None

    @property
    def hash(self) -> hashes.HashAlgorithm:
        """The hash under the signature."""
        return hashes.SHA384() if self.digest == "sha384" else hashes.SHA256()


_256, _384, _512 = hashes.SHA256, hashes.SHA384, hashes.SHA512
_P256, _P384 = ec.SECP256R1, ec.SECP384R1

COMMITTING = Suite(0x0478, "AES_256_GCM_HKDF_SHA512_COMMIT_KEY", 32, _512, committing=True)
COMMITTING_SIGNED = Suite(
    0x0578, "AES_256_GCM_HKDF_SHA512_COMMIT_KEY_ECDSA_P384", 32, _512, _P384, "sha384", committing=True
)
SUITES = {
    suite.id: suite
    for suite in (
        COMMITTING,
        COMMITTING_SIGNED,
        Suite(0x0014, "AES_128_GCM_IV12_TAG16", 16, None),
        Suite(0x0046, "AES_192_GCM_IV12_TAG16", 24, None),
        Suite(0x0078, "AES_256_GCM_IV12_TAG16", 32, None),
        Suite(0x0114, "AES_128_GCM_IV12_TAG16_HKDF_SHA256", 16, _256),
        Suite(0x0146, "AES_192_GCM_IV12_TAG16_HKDF_SHA256", 24, _256),
        Suite(0x0178, "AES_256_GCM_IV12_TAG16_HKDF_SHA256", 32, _256),
        Suite(0x0214, "AES_128_GCM_IV12_TAG16_HKDF_SHA256_ECDSA_P256", 16, _256, _P256, "sha256"),
        Suite(0x0346, "AES_192_GCM_IV12_TAG16_HKDF_SHA384_ECDSA_P384", 24, _384, _P384, "sha384"),
        Suite(0x0378, "AES_256_GCM_IV12_TAG16_HKDF_SHA384_ECDSA_P384", 32, _384, _P384, "sha384"),
    )
}


@dataclass(frozen=True, slots=True)
class MessageKeys:
    """What a data key becomes for one message."""

    encryption: bytes = field(repr=False)
    commitment: bytes


def message_keys(suite: Suite, data_key: bytes, message_id: bytes) -> MessageKeys:
    """Derive a message's key, and the value that commits to it (empty where the suite has none).

    Errors: ValueError when the data key is not as long as the suite's.
    """
    if len(data_key) != suite.key_bytes:
        raise ValueError(f"The data key has {len(data_key)} bytes, {suite.name} needs {suite.key_bytes}")
    if suite.kdf is None:
        return MessageKeys(data_key, b"")
    ident = suite.id.to_bytes(2, "big")
    if not suite.committing:
        derived = HKDF(suite.kdf(), suite.key_bytes, None, ident + message_id).derive(data_key)
        return MessageKeys(derived, b"")
    return MessageKeys(
        HKDF(suite.kdf(), suite.key_bytes, message_id, ident + b"DERIVEKEY").derive(data_key),
        HKDF(suite.kdf(), COMMITMENT_BYTES, message_id, b"COMMITKEY").derive(data_key),
    )


def check_commitment(keys: MessageKeys, suite_data: bytes) -> None:
    """Errors: AlteredError when the message was not encrypted under this data key."""
    if not hmac.compare_digest(keys.commitment, suite_data):
        raise AlteredError("The message does not commit to the data key that was decrypted for it: it was altered.")
