// Signatures and MACs, checked by node's own crypto.

import {
  GenerateMacCommand,
  GetPublicKeyCommand,
  InvalidKeyUsageException,
  KMSInvalidMacException,
  KMSInvalidSignatureException,
  SignCommand,
  UnsupportedOperationException,
  VerifyCommand,
  VerifyMacCommand,
} from "@aws-sdk/client-kms";
import { constants, createHash, verify } from "node:crypto";
import { bytes, newKey, publicKey, refusal } from "./common.mjs";

const message = bytes("signed there, verified here");

/** Return how node verifies: the hash to name, and options for the key. */
function scheme(algorithm) {
  const hash = /^(ED25519|ML_DSA)/.test(algorithm) ? null : `sha${algorithm.slice(-3)}`;
  if (!algorithm.includes("_PSS_")) return [hash, {}];
  return [hash, { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST }];
}

/** Sign with every algorithm of the key spec; return for each which ways verified. */
async function signed(kms, KeySpec) {
  const { KeyId, SigningAlgorithms } = await newKey(kms, { KeySpec, KeyUsage: "SIGN_VERIFY" });
  const key = await publicKey(kms, KeyId);
  const answers = {};
  for (const SigningAlgorithm of SigningAlgorithms) {
    if (SigningAlgorithm === "ED25519_PH_SHA_512") continue; // node knows no Ed25519ph
    const [hash, options] = scheme(SigningAlgorithm);
    const ways = { RAW: message, ...(hash && { DIGEST: createHash(hash).update(message).digest() }) };
    answers[SigningAlgorithm] = [];
    for (const [MessageType, Message] of Object.entries(ways)) {
      const request = { KeyId, SigningAlgorithm, MessageType, Message };
      const { Signature } = await kms.send(new SignCommand(request));
      const { SignatureValid } = await kms.send(new VerifyCommand({ ...request, Signature }));
      const here = verify(hash, message, { key, ...options }, Signature);
      const altered = verify(hash, bytes("something else"), { key, ...options }, Signature);
      if (here && SignatureValid && !altered) answers[SigningAlgorithm].push(MessageType);
    }
  }
  return answers;
}

export const signaturesRSA = (kms) => signed(kms, "RSA_2048");

export async function signaturesECC(kms) {
  const answers = {};
  for (const spec of ["ECC_NIST_P256", "ECC_NIST_P384", "ECC_NIST_P521", "ECC_SECG_P256K1", "ECC_NIST_EDWARDS25519"])
    answers[spec] = await signed(kms, spec);
  return answers;
}

export async function signaturesMLDSA(kms) {
  const answers = {};
  for (const spec of ["ML_DSA_44", "ML_DSA_65", "ML_DSA_87"]) answers[spec] = await signed(kms, spec);
  return answers;
}

export async function signatureErrors(kms) {
  const { KeyId } = await newKey(kms, { KeySpec: "ECC_NIST_P256", KeyUsage: "SIGN_VERIFY" });
  const request = { KeyId, SigningAlgorithm: "ECDSA_SHA_256", Message: message };
  const { Signature } = await kms.send(new SignCommand(request));
  Signature[Signature.length - 1] ^= 1;
  const wrong = new SignCommand({ ...request, SigningAlgorithm: "ECDSA_SHA_384" });
  const symmetric = await newKey(kms);
  return {
    refusals: [
      await refusal(kms.send(new VerifyCommand({ ...request, Signature })), KMSInvalidSignatureException),
      await refusal(kms.send(wrong), InvalidKeyUsageException),
      await refusal(kms.send(new GetPublicKeyCommand({ KeyId: symmetric.KeyId })), UnsupportedOperationException),
    ],
  };
}

export async function macs(kms) {
  const answers = {};
  for (const bits of [224, 256, 384, 512]) {
    const { KeyId } = await newKey(kms, { KeySpec: `HMAC_${bits}`, KeyUsage: "GENERATE_VERIFY_MAC" });
    const request = { KeyId, MacAlgorithm: `HMAC_SHA_${bits}`, Message: message };
    const { Mac } = await kms.send(new GenerateMacCommand(request));
    const { MacValid } = await kms.send(new VerifyMacCommand({ ...request, Mac }));
    Mac[0] ^= 1;
    const altered = await refusal(kms.send(new VerifyMacCommand({ ...request, Mac })), KMSInvalidMacException);
    answers[bits] = [Mac.length, MacValid, altered];
  }
  return answers;
}
