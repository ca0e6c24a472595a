"""ECDH against Wycheproof and NIST; peers that are none get an error without a text."""

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from strongroom.crypto import agreement
from strongroom.crypto.key_pairs import public_der_of
from strongroom.errors import ValidationError
from support.key_material import private_der, private_key
from support.vectors import Case, records, wycheproof

CURVES = {"ecdh_secp256r1": ec.SECP256R1(), "ecdh_secp384r1": ec.SECP384R1(), "ecdh_secp521r1": ec.SECP521R1()}
SPECS = {"ECC_NIST_P256": 32, "ECC_NIST_P384": 48, "ECC_NIST_P521": 66}
KINDS = (*SPECS, "ECC_SECG_P256K1", "ECC_NIST_EDWARDS25519", "RSA_2048", "ML_KEM_768")
NIST = "asymmetric/ECDH/KASValidityTest_ECCStaticUnified_NOKC_ZZOnly_init.fax"
COMPRESSED = ["CompressedPublic", "CompressedPoint"]


@pytest.mark.parametrize("case", wycheproof(*CURVES))
def test_wycheproof(case: Case) -> None:
    """Of what the suite calls ``acceptable`` we take compressed points alone, not curves by parameters nor BER."""
    private = ec.derive_private_key(int(case["private"], 16), CURVES[case["file"]])
    if case.is_valid or case["flags"] == COMPRESSED:
        assert agreement.derive(private, case.bytes_of("public")) == case.bytes_of("shared")
    else:
        with pytest.raises(ValidationError) as refusal:
            agreement.derive(private, case.bytes_of("public"))
        assert refusal.value.message is None


@pytest.mark.parametrize(
    ("heading", "curve"), [("EC - SHA256", ec.SECP256R1()), ("ED - SHA384", ec.SECP384R1()), ("EE - SHA512", ec.SECP521R1())]
)  # fmt: skip
def test_nist(heading: str, curve: ec.EllipticCurve) -> None:
    """The validity test of SP 800-56A primitives: the secret is Z unless the record says that something was changed."""
    good = 0
    for record in records(NIST, "dsCAVS", heading=heading):
        if not record["Result"].startswith("P"):
            continue
        private = ec.derive_private_key(int(record["dsIUT"], 16), curve)
        peer = ec.EllipticCurvePublicNumbers(int(record["QsCAVSx"], 16), int(record["QsCAVSy"], 16), curve)
        der = peer.public_key().public_bytes(
            serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        assert agreement.derive(private, der).hex() == record["Z"].rjust((curve.key_size + 7) // 8 * 2, "0")
        good += 1
    assert good > 5


@pytest.mark.parametrize("spec", SPECS)
def test_the_secret_keeps_its_length(spec: str) -> None:
    """With its own public half too; secrets that begin with zeros are among the edge cases above."""
    private = private_key(spec)
    own = public_der_of(spec, private_der(spec))
    assert len(agreement.derive(private, own)) == SPECS[spec]


@pytest.mark.parametrize("spec", SPECS)
def test_peers_of_another_kind_are_refused(spec: str) -> None:
    private = private_key(spec)
    peers = [public_der_of(kind, private_der(kind)) for kind in KINDS if kind != spec]
    own = public_der_of(spec, private_der(spec))
    infinity = own[: -2 * SPECS[spec] - 1] + b"\0"
    for peer in (*peers, b"", b"junk", own[:-1], own + b"\0", own[:-1] + bytes((own[-1] ^ 1,)), infinity):
        with pytest.raises(ValidationError) as refusal:
            agreement.derive(private, peer)
        assert refusal.value.message is None
