/** The shapes of the `strongroom` service, as its model in src/strongroom/wire/models/strongroom has them. */

import type { AliasListEntry, GrantListEntry, KeyMetadata, Tag } from "@aws-sdk/client-kms";

/** Seconds since 1970, as AWS JSON 1.1 writes times. */
export type EpochSeconds = number;

export interface Operations {
  SearchKeys: { input: SearchKeysInput; output: SearchKeysOutput };
  GetKeySummary: { input: Record<string, never>; output: GetKeySummaryOutput };
  SearchEvents: { input: SearchEventsInput; output: SearchEventsOutput };
  CountEvents: { input: CountEventsInput; output: CountEventsOutput };
  GetUsage: { input: GetUsageInput; output: GetUsageOutput };
  ExplainAccess: { input: ExplainAccessInput; output: ExplainAccessOutput };
  ExplainRequest: { input: { RequestId: string }; output: ExplainAccessOutput };
  TryKeyPolicy: { input: TryKeyPolicyInput; output: TryKeyPolicyOutput };
  GetKeyReport: { input: { KeyId: string }; output: GetKeyReportOutput };
  GetServerStatus: { input: Record<string, never>; output: GetServerStatusOutput };
}

// --- SearchKeys ------------------------------------------------------------------------------------------------------

export type KeySort = "ALIAS" | "CREATED" | "LAST_USED" | "STATE" | "SPEC";

export interface SearchKeysInput {
  Text?: string;
  States?: readonly string[];
  Specs?: readonly string[];
  Usages?: readonly string[];
  Origins?: readonly string[];
  Managers?: readonly ("CUSTOMER" | "AWS")[];
  MultiRegion?: boolean;
  TagKey?: string;
  TagValue?: string;
  SortBy?: KeySort;
  Descending?: boolean;
  Limit?: number;
  NextToken?: string;
}

/** As DescribeKey's, but with times as JSON has them. */
export type WireKeyMetadata = Omit<KeyMetadata, "CreationDate" | "DeletionDate" | "ValidTo"> & {
  CreationDate?: EpochSeconds;
  DeletionDate?: EpochSeconds;
  ValidTo?: EpochSeconds;
};

export interface FoundKey {
  KeyMetadata: WireKeyMetadata;
  Aliases?: readonly string[];
  Tags?: readonly Tag[];
  LastUsed?: { Time: EpochSeconds; Operation: string };
  RotationEnabled?: boolean;
  NextRotation?: EpochSeconds;
}

export interface SearchKeysOutput {
  Keys: readonly FoundKey[];
  NextToken?: string;
  Total: number;
}

// --- GetKeySummary -----------------------------------------------------------------------------------------------------

export interface DatedKey {
  KeyId: string;
  Alias?: string;
  Date: EpochSeconds;
}

export interface GetKeySummaryOutput {
  ByState: Readonly<Record<string, number>>;
  BySpec: Readonly<Record<string, number>>;
  ByManager: Readonly<Record<string, number>>;
  PendingDeletion: readonly DatedKey[];
  ExpiringMaterial: readonly DatedKey[];
  RotationsDue: readonly DatedKey[];
}

// --- audit search ------------------------------------------------------------------------------------------------------

export interface EventFilter {
  StartTime?: EpochSeconds;
  EndTime?: EpochSeconds;
  EventNames?: readonly string[];
  EventSources?: readonly string[];
  Principals?: readonly string[];
  Keys?: readonly string[];
  SourceAddress?: string;
  ErrorCodes?: readonly string[];
  RequestId?: string;
  Context?: readonly { Name: string; Value: string }[];
}

export interface SearchEventsInput extends EventFilter {
  Descending?: boolean;
  Limit?: number;
  NextToken?: string;
}

export interface SearchEventsOutput {
  Events: readonly { EventTime: EpochSeconds; CloudTrailEvent: string }[];
  NextToken?: string;
  /** Seconds that the index is behind the journal. */
  IndexLag?: number;
}

export interface CountEventsInput extends EventFilter {
  BucketSeconds: number;
}

export interface CountEventsOutput {
  Buckets: readonly { Start: EpochSeconds; Count: number; Errors: number }[];
}

// --- use over time -----------------------------------------------------------------------------------------------------

export type UsageGroup = "OPERATION" | "PRINCIPAL" | "CONTEXT_VALUE" | "KEY";

export interface GetUsageInput {
  KeyId?: string;
  StartTime: EpochSeconds;
  EndTime: EpochSeconds;
  GroupBy: UsageGroup;
  ContextName?: string;
}

export interface UsageSeries {
  Name: string;
  Total: number;
  Points: readonly { Start: EpochSeconds; Count: number }[];
}

export interface GetUsageOutput {
  Series: readonly UsageSeries[];
}

// --- why ---------------------------------------------------------------------------------------------------------------

export interface ExplainAccessInput {
  PrincipalArn: string;
  Action: string;
  KeyId?: string;
  EncryptionContext?: Readonly<Record<string, string>>;
  ConditionContext?: Readonly<Record<string, string>>;
}

export interface ExplainedStatement {
  PolicyName: string;
  Effect: "Allow" | "Deny";
  Sid?: string;
  Document?: string;
}

export interface ExplainAccessOutput {
  Decision: string;
  Reason: string;
  Statements?: readonly ExplainedStatement[];
  Grants?: readonly GrantListEntry[];
  SmallestChange?: string;
}

export interface TryKeyPolicyInput {
  KeyId: string;
  Policy: string;
  Since?: EpochSeconds;
}

export interface TryKeyPolicyOutput {
  Tried: number;
  Changed: readonly { EventId?: string; EventTime?: EpochSeconds; Principal?: string; Action?: string; Before?: string; After?: string }[];
  Findings?: readonly { Level?: string; Message: string; Sid?: string }[];
  LockOut?: string;
}

export interface GetKeyReportOutput {
  LastUsed?: { Time: EpochSeconds; Operation: string };
  Callers?: readonly { Principal: string; Count: number; LastUsed?: EpochSeconds }[];
  Aliases?: readonly AliasListEntry[];
  Grants?: readonly GrantListEntry[];
  Encrypted?: number;
  Decrypted?: number;
}

// --- the server --------------------------------------------------------------------------------------------------------

export interface GetServerStatusOutput {
  Version: string;
  Endpoint: string;
  Regions: readonly string[];
  Workers?: number;
  RequestsPerMinute?: number;
  Latency?: Readonly<Record<string, number>>;
  Jobs?: readonly { Name: string; NextRun?: EpochSeconds; LastRun?: EpochSeconds; LastResult?: string }[];
  Quotas?: Readonly<Record<string, number>>;
  Storage?: Readonly<Record<string, number>>;
  Index?: { Lag?: number };
  Integrity?: { VerifiedAt?: EpochSeconds; State?: string };
  TLS?: { CaCertificate?: string; NotAfter?: EpochSeconds };
  Account?: { Id: string; Alias?: string };
}

export interface SignInInput {
  /** Twelve digits, or the account's alias. */
  Account: string;
  UserName: string;
  Password: string;
}

export interface SignInOutput {
  Credentials: { AccessKeyId: string; SecretAccessKey: string; SessionToken: string; Expiration: EpochSeconds };
}
