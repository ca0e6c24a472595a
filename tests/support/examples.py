"""Stand-ins for the literals of AWS's own examples: keys, aliases, grants and blobs that exist on the server under test.

The examples name one key, one alias, one store and so on by ids that nobody has. ``Stage`` makes what an example needs
and answers every literal with the one that is ours, in the example's input and in its output alike, so that outputs can be
compared by value.
"""

import json
import re
import uuid
from collections.abc import Callable
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.serialization import load_der_public_key

from support.store_requests import TRUST_ANCHOR

FIRST_KEY, SECOND_KEY = "1234abcd-12ab-34cd-56ef-1234567890ab", "0987dcba-09fe-87dc-65ba-ab0987654321"
_MULTI_REGION_KEYS = ("mrk-1234abcd12ab34cd56ef1234567890ab", "mrk-1234abcd12ab34cd56ef12345678990ab")
_STORE, _CLUSTER, _STORE_NAME = "cks-1234567890abcdef0", "cluster-1a23b4cdefg", "ExampleKeyStore"
_CLUSTER_LETTERS = str.maketrans("0189", "xyzw")  # ids of clusters know no such digits (the example's own has one)
_ROLE = re.compile(r"arn:aws:iam::\d{12}:role/ExampleRole")
_ACCOUNT = re.compile(r"\b(?:111122223333|444455556666|123456789012)\b")
_KMS_ARN = re.compile(r"(?<=arn:aws:kms:)[a-z]+-[a-z]+-\d(?=:)")
_GRANT = re.compile(r"\b[0-9a-f]{64}\b")
_ALIAS = re.compile(r"\balias/(?:ExampleAlias|ECC_signing_key)\b")

MESSAGE = b"<message to be signed>"


class Stage:
    """One example's scenery. ``members`` replaces whole members of the input; ``ours`` replaces literals anywhere."""

    def __init__(self, kms: Any, iam: Any, region: str, principal: str) -> None:
        self.kms, self.iam, self.region, self.principal = kms, iam, region, principal
        self.account = principal.split(":")[4]
        self.members: dict[str, Any] = {}
        self.grant_id = ""
        self._mark = uuid.uuid4().hex[:8]
        self._literals: dict[str, str] = {}

    # --- what an example may need ------------------------------------------------------------------------------------

    def key(self, literal: str = FIRST_KEY, **parameters: Any) -> str:
        key_id: str = self.kms.create_key(**parameters)["KeyMetadata"]["KeyId"]
        self._literals[literal] = key_id
        return key_id

    def multi_region_key(self, *replicas: str) -> None:
        key_id = self.kms.create_key(MultiRegion=True)["KeyMetadata"]["KeyId"]
        for replica in replicas:
            self.kms.replicate_key(KeyId=key_id, ReplicaRegion=replica)
        self._literals |= dict.fromkeys(_MULTI_REGION_KEYS, key_id)

    def alias(self, literal: str = "alias/ExampleAlias", key_id: str | None = None) -> None:
        self.kms.create_alias(AliasName=self.ours(literal), TargetKeyId=key_id or self.key())

    def grant(self) -> None:
        self.grant_id = self.kms.create_grant(
            KeyId=self.key(),
            GranteePrincipal=self.principal,
            RetiringPrincipal=self.principal,
            Operations=["Encrypt", "Decrypt"],
        )["GrantId"]

    def store(self, *, tried: bool = False) -> None:
        store_id = self.kms.create_custom_key_store(
            CustomKeyStoreName=self.ours(_STORE_NAME),
            CloudHsmClusterId=self.ours(_CLUSTER),
            KeyStorePassword="kmsPswd",
            TrustAnchorCertificate=TRUST_ANCHOR,
        )["CustomKeyStoreId"]
        self._literals[_STORE] = store_id
        if tried:
            self.kms.connect_custom_key_store(CustomKeyStoreId=store_id)

    def imports(self, *, imported: bool) -> None:
        """A key for imported material; ready to be given some, or with it."""
        key_id = self.key(Origin="EXTERNAL")
        parameters = self.kms.get_parameters_for_import(
            KeyId=key_id, WrappingAlgorithm="RSAES_OAEP_SHA_256", WrappingKeySpec="RSA_2048"
        )
        public_key = load_der_public_key(parameters["PublicKey"])
        assert isinstance(public_key, rsa.RSAPublicKey)
        wrapping = padding.OAEP(padding.MGF1(hashes.SHA256()), hashes.SHA256(), label=None)
        material = {
            "ImportToken": parameters["ImportToken"],
            "EncryptedKeyMaterial": public_key.encrypt(bytes(range(32)), wrapping),
        }
        if imported:
            self.kms.import_key_material(KeyId=key_id, ExpirationModel="KEY_MATERIAL_DOES_NOT_EXPIRE", **material)
        else:
            self.members = material

    def tidy(self) -> None:
        """Delete the stores: an account may have ten."""
        for store in self.kms.describe_custom_key_stores()["CustomKeyStores"]:
            if store["ConnectionState"] != "DISCONNECTED":
                self.kms.disconnect_custom_key_store(CustomKeyStoreId=store["CustomKeyStoreId"])
            self.kms.delete_custom_key_store(CustomKeyStoreId=store["CustomKeyStoreId"])

    # --- literals ----------------------------------------------------------------------------------------------------

    def ours(self, literal: str) -> str:
        """Return a text of an example with everything in it that stands for something of ours."""
        text = _ROLE.sub(self.principal, literal)
        for theirs, own in self._literals.items():
            text = text.replace(theirs, own)
        text = _ALIAS.sub(rf"\g<0>-{self._mark}", text)
        text = text.replace(_STORE_NAME, f"{_STORE_NAME}-{self._mark}").replace("DevelopmentKeys", f"Dev-{self._mark}")
        text = text.replace(_CLUSTER, f"cluster-{self._mark.translate(_CLUSTER_LETTERS)}abc")
        text = _KMS_ARN.sub(self.region, text)
        text = _ACCOUNT.sub(self.account, text)
        return _GRANT.sub(self.grant_id, text) if self.grant_id else text

    def translated(self, value: Any) -> Any:
        if isinstance(value, dict):
            return {name: self.translated(member) for name, member in value.items()}
        if isinstance(value, list):
            return [self.translated(member) for member in value]
        return self.ours(value) if isinstance(value, str) else value

    def input_of(self, example: dict[str, Any]) -> dict[str, Any]:
        return self.translated(example.get("input") or {}) | self.members


# --- one set-up an operation, or an example where they differ --------------------------------------------------------


def _scheduled(stage: Stage) -> None:
    stage.kms.schedule_key_deletion(KeyId=stage.key(), PendingWindowInDays=7)


def _disabled(stage: Stage) -> None:
    stage.kms.disable_key(KeyId=stage.key())


def _sealed(stage: Stage) -> None:
    stage.members["CiphertextBlob"] = stage.kms.encrypt(KeyId=stage.key(), Plaintext=b"x")["CiphertextBlob"]


def _sealed_and_another_key(stage: Stage) -> None:
    _sealed(stage)
    stage.key(SECOND_KEY)


def _disabled_rsa(stage: Stage) -> None:
    stage.kms.disable_key(KeyId=stage.key(KeySpec="RSA_2048", KeyUsage="SIGN_VERIFY"))


def _hmac_256(stage: Stage) -> None:
    stage.key(KeySpec="HMAC_256", KeyUsage="GENERATE_VERIFY_MAC", Description="Development test key")


def _hmac(stage: Stage) -> None:
    stage.key(KeySpec="HMAC_384", KeyUsage="GENERATE_VERIFY_MAC")


def _mac(stage: Stage) -> None:
    key_id = stage.key(KeySpec="HMAC_384", KeyUsage="GENERATE_VERIFY_MAC")
    made = stage.kms.generate_mac(KeyId=key_id, MacAlgorithm="HMAC_SHA_384", Message=b"Hello World")
    stage.members["Mac"] = made["Mac"]


def _signer(stage: Stage) -> None:
    stage.alias("alias/ECC_signing_key", stage.key(KeySpec="ECC_NIST_P384", KeyUsage="SIGN_VERIFY"))


def _signed(stage: Stage) -> None:
    _signer(stage)
    signed = stage.kms.sign(
        KeyId=stage.ours("alias/ECC_signing_key"), Message=MESSAGE, SigningAlgorithm="ECDSA_SHA_384"
    )
    stage.members |= {"Message": MESSAGE, "Signature": signed["Signature"]}


def _rotating(stage: Stage) -> None:
    stage.kms.enable_key_rotation(KeyId=stage.key())


def _tagged(stage: Stage) -> None:
    tags = {"CostCenter": "87654", "CreatedBy": "ExampleUser", "Purpose": "Test"}
    stage.key(Tags=[{"TagKey": name, "TagValue": value} for name, value in tags.items()])


def _alias_to_another_key(stage: Stage) -> None:
    stage.alias(key_id=stage.key(SECOND_KEY))
    stage.key()


def _certificate(stage: Stage) -> None:
    stage.members["TrustAnchorCertificate"] = TRUST_ANCHOR


def _nothing(stage: Stage) -> None:
    """The example needs nothing that exists."""


def _named_by_the_policy(stage: Stage) -> None:
    """A policy may only name who exists."""
    stage.key()
    trust = {"Effect": "Allow", "Principal": {"AWS": stage.principal}, "Action": "sts:AssumeRole"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    stage.iam.create_user(UserName="ExampleAdminUser")
    for role in ("ExampleAdminRole", "ExamplePowerUserRole"):
        stage.iam.create_role(RoleName=role, AssumeRolePolicyDocument=document)


SET_UP: dict[str, Callable[[Stage], object]] = {
    "CancelKeyDeletion": _scheduled,
    "ConnectCustomKeyStore": Stage.store,
    "CreateAlias": Stage.key,
    "CreateCustomKeyStore": _certificate,
    "CreateGrant": Stage.key,
    "CreateKey": _nothing,
    "to-create-a-kms-key-in-a-custom-key-store-1630604382908": Stage.store,
    "Decrypt": _sealed,
    "DeleteAlias": Stage.alias,
    "DeleteCustomKeyStore": Stage.store,
    "DeleteImportedKeyMaterial": lambda stage: stage.imports(imported=True),
    "DescribeCustomKeyStores": Stage.store,
    "DescribeKey": Stage.key,
    "to-get-details-about-an-rsa-asymmetric-kms-key-1637971611761": _disabled_rsa,
    "to-get-details-about-a-multi-region-key-1637969624239": lambda stage: stage.multi_region_key(
        "us-west-2", "eu-west-1"
    ),
    "to-get-details-about-an-hmac-kms-key-1637970472619": _hmac_256,
    "DisableKey": Stage.key,
    "DisableKeyRotation": _rotating,
    "DisconnectCustomKeyStore": lambda stage: stage.store(tried=True),
    "EnableKey": _disabled,
    "EnableKeyRotation": Stage.key,
    "Encrypt": Stage.key,
    "GenerateDataKey": Stage.alias,
    "GenerateDataKeyPair": Stage.key,
    "GenerateDataKeyPairWithoutPlaintext": Stage.key,
    "GenerateDataKeyWithoutPlaintext": Stage.alias,
    "GenerateMac": _hmac,
    "GenerateRandom": _nothing,
    "GetKeyPolicy": Stage.key,
    "GetKeyRotationStatus": _rotating,
    "GetParametersForImport": lambda stage: stage.key(Origin="EXTERNAL"),
    "GetPublicKey": lambda stage: stage.key(SECOND_KEY, KeySpec="RSA_4096", KeyUsage="ENCRYPT_DECRYPT"),
    "ImportKeyMaterial": lambda stage: stage.imports(imported=False),
    "ListAliases": Stage.alias,
    "ListGrants": Stage.grant,
    "ListKeyPolicies": Stage.key,
    "ListKeys": Stage.key,
    "ListResourceTags": _tagged,
    "ListRetirableGrants": Stage.grant,
    "PutKeyPolicy": _named_by_the_policy,
    "ReEncrypt": _sealed_and_another_key,
    "ReplicateKey": Stage.multi_region_key,
    "RetireGrant": Stage.grant,
    "RevokeGrant": Stage.grant,
    "ScheduleKeyDeletion": Stage.key,
    "Sign": _signer,
    "TagResource": Stage.key,
    "UntagResource": _tagged,
    "UpdateAlias": _alias_to_another_key,
    "UpdateCustomKeyStore": Stage.store,
    "UpdateKeyDescription": Stage.key,
    "Verify": _signed,
    "VerifyMac": _mac,
}
