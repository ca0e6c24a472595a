"""Key specs: what material a key has, what it may be used for, and with which algorithms. One table for the whole house.

The order of the algorithms is the one AWS answers in: clients take the first. Source: AWS KMS API Reference, CreateKey and
KeyMetadata; AWS KMS Developer Guide, "Key spec reference"; recorded answers for the order.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from types import MappingProxyType

ENCRYPT_DECRYPT = "ENCRYPT_DECRYPT"
SIGN_VERIFY = "SIGN_VERIFY"
GENERATE_VERIFY_MAC = "GENERATE_VERIFY_MAC"
KEY_AGREEMENT = "KEY_AGREEMENT"
ENCAPSULATE_DECAPSULATE = "ENCAPSULATE_DECAPSULATE"

SYMMETRIC_DEFAULT = "SYMMETRIC_DEFAULT"


class Family(Enum):
    SYMMETRIC = "symmetric"
    HMAC = "HMAC"
    RSA = "RSA"
    ECC = "ECC"
    EDWARDS = "Edwards"
    ML_DSA = "ML-DSA"
    ML_KEM = "ML-KEM"
    SM2 = "SM2"


@dataclass(frozen=True, slots=True)
class KeySpec:
    """``algorithms`` by key usage; ``origins`` are those whose material may be of this spec."""

    name: str
    family: Family
    algorithms: Mapping[str, tuple[str, ...]]
    importable: bool = True
    data_key_pairs: bool = False

    @property
    def is_asymmetric(self) -> bool:
        return self.family not in (Family.SYMMETRIC, Family.HMAC)

    @property
    def default_usage(self) -> str | None:
        """The key usage that CreateKey assumes: only symmetric encryption keys have one."""
        return ENCRYPT_DECRYPT if self.family is Family.SYMMETRIC else None


_RSA_ENCRYPTION = ("RSAES_OAEP_SHA_1", "RSAES_OAEP_SHA_256")
_RSA_SIGNATURES = (
    "RSASSA_PKCS1_V1_5_SHA_256",
    "RSASSA_PKCS1_V1_5_SHA_384",
    "RSASSA_PKCS1_V1_5_SHA_512",
    "RSASSA_PSS_SHA_256",
    "RSASSA_PSS_SHA_384",
    "RSASSA_PSS_SHA_512",
)


def _rsa(bits: int) -> KeySpec:
    algorithms = {ENCRYPT_DECRYPT: _RSA_ENCRYPTION, SIGN_VERIFY: _RSA_SIGNATURES}
    return KeySpec(f"RSA_{bits}", Family.RSA, algorithms, data_key_pairs=True)


def _nist(name: str, signature: str) -> KeySpec:
    return KeySpec(name, Family.ECC, {SIGN_VERIFY: (signature,), KEY_AGREEMENT: ("ECDH",)}, data_key_pairs=True)


def _hmac(bits: int) -> KeySpec:
    return KeySpec(f"HMAC_{bits}", Family.HMAC, {GENERATE_VERIFY_MAC: (f"HMAC_SHA_{bits}",)})


def _ml_dsa(level: int) -> KeySpec:
    return KeySpec(f"ML_DSA_{level}", Family.ML_DSA, {SIGN_VERIFY: ("ML_DSA_SHAKE_256",)}, importable=False)


def _ml_kem(size: int) -> KeySpec:
    algorithms = {ENCAPSULATE_DECAPSULATE: ("ML_KEM",)}
    return KeySpec(f"ML_KEM_{size}", Family.ML_KEM, algorithms, importable=False, data_key_pairs=True)


KEY_SPECS: Mapping[str, KeySpec] = MappingProxyType(
    {
        spec.name: spec
        for spec in (
            KeySpec(SYMMETRIC_DEFAULT, Family.SYMMETRIC, {ENCRYPT_DECRYPT: (SYMMETRIC_DEFAULT,)}),
            *(_hmac(bits) for bits in (224, 256, 384, 512)),
            *(_rsa(bits) for bits in (2048, 3072, 4096)),
            _nist("ECC_NIST_P256", "ECDSA_SHA_256"),
            _nist("ECC_NIST_P384", "ECDSA_SHA_384"),
            _nist("ECC_NIST_P521", "ECDSA_SHA_512"),
            KeySpec("ECC_SECG_P256K1", Family.ECC, {SIGN_VERIFY: ("ECDSA_SHA_256",)}, data_key_pairs=True),
            KeySpec(
                "ECC_NIST_EDWARDS25519",
                Family.EDWARDS,
                {SIGN_VERIFY: ("ED25519_PH_SHA_512", "ED25519_SHA_512")},
                data_key_pairs=True,
            ),
            *(_ml_dsa(level) for level in (44, 65, 87)),
            *(_ml_kem(size) for size in (512, 768, 1024)),
            KeySpec(
                "SM2",
                Family.SM2,
                {ENCRYPT_DECRYPT: ("SM2PKE",), SIGN_VERIFY: ("SM2DSA",), KEY_AGREEMENT: ("ECDH",)},
                data_key_pairs=True,
            ),
        )
    }
)

ALGORITHM_MEMBERS: Mapping[str, str] = MappingProxyType(
    {
        ENCRYPT_DECRYPT: "encryption_algorithms",
        SIGN_VERIFY: "signing_algorithms",
        GENERATE_VERIFY_MAC: "mac_algorithms",
        KEY_AGREEMENT: "key_agreement_algorithms",
        ENCAPSULATE_DECAPSULATE: "encapsulation_algorithms",
    }
)
"""The one member of KeyMetadata and GetPublicKey that lists the algorithms of a key with that usage."""
