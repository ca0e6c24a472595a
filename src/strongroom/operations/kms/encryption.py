"""Small plaintexts under a KMS key: Encrypt, Decrypt, ReEncrypt.

The keys arrive authorised and usable; ``call.open`` opens their material. Decrypt and ReEncrypt find a symmetric key inside
the ciphertext blob; RSA ciphertext is bare, so there the caller names the key.
Source: AWS KMS API Reference, those actions. Where we differ: docs/divergences.md.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

from strongroom.authz.grants import Use
from strongroom.crypto.blob import key_of, material_id_of
from strongroom.crypto.opened import CipherKey
from strongroom.errors import ValidationError
from strongroom.model.context import MAX_CONTEXT_BYTES, aad
from strongroom.model.key import Key
from strongroom.model.key_spec import ENCRYPT_DECRYPT, SYMMETRIC_DEFAULT
from strongroom.model.permission import BlobRef, ConditionValues, KeyRef, Permission
from strongroom.model.principal import Principal
from strongroom.operations.kms.common import check_algorithm, check_usage, context_conditions, on_key
from strongroom.operations.kms.recipient import sealed_for
from strongroom.operations.operation import Call, Operation, Outcome, Work
from strongroom.wire.shapes import kms

_IGNORE_CIPHERTEXT = "IGNORE_CIPHERTEXT"
_NO_CONTEXT = "EncryptionContext is not supported when encrypting/decrypting with asymmetric CMKs."


def bound_context(context: Mapping[str, str] | None) -> bytes:
    """Return the bytes to authenticate beside a plaintext. Errors: ValidationError over 8,192 bytes."""
    bound = aad(context or {})
    if len(bound) > MAX_CONTEXT_BYTES:
        raise ValidationError(f"EncryptionContext must not be longer than {MAX_CONTEXT_BYTES} bytes, got {len(bound)}")
    return bound


def _checked(call: Call, key: Key, algorithm: str, context: Mapping[str, str] | None) -> bytes:
    """Return the bound context of one side. Errors: InvalidKeyUsageError, ValidationError."""
    check_usage(call, key, ENCRYPT_DECRYPT)
    check_algorithm(algorithm, key)
    if context and not key.is_symmetric_encryption:
        raise ValidationError(_NO_CONTEXT)
    return bound_context(context)


def _cipher(call: Call, key: Key, material_id: str) -> CipherKey:
    opened = call.open(key, material_id)
    assert isinstance(opened, CipherKey)  # noqa: S101 - the key's usage was checked
    return opened


def _shown_material(key: Key, material_id: str) -> str | None:
    """Only symmetric encryption keys show which version of their material was used."""
    return material_id if key.is_symmetric_encryption else None


# --- Encrypt ---------------------------------------------------------------------------------------------------------


def _encrypt(call: Call, request: kms.EncryptRequest) -> Outcome:
    key, algorithm = call.key, request.encryption_algorithm or SYMMETRIC_DEFAULT
    bound = _checked(call, key, algorithm, request.encryption_context)
    blob = _cipher(call, key, key.material_id).encrypt(algorithm, request.plaintext, bound, call.random_bytes)
    used = _shown_material(key, key.material_id)
    return Outcome(
        kms.EncryptResponse(ciphertext_blob=blob, key_id=key.arn, encryption_algorithm=algorithm),
        additional={"keyMaterialId": used} if used else None,
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
    blob: bytes | None,
    key_id: str | None,
    algorithm: str,
    modifiers: list[Any] | None,
    *,
    dry_run: bool,
    key_member: str,
) -> BlobRef | KeyRef:
    """Return what names the key to decrypt with: a symmetric blob itself; the key id for the others.

    With IGNORE_CIPHERTEXT in a dry run it is the key id alone, too.
    """
    if modifiers and not dry_run:
        raise ValidationError("DryRunModifiers can only be used when DryRun is true.")
    ignored = _ignores_ciphertext(modifiers)
    if blob is None and not ignored:
        raise ValidationError(
            "1 validation error detected: Value at 'ciphertextBlob' failed to satisfy constraint: Member must not be null"
        )
    if blob is not None and not ignored and algorithm == SYMMETRIC_DEFAULT:
        return blob_ref(blob, key_id)
    if key_id is None:
        raise ValidationError(f"{key_member} must not be null")
    return KeyRef(key_id, alias_allowed=True)


def _ignores_ciphertext(modifiers: list[Any] | None) -> bool:
    return bool(modifiers) and _IGNORE_CIPHERTEXT in (modifiers or ())


def _decrypt_permissions(request: kms.DecryptRequest, _caller: Principal) -> tuple[Permission, ...]:
    source = _source(
        request.ciphertext_blob,
        request.key_id,
        request.encryption_algorithm or SYMMETRIC_DEFAULT,
        request.dry_run_modifiers,
        dry_run=bool(request.dry_run),
        key_member="KeyId",
    )
    return (Permission("kms:Decrypt", source),)


class _Opening(NamedTuple):
    """A ciphertext with all that opens it. ``blob`` None: the caller asked only for the permission."""

    key: Key
    algorithm: str
    blob: bytes | None
    bound: bytes
    material_id: str
    cipher: CipherKey

    @property
    def is_slow(self) -> bool:
        return self.cipher.is_slow

    def plaintext(self) -> bytes:
        """Errors: InvalidCiphertextError."""
        return b"" if self.blob is None else self.cipher.decrypt(self.algorithm, self.blob, self.bound)


def _opening(
    call: Call,
    key: Key,
    algorithm: str | None,
    blob: bytes | None,
    modifiers: list[Any] | None,
    context: Mapping[str, str] | None,
) -> _Opening:
    algorithm = algorithm or SYMMETRIC_DEFAULT
    bound = _checked(call, key, algorithm, context)
    if _ignores_ciphertext(modifiers):
        blob = None
    material_id = material_id_of(blob) if blob is not None and key.is_symmetric_encryption else key.material_id
    return _Opening(key, algorithm, blob, bound, material_id, _cipher(call, key, material_id))


def _decrypt(call: Call, request: kms.DecryptRequest) -> Outcome | Work:
    key = call.key
    opening = _opening(
        call,
        key,
        request.encryption_algorithm,
        request.ciphertext_blob,
        request.dry_run_modifiers,
        request.encryption_context,
    )
    used = _shown_material(key, opening.material_id)

    def decrypted() -> Outcome:
        plaintext = opening.plaintext()
        sealed = sealed_for(call.recipient, plaintext, call.random_bytes)
        return Outcome(
            kms.DecryptResponse(
                key_id=key.arn,
                plaintext=plaintext if sealed is None else None,
                encryption_algorithm=opening.algorithm,
                ciphertext_for_recipient=sealed,
                key_material_id=used if sealed is None else None,
            ),
            additional={"keyMaterialId": used} if used else None,
        )

    return Work(decrypted) if opening.is_slow else decrypted()


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
        request.source_encryption_algorithm or SYMMETRIC_DEFAULT,
        request.dry_run_modifiers,
        dry_run=bool(request.dry_run),
        key_member="SourceKeyId",
    )
    return (
        Permission(_FROM, source),
        Permission(_TO, KeyRef(request.destination_key_id, alias_allowed=True)),
    )


def _re_encrypt(call: Call, request: kms.ReEncryptRequest) -> Outcome | Work:
    source, destination = call.keys
    opening = _opening(
        call,
        source,
        request.source_encryption_algorithm,
        request.ciphertext_blob,
        request.dry_run_modifiers,
        request.source_encryption_context,
    )
    algorithm = request.destination_encryption_algorithm or SYMMETRIC_DEFAULT
    bound = _checked(call, destination, algorithm, request.destination_encryption_context)
    cipher = _cipher(call, destination, destination.material_id)
    used_from = _shown_material(source, opening.material_id)
    used_to = _shown_material(destination, destination.material_id)
    used = {"sourceKeyMaterialId": used_from, "destinationKeyMaterialId": used_to}

    def re_encrypted() -> Outcome:
        return Outcome(
            kms.ReEncryptResponse(
                ciphertext_blob=cipher.encrypt(algorithm, opening.plaintext(), bound, call.random_bytes),
                source_key_id=source.arn,
                key_id=destination.arn,
                source_encryption_algorithm=opening.algorithm,
                destination_encryption_algorithm=algorithm,
                source_key_material_id=used_from,
                destination_key_material_id=used_to,
            ),
            additional={name: material for name, material in used.items() if material} or None,
        )

    return Work(re_encrypted) if opening.is_slow else re_encrypted()


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
