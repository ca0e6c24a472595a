import { GenerateDataKeyCommand, GenerateDataKeyWithoutPlaintextCommand, type DataKeySpec } from "@aws-sdk/client-kms";
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

interface DataKey {
  readonly plaintext: Uint8Array | undefined;
  readonly blob: Uint8Array;
  readonly keyArn: string | undefined;
}

export function DataKeyTab({ keyId, onKey, bench, onBench }: TabProps) {
  const [spec, setSpec] = useState("AES_256");
  const [open, setOpen] = useState(true);
  const [result, setResult] = useState<DataKey>();
  const { misfit } = useTriedKey(keyId, "ENCRYPT_DECRYPT", true);
  const { run, busy, failure } = useAction(async (connection) => {
    setResult(undefined);
    const context = mapOf(bench.context);
    const asked = { KeyId: keyId.trim(), KeySpec: spec as DataKeySpec, ...(context === undefined ? {} : { EncryptionContext: context }) };
    if (open) {
      const answer = await kms(connection).send(new GenerateDataKeyCommand(asked));
      setResult({ plaintext: answer.Plaintext, blob: answer.CiphertextBlob ?? new Uint8Array(), keyArn: answer.KeyId });
    } else {
      const answer = await kms(connection).send(new GenerateDataKeyWithoutPlaintextCommand(asked));
      setResult({ plaintext: undefined, blob: answer.CiphertextBlob ?? new Uint8Array(), keyArn: answer.KeyId });
    }
  });
  return (
    <BenchForm
      act="Generate data key"
      ready={keyId.trim() !== "" && misfit === undefined && areGood(bench.context)}
      busy={busy}
      failure={failure}
      failed="No data key"
      command={kmsCommand(
        open ? "generate-data-key" : "generate-data-key-without-plaintext",
        keyOption(keyId),
        ["--key-spec", spec],
        contextOption("--encryption-context", bench.context),
      )}
      onAct={() => {
        void run();
      }}
      result={
        result && (
          <SpaceBetween size="m">
            {result.plaintext !== undefined && <HiddenResult label="Plaintext data key" bytes={result.plaintext} />}
            <BytesResult label="Encrypted data key" bytes={result.blob} />
            <Facts facts={{ Key: result.keyArn }} />
          </SpaceBetween>
        )
      }
    >
      <KeyField value={keyId} onChange={onKey} usages={["ENCRYPT_DECRYPT"]} specs={["SYMMETRIC_DEFAULT"]} errorText={misfit} />
      <Choice label="Data key spec" value={spec} of={["AES_256", "AES_128"]} onChange={setSpec} />
      <Toggle checked={open} onChange={({ detail }) => { setOpen(detail.checked); }}>
        With the plaintext
      </Toggle>
      <ContextField pairs={bench.context} onChange={(context) => { onBench({ context }); }} />
    </BenchForm>
  );
}
