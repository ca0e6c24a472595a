"""Private and public keys as AWS writes them, and what is not taken for a key of a spec."""

import subprocess

import cryptography_vectors
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519

from strongroom.crypto.key_pairs import generate, load_private, private_der, public_der_of, supported
from strongroom.model.key_spec import KEY_SPECS
from support.key_material import private_der as some_private_der
from support.key_material import private_key

SPECS = [name for name, spec in KEY_SPECS.items() if spec.is_asymmetric and supported(name)]
# Recorded from AWS, but for those of the seeds, which are ours to choose: KMS never shows a private key of these.
PRIVATE_BYTES = {
    "ECC_NIST_P256": 150,
    "ECC_NIST_P384": 194,
    "ECC_NIST_P521": 250,
    "ECC_SECG_P256K1": 144,
    "ECC_NIST_EDWARDS25519": 48,
    "ML_DSA_44": 54,
    "ML_DSA_65": 54,
    "ML_DSA_87": 54,
    "ML_KEM_768": 86,
    "ML_KEM_1024": 86,
}
PUBLIC = {  # length, and how it begins: up to the object identifiers of the algorithm and the curve
    "RSA_2048": (294, "30820122300d06092a864886f70d01010105000382010f00"),
    "RSA_3072": (422, "308201a2300d06092a864886f70d01010105000382018f00"),
    "RSA_4096": (550, "30820222300d06092a864886f70d01010105000382020f00"),
    "ECC_NIST_P256": (91, "3059301306072a8648ce3d020106082a8648ce3d03010703420004"),
    "ECC_NIST_P384": (120, "3076301006072a8648ce3d020106052b8104002203620004"),
    "ECC_NIST_P521": (158, "30819b301006072a8648ce3d020106052b810400230381860004"),
    "ECC_SECG_P256K1": (88, "3056301006072a8648ce3d020106052b8104000a03420004"),
    "ECC_NIST_EDWARDS25519": (44, "302a300506032b6570032100"),
    "ML_DSA_44": (1334, "30820532300b0609608648016503040311"),
    "ML_DSA_65": (1974, "308207b2300b0609608648016503040312"),
    "ML_DSA_87": (2614, "30820a32300b0609608648016503040313"),
    "ML_KEM_768": (1206, "308204b2300b0609608648016503040402"),
    "ML_KEM_1024": (1590, "30820632300b0609608648016503040403"),
}


@pytest.mark.parametrize("spec", SPECS)
def test_encodings_are_the_recorded_ones(spec: str) -> None:
    der = some_private_der(spec)
    if spec in PRIVATE_BYTES:
        assert len(der) == PRIVATE_BYTES[spec]
    length, head = PUBLIC[spec]
    public = public_der_of(spec, der)
    assert (len(public), public[: len(head) // 2].hex()) == (length, head)
    assert private_der(spec, load_private(spec, der, ours=False)) == der


def test_an_rsa_key_is_made_with_the_usual_exponent() -> None:
    private = load_private("RSA_2048", generate("RSA_2048"), ours=False)
    assert private.private_numbers().public_numbers.e == 65537
    assert abs(len(some_private_der("RSA_4096")) - 2374) <= 4  # the numbers inside vary by a byte


@pytest.mark.parametrize("spec", ["ECC_NIST_P256", "ECC_NIST_P384", "ECC_NIST_P521", "ECC_SECG_P256K1"])
def test_openssl_reads_our_elliptic_curve_keys(spec: str) -> None:
    """The command line tool finds the curve and the public key inside, and agrees that they belong together."""
    der = some_private_der(spec)
    asn1 = _openssl("asn1parse", "-inform", "DER", "-strparse", str(_start_of_inner(der)), given=der).decode()
    assert "cont [ 0 ]" in asn1
    assert "cont [ 1 ]" in asn1
    _openssl("pkey", "-inform", "DER", "-check", "-noout", given=der)
    assert _openssl("pkey", "-inform", "DER", "-pubout", "-outform", "DER", given=der) == public_der_of(spec, der)


def test_small_scalars_keep_their_length() -> None:
    """RFC 5915, 3: the scalar is as long as the order, zeros and all."""
    private = ec.derive_private_key(1, ec.SECP521R1())
    der = private_der("ECC_NIST_P521", private)
    assert len(der) == PRIVATE_BYTES["ECC_NIST_P521"]
    assert load_private("ECC_NIST_P521", der, ours=False).private_numbers().private_value == 1


@pytest.mark.parametrize("spec", SPECS)
def test_a_key_of_another_spec_is_refused(spec: str) -> None:
    for other in SPECS:
        if other != spec:
            with pytest.raises(ValueError, match="not a private key of"):
                load_private(spec, some_private_der(other), ours=True)


@pytest.mark.parametrize("spec", SPECS)
def test_broken_keys_are_refused(spec: str) -> None:
    der = some_private_der(spec)
    for broken in (b"", der[:-1], der + b"\0", b"\0" + der, public_der_of(spec, der)):
        with pytest.raises(ValueError, match=r".+"):
            load_private(spec, broken, ours=False)


def test_an_encrypted_key_is_refused() -> None:
    encrypted = private_key("ECC_NIST_P256").private_bytes(
        serialization.Encoding.DER,
        serialization.PrivateFormat.PKCS8,
        serialization.BestAvailableEncryption(b"password"),
    )
    with pytest.raises(ValueError, match="Password was not given"):
        load_private("ECC_NIST_P256", encrypted, ours=False)


@pytest.mark.parametrize(
    ("spec", "path"),
    [
        ("ML_DSA_44", "asymmetric/MLDSA/mldsa44_priv.der"),
        ("ML_KEM_768", "asymmetric/MLKEM/mlkem768.der"),
        ("ECC_NIST_EDWARDS25519", "asymmetric/Ed25519/ed25519-pkcs8.der"),
    ],
)
def test_our_encodings_are_the_published_ones(spec: str, path: str) -> None:
    with cryptography_vectors.open_vector_file(path, "rb") as file:
        der = file.read()
    assert private_der(spec, load_private(spec, der, ours=False)) == der


def test_what_is_not_supported() -> None:
    assert [name for name, spec in KEY_SPECS.items() if spec.is_asymmetric and not supported(name)] == [
        "ML_KEM_512",
        "SM2",
    ]


def test_each_key_is_fresh() -> None:
    assert generate("ECC_NIST_EDWARDS25519") != generate("ECC_NIST_EDWARDS25519")
    assert isinstance(private_key("ECC_NIST_EDWARDS25519"), ed25519.Ed25519PrivateKey)


def _start_of_inner(der: bytes) -> int:
    """Where the OCTET STRING with the ECPrivateKey begins."""
    for line in _openssl("asn1parse", "-inform", "DER", given=der).decode().splitlines():
        if "OCTET STRING" in line:
            return int(line.split(":")[0])
    raise AssertionError("no OCTET STRING")


def _openssl(*arguments: str, given: bytes) -> bytes:
    return subprocess.run(["openssl", *arguments], input=given, capture_output=True, check=True).stdout
