import { SignCommand, type MessageType, type SigningAlgorithmSpec } from "@aws-sdk/client-kms";
import Button from "@cloudscape-design/components/button";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useState } from "react";

import { kms } from "../../api/kms";
import { useAction } from "../../remote/useAction";
import { KeyField } from "../../ui/KeyField";
import { oneOf, useTriedKey } from "./algorithms";
import type { TabProps } from "./bench";
import { BenchForm } from "./BenchForm";
import { bytesOf, toBase64 } from "./bytes";
import { keyOption, kmsCommand, messageOption } from "./commands";
import { BytesField, Choice } from "./fields";
import { BytesResult, Facts } from "./results";

export const MESSAGE_TYPES = ["RAW", "DIGEST", "EXTERNAL_MU"];
export const MESSAGE_TYPE_TEXT = "RAW: the server makes the digest. DIGEST: the message is one already. EXTERNAL_MU, for ML-DSA: it is the 64-byte µ.";

interface Signed {
  readonly signature: Uint8Array;
  readonly keyArn: string | undefined;
  readonly algorithm: string | undefined;
}

export function SignTab({ keyId, onKey, bench, onBench, onTab }: TabProps) {
  const [chosen, setChosen] = useState("");
  const [type, setType] = useState("RAW");
  const [result, setResult] = useState<Signed>();
  const { signing, misfit } = useTriedKey(keyId, "SIGN_VERIFY");
  const algorithm = oneOf(chosen, signing);
  const message = bytesOf(bench.message);
  const { run, busy, failure } = useAction(async (connection, Message: Uint8Array) => {
    const answer = await kms(connection).send(
      new SignCommand({ KeyId: keyId.trim(), Message, MessageType: type as MessageType, SigningAlgorithm: algorithm as SigningAlgorithmSpec }),
    );
    setResult({ signature: answer.Signature ?? new Uint8Array(), keyArn: answer.KeyId, algorithm: answer.SigningAlgorithm });
  });
  return (
    <BenchForm
      act="Sign"
      ready={keyId.trim() !== "" && misfit === undefined && message !== undefined && message.length > 0}
      busy={busy}
      failure={failure}
      failed="Not signed"
      command={kmsCommand("sign", keyOption(keyId), messageOption, ["--message-type", type], ["--signing-algorithm", algorithm])}
      onAct={() => {
        if (message !== undefined) void run(message);
      }}
      actions={
        <Button
          onClick={() => {
            if (result !== undefined) onBench({ signature: toBase64(result.signature) });
            onTab("verify");
          }}
        >
          Verify this
        </Button>
      }
      result={
        result && (
          <SpaceBetween size="m">
            <BytesResult label="Signature" bytes={result.signature} />
            <Facts facts={{ Key: result.keyArn, Algorithm: result.algorithm }} />
          </SpaceBetween>
        )
      }
    >
      <KeyField value={keyId} onChange={onKey} usages={["SIGN_VERIFY"]} errorText={misfit} />
      <BytesField label="Message" value={bench.message} onChange={(value) => { onBench({ message: value }); }} />
      <Choice label="Message type" value={type} of={MESSAGE_TYPES} onChange={setType} description={MESSAGE_TYPE_TEXT} />
      <Choice label="Algorithm" value={algorithm} of={signing} onChange={setChosen} />
    </BenchForm>
  );
}
