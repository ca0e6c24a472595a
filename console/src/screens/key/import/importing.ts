/** Importing key material: what there is to choose, and how it is encrypted elsewhere. */

export const SPECS = ["RSA_4096", "RSA_3072", "RSA_2048"] as const;
const DIRECT = ["RSAES_OAEP_SHA_256", "RSAES_OAEP_SHA_1"];
const THROUGH_AES = ["RSA_AES_KEY_WRAP_SHA_256", "RSA_AES_KEY_WRAP_SHA_1"];
const BYTES: Readonly<Record<string, number>> = { SYMMETRIC_DEFAULT: 32, HMAC_224: 28, HMAC_256: 32, HMAC_384: 48, HMAC_512: 64 };

/** What can wrap material for keys of a spec: short material directly, private keys through an AES key. */
export function algorithmsFor(spec = "SYMMETRIC_DEFAULT"): readonly string[] {
  if (spec in BYTES) return DIRECT;
  return spec.startsWith("ECC_") ? [...DIRECT, ...THROUGH_AES] : THROUGH_AES;
}

/** Shell commands that make the material (or take a private key) and encrypt them, with OpenSSL 3. */
export function wrapCommand(algorithm: string, spec = "SYMMETRIC_DEFAULT"): string {
  const digest = algorithm.endsWith("_SHA_1") ? "sha1" : "sha256";
  const bytes = BYTES[spec];
  const source =
    bytes !== undefined
      ? `openssl rand -out KeyMaterial.bin ${bytes}`
      : "openssl pkcs8 -topk8 -nocrypt -in private.pem -outform der -out KeyMaterial.bin";
  const oaep = `-keyform der -pubin -inkey WrappingPublicKey.bin -pkeyopt rsa_padding_mode:oaep -pkeyopt rsa_oaep_md:${digest} -pkeyopt rsa_mgf1_md:${digest}`;
  if (!algorithm.startsWith("RSA_AES")) {
    return [source, `openssl pkeyutl -encrypt -in KeyMaterial.bin -out EncryptedKeyMaterial.bin ${oaep}`].join("\n");
  }
  return [
    source,
    "openssl rand -out aes.bin 32",
    "openssl enc -id-aes256-wrap-pad -iv A65959A6 -K $(xxd -p -c 64 aes.bin) -in KeyMaterial.bin -out material.wrapped",
    `openssl pkeyutl -encrypt -in aes.bin -out aes.wrapped ${oaep}`,
    "cat aes.wrapped material.wrapped > EncryptedKeyMaterial.bin",
  ].join("\n");
}

export async function bytesIn(file: File): Promise<Uint8Array> {
  return new Uint8Array(await file.arrayBuffer());
}

/** A date, with or without a time, in the reader's time zone. Throws what says how to write it. */
export function expiry(text: string): Date {
  const given = text.trim();
  const date = new Date(/^\d{4}-\d{2}-\d{2}$/.test(given) ? `${given}T00:00` : given);
  if (given === "" || Number.isNaN(date.getTime())) throw new Error("Write the date as in 2027-01-31.");
  return date;
}
