"""Published vectors through the API: the whole corridor, from a signed request to the bytes of its answer.

Keys come in as a caller would bring them (ImportKeyMaterial); where AWS imports no such keys, through the store.
What stands in tests/crypto with the same files but needs no private key (forged signatures) is not repeated here.
"""

import functools
import hashlib
from base64 import b64decode, b64encode
from typing import Any

import cryptography_vectors
import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, mldsa, mlkem, padding, rsa, utils

from strongroom.crypto.imports import checked_material
from strongroom.crypto.key_pairs import private_der, supported
from strongroom.model.key_spec import KEY_SPECS
from support.ed25519ph import reference_sign
from support.imports import external_key, import_house
from support.vector_keys import VectorHouse, ec_private_der, rsa_private_key
from support.vectors import Case, cases, json_vectors, records, wycheproof
from support.wrapping import HYBRID_1, HYBRID_256, wrapped_by_hand

SIGN, MAC, ENCRYPT, AGREE, KEM = (
    "SIGN_VERIFY", "GENERATE_VERIFY_MAC", "ENCRYPT_DECRYPT", "KEY_AGREEMENT", "ENCAPSULATE_DECAPSULATE",
)  # fmt: skip
HASHES = {"SHA256": hashes.SHA256(), "SHA384": hashes.SHA384(), "SHA512": hashes.SHA512()}
HMACS = [f"HMAC_{bits}" for bits in (224, 256, 384, 512)]
RSAS = [f"RSA_{bits}" for bits in (2048, 3072, 4096)]
NIST_RSA = "asymmetric/RSA/FIPS_186-2/SigGen15_186-2.txt"
OAEP = {
    "rsa_oaep_2048_sha1_mgf1sha1": ("RSA_2048", "RSAES_OAEP_SHA_1"),
    "rsa_oaep_2048_sha256_mgf1sha256": ("RSA_2048", "RSAES_OAEP_SHA_256"),
    "rsa_oaep_3072_sha256_mgf1sha256": ("RSA_3072", "RSAES_OAEP_SHA_256"),
}
ECDSA = {
    "ECC_NIST_P256": ("asymmetric/ECDSA/FIPS_186-3/SigGen.txt", "P-256,SHA-256", "ECDSA_SHA_256"),
    "ECC_NIST_P384": ("asymmetric/ECDSA/FIPS_186-3/SigGen.txt", "P-384,SHA-384", "ECDSA_SHA_384"),
    "ECC_NIST_P521": ("asymmetric/ECDSA/FIPS_186-3/SigGen.txt", "P-521,SHA-512", "ECDSA_SHA_512"),
    "ECC_SECG_P256K1": ("asymmetric/ECDSA/SECP256K1/SigGen.txt", "K-256,SHA-256", "ECDSA_SHA_256"),
}
ECDH = {"ecdh_secp256r1": "ECC_NIST_P256", "ecdh_secp384r1": "ECC_NIST_P384", "ecdh_secp521r1": "ECC_NIST_P521"}
EDWARDS, PH = "ECC_NIST_EDWARDS25519", "ED25519_PH_SHA_512"
ML_DSA = {f"ML_DSA_{level}": f"MLDSA{level}PrivateKey" for level in (44, 65, 87)}
ML_KEM = {f"ML_KEM_{size}": f"MLKEM{size}PrivateKey" for size in (768, 1024)}


@pytest.fixture(scope="module")
def keys() -> VectorHouse:
    return VectorHouse(import_house())


# --- HMAC ----------------------------------------------------------------------------------------------------------------


def check_mac(keys: VectorHouse, key_id: str, spec: str, message: bytes, mac: bytes) -> None:
    asked = {"KeyId": key_id, "Message": message, "MacAlgorithm": spec.replace("_", "_SHA_")}
    assert keys.bytes_of("GenerateMac", "Mac", **asked) == mac
    assert keys.ok("VerifyMac", Mac=mac, **asked)["MacValid"] is True
    for bad in (mac[:-1] + bytes((mac[-1] ^ 1,)), mac[:-1]):
        assert keys.refused("VerifyMac", Mac=bad, **asked) == "KMSInvalidMacException"


@pytest.mark.parametrize("spec", HMACS)
def test_rfc_4231(keys: VectorHouse, spec: str) -> None:
    """Its keys are too short or too long for an import, and refused; so they come through the store."""
    waiting = external_key(keys.house, spec)
    for record in records(f"HMAC/rfc-4231-sha{spec.removeprefix('HMAC_')}.txt", "Len"):
        key, message, mac = (bytes.fromhex(record[name]) for name in ("Key", "Msg", "MD"))
        assert keys.try_import(waiting, key).error == ("InvalidCiphertextException", None)
        check_mac(keys, keys.placed(spec, MAC, key), spec, message, mac)


@pytest.mark.parametrize("case", wycheproof(*(spec.lower().replace("_", "_sha") for spec in HMACS)))
def test_hmac_of_wycheproof(keys: VectorHouse, case: Case) -> None:
    spec = case["file"].upper().replace("SHA", "")
    message, mac = case.bytes_of("msg"), case.bytes_of("tag")
    key_id = keys.imported(spec, MAC, case.bytes_of("key"))
    asked = {"KeyId": key_id, "Message": message, "MacAlgorithm": spec.replace("_", "_SHA_")}
    if not message:
        assert keys.refused("GenerateMac", **asked) == "ValidationException"  # an empty message is none, says AWS
    elif case.is_valid:
        check_mac(keys, key_id, spec, message, mac)
    else:
        assert keys.refused("VerifyMac", Mac=mac, **asked) == "KMSInvalidMacException"


# --- RSA -----------------------------------------------------------------------------------------------------------------


@functools.cache
def nist_rsa(spec: str) -> tuple[rsa.RSAPrivateKey, bytes]:
    """Return the private key of FIPS 186-2, PKCS #1 version 1.5, and its DER."""
    (key,) = records(NIST_RSA, "n", heading=f"mod = {spec.removeprefix('RSA_')}")
    private = rsa_private_key(*(int(key[name], 16) for name in "ned"))
    return private, private_der(spec, private)


@pytest.mark.parametrize("spec", RSAS)
def test_rsa_signatures_of_nist(keys: VectorHouse, spec: str) -> None:
    """PKCS #1 version 1.5 byte for byte. PSS is randomised: ours are verified under the published modulus, by a library."""
    private, der = nist_rsa(spec)
    key_id, public = keys.imported(spec, SIGN, der), private.public_key()
    assert serialization.load_der_public_key(keys.public_key_of(key_id)) == public
    seen = []
    for record in records(NIST_RSA, "SHAAlg", heading=f"mod = {spec.removeprefix('RSA_')}"):
        if record["SHAAlg"] not in HASHES or seen.count(record["SHAAlg"]) == 2:
            continue
        seen.append(record["SHAAlg"])
        message, digest = bytes.fromhex(record["Msg"]), HASHES[record["SHAAlg"]]
        asked = {
            "KeyId": key_id,
            "Message": message,
            "SigningAlgorithm": f"RSASSA_PKCS1_V1_5_SHA_{record['SHAAlg'][3:]}",
        }
        signature = bytes.fromhex(record["S"])
        assert keys.bytes_of("Sign", "Signature", **asked) == signature
        hashed = asked | {"Message": hashlib.new(digest.name, message).digest(), "MessageType": "DIGEST"}
        assert keys.bytes_of("Sign", "Signature", **hashed) == signature
        assert keys.ok("Verify", Signature=signature, **asked)["SignatureValid"] is True
        bad = {"Signature": signature[:-1] + bytes((signature[-1] ^ 1,))}
        assert keys.refused("Verify", **bad, **asked) == "KMSInvalidSignatureException"
        pss = asked | {"SigningAlgorithm": f"RSASSA_PSS_SHA_{record['SHAAlg'][3:]}"}
        assert keys.refused("Verify", Signature=signature, **pss) == "KMSInvalidSignatureException"
        made = keys.bytes_of("Sign", "Signature", **pss)
        public.verify(made, message, padding.PSS(padding.MGF1(digest), digest.digest_size), digest)
        with pytest.raises(InvalidSignature):
            public.verify(made, message + b"\0", padding.PSS(padding.MGF1(digest), digest.digest_size), digest)
    assert sorted(set(seen)) == sorted(HASHES)


@pytest.mark.parametrize("case", wycheproof(*(f"rsa_pkcs1_{spec[4:]}_sig_gen" for spec in RSAS)))
def test_rsa_signatures_of_wycheproof(keys: VectorHouse, case: Case) -> None:
    """Small exponents, which the suite calls ``acceptable``, are refused at the import."""
    spec, message = f"RSA_{case['keySize']}", case.bytes_of("msg")
    if not case.is_valid:
        answer = keys.try_import(external_key(keys.house, spec), case.bytes_of("privateKeyPkcs8"))
        assert answer.error == ("InvalidCiphertextException", None)
        return
    key_id = keys.imported(spec, SIGN, case.bytes_of("privateKeyPkcs8"))
    digest = case["sha"].removeprefix("SHA-")
    asked = {"KeyId": key_id, "SigningAlgorithm": f"RSASSA_PKCS1_V1_5_SHA_{digest}", "MessageType": "DIGEST"}
    hashed = hashlib.new(f"sha{digest}", message).digest()  # an empty message can be signed by its digest alone
    assert keys.bytes_of("Sign", "Signature", Message=hashed, **asked) == case.bytes_of("sig")


@pytest.mark.parametrize("case", wycheproof(*OAEP))
def test_oaep_of_wycheproof(keys: VectorHouse, case: Case) -> None:
    spec, algorithm = OAEP[case["file"]]
    key_id = keys.imported(spec, ENCRYPT, case.bytes_of("privateKeyPkcs8"))
    asked = {"KeyId": key_id, "CiphertextBlob": case.bytes_of("ct"), "EncryptionAlgorithm": algorithm}
    if case.is_valid:
        assert keys.bytes_of("Decrypt", "Plaintext", **asked) == case.bytes_of("msg")
    else:
        expected = "InvalidCiphertextException" if case["ct"] else "ValidationException"
        assert keys.refused("Decrypt", **asked) == expected


@pytest.mark.parametrize("spec", RSAS)
@pytest.mark.parametrize("algorithm", ["RSAES_OAEP_SHA_1", "RSAES_OAEP_SHA_256"])
def test_oaep_under_published_keys(keys: VectorHouse, spec: str, algorithm: str) -> None:
    """For the pairs that no suite has: a library encrypts under the published modulus, and decrypts what Encrypt makes."""
    private, der = nist_rsa(spec)
    digest = hashes.SHA1() if algorithm.endswith("_1") else hashes.SHA256()  # noqa: S303 - an algorithm AWS has
    oaep = padding.OAEP(padding.MGF1(digest), digest, None)
    asked = {"KeyId": keys.imported(spec, ENCRYPT, der), "EncryptionAlgorithm": algorithm}
    theirs = private.public_key().encrypt(b"plaintext", oaep)
    assert keys.bytes_of("Decrypt", "Plaintext", CiphertextBlob=theirs, **asked) == b"plaintext"
    ours = keys.bytes_of("Encrypt", "CiphertextBlob", Plaintext=b"plaintext", **asked)
    assert private.decrypt(ours, oaep) == b"plaintext"


# --- elliptic curves -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("spec", ECDSA)
def test_ecdsa_of_nist(keys: VectorHouse, spec: str) -> None:
    """Known signatures verify; ours, which are randomised, verify under the published point, by a library."""
    path, heading, algorithm = ECDSA[spec]
    for record in records(path, "Msg", 5, heading=heading):
        key_id = keys.imported(spec, SIGN, ec_private_der(spec, int(record["d"], 16)))
        public = serialization.load_der_public_key(keys.public_key_of(key_id))
        assert isinstance(public, ec.EllipticCurvePublicKey)
        point = public.public_numbers()
        assert (point.x, point.y) == (int(record["Qx"], 16), int(record["Qy"], 16))
        message, r, s = bytes.fromhex(record["Msg"]), int(record["R"], 16), int(record["S"], 16)
        asked = {"KeyId": key_id, "Message": message, "SigningAlgorithm": algorithm}
        assert keys.ok("Verify", Signature=utils.encode_dss_signature(r, s), **asked)["SignatureValid"] is True
        for bad in ((s, r), (r, s + 1), (r, 0)):
            signature = utils.encode_dss_signature(*bad)
            assert keys.refused("Verify", Signature=signature, **asked) == "KMSInvalidSignatureException"
        made = keys.bytes_of("Sign", "Signature", **asked)
        public.verify(made, message, ec.ECDSA(HASHES[f"SHA{algorithm[-3:]}"]))


@pytest.mark.parametrize("case", wycheproof(*ECDH))
def test_ecdh_of_wycheproof(keys: VectorHouse, case: Case) -> None:
    """Of what the suite calls ``acceptable`` compressed points alone are taken, not curves by parameters nor BER."""
    spec = ECDH[case["file"]]
    key_id = keys.imported(spec, AGREE, ec_private_der(spec, int(case["private"], 16)))
    asked = {"KeyId": key_id, "KeyAgreementAlgorithm": "ECDH", "PublicKey": case.bytes_of("public")}
    if case.is_valid or case["flags"] == ["CompressedPublic", "CompressedPoint"]:
        assert keys.bytes_of("DeriveSharedSecret", "SharedSecret", **asked) == case.bytes_of("shared")
    else:
        assert keys.refused("DeriveSharedSecret", **asked) == "ValidationException"


def test_ed25519_of_its_authors(keys: VectorHouse) -> None:
    """Byte for byte; the first tests are those of RFC 8032, 7.1. An empty message is none, says AWS."""
    with cryptography_vectors.open_vector_file("asymmetric/Ed25519/sign.input", "r") as lines:
        for number, line in zip(range(20), lines, strict=False):
            seed, public, message, signed = (bytes.fromhex(field) for field in line.split(":")[:4])
            private = ed25519.Ed25519PrivateKey.from_private_bytes(seed[:32])
            key_id = keys.imported(EDWARDS, SIGN, private_der(EDWARDS, private))
            assert keys.public_key_of(key_id)[-32:] == public
            asked = {"KeyId": key_id, "Message": message, "SigningAlgorithm": "ED25519_SHA_512"}
            if number == 0:
                assert keys.refused("Sign", **asked) == "ValidationException"
                continue
            assert keys.bytes_of("Sign", "Signature", **asked) == signed[:64]
            assert keys.ok("Verify", Signature=signed[:64], **asked)["SignatureValid"] is True


def test_ed25519ph_under_the_key_of_rfc_8032(keys: VectorHouse) -> None:
    """Its one vector (7.3) signs three bytes, but KMS takes 64 alone: the RFC's own algorithm in Python decides instead."""
    seed = bytes.fromhex("833fe62409237b9d62ec77587520911e9a759cec1d19755b7da901b96dca3d42")
    private = ed25519.Ed25519PrivateKey.from_private_bytes(seed)
    key_id = keys.imported(EDWARDS, SIGN, private_der(EDWARDS, private))
    asked = {"KeyId": key_id, "SigningAlgorithm": PH, "MessageType": "DIGEST"}
    assert keys.refused("Sign", Message=b"abc", **asked) == "ValidationException"
    digest = hashlib.sha512(b"abc").digest()
    signature = keys.bytes_of("Sign", "Signature", Message=digest, **asked)
    assert signature == reference_sign(seed, digest)
    assert keys.ok("Verify", Message=digest, Signature=signature, **asked)["SignatureValid"] is True


# --- post-quantum keys, which AWS does not import ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "case", wycheproof(*(f"{spec.lower().replace('ml_dsa', 'mldsa')}_sign_seed" for spec in ML_DSA))
)
def test_ml_dsa_of_wycheproof(keys: VectorHouse, case: Case) -> None:
    """Theirs verify, as a message and as an external mu; ours, which are randomised, verify by a library."""
    spec = f"ML_DSA_{case['file'].split('_')[1]}"
    private = getattr(mldsa, ML_DSA[spec]).from_seed_bytes(case.bytes_of("privateSeed"))
    key_id = keys.placed(spec, SIGN, private_der(spec, private))
    asked = {"KeyId": key_id, "SigningAlgorithm": "ML_DSA_SHAKE_256"}
    for message_type, name in (("RAW", "msg"), ("EXTERNAL_MU", "mu")):
        if not case.get(name):
            continue
        shown = asked | {"Message": case.bytes_of(name), "MessageType": message_type}
        assert keys.ok("Verify", Signature=case.bytes_of("sig"), **shown)["SignatureValid"] is True
        bad = case.bytes_of("sig")[:-1] + bytes((case.bytes_of("sig")[-1] ^ 1,))
        assert keys.refused("Verify", Signature=bad, **shown) == "KMSInvalidSignatureException"
        made = keys.bytes_of("Sign", "Signature", **shown)
        if message_type == "RAW":
            private.public_key().verify(made, case.bytes_of(name))
        assert keys.ok("Verify", Signature=made, **shown)["SignatureValid"] is True


@pytest.mark.parametrize("spec", ML_DSA)
def test_ml_dsa_keys_of_nist(keys: VectorHouse, spec: str) -> None:
    """FIPS 204: the seed's public key, as GetPublicKey shows it; the suite's signatures have contexts, and KMS has none."""
    for record in records(f"asymmetric/MLDSA/kat_{spec.replace('_', '', 1)}_det_pure.rsp", "count", 3):
        private = getattr(mldsa, ML_DSA[spec]).from_seed_bytes(bytes.fromhex(record["xi"]))
        key_id = keys.placed(spec, SIGN, private_der(spec, private))
        assert keys.public_key_of(key_id).hex().endswith(record["pk"])


def check_kem(keys: VectorHouse, spec: str, seed: bytes, known: dict[bytes, bytes]) -> str:
    """Place the key and have each ciphertext decapsulated; return the public key in hex, raw."""
    private = getattr(mlkem, ML_KEM[spec]).from_seed_bytes(seed)
    key_id = keys.placed(spec, KEM, private_der(spec, private))
    asked = {"KeyId": key_id, "EncapsulationAlgorithm": "ML_KEM"}
    for ciphertext, secret in known.items():
        shown = asked | {"SharedSecretCiphertextBlob": ciphertext}
        assert keys.bytes_of("Decapsulate", "SharedSecret", **shown) == secret
        short = asked | {"SharedSecretCiphertextBlob": ciphertext[:-1]}
        assert keys.refused("Decapsulate", **short) == "InvalidCiphertextException"
    made = keys.ok("Encapsulate", **asked)
    ours = keys.bytes_of("Encapsulate", "SharedSecretCiphertextBlob", **asked)
    assert len(ours) == len(next(iter(known)))
    again = keys.ok("Decapsulate", SharedSecretCiphertextBlob=made["SharedSecretCiphertextBlob"], **asked)
    assert again["SharedSecret"] == made["SharedSecret"]
    public: bytes = private.public_key().public_bytes_raw()
    assert keys.public_key_of(key_id).endswith(public)
    return public.hex()


@pytest.mark.parametrize("spec", ML_KEM)
def test_ml_kem_of_nist(keys: VectorHouse, spec: str) -> None:
    """FIPS 203: the ciphertext's secret, and the secret that a ciphertext of another key gets (implicit rejection)."""
    for record in records(f"asymmetric/MLKEM/kat_{spec.replace('_', '', 1)}.rsp", "count", 3):
        known = {bytes.fromhex(record[ct]): bytes.fromhex(record[ss]) for ct, ss in (("ct", "ss"), ("ct_n", "ss_n"))}
        assert check_kem(keys, spec, bytes.fromhex(record["d"] + record["z"]), known) == record["pk"]


@pytest.mark.parametrize("spec", ML_KEM)
def test_ml_kem_of_wycheproof(keys: VectorHouse, spec: str) -> None:
    good = [case for case in cases(spec.lower().replace("ml_kem", "mlkem")) if case.is_valid]
    assert good  # the others are seeds that are none, and so no key's
    for case in good:
        assert check_kem(keys, spec, case.bytes_of("seed"), {case.bytes_of("c"): case.bytes_of("K")}) == case["ek"]


# --- symmetric keys --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("case", json_vectors("blob_v1"), ids=lambda case: str(case["id"]))
def test_ciphertext_blobs(case: dict[str, Any]) -> None:
    """Blobs that another implementation wrote, under our format's vectors; AES-256-GCM itself is in tests/crypto."""
    keys = VectorHouse(import_house())
    material, blob = bytes.fromhex(case["material"]), bytes.fromhex(case["blob"])
    user = keys.placed_at(case["account"], case["key_id"], case["material_id"], material)
    asked = {"CiphertextBlob": b64encode(blob).decode(), "EncryptionContext": case["encryption_context"]}
    answer = keys.house.call("Decrypt", asked, user=user)
    assert (answer.status, answer.body.get("Plaintext")) == (200, b64encode(bytes.fromhex(case["plaintext"])).decode())
    assert answer.body["KeyMaterialId"] == case["material_id"]
    for position in (0, 5, 60, 92, 104, 136, len(blob) - 1):
        bad = blob[:position] + bytes((blob[position] ^ 1,)) + blob[position + 1 :]
        answer = keys.house.call("Decrypt", asked | {"CiphertextBlob": b64encode(bad).decode()}, user=user)
        assert answer.error == ("InvalidCiphertextException", None)
    other = asked | {"EncryptionContext": {"other": "context"}}
    assert keys.house.call("Decrypt", other, user=user).error == ("InvalidCiphertextException", None)


# --- key wrap with padding: what comes out of RSA_AES_KEY_WRAP, before it is examined as a private key ----------------------


def unwrapped(
    keys: VectorHouse, monkeypatch: pytest.MonkeyPatch, algorithm: str, key: bytes, ciphertext: bytes
) -> list[bytes]:
    """Import what a published key has wrapped; return what was taken out. None of it is a private key: one refusal for all."""
    seen: list[bytes] = []

    def examined(key_spec: str, material: bytes) -> bytes:
        seen.append(material)
        return checked_material(key_spec, material)

    monkeypatch.setattr("strongroom.operations.kms.imports.checked_material", examined)
    key_id = external_key(keys.house, "ECC_NIST_P256")
    asked = {"KeyId": key_id, "WrappingAlgorithm": algorithm, "WrappingKeySpec": "RSA_2048"}
    parameters = keys.ok("GetParametersForImport", **asked)
    encrypted = wrapped_by_hand(b64decode(parameters["PublicKey"]), algorithm, key, ciphertext)
    given = {"ImportToken": parameters["ImportToken"], "ExpirationModel": "KEY_MATERIAL_DOES_NOT_EXPIRE"}
    answer = keys.call("ImportKeyMaterial", {"KeyId": key_id, "EncryptedKeyMaterial": encrypted, **given})
    assert answer.error == ("InvalidCiphertextException", None)
    return seen


@pytest.mark.parametrize("case", wycheproof("aes_kwp"))
def test_key_wrap_of_wycheproof(keys: VectorHouse, monkeypatch: pytest.MonkeyPatch, case: Case) -> None:
    """RFC 5649. Its own examples have 192-bit keys, which KMS does not take; RFC 3394 (no padding) KMS does not use."""
    expected = [case.bytes_of("msg")] if case.is_valid else []
    assert unwrapped(keys, monkeypatch, HYBRID_256, case.bytes_of("key"), case.bytes_of("ct")) == expected


@pytest.mark.parametrize("length", [8, 64, 4096])
def test_key_wrap_of_nist(keys: VectorHouse, monkeypatch: pytest.MonkeyPatch, length: int) -> None:
    """SP 800-38F; some are there to be refused."""
    path, heading = "keywrap/kwtestvectors/KWP_AD_256.txt", f"PLAINTEXT LENGTH = {length}"
    for record in records(path, "COUNT", 8, heading=heading):
        expected = [bytes.fromhex(record["P"])] if "P" in record else []
        key, ciphertext = bytes.fromhex(record["K"]), bytes.fromhex(record["C"])
        assert unwrapped(keys, monkeypatch, HYBRID_1, key, ciphertext) == expected


# --- nothing is forgotten ------------------------------------------------------------------------------------------------

DECIDED = {
    *((spec, f"HMAC_SHA_{spec[5:]}") for spec in HMACS),
    *((spec, f"RSASSA_{scheme}_SHA_{bits}") for spec in RSAS for scheme in ("PKCS1_V1_5", "PSS") for bits in (256, 384, 512)),
    *((spec, f"RSAES_OAEP_SHA_{bits}") for spec in RSAS for bits in (1, 256)),
    *((spec, algorithm) for spec, (_, _, algorithm) in ECDSA.items()),
    *((spec, "ECDH") for spec in ECDH.values()),
    (EDWARDS, "ED25519_SHA_512"),
    (EDWARDS, PH),
    *((spec, "ML_DSA_SHAKE_256") for spec in ML_DSA),
    *((spec, "ML_KEM") for spec in ML_KEM),
    ("SYMMETRIC_DEFAULT", "SYMMETRIC_DEFAULT"),
}  # fmt: skip


def test_every_algorithm_has_its_vectors() -> None:
    """But those of key specs that are not built: docs/divergences.md says why."""
    every = {
        (spec.name, algorithm)
        for spec in KEY_SPECS.values()
        if supported(spec.name)
        for algorithms in spec.algorithms.values()
        for algorithm in algorithms
    }
    assert every == DECIDED
    assert {spec for spec in KEY_SPECS if not supported(spec)} == {"SM2", "ML_KEM_512"}
