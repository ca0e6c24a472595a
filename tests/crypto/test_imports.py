"""Imported material: the wrapping matrix, unwrapping what others wrapped, and what passes for material of a spec."""

import subprocess
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.keywrap import aes_key_wrap_with_padding

from strongroom.crypto import rsa_encryption
from strongroom.crypto.ber import SEQUENCE, children, tlv
from strongroom.crypto.imports import WRAPPING_KEY_SPECS as WRAPPING
from strongroom.crypto.imports import checked_material, unwrap, wrapping_allowed
from strongroom.errors import InvalidCiphertextError
from strongroom.model.key_spec import KEY_SPECS
from support.key_material import private_der, private_key
from support.vectors import Case, cases, records, wycheproof

OAEP = ("RSAES_OAEP_SHA_1", "RSAES_OAEP_SHA_256")
HYBRID = ("RSA_AES_KEY_WRAP_SHA_1", "RSA_AES_KEY_WRAP_SHA_256")
ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551  # of P-256
PAIRS = ("RSA_2048", "ECC_NIST_P256", "ECC_NIST_P384", "ECC_NIST_P521", "ECC_SECG_P256K1")
EDWARDS = "ECC_NIST_EDWARDS25519"
PKCS8 = (serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())


def hybrid(algorithm: str, one_time: bytes, wrapped: bytes) -> bytes:
    """Wrap as the user guide says: the one-time key by OAEP, then what it wraps."""
    public = private_key("RSA_2048").public_key()
    oaep = rsa_encryption.encrypt(public, "RSA_2048", algorithm.replace("RSA_AES_KEY_WRAP", "RSAES_OAEP"), one_time)
    return oaep + wrapped


# --- the matrix ----------------------------------------------------------------------------------------------------------


def test_the_wrapping_matrix() -> None:
    """GetParametersForImport, cell by cell."""
    everywhere = {(algorithm, wrapping) for algorithm in OAEP for wrapping in WRAPPING}
    hybrids = {(algorithm, wrapping) for algorithm in HYBRID for wrapping in WRAPPING}
    large = {(algorithm, wrapping) for algorithm, wrapping in everywhere if wrapping != "RSA_2048"}
    expected = {
        "SYMMETRIC_DEFAULT": everywhere,
        **dict.fromkeys(("HMAC_224", "HMAC_256", "HMAC_384", "HMAC_512"), everywhere),
        **dict.fromkeys(WRAPPING, hybrids),
        **dict.fromkeys(("ECC_NIST_P256", "ECC_NIST_P384", "ECC_SECG_P256K1"), everywhere | hybrids),
        **dict.fromkeys(("ECC_NIST_P521", EDWARDS), large | hybrids),
    }
    for spec in KEY_SPECS:
        allowed = {
            (algorithm, wrapping)
            for algorithm in (*OAEP, *HYBRID, "RSAES_PKCS1_V1_5", "SM2PKE")
            for wrapping in (*WRAPPING, "SM2")
            if wrapping_allowed(spec, algorithm, wrapping)
        }
        assert allowed == expected.get(spec, set()), spec


# --- unwrapping ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("algorithm", OAEP)
def test_oaep_is_undone(algorithm: str) -> None:
    encrypted = rsa_encryption.encrypt(private_key("RSA_2048").public_key(), "RSA_2048", algorithm, bytes(32))
    assert unwrap(private_key("RSA_2048"), algorithm, encrypted) == bytes(32)
    for other in (*OAEP, *HYBRID):
        if other != algorithm:
            refuse_unwrap(other, encrypted)


@pytest.mark.parametrize("case", wycheproof("aes_kwp"))
def test_key_wrap_with_padding_of_wycheproof(case: Case) -> None:
    encrypted = hybrid(HYBRID[1], case.bytes_of("key"), case.bytes_of("ct"))
    if case.is_valid:
        assert unwrap(private_key("RSA_2048"), HYBRID[1], encrypted) == case.bytes_of("msg")
    else:
        refuse_unwrap(HYBRID[1], encrypted)


@pytest.mark.parametrize("length", [8, 64, 248, 4096])
def test_key_wrap_with_padding_of_nist(length: int) -> None:
    """SP 800-38F test vectors; some are there to be refused."""
    found = records("keywrap/kwtestvectors/KWP_AD_256.txt", "COUNT", 8, heading=f"PLAINTEXT LENGTH = {length}")
    assert found
    for record in found:
        encrypted = hybrid(HYBRID[0], bytes.fromhex(record["K"]), bytes.fromhex(record["C"]))
        if "P" in record:
            assert unwrap(private_key("RSA_2048"), HYBRID[0], encrypted).hex() == record["P"]
        else:
            refuse_unwrap(HYBRID[0], encrypted)


@pytest.mark.parametrize("algorithm", HYBRID)
def test_a_private_key_wrapped_by_hand(algorithm: str) -> None:
    der = private_der("RSA_4096")
    good = hybrid(algorithm, b"k" * 32, aes_key_wrap_with_padding(b"k" * 32, der))
    assert unwrap(private_key("RSA_2048"), algorithm, good) == der
    for bad in (
        b"",
        good[:100],
        good[:256],
        good[:257],
        good[:264],
        good[:272],
        good[:-1],
        good[:-8],
        good + b"\0",
        good + bytes(8),
        bytes((good[0] ^ 1,)) + good[1:],
        good[:-1] + bytes((good[-1] ^ 1,)),
    ):
        refuse_unwrap(algorithm, bad)
    short = hybrid(algorithm, b"k" * 16, aes_key_wrap_with_padding(b"k" * 16, der))
    refuse_unwrap(algorithm, short)  # AES-128: the one-time key has 256 bits
    refuse_unwrap(HYBRID[1 - HYBRID.index(algorithm)], good)


def test_openssl_wraps_and_we_unwrap(tmp_path: Path) -> None:
    """The very commands that the user guide gives its readers."""
    public = private_key("RSA_2048").public_key()
    (tmp_path / "public.der").write_bytes(
        public.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    )
    one_time, der = bytes(range(32)), private_der("ECC_NIST_P256")
    wrapped_key = _openssl(
        "pkeyutl", "-encrypt", "-pubin", "-keyform", "DER", "-inkey", str(tmp_path / "public.der"),
        "-pkeyopt", "rsa_padding_mode:oaep", "-pkeyopt", "rsa_oaep_md:sha256", "-pkeyopt", "rsa_mgf1_md:sha256",
        given=one_time,
    )  # fmt: skip
    wrapped = _openssl("enc", "-id-aes256-wrap-pad", "-iv", "A65959A6", "-K", one_time.hex(), given=der)
    unwrapped = unwrap(private_key("RSA_2048"), "RSA_AES_KEY_WRAP_SHA_256", wrapped_key + wrapped)
    assert checked_material("ECC_NIST_P256", unwrapped) == der


# --- material ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("spec", "least", "most"),
    [
        ("SYMMETRIC_DEFAULT", 32, 32),
        ("HMAC_224", 28, 128),
        ("HMAC_256", 32, 128),
        ("HMAC_384", 48, 128),
        ("HMAC_512", 64, 128),
    ],
)
def test_lengths_of_secret_keys(spec: str, least: int, most: int) -> None:
    for length in {least, most}:
        assert checked_material(spec, b"m" * length) == b"m" * length
    for length in (0, least - 1, most + 1):
        refuse(spec, bytes(length))


@pytest.mark.parametrize("spec", [*PAIRS, "RSA_3072", EDWARDS])
def test_a_key_pair_is_taken_for_its_own_spec_alone(spec: str) -> None:
    der = private_der(spec)
    assert checked_material(spec, der) == der
    for other in ("SYMMETRIC_DEFAULT", "ML_DSA_44", "ML_KEM_768", "SM2", *PAIRS, EDWARDS):
        if other != spec:
            refuse(other, der)
    for bad in (b"", der[:-1], der + b"\0", b"\0" + der, b"\x30\x80" + der):
        refuse(spec, bad)


@pytest.mark.parametrize("spec", PAIRS)
def test_other_encodings_give_the_same_material(spec: str) -> None:
    """Lengths longer than need be, an indefinite length, the private key in parts; and elliptic curve keys as OpenSSL writes them."""
    der = private_der(spec)
    version, algorithm, secret = (tlv(*child) for child in children(der))
    body = version + algorithm + secret
    octets = list(children(der))[2].content
    parts = b"\x24\x80" + tlv(4, octets[:20]) + tlv(4, octets[20:]) + b"\0\0"
    for ber in (
        b"\x30\x84" + len(body).to_bytes(4, "big") + body,
        b"\x30\x80" + body + b"\0\0",
        b"\x30\x80" + version + algorithm + parts + b"\0\0",
        private_key(spec).private_bytes(*PKCS8),
    ):
        assert checked_material(spec, ber) == der


def test_ed25519_is_taken_in_der_alone() -> None:
    der = private_der(EDWARDS)
    refuse(EDWARDS, b"\x30\x81" + der[1:])
    refuse(EDWARDS, b"\x30\x80" + der[2:] + b"\0\0")


@pytest.mark.parametrize("spec", ["RSA_2048", "ECC_NIST_P256"])
def test_only_pkcs8_is_taken(spec: str) -> None:
    """Not PKCS#1 or SEC 1, not PEM, not encrypted, not a public key."""
    private = private_key(spec)
    encoding, form = serialization.Encoding, serialization.PrivateFormat
    refuse(spec, private.private_bytes(encoding.DER, form.TraditionalOpenSSL, serialization.NoEncryption()))
    refuse(spec, private.private_bytes(encoding.PEM, form.PKCS8, serialization.NoEncryption()))
    refuse(spec, private.private_bytes(encoding.DER, form.PKCS8, serialization.BestAvailableEncryption(b"p")))
    refuse(spec, private.public_key().public_bytes(encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo))


@pytest.mark.parametrize("number", range(1, 9))
def test_rsa_numbers_must_belong_together(number: int) -> None:
    """n, e, d, p, q, d mod p-1, d mod q-1, 1/q mod p: each off by two."""
    version, algorithm, secret = children(private_der("RSA_2048"))
    numbers = list(children(secret.content))
    old = numbers[number].content
    new = (int.from_bytes(old, "big") + 2).to_bytes(len(old), "big")
    numbers[number] = numbers[number]._replace(content=new)
    inner = tlv(SEQUENCE, b"".join(tlv(*each) for each in numbers))
    refuse("RSA_2048", tlv(SEQUENCE, tlv(*version) + tlv(*algorithm) + tlv(4, inner)))


def test_small_and_huge_exponents_are_refused() -> None:
    """FIPS 186-5 wants 2**16 < e < 2**256; a small one weakens, a huge one slows every verification."""
    for case in cases("rsa_pkcs1_2048_sig_gen"):
        if "SmallPublicKey" in case["flags"]:
            refuse("RSA_2048", case.bytes_of("privateKeyPkcs8"))
    numbers = private_key("RSA_2048").private_numbers()
    totient = (numbers.p - 1) * (numbers.q - 1)
    exponent = numbers.d | 1
    swapped = pow(exponent, -1, totient)
    huge = rsa.RSAPrivateNumbers(
        numbers.p, numbers.q, swapped, swapped % (numbers.p - 1), swapped % (numbers.q - 1), numbers.iqmp,
        rsa.RSAPublicNumbers(exponent, numbers.p * numbers.q),
    )  # fmt: skip
    refuse("RSA_2048", huge.private_key(unsafe_skip_rsa_key_validation=True).private_bytes(*PKCS8))


def test_keys_that_name_another_algorithm_are_refused() -> None:
    """RSA restricted to PSS, and a curve given by its parameters, though the numbers would fit."""
    genpkey = ("genpkey", "-outform", "DER", "-algorithm")
    refuse("RSA_2048", _openssl(*genpkey, "RSA-PSS", "-pkeyopt", "rsa_keygen_bits:2048"))
    explicit = ("-pkeyopt", "ec_paramgen_curve:P-256", "-pkeyopt", "ec_param_enc:explicit")
    refuse("ECC_NIST_P256", _openssl(*genpkey, "EC", *explicit))


def test_an_elliptic_curve_key_with_the_public_key_of_another_is_refused() -> None:
    private = private_key("ECC_NIST_P256")
    own, negated = (
        key.public_key().public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)
        for key in (private, ec.derive_private_key(ORDER - private.private_numbers().private_value, ec.SECP256R1()))
    )
    refuse("ECC_NIST_P256", private_der("ECC_NIST_P256").replace(own, negated))


def test_ml_dsa_and_ml_kem_are_never_imported() -> None:
    for spec in ("ML_DSA_44", "ML_DSA_65", "ML_DSA_87", "ML_KEM_768", "ML_KEM_1024"):
        refuse(spec, private_der(spec))


def refuse(spec: str, unwrapped: bytes) -> None:
    with pytest.raises(InvalidCiphertextError) as refusal:
        checked_material(spec, unwrapped)
    assert refusal.value.message is None


def refuse_unwrap(algorithm: str, encrypted: bytes) -> None:
    with pytest.raises(InvalidCiphertextError) as refusal:
        unwrap(private_key("RSA_2048"), algorithm, encrypted)
    assert refusal.value.message is None


def _openssl(*arguments: str, given: bytes = b"") -> bytes:
    return subprocess.run(["openssl", *arguments], input=given, capture_output=True, check=True).stdout
