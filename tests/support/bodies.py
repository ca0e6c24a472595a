"""One valid request for every operation of KMS, on stand-ins of the right kind.

A ``World`` makes its keys, grants and stores when a body first asks for them, through the operations themselves: so the body
of an operation that is not built yet can stand here already.
"""

import base64
import secrets
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache, cached_property
from typing import Any

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from strongroom.crypto.key_pairs import generate
from support.house import ACCOUNT, House
from support.store_requests import cloudhsm

HELLO = "aGVsbG8="
REPLICA_REGION = "eu-west-1"

same_private_key = cache(generate)
"""One key pair of each spec for a whole test run: making RSA keys is slow, and nothing here needs its own."""


class World:
    """A house and what stands in it. Names of properties say what a body gets: key ids, unless they say otherwise."""

    def __init__(self, house: House) -> None:
        house.pipeline = replace(house.pipeline, new_private_key=same_private_key)
        self.house = house

    def new_key(self, **members: Any) -> dict[str, Any]:
        made: dict[str, Any] = self.house.ok("CreateKey", members)["KeyMetadata"]
        return made

    def _pair(self, spec: str, usage: str) -> str:
        return str(self.new_key(KeySpec=spec, KeyUsage=usage)["KeyId"])

    # --- keys ---------------------------------------------------------------------------------------------------------

    @cached_property
    def metadata(self) -> dict[str, Any]:
        return self.new_key()

    @property
    def key(self) -> str:
        return str(self.metadata["KeyId"])

    @cached_property
    def mac_key(self) -> str:
        return self._pair("HMAC_256", "GENERATE_VERIFY_MAC")

    @cached_property
    def signing_key(self) -> str:
        return self._pair("ECC_NIST_P256", "SIGN_VERIFY")

    @cached_property
    def agreement_key(self) -> str:
        return self._pair("ECC_NIST_P256", "KEY_AGREEMENT")

    @cached_property
    def kem_key(self) -> str:
        return self._pair("ML_KEM_768", "ENCAPSULATE_DECAPSULATE")

    @cached_property
    def external_key(self) -> str:
        """A key that waits for its material."""
        return str(self.new_key(Origin="EXTERNAL")["KeyId"])

    @cached_property
    def imported_key(self) -> str:
        """A key that has imported material."""
        key_id = str(self.new_key(Origin="EXTERNAL")["KeyId"])
        self.house.ok("ImportKeyMaterial", self.an_import(key_id))
        return key_id

    @cached_property
    def doomed_key(self) -> str:
        """A key whose deletion is scheduled."""
        key_id = str(self.new_key()["KeyId"])
        self.house.ok("ScheduleKeyDeletion", {"KeyId": key_id})
        return key_id

    @cached_property
    def primary_key(self) -> str:
        """A multi-Region key without replicas."""
        return str(self.new_key(MultiRegion=True)["KeyId"])

    @cached_property
    def replicated_key(self) -> str:
        """A multi-Region key with a replica in ``REPLICA_REGION``."""
        key_id = str(self.new_key(MultiRegion=True)["KeyId"])
        self.house.ok("ReplicateKey", {"KeyId": key_id, "ReplicaRegion": REPLICA_REGION})
        return key_id

    # --- what belongs to a key ----------------------------------------------------------------------------------------

    @cached_property
    def alias(self) -> str:
        self.house.ok("CreateAlias", {"AliasName": "alias/old", "TargetKeyId": self.key})
        return "alias/old"

    @cached_property
    def blob(self) -> str:
        return str(self.house.ok("Encrypt", {"KeyId": self.key, "Plaintext": HELLO})["CiphertextBlob"])

    @cached_property
    def policy(self) -> str:
        return str(self.house.ok("GetKeyPolicy", {"KeyId": self.key})["Policy"])

    @cached_property
    def grant(self) -> dict[str, Any]:
        """GrantId and GrantToken."""
        return self.house.ok(
            "CreateGrant", {"KeyId": self.key, "GranteePrincipal": ACCOUNT, "Operations": ["RetireGrant"]}
        )

    @cached_property
    def signature(self) -> str:
        return str(self.house.ok("Sign", BODIES["Sign"](self))["Signature"])

    @cached_property
    def mac(self) -> str:
        return str(self.house.ok("GenerateMac", BODIES["GenerateMac"](self))["Mac"])

    @cached_property
    def peer_public_key(self) -> str:
        return str(self.house.ok("GetPublicKey", {"KeyId": self.agreement_key})["PublicKey"])

    @cached_property
    def encapsulated(self) -> str:
        return str(self.house.ok("Encapsulate", BODIES["Encapsulate"](self))["SharedSecretCiphertextBlob"])

    def an_import(self, key_id: str) -> dict[str, Any]:
        """Return the members of an ImportKeyMaterial of fresh material."""
        asked = {"KeyId": key_id, "WrappingAlgorithm": "RSAES_OAEP_SHA_256", "WrappingKeySpec": "RSA_2048"}
        parameters = self.house.ok("GetParametersForImport", asked)
        public = serialization.load_der_public_key(base64.b64decode(parameters["PublicKey"]))
        assert isinstance(public, rsa.RSAPublicKey)
        wrapped = public.encrypt(
            secrets.token_bytes(32), padding.OAEP(padding.MGF1(hashes.SHA256()), hashes.SHA256(), None)
        )
        return {
            "KeyId": key_id,
            "ImportToken": parameters["ImportToken"],
            "EncryptedKeyMaterial": base64.b64encode(wrapped).decode(),
            "ExpirationModel": "KEY_MATERIAL_DOES_NOT_EXPIRE",
        }

    # --- custom key stores --------------------------------------------------------------------------------------------

    @cached_property
    def store(self) -> str:
        return str(self.house.ok("CreateCustomKeyStore", cloudhsm(2))["CustomKeyStoreId"])

    @cached_property
    def connected_store(self) -> str:
        store = str(self.house.ok("CreateCustomKeyStore", cloudhsm(3))["CustomKeyStoreId"])
        self.house.ok("ConnectCustomKeyStore", {"CustomKeyStoreId": store})
        return store


Body = Callable[[World], dict[str, Any]]


def _on_key(**members: Any) -> Body:
    return lambda world: {"KeyId": world.key, **members}


def _signing(world: World) -> dict[str, Any]:
    return {"KeyId": world.signing_key, "Message": HELLO, "SigningAlgorithm": "ECDSA_SHA_256"}


def _macs(world: World) -> dict[str, Any]:
    return {"KeyId": world.mac_key, "Message": HELLO, "MacAlgorithm": "HMAC_SHA_256"}


def _encapsulation(world: World) -> dict[str, Any]:
    return {"KeyId": world.kem_key, "EncapsulationAlgorithm": "ML_KEM"}


BODIES: Mapping[str, Body] = {
    "CancelKeyDeletion": lambda world: {"KeyId": world.doomed_key},
    "ConnectCustomKeyStore": lambda world: {"CustomKeyStoreId": world.store},
    "CreateAlias": lambda world: {"AliasName": "alias/new", "TargetKeyId": world.key},
    "CreateCustomKeyStore": lambda _world: cloudhsm(),
    "CreateGrant": _on_key(GranteePrincipal=ACCOUNT, Operations=["Encrypt"]),
    "CreateKey": lambda _world: {},
    "Decapsulate": lambda world: _encapsulation(world) | {"SharedSecretCiphertextBlob": world.encapsulated},
    "Decrypt": lambda world: {"CiphertextBlob": world.blob},
    "DeleteAlias": lambda world: {"AliasName": world.alias},
    "DeleteCustomKeyStore": lambda world: {"CustomKeyStoreId": world.store},
    "DeleteImportedKeyMaterial": lambda world: {"KeyId": world.imported_key},
    "DeriveSharedSecret": lambda world: {
        "KeyId": world.agreement_key,
        "KeyAgreementAlgorithm": "ECDH",
        "PublicKey": world.peer_public_key,
    },
    "DescribeCustomKeyStores": lambda _world: {},
    "DescribeKey": _on_key(),
    "DisableKey": _on_key(),
    "DisableKeyRotation": _on_key(),
    "DisconnectCustomKeyStore": lambda world: {"CustomKeyStoreId": world.connected_store},
    "EnableKey": _on_key(),
    "EnableKeyRotation": _on_key(RotationPeriodInDays=100),
    "Encapsulate": _encapsulation,
    "Encrypt": _on_key(Plaintext=HELLO),
    "GenerateDataKey": _on_key(KeySpec="AES_256"),
    "GenerateDataKeyPair": _on_key(KeyPairSpec="ECC_NIST_P256"),
    "GenerateDataKeyPairWithoutPlaintext": _on_key(KeyPairSpec="ECC_NIST_P256"),
    "GenerateDataKeyWithoutPlaintext": _on_key(KeySpec="AES_256"),
    "GenerateMac": _macs,
    "GenerateRandom": lambda _world: {"NumberOfBytes": 16},
    "GetKeyLastUsage": _on_key(),
    "GetKeyPolicy": _on_key(),
    "GetKeyRotationStatus": _on_key(),
    "GetParametersForImport": lambda world: {
        "KeyId": world.external_key,
        "WrappingAlgorithm": "RSAES_OAEP_SHA_256",
        "WrappingKeySpec": "RSA_2048",
    },
    "GetPublicKey": lambda world: {"KeyId": world.signing_key},
    "ImportKeyMaterial": lambda world: world.an_import(world.external_key),
    "ListAliases": lambda _world: {},
    "ListGrants": _on_key(),
    "ListKeyPolicies": _on_key(),
    "ListKeyRotations": _on_key(),
    "ListKeys": lambda _world: {},
    "ListResourceTags": _on_key(),
    "ListRetirableGrants": lambda _world: {"RetiringPrincipal": ACCOUNT},
    "PutKeyPolicy": lambda world: {"KeyId": world.key, "Policy": world.policy},
    "ReEncrypt": lambda world: {"CiphertextBlob": world.blob, "DestinationKeyId": world.key},
    "ReplicateKey": lambda world: {"KeyId": world.primary_key, "ReplicaRegion": REPLICA_REGION},
    "RetireGrant": lambda world: {"KeyId": world.metadata["Arn"], "GrantId": world.grant["GrantId"]},
    "RevokeGrant": lambda world: {"KeyId": world.key, "GrantId": world.grant["GrantId"]},
    "RotateKeyOnDemand": _on_key(),
    "ScheduleKeyDeletion": _on_key(),
    "Sign": _signing,
    "TagResource": _on_key(Tags=[{"TagKey": "a", "TagValue": "b"}]),
    "UntagResource": _on_key(TagKeys=["a"]),
    "UpdateAlias": lambda world: {"AliasName": world.alias, "TargetKeyId": world.key},
    "UpdateCustomKeyStore": lambda world: {"CustomKeyStoreId": world.store, "NewCustomKeyStoreName": "moved"},
    "UpdateKeyDescription": _on_key(Description="d"),
    "UpdatePrimaryRegion": lambda world: {"KeyId": world.replicated_key, "PrimaryRegion": REPLICA_REGION},
    "Verify": lambda world: _signing(world) | {"Signature": world.signature},
    "VerifyMac": lambda world: _macs(world) | {"Mac": world.mac},
}
