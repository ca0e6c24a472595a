// Secrets shared with a peer, which is node's own crypto: ECDH and ML-KEM.

import {
  DecapsulateCommand,
  DeriveSharedSecretCommand,
  EncapsulateCommand,
  GenerateDataKeyPairCommand,
} from "@aws-sdk/client-kms";
import { createPrivateKey, createPublicKey, decapsulate, diffieHellman, encapsulate, generateKeyPairSync } from "node:crypto";
import { newKey, publicKey, same } from "./common.mjs";

const spki = { format: "der", type: "spki" };

export async function agreement(kms) {
  const answers = {};
  for (const [KeySpec, namedCurve] of [["ECC_NIST_P256", "P-256"], ["ECC_NIST_P384", "P-384"], ["ECC_NIST_P521", "P-521"]]) {
    const { KeyId } = await newKey(kms, { KeySpec, KeyUsage: "KEY_AGREEMENT" });
    const own = generateKeyPairSync("ec", { namedCurve });
    const here = diffieHellman({ privateKey: own.privateKey, publicKey: await publicKey(kms, KeyId) });
    const PublicKey = own.publicKey.export(spki);
    const there = await kms.send(
      new DeriveSharedSecretCommand({ KeyId, KeyAgreementAlgorithm: "ECDH", PublicKey }),
    );
    answers[KeySpec] = [here.length, same(here, there.SharedSecret), there.KeyOrigin];
  }
  return answers;
}

export async function encapsulation(kms) {
  const answers = {};
  const EncapsulationAlgorithm = "ML_KEM";
  for (const KeySpec of ["ML_KEM_768", "ML_KEM_1024"]) {
    const { KeyId } = await newKey(kms, { KeySpec, KeyUsage: "ENCAPSULATE_DECAPSULATE" });
    const { sharedKey, ciphertext } = encapsulate(await publicKey(kms, KeyId));
    const request = { KeyId, EncapsulationAlgorithm };
    const opened = await kms.send(new DecapsulateCommand({ ...request, SharedSecretCiphertextBlob: ciphertext }));
    const made = await kms.send(new EncapsulateCommand(request));
    const SharedSecretCiphertextBlob = made.SharedSecretCiphertextBlob;
    const again = await kms.send(new DecapsulateCommand({ ...request, SharedSecretCiphertextBlob }));
    answers[KeySpec] = [same(opened.SharedSecret, sharedKey), same(again.SharedSecret, made.SharedSecret)];
  }
  return answers;
}

/** A data key pair for ML-KEM: node opens with the private key what it encapsulated to the public one. */
export async function encapsulationPairs(kms) {
  const { KeyId } = await newKey(kms);
  const pair = await kms.send(new GenerateDataKeyPairCommand({ KeyId, KeyPairSpec: "ML_KEM_768" }));
  const { sharedKey, ciphertext } = encapsulate(createPublicKey({ key: Buffer.from(pair.PublicKey), ...spki }));
  const key = createPrivateKey({ key: Buffer.from(pair.PrivateKeyPlaintext), format: "der", type: "pkcs8" });
  return { same: same(decapsulate(key, ciphertext), sharedKey) };
}
