"""Signatures against the vectors of others: Wycheproof, RFC 8032, NIST. Forgeries are refused with the one error."""

import hashlib

import cryptography_vectors
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, mldsa, rsa, utils

from strongroom.crypto import signatures
from strongroom.errors import KMSInvalidSignatureError
from support.ed25519ph import reference_sign
from support.vectors import Case, records, wycheproof

# What our API calls the key spec and the algorithm of a file.
FILES = {
    "ecdsa_secp256r1_sha256": ("ECC_NIST_P256", "ECDSA_SHA_256"),
    "ecdsa_secp384r1_sha384": ("ECC_NIST_P384", "ECDSA_SHA_384"),
    "ecdsa_secp521r1_sha512": ("ECC_NIST_P521", "ECDSA_SHA_512"),
    "ecdsa_secp256k1_sha256": ("ECC_SECG_P256K1", "ECDSA_SHA_256"),
    "ed25519": ("ECC_NIST_EDWARDS25519", "ED25519_SHA_512"),
    "mldsa_44_verify": ("ML_DSA_44", "ML_DSA_SHAKE_256"),
    "mldsa_65_verify": ("ML_DSA_65", "ML_DSA_SHAKE_256"),
    "mldsa_87_verify": ("ML_DSA_87", "ML_DSA_SHAKE_256"),
    "rsa_signature_2048_sha256": ("RSA_2048", "RSASSA_PKCS1_V1_5_SHA_256"),
    "rsa_signature_3072_sha384": ("RSA_3072", "RSASSA_PKCS1_V1_5_SHA_384"),
    "rsa_signature_4096_sha512": ("RSA_4096", "RSASSA_PKCS1_V1_5_SHA_512"),
    "rsa_pss_2048_sha256_mgf1_32": ("RSA_2048", "RSASSA_PSS_SHA_256"),
    "rsa_pss_2048_sha384_mgf1_48": ("RSA_2048", "RSASSA_PSS_SHA_384"),
    "rsa_pss_4096_sha512_mgf1_64": ("RSA_4096", "RSASSA_PSS_SHA_512"),
}
HASH_OF = {"256": hashlib.sha256, "384": hashlib.sha384, "512": hashlib.sha512}
PREHASHED = [name for name in FILES if not name.startswith(("ed25519", "mldsa"))]


@pytest.mark.parametrize("case", wycheproof(*FILES))
def test_wycheproof(case: Case) -> None:
    """An ``acceptable`` case is one that a strict verifier refuses: so do we."""
    public = serialization.load_der_public_key(case.bytes_of("publicKeyDer"))
    key_spec, algorithm = FILES[case["file"]]
    message, signature = case.bytes_of("msg"), case.bytes_of("sig")
    types = {"RAW": message}
    if case["file"] in PREHASHED:
        types["DIGEST"] = HASH_OF[algorithm[-3:]](message).digest()
    for message_type, shown in types.items():
        if case.is_valid:
            signatures.verify(public, key_spec, algorithm, shown, message_type, signature)
        else:
            with pytest.raises(KMSInvalidSignatureError) as refusal:
                signatures.verify(public, key_spec, algorithm, shown, message_type, signature)
            assert refusal.value.message is None


@pytest.mark.parametrize("case", wycheproof("rsa_pss_2048_sha256_mgf1_0"))
def test_another_salt_length_is_refused(case: Case) -> None:
    """Good PSS signatures, but without a salt: KMS insists on one as long as the hash."""
    public = serialization.load_der_public_key(case.bytes_of("publicKeyDer"))
    with pytest.raises(KMSInvalidSignatureError):
        signatures.verify(public, "RSA_2048", "RSASSA_PSS_SHA_256", case.bytes_of("msg"), "RAW", case.bytes_of("sig"))


@pytest.mark.parametrize("case", wycheproof(*(f"rsa_pkcs1_{bits}_sig_gen" for bits in (2048, 3072, 4096))))
def test_rsa_pkcs1_is_made_byte_for_byte(case: Case) -> None:
    """Also with small exponents, which the suite calls ``acceptable``: we never make such keys, but old ones may sign."""
    private = serialization.load_der_private_key(
        case.bytes_of("privateKeyPkcs8"), None, unsafe_skip_rsa_key_validation=True
    )
    key_spec, digest = f"RSA_{case['keySize']}", case["sha"].removeprefix("SHA-")
    algorithm = f"RSASSA_PKCS1_V1_5_SHA_{digest}"
    made = signatures.sign(private, key_spec, algorithm, case.bytes_of("msg"), "RAW")
    assert made == case.bytes_of("sig")


@pytest.mark.parametrize("case", wycheproof(*(f"mldsa_{level}_sign_seed" for level in (44, 65, 87))))
def test_ml_dsa_from_a_seed(case: Case) -> None:
    """Ours are randomised, so theirs is verified under the public key of the seed, and ours beside it; so with an external mu."""
    level = case["file"].split("_")[1]
    key_spec = f"ML_DSA_{level}"
    private = getattr(mldsa, f"MLDSA{level}PrivateKey").from_seed_bytes(case.bytes_of("privateSeed"))
    shown = {"RAW": case.get("msg"), "EXTERNAL_MU": case.get("mu")}
    assert any(value is not None for value in shown.values())
    for message_type, value in shown.items():
        if value is None:
            continue
        message = bytes.fromhex(value)
        for signature in (
            case.bytes_of("sig"),
            signatures.sign(private, key_spec, "ML_DSA_SHAKE_256", message, message_type),
        ):
            signatures.verify(private.public_key(), key_spec, "ML_DSA_SHAKE_256", message, message_type, signature)


@pytest.mark.parametrize("level", [44, 65, 87])
def test_ml_dsa_known_answers(level: int) -> None:
    """NIST's generator (pure, deterministic): seed to public key; signatures with an empty context only, for KMS has no other."""
    for record in records(f"asymmetric/MLDSA/kat_MLDSA_{level}_det_pure.rsp", "count", 4):
        private = getattr(mldsa, f"MLDSA{level}PrivateKey").from_seed_bytes(bytes.fromhex(record["xi"]))
        assert private.public_key().public_bytes_raw().hex() == record["pk"]


def test_ed25519_is_made_byte_for_byte() -> None:
    """The regression tests of the authors of Ed25519; the first four are RFC 8032, 7.1."""
    with cryptography_vectors.open_vector_file("asymmetric/Ed25519/sign.input", "r") as lines:
        for _, line in zip(range(100), lines, strict=False):
            seed, public, message, signed = (bytes.fromhex(field) for field in line.split(":")[:4])
            private = ed25519.Ed25519PrivateKey.from_private_bytes(seed[:32])
            made = signatures.sign(private, "ECC_NIST_EDWARDS25519", "ED25519_SHA_512", message, "RAW")
            assert (private.public_key().public_bytes_raw(), made) == (public, signed[:64])


PH_SEED = bytes.fromhex("833fe62409237b9d62ec77587520911e9a759cec1d19755b7da901b96dca3d42")
PH_PUBLIC = bytes.fromhex("ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf")
PH_SIGNATURE = bytes.fromhex(
    "98a70222f0b8121aa9d30f813d683f809e462b469c7ff87639499bb94e6dae41"
    "31f85042463c2a355a2003d062adf5aaa10b8c61e636062aaad11c2a26083406"
)


def test_ed25519ph_of_rfc_8032() -> None:
    """RFC 8032, 7.3, the message ``abc``; through the inner functions, because our API takes messages of 64 bytes alone."""
    private = ed25519.Ed25519PrivateKey.from_private_bytes(PH_SEED)
    assert private.public_key().public_bytes_raw() == PH_PUBLIC
    assert signatures._sign_ph(private, b"abc") == PH_SIGNATURE == reference_sign(PH_SEED, b"abc")
    signatures._verify_ph(private.public_key(), b"abc", PH_SIGNATURE)


def test_ed25519ph_hashes_the_digest_once_more() -> None:
    """Byte for byte as the RFC's own algorithm makes it with the caller's digest as the message."""
    private = ed25519.Ed25519PrivateKey.from_private_bytes(PH_SEED)
    digest = hashlib.sha512(b"a message").digest()
    spec, algorithm = "ECC_NIST_EDWARDS25519", "ED25519_PH_SHA_512"
    made = signatures.sign(private, spec, algorithm, digest, "DIGEST")
    assert made == reference_sign(PH_SEED, digest)
    signatures.verify(private.public_key(), spec, algorithm, digest, "DIGEST", made)


@pytest.mark.parametrize("altered", [0, 31, 32, 63])
def test_ed25519ph_refuses_what_was_altered(altered: int) -> None:
    public = ed25519.Ed25519PublicKey.from_public_bytes(PH_PUBLIC)
    private = ed25519.Ed25519PrivateKey.from_private_bytes(PH_SEED)
    spec, algorithm = "ECC_NIST_EDWARDS25519", "ED25519_PH_SHA_512"
    made = bytearray(signatures.sign(private, spec, algorithm, bytes(64), "DIGEST"))
    made[altered] ^= 1
    for bad in (bytes(made), bytes(made)[:63], bytes(made) + b"\0"):
        with pytest.raises(KMSInvalidSignatureError):
            signatures.verify(public, spec, algorithm, bytes(64), "DIGEST", bad)


def test_ed25519_and_ed25519ph_do_not_verify_each_other() -> None:
    private = ed25519.Ed25519PrivateKey.from_private_bytes(PH_SEED)
    spec = "ECC_NIST_EDWARDS25519"
    plain = signatures.sign(private, spec, "ED25519_SHA_512", hashlib.sha512(bytes(64)).digest(), "RAW")
    hashed = signatures.sign(private, spec, "ED25519_PH_SHA_512", bytes(64), "DIGEST")
    with pytest.raises(KMSInvalidSignatureError):
        signatures.verify(private.public_key(), spec, "ED25519_PH_SHA_512", bytes(64), "DIGEST", plain)
    with pytest.raises(KMSInvalidSignatureError):
        signatures.verify(private.public_key(), spec, "ED25519_SHA_512", bytes(64), "RAW", hashed)


NIST_CURVES = {"P-256,SHA-256": ec.SECP256R1(), "P-384,SHA-384": ec.SECP384R1(), "P-521,SHA-512": ec.SECP521R1()}


@pytest.mark.parametrize("heading", NIST_CURVES)
def test_ecdsa_of_nist(heading: str) -> None:
    """FIPS 186-3 SigVer: good and altered signatures, as (r, s)."""
    curve, number = NIST_CURVES[heading], heading[2:5]
    spec, algorithm = f"ECC_NIST_P{number}", f"ECDSA_SHA_{heading[-3:]}"
    verdicts = []
    for record in records("asymmetric/ECDSA/FIPS_186-3/SigVer.rsp", "Msg", heading=heading):
        try:
            public = ec.EllipticCurvePublicNumbers(int(record["Qx"], 16), int(record["Qy"], 16), curve).public_key()
            signature = utils.encode_dss_signature(int(record["R"], 16), int(record["S"], 16))
            signatures.verify(public, spec, algorithm, bytes.fromhex(record["Msg"]), "RAW", signature)
        except (KMSInvalidSignatureError, ValueError):
            verdicts.append(record["Result"][0] == "F")
        else:
            verdicts.append(record["Result"][0] == "P")
    assert len(verdicts) == 15
    assert all(verdicts)


def test_wrong_kinds_of_keys_do_not_verify() -> None:
    """A signature of another key of the same spec, and bytes that are no signature at all."""
    one, other = rsa.generate_private_key(65537, 2048), ec.generate_private_key(ec.SECP256R1())
    for private, spec, algorithm in (
        (one, "RSA_2048", "RSASSA_PSS_SHA_256"),
        (one, "RSA_2048", "RSASSA_PKCS1_V1_5_SHA_512"),
        (other, "ECC_NIST_P256", "ECDSA_SHA_256"),
    ):
        for junk in (b"\0", bytes(256), b"\xff" * 256, b"\xff" * 1000, bytes.fromhex("30060201010201")):
            with pytest.raises(KMSInvalidSignatureError):
                signatures.verify(private.public_key(), spec, algorithm, b"message", "RAW", junk)
