/** What the access check is asked: in the form, in the address, in the request. */

import type { ExplainAccessRequest } from "../../api/strongroom-types";
import { mapOf, pairIn, pairText, type Pair } from "../../ui/context";

export interface Question {
  readonly principal: string;
  readonly action: string;
  readonly key: string;
  readonly context: readonly Pair[];
  /** Condition keys beside the encryption context, as `aws:SourceIp`. */
  readonly conditions: readonly Pair[];
}

export function questionIn(search: URLSearchParams): Question {
  return {
    principal: search.get("principal") ?? "",
    action: search.get("action") ?? "",
    key: search.get("key") ?? "",
    context: search.getAll("context").map(pairIn),
    conditions: search.getAll("condition").map(pairIn),
  };
}

export function searchOf({ principal, action, key, context, conditions }: Question): URLSearchParams {
  const texts = Object.entries({ principal: principal.trim(), action: action.trim(), key: key.trim() }).filter(([, value]) => value !== "");
  const pairs = (name: string, of: readonly Pair[]) => of.filter((pair) => pair.name !== "").map((pair) => [name, pairText(pair)]);
  return new URLSearchParams([...texts, ...pairs("context", context), ...pairs("condition", conditions)]);
}

/** Whether there is enough to ask. */
export function isWhole({ principal, action }: Question): boolean {
  return principal.trim() !== "" && action.trim() !== "";
}

export function requestOf({ principal, action, key, context, conditions }: Question): ExplainAccessRequest {
  const [EncryptionContext, ConditionContext] = [mapOf(context), mapOf(conditions)];
  return {
    PrincipalArn: principal.trim(),
    Action: action.trim(),
    ...(key.trim() === "" ? {} : { KeyId: key.trim() }),
    ...(EncryptionContext === undefined ? {} : { EncryptionContext }),
    ...(ConditionContext === undefined ? {} : { ConditionContext }),
  };
}

/** KMS's actions; what needs no key among them too. */
export const ACTIONS: readonly string[] = [
  "CancelKeyDeletion", "ConnectCustomKeyStore", "CreateAlias", "CreateCustomKeyStore", "CreateGrant", "CreateKey", "Decapsulate", "Decrypt",
  "DeleteAlias", "DeleteCustomKeyStore", "DeleteImportedKeyMaterial", "DeriveSharedSecret", "DescribeCustomKeyStores", "DescribeKey",
  "DisableKey", "DisableKeyRotation", "DisconnectCustomKeyStore", "EnableKey", "EnableKeyRotation", "Encapsulate", "Encrypt",
  "GenerateDataKey", "GenerateDataKeyPair", "GenerateDataKeyPairWithoutPlaintext", "GenerateDataKeyWithoutPlaintext", "GenerateMac",
  "GenerateRandom", "GetKeyLastUsage", "GetKeyPolicy", "GetKeyRotationStatus", "GetParametersForImport", "GetPublicKey",
  "ImportKeyMaterial", "ListAliases", "ListGrants", "ListKeyPolicies", "ListKeyRotations", "ListKeys", "ListResourceTags",
  "ListRetirableGrants", "PutKeyPolicy", "ReEncryptFrom", "ReEncryptTo", "ReplicateKey", "RetireGrant", "RevokeGrant",
  "RotateKeyOnDemand", "ScheduleKeyDeletion", "Sign", "TagResource", "UntagResource", "UpdateAlias", "UpdateCustomKeyStore",
  "UpdateKeyDescription", "UpdatePrimaryRegion", "Verify", "VerifyMac",
].map((name) => `kms:${name}`);
