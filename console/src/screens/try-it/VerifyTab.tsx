import { VerifyCommand, type MessageType, type SigningAlgorithmSpec } from "@aws-sdk/client-kms";
import Alert from "@cloudscape-design/components/alert";
import { useState } from "react";

import { kms } from "../../api/kms";
import { useAction } from "../../remote/useAction";
import { KeyField } from "../../ui/KeyField";
import { oneOf, useTriedKey } from "./algorithms";
import type { TabProps } from "./bench";
import { BenchForm } from "./BenchForm";
import { bytesOf, fromBase64 } from "./bytes";
import { bytesOption, keyOption, kmsCommand, messageOption } from "./commands";
import { Base64Field, BytesField, Choice } from "./fields";
import { MESSAGE_TYPE_TEXT, MESSAGE_TYPES } from "./SignTab";

export function VerifyTab({ keyId, onKey, bench, onBench }: TabProps) {
  const [chosen, setChosen] = useState("");
  const [type, setType] = useState("RAW");
  const [valid, setValid] = useState(false);
  const { signing, misfit } = useTriedKey(keyId, "SIGN_VERIFY");
  const algorithm = oneOf(chosen, signing);
  const message = bytesOf(bench.message);
  const signature = fromBase64(bench.signature);
  const { run, busy, failure } = useAction(async (connection, Message: Uint8Array, Signature: Uint8Array) => {
    setValid(false);
    const answer = await kms(connection).send(
      new VerifyCommand({
        KeyId: keyId.trim(),
        Message,
        MessageType: type as MessageType,
        Signature,
        SigningAlgorithm: algorithm as SigningAlgorithmSpec,
      }),
    );
    setValid(answer.SignatureValid === true);
  });
  return (
    <BenchForm
      act="Verify"
      ready={keyId.trim() !== "" && misfit === undefined && message !== undefined && message.length > 0 && signature !== undefined && signature.length > 0}
      busy={busy}
      failure={failure}
      failed="Not valid"
      command={kmsCommand(
        "verify",
        keyOption(keyId),
        messageOption,
        ["--message-type", type],
        bytesOption("--signature", bench.signature),
        ["--signing-algorithm", algorithm],
      )}
      onAct={() => {
        if (message !== undefined && signature !== undefined) void run(message, signature);
      }}
      result={valid ? <Alert type="success" header="The signature is valid">It belongs to this message, key and algorithm.</Alert> : undefined}
    >
      <KeyField value={keyId} onChange={onKey} usages={["SIGN_VERIFY"]} errorText={misfit} />
      <BytesField label="Message" value={bench.message} onChange={(value) => { onBench({ message: value }); setValid(false); }} />
      <Choice label="Message type" value={type} of={MESSAGE_TYPES} onChange={setType} description={MESSAGE_TYPE_TEXT} />
      <Base64Field label="Signature" value={bench.signature} onChange={(value) => { onBench({ signature: value }); setValid(false); }} />
      <Choice label="Algorithm" value={algorithm} of={signing} onChange={setChosen} />
    </BenchForm>
  );
}
