"""Key material from outside: which wrapping is allowed, the wrapping undone, and what comes out examined.

INVARIANT: whatever is wrong with the encrypted material or with what is inside, the answer is the same InvalidCiphertextError without
a text, so that nobody can use an import to probe a ciphertext that was meant for another key.
Source: AWS KMS API Reference, GetParametersForImport and ImportKeyMaterial; AWS KMS Developer Guide, "Encrypt key material";
recorded answers. RSA-AES key wrap is PKCS #11 v3.0, 2.1.21: RSAES-OAEP (RFC 8017) and AES key wrap with padding (RFC 5649).
"""

from collections.abc import Mapping
from types import MappingProxyType

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap_with_padding

from strongroom.crypto import rsa_encryption
from strongroom.crypto.ber import INTEGER, OCTET_STRING, SEQUENCE, children, tlv, to_der
from strongroom.crypto.key_pairs import algorithm_identifier, load_private, private_der
from strongroom.crypto.macs import key_bytes_of
from strongroom.errors import InvalidCiphertextError
from strongroom.model.key_spec import KEY_SPECS, Family

WRAPPING_KEY_SPECS = ("RSA_2048", "RSA_3072", "RSA_4096")
_DIRECT = frozenset({"RSAES_OAEP_SHA_1", "RSAES_OAEP_SHA_256"})
_HYBRID: Mapping[str, str] = MappingProxyType(  # and what wraps the one-time key
    {"RSA_AES_KEY_WRAP_SHA_1": "RSAES_OAEP_SHA_1", "RSA_AES_KEY_WRAP_SHA_256": "RSAES_OAEP_SHA_256"}
)
_NOT_UNDER_RSA_2048 = frozenset({"ECC_NIST_P521", "ECC_NIST_EDWARDS25519"})  # by OAEP alone
_SYMMETRIC_BYTES = 32
_MAC_KEY_MOST_BYTES = 128
_ONE_TIME_KEY_BYTES = 32
_LEAST_EXPONENT, _BEYOND_EXPONENT = 1 << 16, 1 << 256  # FIPS 186-5, 5.1: more than 2**16, less than 2**256
_PRIVATE_KEY_INFO = [
    INTEGER,
    SEQUENCE,
    OCTET_STRING,
]  # RFC 5208, 5: version, algorithm, private key; attributes may follow


def wrapping_allowed(key_spec: str, algorithm: str, wrapping_key_spec: str) -> bool:
    """Return whether material of ``key_spec`` may be imported by this wrapping: the matrix of GetParametersForImport."""
    family = KEY_SPECS[key_spec].family
    if wrapping_key_spec not in WRAPPING_KEY_SPECS:
        return False
    if algorithm in _HYBRID:
        return family in (Family.RSA, Family.ECC, Family.EDWARDS)
    if algorithm not in _DIRECT:
        return False
    if key_spec in _NOT_UNDER_RSA_2048:
        return wrapping_key_spec != "RSA_2048"
    return family in (Family.SYMMETRIC, Family.HMAC, Family.ECC)


def unwrap(wrapping_private: rsa.RSAPrivateKey, algorithm: str, encrypted: bytes) -> bytes:
    """Return what was encrypted for us. Errors: InvalidCiphertextError."""
    if algorithm in _DIRECT:
        return rsa_encryption.decrypt(wrapping_private, algorithm, encrypted)
    modulus_bytes = wrapping_private.key_size // 8
    wrapped_key, wrapped = encrypted[:modulus_bytes], encrypted[modulus_bytes:]
    one_time = rsa_encryption.decrypt(wrapping_private, _HYBRID[algorithm], wrapped_key)
    if len(one_time) != _ONE_TIME_KEY_BYTES:
        raise InvalidCiphertextError
    try:
        return aes_key_unwrap_with_padding(one_time, wrapped)
    except InvalidUnwrap:
        raise InvalidCiphertextError from None


def checked_material(key_spec: str, unwrapped: bytes) -> bytes:
    """Return the material of a key: bytes for symmetric and HMAC keys, PKCS#8 DER in our form for key pairs.

    The same private key in another encoding gives the same material. RSA keys are validated in full, which takes 40 to 280 ms.
    Errors: InvalidCiphertextError for material that cannot be of ``key_spec``.
    """
    family = KEY_SPECS[key_spec].family
    if family is Family.SYMMETRIC:
        fits = len(unwrapped) == _SYMMETRIC_BYTES
    elif family is Family.HMAC:
        fits = key_bytes_of(key_spec) <= len(unwrapped) <= _MAC_KEY_MOST_BYTES
    elif family in (Family.RSA, Family.ECC):
        return _checked_private_key(key_spec, _der_of(unwrapped))
    elif family is Family.EDWARDS:
        return _checked_private_key(key_spec, unwrapped)  # AWS takes no BER for these
    else:
        fits = False
    if not fits:
        raise InvalidCiphertextError
    return unwrapped


def _der_of(ber: bytes) -> bytes:
    try:
        return to_der(ber)
    except ValueError:
        raise InvalidCiphertextError from None


def _checked_private_key(key_spec: str, der: bytes) -> bytes:
    """Accept PKCS#8 that names exactly this algorithm and curve: no PKCS#1, no SEC 1, no curve by its parameters, no RSA-PSS key."""
    try:
        elements = list(children(der))
        if [element.tag for element in elements[:3]] != _PRIVATE_KEY_INFO:
            raise InvalidCiphertextError
        if tlv(*elements[1]) != algorithm_identifier(key_spec):
            raise InvalidCiphertextError
        private = load_private(key_spec, der, ours=False)
    except ValueError:
        raise InvalidCiphertextError from None
    if isinstance(private, rsa.RSAPrivateKey):
        exponent = private.private_numbers().public_numbers.e
        if not _LEAST_EXPONENT < exponent < _BEYOND_EXPONENT:
            raise InvalidCiphertextError
    return private_der(key_spec, private)
