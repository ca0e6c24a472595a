"""The shapes of strongroom, API version 2026-11-24. Generated: do not edit.

By ``python tools/generate_shapes.py`` from wire/models.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, ClassVar, Literal

from msgspec import Meta, field

from strongroom.wire.shape import OperationShape, Shape, Timestamp

Name = Annotated[str, Meta(min_length=1, max_length=2048)]


NameList = Annotated[list[Name], Meta(max_length=50)]


RequestIdType = Annotated[str, Meta(min_length=1, max_length=128)]


ContextName = Annotated[str, Meta(min_length=1, max_length=8192)]


ContextValue = Annotated[str, Meta(max_length=8192)]


class ContextFilter(Shape, frozen=True, kw_only=True):
    name: ContextName
    value: ContextValue | None = None


ContextFilterList = Annotated[list[ContextFilter], Meta(max_length=20)]


BucketSecondsType = Annotated[int, Meta(ge=1, le=31622400)]


class CountEventsRequest(Shape, frozen=True, kw_only=True):
    start_time: Timestamp
    end_time: Timestamp
    event_names: NameList | None = None
    event_sources: NameList | None = None
    principals: NameList | None = None
    keys: NameList | None = None
    source_address: Name | None = None
    error_codes: NameList | None = None
    request_id: RequestIdType | None = None
    event_id: RequestIdType | None = None
    read_only: bool | None = None
    context: ContextFilterList | None = None
    bucket_seconds: BucketSecondsType


class Bucket(Shape, frozen=True, kw_only=True):
    start: Timestamp | None = None
    count: int | None = None
    errors: int | None = None


class IndexLag(Shape, frozen=True, kw_only=True):
    usable: bool | None = None
    bytes: int | None = None
    problem: str | None = None


class CountEventsResponse(Shape, frozen=True, kw_only=True):
    buckets: list[Bucket] | None = None
    total: int | None = None
    complete: bool | None = None
    counted_since: Timestamp | None = None
    index_lag: IndexLag | None = None


ArnType = Annotated[str, Meta(min_length=20, max_length=2048)]


ActionType = Annotated[str, Meta(min_length=1, max_length=128)]


KeyIdOrAlias = Annotated[str, Meta(min_length=1, max_length=2048)]


ConditionName = Annotated[str, Meta(min_length=1, max_length=256)]


ConditionValue = Annotated[str, Meta(max_length=4096)]


class ExplainAccessRequest(Shape, frozen=True, kw_only=True):
    principal_arn: ArnType
    action: ActionType
    key_id: KeyIdOrAlias | None = None
    encryption_context: dict[str, str] | None = None
    condition_context: dict[ConditionName, ConditionValue] | None = None


class UnmetCondition(Shape, frozen=True, kw_only=True):
    operator: str | None = None
    key: str | None = None
    wanted: list[str] | None = None
    seen: list[str] | None = None


class ExplainedStatement(Shape, frozen=True, kw_only=True):
    policy_name: str | None = None
    kind: str | None = None
    effect: str | None = None
    sid: str | None = None
    standing: str | None = None
    document: str | None = None
    unmet_conditions: list[UnmetCondition] | None = None


class ContextSeen(Shape, frozen=True, kw_only=True):
    name: str | None = None
    values: list[str] | None = None


class Explanation(Shape, frozen=True, kw_only=True):
    principal: str | None = None
    action: str | None = None
    resource: str | None = None
    decision: str | None = None
    reason: str | None = None
    statements: list[ExplainedStatement] | None = None
    grants: list[str] | None = None
    context: list[ContextSeen] | None = None
    absent: list[str] | None = None
    smallest_change: list[str] | None = None
    text: list[str] | None = None


class ExplainAccessResponse(Shape, frozen=True, kw_only=True):
    decision: str | None = None
    reason: str | None = None
    statements: list[ExplainedStatement] | None = None
    grants: list[str] | None = None
    smallest_change: list[str] | None = None
    explanations: list[Explanation] | None = None


class ExplainRequestRequest(Shape, frozen=True, kw_only=True):
    request_id: RequestIdType


class RecordedCall(Shape, frozen=True, kw_only=True):
    event_name: str | None = None
    event_time: Timestamp | None = None
    principal: str | None = None
    error_code: str | None = None
    outcome: str | None = None
    cloud_trail_event: str | None = None


class ExplainRequestResponse(Shape, frozen=True, kw_only=True):
    decision: str | None = None
    reason: str | None = None
    statements: list[ExplainedStatement] | None = None
    grants: list[str] | None = None
    smallest_change: list[str] | None = None
    explanations: list[Explanation] | None = None
    recorded: RecordedCall | None = None


class GetKeyReportRequest(Shape, frozen=True, kw_only=True):
    key_id: KeyIdOrAlias


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


class LastUse(Shape, frozen=True, kw_only=True):
    time: Timestamp | None = None
    operation: str | None = None


class ReportedGrant(Shape, frozen=True, kw_only=True):
    grant_id: str | None = None
    name: str | None = None
    grantee_principal: str | None = None
    operations: list[str] | None = None


class UseCount(Shape, frozen=True, kw_only=True):
    name: str | None = None
    calls: int | None = None
    refused: int | None = None
    last_used: Timestamp | None = None


class GetKeyReportResponse(Shape, frozen=True, kw_only=True):
    key_metadata: KeyMetadata | None = None
    last_used: LastUse | None = None
    tracked_since: Timestamp | None = None
    aliases: list[str] | None = None
    grants: list[ReportedGrant] | None = None
    grants_total: int | None = None
    replicas: list[str] | None = None
    answered: int | None = None
    refused: int | None = None
    counted_since: Timestamp | None = None
    by_operation: list[UseCount] | None = None
    by_principal: list[UseCount] | None = None
    by_day: list[UseCount] | None = None
    ciphertexts_made: int | None = None
    ciphertexts_opened: int | None = None
    index_lag: IndexLag | None = None


class GetKeySummaryRequest(Shape, frozen=True, kw_only=True):
    pass


class NamedCount(Shape, frozen=True, kw_only=True):
    name: str | None = None
    count: int | None = None


class DatedKey(Shape, frozen=True, kw_only=True):
    key_id: str | None = None
    alias: str | None = None
    date: Timestamp | None = None


class GetKeySummaryResponse(Shape, frozen=True, kw_only=True):
    total: int | None = None
    by_state: list[NamedCount] | None = None
    by_spec: list[NamedCount] | None = None
    by_usage: list[NamedCount] | None = None
    by_origin: list[NamedCount] | None = None
    by_manager: list[NamedCount] | None = None
    pending_deletion: list[DatedKey] | None = None
    pending_deletion_total: int | None = None
    expiring_material: list[DatedKey] | None = None
    expiring_material_total: int | None = None
    rotations_due: list[DatedKey] | None = None
    rotations_due_total: int | None = None


class GetServerStatusRequest(Shape, frozen=True, kw_only=True):
    pass


class LatencyStatus(Shape, frozen=True, kw_only=True):
    p50: int | None = None
    p90: int | None = None
    p99: int | None = None


class RequestsStatus(Shape, frozen=True, kw_only=True):
    per_minute: int | None = None
    failed_per_minute: int | None = None
    latency_microseconds: LatencyStatus | None = None
    connections: int | None = None
    window_seconds: int | None = None


class JobStatus(Shape, frozen=True, kw_only=True):
    name: str | None = None
    next_run: Timestamp | None = None
    overdue: int | None = None
    last_run: Timestamp | None = None
    last_result: str | None = None


class QuotaStatus(Shape, frozen=True, kw_only=True):
    name: str | None = None
    limit: int | None = None
    used: int | None = None
    unit: str | None = None


class StorageStatus(Shape, frozen=True, kw_only=True):
    database_bytes: int | None = None
    journal_bytes: int | None = None
    index_bytes: int | None = None
    free_bytes: int | None = None


class IntegrityStatus(Shape, frozen=True, kw_only=True):
    state: str | None = None
    verified_at: Timestamp | None = None
    text: str | None = None


class TLSStatus(Shape, frozen=True, kw_only=True):
    ca_certificate: str | None = None
    subject: str | None = None
    not_after: Timestamp | None = None


class AccountStatus(Shape, frozen=True, kw_only=True):
    id: str | None = None
    alias: str | None = None


class GetServerStatusResponse(Shape, frozen=True, kw_only=True):
    version: str | None = None
    endpoint: str | None = None
    region: str | None = None
    regions: list[str] | None = None
    workers: int | None = None
    started_at: Timestamp | None = None
    now: Timestamp | None = None
    requests: RequestsStatus | None = None
    jobs: list[JobStatus] | None = None
    quotas: list[QuotaStatus] | None = None
    storage: StorageStatus | None = None
    index: IndexLag | None = None
    integrity: IntegrityStatus | None = None
    tls: TLSStatus | None = None
    account: AccountStatus | None = None


UsageGroup = Literal[
    "OPERATION",
    "PRINCIPAL",
    "CONTEXT_VALUE",
    "KEY",
]


class GetUsageRequest(Shape, frozen=True, kw_only=True):
    key_id: KeyIdOrAlias | None = None
    start_time: Timestamp
    end_time: Timestamp
    group_by: UsageGroup
    context_name: ContextName | None = None


class UsagePoint(Shape, frozen=True, kw_only=True):
    start: Timestamp | None = None
    count: int | None = None
    errors: int | None = None


class UsageSeries(Shape, frozen=True, kw_only=True):
    name: str | None = None
    total: int | None = None
    errors: int | None = None
    last_used: Timestamp | None = None
    points: list[UsagePoint] | None = None


class GetUsageResponse(Shape, frozen=True, kw_only=True):
    series: list[UsageSeries] | None = None
    period_seconds: int | None = None
    complete: bool | None = None
    index_lag: IndexLag | None = None


EventPageLimit = Annotated[int, Meta(ge=1, le=50)]


NextTokenType = Annotated[str, Meta(min_length=1, max_length=4096)]


class SearchEventsRequest(Shape, frozen=True, kw_only=True):
    start_time: Timestamp | None = None
    end_time: Timestamp | None = None
    event_names: NameList | None = None
    event_sources: NameList | None = None
    principals: NameList | None = None
    keys: NameList | None = None
    source_address: Name | None = None
    error_codes: NameList | None = None
    request_id: RequestIdType | None = None
    event_id: RequestIdType | None = None
    read_only: bool | None = None
    context: ContextFilterList | None = None
    descending: bool | None = None
    limit: EventPageLimit | None = None
    next_token: NextTokenType | None = None


class FoundEvent(Shape, frozen=True, kw_only=True):
    event_id: str | None = None
    event_time: Timestamp | None = None
    cloud_trail_event: str | None = None


class SearchEventsResponse(Shape, frozen=True, kw_only=True):
    events: list[FoundEvent] | None = None
    next_token: str | None = None
    index_lag: IndexLag | None = None


SearchText = Annotated[str, Meta(min_length=1, max_length=256)]


KeyState = Literal[
    "Creating",
    "Enabled",
    "Disabled",
    "PendingDeletion",
    "PendingImport",
    "PendingReplicaDeletion",
    "Unavailable",
    "Updating",
]


KeyStateList = Annotated[list[KeyState], Meta(max_length=20)]


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


KeySpecList = Annotated[list[KeySpec], Meta(max_length=50)]


KeyUsageType = Literal[
    "SIGN_VERIFY",
    "ENCRYPT_DECRYPT",
    "GENERATE_VERIFY_MAC",
    "KEY_AGREEMENT",
    "ENCAPSULATE_DECAPSULATE",
]


KeyUsageList = Annotated[list[KeyUsageType], Meta(max_length=20)]


OriginType = Literal[
    "AWS_KMS",
    "EXTERNAL",
    "AWS_CLOUDHSM",
    "EXTERNAL_KEY_STORE",
]


OriginList = Annotated[list[OriginType], Meta(max_length=20)]


KeyManagerType = Literal[
    "AWS",
    "CUSTOMER",
]


ManagerList = Annotated[list[KeyManagerType], Meta(max_length=2)]


TagKeyType = Annotated[str, Meta(min_length=1, max_length=128)]


TagValueType = Annotated[str, Meta(max_length=256)]


SortKeysBy = Literal[
    "ALIAS",
    "CREATED",
    "LAST_USED",
    "STATE",
    "SPEC",
]


KeyPageLimit = Annotated[int, Meta(ge=1, le=100)]


class SearchKeysRequest(Shape, frozen=True, kw_only=True):
    text: SearchText | None = None
    states: KeyStateList | None = None
    specs: KeySpecList | None = None
    usages: KeyUsageList | None = None
    origins: OriginList | None = None
    managers: ManagerList | None = None
    multi_region: bool | None = None
    tag_key: TagKeyType | None = None
    tag_value: TagValueType | None = None
    sort_by: SortKeysBy | None = None
    descending: bool | None = None
    limit: KeyPageLimit | None = None
    next_token: NextTokenType | None = None


class Tag(Shape, frozen=True, kw_only=True):
    tag_key: str
    tag_value: str


class FoundKey(Shape, frozen=True, kw_only=True):
    key_metadata: KeyMetadata | None = None
    aliases: list[str] | None = None
    tags: list[Tag] | None = None
    last_used: LastUse | None = None
    tracked_since: Timestamp | None = None
    rotation_enabled: bool | None = None
    next_rotation: Timestamp | None = None


class SearchKeysResponse(Shape, frozen=True, kw_only=True):
    keys: list[FoundKey] | None = None
    next_token: str | None = None
    total: int | None = None


AccountIdOrAlias = Annotated[str, Meta(min_length=1, max_length=63)]


UserNameText = Annotated[str, Meta(min_length=1, max_length=64)]


PasswordText = Annotated[str, Meta(min_length=1, max_length=128)]


class SignInRequest(Shape, frozen=True, kw_only=True):
    HIDDEN: ClassVar[frozenset[str]] = frozenset({"password", "new_password"})

    account: AccountIdOrAlias
    user_name: UserNameText
    password: PasswordText
    new_password: PasswordText | None = None


class Credentials(Shape, frozen=True, kw_only=True):
    HIDDEN: ClassVar[frozenset[str]] = frozenset({"secret_access_key", "session_token"})

    access_key_id: str | None = None
    secret_access_key: str | None = None
    session_token: str | None = None
    expiration: Timestamp | None = None


class SignInResponse(Shape, frozen=True, kw_only=True):
    credentials: Credentials | None = None
    account: AccountStatus | None = None
    user_arn: str | None = None


PolicyText = Annotated[str, Meta(min_length=1, max_length=131072)]


InsteadOfType = Annotated[str, Meta(min_length=1, max_length=2048)]


MaxChanges = Annotated[int, Meta(ge=1, le=500)]


class TryIdentityPolicyRequest(Shape, frozen=True, kw_only=True):
    principal_arn: ArnType
    policy: PolicyText
    instead_of: InsteadOfType | None = None
    since: Timestamp | None = None
    max_changes: MaxChanges | None = None


class UntoldCalls(Shape, frozen=True, kw_only=True):
    reason: str | None = None
    count: int | None = None


class ChangedCall(Shape, frozen=True, kw_only=True):
    event_id: str | None = None
    request_id: str | None = None
    event_time: Timestamp | None = None
    event_name: str | None = None
    principal: str | None = None
    before: str | None = None
    after: str | None = None
    reason: str | None = None


class TryIdentityPolicyResponse(Shape, frozen=True, kw_only=True):
    tried: int | None = None
    now_denied: int | None = None
    now_allowed: int | None = None
    same: int | None = None
    drifted: int | None = None
    untold: list[UntoldCalls] | None = None
    changed: list[ChangedCall] | None = None
    complete: bool | None = None


class TryKeyPolicyRequest(Shape, frozen=True, kw_only=True):
    key_id: KeyIdOrAlias
    policy: PolicyText
    since: Timestamp | None = None
    max_changes: MaxChanges | None = None


class PolicyFinding(Shape, frozen=True, kw_only=True):
    severity: str | None = None
    code: str | None = None
    sid: str | None = None
    text: str | None = None


class LockOut(Shape, frozen=True, kw_only=True):
    safe: bool | None = None
    reason: str | None = None


class TryKeyPolicyResponse(Shape, frozen=True, kw_only=True):
    tried: int | None = None
    now_denied: int | None = None
    now_allowed: int | None = None
    same: int | None = None
    drifted: int | None = None
    untold: list[UntoldCalls] | None = None
    changed: list[ChangedCall] | None = None
    complete: bool | None = None
    findings: list[PolicyFinding] | None = None
    lock_out: LockOut | None = None


OPERATIONS: Mapping[str, OperationShape] = MappingProxyType(
    {
        "CountEvents": OperationShape(
            "CountEvents",
            CountEventsRequest,
            CountEventsResponse,
            frozenset({
                "InvalidTimeRangeException", "UnavailableException",
            }),
        ),
        "ExplainAccess": OperationShape(
            "ExplainAccess",
            ExplainAccessRequest,
            ExplainAccessResponse,
            frozenset({
                "NotFoundException", "InvalidArnException", "NotExplainableException",
            }),
        ),
        "ExplainRequest": OperationShape(
            "ExplainRequest",
            ExplainRequestRequest,
            ExplainRequestResponse,
            frozenset({
                "NotFoundException", "NotExplainableException", "UnavailableException",
            }),
        ),
        "GetKeyReport": OperationShape(
            "GetKeyReport",
            GetKeyReportRequest,
            GetKeyReportResponse,
            frozenset({
                "NotFoundException", "InvalidArnException", "UnavailableException",
            }),
        ),
        "GetKeySummary": OperationShape(
            "GetKeySummary",
            GetKeySummaryRequest,
            GetKeySummaryResponse,
            frozenset(),
        ),
        "GetServerStatus": OperationShape(
            "GetServerStatus",
            GetServerStatusRequest,
            GetServerStatusResponse,
            frozenset(),
        ),
        "GetUsage": OperationShape(
            "GetUsage",
            GetUsageRequest,
            GetUsageResponse,
            frozenset({
                "NotFoundException", "InvalidArnException", "InvalidTimeRangeException",
                "InvalidParameterCombinationException", "UnavailableException",
            }),
        ),
        "SearchEvents": OperationShape(
            "SearchEvents",
            SearchEventsRequest,
            SearchEventsResponse,
            frozenset({
                "InvalidNextTokenException", "InvalidTimeRangeException", "UnavailableException",
            }),
        ),
        "SearchKeys": OperationShape(
            "SearchKeys",
            SearchKeysRequest,
            SearchKeysResponse,
            frozenset({"InvalidNextTokenException"}),
        ),
        "SignIn": OperationShape(
            "SignIn",
            SignInRequest,
            SignInResponse,
            frozenset({
                "SignInFailedException", "PasswordChangeRequiredException", "PasswordPolicyViolationException",
                "TooManyAttemptsException",
            }),
        ),
        "TryIdentityPolicy": OperationShape(
            "TryIdentityPolicy",
            TryIdentityPolicyRequest,
            TryIdentityPolicyResponse,
            frozenset({
                "NotFoundException", "LimitExceededException", "MalformedPolicyDocumentException",
                "UnavailableException",
            }),
        ),
        "TryKeyPolicy": OperationShape(
            "TryKeyPolicy",
            TryKeyPolicyRequest,
            TryKeyPolicyResponse,
            frozenset({
                "NotFoundException", "InvalidArnException", "LimitExceededException",
                "MalformedPolicyDocumentException", "UnavailableException",
            }),
        ),
    }
)


OTHERS: frozenset[str] = frozenset()
"""Operations that the service model has beside those, by name."""
