"""GetParametersForImport, ImportKeyMaterial, DeleteImportedKeyMaterial.

Symmetric encryption keys may have many versions, one of them waiting for its rotation; for all others the first import is for
good. Who may import what where is decided here, what becomes of key and rows in ``imported``.
Source: AWS KMS API Reference, those actions; AWS KMS Developer Guide, "Importing key material"; recorded answers for the texts.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from strongroom.crypto.imports import checked_material, wrapping_allowed
from strongroom.crypto.key_pairs import public_der_of
from strongroom.errors import IncorrectKeyMaterialError, KMSInvalidStateError, ValidationError
from strongroom.model.key import Key, KeyMaterial, MaterialState, Origin
from strongroom.model.key_state import Rule, refusal
from strongroom.model.permission import ConditionValues
from strongroom.operations.dates import cloudtrail_date
from strongroom.operations.kms.common import on_key
from strongroom.operations.kms.import_token import VALID_MS, ImportToken, open_token
from strongroom.operations.kms.imported import Versions, is_pending
from strongroom.operations.operation import Call, Operation, Outcome, Work, members
from strongroom.wire.shapes import kms

EXPIRES, DOES_NOT_EXPIRE = "KEY_MATERIAL_EXPIRES", "KEY_MATERIAL_DOES_NOT_EXPIRE"
NEW, EXISTING = "NEW_KEY_MATERIAL", "EXISTING_KEY_MATERIAL"
MAX_VALID_MS = 365 * 86_400_000  # API Reference, ImportKeyMaterial, ValidTo


def _check_origin(key: Key) -> None:
    if key.origin != Origin.EXTERNAL:
        raise refusal(Rule.ORIGIN, key)


# --- GetParametersForImport --------------------------------------------------------------------------------------------


def _get_parameters_for_import(call: Call, request: kms.GetParametersForImportRequest) -> Work:
    key = call.key
    _check_origin(key)
    algorithm, wrapping_spec = request.wrapping_algorithm, request.wrapping_key_spec
    if not wrapping_allowed(key.key_spec, algorithm, wrapping_spec):
        raise ValidationError(
            f"Wrapping algorithm {algorithm} and wrapping key spec {wrapping_spec} cannot be used to import a {key.key_spec} key."
        )

    def generated() -> Outcome:
        private = call.new_private_key(wrapping_spec)
        token = ImportToken(call.now_ms + VALID_MS, algorithm, wrapping_spec, private)
        return Outcome(
            kms.GetParametersForImportResponse(
                key_id=key.arn,
                import_token=token.seal(call.keyring, key, call.random_bytes),
                public_key=public_der_of(wrapping_spec, private),
                parameters_valid_to=token.expires_ms / 1000,
            )
        )

    return Work(generated, is_long=True)


def _parameters_conditions(request: kms.GetParametersForImportRequest, _action: str) -> ConditionValues:
    return {"kms:wrappingalgorithm": request.wrapping_algorithm, "kms:wrappingkeyspec": request.wrapping_key_spec}


# --- ImportKeyMaterial: what was asked -----------------------------------------------------------------------------------


def _expiration_model(request: kms.ImportKeyMaterialRequest) -> str:
    return request.expiration_model or EXPIRES


def _valid_to_ms(request: kms.ImportKeyMaterialRequest) -> int | None:
    """Return ValidTo in whole seconds, as AWS keeps it."""
    return None if request.valid_to is None else int(request.valid_to // 1) * 1000


def _check_expiry(request: kms.ImportKeyMaterialRequest, now_ms: int) -> None:
    valid_to_ms = _valid_to_ms(request)
    if _expiration_model(request) == DOES_NOT_EXPIRE:
        if valid_to_ms is not None:
            raise ValidationError(f"A validTo date cannot be set if the ExpirationModel is {DOES_NOT_EXPIRE}")
        return
    if valid_to_ms is None:
        raise ValidationError(f"A validTo date must be set if the ExpirationModel is {EXPIRES}")
    if valid_to_ms <= now_ms:
        raise ValidationError("ValidTo must be in the future")
    if valid_to_ms >= now_ms + MAX_VALID_MS:
        raise ValidationError("ValidTo must be less than 365 days in the future")


def _check_parameters(key: Key, request: kms.ImportKeyMaterialRequest) -> None:
    """Refuse what this kind of key does not have."""
    if not key.is_symmetric_encryption:
        _check_unversioned(
            key,
            importType=request.import_type,
            keyMaterialDescription=request.key_material_description,
            keyMaterialId=request.key_material_id,
        )
    if key.is_replica:
        if request.import_type == NEW:
            raise ValidationError(f"Input parameter ImportType {NEW} cannot be used on replica Multi-Region keys")
        if request.key_material_description is not None:
            raise ValidationError("Key material description can only be specified on primary Multi-Region keys")


def _check_unversioned(key: Key, **given: str | None) -> None:
    for name, value in given.items():
        if value is not None:
            raise ValidationError(f"Input parameter {name} cannot be used with {key.key_spec} imported keys.")


def _import_type(known: Versions, request: kms.ImportKeyMaterialRequest) -> str:
    if request.import_type is not None:
        return request.import_type
    return EXISTING if known.shared or known.key.is_replica else NEW


# --- ImportKeyMaterial: which version it is ------------------------------------------------------------------------------


def _new_version(call: Call, known: Versions, material_id: str) -> KeyMaterial:
    """Return the bare row of a version that the key does not have yet: the first one, or the one that waits for its rotation."""
    arn = call.key.arn
    if material_id in known.shared:
        raise IncorrectKeyMaterialError(
            f"Key material (id: {material_id}) being imported as {NEW} is already associated with KMS key {arn}."
        )
    if (pending := known.pending) is not None:
        raise KMSInvalidStateError(
            f"New key material (id: {material_id}) cannot be imported into KMS key {arn}, "
            f"because another key material (id: {pending.material_id}) is pending rotation."
        )
    key = call.key
    waiting = (
        MaterialState.PENDING_MULTI_REGION_IMPORT_AND_ROTATION
        if key.replica_regions
        else MaterialState.PENDING_ROTATION
    )
    return KeyMaterial(
        key.account,
        key.region,
        key.key_id,
        material_id,
        b"",
        call.now_ms,
        position=1 + max((row.position for row in known.shared.values()), default=-1),
        state=waiting if known.shared else MaterialState.CURRENT,
    )


def _existing_version(known: Versions, request: kms.ImportKeyMaterialRequest, material_id: str) -> KeyMaterial:
    """Return the row of a version that is imported again, or into a replica for the first time."""
    expected = request.key_material_id or (None if material_id in known.shared else known.primary.material_id)
    if expected and expected != material_id:
        raise IncorrectKeyMaterialError(f"Imported key material does not have the expected identifier ({expected}).")
    if material_id not in known.shared:
        raise IncorrectKeyMaterialError(_never_imported(known.key, material_id))
    own = known.rows.get(material_id)
    return replace(known.shared[material_id], region=known.key.region, version=0 if own is None else own.version)


def _never_imported(key: Key, material_id: str) -> str:
    return f"Key material (id: {material_id}) has never been imported into KMS key {key.arn}."


# --- ImportKeyMaterial ---------------------------------------------------------------------------------------------------


def _import_key_material(call: Call, request: kms.ImportKeyMaterialRequest) -> Outcome:
    key = call.key
    _check_origin(key)
    _check_parameters(key, request)
    _check_expiry(request, call.now_ms)
    known = Versions(call.view, key)
    import_type = _import_type(known, request)
    if import_type == NEW and request.key_material_id is not None:
        raise ValidationError(f"Input parameter keyMaterialId cannot be used with {NEW} importType.")
    token = open_token(request.import_token, call.keyring, key, call.now_ms)
    secret = checked_material(key.key_spec, token.unwrap(request.encrypted_key_material))
    material_id = call.keyring.imported_material_id(key.key_id, secret)
    is_new = import_type == NEW
    row = _new_version(call, known, material_id) if is_new else _existing_version(known, request, material_id)
    row = replace(
        row,
        public_key=public_der_of(key.key_spec, secret) if key.spec.is_asymmetric else b"",
        description=row.description if request.key_material_description is None else request.key_material_description,
        expiration_model=_expiration_model(request),
        valid_to_ms=_valid_to_ms(request),
    )
    known.put(call.keyring.wrap_material(row, secret, call.random_bytes))
    return _about_material(key, material_id, known, kms.ImportKeyMaterialResponse)


def _about_material(
    key: Key,
    material_id: str,
    known: Versions,
    response: type[kms.ImportKeyMaterialResponse | kms.DeleteImportedKeyMaterialResponse],
) -> Outcome:
    """Return the outcome, which names the material of symmetric encryption keys alone."""
    shown = {"key_material_id": material_id} if material_id and key.is_symmetric_encryption else {}
    logged = {"keyMaterialId": material_id} if shown else {}
    return Outcome(
        response(key_id=key.arn, **shown),
        known.changes(),
        response_elements={"keyId": key.arn, **logged},
    )


def _import_conditions(request: kms.ImportKeyMaterialRequest, _action: str) -> ConditionValues:
    """Like the member, kms:ExpirationModel can be absent (Developer Guide)."""
    conditions: dict[str, str] = {}
    if request.expiration_model is not None:
        conditions["kms:expirationmodel"] = request.expiration_model
    if (valid_to_ms := _valid_to_ms(request)) is not None:
        conditions["kms:validto"] = str(valid_to_ms // 1000)
    return conditions


_logged_import_members = members(
    key_id="keyId",
    import_type="importType",
    key_material_description="keyMaterialDescription",
    key_material_id="keyMaterialId",
)


def _logged_import(request: kms.ImportKeyMaterialRequest) -> Mapping[str, Any]:
    shown = {**_logged_import_members(request), "expirationModel": _expiration_model(request)}
    if (valid_to_ms := _valid_to_ms(request)) is not None:
        shown["validTo"] = cloudtrail_date(valid_to_ms)
    return shown


# --- DeleteImportedKeyMaterial -------------------------------------------------------------------------------------------


def _delete_imported_key_material(call: Call, request: kms.DeleteImportedKeyMaterialRequest) -> Outcome:
    key = call.key
    _check_origin(key)
    if not key.is_symmetric_encryption:
        _check_unversioned(key, keyMaterialId=request.key_material_id)
    known = Versions(call.view, key)
    material_id = request.key_material_id or key.material_id
    version = known.shared.get(material_id)
    if version is None and request.key_material_id is not None:
        raise ValidationError(_never_imported(key, material_id))
    if version is not None and is_pending(version) and known.primary is key:
        known.withdraw(material_id)
    elif (row := known.rows.get(material_id)) is not None and row.is_present:
        known.empty(material_id)
    return _about_material(key, material_id, known, kms.DeleteImportedKeyMaterialResponse)


_S = kms.OPERATIONS

OPERATIONS = (
    Operation(
        _S["GetParametersForImport"],
        _get_parameters_for_import,
        on_key("kms:GetParametersForImport"),
        _parameters_conditions,
        members(key_id="keyId", wrapping_algorithm="wrappingAlgorithm", wrapping_key_spec="wrappingKeySpec"),
        inline=True,
    ),
    Operation(
        _S["ImportKeyMaterial"],
        _import_key_material,
        on_key("kms:ImportKeyMaterial"),
        _import_conditions,
        _logged_import,
        read_only=False,
    ),
    Operation(
        _S["DeleteImportedKeyMaterial"],
        _delete_imported_key_material,
        on_key("kms:DeleteImportedKeyMaterial"),
        logged=members(key_id="keyId", key_material_id="keyMaterialId"),
        read_only=False,
    ),
)
