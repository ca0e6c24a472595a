import { EncryptCommand, type EncryptionAlgorithmSpec } from "@aws-sdk/client-kms";
import Button from "@cloudscape-design/components/button";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useState } from "react";

import { kms } from "../../api/kms";
import { useAction } from "../../remote/useAction";
import { areGood, mapOf } from "../../ui/context";
import { KeyField } from "../../ui/KeyField";
import { oneOf, useTriedKey } from "./algorithms";
import type { TabProps } from "./bench";
import { BenchForm } from "./BenchForm";
import { bytesOf, toBase64 } from "./bytes";
import { contextOption, keyOption, kmsCommand, plaintextOption } from "./commands";
import { BytesField, Choice, ContextField } from "./fields";
import { BytesResult, Facts } from "./results";

interface Encrypted {
  readonly blob: Uint8Array;
  readonly keyArn: string | undefined;
  readonly algorithm: string | undefined;
}

export function EncryptTab({ keyId, onKey, bench, onBench, onTab }: TabProps) {
  const [chosen, setChosen] = useState("");
  const [result, setResult] = useState<Encrypted>();
  const { encryption, misfit } = useTriedKey(keyId, "ENCRYPT_DECRYPT");
  const algorithm = oneOf(chosen, encryption);
  const plaintext = bytesOf(bench.plaintext);
  const { run, busy, failure } = useAction(async (connection, Plaintext: Uint8Array) => {
    const context = algorithm === "SYMMETRIC_DEFAULT" ? mapOf(bench.context) : undefined;
    const answer = await kms(connection).send(
      new EncryptCommand({
        KeyId: keyId.trim(),
        Plaintext,
        EncryptionAlgorithm: algorithm as EncryptionAlgorithmSpec,
        ...(context === undefined ? {} : { EncryptionContext: context }),
      }),
    );
    setResult({ blob: answer.CiphertextBlob ?? new Uint8Array(), keyArn: answer.KeyId, algorithm: answer.EncryptionAlgorithm });
  });
  return (
    <BenchForm
      act="Encrypt"
      ready={keyId.trim() !== "" && misfit === undefined && plaintext !== undefined && plaintext.length > 0 && areGood(bench.context)}
      busy={busy}
      failure={failure}
      failed="Not encrypted"
      command={kmsCommand(
        "encrypt",
        keyOption(keyId),
        plaintextOption,
        ["--encryption-algorithm", algorithm],
        algorithm === "SYMMETRIC_DEFAULT" ? contextOption("--encryption-context", bench.context) : undefined,
      )}
      onAct={() => {
        if (plaintext !== undefined) void run(plaintext);
      }}
      actions={
        <Button
          onClick={() => {
            if (result !== undefined) onBench({ ciphertext: toBase64(result.blob) });
            onTab("decrypt");
          }}
        >
          Decrypt this
        </Button>
      }
      result={
        result && (
          <SpaceBetween size="m">
            <BytesResult label="Ciphertext blob" bytes={result.blob} />
            <Facts facts={{ Key: result.keyArn, Algorithm: result.algorithm }} />
          </SpaceBetween>
        )
      }
    >
      <KeyField value={keyId} onChange={onKey} usages={["ENCRYPT_DECRYPT"]} errorText={misfit} />
      <BytesField label="Plaintext" value={bench.plaintext} onChange={(value) => { onBench({ plaintext: value }); }} />
      <Choice label="Algorithm" value={algorithm} of={encryption} onChange={setChosen} />
      {algorithm === "SYMMETRIC_DEFAULT" && <ContextField pairs={bench.context} onChange={(context) => { onBench({ context }); }} />}
    </BenchForm>
  );
}
