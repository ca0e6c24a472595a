/** The algorithms of a key; where it cannot be asked, those that there are. */

import { DescribeKeyCommand } from "@aws-sdk/client-kms";

import { kms } from "../../api/kms";
import { useRemote } from "../../remote/useRemote";
import { useQuiet } from "../../ui/useQuiet";

export interface Algorithms {
  readonly encryption: readonly string[];
  readonly signing: readonly string[];
  readonly mac: readonly string[];
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
};

export function useAlgorithms(keyId: string): Algorithms {
  const KeyId = useQuiet(keyId.trim());
  const described = useRemote(["algorithms", KeyId], async (connection, signal) => {
    if (KeyId === "") return undefined;
    return (await kms(connection).send(new DescribeKeyCommand({ KeyId }), { abortSignal: signal })).KeyMetadata;
  });
  const found = described.status === "loaded" ? described.value : undefined;
  return {
    encryption: found?.EncryptionAlgorithms ?? ALL.encryption,
    signing: found?.SigningAlgorithms ?? ALL.signing,
    mac: found?.MacAlgorithms ?? ALL.mac,
  };
}

/** The chosen one, or the first where the key does not have that. */
export function oneOf(chosen: string, of: readonly string[]): string {
  return of.includes(chosen) ? chosen : (of[0] ?? "");
}
