import {
  GenerateDataKeyCommand,
  GenerateDataKeyPairCommand,
  GenerateDataKeyPairWithoutPlaintextCommand,
  GenerateDataKeyWithoutPlaintextCommand,
  type DataKeyPairSpec,
  type DataKeySpec,
  type GenerateDataKeyCommandInput,
  type GenerateDataKeyCommandOutput,
  type GenerateDataKeyPairCommandInput,
  type GenerateDataKeyPairCommandOutput,
  type KMSClient,
} from "@aws-sdk/client-kms";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Toggle from "@cloudscape-design/components/toggle";
import { useState } from "react";

import { kms } from "../../api/kms";
import { useAction } from "../../remote/useAction";
import { areGood, mapOf } from "../../ui/context";
import { KeyField } from "../../ui/KeyField";
import { useTriedKey } from "./algorithms";
import type { TabProps } from "./bench";
import { BenchForm } from "./BenchForm";
import { contextOption, keyOption, kmsCommand } from "./commands";
import { Choice, ContextField } from "./fields";
import { BytesResult, Facts, HiddenResult } from "./results";

const KEYS: readonly string[] = ["AES_256", "AES_128"];
const PAIRS: readonly string[] = [
  "RSA_2048",
  "RSA_3072",
  "RSA_4096",
  "ECC_NIST_P256",
  "ECC_NIST_P384",
  "ECC_NIST_P521",
  "ECC_SECG_P256K1",
  "ECC_NIST_EDWARDS25519",
  "SM2",
  "ML_KEM_512",
  "ML_KEM_768",
  "ML_KEM_1024",
];

interface DataKey {
  /** Of a pair: the private key, as is the blob. */
  readonly plaintext: Uint8Array | undefined;
  readonly blob: Uint8Array;
  /** Only of a pair. */
  readonly publicKey?: Uint8Array | undefined;
  readonly keyArn: string | undefined;
}

async function madeKey(client: KMSClient, asked: GenerateDataKeyCommandInput, open: boolean): Promise<DataKey> {
  const answer: GenerateDataKeyCommandOutput = await (open
    ? client.send(new GenerateDataKeyCommand(asked))
    : client.send(new GenerateDataKeyWithoutPlaintextCommand(asked)));
  return { plaintext: answer.Plaintext, blob: answer.CiphertextBlob ?? new Uint8Array(), keyArn: answer.KeyId };
}

async function madePair(client: KMSClient, asked: GenerateDataKeyPairCommandInput, open: boolean): Promise<DataKey> {
  const answer: GenerateDataKeyPairCommandOutput = await (open
    ? client.send(new GenerateDataKeyPairCommand(asked))
    : client.send(new GenerateDataKeyPairWithoutPlaintextCommand(asked)));
  return { plaintext: answer.PrivateKeyPlaintext, blob: answer.PrivateKeyCiphertextBlob ?? new Uint8Array(), publicKey: answer.PublicKey, keyArn: answer.KeyId };
}

export function DataKeyTab({ keyId, onKey, bench, onBench }: TabProps) {
  const [spec, setSpec] = useState("AES_256");
  const [open, setOpen] = useState(true);
  const pair = PAIRS.includes(spec);
  const [result, setResult] = useState<DataKey>();
  const { misfit } = useTriedKey(keyId, "ENCRYPT_DECRYPT", true);
  const { run, busy, failure } = useAction(async (connection) => {
    setResult(undefined);
    const context = mapOf(bench.context);
    const asked = { KeyId: keyId.trim(), ...(context === undefined ? {} : { EncryptionContext: context }) };
    setResult(pair ? await madePair(kms(connection), { ...asked, KeyPairSpec: spec as DataKeyPairSpec }, open) : await madeKey(kms(connection), { ...asked, KeySpec: spec as DataKeySpec }, open));
  });
  return (
    <BenchForm
      act="Generate data key"
      ready={keyId.trim() !== "" && misfit === undefined && areGood(bench.context)}
      busy={busy}
      failure={failure}
      failed="No data key"
      command={kmsCommand(
        `generate-data-key${pair ? "-pair" : ""}${open ? "" : "-without-plaintext"}`,
        keyOption(keyId),
        [pair ? "--key-pair-spec" : "--key-spec", spec],
        contextOption("--encryption-context", bench.context),
      )}
      onAct={() => {
        void run();
      }}
      result={
        result && (
          <SpaceBetween size="m">
            {result.plaintext !== undefined && <HiddenResult label={result.publicKey === undefined ? "Plaintext data key" : "Plaintext private key"} bytes={result.plaintext} />}
            <BytesResult label={result.publicKey === undefined ? "Encrypted data key" : "Encrypted private key"} bytes={result.blob} />
            {result.publicKey !== undefined && <BytesResult label="Public key" bytes={result.publicKey} />}
            <Facts facts={{ Key: result.keyArn }} />
          </SpaceBetween>
        )
      }
    >
      <KeyField value={keyId} onChange={onKey} usages={["ENCRYPT_DECRYPT"]} specs={["SYMMETRIC_DEFAULT"]} errorText={misfit} />
      <Choice label="Data key spec" value={spec} of={[...KEYS, ...PAIRS]} description="A key, or a pair of a private and a public one." onChange={setSpec} />
      <Toggle checked={open} onChange={({ detail }) => { setOpen(detail.checked); }}>
        With the plaintext
      </Toggle>
      <ContextField pairs={bench.context} onChange={(context) => { onBench({ context }); }} />
    </BenchForm>
  );
}
