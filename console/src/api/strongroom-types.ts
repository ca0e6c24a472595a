/** The shapes of the `strongroom` service. Generated from its model by tools/generate_console_types.py; not edited by hand. */

/** Seconds since 1970, as AWS JSON 1.1 writes times. */
export type EpochSeconds = number;

export interface Operations {
  CountEvents: { input: CountEventsRequest; output: CountEventsResponse };
  ExplainAccess: { input: ExplainAccessRequest; output: ExplainAccessResponse };
  ExplainRequest: { input: ExplainRequestRequest; output: ExplainRequestResponse };
  GetKeyReport: { input: GetKeyReportRequest; output: GetKeyReportResponse };
  GetKeySummary: { input: GetKeySummaryRequest; output: GetKeySummaryResponse };
  GetServerStatus: { input: GetServerStatusRequest; output: GetServerStatusResponse };
  GetUsage: { input: GetUsageRequest; output: GetUsageResponse };
  SearchEvents: { input: SearchEventsRequest; output: SearchEventsResponse };
  SearchKeys: { input: SearchKeysRequest; output: SearchKeysResponse };
  SignIn: { input: SignInRequest; output: SignInResponse };
  TryIdentityPolicy: { input: TryIdentityPolicyRequest; output: TryIdentityPolicyResponse };
  TryKeyPolicy: { input: TryKeyPolicyRequest; output: TryKeyPolicyResponse };
}

export interface AccountStatus {
  readonly Id?: string;
  readonly Alias?: string;
}

export interface Bucket {
  readonly Start?: EpochSeconds;
  readonly Count?: number;
  readonly Errors?: number;
}

export interface ChangedCall {
  readonly EventId?: string;
  readonly RequestId?: string;
  readonly EventTime?: EpochSeconds;
  readonly EventName?: string;
  readonly Principal?: string;
  readonly Before?: DecisionType;
  readonly After?: DecisionType;
  readonly Reason?: string;
}

export interface ContextFilter {
  readonly Name: string;
  readonly Value?: string;
}

export interface ContextSeen {
  readonly Name?: string;
  readonly Values?: readonly string[];
}

export interface CountEventsRequest {
  readonly StartTime: EpochSeconds;
  readonly EndTime: EpochSeconds;
  readonly EventNames?: readonly string[];
  readonly EventSources?: readonly string[];
  readonly Principals?: readonly string[];
  readonly Keys?: readonly string[];
  readonly SourceAddress?: string;
  readonly ErrorCodes?: readonly string[];
  readonly RequestId?: string;
  readonly EventId?: string;
  readonly ReadOnly?: boolean;
  readonly Context?: readonly ContextFilter[];
  readonly BucketSeconds: number;
}

export interface CountEventsResponse {
  readonly Buckets?: readonly Bucket[];
  readonly Total?: number;
  readonly Complete?: boolean;
  readonly CountedSince?: EpochSeconds;
  readonly IndexLag?: IndexLag;
}

export interface Credentials {
  readonly AccessKeyId?: string;
  readonly SecretAccessKey?: string;
  readonly SessionToken?: string;
  readonly Expiration?: EpochSeconds;
}

export type CustomerMasterKeySpec =
  | "RSA_2048"
  | "RSA_3072"
  | "RSA_4096"
  | "ECC_NIST_P256"
  | "ECC_NIST_P384"
  | "ECC_NIST_P521"
  | "ECC_SECG_P256K1"
  | "SYMMETRIC_DEFAULT"
  | "HMAC_224"
  | "HMAC_256"
  | "HMAC_384"
  | "HMAC_512"
  | "SM2";

export interface DatedKey {
  readonly KeyId?: string;
  readonly Alias?: string;
  readonly Date?: EpochSeconds;
}

export type DecisionType =
  | "ALLOWED"
  | "DENIED";

export type EffectType =
  | "Allow"
  | "Deny";

export type EncapsulationAlgorithmSpec =
  | "ML_KEM";

export type EncryptionAlgorithmSpec =
  | "SYMMETRIC_DEFAULT"
  | "RSAES_OAEP_SHA_1"
  | "RSAES_OAEP_SHA_256"
  | "SM2PKE";

export type ExpirationModelType =
  | "KEY_MATERIAL_EXPIRES"
  | "KEY_MATERIAL_DOES_NOT_EXPIRE";

export interface ExplainAccessRequest {
  readonly PrincipalArn: string;
  readonly Action: string;
  readonly KeyId?: string;
  readonly EncryptionContext?: Readonly<Record<string, string>>;
  readonly ConditionContext?: Readonly<Record<string, string>>;
}

export interface ExplainAccessResponse {
  readonly Decision?: DecisionType;
  readonly Reason?: string;
  readonly Statements?: readonly ExplainedStatement[];
  readonly Grants?: readonly string[];
  readonly SmallestChange?: readonly string[];
  readonly Explanations?: readonly Explanation[];
}

export interface ExplainRequestRequest {
  readonly RequestId: string;
}

export interface ExplainRequestResponse {
  readonly Decision?: DecisionType;
  readonly Reason?: string;
  readonly Statements?: readonly ExplainedStatement[];
  readonly Grants?: readonly string[];
  readonly SmallestChange?: readonly string[];
  readonly Explanations?: readonly Explanation[];
  readonly Recorded?: RecordedCall;
}

export interface ExplainedStatement {
  readonly PolicyName?: string;
  readonly Kind?: PolicyDocumentKind;
  readonly Effect?: EffectType;
  readonly Sid?: string;
  readonly Standing?: StandingType;
  readonly Document?: string;
  readonly UnmetConditions?: readonly UnmetCondition[];
}

export interface Explanation {
  readonly Principal?: string;
  readonly Action?: string;
  readonly Resource?: string;
  readonly Decision?: DecisionType;
  readonly Reason?: string;
  readonly Statements?: readonly ExplainedStatement[];
  readonly Grants?: readonly string[];
  readonly Context?: readonly ContextSeen[];
  readonly Absent?: readonly string[];
  readonly SmallestChange?: readonly string[];
  readonly Text?: readonly string[];
}

export type FindingSeverity =
  | "ERROR"
  | "WARNING"
  | "SUGGESTION";

export interface FoundEvent {
  readonly EventId?: string;
  readonly EventTime?: EpochSeconds;
  readonly CloudTrailEvent?: string;
}

export interface FoundKey {
  readonly KeyMetadata?: KeyMetadata;
  readonly Aliases?: readonly string[];
  readonly Tags?: readonly Tag[];
  readonly LastUsed?: LastUse;
  readonly TrackedSince?: EpochSeconds;
  readonly RotationEnabled?: boolean;
  readonly NextRotation?: EpochSeconds;
}

export interface GetKeyReportRequest {
  readonly KeyId: string;
}

export interface GetKeyReportResponse {
  readonly KeyMetadata?: KeyMetadata;
  readonly LastUsed?: LastUse;
  readonly TrackedSince?: EpochSeconds;
  readonly Aliases?: readonly string[];
  readonly Grants?: readonly ReportedGrant[];
  readonly GrantsTotal?: number;
  readonly Replicas?: readonly string[];
  readonly Answered?: number;
  readonly Refused?: number;
  readonly CountedSince?: EpochSeconds;
  readonly ByOperation?: readonly UseCount[];
  readonly ByPrincipal?: readonly UseCount[];
  readonly ByDay?: readonly UseCount[];
  readonly CiphertextsMade?: number;
  readonly CiphertextsOpened?: number;
  readonly IndexLag?: IndexLag;
}

export type GetKeySummaryRequest = Record<string, never>;

export interface GetKeySummaryResponse {
  readonly Total?: number;
  readonly ByState?: readonly NamedCount[];
  readonly BySpec?: readonly NamedCount[];
  readonly ByUsage?: readonly NamedCount[];
  readonly ByOrigin?: readonly NamedCount[];
  readonly ByManager?: readonly NamedCount[];
  readonly PendingDeletion?: readonly DatedKey[];
  readonly PendingDeletionTotal?: number;
  readonly ExpiringMaterial?: readonly DatedKey[];
  readonly ExpiringMaterialTotal?: number;
  readonly RotationsDue?: readonly DatedKey[];
  readonly RotationsDueTotal?: number;
}

export type GetServerStatusRequest = Record<string, never>;

export interface GetServerStatusResponse {
  readonly Version?: string;
  readonly Endpoint?: string;
  readonly Region?: string;
  readonly Regions?: readonly string[];
  readonly Workers?: number;
  readonly StartedAt?: EpochSeconds;
  readonly Now?: EpochSeconds;
  readonly Requests?: RequestsStatus;
  readonly Jobs?: readonly JobStatus[];
  readonly Quotas?: readonly QuotaStatus[];
  readonly Storage?: StorageStatus;
  readonly Index?: IndexLag;
  readonly Integrity?: IntegrityStatus;
  readonly Tls?: TLSStatus;
  readonly Account?: AccountStatus;
}

export interface GetUsageRequest {
  readonly KeyId?: string;
  readonly StartTime: EpochSeconds;
  readonly EndTime: EpochSeconds;
  readonly GroupBy: UsageGroup;
  readonly ContextName?: string;
}

export interface GetUsageResponse {
  readonly Series?: readonly UsageSeries[];
  readonly PeriodSeconds?: number;
  readonly Complete?: boolean;
  readonly IndexLag?: IndexLag;
}

export interface IndexLag {
  readonly Usable?: boolean;
  readonly Bytes?: number;
  readonly Problem?: string;
}

export interface IntegrityStatus {
  readonly State?: string;
  readonly VerifiedAt?: EpochSeconds;
  readonly Text?: string;
}

export interface JobStatus {
  readonly Name?: string;
  readonly NextRun?: EpochSeconds;
  readonly Overdue?: number;
  readonly LastRun?: EpochSeconds;
  readonly LastResult?: string;
}

export type KeyAgreementAlgorithmSpec =
  | "ECDH";

export type KeyManagerType =
  | "AWS"
  | "CUSTOMER";

export interface KeyMetadata {
  readonly AWSAccountId?: string;
  readonly KeyId: string;
  readonly Arn?: string;
  readonly CreationDate?: EpochSeconds;
  readonly Enabled?: boolean;
  readonly Description?: string;
  readonly KeyUsage?: KeyUsageType;
  readonly KeyState?: KeyState;
  readonly DeletionDate?: EpochSeconds;
  readonly ValidTo?: EpochSeconds;
  readonly Origin?: OriginType;
  readonly CustomKeyStoreId?: string;
  readonly CloudHsmClusterId?: string;
  readonly ExpirationModel?: ExpirationModelType;
  readonly KeyManager?: KeyManagerType;
  readonly CustomerMasterKeySpec?: CustomerMasterKeySpec;
  readonly KeySpec?: KeySpec;
  readonly EncryptionAlgorithms?: readonly EncryptionAlgorithmSpec[];
  readonly SigningAlgorithms?: readonly SigningAlgorithmSpec[];
  readonly KeyAgreementAlgorithms?: readonly KeyAgreementAlgorithmSpec[];
  readonly EncapsulationAlgorithms?: readonly EncapsulationAlgorithmSpec[];
  readonly MultiRegion?: boolean;
  readonly MultiRegionConfiguration?: MultiRegionConfiguration;
  readonly PendingDeletionWindowInDays?: number;
  readonly MacAlgorithms?: readonly MacAlgorithmSpec[];
  readonly XksKeyConfiguration?: XksKeyConfigurationType;
  readonly CurrentKeyMaterialId?: string;
}

export type KeySpec =
  | "RSA_2048"
  | "RSA_3072"
  | "RSA_4096"
  | "ECC_NIST_P256"
  | "ECC_NIST_P384"
  | "ECC_NIST_P521"
  | "ECC_SECG_P256K1"
  | "SYMMETRIC_DEFAULT"
  | "HMAC_224"
  | "HMAC_256"
  | "HMAC_384"
  | "HMAC_512"
  | "SM2"
  | "ML_DSA_44"
  | "ML_DSA_65"
  | "ML_DSA_87"
  | "ECC_NIST_EDWARDS25519"
  | "ML_KEM_512"
  | "ML_KEM_768"
  | "ML_KEM_1024";

export type KeyState =
  | "Creating"
  | "Enabled"
  | "Disabled"
  | "PendingDeletion"
  | "PendingImport"
  | "PendingReplicaDeletion"
  | "Unavailable"
  | "Updating";

export type KeyUsageType =
  | "SIGN_VERIFY"
  | "ENCRYPT_DECRYPT"
  | "GENERATE_VERIFY_MAC"
  | "KEY_AGREEMENT"
  | "ENCAPSULATE_DECAPSULATE";

export interface LastUse {
  readonly Time?: EpochSeconds;
  readonly Operation?: string;
}

export interface LatencyStatus {
  readonly P50?: number;
  readonly P90?: number;
  readonly P99?: number;
}

export interface LockOut {
  readonly Safe?: boolean;
  readonly Reason?: string;
}

export type MacAlgorithmSpec =
  | "HMAC_SHA_224"
  | "HMAC_SHA_256"
  | "HMAC_SHA_384"
  | "HMAC_SHA_512";

export interface MultiRegionConfiguration {
  readonly MultiRegionKeyType?: MultiRegionKeyType;
  readonly PrimaryKey?: MultiRegionKey;
  readonly ReplicaKeys?: readonly MultiRegionKey[];
}

export interface MultiRegionKey {
  readonly Arn?: string;
  readonly Region?: string;
}

export type MultiRegionKeyType =
  | "PRIMARY"
  | "REPLICA";

export interface NamedCount {
  readonly Name?: string;
  readonly Count?: number;
}

export type OriginType =
  | "AWS_KMS"
  | "EXTERNAL"
  | "AWS_CLOUDHSM"
  | "EXTERNAL_KEY_STORE";

export type PolicyDocumentKind =
  | "KEY_POLICY"
  | "IDENTITY_POLICY"
  | "PERMISSIONS_BOUNDARY"
  | "SESSION_POLICY"
  | "GRANT"
  | "ROOT_USER";

export interface PolicyFinding {
  readonly Severity?: FindingSeverity;
  readonly Code?: string;
  readonly Sid?: string;
  readonly Text?: string;
}

export interface QuotaStatus {
  readonly Name?: string;
  readonly Limit?: number;
  readonly Used?: number;
  readonly Unit?: string;
}

export interface RecordedCall {
  readonly EventName?: string;
  readonly EventTime?: EpochSeconds;
  readonly Principal?: string;
  readonly ErrorCode?: string;
  readonly Outcome?: DecisionType;
  readonly CloudTrailEvent?: string;
}

export interface ReportedGrant {
  readonly GrantId?: string;
  readonly Name?: string;
  readonly GranteePrincipal?: string;
  readonly Operations?: readonly string[];
}

export interface RequestsStatus {
  readonly PerMinute?: number;
  readonly FailedPerMinute?: number;
  readonly LatencyMicroseconds?: LatencyStatus;
  readonly Connections?: number;
  readonly WindowSeconds?: number;
}

export interface SearchEventsRequest {
  readonly StartTime?: EpochSeconds;
  readonly EndTime?: EpochSeconds;
  readonly EventNames?: readonly string[];
  readonly EventSources?: readonly string[];
  readonly Principals?: readonly string[];
  readonly Keys?: readonly string[];
  readonly SourceAddress?: string;
  readonly ErrorCodes?: readonly string[];
  readonly RequestId?: string;
  readonly EventId?: string;
  readonly ReadOnly?: boolean;
  readonly Context?: readonly ContextFilter[];
  readonly Descending?: boolean;
  readonly Limit?: number;
  readonly NextToken?: string;
}

export interface SearchEventsResponse {
  readonly Events?: readonly FoundEvent[];
  readonly NextToken?: string;
  readonly IndexLag?: IndexLag;
}

export interface SearchKeysRequest {
  readonly Text?: string;
  readonly States?: readonly KeyState[];
  readonly Specs?: readonly KeySpec[];
  readonly Usages?: readonly KeyUsageType[];
  readonly Origins?: readonly OriginType[];
  readonly Managers?: readonly KeyManagerType[];
  readonly MultiRegion?: boolean;
  readonly TagKey?: string;
  readonly TagValue?: string;
  readonly SortBy?: SortKeysBy;
  readonly Descending?: boolean;
  readonly Limit?: number;
  readonly NextToken?: string;
}

export interface SearchKeysResponse {
  readonly Keys?: readonly FoundKey[];
  readonly NextToken?: string;
  readonly Total?: number;
}

export interface SignInRequest {
  readonly Account: string;
  readonly UserName: string;
  readonly Password: string;
  readonly NewPassword?: string;
}

export interface SignInResponse {
  readonly Credentials?: Credentials;
  readonly Account?: AccountStatus;
  readonly UserArn?: string;
}

export type SigningAlgorithmSpec =
  | "RSASSA_PSS_SHA_256"
  | "RSASSA_PSS_SHA_384"
  | "RSASSA_PSS_SHA_512"
  | "RSASSA_PKCS1_V1_5_SHA_256"
  | "RSASSA_PKCS1_V1_5_SHA_384"
  | "RSASSA_PKCS1_V1_5_SHA_512"
  | "ECDSA_SHA_256"
  | "ECDSA_SHA_384"
  | "ECDSA_SHA_512"
  | "SM2DSA"
  | "ML_DSA_SHAKE_256"
  | "ED25519_SHA_512"
  | "ED25519_PH_SHA_512";

export type SortKeysBy =
  | "ALIAS"
  | "CREATED"
  | "LAST_USED"
  | "STATE"
  | "SPEC";

export type StandingType =
  | "DECIDES"
  | "APPLIES"
  | "CONDITION_UNMET"
  | "OTHER_PRINCIPAL"
  | "OTHER_RESOURCE";

export interface StorageStatus {
  readonly DatabaseBytes?: number;
  readonly JournalBytes?: number;
  readonly IndexBytes?: number;
  readonly FreeBytes?: number;
}

export interface TLSStatus {
  readonly CaCertificate?: string;
  readonly Subject?: string;
  readonly NotAfter?: EpochSeconds;
}

export interface Tag {
  readonly TagKey: string;
  readonly TagValue: string;
}

export interface TryIdentityPolicyRequest {
  readonly PrincipalArn: string;
  readonly Policy: string;
  readonly InsteadOf?: string;
  readonly Since?: EpochSeconds;
  readonly MaxChanges?: number;
}

export interface TryIdentityPolicyResponse {
  readonly Tried?: number;
  readonly NowDenied?: number;
  readonly NowAllowed?: number;
  readonly Same?: number;
  readonly Drifted?: number;
  readonly Untold?: readonly UntoldCalls[];
  readonly Changed?: readonly ChangedCall[];
  readonly Complete?: boolean;
}

export interface TryKeyPolicyRequest {
  readonly KeyId: string;
  readonly Policy: string;
  readonly Since?: EpochSeconds;
  readonly MaxChanges?: number;
}

export interface TryKeyPolicyResponse {
  readonly Tried?: number;
  readonly NowDenied?: number;
  readonly NowAllowed?: number;
  readonly Same?: number;
  readonly Drifted?: number;
  readonly Untold?: readonly UntoldCalls[];
  readonly Changed?: readonly ChangedCall[];
  readonly Complete?: boolean;
  readonly Findings?: readonly PolicyFinding[];
  readonly LockOut?: LockOut;
}

export interface UnmetCondition {
  readonly Operator?: string;
  readonly Key?: string;
  readonly Wanted?: readonly string[];
  readonly Seen?: readonly string[];
}

export interface UntoldCalls {
  readonly Reason?: string;
  readonly Count?: number;
}

export type UsageGroup =
  | "OPERATION"
  | "PRINCIPAL"
  | "CONTEXT_VALUE"
  | "KEY";

export interface UsagePoint {
  readonly Start?: EpochSeconds;
  readonly Count?: number;
  readonly Errors?: number;
}

export interface UsageSeries {
  readonly Name?: string;
  readonly Total?: number;
  readonly Errors?: number;
  readonly LastUsed?: EpochSeconds;
  readonly Points?: readonly UsagePoint[];
}

export interface UseCount {
  readonly Name?: string;
  readonly Calls?: number;
  readonly Refused?: number;
  readonly LastUsed?: EpochSeconds;
}

export interface XksKeyConfigurationType {
  readonly Id?: string;
}
