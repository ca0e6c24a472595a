import { GenerateRandomCommand } from "@aws-sdk/client-kms";
import FormField from "@cloudscape-design/components/form-field";
import Input from "@cloudscape-design/components/input";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useState } from "react";

import { kms } from "../../api/kms";
import { useAction } from "../../remote/useAction";
import { Code } from "../../ui/Code";
import { BenchForm } from "./BenchForm";
import { toHex } from "./bytes";
import { kmsCommand } from "./commands";
import { BytesResult } from "./results";

const MOST = 1024; // as AWS KMS gives in one call

export function RandomTab() {
  const [count, setCount] = useState("32");
  const [result, setResult] = useState<Uint8Array>();
  const wanted = Number(count);
  const good = Number.isInteger(wanted) && wanted >= 1 && wanted <= MOST;
  const { run, busy, failure } = useAction(async (connection) => {
    setResult((await kms(connection).send(new GenerateRandomCommand({ NumberOfBytes: wanted }))).Plaintext);
  });
  return (
    <BenchForm
      act="Generate random bytes"
      ready={good}
      busy={busy}
      failure={failure}
      failed="No random bytes"
      command={kmsCommand("generate-random", ["--number-of-bytes", good ? count : "32"])}
      onAct={() => {
        void run();
      }}
      result={
        result && (
          <SpaceBetween size="m">
            <BytesResult label="Random bytes" bytes={result} />
            <Code label="Random bytes in hexadecimal" text={toHex(result)} wrap />
          </SpaceBetween>
        )
      }
    >
      <FormField label="Number of bytes" errorText={!good && `From 1 to ${MOST}.`}>
        <Input value={count} type="number" inputMode="numeric" onChange={({ detail }) => { setCount(detail.value); }} />
      </FormField>
    </BenchForm>
  );
}
