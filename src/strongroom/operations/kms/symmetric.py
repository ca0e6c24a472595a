"""Small plaintexts under a symmetric KMS key: Encrypt, Decrypt, ReEncrypt.

The keys arrive authorised and usable; ``call.open`` opens their material. Decrypt and ReEncrypt find their key inside the
ciphertext blob. Source: AWS KMS API Reference, those actions. Where we differ: docs/divergences.md.
"""

from collections.abc import Mapping
from typing import Any

from strongroom.authz.grants import Use
from strongroom.crypto.blob import key_of, material_id_of
from strongroom.errors import InvalidKeyUsageError, UnsupportedOperationError, ValidationError
from strongroom.model.context import MAX_CONTEXT_BYTES, aad
from strongroom.model.key import Key
from strongroom.model.permission import BlobRef, ConditionValues, KeyRef, Permission
from strongroom.model.principal import Principal
from strongroom.operations.kms.common import SYMMETRIC_DEFAULT, context_conditions, on_key
from strongroom.operations.operation import Call, Operation, Outcome
from strongroom.wire.shapes import kms

_IGNORE_CIPHERTEXT = "IGNORE_CIPHERTEXT"


def bound_context(context: Mapping[str, str] | None) -> bytes:
    """Return the bytes to authenticate beside a plaintext. Errors: ValidationError over 8,192 bytes."""
    bound = aad(context or {})
    if len(bound) > MAX_CONTEXT_BYTES:
        raise ValidationError(f"EncryptionContext must not be longer than {MAX_CONTEXT_BYTES} bytes, got {len(bound)}")
    return bound


def check_algorithm(algorithm: str | None, key: Key) -> None:
    """Errors: InvalidKeyUsageError when the key does not have that algorithm."""
    if algorithm is not None and algorithm != SYMMETRIC_DEFAULT:
        raise InvalidKeyUsageError(f"Algorithm {algorithm} is incompatible with key spec {key.key_spec}.")


def refuse_recipient(recipient: object | None) -> None:
    """Refuse an attestation document rather than ignore it. Errors: UnsupportedOperationError."""
    if recipient is not None:
        raise UnsupportedOperationError("Recipient is not built in this version of strongroom.")


# --- Encrypt ---------------------------------------------------------------------------------------------------------


def _encrypt(call: Call, request: kms.EncryptRequest) -> Outcome:
    key = call.key
    check_algorithm(request.encryption_algorithm, key)
    opened = call.open(key, key.material_id)
    blob = opened.encrypt(request.plaintext, bound_context(request.encryption_context), call.random_bytes)
    return Outcome(
        kms.EncryptResponse(ciphertext_blob=blob, key_id=key.arn, encryption_algorithm=SYMMETRIC_DEFAULT),
        additional={"keyMaterialId": key.material_id},
    )


def _encrypt_conditions(request: kms.EncryptRequest, _action: str) -> ConditionValues:
    return context_conditions(request.encryption_context, request.encryption_algorithm or SYMMETRIC_DEFAULT)


def _encrypt_logged(request: kms.EncryptRequest) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "keyId": request.key_id,
        "encryptionAlgorithm": request.encryption_algorithm or SYMMETRIC_DEFAULT,
    }
    if request.encryption_context:
        shown["encryptionContext"] = request.encryption_context
    if request.dry_run:
        shown["dryRun"] = True
    return shown


# --- Decrypt ---------------------------------------------------------------------------------------------------------


def blob_ref(blob: bytes, key_id: str | None) -> BlobRef:
    """Return the key that a blob names. Errors: InvalidCiphertextError."""
    named = key_of(blob)
    given = KeyRef(key_id, alias_allowed=True) if key_id is not None else None
    return BlobRef(named.account, named.key_id, named.material_id, given)


def _source(
    blob: bytes | None, key_id: str | None, modifiers: list[Any] | None, *, dry_run: bool, key_member: str
) -> BlobRef | KeyRef:
    """Return what names the key to decrypt with: the blob, or with IGNORE_CIPHERTEXT in a dry run the key id alone."""
    if modifiers and not dry_run:
        raise ValidationError("DryRunModifiers can only be used when DryRun is true.")
    if modifiers and _IGNORE_CIPHERTEXT in modifiers:
        if key_id is None:
            raise ValidationError(f"{key_member} must not be null")
        return KeyRef(key_id, alias_allowed=True)
    if blob is None:
        raise ValidationError(
            "1 validation error detected: Value at 'ciphertextBlob' failed to satisfy constraint: Member must not be null"
        )
    return blob_ref(blob, key_id)


def _decrypt_permissions(request: kms.DecryptRequest, _caller: Principal) -> tuple[Permission, ...]:
    source = _source(
        request.ciphertext_blob,
        request.key_id,
        request.dry_run_modifiers,
        dry_run=bool(request.dry_run),
        key_member="KeyId",
    )
    return (Permission("kms:Decrypt", source),)


def _opened_blob(
    call: Call, key: Key, blob: bytes | None, modifiers: list[Any] | None, context: Mapping[str, str] | None
) -> tuple[bytes, str]:
    """Return (plaintext, key material id); nothing is opened where the caller asked only for the permission."""
    bound = bound_context(context)
    if blob is None or (modifiers and _IGNORE_CIPHERTEXT in modifiers):
        return b"", key.material_id
    material_id = material_id_of(blob)
    return call.open(key, material_id).decrypt(blob, bound), material_id


def _decrypt(call: Call, request: kms.DecryptRequest) -> Outcome:
    key = call.key
    refuse_recipient(request.recipient)
    check_algorithm(request.encryption_algorithm, key)
    plaintext, material_id = _opened_blob(
        call, key, request.ciphertext_blob, request.dry_run_modifiers, request.encryption_context
    )
    return Outcome(
        kms.DecryptResponse(
            key_id=key.arn,
            plaintext=plaintext,
            encryption_algorithm=SYMMETRIC_DEFAULT,
            key_material_id=material_id,
        ),
        additional={"keyMaterialId": material_id},
    )


def _decrypt_conditions(request: kms.DecryptRequest, _action: str) -> ConditionValues:
    return context_conditions(request.encryption_context, request.encryption_algorithm or SYMMETRIC_DEFAULT)


def _decrypt_logged(request: kms.DecryptRequest) -> dict[str, Any]:
    shown: dict[str, Any] = {"encryptionAlgorithm": request.encryption_algorithm or SYMMETRIC_DEFAULT}
    if request.key_id is not None:
        shown["keyId"] = request.key_id
    if request.encryption_context:
        shown["encryptionContext"] = request.encryption_context
    if request.dry_run:
        shown["dryRun"] = True
    return shown


# --- ReEncrypt -------------------------------------------------------------------------------------------------------

_FROM, _TO = "kms:ReEncryptFrom", "kms:ReEncryptTo"


def _re_encrypt_permissions(request: kms.ReEncryptRequest, _caller: Principal) -> tuple[Permission, ...]:
    source = _source(
        request.ciphertext_blob,
        request.source_key_id,
        request.dry_run_modifiers,
        dry_run=bool(request.dry_run),
        key_member="SourceKeyId",
    )
    return (
        Permission(_FROM, source),
        Permission(_TO, KeyRef(request.destination_key_id, alias_allowed=True)),
    )


def _re_encrypt(call: Call, request: kms.ReEncryptRequest) -> Outcome:
    source, destination = call.keys
    check_algorithm(request.source_encryption_algorithm, source)
    check_algorithm(request.destination_encryption_algorithm, destination)
    plaintext, source_material = _opened_blob(
        call, source, request.ciphertext_blob, request.dry_run_modifiers, request.source_encryption_context
    )
    bound = bound_context(request.destination_encryption_context)
    blob = call.open(destination, destination.material_id).encrypt(plaintext, bound, call.random_bytes)
    return Outcome(
        kms.ReEncryptResponse(
            ciphertext_blob=blob,
            source_key_id=source.arn,
            key_id=destination.arn,
            source_encryption_algorithm=SYMMETRIC_DEFAULT,
            destination_encryption_algorithm=SYMMETRIC_DEFAULT,
            source_key_material_id=source_material,
            destination_key_material_id=destination.material_id,
        ),
        additional={"sourceKeyMaterialId": source_material, "destinationKeyMaterialId": destination.material_id},
    )


def _re_encrypt_conditions(request: kms.ReEncryptRequest, action: str) -> ConditionValues:
    if action == _FROM:
        context, algorithm = request.source_encryption_context, request.source_encryption_algorithm
    else:
        context, algorithm = request.destination_encryption_context, request.destination_encryption_algorithm
    return context_conditions(context, algorithm or SYMMETRIC_DEFAULT)


def _re_encrypt_use(request: kms.ReEncryptRequest, action: str) -> Use:
    return Use((request.source_encryption_context if action == _FROM else request.destination_encryption_context) or {})


def _re_encrypt_logged(request: kms.ReEncryptRequest) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "sourceEncryptionAlgorithm": request.source_encryption_algorithm or SYMMETRIC_DEFAULT,
        "destinationEncryptionAlgorithm": request.destination_encryption_algorithm or SYMMETRIC_DEFAULT,
        "destinationKeyId": request.destination_key_id,
    }
    if request.source_key_id is not None:
        shown["sourceKeyId"] = request.source_key_id
    if request.source_encryption_context:
        shown["sourceEncryptionContext"] = request.source_encryption_context
    if request.destination_encryption_context:
        shown["destinationEncryptionContext"] = request.destination_encryption_context
    if request.dry_run:
        shown["dryRun"] = True
    return shown


_S = kms.OPERATIONS

OPERATIONS = (
    Operation(
        _S["Encrypt"],
        _encrypt,
        on_key("kms:Encrypt", alias_allowed=True),
        _encrypt_conditions,
        _encrypt_logged,
        inline=True,
        cross_account=True,
    ),
    Operation(
        _S["Decrypt"],
        _decrypt,
        _decrypt_permissions,
        _decrypt_conditions,
        _decrypt_logged,
        inline=True,
        cross_account=True,
    ),
    Operation(
        _S["ReEncrypt"],
        _re_encrypt,
        _re_encrypt_permissions,
        _re_encrypt_conditions,
        _re_encrypt_logged,
        inline=True,
        cross_account=True,
        use=_re_encrypt_use,
    ),
)
