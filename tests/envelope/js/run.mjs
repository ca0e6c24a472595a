// The AWS Encryption SDK for JavaScript: opens what is in a directory, and makes messages of its own there.
// run.mjs DIRECTORY KEY-ARN; what is opened and made is told as JSON.

import { buildClient, CommitmentPolicy, KmsKeyringNode, AlgorithmSuiteIdentifier } from "@aws-crypto/client-node";
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { createHash } from "node:crypto";

const [directory, key] = process.argv.slice(2);
const { encrypt, decrypt } = buildClient(CommitmentPolicy.REQUIRE_ENCRYPT_REQUIRE_DECRYPT);
const old = buildClient(CommitmentPolicy.FORBID_ENCRYPT_ALLOW_DECRYPT);
const digest = (bytes) => createHash("sha256").update(bytes).digest("hex");

const opened = {};
for (const name of readdirSync(directory).filter((each) => each.endsWith(".encrypted"))) {
  const { plaintext, messageHeader } = await (name.startsWith("older") ? old : { decrypt }).decrypt(
    new KmsKeyringNode({ keyIds: [key] }),
    readFileSync(`${directory}/${name}`),
  );
  opened[name] = { digest: digest(plaintext), context: messageHeader.encryptionContext.tenant };
}

const made = {};
const plaintext = Buffer.alloc(100_000, "strongroom ");
for (const [suite, client, frameLength] of [
  ["ALG_AES256_GCM_IV12_TAG16_HKDF_SHA512_COMMIT_KEY", { encrypt }, 4096],
  ["ALG_AES256_GCM_IV12_TAG16_HKDF_SHA512_COMMIT_KEY_ECDSA_P384", { encrypt }, 1 << 20],
  ["ALG_AES256_GCM_IV12_TAG16_HKDF_SHA384_ECDSA_P384", old, 1000],
  ["ALG_AES128_GCM_IV12_TAG16", old, 100_000],
]) {
  const { result } = await client.encrypt(new KmsKeyringNode({ generatorKeyId: key }), plaintext, {
    encryptionContext: { tenant: "42" },
    suiteId: AlgorithmSuiteIdentifier[suite],
    frameLength,
  });
  writeFileSync(`${directory}/${suite}.js`, result);
  made[suite] = digest(plaintext);
}
console.log(JSON.stringify({ opened, made }));
