"""The last successful use of each key, as the store keeps it for GetKeyLastUsage.

Source: AWS KMS API Reference, GetKeyLastUsage; AWS KMS Developer Guide, "Determine past usage of a KMS key".
"""

from dataclasses import dataclass

TRACKED_OPERATIONS = frozenset(
    {
        "Decapsulate",
        "Decrypt",
        "DeriveSharedSecret",
        "Encapsulate",
        "Encrypt",
        "GenerateDataKey",
        "GenerateDataKeyPair",
        "GenerateDataKeyPairWithoutPlaintext",
        "GenerateDataKeyWithoutPlaintext",
        "GenerateMac",
        "ReEncrypt",
        "Sign",
        "Verify",
        "VerifyMac",
    }
)  # the model's KeyLastUsageTrackingOperation; a test compares

TRACKING_SETTING = "key-usage-tracking"
"""The setting that holds since when this server keeps uses: milliseconds since the epoch, in decimal digits."""


@dataclass(frozen=True, slots=True)
class KeyUsage:
    """``used_s`` is in whole seconds since the epoch: that is what an audit record holds, and what AWS answers."""

    account: str
    region: str
    key_id: str
    operation: str
    used_s: int
    event_id: str
    request_id: str
    version: int = 0


@dataclass(frozen=True, slots=True)
class UsageMark:
    """How far into a worker slot's journal the uses are in the store: all before ``used_bytes`` of ``segment`` are.

    ``marked_ms`` is when that was written down.
    """

    slot: str
    segment: int
    used_bytes: int
    marked_ms: int
    version: int = 0
