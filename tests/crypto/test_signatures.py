"""What a message may be, and what a signature looks like: AWS's rules and texts, as recorded."""

import hashlib

import pytest
from cryptography.hazmat.primitives.asymmetric import mldsa, utils

from strongroom.crypto import signatures
from strongroom.errors import KMSInvalidSignatureError, ValidationError
from strongroom.model.key_spec import KEY_SPECS, SIGN_VERIFY
from support.key_material import private_key

MESSAGE = b"to be signed"
PAIRS = [
    (spec.name, algorithm)
    for spec in KEY_SPECS.values()
    for algorithm in spec.algorithms.get(SIGN_VERIFY, ())
    if spec.name != "SM2"
]
PREHASHED = [(spec, algorithm) for spec, algorithm in PAIRS if algorithm.startswith(("RSASSA", "ECDSA"))]
LENGTHS = {
    "RSA_2048": 256,
    "RSA_3072": 384,
    "RSA_4096": 512,
    "ECC_NIST_EDWARDS25519": 64,
    "ML_DSA_44": 2420,
    "ML_DSA_65": 3309,
    "ML_DSA_87": 4627,
}
ECDSA_MOST = {"ECC_NIST_P256": 72, "ECC_NIST_P384": 104, "ECC_NIST_P521": 139, "ECC_SECG_P256K1": 72}
ED25519 = "ECC_NIST_EDWARDS25519"
PH = "ED25519_PH_SHA_512"


def digest_of(algorithm: str) -> bytes:
    return hashlib.new("sha" + algorithm[-3:], MESSAGE).digest()


def mu_of(public: mldsa.MLDSA44PublicKey) -> bytes:
    """FIPS 204, algorithm 7, line 6, for an empty context, as the user guide of AWS tells its readers to compute it."""
    hashed_key = hashlib.shake_256(public.public_bytes_raw()).digest(64)
    return hashlib.shake_256(hashed_key + b"\0\0" + MESSAGE).digest(64)


def sign(spec: str, algorithm: str, message: bytes, message_type: str) -> bytes:
    return signatures.sign(private_key(spec), spec, algorithm, message, message_type)


def verify(spec: str, algorithm: str, message: bytes, message_type: str, signature: bytes) -> None:
    signatures.verify(private_key(spec).public_key(), spec, algorithm, message, message_type, signature)


@pytest.mark.parametrize(("spec", "algorithm"), PAIRS)
def test_a_signature_verifies_and_an_altered_one_does_not(spec: str, algorithm: str) -> None:
    message, message_type = (bytes(64), "DIGEST") if algorithm == PH else (MESSAGE, "RAW")
    made = sign(spec, algorithm, message, message_type)
    verify(spec, algorithm, message, message_type, made)
    if spec in LENGTHS:
        assert len(made) == LENGTHS[spec]
    else:
        utils.decode_dss_signature(made)
        assert len(made) <= ECDSA_MOST[spec]
    other = bytes((message[0] ^ 1,)) + message[1:]
    for bad_message, bad in (
        (other, made),
        (message, made[:-1]),
        (message, made + b"\0"),
        (message, made[:-1] + bytes((made[-1] ^ 1,))),
    ):
        with pytest.raises(KMSInvalidSignatureError) as refusal:
            verify(spec, algorithm, bad_message, message_type, bad)
        assert refusal.value.message is None


@pytest.mark.parametrize(("spec", "algorithm"), PREHASHED)
def test_raw_and_digest_verify_each_other(spec: str, algorithm: str) -> None:
    digest = digest_of(algorithm)
    raw, hashed = sign(spec, algorithm, MESSAGE, "RAW"), sign(spec, algorithm, digest, "DIGEST")
    verify(spec, algorithm, digest, "DIGEST", raw)
    verify(spec, algorithm, MESSAGE, "RAW", hashed)
    assert (raw == hashed) == ("PKCS1" in algorithm)  # the others are randomised


@pytest.mark.parametrize(("spec", "algorithm"), PREHASHED)
def test_a_digest_has_the_length_of_the_hash(spec: str, algorithm: str) -> None:
    digest = digest_of(algorithm)
    for wrong in (digest[:-1], digest + b"\0", b"\0"):
        with pytest.raises(ValidationError) as refusal:
            sign(spec, algorithm, wrong, "DIGEST")
        assert refusal.value.message == f"Digest is invalid length for algorithm {algorithm}."
        with pytest.raises(ValidationError):
            verify(spec, algorithm, wrong, "DIGEST", b"signature")


@pytest.mark.parametrize("spec", ["ML_DSA_44", "ML_DSA_65", "ML_DSA_87"])
def test_raw_and_external_mu_verify_each_other(spec: str) -> None:
    algorithm = "ML_DSA_SHAKE_256"
    mu = mu_of(private_key(spec).public_key())
    raw, external = sign(spec, algorithm, MESSAGE, "RAW"), sign(spec, algorithm, mu, "EXTERNAL_MU")
    verify(spec, algorithm, mu, "EXTERNAL_MU", raw)
    verify(spec, algorithm, MESSAGE, "RAW", external)
    assert raw != sign(spec, algorithm, MESSAGE, "RAW")
    assert external != sign(spec, algorithm, mu, "EXTERNAL_MU")
    with pytest.raises(KMSInvalidSignatureError):
        verify(spec, algorithm, bytes(64), "EXTERNAL_MU", raw)


@pytest.mark.parametrize(
    ("spec", "algorithm", "message", "message_type", "text"),
    [
        (ED25519, "ED25519_SHA_512", bytes(64), "DIGEST", "Message type DIGEST is incompatible with algorithm ED25519_SHA_512."),
        (ED25519, PH, bytes(64), "RAW", "Message type RAW is incompatible with algorithm ED25519_PH_SHA_512."),
        (ED25519, PH, bytes(63), "DIGEST", "Digest is invalid length for algorithm ED25519_PH_SHA_512."),
        (ED25519, PH, bytes(64), "EXTERNAL_MU", f"Message type EXTERNAL_MU is incompatible with key spec {ED25519}."),
        ("RSA_4096", "RSASSA_PSS_SHA_256", bytes(64), "EXTERNAL_MU", "Message type EXTERNAL_MU is incompatible with key spec RSA_4096."),
        ("ML_DSA_44", "ML_DSA_SHAKE_256", bytes(64), "DIGEST", "Message type DIGEST is incompatible with key spec ML_DSA_44."),
        ("ML_DSA_44", "ML_DSA_SHAKE_256", bytes(63), "EXTERNAL_MU", "External Mu is invalid length for algorithm ML_DSA_SHAKE_256."),
        ("ML_DSA_87", "ML_DSA_SHAKE_256", bytes(65), "EXTERNAL_MU", "External Mu is invalid length for algorithm ML_DSA_SHAKE_256."),
    ],
)  # fmt: skip
def test_messages_that_do_not_fit(spec: str, algorithm: str, message: bytes, message_type: str, text: str) -> None:
    with pytest.raises(ValidationError) as refusal:
        sign(spec, algorithm, message, message_type)
    assert refusal.value.message == text
    with pytest.raises(ValidationError) as refusal:
        verify(spec, algorithm, message, message_type, b"signature")
    assert refusal.value.message == text


def test_ed25519_is_deterministic() -> None:
    for algorithm, message_type in (("ED25519_SHA_512", "RAW"), (PH, "DIGEST")):
        assert sign(ED25519, algorithm, bytes(64), message_type) == sign(ED25519, algorithm, bytes(64), message_type)


def test_one_algorithm_does_not_verify_another() -> None:
    made = sign("RSA_2048", "RSASSA_PKCS1_V1_5_SHA_256", MESSAGE, "RAW")
    for algorithm in ("RSASSA_PSS_SHA_256", "RSASSA_PKCS1_V1_5_SHA_384"):
        with pytest.raises(KMSInvalidSignatureError):
            verify("RSA_2048", algorithm, MESSAGE, "RAW", made)
