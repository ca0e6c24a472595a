import { DecapsulateCommand, EncapsulateCommand, type EncapsulationAlgorithmSpec } from "@aws-sdk/client-kms";
import RadioGroup from "@cloudscape-design/components/radio-group";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useState } from "react";

import { kms } from "../../api/kms";
import { useAction } from "../../remote/useAction";
import { KeyField } from "../../ui/KeyField";
import { oneOf, useTriedKey } from "./algorithms";
import type { TabProps } from "./bench";
import { BenchForm } from "./BenchForm";
import { fromBase64, toBase64 } from "./bytes";
import { bytesOption, keyOption, kmsCommand } from "./commands";
import { Base64Field, Choice } from "./fields";
import { BytesResult, Facts, HiddenResult } from "./results";

interface Encapsulated {
  readonly secret: Uint8Array;
  /** Only of Encapsulate. */
  readonly blob: Uint8Array | undefined;
  readonly keyArn: string | undefined;
}

/** Encapsulate and Decapsulate (ML-KEM): a fresh secret, and the ciphertext from which this key gets it back. */
export function EncapsulateTab({ keyId, onKey, bench, onBench }: TabProps) {
  const [open, setOpen] = useState(false);
  const [chosen, setChosen] = useState("");
  const [result, setResult] = useState<Encapsulated>();
  const { encapsulation, misfit } = useTriedKey(keyId, "ENCAPSULATE_DECAPSULATE");
  const algorithm = oneOf(chosen, encapsulation);
  const given = fromBase64(bench.encapsulated);
  const { run, busy, failure, forget } = useAction(async (connection, SharedSecretCiphertextBlob: Uint8Array) => {
    setResult(undefined);
    const asked = { KeyId: keyId.trim(), EncapsulationAlgorithm: algorithm as EncapsulationAlgorithmSpec };
    if (open) {
      const answer = await kms(connection).send(new DecapsulateCommand({ ...asked, SharedSecretCiphertextBlob }));
      setResult({ secret: answer.SharedSecret ?? new Uint8Array(), blob: undefined, keyArn: answer.KeyId });
    } else {
      const answer = await kms(connection).send(new EncapsulateCommand(asked));
      const blob = answer.SharedSecretCiphertextBlob ?? new Uint8Array();
      setResult({ secret: answer.SharedSecret ?? new Uint8Array(), blob, keyArn: answer.KeyId });
      onBench({ encapsulated: toBase64(blob) });
    }
  });
  return (
    <BenchForm
      act={open ? "Decapsulate" : "Encapsulate"}
      ready={keyId.trim() !== "" && misfit === undefined && (!open || (given !== undefined && given.length > 0))}
      busy={busy}
      failure={failure}
      failed="No shared secret"
      command={kmsCommand(
        open ? "decapsulate" : "encapsulate",
        keyOption(keyId),
        ["--encapsulation-algorithm", algorithm],
        open ? bytesOption("--shared-secret-ciphertext-blob", bench.encapsulated) : undefined,
      )}
      onAct={() => {
        void run(given ?? new Uint8Array());
      }}
      result={
        result && (
          <SpaceBetween size="m">
            <HiddenResult label="Shared secret" bytes={result.secret} />
            {result.blob !== undefined && <BytesResult label="Ciphertext" bytes={result.blob} />}
            <Facts facts={{ Key: result.keyArn }} />
          </SpaceBetween>
        )
      }
    >
      <RadioGroup
        ariaLabel="Encapsulate or decapsulate"
        direction="horizontal"
        value={open ? "open" : "make"}
        items={[
          { value: "make", label: "Encapsulate" },
          { value: "open", label: "Decapsulate" },
        ]}
        onChange={({ detail }) => {
          setOpen(detail.value === "open");
          setResult(undefined);
          forget();
        }}
      />
      <KeyField value={keyId} onChange={onKey} usages={["ENCAPSULATE_DECAPSULATE"]} errorText={misfit} />
      {open && <Base64Field label="Ciphertext of the secret" value={bench.encapsulated} onChange={(encapsulated) => { onBench({ encapsulated }); }} />}
      <Choice label="Algorithm" value={algorithm} of={encapsulation} onChange={setChosen} />
    </BenchForm>
  );
}
