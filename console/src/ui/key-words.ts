/** What AWS's console calls the properties of a key. */

const USAGES: Readonly<Record<string, string>> = {
  ENCRYPT_DECRYPT: "Encrypt and decrypt",
  SIGN_VERIFY: "Sign and verify",
  GENERATE_VERIFY_MAC: "Generate and verify MAC",
  KEY_AGREEMENT: "Key agreement",
  ENCAPSULATE_DECAPSULATE: "Encapsulate and decapsulate",
};

const ORIGINS: Readonly<Record<string, string>> = {
  AWS_KMS: "KMS",
  EXTERNAL: "External (import key material)",
  AWS_CLOUDHSM: "CloudHSM key store",
  EXTERNAL_KEY_STORE: "External key store",
};

export function usageText(usage: string | undefined): string {
  return USAGES[usage ?? ""] ?? usage ?? "-";
}

export function originText(origin: string | undefined): string {
  return ORIGINS[origin ?? ""] ?? origin ?? "-";
}

export function keyTypeText(spec: string | undefined): string {
  if (spec === undefined) return "-";
  return spec === "SYMMETRIC_DEFAULT" || spec.startsWith("HMAC_") ? "Symmetric" : "Asymmetric";
}

export function regionalityText(multiRegion: boolean | undefined, type: string | undefined): string {
  if (multiRegion !== true) return "Single-Region";
  return type === "REPLICA" ? "Multi-Region, replica" : "Multi-Region, primary";
}

/** `alias/payments` -> `payments`. */
export function shortAlias(alias: string): string {
  return alias.replace(/^alias\//, "");
}
