import { ReEncryptCommand, type EncryptionAlgorithmSpec } from "@aws-sdk/client-kms";
import Button from "@cloudscape-design/components/button";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useState } from "react";

import { kms } from "../../api/kms";
import { useAction } from "../../remote/useAction";
import { areGood, mapOf, type Pair } from "../../ui/context";
import { KeyField } from "../../ui/KeyField";
import { oneOf, useTriedKey } from "./algorithms";
import type { TabProps } from "./bench";
import { BenchForm } from "./BenchForm";
import { fromBase64, toBase64 } from "./bytes";
import { bytesOption, contextOption, keyOption, kmsCommand, textOption } from "./commands";
import { Base64Field, Choice, ContextField } from "./fields";
import { BytesResult, Facts } from "./results";

const SYMMETRIC = "SYMMETRIC_DEFAULT";
const NO_PAIRS: readonly Pair[] = [];

interface ReEncrypted {
  readonly blob: Uint8Array;
  readonly from: string | undefined;
  readonly to: string | undefined;
}

/** From one key to another, without the plaintext leaving the server. */
export function ReEncryptTab({ keyId, onKey, bench, onBench, onTab }: TabProps) {
  const [chosen, setChosen] = useState("");
  const [target, setTarget] = useState("");
  const [targetChosen, setTargetChosen] = useState("");
  const [targetContext, setTargetContext] = useState(NO_PAIRS);
  const [result, setResult] = useState<ReEncrypted>();
  const source = useTriedKey(keyId, "ENCRYPT_DECRYPT");
  const destination = useTriedKey(target, "ENCRYPT_DECRYPT");
  const algorithm = oneOf(chosen, source.encryption);
  const targetAlgorithm = oneOf(targetChosen, destination.encryption);
  const fromPairs = algorithm === SYMMETRIC ? bench.context : NO_PAIRS;
  const toPairs = targetAlgorithm === SYMMETRIC ? targetContext : NO_PAIRS;
  const blob = fromBase64(bench.ciphertext);
  const { run, busy, failure } = useAction(async (connection, CiphertextBlob: Uint8Array) => {
    setResult(undefined);
    const [before, after] = [mapOf(fromPairs), mapOf(toPairs)];
    const answer = await kms(connection).send(
      new ReEncryptCommand({
        CiphertextBlob,
        SourceEncryptionAlgorithm: algorithm as EncryptionAlgorithmSpec,
        ...(keyId.trim() === "" ? {} : { SourceKeyId: keyId.trim() }),
        ...(before === undefined ? {} : { SourceEncryptionContext: before }),
        DestinationKeyId: target.trim(),
        DestinationEncryptionAlgorithm: targetAlgorithm as EncryptionAlgorithmSpec,
        ...(after === undefined ? {} : { DestinationEncryptionContext: after }),
      }),
    );
    setResult({ blob: answer.CiphertextBlob ?? new Uint8Array(), from: answer.SourceKeyId, to: answer.KeyId });
  });
  const fits = source.misfit === undefined && destination.misfit === undefined && areGood(fromPairs) && areGood(toPairs);
  const named = target.trim() !== "" && (algorithm === SYMMETRIC || keyId.trim() !== "");
  return (
    <BenchForm
      act="Re-encrypt"
      ready={fits && named && blob !== undefined && blob.length > 0}
      busy={busy}
      failure={failure}
      failed="Not re-encrypted"
      command={kmsCommand(
        "re-encrypt",
        bytesOption("--ciphertext-blob", bench.ciphertext),
        textOption("--source-key-id", keyId),
        ["--source-encryption-algorithm", algorithm],
        contextOption("--source-encryption-context", fromPairs),
        keyOption(target, "--destination-key-id"),
        ["--destination-encryption-algorithm", targetAlgorithm],
        contextOption("--destination-encryption-context", toPairs),
      )}
      onAct={() => {
        if (blob !== undefined) void run(blob);
      }}
      actions={
        <Button
          onClick={() => {
            if (result === undefined) return;
            onBench({ ciphertext: toBase64(result.blob), context: toPairs });
            onTab("decrypt", target);
          }}
        >
          Decrypt this
        </Button>
      }
      result={
        result && (
          <SpaceBetween size="m">
            <BytesResult label="Ciphertext blob" bytes={result.blob} />
            <Facts facts={{ "From key": result.from, "To key": result.to }} />
          </SpaceBetween>
        )
      }
    >
      <Base64Field label="Ciphertext blob to re-encrypt" value={bench.ciphertext} onChange={(ciphertext) => { onBench({ ciphertext }); }} />
      <KeyField
        label="From key"
        value={keyId}
        onChange={onKey}
        usages={["ENCRYPT_DECRYPT"]}
        errorText={source.misfit}
        description="A symmetric ciphertext names its key; given here, it must be that one. RSA and SM2 need it."
      />
      <Choice label="Algorithm of the ciphertext" value={algorithm} of={source.encryption} onChange={setChosen} />
      {algorithm === SYMMETRIC && (
        <ContextField label="Encryption context it has" pairs={bench.context} onChange={(context) => { onBench({ context }); }} />
      )}
      <KeyField label="To key" value={target} onChange={setTarget} usages={["ENCRYPT_DECRYPT"]} errorText={destination.misfit} />
      <Choice label="New algorithm" value={targetAlgorithm} of={destination.encryption} onChange={setTargetChosen} />
      {targetAlgorithm === SYMMETRIC && (
        <ContextField label="New encryption context" noun="new context pair" pairs={targetContext} onChange={setTargetContext} />
      )}
    </BenchForm>
  );
}
