"""What may be imported how: the wrapping matrix cell by cell, and keys that the ``openssl`` command line made."""

from base64 import b64decode

import pytest

from strongroom.crypto.derive import MATERIAL_BYTES
from support.house import House
from support.import_rows import arn_of, key_row, metadata_of
from support.imports import call_import, external_key, import_house, ok_import
from support.wrapping import (
    FOR_EVER,
    HYBRID_1,
    HYBRID_256,
    OAEP_1,
    OAEP_256,
    openssl_private_key,
    openssl_public_key,
)

WRAPPING_SPECS = ("RSA_2048", "RSA_3072", "RSA_4096")
DIRECT, HYBRID = (OAEP_1, OAEP_256), (HYBRID_1, HYBRID_256)
HMACS = ("HMAC_224", "HMAC_256", "HMAC_384", "HMAC_512")
PAIRS = (
    "RSA_2048",
    "RSA_3072",
    "RSA_4096",
    "ECC_NIST_P256",
    "ECC_NIST_P384",
    "ECC_NIST_P521",
    "ECC_SECG_P256K1",
    "ECC_NIST_EDWARDS25519",
)
TOO_LONG_FOR_RSA_2048 = ("ECC_NIST_P521", "ECC_NIST_EDWARDS25519")


@pytest.fixture(scope="module")
def house() -> House:
    return import_house()


@pytest.fixture(scope="module")
def keys(house: House) -> dict[str, str]:
    """A key of each spec that takes imports."""
    return {spec: external_key(house, spec) for spec in ("SYMMETRIC_DEFAULT", *HMACS, *PAIRS)}


def allowed(key_spec: str, algorithm: str, wrapping: str) -> bool:
    """The matrix of the developer guide, "Select a wrapping algorithm", and of recorded answers where they differ."""
    if algorithm in HYBRID:
        return wrapping in WRAPPING_SPECS and key_spec in PAIRS
    if algorithm not in DIRECT or wrapping not in WRAPPING_SPECS or key_spec.startswith("RSA_"):
        return False
    return wrapping != "RSA_2048" or key_spec not in TOO_LONG_FOR_RSA_2048


@pytest.mark.parametrize("wrapping", [*WRAPPING_SPECS, "SM2"])
@pytest.mark.parametrize("algorithm", [*DIRECT, *HYBRID, "RSAES_PKCS1_V1_5", "SM2PKE"])
def test_the_wrapping_matrix(house: House, keys: dict[str, str], algorithm: str, wrapping: str) -> None:
    for key_spec, key_id in keys.items():
        asked = {"KeyId": key_id, "WrappingAlgorithm": algorithm, "WrappingKeySpec": wrapping}
        answer = house.call("GetParametersForImport", asked)
        if allowed(key_spec, algorithm, wrapping):
            assert answer.status == 200, (key_spec, answer.raw)
        else:
            assert answer.error == (
                "ValidationException",
                f"Wrapping algorithm {algorithm} and wrapping key spec {wrapping} cannot be used to import a {key_spec} key.",
            )


def check_imported(house: House, key_id: str, key_spec: str) -> None:
    metadata = metadata_of(house, key_id)
    assert (metadata["KeyState"], metadata["KeySpec"]) == ("Enabled", key_spec)
    assert metadata["ExpirationModel"] == "KEY_MATERIAL_DOES_NOT_EXPIRE"
    assert "CurrentKeyMaterialId" not in metadata


IMPORTS_OF_PAIRS = [
    pytest.param(key_spec, algorithm, id=f"{key_spec} {algorithm}")
    for key_spec in PAIRS
    for algorithm in (OAEP_256, HYBRID_256, HYBRID_1)
    if allowed(key_spec, algorithm, "RSA_3072")
]


@pytest.mark.parametrize(("key_spec", "algorithm"), IMPORTS_OF_PAIRS)
def test_key_pairs_of_openssl(house: House, key_spec: str, algorithm: str) -> None:
    """The key pair that comes out is the one that went in; only symmetric keys name their material."""
    key_id = external_key(house, key_spec)
    arn = arn_of(key_id)
    private = openssl_private_key(key_spec)
    answer = call_import(house, key_id, private, algorithm=algorithm, wrapping="RSA_3072")
    assert answer.body == {"KeyId": arn}
    assert answer.record["responseElements"] == {"keyId": arn}
    check_imported(house, key_id, key_spec)
    public = b64decode(house.ok("GetPublicKey", {"KeyId": key_id})["PublicKey"])
    assert public == openssl_public_key(private)
    algorithm_name = metadata_of(house, key_id)["SigningAlgorithms"][-1]
    kind = {"Message": "aGVsbG8=", "SigningAlgorithm": algorithm_name}
    signature = house.ok("Sign", {"KeyId": key_id, **kind})["Signature"]
    assert house.ok("Verify", {"KeyId": key_id, "Signature": signature, **kind})["SignatureValid"] is True
    assert house.ok("DeleteImportedKeyMaterial", {"KeyId": key_id}) == {"KeyId": arn}
    ok_import(house, key_id, private, algorithm=algorithm, wrapping="RSA_3072")
    check_imported(house, key_id, key_spec)


@pytest.mark.parametrize(
    ("given", "taken"), [("RSA_2048", "RSA_3072"), ("ECC_NIST_P256", "ECC_SECG_P256K1"), ("ECC_NIST_P256", "RSA_2048")]
)
def test_a_key_pair_of_another_spec(house: House, given: str, taken: str) -> None:
    answer = call_import(house, external_key(house, taken), openssl_private_key(given), algorithm=HYBRID_256)
    assert answer.error == ("InvalidCiphertextException", None)


@pytest.mark.parametrize("key_spec", HMACS)
def test_hmac_keys_are_at_least_as_long_as_their_hash(house: House, key_spec: str) -> None:
    size = int(key_spec.removeprefix("HMAC_")) // 8
    assert call_import(house, external_key(house, key_spec), bytes(size - 1)).error == (
        "InvalidCiphertextException",
        None,
    )
    for length in (size, 128):
        key_id = external_key(house, key_spec)
        ok_import(house, key_id, bytes(range(length)))
        check_imported(house, key_id, key_spec)


# RFC 4868, 2.7.2.1 to 2.7.2.3, test case 1: key bytes, and the first half of the MAC over "Hi There".
RFC_4868 = [
    ("HMAC_256", b"\x0b" * 32, "198a607eb44bfbc69903a0f1cf2bbdc5"),
    ("HMAC_384", b"\x0b" * 48, "b6a8d5636f5c6a7224f9977dcf7ee6c7fb6d0c48cbdee973"),
    ("HMAC_512", b"\x0b" * 64, "637edc6e01dce7e6742a99451aae82df23da3e92439e590e43e761b33e910fb8"),
]


@pytest.mark.parametrize(("key_spec", "material", "mac"), RFC_4868, ids=[case[0] for case in RFC_4868])
def test_imported_hmac_keys_compute_published_macs(house: House, key_spec: str, material: bytes, mac: str) -> None:
    key_id = external_key(house, key_spec)
    ok_import(house, key_id, material)
    asked = {"KeyId": key_id, "Message": "SGkgVGhlcmU=", "MacAlgorithm": key_spec.replace("_", "_SHA_")}
    assert b64decode(house.ok("GenerateMac", asked)["Mac"]).hex()[: len(mac)] == mac


@pytest.mark.parametrize("key_spec", ["HMAC_224", "ECC_NIST_P256"])
def test_the_first_import_is_for_good(house: House, key_spec: str) -> None:
    """The id of the material is kept, though shown in this refusal alone."""
    if key_spec == "HMAC_224":
        first, second = bytes(range(28)), bytes(range(1, 29))
    else:
        first, second = openssl_private_key(key_spec), openssl_private_key.__wrapped__(key_spec)
    key_id = external_key(house, key_spec)
    ok_import(house, key_id, first)
    expected = key_row(house, key_id).material_id
    assert call_import(house, key_id, second).error == (
        "IncorrectKeyMaterialException",
        f"Imported key material does not have the expected identifier ({expected}).",
    )
    ok_import(house, key_id, first)


@pytest.mark.parametrize("key_spec", ["HMAC_224", "RSA_2048", "ECC_NIST_EDWARDS25519"])
@pytest.mark.parametrize(
    ("name", "value"),
    [("importType", "NEW_KEY_MATERIAL"), ("keyMaterialDescription", "words"), ("keyMaterialId", "0" * 64)],
)
def test_what_only_symmetric_keys_have(
    house: House, keys: dict[str, str], key_spec: str, name: str, value: str
) -> None:
    given = {"ImportToken": "eA==", "EncryptedKeyMaterial": "eA==", name[0].upper() + name[1:]: value}
    assert house.call("ImportKeyMaterial", {"KeyId": keys[key_spec], **given, **FOR_EVER}).error == (
        "ValidationException",
        f"Input parameter {name} cannot be used with {key_spec} imported keys.",
    )


def test_deleting_by_id_is_for_symmetric_keys(house: House, keys: dict[str, str]) -> None:
    answer = house.call("DeleteImportedKeyMaterial", {"KeyId": keys["HMAC_224"], "KeyMaterialId": "0" * 64})
    assert answer.error == (
        "ValidationException",
        "Input parameter keyMaterialId cannot be used with HMAC_224 imported keys.",
    )


def test_symmetric_material_directly_under_every_wrapping_key(house: House) -> None:
    for algorithm in DIRECT:
        for wrapping in WRAPPING_SPECS:
            key_id = external_key(house)
            ok_import(house, key_id, bytes(MATERIAL_BYTES), algorithm=algorithm, wrapping=wrapping)
            blob = house.ok("Encrypt", {"KeyId": key_id, "Plaintext": "eA=="})["CiphertextBlob"]
            assert house.ok("Decrypt", {"CiphertextBlob": blob})["Plaintext"] == "eA=="
