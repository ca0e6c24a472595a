"""ML-KEM against NIST's generator and Wycheproof."""

import pytest
from cryptography.hazmat.primitives.asymmetric import mlkem

from strongroom.crypto import encapsulation
from strongroom.errors import InvalidCiphertextError
from support.key_material import private_key
from support.vectors import Case, records, wycheproof

CLASSES = {"ML_KEM_768": mlkem.MLKEM768PrivateKey, "ML_KEM_1024": mlkem.MLKEM1024PrivateKey}


@pytest.mark.parametrize("spec", CLASSES)
def test_known_answers(spec: str) -> None:
    """Seed to public key; the ciphertext's secret; and the secret that a ciphertext of another key gets (implicit rejection)."""
    for record in records(f"asymmetric/MLKEM/kat_{spec.replace('_', '', 1)}.rsp", "count", 5):
        private = CLASSES[spec].from_seed_bytes(bytes.fromhex(record["d"] + record["z"]))
        assert private.public_key().public_bytes_raw().hex() == record["pk"]
        assert encapsulation.decapsulate(private, spec, bytes.fromhex(record["ct"])).hex() == record["ss"]
        assert encapsulation.decapsulate(private, spec, bytes.fromhex(record["ct_n"])).hex() == record["ss_n"]


@pytest.mark.parametrize("case", wycheproof("mlkem_768", "mlkem_1024"))
def test_wycheproof(case: Case) -> None:
    spec = case["file"].upper().replace("MLKEM", "ML_KEM")
    seed = case.bytes_of("seed")
    if not case.is_valid and len(seed) != 64:
        with pytest.raises(ValueError, match="seed"):
            CLASSES[spec].from_seed_bytes(seed)
        return
    private = CLASSES[spec].from_seed_bytes(seed)
    if case.is_valid:
        assert encapsulation.decapsulate(private, spec, case.bytes_of("c")) == case.bytes_of("K")
    else:
        with pytest.raises(InvalidCiphertextError) as refusal:
            encapsulation.decapsulate(private, spec, case.bytes_of("c"))
        assert refusal.value.message is None


@pytest.mark.parametrize("spec", CLASSES)
def test_both_sides_come_to_one_secret(spec: str) -> None:
    private = private_key(spec)
    secret, ciphertext = encapsulation.encapsulate(private.public_key())
    assert (len(secret), len(ciphertext)) == (32, encapsulation.CIPHERTEXT_BYTES[spec])
    assert encapsulation.decapsulate(private, spec, ciphertext) == secret
    assert encapsulation.encapsulate(private.public_key()) != (secret, ciphertext)
    altered = bytes((ciphertext[0] ^ 1,)) + ciphertext[1:]
    rejected = encapsulation.decapsulate(private, spec, altered)
    assert len(rejected) == 32
    assert rejected != secret
    assert rejected == encapsulation.decapsulate(private, spec, altered)
    for wrong in (b"", ciphertext[:-1], ciphertext + b"\0"):
        with pytest.raises(InvalidCiphertextError):
            encapsulation.decapsulate(private, spec, wrong)
