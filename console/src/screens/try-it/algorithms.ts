/** The algorithms of a key, and whether it is one for the operation; where it cannot be asked, the algorithms that there are. */

import { DescribeKeyCommand } from "@aws-sdk/client-kms";

import { kms } from "../../api/kms";
import type { KeyUsageType } from "../../api/strongroom-types";
import { useRemote } from "../../remote/useRemote";
import { usageText } from "../../ui/key-words";
import { useQuiet } from "../../ui/useQuiet";

export interface Algorithms {
  readonly encryption: readonly string[];
  readonly signing: readonly string[];
  readonly mac: readonly string[];
  readonly agreement: readonly string[];
  readonly encapsulation: readonly string[];
}

export interface TriedKey extends Algorithms {
  /** Why no key of this kind can do it; undefined when it can, or when that is not known. */
  readonly misfit: string | undefined;
}

export const ALL: Algorithms = {
  encryption: ["SYMMETRIC_DEFAULT", "RSAES_OAEP_SHA_256", "RSAES_OAEP_SHA_1", "SM2PKE"],
  signing: [
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
  ],
  mac: ["HMAC_SHA_256", "HMAC_SHA_224", "HMAC_SHA_384", "HMAC_SHA_512"],
  agreement: ["ECDH"],
  encapsulation: ["ML_KEM"],
};

/** `usage` is what the operation needs; `symmetric`: only a symmetric key can do it. */
export function useTriedKey(keyId: string, usage: KeyUsageType, symmetric = false): TriedKey {
  const KeyId = useQuiet(keyId.trim());
  const described = useRemote(["algorithms", KeyId], async (connection, signal) => {
    if (KeyId === "") return undefined;
    return (await kms(connection).send(new DescribeKeyCommand({ KeyId }), { abortSignal: signal })).KeyMetadata;
  });
  const found = described.status === "loaded" ? described.value : undefined;
  const fits = found === undefined || (found.KeyUsage === usage && (!symmetric || found.KeySpec === "SYMMETRIC_DEFAULT"));
  return {
    misfit: fits ? undefined : misfitText(usageText(found.KeyUsage), found.KeySpec),
    encryption: found?.EncryptionAlgorithms ?? ALL.encryption,
    signing: found?.SigningAlgorithms ?? ALL.signing,
    mac: found?.MacAlgorithms ?? ALL.mac,
    agreement: found?.KeyAgreementAlgorithms ?? ALL.agreement,
    encapsulation: found?.EncapsulationAlgorithms ?? ALL.encapsulation,
  };
}

function misfitText(usage: string, spec = ""): string {
  return `This key is for another use: ${usage.charAt(0).toLowerCase()}${usage.slice(1)} (${spec}).`;
}

/** The chosen one, or the first where the key does not have that. */
export function oneOf(chosen: string, of: readonly string[]): string {
  return of.includes(chosen) ? chosen : (of[0] ?? "");
}
