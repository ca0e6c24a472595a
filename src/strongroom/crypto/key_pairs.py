"""Key pairs of every asymmetric key spec: made, written down as PKCS#8, read back.

Private keys of ML-DSA and ML-KEM are written as their seeds (RFC 9881, RFC 9935: the shortest form), elliptic curve keys with the
curve and the public key inside, as AWS writes the private half of a data key pair.
Source: RFC 5208, RFC 5915, RFC 8410; AWS KMS API Reference, GetPublicKey and GenerateDataKeyPair; recorded lengths.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, mldsa, mlkem, rsa

from strongroom.crypto.ber import OCTET_STRING, SEQUENCE, tlv
from strongroom.model.key_spec import KEY_SPECS, Family

RSA_EXPONENT = 65537
CURVES: Mapping[str, type[ec.EllipticCurve]] = MappingProxyType(
    {
        "ECC_NIST_P256": ec.SECP256R1,
        "ECC_NIST_P384": ec.SECP384R1,
        "ECC_NIST_P521": ec.SECP521R1,
        "ECC_SECG_P256K1": ec.SECP256K1,
    }
)
_CURVE_OIDS: Mapping[str, bytes] = MappingProxyType(  # SEC 2, encoded as DER
    {
        "ECC_NIST_P256": bytes.fromhex("06082a8648ce3d030107"),
        "ECC_NIST_P384": bytes.fromhex("06052b81040022"),
        "ECC_NIST_P521": bytes.fromhex("06052b81040023"),
        "ECC_SECG_P256K1": bytes.fromhex("06052b8104000a"),
    }
)
_BIT_STRING, _CURVE_PARAMETERS, _CURVE_PUBLIC_KEY = 0x03, 0xA0, 0xA1  # tags; the last two are RFC 5915's
_EC_PUBLIC_KEY_OID = bytes.fromhex("06072a8648ce3d0201")
_RSA_ENCRYPTION = bytes.fromhex("300d06092a864886f70d0101010500")  # RFC 8017, A.1, with its NULL
_ED25519 = bytes.fromhex("300506032b6570")  # RFC 8410, 3

# What each spec is to the library: the class of its private keys, and how to make one.
_OTHERS: Mapping[str, type[Any]] = MappingProxyType(
    {
        "ECC_NIST_EDWARDS25519": ed25519.Ed25519PrivateKey,
        "ML_DSA_44": mldsa.MLDSA44PrivateKey,
        "ML_DSA_65": mldsa.MLDSA65PrivateKey,
        "ML_DSA_87": mldsa.MLDSA87PrivateKey,
        "ML_KEM_768": mlkem.MLKEM768PrivateKey,
        "ML_KEM_1024": mlkem.MLKEM1024PrivateKey,
    }
)

PrivateKey = Any
"""A private key object of ``cryptography``; which class, the key spec says."""


def supported(key_spec: str) -> bool:
    """Return whether keys of this spec can be made here. The reasons for the others stand in docs/divergences.md."""
    return key_spec not in ("SM2", "ML_KEM_512")


def generate(key_spec: str) -> bytes:
    """Return a fresh private key, PKCS#8 DER. Errors: KeyError for a spec that is not supported."""
    return private_der(key_spec, _fresh(key_spec))


def _fresh(key_spec: str) -> PrivateKey:
    if KEY_SPECS[key_spec].family is Family.RSA:
        return rsa.generate_private_key(RSA_EXPONENT, _bits_of(key_spec))
    if key_spec in CURVES:
        return ec.generate_private_key(CURVES[key_spec]())
    return _OTHERS[key_spec].generate()


def private_der(key_spec: str, private: PrivateKey) -> bytes:
    """Return PKCS#8 DER of a private key."""
    if key_spec in CURVES:
        return _ec_private_der(key_spec, private)
    der: bytes = private.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return der


def load_private(key_spec: str, der: bytes, *, ours: bool) -> PrivateKey:
    """Return the private key of a PKCS#8 DER.

    ``ours`` says that this house has wrapped and authenticated the bytes, so that RSA keys need not be validated anew
    (40 to 280 ms). Errors: ValueError when it is no private key, or one of another spec.
    """
    try:
        private = serialization.load_der_private_key(der, None, unsafe_skip_rsa_key_validation=ours)
    except (TypeError, UnsupportedAlgorithm) as error:
        raise ValueError(str(error)) from None
    if not _is_of(key_spec)(private):
        raise ValueError(f"not a private key of {key_spec}")
    return private


def algorithm_identifier(key_spec: str) -> bytes:
    """Return the DER AlgorithmIdentifier that names the spec of an RSA, elliptic curve or Ed25519 key (but not an RSA key's size)."""
    if key_spec in CURVES:
        return tlv(SEQUENCE, _EC_PUBLIC_KEY_OID + _CURVE_OIDS[key_spec])
    return {Family.RSA: _RSA_ENCRYPTION, Family.EDWARDS: _ED25519}[KEY_SPECS[key_spec].family]


def public_der_of(key_spec: str, der: bytes) -> bytes:
    """Return the public half of our own private key, DER SubjectPublicKeyInfo."""
    public: bytes = (
        load_private(key_spec, der, ours=True)
        .public_key()
        .public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    )
    return public


def _bits_of(key_spec: str) -> int:
    return int(key_spec.removeprefix("RSA_"))


def _is_of(key_spec: str) -> Callable[[PrivateKey], bool]:
    if KEY_SPECS[key_spec].family is Family.RSA:
        return lambda private: isinstance(private, rsa.RSAPrivateKey) and private.key_size == _bits_of(key_spec)
    if key_spec in CURVES:
        curve = CURVES[key_spec]
        return lambda private: isinstance(private, ec.EllipticCurvePrivateKey) and isinstance(private.curve, curve)
    return lambda private: isinstance(private, _OTHERS[key_spec])


# --- elliptic curve private keys, with the curve and the public key inside (RFC 5915), which the library leaves out ------


def _ec_private_der(key_spec: str, private: ec.EllipticCurvePrivateKey) -> bytes:
    scalar = private.private_numbers().private_value.to_bytes((private.curve.key_size + 7) // 8, "big")
    point = private.public_key().public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)
    curve = tlv(_CURVE_PARAMETERS, _CURVE_OIDS[key_spec])
    public = tlv(_CURVE_PUBLIC_KEY, tlv(_BIT_STRING, b"\0" + point))
    inner = tlv(SEQUENCE, b"\x02\x01\x01" + tlv(OCTET_STRING, scalar) + curve + public)
    return tlv(SEQUENCE, b"\x02\x01\x00" + algorithm_identifier(key_spec) + tlv(OCTET_STRING, inner))
