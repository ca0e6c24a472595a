// Symmetric and RSA encryption, data keys, data key pairs, random bytes.

import {
  DecryptCommand,
  EncryptCommand,
  GenerateDataKeyCommand,
  GenerateDataKeyPairCommand,
  GenerateDataKeyPairWithoutPlaintextCommand,
  GenerateDataKeyWithoutPlaintextCommand,
  GenerateRandomCommand,
  InvalidCiphertextException,
  ReEncryptCommand,
} from "@aws-sdk/client-kms";
import { constants, createPrivateKey, createPublicKey, publicEncrypt } from "node:crypto";
import { bytes, newKey, publicKey, refusal, same, text } from "./common.mjs";

export async function encrypt(kms) {
  const [first, second] = [await newKey(kms), await newKey(kms)];
  const EncryptionContext = { tenant: "42", été: "\u{1F600}" };
  const sealed = await kms.send(
    new EncryptCommand({ KeyId: first.KeyId, Plaintext: bytes("hello"), EncryptionContext }),
  );
  const { CiphertextBlob } = sealed;
  const opened = await kms.send(new DecryptCommand({ CiphertextBlob, EncryptionContext }));
  const moved = await kms.send(
    new ReEncryptCommand({ CiphertextBlob, SourceEncryptionContext: EncryptionContext, DestinationKeyId: second.KeyId }),
  );
  const again = await kms.send(new DecryptCommand({ CiphertextBlob: moved.CiphertextBlob }));
  return {
    plaintexts: [text(opened.Plaintext), text(again.Plaintext)],
    arns: [opened.KeyId === first.Arn, moved.SourceKeyId === first.Arn, again.KeyId === second.Arn],
    overhead: CiphertextBlob.length - 5,
    refusals: [await refusal(kms.send(new DecryptCommand({ CiphertextBlob })), InvalidCiphertextException)],
  };
}

export async function rsa(kms) {
  const { KeyId } = await newKey(kms, { KeySpec: "RSA_2048", KeyUsage: "ENCRYPT_DECRYPT" });
  const key = await publicKey(kms, KeyId);
  const answers = {};
  for (const oaepHash of ["sha1", "sha256"]) {
    const EncryptionAlgorithm = `RSAES_OAEP_SHA_${oaepHash.slice(3)}`;
    const padding = constants.RSA_PKCS1_OAEP_PADDING;
    const CiphertextBlob = publicEncrypt({ key, padding, oaepHash }, bytes("offline"));
    const opened = await kms.send(new DecryptCommand({ KeyId, CiphertextBlob, EncryptionAlgorithm }));
    const sealed = await kms.send(new EncryptCommand({ KeyId, Plaintext: bytes("online"), EncryptionAlgorithm }));
    const back = await kms.send(
      new DecryptCommand({ KeyId, CiphertextBlob: sealed.CiphertextBlob, EncryptionAlgorithm }),
    );
    answers[EncryptionAlgorithm] = [text(opened.Plaintext), text(back.Plaintext)];
  }
  return answers;
}

export async function dataKeys(kms) {
  const { KeyId } = await newKey(kms);
  const made = await kms.send(new GenerateDataKeyCommand({ KeyId, KeySpec: "AES_256" }));
  const opened = await kms.send(new DecryptCommand({ CiphertextBlob: made.CiphertextBlob }));
  const hidden = await kms.send(new GenerateDataKeyWithoutPlaintextCommand({ KeyId, NumberOfBytes: 96 }));
  const shown = await kms.send(new DecryptCommand({ CiphertextBlob: hidden.CiphertextBlob }));
  return {
    sizes: [made.Plaintext.length, made.CiphertextBlob.length, shown.Plaintext.length],
    same: same(made.Plaintext, opened.Plaintext),
    hidden: hidden.Plaintext === undefined,
  };
}

export async function dataKeyPairs(kms) {
  const { KeyId } = await newKey(kms);
  const answers = {};
  const specs = ["RSA_2048", "ECC_NIST_P256", "ECC_NIST_P384", "ECC_NIST_P521", "ECC_SECG_P256K1", "ECC_NIST_EDWARDS25519"];
  for (const KeyPairSpec of specs) {
    const made = await kms.send(new GenerateDataKeyPairCommand({ KeyId, KeyPairSpec }));
    const key = createPrivateKey({ key: Buffer.from(made.PrivateKeyPlaintext), format: "der", type: "pkcs8" });
    answers[KeyPairSpec] = same(createPublicKey(key).export({ format: "der", type: "spki" }), made.PublicKey);
  }
  const hidden = await kms.send(
    new GenerateDataKeyPairWithoutPlaintextCommand({ KeyId, KeyPairSpec: "ECC_NIST_P256" }),
  );
  const opened = await kms.send(new DecryptCommand({ CiphertextBlob: hidden.PrivateKeyCiphertextBlob }));
  const key = createPrivateKey({ key: Buffer.from(opened.Plaintext), format: "der", type: "pkcs8" });
  return { ...answers, hidden: same(createPublicKey(key).export({ format: "der", type: "spki" }), hidden.PublicKey) };
}

export async function random(kms) {
  const made = [];
  for (let times = 0; times < 2; times++) made.push((await kms.send(new GenerateRandomCommand({ NumberOfBytes: 64 }))).Plaintext);
  return { sizes: made.map((each) => each.length), same: same(...made) };
}
