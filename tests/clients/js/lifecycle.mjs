// What happens to key material: rotation, import, replicas in other Regions; and when a key was used last.

import {
  AlreadyExistsException,
  DecryptCommand,
  DeleteImportedKeyMaterialCommand,
  DescribeKeyCommand,
  DisableKeyRotationCommand,
  EnableKeyRotationCommand,
  EncryptCommand,
  GetKeyLastUsageCommand,
  GetKeyRotationStatusCommand,
  GetParametersForImportCommand,
  ImportKeyMaterialCommand,
  IncorrectKeyMaterialException,
  InvalidImportTokenException,
  KMSInvalidStateException,
  ListKeyRotationsCommand,
  ReplicateKeyCommand,
  RotateKeyOnDemandCommand,
  UnsupportedOperationException,
  UpdatePrimaryRegionCommand,
} from "@aws-sdk/client-kms";
import { constants, createPublicKey, publicEncrypt } from "node:crypto";
import { setTimeout } from "node:timers/promises";
import { bytes, newKey, refusal, text } from "./common.mjs";

const [OTHER, THIRD] = ["eu-central-1", "eu-central-2"];

/** Ask until the answer is there; give up after some seconds. */
async function until(ask) {
  for (const deadline = Date.now() + 30_000; Date.now() < deadline; await setTimeout(50)) if (await ask()) return;
  throw new Error(`waited in vain for ${ask}`);
}

export async function rotation(kms) {
  const { KeyId } = await newKey(kms);
  await kms.send(new EnableKeyRotationCommand({ KeyId, RotationPeriodInDays: 90 }));
  const status = await kms.send(new GetKeyRotationStatusCommand({ KeyId }));
  await kms.send(new DisableKeyRotationCommand({ KeyId }));
  const { CiphertextBlob } = await kms.send(new EncryptCommand({ KeyId, Plaintext: bytes("before") }));
  await kms.send(new RotateKeyOnDemandCommand({ KeyId }));
  const rotations = async () => (await kms.send(new ListKeyRotationsCommand({ KeyId }))).Rotations;
  await until(async () => (await rotations()).length === 1);
  const [rotated] = await rotations();
  const hmac = await newKey(kms, { KeySpec: "HMAC_256", KeyUsage: "GENERATE_VERIFY_MAC" });
  const unfit = new EnableKeyRotationCommand({ KeyId: hmac.KeyId });
  return {
    days: [status.RotationPeriodInDays, Math.round((status.NextRotationDate - Date.now()) / 86_400_000)],
    enabled: [status, await kms.send(new GetKeyRotationStatusCommand({ KeyId }))].map((each) => each.KeyRotationEnabled),
    rotated: [rotated.RotationType, rotated.RotationDate instanceof Date],
    opened: text((await kms.send(new DecryptCommand({ CiphertextBlob }))).Plaintext),
    refusals: [await refusal(kms.send(unfit), UnsupportedOperationException)],
  };
}

export async function imports(kms) {
  const { KeyId, KeyState } = await newKey(kms, { Origin: "EXTERNAL" });
  const parameters = await kms.send(
    new GetParametersForImportCommand({ KeyId, WrappingAlgorithm: "RSAES_OAEP_SHA_256", WrappingKeySpec: "RSA_2048" }),
  );
  const wrapping = {
    key: createPublicKey({ key: Buffer.from(parameters.PublicKey), format: "der", type: "spki" }),
    padding: constants.RSA_PKCS1_OAEP_PADDING,
    oaepHash: "sha256",
  };
  const give = (material, changed = {}) =>
    kms.send(
      new ImportKeyMaterialCommand({
        KeyId,
        ImportToken: parameters.ImportToken,
        EncryptedKeyMaterial: publicEncrypt(wrapping, Buffer.alloc(32, material)),
        ExpirationModel: "KEY_MATERIAL_DOES_NOT_EXPIRE",
        ...changed,
      }),
    );
  const state = async () => (await kms.send(new DescribeKeyCommand({ KeyId }))).KeyMetadata.KeyState;
  const states = [KeyState];
  const damaged = await refusal(give(1, { ImportToken: bytes("x".repeat(100)) }), InvalidImportTokenException);
  await give(1);
  states.push(await state());
  const { CiphertextBlob } = await kms.send(new EncryptCommand({ KeyId, Plaintext: bytes("mine") }));
  const other = await refusal(give(2), IncorrectKeyMaterialException);
  await kms.send(new DeleteImportedKeyMaterialCommand({ KeyId }));
  states.push(await state());
  const missing = await refusal(kms.send(new DecryptCommand({ CiphertextBlob })), KMSInvalidStateException);
  const ValidTo = new Date(Date.now() + 86_400_000);
  await give(1, { ExpirationModel: "KEY_MATERIAL_EXPIRES", ValidTo });
  const { KeyMetadata } = await kms.send(new DescribeKeyCommand({ KeyId }));
  return {
    states,
    validTo: Math.abs(KeyMetadata.ValidTo - ValidTo) < 1000,
    parameters: parameters.ParametersValidTo instanceof Date,
    opened: text((await kms.send(new DecryptCommand({ CiphertextBlob }))).Plaintext),
    refusals: [damaged, other, missing],
  };
}

export async function multiRegion(kms, client) {
  const { KeyId } = await newKey(kms, { MultiRegion: true });
  const other = client(OTHER);
  const replica = (await kms.send(new ReplicateKeyCommand({ KeyId, ReplicaRegion: OTHER }))).ReplicaKeyMetadata;
  const again = new ReplicateKeyCommand({ KeyId, ReplicaRegion: OTHER });
  const twice = await refusal(kms.send(again), AlreadyExistsException);
  const metadata = async (at) => (await at.send(new DescribeKeyCommand({ KeyId }))).KeyMetadata;
  const ready = async () => (await metadata(kms)).KeyState === "Enabled" && (await metadata(other)).KeyState === "Enabled";
  await until(ready);
  const { CiphertextBlob } = await kms.send(new EncryptCommand({ KeyId, Plaintext: bytes("from afar") }));
  const opened = await other.send(new DecryptCommand({ CiphertextBlob }));
  await kms.send(new UpdatePrimaryRegionCommand({ KeyId, PrimaryRegion: OTHER }));
  await until(ready);
  const { MultiRegionConfiguration } = await metadata(kms);
  const unfit = new ReplicateKeyCommand({ KeyId, ReplicaRegion: THIRD });
  return {
    type: replica.MultiRegionConfiguration.MultiRegionKeyType,
    opened: [text(opened.Plaintext), opened.KeyId === replica.Arn],
    now: [MultiRegionConfiguration.MultiRegionKeyType, MultiRegionConfiguration.PrimaryKey.Region],
    refusals: [twice, await refusal(kms.send(unfit), UnsupportedOperationException)],
  };
}

export async function lastUsage(kms) {
  const { KeyId } = await newKey(kms);
  await kms.send(new EncryptCommand({ KeyId, Plaintext: bytes("x") }));
  let usage;
  await until(async () => (usage = (await kms.send(new GetKeyLastUsageCommand({ KeyId }))).KeyLastUsage)?.Operation);
  return { operation: usage.Operation, recent: Math.abs(Date.now() - usage.Timestamp) < 3_600_000 };
}
