// What the families share.

import { CreateKeyCommand, GetPublicKeyCommand } from "@aws-sdk/client-kms";
import { createPublicKey } from "node:crypto";

export const text = (bytes) => Buffer.from(bytes).toString();
export const bytes = (words) => Buffer.from(words);
export const same = (one, other) => Buffer.compare(Buffer.from(one), Buffer.from(other)) === 0;

/** Make a key; return its metadata. */
export async function newKey(kms, parameters = {}) {
  return (await kms.send(new CreateKeyCommand(parameters))).KeyMetadata;
}

/** Return the key's public half as a key of node's own crypto. */
export async function publicKey(kms, KeyId) {
  const { PublicKey } = await kms.send(new GetPublicKeyCommand({ KeyId }));
  return createPublicKey({ key: Buffer.from(PublicKey), format: "der", type: "spki" });
}

/** Return how a call was refused: the SDK's class for the error, and that it is the error's name. Fails when it succeeds. */
export async function refusal(call, ...classes) {
  try {
    await call;
  } catch (error) {
    const found = classes.find((each) => error instanceof each);
    return found ? `${found.name} ${error.$metadata.httpStatusCode}` : `${error.name} without its class`;
  }
  throw new Error("was not refused");
}
