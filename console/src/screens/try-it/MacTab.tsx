import { GenerateMacCommand, VerifyMacCommand, type MacAlgorithmSpec } from "@aws-sdk/client-kms";
import Alert from "@cloudscape-design/components/alert";
import RadioGroup from "@cloudscape-design/components/radio-group";
import { useState } from "react";

import { kms } from "../../api/kms";
import { useAction } from "../../remote/useAction";
import { KeyField } from "../../ui/KeyField";
import { oneOf, useTriedKey } from "./algorithms";
import type { TabProps } from "./bench";
import { BenchForm } from "./BenchForm";
import { bytesOf, fromBase64, toBase64 } from "./bytes";
import { bytesOption, keyOption, kmsCommand, messageOption } from "./commands";
import { Base64Field, BytesField, Choice } from "./fields";
import { BytesResult } from "./results";

export function MacTab({ keyId, onKey, bench, onBench }: TabProps) {
  const [verify, setVerify] = useState(false);
  const [chosen, setChosen] = useState("");
  const [made, setMade] = useState<Uint8Array>();
  const [valid, setValid] = useState(false);
  const { mac: algorithms, misfit } = useTriedKey(keyId, "GENERATE_VERIFY_MAC");
  const algorithm = oneOf(chosen, algorithms);
  const message = bytesOf(bench.message);
  const given = fromBase64(bench.mac);
  const { run, busy, failure, forget } = useAction(async (connection, Message: Uint8Array, Mac: Uint8Array) => {
    setMade(undefined);
    setValid(false);
    const asked = { KeyId: keyId.trim(), Message, MacAlgorithm: algorithm as MacAlgorithmSpec };
    if (verify) {
      setValid((await kms(connection).send(new VerifyMacCommand({ ...asked, Mac }))).MacValid === true);
    } else {
      const mac = (await kms(connection).send(new GenerateMacCommand(asked))).Mac ?? new Uint8Array();
      setMade(mac);
      onBench({ mac: toBase64(mac) });
    }
  });
  const ready = keyId.trim() !== "" && misfit === undefined && message !== undefined && message.length > 0;
  return (
    <BenchForm
      act={verify ? "Verify MAC" : "Generate MAC"}
      ready={ready && (!verify || (given !== undefined && given.length > 0))}
      busy={busy}
      failure={failure}
      failed={verify ? "Not valid" : "No MAC"}
      command={kmsCommand(
        verify ? "verify-mac" : "generate-mac",
        keyOption(keyId),
        messageOption,
        ["--mac-algorithm", algorithm],
        verify ? bytesOption("--mac", bench.mac) : undefined,
      )}
      onAct={() => {
        if (message !== undefined) void run(message, given ?? new Uint8Array());
      }}
      result={
        valid ? (
          <Alert type="success" header="The MAC is valid">It belongs to this message, key and algorithm.</Alert>
        ) : (
          made && <BytesResult label="MAC" bytes={made} />
        )
      }
    >
      <RadioGroup
        ariaLabel="Generate or verify"
        direction="horizontal"
        value={verify ? "verify" : "generate"}
        items={[
          { value: "generate", label: "Generate" },
          { value: "verify", label: "Verify" },
        ]}
        onChange={({ detail }) => {
          setVerify(detail.value === "verify");
          setValid(false);
          forget();
        }}
      />
      <KeyField value={keyId} onChange={onKey} usages={["GENERATE_VERIFY_MAC"]} errorText={misfit} />
      <BytesField label="Message" value={bench.message} onChange={(value) => { onBench({ message: value }); setValid(false); }} />
      {verify && <Base64Field label="MAC" value={bench.mac} onChange={(mac) => { onBench({ mac }); setValid(false); }} />}
      <Choice label="Algorithm" value={algorithm} of={algorithms} onChange={setChosen} />
    </BenchForm>
  );
}
