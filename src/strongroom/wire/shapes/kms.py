"""The shapes of AWS Key Management Service, API version 2014-11-01. Generated: do not edit.

By ``python tools/generate_shapes.py`` from botocore 1.44.5.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, ClassVar, Literal

from msgspec import Meta, field

from strongroom.wire.shape import OperationShape, Shape, Timestamp

KeyIdType = Annotated[str, Meta(min_length=1, max_length=2048)]


class CancelKeyDeletionRequest(Shape, frozen=True, kw_only=True):
    key_id: KeyIdType


class CancelKeyDeletionResponse(Shape, frozen=True, kw_only=True):
    key_id: str | None = None


CustomKeyStoreIdType = Annotated[str, Meta(min_length=1, max_length=64)]


class ConnectCustomKeyStoreRequest(Shape, frozen=True, kw_only=True):
    custom_key_store_id: CustomKeyStoreIdType


class ConnectCustomKeyStoreResponse(Shape, frozen=True, kw_only=True):
    pass


AliasNameType = Annotated[str, Meta(min_length=1, max_length=256, pattern="\\A(?a:^[a-zA-Z0-9:/_-]+$)\\Z")]


class CreateAliasRequest(Shape, frozen=True, kw_only=True):
    alias_name: AliasNameType
    target_key_id: KeyIdType


CustomKeyStoreNameType = Annotated[str, Meta(min_length=1, max_length=256)]


CloudHsmClusterIdType = Annotated[
    str, Meta(min_length=19, max_length=24, pattern="\\A(?a:cluster-[2-7a-zA-Z]{11,16})\\Z")
]


TrustAnchorCertificateType = Annotated[str, Meta(min_length=1, max_length=5000)]


KeyStorePasswordType = Annotated[str, Meta(min_length=7, max_length=32)]


CustomKeyStoreType = Literal[
    "AWS_CLOUDHSM",
    "EXTERNAL_KEY_STORE",
]


XksProxyUriEndpointType = Annotated[
    str, Meta(min_length=10, max_length=128, pattern="\\A(?a:^https://[a-zA-Z0-9.-]+$)\\Z")
]


XksProxyUriPathType = Annotated[
    str,
    Meta(
        min_length=10,
        max_length=128,
        pattern="\\A(?a:^(/[a-zA-Z0-9\\/_-]+/kms/xks/v\\d{1,2})$|^(/kms/xks/v\\d{1,2})$)\\Z",
    ),
]


XksProxyVpcEndpointServiceNameType = Annotated[
    str,
    Meta(
        min_length=20,
        max_length=64,
        pattern="\\A(?a:^(com|eu)\\.amazonaws\\.vpce\\.([a-z]+-){2,3}\\d+\\.vpce-svc-[0-9a-z]+$)\\Z",
    ),
]


AccountIdType = Annotated[str, Meta(min_length=12, max_length=12, pattern="\\A(?a:[0-9]{12})\\Z")]


XksProxyAuthenticationAccessKeyIdType = Annotated[
    str, Meta(min_length=20, max_length=30, pattern="\\A(?a:^[A-Z2-7]+$)\\Z")
]


XksProxyAuthenticationRawSecretAccessKeyType = Annotated[
    str, Meta(min_length=43, max_length=64, pattern="\\A(?a:^[a-zA-Z0-9\\/+=]+$)\\Z")
]


class XksProxyAuthenticationCredentialType(Shape, frozen=True, kw_only=True):
    HIDDEN: ClassVar[frozenset[str]] = frozenset({"access_key_id", "raw_secret_access_key"})

    access_key_id: XksProxyAuthenticationAccessKeyIdType
    raw_secret_access_key: XksProxyAuthenticationRawSecretAccessKeyType


XksProxyConnectivityType = Literal[
    "PUBLIC_ENDPOINT",
    "VPC_ENDPOINT_SERVICE",
]


class CreateCustomKeyStoreRequest(Shape, frozen=True, kw_only=True):
    HIDDEN: ClassVar[frozenset[str]] = frozenset({"key_store_password"})

    custom_key_store_name: CustomKeyStoreNameType
    cloud_hsm_cluster_id: CloudHsmClusterIdType | None = None
    trust_anchor_certificate: TrustAnchorCertificateType | None = None
    key_store_password: KeyStorePasswordType | None = None
    custom_key_store_type: CustomKeyStoreType | None = None
    xks_proxy_uri_endpoint: XksProxyUriEndpointType | None = None
    xks_proxy_uri_path: XksProxyUriPathType | None = None
    xks_proxy_vpc_endpoint_service_name: XksProxyVpcEndpointServiceNameType | None = None
    xks_proxy_vpc_endpoint_service_owner: AccountIdType | None = None
    xks_proxy_authentication_credential: XksProxyAuthenticationCredentialType | None = None
    xks_proxy_connectivity: XksProxyConnectivityType | None = None


class CreateCustomKeyStoreResponse(Shape, frozen=True, kw_only=True):
    custom_key_store_id: str | None = None


PrincipalIdType = Annotated[str, Meta(min_length=1, max_length=256, pattern="\\A(?a:^[\\w+=,.@:/-]+$)\\Z")]


GrantOperation = Literal[
    "Decrypt",
    "Encrypt",
    "GenerateDataKey",
    "GenerateDataKeyWithoutPlaintext",
    "ReEncryptFrom",
    "ReEncryptTo",
    "Sign",
    "Verify",
    "GetPublicKey",
    "CreateGrant",
    "RetireGrant",
    "DescribeKey",
    "GenerateDataKeyPair",
    "GenerateDataKeyPairWithoutPlaintext",
    "GenerateMac",
    "VerifyMac",
    "DeriveSharedSecret",
    "Encapsulate",
    "Decapsulate",
]


GrantConstraintSourceArnType = Annotated[
    str,
    Meta(min_length=20, max_length=512, pattern="\\A(?a:^arn:aws[a-z0-9-]*:[a-z0-9-]+:[a-z0-9-]*:[0-9]{12}:.+$)\\Z"),
]


class GrantConstraints(Shape, frozen=True, kw_only=True):
    encryption_context_subset: dict[str, str] | None = None
    encryption_context_equals: dict[str, str] | None = None
    source_arn: GrantConstraintSourceArnType | None = None


GrantTokenType = Annotated[str, Meta(min_length=1, max_length=8192)]


GrantTokenList = Annotated[list[GrantTokenType], Meta(max_length=10)]


GrantNameType = Annotated[str, Meta(min_length=1, max_length=256, pattern="\\A(?a:^[a-zA-Z0-9:/_-]+$)\\Z")]


ServicePrincipalType = Annotated[
    str,
    Meta(
        min_length=1, max_length=128, pattern="\\A(?a:^([A-Za-z0-9\\-]+)\\.([A-Za-z0-9\\-]+)(\\.[A-Za-z0-9\\-]+)+$)\\Z"
    ),
]


class CreateGrantRequest(Shape, frozen=True, kw_only=True):
    HIDDEN: ClassVar[frozenset[str]] = frozenset({"grant_tokens"})

    key_id: KeyIdType
    grantee_principal: PrincipalIdType | None = None
    retiring_principal: PrincipalIdType | None = None
    operations: list[GrantOperation]
    constraints: GrantConstraints | None = None
    grant_tokens: GrantTokenList | None = None
    name: GrantNameType | None = None
    dry_run: bool | None = None
    grantee_service_principal: ServicePrincipalType | None = None
    retiring_service_principal: ServicePrincipalType | None = None


class CreateGrantResponse(Shape, frozen=True, kw_only=True):
    HIDDEN: ClassVar[frozenset[str]] = frozenset({"grant_token"})

    grant_token: str | None = None
    grant_id: str | None = None


PolicyType = Annotated[
    str, Meta(min_length=1, max_length=131072, pattern="\\A(?a:[\\u0009\\u000A\\u000D\\u0020-\\u00FF]+)\\Z")
]


DescriptionType = Annotated[str, Meta(max_length=8192)]


KeyUsageType = Literal[
    "SIGN_VERIFY",
    "ENCRYPT_DECRYPT",
    "GENERATE_VERIFY_MAC",
    "KEY_AGREEMENT",
    "ENCAPSULATE_DECAPSULATE",
]


CustomerMasterKeySpec = Literal[
    "RSA_2048",
    "RSA_3072",
    "RSA_4096",
    "ECC_NIST_P256",
    "ECC_NIST_P384",
    "ECC_NIST_P521",
    "ECC_SECG_P256K1",
    "SYMMETRIC_DEFAULT",
    "HMAC_224",
    "HMAC_256",
    "HMAC_384",
    "HMAC_512",
    "SM2",
]


KeySpec = Literal[
    "RSA_2048",
    "RSA_3072",
    "RSA_4096",
    "ECC_NIST_P256",
    "ECC_NIST_P384",
    "ECC_NIST_P521",
    "ECC_SECG_P256K1",
    "SYMMETRIC_DEFAULT",
    "HMAC_224",
    "HMAC_256",
    "HMAC_384",
    "HMAC_512",
    "SM2",
    "ML_DSA_44",
    "ML_DSA_65",
    "ML_DSA_87",
    "ECC_NIST_EDWARDS25519",
    "ML_KEM_512",
    "ML_KEM_768",
    "ML_KEM_1024",
]


OriginType = Literal[
    "AWS_KMS",
    "EXTERNAL",
    "AWS_CLOUDHSM",
    "EXTERNAL_KEY_STORE",
]


TagKeyType = Annotated[str, Meta(min_length=1, max_length=128)]


TagValueType = Annotated[str, Meta(max_length=256)]


class Tag(Shape, frozen=True, kw_only=True):
    tag_key: TagKeyType
    tag_value: TagValueType


XksKeyIdType = Annotated[str, Meta(min_length=1, max_length=128, pattern="\\A(?a:^[a-zA-Z0-9-_.]+$)\\Z")]


class CreateKeyRequest(Shape, frozen=True, kw_only=True):
    policy: PolicyType | None = None
    description: DescriptionType | None = None
    key_usage: KeyUsageType | None = None
    customer_master_key_spec: CustomerMasterKeySpec | None = None
    key_spec: KeySpec | None = None
    origin: OriginType | None = None
    custom_key_store_id: CustomKeyStoreIdType | None = None
    bypass_policy_lockout_safety_check: bool | None = None
    tags: list[Tag] | None = None
    multi_region: bool | None = None
    xks_key_id: XksKeyIdType | None = None


class MultiRegionKey(Shape, frozen=True, kw_only=True):
    arn: str | None = None
    region: str | None = None


class MultiRegionConfiguration(Shape, frozen=True, kw_only=True):
    multi_region_key_type: str | None = None
    primary_key: MultiRegionKey | None = None
    replica_keys: list[MultiRegionKey] | None = None


class XksKeyConfigurationType(Shape, frozen=True, kw_only=True):
    id: str | None = None


class KeyMetadata(Shape, frozen=True, kw_only=True):
    aws_account_id: str | None = field(default=None, name="AWSAccountId")
    key_id: str
    arn: str | None = None
    creation_date: Timestamp | None = None
    enabled: bool | None = None
    description: str | None = None
    key_usage: str | None = None
    key_state: str | None = None
    deletion_date: Timestamp | None = None
    valid_to: Timestamp | None = None
    origin: str | None = None
    custom_key_store_id: str | None = None
    cloud_hsm_cluster_id: str | None = None
    expiration_model: str | None = None
    key_manager: str | None = None
    customer_master_key_spec: str | None = None
    key_spec: str | None = None
    encryption_algorithms: list[str] | None = None
    signing_algorithms: list[str] | None = None
    key_agreement_algorithms: list[str] | None = None
    encapsulation_algorithms: list[str] | None = None
    multi_region: bool | None = None
    multi_region_configuration: MultiRegionConfiguration | None = None
    pending_deletion_window_in_days: int | None = None
    mac_algorithms: list[str] | None = None
    xks_key_configuration: XksKeyConfigurationType | None = None
    current_key_material_id: str | None = None


class CreateKeyResponse(Shape, frozen=True, kw_only=True):
    key_metadata: KeyMetadata | None = None


CiphertextType = Annotated[bytes, Meta(min_length=1, max_length=6144)]


EncapsulationAlgorithmSpec = Literal["ML_KEM",]


class DecapsulateRequest(Shape, frozen=True, kw_only=True):
    HIDDEN: ClassVar[frozenset[str]] = frozenset({"shared_secret_ciphertext_blob", "grant_tokens"})

    key_id: KeyIdType
    shared_secret_ciphertext_blob: CiphertextType
    encapsulation_algorithm: EncapsulationAlgorithmSpec
    grant_tokens: GrantTokenList | None = None
    dry_run: bool | None = None


class DecapsulateResponse(Shape, frozen=True, kw_only=True):
    HIDDEN: ClassVar[frozenset[str]] = frozenset({"shared_secret"})

    key_id: str | None = None
    shared_secret: bytes | None = None
    encapsulation_algorithm: str | None = None


EncryptionAlgorithmSpec = Literal[
    "SYMMETRIC_DEFAULT",
    "RSAES_OAEP_SHA_1",
    "RSAES_OAEP_SHA_256",
    "SM2PKE",
]


KeyEncryptionMechanism = Literal["RSAES_OAEP_SHA_256",]


AttestationDocumentType = Annotated[bytes, Meta(min_length=1, max_length=262144)]


class RecipientInfo(Shape, frozen=True, kw_only=True):
    HIDDEN: ClassVar[frozenset[str]] = frozenset({"attestation_document"})

    key_encryption_algorithm: KeyEncryptionMechanism | None = None
    attestation_document: AttestationDocumentType | None = None


DryRunModifierType = Literal["IGNORE_CIPHERTEXT",]


class DecryptRequest(Shape, frozen=True, kw_only=True):
    HIDDEN: ClassVar[frozenset[str]] = frozenset({"ciphertext_blob", "grant_tokens"})

    ciphertext_blob: CiphertextType | None = None
    encryption_context: dict[str, str] | None = None
    grant_tokens: GrantTokenList | None = None
    key_id: KeyIdType | None = None
    encryption_algorithm: EncryptionAlgorithmSpec | None = None
    recipient: RecipientInfo | None = None
    dry_run: bool | None = None
    dry_run_modifiers: list[DryRunModifierType] | None = None


class DecryptResponse(Shape, frozen=True, kw_only=True):
    HIDDEN: ClassVar[frozenset[str]] = frozenset({"plaintext", "ciphertext_for_recipient"})

    key_id: str | None = None
    plaintext: bytes | None = None
    encryption_algorithm: str | None = None
    ciphertext_for_recipient: bytes | None = None
    key_material_id: str | None = None


class DeleteAliasRequest(Shape, frozen=True, kw_only=True):
    alias_name: AliasNameType


class DeleteCustomKeyStoreRequest(Shape, frozen=True, kw_only=True):
    custom_key_store_id: CustomKeyStoreIdType


class DeleteCustomKeyStoreResponse(Shape, frozen=True, kw_only=True):
    pass


BackingKeyIdType = Annotated[str, Meta(min_length=64, max_length=64, pattern="\\A(?a:^[a-f0-9]+$)\\Z")]


class DeleteImportedKeyMaterialRequest(Shape, frozen=True, kw_only=True):
    key_id: KeyIdType
    key_material_id: BackingKeyIdType | None = None


class DeleteImportedKeyMaterialResponse(Shape, frozen=True, kw_only=True):
    key_id: str | None = None
    key_material_id: str | None = None


KeyAgreementAlgorithmSpec = Literal["ECDH",]


PublicKeyType = Annotated[bytes, Meta(min_length=1, max_length=8192)]


class DeriveSharedSecretRequest(Shape, frozen=True, kw_only=True):
    HIDDEN: ClassVar[frozenset[str]] = frozenset({"public_key", "grant_tokens"})

    key_id: KeyIdType
    key_agreement_algorithm: KeyAgreementAlgorithmSpec
    public_key: PublicKeyType
    grant_tokens: GrantTokenList | None = None
    dry_run: bool | None = None
    recipient: RecipientInfo | None = None


class DeriveSharedSecretResponse(Shape, frozen=True, kw_only=True):
    HIDDEN: ClassVar[frozenset[str]] = frozenset({"shared_secret", "ciphertext_for_recipient"})

    key_id: str | None = None
    shared_secret: bytes | None = None
    ciphertext_for_recipient: bytes | None = None
    key_agreement_algorithm: str | None = None
    key_origin: str | None = None


LimitType = Annotated[int, Meta(ge=1, le=1000)]


MarkerType = Annotated[str, Meta(min_length=1, max_length=1024, pattern="\\A(?a:[\\u0020-\\u00FF]*)\\Z")]


class DescribeCustomKeyStoresRequest(Shape, frozen=True, kw_only=True):
    custom_key_store_id: CustomKeyStoreIdType | None = None
    custom_key_store_name: CustomKeyStoreNameType | None = None
    limit: LimitType | None = None
    marker: MarkerType | None = None


class XksProxyConfigurationType(Shape, frozen=True, kw_only=True):
    HIDDEN: ClassVar[frozenset[str]] = frozenset({"access_key_id"})

    connectivity: str | None = None
    access_key_id: str | None = None
    uri_endpoint: str | None = None
    uri_path: str | None = None
    vpc_endpoint_service_name: str | None = None
    vpc_endpoint_service_owner: str | None = None


class CustomKeyStoresListEntry(Shape, frozen=True, kw_only=True):
    custom_key_store_id: str | None = None
    custom_key_store_name: str | None = None
    cloud_hsm_cluster_id: str | None = None
    trust_anchor_certificate: str | None = None
    connection_state: str | None = None
    connection_error_code: str | None = None
    creation_date: Timestamp | None = None
    custom_key_store_type: str | None = None
    xks_proxy_configuration: XksProxyConfigurationType | None = None


class DescribeCustomKeyStoresResponse(Shape, frozen=True, kw_only=True):
    custom_key_stores: list[CustomKeyStoresListEntry] | None = None
    next_marker: str | None = None
    truncated: bool | None = None


class DescribeKeyRequest(Shape, frozen=True, kw_only=True):
    HIDDEN: ClassVar[frozenset[str]] = frozenset({"grant_tokens"})

    key_id: KeyIdType
    grant_tokens: GrantTokenList | None = None


class DescribeKeyResponse(Shape, frozen=True, kw_only=True):
    key_metadata: KeyMetadata | None = None


class DisableKeyRequest(Shape, frozen=True, kw_only=True):
    key_id: KeyIdType


class DisableKeyRotationRequest(Shape, frozen=True, kw_only=True):
    key_id: KeyIdType


class DisconnectCustomKeyStoreRequest(Shape, frozen=True, kw_only=True):
    custom_key_store_id: CustomKeyStoreIdType


class DisconnectCustomKeyStoreResponse(Shape, frozen=True, kw_only=True):
    pass


class EnableKeyRequest(Shape, frozen=True, kw_only=True):
    key_id: KeyIdType


RotationPeriodInDaysType = Annotated[int, Meta(ge=90, le=2560)]


class EnableKeyRotationRequest(Shape, frozen=True, kw_only=True):
    key_id: KeyIdType
    rotation_period_in_days: RotationPeriodInDaysType | None = None


class EncapsulateRequest(Shape, frozen=True, kw_only=True):
    HIDDEN: ClassVar[frozenset[str]] = frozenset({"grant_tokens"})

    key_id: KeyIdType
    encapsulation_algorithm: EncapsulationAlgorithmSpec
    grant_tokens: GrantTokenList | None = None
    dry_run: bool | None = None


class EncapsulateResponse(Shape, frozen=True, kw_only=True):
    HIDDEN: ClassVar[frozenset[str]] = frozenset({"shared_secret", "shared_secret_ciphertext_blob"})

    key_id: str | None = None
    shared_secret: bytes | None = None
    shared_secret_ciphertext_blob: bytes | None = None
    encapsulation_algorithm: str | None = None


PlaintextType = Annotated[bytes, Meta(min_length=1, max_length=4096)]


class EncryptRequest(Shape, frozen=True, kw_only=True):
    HIDDEN: ClassVar[frozenset[str]] = frozenset({"plaintext", "grant_tokens"})

    key_id: KeyIdType
    plaintext: PlaintextType
    encryption_context: dict[str, str] | None = None
    grant_tokens: GrantTokenList | None = None
    encryption_algorithm: EncryptionAlgorithmSpec | None = None
    dry_run: bool | None = None


class EncryptResponse(Shape, frozen=True, kw_only=True):
    HIDDEN: ClassVar[frozenset[str]] = frozenset({"ciphertext_blob"})

    ciphertext_blob: bytes | None = None
    key_id: str | None = None
    encryption_algorithm: str | None = None


NumberOfBytesType = Annotated[int, Meta(ge=1, le=1024)]


DataKeySpec = Literal[
    "AES_256",
    "AES_128",
]


class GenerateDataKeyRequest(Shape, frozen=True, kw_only=True):
    HIDDEN: ClassVar[frozenset[str]] = frozenset({"grant_tokens"})

    key_id: KeyIdType
    encryption_context: dict[str, str] | None = None
    number_of_bytes: NumberOfBytesType | None = None
    key_spec: DataKeySpec | None = None
    grant_tokens: GrantTokenList | None = None
    recipient: RecipientInfo | None = None
    dry_run: bool | None = None


class GenerateDataKeyResponse(Shape, frozen=True, kw_only=True):
    HIDDEN: ClassVar[frozenset[str]] = frozenset(
        {
            "ciphertext_blob",
            "plaintext",
            "ciphertext_for_recipient",
        }
    )

    ciphertext_blob: bytes | None = None
    plaintext: bytes | None = None
    key_id: str | None = None
    ciphertext_for_recipient: bytes | None = None
    key_material_id: str | None = None


DataKeyPairSpec = Literal[
    "RSA_2048",
    "RSA_3072",
    "RSA_4096",
    "ECC_NIST_P256",
    "ECC_NIST_P384",
    "ECC_NIST_P521",
    "ECC_SECG_P256K1",
    "SM2",
    "ECC_NIST_EDWARDS25519",
    "ML_KEM_512",
    "ML_KEM_768",
    "ML_KEM_1024",
]


class GenerateDataKeyPairRequest(Shape, frozen=True, kw_only=True):
    HIDDEN: ClassVar[frozenset[str]] = frozenset({"grant_tokens"})

    encryption_context: dict[str, str] | None = None
    key_id: KeyIdType
    key_pair_spec: DataKeyPairSpec
    grant_tokens: GrantTokenList | None = None
    recipient: RecipientInfo | None = None
    dry_run: bool | None = None


class GenerateDataKeyPairResponse(Shape, frozen=True, kw_only=True):
    HIDDEN: ClassVar[frozenset[str]] = frozenset(
        {
            "private_key_ciphertext_blob",
            "private_key_plaintext",
            "public_key",
            "ciphertext_for_recipient",
        }
    )

    private_key_ciphertext_blob: bytes | None = None
    private_key_plaintext: bytes | None = None
    public_key: bytes | None = None
    key_id: str | None = None
    key_pair_spec: str | None = None
    ciphertext_for_recipient: bytes | None = None
    key_material_id: str | None = None


class GenerateDataKeyPairWithoutPlaintextRequest(Shape, frozen=True, kw_only=True):
    HIDDEN: ClassVar[frozenset[str]] = frozenset({"grant_tokens"})

    encryption_context: dict[str, str] | None = None
    key_id: KeyIdType
    key_pair_spec: DataKeyPairSpec
    grant_tokens: GrantTokenList | None = None
    dry_run: bool | None = None


class GenerateDataKeyPairWithoutPlaintextResponse(Shape, frozen=True, kw_only=True):
    HIDDEN: ClassVar[frozenset[str]] = frozenset({"private_key_ciphertext_blob", "public_key"})

    private_key_ciphertext_blob: bytes | None = None
    public_key: bytes | None = None
    key_id: str | None = None
    key_pair_spec: str | None = None
    key_material_id: str | None = None


class GenerateDataKeyWithoutPlaintextRequest(Shape, frozen=True, kw_only=True):
    HIDDEN: ClassVar[frozenset[str]] = frozenset({"grant_tokens"})

    key_id: KeyIdType
    encryption_context: dict[str, str] | None = None
    key_spec: DataKeySpec | None = None
    number_of_bytes: NumberOfBytesType | None = None
    grant_tokens: GrantTokenList | None = None
    dry_run: bool | None = None


class GenerateDataKeyWithoutPlaintextResponse(Shape, frozen=True, kw_only=True):
    HIDDEN: ClassVar[frozenset[str]] = frozenset({"ciphertext_blob"})

    ciphertext_blob: bytes | None = None
    key_id: str | None = None
    key_material_id: str | None = None


MacAlgorithmSpec = Literal[
    "HMAC_SHA_224",
    "HMAC_SHA_256",
    "HMAC_SHA_384",
    "HMAC_SHA_512",
]


class GenerateMacRequest(Shape, frozen=True, kw_only=True):
    HIDDEN: ClassVar[frozenset[str]] = frozenset({"message", "grant_tokens"})

    message: PlaintextType
    key_id: KeyIdType
    mac_algorithm: MacAlgorithmSpec
    grant_tokens: GrantTokenList | None = None
    dry_run: bool | None = None


class GenerateMacResponse(Shape, frozen=True, kw_only=True):
    HIDDEN: ClassVar[frozenset[str]] = frozenset({"mac"})

    mac: bytes | None = None
    mac_algorithm: str | None = None
    key_id: str | None = None


class GenerateRandomRequest(Shape, frozen=True, kw_only=True):
    number_of_bytes: NumberOfBytesType | None = None
    custom_key_store_id: CustomKeyStoreIdType | None = None
    recipient: RecipientInfo | None = None


class GenerateRandomResponse(Shape, frozen=True, kw_only=True):
    HIDDEN: ClassVar[frozenset[str]] = frozenset({"plaintext", "ciphertext_for_recipient"})

    plaintext: bytes | None = None
    ciphertext_for_recipient: bytes | None = None


class GetKeyLastUsageRequest(Shape, frozen=True, kw_only=True):
    key_id: KeyIdType


class KeyLastUsageData(Shape, frozen=True, kw_only=True):
    operation: str | None = None
    timestamp: Timestamp | None = None
    cloud_trail_event_id: str | None = None
    kms_request_id: str | None = None


class GetKeyLastUsageResponse(Shape, frozen=True, kw_only=True):
    key_id: str | None = None
    key_last_usage: KeyLastUsageData | None = None
    tracking_start_date: Timestamp | None = None
    key_creation_date: Timestamp | None = None


PolicyNameType = Annotated[str, Meta(min_length=1, max_length=128, pattern="\\A(?a:[\\w]+)\\Z")]


class GetKeyPolicyRequest(Shape, frozen=True, kw_only=True):
    key_id: KeyIdType
    policy_name: PolicyNameType | None = None


class GetKeyPolicyResponse(Shape, frozen=True, kw_only=True):
    policy: str | None = None
    policy_name: str | None = None


class GetKeyRotationStatusRequest(Shape, frozen=True, kw_only=True):
    key_id: KeyIdType


class GetKeyRotationStatusResponse(Shape, frozen=True, kw_only=True):
    key_rotation_enabled: bool | None = None
    key_id: str | None = None
    rotation_period_in_days: int | None = None
    next_rotation_date: Timestamp | None = None
    on_demand_rotation_start_date: Timestamp | None = None


AlgorithmSpec = Literal[
    "RSAES_PKCS1_V1_5",
    "RSAES_OAEP_SHA_1",
    "RSAES_OAEP_SHA_256",
    "RSA_AES_KEY_WRAP_SHA_1",
    "RSA_AES_KEY_WRAP_SHA_256",
    "SM2PKE",
]


WrappingKeySpec = Literal[
    "RSA_2048",
    "RSA_3072",
    "RSA_4096",
    "SM2",
]


class GetParametersForImportRequest(Shape, frozen=True, kw_only=True):
    key_id: KeyIdType
    wrapping_algorithm: AlgorithmSpec
    wrapping_key_spec: WrappingKeySpec


class GetParametersForImportResponse(Shape, frozen=True, kw_only=True):
    HIDDEN: ClassVar[frozenset[str]] = frozenset({"import_token", "public_key"})

    key_id: str | None = None
    import_token: bytes | None = None
    public_key: bytes | None = None
    parameters_valid_to: Timestamp | None = None


class GetPublicKeyRequest(Shape, frozen=True, kw_only=True):
    HIDDEN: ClassVar[frozenset[str]] = frozenset({"grant_tokens"})

    key_id: KeyIdType
    grant_tokens: GrantTokenList | None = None


class GetPublicKeyResponse(Shape, frozen=True, kw_only=True):
    HIDDEN: ClassVar[frozenset[str]] = frozenset({"public_key"})

    key_id: str | None = None
    public_key: bytes | None = None
    customer_master_key_spec: str | None = None
    key_spec: str | None = None
    key_usage: str | None = None
    encryption_algorithms: list[str] | None = None
    signing_algorithms: list[str] | None = None
    key_agreement_algorithms: list[str] | None = None
    encapsulation_algorithms: list[str] | None = None


ExpirationModelType = Literal[
    "KEY_MATERIAL_EXPIRES",
    "KEY_MATERIAL_DOES_NOT_EXPIRE",
]


ImportType = Literal[
    "NEW_KEY_MATERIAL",
    "EXISTING_KEY_MATERIAL",
]


KeyMaterialDescriptionType = Annotated[str, Meta(max_length=256, pattern="\\A(?a:^[a-zA-Z0-9:/_\\s.-]+$)\\Z")]


class ImportKeyMaterialRequest(Shape, frozen=True, kw_only=True):
    HIDDEN: ClassVar[frozenset[str]] = frozenset({"import_token", "encrypted_key_material"})

    key_id: KeyIdType
    import_token: CiphertextType
    encrypted_key_material: CiphertextType
    valid_to: Timestamp | None = None
    expiration_model: ExpirationModelType | None = None
    import_type: ImportType | None = None
    key_material_description: KeyMaterialDescriptionType | None = None
    key_material_id: BackingKeyIdType | None = None


class ImportKeyMaterialResponse(Shape, frozen=True, kw_only=True):
    key_id: str | None = None
    key_material_id: str | None = None


class ListAliasesRequest(Shape, frozen=True, kw_only=True):
    key_id: KeyIdType | None = None
    limit: LimitType | None = None
    marker: MarkerType | None = None


class AliasListEntry(Shape, frozen=True, kw_only=True):
    alias_name: str | None = None
    alias_arn: str | None = None
    target_key_id: str | None = None
    creation_date: Timestamp | None = None
    last_updated_date: Timestamp | None = None


class ListAliasesResponse(Shape, frozen=True, kw_only=True):
    aliases: list[AliasListEntry] | None = None
    next_marker: str | None = None
    truncated: bool | None = None


GrantIdType = Annotated[str, Meta(min_length=1, max_length=128)]


class ListGrantsRequest(Shape, frozen=True, kw_only=True):
    limit: LimitType | None = None
    marker: MarkerType | None = None
    key_id: KeyIdType
    grant_id: GrantIdType | None = None
    grantee_principal: PrincipalIdType | None = None
    grantee_service_principal: ServicePrincipalType | None = None


class GrantListEntry(Shape, frozen=True, kw_only=True):
    key_id: str | None = None
    grant_id: str | None = None
    name: str | None = None
    creation_date: Timestamp | None = None
    grantee_principal: str | None = None
    retiring_principal: str | None = None
    issuing_account: str | None = None
    operations: list[str] | None = None
    constraints: GrantConstraints | None = None
    grantee_service_principal: str | None = None
    retiring_service_principal: str | None = None


class ListGrantsResponse(Shape, frozen=True, kw_only=True):
    grants: list[GrantListEntry] | None = None
    next_marker: str | None = None
    truncated: bool | None = None


class ListKeyPoliciesRequest(Shape, frozen=True, kw_only=True):
    key_id: KeyIdType
    limit: LimitType | None = None
    marker: MarkerType | None = None


class ListKeyPoliciesResponse(Shape, frozen=True, kw_only=True):
    policy_names: list[str] | None = None
    next_marker: str | None = None
    truncated: bool | None = None


IncludeKeyMaterial = Literal[
    "ALL_KEY_MATERIAL",
    "ROTATIONS_ONLY",
]


class ListKeyRotationsRequest(Shape, frozen=True, kw_only=True):
    key_id: KeyIdType
    include_key_material: IncludeKeyMaterial | None = None
    limit: LimitType | None = None
    marker: MarkerType | None = None


class RotationsListEntry(Shape, frozen=True, kw_only=True):
    key_id: str | None = None
    key_material_id: str | None = None
    key_material_description: str | None = None
    import_state: str | None = None
    key_material_state: str | None = None
    expiration_model: str | None = None
    valid_to: Timestamp | None = None
    rotation_date: Timestamp | None = None
    rotation_type: str | None = None


class ListKeyRotationsResponse(Shape, frozen=True, kw_only=True):
    rotations: list[RotationsListEntry] | None = None
    next_marker: str | None = None
    truncated: bool | None = None


ResourceOwnerType = Literal[
    "SELF",
    "OTHER_ACCOUNTS_VIA_RAM",
]


ResourceOwnersList = Annotated[list[ResourceOwnerType], Meta(min_length=1, max_length=2)]


class ListKeysRequest(Shape, frozen=True, kw_only=True):
    limit: LimitType | None = None
    marker: MarkerType | None = None
    resource_owners: ResourceOwnersList | None = None


class KeyListEntry(Shape, frozen=True, kw_only=True):
    key_id: str | None = None
    key_arn: str | None = None


class ListKeysResponse(Shape, frozen=True, kw_only=True):
    keys: list[KeyListEntry] | None = None
    next_marker: str | None = None
    truncated: bool | None = None


class ListResourceTagsRequest(Shape, frozen=True, kw_only=True):
    key_id: KeyIdType
    limit: LimitType | None = None
    marker: MarkerType | None = None


class ListResourceTagsResponse(Shape, frozen=True, kw_only=True):
    tags: list[Tag] | None = None
    next_marker: str | None = None
    truncated: bool | None = None


class ListRetirableGrantsRequest(Shape, frozen=True, kw_only=True):
    limit: LimitType | None = None
    marker: MarkerType | None = None
    retiring_principal: PrincipalIdType | None = None
    retiring_service_principal: ServicePrincipalType | None = None


class PutKeyPolicyRequest(Shape, frozen=True, kw_only=True):
    key_id: KeyIdType
    policy_name: PolicyNameType | None = None
    policy: PolicyType
    bypass_policy_lockout_safety_check: bool | None = None


class ReEncryptRequest(Shape, frozen=True, kw_only=True):
    HIDDEN: ClassVar[frozenset[str]] = frozenset({"ciphertext_blob", "grant_tokens"})

    ciphertext_blob: CiphertextType | None = None
    source_encryption_context: dict[str, str] | None = None
    source_key_id: KeyIdType | None = None
    destination_key_id: KeyIdType
    destination_encryption_context: dict[str, str] | None = None
    source_encryption_algorithm: EncryptionAlgorithmSpec | None = None
    destination_encryption_algorithm: EncryptionAlgorithmSpec | None = None
    grant_tokens: GrantTokenList | None = None
    dry_run: bool | None = None
    dry_run_modifiers: list[DryRunModifierType] | None = None


class ReEncryptResponse(Shape, frozen=True, kw_only=True):
    HIDDEN: ClassVar[frozenset[str]] = frozenset({"ciphertext_blob"})

    ciphertext_blob: bytes | None = None
    source_key_id: str | None = None
    key_id: str | None = None
    source_encryption_algorithm: str | None = None
    destination_encryption_algorithm: str | None = None
    source_key_material_id: str | None = None
    destination_key_material_id: str | None = None


RegionType = Annotated[str, Meta(min_length=1, max_length=32, pattern="\\A(?a:^([a-z]+-){2,3}\\d+$)\\Z")]


class ReplicateKeyRequest(Shape, frozen=True, kw_only=True):
    key_id: KeyIdType
    replica_region: RegionType
    policy: PolicyType | None = None
    bypass_policy_lockout_safety_check: bool | None = None
    description: DescriptionType | None = None
    tags: list[Tag] | None = None


class ReplicateKeyResponse(Shape, frozen=True, kw_only=True):
    replica_key_metadata: KeyMetadata | None = None
    replica_policy: str | None = None
    replica_tags: list[Tag] | None = None


class RetireGrantRequest(Shape, frozen=True, kw_only=True):
    HIDDEN: ClassVar[frozenset[str]] = frozenset({"grant_token"})

    grant_token: GrantTokenType | None = None
    key_id: KeyIdType | None = None
    grant_id: GrantIdType | None = None
    dry_run: bool | None = None


class RevokeGrantRequest(Shape, frozen=True, kw_only=True):
    key_id: KeyIdType
    grant_id: GrantIdType
    dry_run: bool | None = None


class RotateKeyOnDemandRequest(Shape, frozen=True, kw_only=True):
    key_id: KeyIdType


class RotateKeyOnDemandResponse(Shape, frozen=True, kw_only=True):
    key_id: str | None = None


PendingWindowInDaysType = Annotated[int, Meta(ge=1, le=365)]


class ScheduleKeyDeletionRequest(Shape, frozen=True, kw_only=True):
    key_id: KeyIdType
    pending_window_in_days: PendingWindowInDaysType | None = None


class ScheduleKeyDeletionResponse(Shape, frozen=True, kw_only=True):
    key_id: str | None = None
    deletion_date: Timestamp | None = None
    key_state: str | None = None
    pending_window_in_days: int | None = None


MessageType = Literal[
    "RAW",
    "DIGEST",
    "EXTERNAL_MU",
]


SigningAlgorithmSpec = Literal[
    "RSASSA_PSS_SHA_256",
    "RSASSA_PSS_SHA_384",
    "RSASSA_PSS_SHA_512",
    "RSASSA_PKCS1_V1_5_SHA_256",
    "RSASSA_PKCS1_V1_5_SHA_384",
    "RSASSA_PKCS1_V1_5_SHA_512",
    "ECDSA_SHA_256",
    "ECDSA_SHA_384",
    "ECDSA_SHA_512",
    "SM2DSA",
    "ML_DSA_SHAKE_256",
    "ED25519_SHA_512",
    "ED25519_PH_SHA_512",
]


class SignRequest(Shape, frozen=True, kw_only=True):
    HIDDEN: ClassVar[frozenset[str]] = frozenset({"message", "grant_tokens"})

    key_id: KeyIdType
    message: PlaintextType
    message_type: MessageType | None = None
    grant_tokens: GrantTokenList | None = None
    signing_algorithm: SigningAlgorithmSpec
    dry_run: bool | None = None


class SignResponse(Shape, frozen=True, kw_only=True):
    HIDDEN: ClassVar[frozenset[str]] = frozenset({"signature"})

    key_id: str | None = None
    signature: bytes | None = None
    signing_algorithm: str | None = None


class TagResourceRequest(Shape, frozen=True, kw_only=True):
    key_id: KeyIdType
    tags: list[Tag]


class UntagResourceRequest(Shape, frozen=True, kw_only=True):
    key_id: KeyIdType
    tag_keys: list[TagKeyType]


class UpdateAliasRequest(Shape, frozen=True, kw_only=True):
    alias_name: AliasNameType
    target_key_id: KeyIdType


class UpdateCustomKeyStoreRequest(Shape, frozen=True, kw_only=True):
    HIDDEN: ClassVar[frozenset[str]] = frozenset({"key_store_password"})

    custom_key_store_id: CustomKeyStoreIdType
    new_custom_key_store_name: CustomKeyStoreNameType | None = None
    key_store_password: KeyStorePasswordType | None = None
    cloud_hsm_cluster_id: CloudHsmClusterIdType | None = None
    xks_proxy_uri_endpoint: XksProxyUriEndpointType | None = None
    xks_proxy_uri_path: XksProxyUriPathType | None = None
    xks_proxy_vpc_endpoint_service_name: XksProxyVpcEndpointServiceNameType | None = None
    xks_proxy_vpc_endpoint_service_owner: AccountIdType | None = None
    xks_proxy_authentication_credential: XksProxyAuthenticationCredentialType | None = None
    xks_proxy_connectivity: XksProxyConnectivityType | None = None


class UpdateCustomKeyStoreResponse(Shape, frozen=True, kw_only=True):
    pass


class UpdateKeyDescriptionRequest(Shape, frozen=True, kw_only=True):
    key_id: KeyIdType
    description: DescriptionType


class UpdatePrimaryRegionRequest(Shape, frozen=True, kw_only=True):
    key_id: KeyIdType
    primary_region: RegionType


class VerifyRequest(Shape, frozen=True, kw_only=True):
    HIDDEN: ClassVar[frozenset[str]] = frozenset({"message", "signature", "grant_tokens"})

    key_id: KeyIdType
    message: PlaintextType
    message_type: MessageType | None = None
    signature: CiphertextType
    signing_algorithm: SigningAlgorithmSpec
    grant_tokens: GrantTokenList | None = None
    dry_run: bool | None = None


class VerifyResponse(Shape, frozen=True, kw_only=True):
    key_id: str | None = None
    signature_valid: bool | None = None
    signing_algorithm: str | None = None


class VerifyMacRequest(Shape, frozen=True, kw_only=True):
    HIDDEN: ClassVar[frozenset[str]] = frozenset({"message", "mac", "grant_tokens"})

    message: PlaintextType
    key_id: KeyIdType
    mac_algorithm: MacAlgorithmSpec
    mac: CiphertextType
    grant_tokens: GrantTokenList | None = None
    dry_run: bool | None = None


class VerifyMacResponse(Shape, frozen=True, kw_only=True):
    key_id: str | None = None
    mac_valid: bool | None = None
    mac_algorithm: str | None = None


OPERATIONS: Mapping[str, OperationShape] = MappingProxyType(
    {
        "CancelKeyDeletion": OperationShape(
            "CancelKeyDeletion",
            CancelKeyDeletionRequest,
            CancelKeyDeletionResponse,
            frozenset(
                {
                    "NotFoundException",
                    "InvalidArnException",
                    "DependencyTimeoutException",
                    "KMSInternalException",
                    "KMSInvalidStateException",
                }
            ),
        ),
        "ConnectCustomKeyStore": OperationShape(
            "ConnectCustomKeyStore",
            ConnectCustomKeyStoreRequest,
            ConnectCustomKeyStoreResponse,
            frozenset(
                {
                    "CloudHsmClusterNotActiveException",
                    "CustomKeyStoreInvalidStateException",
                    "CustomKeyStoreNotFoundException",
                    "KMSInternalException",
                    "CloudHsmClusterInvalidConfigurationException",
                }
            ),
        ),
        "CreateAlias": OperationShape(
            "CreateAlias",
            CreateAliasRequest,
            None,
            frozenset(
                {
                    "DependencyTimeoutException",
                    "AlreadyExistsException",
                    "NotFoundException",
                    "InvalidAliasNameException",
                    "KMSInternalException",
                    "LimitExceededException",
                    "KMSInvalidStateException",
                }
            ),
        ),
        "CreateCustomKeyStore": OperationShape(
            "CreateCustomKeyStore",
            CreateCustomKeyStoreRequest,
            CreateCustomKeyStoreResponse,
            frozenset(
                {
                    "CloudHsmClusterInUseException",
                    "CustomKeyStoreNameInUseException",
                    "CloudHsmClusterNotFoundException",
                    "KMSInternalException",
                    "CloudHsmClusterNotActiveException",
                    "IncorrectTrustAnchorException",
                    "CloudHsmClusterInvalidConfigurationException",
                    "LimitExceededException",
                    "XksProxyUriInUseException",
                    "XksProxyUriEndpointInUseException",
                    "XksProxyUriUnreachableException",
                    "XksProxyIncorrectAuthenticationCredentialException",
                    "XksProxyVpcEndpointServiceInUseException",
                    "XksProxyVpcEndpointServiceNotFoundException",
                    "XksProxyVpcEndpointServiceInvalidConfigurationException",
                    "XksProxyInvalidResponseException",
                    "XksProxyInvalidConfigurationException",
                }
            ),
        ),
        "CreateGrant": OperationShape(
            "CreateGrant",
            CreateGrantRequest,
            CreateGrantResponse,
            frozenset(
                {
                    "NotFoundException",
                    "DisabledException",
                    "DependencyTimeoutException",
                    "InvalidArnException",
                    "KMSInternalException",
                    "InvalidGrantTokenException",
                    "LimitExceededException",
                    "KMSInvalidStateException",
                    "DryRunOperationException",
                }
            ),
        ),
        "CreateKey": OperationShape(
            "CreateKey",
            CreateKeyRequest,
            CreateKeyResponse,
            frozenset(
                {
                    "MalformedPolicyDocumentException",
                    "DependencyTimeoutException",
                    "InvalidArnException",
                    "UnsupportedOperationException",
                    "KMSInternalException",
                    "LimitExceededException",
                    "TagException",
                    "CustomKeyStoreNotFoundException",
                    "CustomKeyStoreInvalidStateException",
                    "CloudHsmClusterInvalidConfigurationException",
                    "XksKeyInvalidConfigurationException",
                    "XksKeyAlreadyInUseException",
                    "XksKeyNotFoundException",
                }
            ),
        ),
        "Decapsulate": OperationShape(
            "Decapsulate",
            DecapsulateRequest,
            DecapsulateResponse,
            frozenset(
                {
                    "NotFoundException",
                    "DisabledException",
                    "KeyUnavailableException",
                    "DependencyTimeoutException",
                    "InvalidGrantTokenException",
                    "InvalidKeyUsageException",
                    "InvalidCiphertextException",
                    "KMSInternalException",
                    "KMSInvalidStateException",
                    "DryRunOperationException",
                }
            ),
        ),
        "Decrypt": OperationShape(
            "Decrypt",
            DecryptRequest,
            DecryptResponse,
            frozenset(
                {
                    "NotFoundException",
                    "DisabledException",
                    "InvalidCiphertextException",
                    "KeyUnavailableException",
                    "IncorrectKeyException",
                    "InvalidKeyUsageException",
                    "DependencyTimeoutException",
                    "InvalidGrantTokenException",
                    "KMSInternalException",
                    "KMSInvalidStateException",
                    "DryRunOperationException",
                }
            ),
        ),
        "DeleteAlias": OperationShape(
            "DeleteAlias",
            DeleteAliasRequest,
            None,
            frozenset(
                {
                    "DependencyTimeoutException",
                    "NotFoundException",
                    "KMSInternalException",
                    "KMSInvalidStateException",
                }
            ),
        ),
        "DeleteCustomKeyStore": OperationShape(
            "DeleteCustomKeyStore",
            DeleteCustomKeyStoreRequest,
            DeleteCustomKeyStoreResponse,
            frozenset(
                {
                    "CustomKeyStoreHasCMKsException",
                    "CustomKeyStoreInvalidStateException",
                    "CustomKeyStoreNotFoundException",
                    "KMSInternalException",
                }
            ),
        ),
        "DeleteImportedKeyMaterial": OperationShape(
            "DeleteImportedKeyMaterial",
            DeleteImportedKeyMaterialRequest,
            DeleteImportedKeyMaterialResponse,
            frozenset(
                {
                    "InvalidArnException",
                    "UnsupportedOperationException",
                    "DependencyTimeoutException",
                    "NotFoundException",
                    "KMSInternalException",
                    "KMSInvalidStateException",
                }
            ),
        ),
        "DeriveSharedSecret": OperationShape(
            "DeriveSharedSecret",
            DeriveSharedSecretRequest,
            DeriveSharedSecretResponse,
            frozenset(
                {
                    "NotFoundException",
                    "DisabledException",
                    "KeyUnavailableException",
                    "DependencyTimeoutException",
                    "InvalidGrantTokenException",
                    "InvalidKeyUsageException",
                    "KMSInternalException",
                    "KMSInvalidStateException",
                    "DryRunOperationException",
                }
            ),
        ),
        "DescribeCustomKeyStores": OperationShape(
            "DescribeCustomKeyStores",
            DescribeCustomKeyStoresRequest,
            DescribeCustomKeyStoresResponse,
            frozenset(
                {
                    "CustomKeyStoreNotFoundException",
                    "InvalidMarkerException",
                    "KMSInternalException",
                }
            ),
        ),
        "DescribeKey": OperationShape(
            "DescribeKey",
            DescribeKeyRequest,
            DescribeKeyResponse,
            frozenset(
                {
                    "NotFoundException",
                    "InvalidArnException",
                    "DependencyTimeoutException",
                    "KMSInternalException",
                }
            ),
        ),
        "DisableKey": OperationShape(
            "DisableKey",
            DisableKeyRequest,
            None,
            frozenset(
                {
                    "NotFoundException",
                    "InvalidArnException",
                    "DependencyTimeoutException",
                    "KMSInternalException",
                    "KMSInvalidStateException",
                }
            ),
        ),
        "DisableKeyRotation": OperationShape(
            "DisableKeyRotation",
            DisableKeyRotationRequest,
            None,
            frozenset(
                {
                    "NotFoundException",
                    "DisabledException",
                    "InvalidArnException",
                    "DependencyTimeoutException",
                    "KMSInternalException",
                    "KMSInvalidStateException",
                    "UnsupportedOperationException",
                }
            ),
        ),
        "DisconnectCustomKeyStore": OperationShape(
            "DisconnectCustomKeyStore",
            DisconnectCustomKeyStoreRequest,
            DisconnectCustomKeyStoreResponse,
            frozenset(
                {
                    "CustomKeyStoreInvalidStateException",
                    "CustomKeyStoreNotFoundException",
                    "KMSInternalException",
                }
            ),
        ),
        "EnableKey": OperationShape(
            "EnableKey",
            EnableKeyRequest,
            None,
            frozenset(
                {
                    "NotFoundException",
                    "InvalidArnException",
                    "DependencyTimeoutException",
                    "KMSInternalException",
                    "LimitExceededException",
                    "KMSInvalidStateException",
                }
            ),
        ),
        "EnableKeyRotation": OperationShape(
            "EnableKeyRotation",
            EnableKeyRotationRequest,
            None,
            frozenset(
                {
                    "NotFoundException",
                    "DisabledException",
                    "InvalidArnException",
                    "DependencyTimeoutException",
                    "KMSInternalException",
                    "KMSInvalidStateException",
                    "UnsupportedOperationException",
                }
            ),
        ),
        "Encapsulate": OperationShape(
            "Encapsulate",
            EncapsulateRequest,
            EncapsulateResponse,
            frozenset(
                {
                    "NotFoundException",
                    "DisabledException",
                    "KeyUnavailableException",
                    "DependencyTimeoutException",
                    "InvalidGrantTokenException",
                    "InvalidKeyUsageException",
                    "KMSInternalException",
                    "KMSInvalidStateException",
                    "DryRunOperationException",
                }
            ),
        ),
        "Encrypt": OperationShape(
            "Encrypt",
            EncryptRequest,
            EncryptResponse,
            frozenset(
                {
                    "NotFoundException",
                    "DisabledException",
                    "KeyUnavailableException",
                    "DependencyTimeoutException",
                    "InvalidKeyUsageException",
                    "InvalidGrantTokenException",
                    "KMSInternalException",
                    "KMSInvalidStateException",
                    "DryRunOperationException",
                }
            ),
        ),
        "GenerateDataKey": OperationShape(
            "GenerateDataKey",
            GenerateDataKeyRequest,
            GenerateDataKeyResponse,
            frozenset(
                {
                    "NotFoundException",
                    "DisabledException",
                    "KeyUnavailableException",
                    "DependencyTimeoutException",
                    "InvalidKeyUsageException",
                    "InvalidGrantTokenException",
                    "KMSInternalException",
                    "KMSInvalidStateException",
                    "DryRunOperationException",
                }
            ),
        ),
        "GenerateDataKeyPair": OperationShape(
            "GenerateDataKeyPair",
            GenerateDataKeyPairRequest,
            GenerateDataKeyPairResponse,
            frozenset(
                {
                    "NotFoundException",
                    "DisabledException",
                    "KeyUnavailableException",
                    "DependencyTimeoutException",
                    "InvalidKeyUsageException",
                    "InvalidGrantTokenException",
                    "KMSInternalException",
                    "KMSInvalidStateException",
                    "UnsupportedOperationException",
                    "DryRunOperationException",
                }
            ),
        ),
        "GenerateDataKeyPairWithoutPlaintext": OperationShape(
            "GenerateDataKeyPairWithoutPlaintext",
            GenerateDataKeyPairWithoutPlaintextRequest,
            GenerateDataKeyPairWithoutPlaintextResponse,
            frozenset(
                {
                    "NotFoundException",
                    "DisabledException",
                    "KeyUnavailableException",
                    "DependencyTimeoutException",
                    "InvalidKeyUsageException",
                    "InvalidGrantTokenException",
                    "KMSInternalException",
                    "KMSInvalidStateException",
                    "UnsupportedOperationException",
                    "DryRunOperationException",
                }
            ),
        ),
        "GenerateDataKeyWithoutPlaintext": OperationShape(
            "GenerateDataKeyWithoutPlaintext",
            GenerateDataKeyWithoutPlaintextRequest,
            GenerateDataKeyWithoutPlaintextResponse,
            frozenset(
                {
                    "NotFoundException",
                    "DisabledException",
                    "KeyUnavailableException",
                    "DependencyTimeoutException",
                    "InvalidKeyUsageException",
                    "InvalidGrantTokenException",
                    "KMSInternalException",
                    "KMSInvalidStateException",
                    "DryRunOperationException",
                }
            ),
        ),
        "GenerateMac": OperationShape(
            "GenerateMac",
            GenerateMacRequest,
            GenerateMacResponse,
            frozenset(
                {
                    "NotFoundException",
                    "DisabledException",
                    "KeyUnavailableException",
                    "InvalidKeyUsageException",
                    "InvalidGrantTokenException",
                    "KMSInternalException",
                    "KMSInvalidStateException",
                    "DryRunOperationException",
                }
            ),
        ),
        "GenerateRandom": OperationShape(
            "GenerateRandom",
            GenerateRandomRequest,
            GenerateRandomResponse,
            frozenset(
                {
                    "DependencyTimeoutException",
                    "KMSInternalException",
                    "UnsupportedOperationException",
                    "CustomKeyStoreNotFoundException",
                    "CustomKeyStoreInvalidStateException",
                }
            ),
        ),
        "GetKeyLastUsage": OperationShape(
            "GetKeyLastUsage",
            GetKeyLastUsageRequest,
            GetKeyLastUsageResponse,
            frozenset(
                {
                    "NotFoundException",
                    "InvalidArnException",
                    "DependencyTimeoutException",
                    "KMSInternalException",
                }
            ),
        ),
        "GetKeyPolicy": OperationShape(
            "GetKeyPolicy",
            GetKeyPolicyRequest,
            GetKeyPolicyResponse,
            frozenset(
                {
                    "NotFoundException",
                    "InvalidArnException",
                    "DependencyTimeoutException",
                    "KMSInternalException",
                    "KMSInvalidStateException",
                }
            ),
        ),
        "GetKeyRotationStatus": OperationShape(
            "GetKeyRotationStatus",
            GetKeyRotationStatusRequest,
            GetKeyRotationStatusResponse,
            frozenset(
                {
                    "NotFoundException",
                    "InvalidArnException",
                    "DependencyTimeoutException",
                    "KMSInternalException",
                    "KMSInvalidStateException",
                    "UnsupportedOperationException",
                }
            ),
        ),
        "GetParametersForImport": OperationShape(
            "GetParametersForImport",
            GetParametersForImportRequest,
            GetParametersForImportResponse,
            frozenset(
                {
                    "InvalidArnException",
                    "UnsupportedOperationException",
                    "DependencyTimeoutException",
                    "NotFoundException",
                    "KMSInternalException",
                    "KMSInvalidStateException",
                }
            ),
        ),
        "GetPublicKey": OperationShape(
            "GetPublicKey",
            GetPublicKeyRequest,
            GetPublicKeyResponse,
            frozenset(
                {
                    "NotFoundException",
                    "DisabledException",
                    "KeyUnavailableException",
                    "DependencyTimeoutException",
                    "UnsupportedOperationException",
                    "InvalidArnException",
                    "InvalidGrantTokenException",
                    "InvalidKeyUsageException",
                    "KMSInternalException",
                    "KMSInvalidStateException",
                }
            ),
        ),
        "ImportKeyMaterial": OperationShape(
            "ImportKeyMaterial",
            ImportKeyMaterialRequest,
            ImportKeyMaterialResponse,
            frozenset(
                {
                    "InvalidArnException",
                    "UnsupportedOperationException",
                    "DependencyTimeoutException",
                    "NotFoundException",
                    "KMSInternalException",
                    "KMSInvalidStateException",
                    "InvalidCiphertextException",
                    "IncorrectKeyMaterialException",
                    "ExpiredImportTokenException",
                    "InvalidImportTokenException",
                }
            ),
        ),
        "ListAliases": OperationShape(
            "ListAliases",
            ListAliasesRequest,
            ListAliasesResponse,
            frozenset(
                {
                    "DependencyTimeoutException",
                    "InvalidMarkerException",
                    "KMSInternalException",
                    "InvalidArnException",
                    "NotFoundException",
                }
            ),
        ),
        "ListGrants": OperationShape(
            "ListGrants",
            ListGrantsRequest,
            ListGrantsResponse,
            frozenset(
                {
                    "NotFoundException",
                    "DependencyTimeoutException",
                    "InvalidMarkerException",
                    "InvalidGrantIdException",
                    "InvalidArnException",
                    "KMSInternalException",
                    "KMSInvalidStateException",
                }
            ),
        ),
        "ListKeyPolicies": OperationShape(
            "ListKeyPolicies",
            ListKeyPoliciesRequest,
            ListKeyPoliciesResponse,
            frozenset(
                {
                    "NotFoundException",
                    "InvalidArnException",
                    "DependencyTimeoutException",
                    "KMSInternalException",
                    "KMSInvalidStateException",
                }
            ),
        ),
        "ListKeyRotations": OperationShape(
            "ListKeyRotations",
            ListKeyRotationsRequest,
            ListKeyRotationsResponse,
            frozenset(
                {
                    "NotFoundException",
                    "InvalidArnException",
                    "InvalidMarkerException",
                    "KMSInternalException",
                    "KMSInvalidStateException",
                    "UnsupportedOperationException",
                }
            ),
        ),
        "ListKeys": OperationShape(
            "ListKeys",
            ListKeysRequest,
            ListKeysResponse,
            frozenset(
                {
                    "DependencyTimeoutException",
                    "KMSInternalException",
                    "InvalidMarkerException",
                }
            ),
        ),
        "ListResourceTags": OperationShape(
            "ListResourceTags",
            ListResourceTagsRequest,
            ListResourceTagsResponse,
            frozenset(
                {
                    "KMSInternalException",
                    "NotFoundException",
                    "InvalidArnException",
                    "InvalidMarkerException",
                }
            ),
        ),
        "ListRetirableGrants": OperationShape(
            "ListRetirableGrants",
            ListRetirableGrantsRequest,
            ListGrantsResponse,
            frozenset(
                {
                    "DependencyTimeoutException",
                    "InvalidMarkerException",
                    "InvalidArnException",
                    "NotFoundException",
                    "KMSInternalException",
                }
            ),
        ),
        "PutKeyPolicy": OperationShape(
            "PutKeyPolicy",
            PutKeyPolicyRequest,
            None,
            frozenset(
                {
                    "NotFoundException",
                    "InvalidArnException",
                    "MalformedPolicyDocumentException",
                    "DependencyTimeoutException",
                    "UnsupportedOperationException",
                    "KMSInternalException",
                    "LimitExceededException",
                    "KMSInvalidStateException",
                }
            ),
        ),
        "ReEncrypt": OperationShape(
            "ReEncrypt",
            ReEncryptRequest,
            ReEncryptResponse,
            frozenset(
                {
                    "NotFoundException",
                    "DisabledException",
                    "InvalidCiphertextException",
                    "KeyUnavailableException",
                    "IncorrectKeyException",
                    "DependencyTimeoutException",
                    "InvalidKeyUsageException",
                    "InvalidGrantTokenException",
                    "KMSInternalException",
                    "KMSInvalidStateException",
                    "DryRunOperationException",
                }
            ),
        ),
        "ReplicateKey": OperationShape(
            "ReplicateKey",
            ReplicateKeyRequest,
            ReplicateKeyResponse,
            frozenset(
                {
                    "AlreadyExistsException",
                    "DisabledException",
                    "InvalidArnException",
                    "KMSInvalidStateException",
                    "KMSInternalException",
                    "LimitExceededException",
                    "MalformedPolicyDocumentException",
                    "NotFoundException",
                    "TagException",
                    "UnsupportedOperationException",
                }
            ),
        ),
        "RetireGrant": OperationShape(
            "RetireGrant",
            RetireGrantRequest,
            None,
            frozenset(
                {
                    "InvalidArnException",
                    "InvalidGrantTokenException",
                    "InvalidGrantIdException",
                    "NotFoundException",
                    "DependencyTimeoutException",
                    "KMSInternalException",
                    "KMSInvalidStateException",
                    "DryRunOperationException",
                }
            ),
        ),
        "RevokeGrant": OperationShape(
            "RevokeGrant",
            RevokeGrantRequest,
            None,
            frozenset(
                {
                    "NotFoundException",
                    "DependencyTimeoutException",
                    "InvalidArnException",
                    "InvalidGrantIdException",
                    "KMSInternalException",
                    "KMSInvalidStateException",
                    "DryRunOperationException",
                }
            ),
        ),
        "RotateKeyOnDemand": OperationShape(
            "RotateKeyOnDemand",
            RotateKeyOnDemandRequest,
            RotateKeyOnDemandResponse,
            frozenset(
                {
                    "NotFoundException",
                    "DisabledException",
                    "InvalidArnException",
                    "DependencyTimeoutException",
                    "KMSInternalException",
                    "KMSInvalidStateException",
                    "UnsupportedOperationException",
                    "LimitExceededException",
                    "ConflictException",
                }
            ),
        ),
        "ScheduleKeyDeletion": OperationShape(
            "ScheduleKeyDeletion",
            ScheduleKeyDeletionRequest,
            ScheduleKeyDeletionResponse,
            frozenset(
                {
                    "NotFoundException",
                    "InvalidArnException",
                    "DependencyTimeoutException",
                    "KMSInternalException",
                    "KMSInvalidStateException",
                }
            ),
        ),
        "Sign": OperationShape(
            "Sign",
            SignRequest,
            SignResponse,
            frozenset(
                {
                    "NotFoundException",
                    "DisabledException",
                    "KeyUnavailableException",
                    "DependencyTimeoutException",
                    "InvalidKeyUsageException",
                    "InvalidGrantTokenException",
                    "KMSInternalException",
                    "KMSInvalidStateException",
                    "DryRunOperationException",
                }
            ),
        ),
        "TagResource": OperationShape(
            "TagResource",
            TagResourceRequest,
            None,
            frozenset(
                {
                    "KMSInternalException",
                    "NotFoundException",
                    "InvalidArnException",
                    "KMSInvalidStateException",
                    "LimitExceededException",
                    "TagException",
                }
            ),
        ),
        "UntagResource": OperationShape(
            "UntagResource",
            UntagResourceRequest,
            None,
            frozenset(
                {
                    "KMSInternalException",
                    "NotFoundException",
                    "InvalidArnException",
                    "KMSInvalidStateException",
                    "TagException",
                }
            ),
        ),
        "UpdateAlias": OperationShape(
            "UpdateAlias",
            UpdateAliasRequest,
            None,
            frozenset(
                {
                    "DependencyTimeoutException",
                    "NotFoundException",
                    "KMSInternalException",
                    "LimitExceededException",
                    "KMSInvalidStateException",
                }
            ),
        ),
        "UpdateCustomKeyStore": OperationShape(
            "UpdateCustomKeyStore",
            UpdateCustomKeyStoreRequest,
            UpdateCustomKeyStoreResponse,
            frozenset(
                {
                    "CustomKeyStoreNotFoundException",
                    "CustomKeyStoreNameInUseException",
                    "CloudHsmClusterNotFoundException",
                    "CloudHsmClusterNotRelatedException",
                    "CustomKeyStoreInvalidStateException",
                    "KMSInternalException",
                    "CloudHsmClusterNotActiveException",
                    "CloudHsmClusterInvalidConfigurationException",
                    "XksProxyUriInUseException",
                    "XksProxyUriEndpointInUseException",
                    "XksProxyUriUnreachableException",
                    "XksProxyIncorrectAuthenticationCredentialException",
                    "XksProxyVpcEndpointServiceInUseException",
                    "XksProxyVpcEndpointServiceNotFoundException",
                    "XksProxyVpcEndpointServiceInvalidConfigurationException",
                    "XksProxyInvalidResponseException",
                    "XksProxyInvalidConfigurationException",
                }
            ),
        ),
        "UpdateKeyDescription": OperationShape(
            "UpdateKeyDescription",
            UpdateKeyDescriptionRequest,
            None,
            frozenset(
                {
                    "NotFoundException",
                    "InvalidArnException",
                    "DependencyTimeoutException",
                    "KMSInternalException",
                    "KMSInvalidStateException",
                }
            ),
        ),
        "UpdatePrimaryRegion": OperationShape(
            "UpdatePrimaryRegion",
            UpdatePrimaryRegionRequest,
            None,
            frozenset(
                {
                    "DisabledException",
                    "InvalidArnException",
                    "KMSInvalidStateException",
                    "KMSInternalException",
                    "NotFoundException",
                    "UnsupportedOperationException",
                }
            ),
        ),
        "Verify": OperationShape(
            "Verify",
            VerifyRequest,
            VerifyResponse,
            frozenset(
                {
                    "NotFoundException",
                    "DisabledException",
                    "KeyUnavailableException",
                    "DependencyTimeoutException",
                    "InvalidKeyUsageException",
                    "InvalidGrantTokenException",
                    "KMSInternalException",
                    "KMSInvalidStateException",
                    "KMSInvalidSignatureException",
                    "DryRunOperationException",
                }
            ),
        ),
        "VerifyMac": OperationShape(
            "VerifyMac",
            VerifyMacRequest,
            VerifyMacResponse,
            frozenset(
                {
                    "NotFoundException",
                    "DisabledException",
                    "KeyUnavailableException",
                    "InvalidKeyUsageException",
                    "InvalidGrantTokenException",
                    "KMSInternalException",
                    "KMSInvalidMacException",
                    "KMSInvalidStateException",
                    "DryRunOperationException",
                }
            ),
        ),
    }
)


OTHERS: frozenset[str] = frozenset()
"""Operations that the service model has beside those, by name."""
