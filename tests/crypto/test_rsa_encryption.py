"""RSAES-OAEP against Wycheproof and the PKCS #1 suite; limits and refusals as recorded."""

import pytest

from strongroom.crypto import rsa_encryption
from strongroom.crypto.key_pairs import load_private
from strongroom.errors import InvalidCiphertextError, ValidationError
from support.key_material import private_key
from support.vectors import Case, wycheproof

FILES = {
    "rsa_oaep_2048_sha1_mgf1sha1": "RSAES_OAEP_SHA_1",
    "rsa_oaep_2048_sha256_mgf1sha256": "RSAES_OAEP_SHA_256",
    "rsa_oaep_3072_sha256_mgf1sha256": "RSAES_OAEP_SHA_256",
}
LIMITS = [
    ("RSA_2048", "RSAES_OAEP_SHA_1", 214),
    ("RSA_2048", "RSAES_OAEP_SHA_256", 190),
    ("RSA_3072", "RSAES_OAEP_SHA_1", 342),
    ("RSA_3072", "RSAES_OAEP_SHA_256", 318),
    ("RSA_4096", "RSAES_OAEP_SHA_1", 470),
    ("RSA_4096", "RSAES_OAEP_SHA_256", 446),
]


@pytest.mark.parametrize("case", wycheproof(*FILES))
def test_wycheproof(case: Case) -> None:
    spec = f"RSA_{case['keySize']}"
    private = load_private(spec, case.bytes_of("privateKeyPkcs8"), ours=True)
    algorithm = FILES[case["file"]]
    if case.is_valid:
        assert rsa_encryption.decrypt(private, algorithm, case.bytes_of("ct")) == case.bytes_of("msg")
        again = rsa_encryption.encrypt(private.public_key(), spec, algorithm, case.bytes_of("msg"))
        assert rsa_encryption.decrypt(private, algorithm, again) == case.bytes_of("msg")
    else:
        with pytest.raises(InvalidCiphertextError) as refusal:
            rsa_encryption.decrypt(private, algorithm, case.bytes_of("ct"))
        assert refusal.value.message is None


@pytest.mark.parametrize(("spec", "algorithm", "most"), LIMITS)
def test_the_longest_plaintext(spec: str, algorithm: str, most: int) -> None:
    private = private_key(spec)
    ciphertext = rsa_encryption.encrypt(private.public_key(), spec, algorithm, bytes(most))
    assert len(ciphertext) == int(spec.removeprefix("RSA_")) // 8
    assert rsa_encryption.decrypt(private, algorithm, ciphertext) == bytes(most)
    with pytest.raises(ValidationError) as refusal:
        rsa_encryption.encrypt(private.public_key(), spec, algorithm, bytes(most + 1))
    assert (
        refusal.value.message
        == f"Algorithm {algorithm} and key spec {spec} cannot encrypt data larger than {most} bytes."
    )


def test_what_does_not_open() -> None:
    """The other hash, another key, and bytes altered, cut or too many: one answer."""
    private = private_key("RSA_2048")
    made = rsa_encryption.encrypt(private.public_key(), "RSA_2048", "RSAES_OAEP_SHA_256", b"plaintext")
    for algorithm, ciphertext in (
        ("RSAES_OAEP_SHA_1", made),
        ("RSAES_OAEP_SHA_256", made[:-1]),
        ("RSAES_OAEP_SHA_256", made + b"\0"),
        ("RSAES_OAEP_SHA_256", b"\0" + made),
        ("RSAES_OAEP_SHA_256", made[:-1] + bytes((made[-1] ^ 1,))),
        ("RSAES_OAEP_SHA_256", b"\xff" * 256),
        ("RSAES_OAEP_SHA_256", bytes(256)),
        ("RSAES_OAEP_SHA_256", b""),
    ):
        with pytest.raises(InvalidCiphertextError) as refusal:
            rsa_encryption.decrypt(private, algorithm, ciphertext)
        assert refusal.value.message is None
    with pytest.raises(InvalidCiphertextError):
        rsa_encryption.decrypt(private_key("RSA_3072"), "RSAES_OAEP_SHA_256", made)
