/** The key that is being made: what there is to choose, and the requests it becomes. */

import type { CreateKeyRequest, KeySpec, KeyUsageType, Tag } from "@aws-sdk/client-kms";

import { policyText, type Kind, type Parts } from "../key/policy/document";
import type { Row } from "../key/Rows";

export interface Draft {
  readonly symmetric: boolean;
  readonly usage: string;
  readonly spec: string;
  readonly external: boolean;
  readonly multiRegion: boolean;
  /** Without `alias/`. */
  readonly alias: string;
  readonly description: string;
  readonly tags: readonly Row[];
  readonly parts: Parts;
  /** Written by hand; undefined: made of the parts. */
  readonly policy: string | undefined;
}

export interface Choice {
  readonly value: string;
  readonly label: string;
  readonly description: string;
}

const USAGES: Readonly<Record<"symmetric" | "asymmetric", readonly Choice[]>> = {
  symmetric: [
    { value: "ENCRYPT_DECRYPT", label: "Encrypt and decrypt", description: "Encrypt data, and make data keys for it." },
    { value: "GENERATE_VERIFY_MAC", label: "Generate and verify MAC", description: "Message authentication codes, by HMAC." },
  ],
  asymmetric: [
    { value: "ENCRYPT_DECRYPT", label: "Encrypt and decrypt", description: "Public key encryption, by RSA." },
    { value: "SIGN_VERIFY", label: "Sign and verify", description: "Digital signatures: RSA, ECC, ML-DSA." },
    { value: "KEY_AGREEMENT", label: "Key agreement", description: "A secret shared with another party, by ECDH." },
    {
      value: "ENCAPSULATE_DECAPSULATE",
      label: "Encapsulate and decapsulate",
      description: "A secret shared in a way that quantum computers do not break, by ML-KEM.",
    },
  ],
};

const RSA = ["RSA_2048", "RSA_3072", "RSA_4096"];
const NIST = ["ECC_NIST_P256", "ECC_NIST_P384", "ECC_NIST_P521"];
const HMAC = ["HMAC_224", "HMAC_256", "HMAC_384", "HMAC_512"];
const ASYMMETRIC_SPECS: Readonly<Record<string, readonly string[]>> = {
  ENCRYPT_DECRYPT: [...RSA, "SM2"],
  SIGN_VERIFY: [...RSA, ...NIST, "ECC_SECG_P256K1", "ECC_NIST_EDWARDS25519", "ML_DSA_44", "ML_DSA_65", "ML_DSA_87", "SM2"],
  KEY_AGREEMENT: [...NIST, "SM2"],
  ENCAPSULATE_DECAPSULATE: ["ML_KEM_512", "ML_KEM_768", "ML_KEM_1024"],
};
const USUAL: Readonly<Record<string, string>> = {
  GENERATE_VERIFY_MAC: "HMAC_256",
  SIGN_VERIFY: "ECC_NIST_P256",
  KEY_AGREEMENT: "ECC_NIST_P256",
  ENCAPSULATE_DECAPSULATE: "ML_KEM_768",
};

export function usagesOf(symmetric: boolean): readonly Choice[] {
  return USAGES[symmetric ? "symmetric" : "asymmetric"];
}

export function specsOf({ symmetric, usage }: Draft): readonly string[] {
  if (symmetric) return usage === "GENERATE_VERIFY_MAC" ? HMAC : ["SYMMETRIC_DEFAULT"];
  return ASYMMETRIC_SPECS[usage] ?? [];
}

export function emptyDraft(account: string): Draft {
  return {
    symmetric: true,
    usage: "ENCRYPT_DECRYPT",
    spec: "SYMMETRIC_DEFAULT",
    external: false,
    multiRegion: false,
    alias: "",
    description: "",
    tags: [],
    parts: { account, administrators: [], deletable: true, users: [], accounts: [] },
    policy: undefined,
  };
}

/** With another choice made, and what no longer goes with it set to what is usual. */
export function chosen(draft: Draft, change: Partial<Draft>): Draft {
  const next = { ...draft, ...change };
  const usage = usagesOf(next.symmetric).some(({ value }) => value === next.usage) ? next.usage : "ENCRYPT_DECRYPT";
  const specs = specsOf({ ...next, usage });
  const usual = USUAL[usage] ?? specs[0] ?? "";
  return { ...next, usage, spec: specs.includes(next.spec) ? next.spec : usual };
}

export function kindOf({ spec, usage, multiRegion, external }: Draft): Kind {
  return { spec, usage, multiRegion, external };
}

export function policyOf(draft: Draft): string {
  return draft.policy ?? policyText(draft.parts, kindOf(draft));
}

export function tagsOf({ tags }: Draft): Tag[] {
  return tags.filter(({ name }) => name !== "").map(({ name, value }) => ({ TagKey: name, TagValue: value }));
}

export function requestOf(draft: Draft): CreateKeyRequest {
  const tags = tagsOf(draft);
  return {
    KeySpec: draft.spec as KeySpec,
    KeyUsage: draft.usage as KeyUsageType,
    Origin: draft.external ? "EXTERNAL" : "AWS_KMS",
    MultiRegion: draft.multiRegion,
    Policy: policyOf(draft),
    ...(draft.description === "" ? {} : { Description: draft.description }),
    ...(tags.length === 0 ? {} : { Tags: tags }),
  };
}

const ALIAS = /^[a-zA-Z0-9/_-]{1,250}$/;

/** What is wrong with an alias, or undefined. */
export function aliasFault(alias: string): string | undefined {
  if (alias === "") return "Give the key an alias: people find it by that.";
  if (alias.startsWith("aws/")) return "Aliases that begin with aws/ belong to services.";
  return ALIAS.test(alias) ? undefined : "Use letters, digits, slashes, underscores and dashes, 250 at most.";
}
