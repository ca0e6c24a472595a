import { DecryptCommand, type EncryptionAlgorithmSpec } from "@aws-sdk/client-kms";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useState } from "react";

import { kms } from "../../api/kms";
import { useAction } from "../../remote/useAction";
import { areGood, mapOf } from "../../ui/context";
import { KeyField } from "../../ui/KeyField";
import { oneOf, useTriedKey } from "./algorithms";
import type { TabProps } from "./bench";
import { BenchForm } from "./BenchForm";
import { fromBase64 } from "./bytes";
import { bytesOption, contextOption, kmsCommand, textOption } from "./commands";
import { Base64Field, Choice, ContextField } from "./fields";
import { Facts, PlaintextResult } from "./results";

interface Decrypted {
  readonly plaintext: Uint8Array;
  readonly keyArn: string | undefined;
}

export function DecryptTab({ keyId, onKey, bench, onBench }: TabProps) {
  const [chosen, setChosen] = useState("");
  const [result, setResult] = useState<Decrypted>();
  const { encryption, misfit } = useTriedKey(keyId, "ENCRYPT_DECRYPT");
  const algorithm = oneOf(chosen, encryption);
  const blob = fromBase64(bench.ciphertext);
  const { run, busy, failure } = useAction(async (connection, CiphertextBlob: Uint8Array) => {
    setResult(undefined);
    const symmetric = algorithm === "SYMMETRIC_DEFAULT";
    const context = symmetric ? mapOf(bench.context) : undefined;
    const answer = await kms(connection).send(
      new DecryptCommand({
        CiphertextBlob,
        EncryptionAlgorithm: algorithm as EncryptionAlgorithmSpec,
        ...(keyId.trim() === "" ? {} : { KeyId: keyId.trim() }),
        ...(context === undefined ? {} : { EncryptionContext: context }),
      }),
    );
    setResult({ plaintext: answer.Plaintext ?? new Uint8Array(), keyArn: answer.KeyId });
  });
  return (
    <BenchForm
      act="Decrypt"
      ready={misfit === undefined && blob !== undefined && blob.length > 0 && areGood(bench.context) && (algorithm === "SYMMETRIC_DEFAULT" || keyId.trim() !== "")}
      busy={busy}
      failure={failure}
      failed="Not decrypted"
      command={kmsCommand(
        "decrypt",
        bytesOption("--ciphertext-blob", bench.ciphertext),
        textOption("--key-id", keyId),
        ["--encryption-algorithm", algorithm],
        algorithm === "SYMMETRIC_DEFAULT" ? contextOption("--encryption-context", bench.context) : undefined,
      )}
      onAct={() => {
        if (blob !== undefined) void run(blob);
      }}
      result={
        result && (
          <SpaceBetween size="m">
            <PlaintextResult bytes={result.plaintext} />
            <Facts facts={{ Key: result.keyArn }} />
          </SpaceBetween>
        )
      }
    >
      <Base64Field label="Ciphertext blob" value={bench.ciphertext} onChange={(ciphertext) => { onBench({ ciphertext }); }} />
      <ContextField pairs={bench.context} onChange={(context) => { onBench({ context }); }} />
      <KeyField
        value={keyId}
        onChange={onKey}
        usages={["ENCRYPT_DECRYPT"]}
        errorText={misfit}
        description="A symmetric ciphertext names its key; given here, it must be that one. RSA and SM2 need it."
      />
      <Choice label="Algorithm" value={algorithm} of={encryption} onChange={setChosen} />
    </BenchForm>
  );
}
