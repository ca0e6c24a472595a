"""``Recipient``: an answer that only one attested enclave or instance can read.

The pipeline calls ``attested`` right after decoding, before anything is authorised, because the measurements are condition
keys. An operation whose input has a ``Recipient`` calls ``sealed_for`` with whatever plaintext it would have answered, and leaves
that out when it gets bytes back. Source: AWS KMS API Reference, RecipientInfo; Developer Guide, "Cryptographic attestation".
"""

from collections.abc import Mapping, Sequence
from typing import Any

from cryptography.x509 import Certificate

from strongroom.crypto.attestation import Attestation, recipient_key, verify
from strongroom.crypto.cms import envelope
from strongroom.errors import UnsupportedOperationError, ValidationError
from strongroom.model.random import RandomBytes
from strongroom.wire.shapes import kms

_PLAINTEXTS = ("plaintext", "private_key_plaintext", "shared_secret")


def attested(recipient: kms.RecipientInfo, roots: Sequence[Certificate], now: float) -> Attestation:
    """Return whom an answer must be sealed to, verified. Errors: ValidationError.

    A ``Recipient`` that leaves a member out is refused: the caller did not mean to get plaintext.
    """
    if recipient.attestation_document is None:
        raise ValidationError("Recipient must have an AttestationDocument.")
    if recipient.key_encryption_algorithm is None:
        raise ValidationError("Recipient must have a KeyEncryptionAlgorithm.")
    attestation = verify(recipient.attestation_document, roots, now)
    recipient_key(attestation)
    return attestation


def sealed_for(attestation: Attestation | None, plaintext: bytes, random_bytes: RandomBytes) -> bytes | None:
    """Return ``CiphertextForRecipient``, or None when the answer goes out in plaintext."""
    return None if attestation is None else envelope(plaintext, recipient_key(attestation), random_bytes)


def check_sealed(output: Any) -> None:
    """Refuse the answer of an operation that would ignore its ``Recipient``. Errors: UnsupportedOperationError."""
    sealed = getattr(output, "ciphertext_for_recipient", None) is not None
    if not sealed or any(getattr(output, name, None) is not None for name in _PLAINTEXTS):
        raise UnsupportedOperationError("Recipient is not built for this operation in this version of strongroom.")


def recorded(attestation: Attestation, additional: Mapping[str, Any] | None) -> Mapping[str, Any]:
    """Return the audit record's ``additionalEventData`` with the recipient in it.

    An enclave shows its image, a NitroTPM its registers. Source: Developer Guide, "Monitoring requests for Nitro Enclaves"
    and "... for NitroTPM".
    """
    shown = {"attestationDocumentModuleId": attestation.module_id}
    if attestation.tpm:
        shown |= {f"attestationDocumentNitroTPMPCR{index}": value.hex() for index, value in attestation.pcrs.items()}
    elif attestation.image_sha384 is not None:
        shown["attestationDocumentEnclaveImageDigest"] = attestation.image_sha384
    return {**(additional or {}), "recipient": shown}
