import { DeriveSharedSecretCommand, GetPublicKeyCommand, type KeyAgreementAlgorithmSpec } from "@aws-sdk/client-kms";
import Button from "@cloudscape-design/components/button";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useState } from "react";

import { kms } from "../../api/kms";
import { FailureAlert } from "../../remote/FailureAlert";
import { useAction } from "../../remote/useAction";
import { KeyField } from "../../ui/KeyField";
import { oneOf, useTriedKey } from "./algorithms";
import type { TabProps } from "./bench";
import { BenchForm } from "./BenchForm";
import { fromPEM, toBase64 } from "./bytes";
import { bytesOption, keyOption, kmsCommand } from "./commands";
import { Base64Field, Choice } from "./fields";
import { Facts, HiddenResult } from "./results";

interface Agreed {
  readonly secret: Uint8Array;
  readonly keyArn: string | undefined;
}

/** DeriveSharedSecret: the other side gets the same secret from its private key and this key's public one. */
export function AgreeTab({ keyId, onKey, bench, onBench }: TabProps) {
  const [chosen, setChosen] = useState("");
  const [other, setOther] = useState("");
  const [result, setResult] = useState<Agreed>();
  const { agreement, misfit } = useTriedKey(keyId, "KEY_AGREEMENT");
  const theirs = useTriedKey(other, "KEY_AGREEMENT");
  const algorithm = oneOf(chosen, agreement);
  const peer = fromPEM(bench.peer);
  const { run, busy, failure } = useAction(async (connection, PublicKey: Uint8Array) => {
    setResult(undefined);
    const answer = await kms(connection).send(
      new DeriveSharedSecretCommand({ KeyId: keyId.trim(), KeyAgreementAlgorithm: algorithm as KeyAgreementAlgorithmSpec, PublicKey }),
    );
    setResult({ secret: answer.SharedSecret ?? new Uint8Array(), keyArn: answer.KeyId });
  });
  const taking = useAction(async (connection) => {
    const { PublicKey = new Uint8Array() } = await kms(connection).send(new GetPublicKeyCommand({ KeyId: other.trim() }));
    onBench({ peer: toBase64(PublicKey) });
  });
  return (
    <BenchForm
      act="Derive shared secret"
      ready={keyId.trim() !== "" && misfit === undefined && peer !== undefined && peer.length > 0}
      busy={busy}
      failure={failure}
      failed="No shared secret"
      command={kmsCommand(
        "derive-shared-secret",
        keyOption(keyId),
        ["--key-agreement-algorithm", algorithm],
        bytesOption("--public-key", peer === undefined ? "" : toBase64(peer)),
      )}
      onAct={() => {
        if (peer !== undefined) void run(peer);
      }}
      result={
        result && (
          <SpaceBetween size="m">
            <HiddenResult label="Shared secret" bytes={result.secret} />
            <Facts facts={{ Key: result.keyArn }} />
          </SpaceBetween>
        )
      }
    >
      <KeyField value={keyId} onChange={onKey} usages={["KEY_AGREEMENT"]} errorText={misfit} />
      <Base64Field
        label="Public key of the other side"
        description="PEM, or Base64 of DER (SubjectPublicKeyInfo), on the same curve."
        value={bench.peer}
        read={fromPEM}
        onChange={(value) => { onBench({ peer: value }); }}
      />
      <SpaceBetween size="xs">
        <KeyField
          label="Or that of a key here"
          description="To try it with two keys of your own: each way round gives the same secret."
          value={other}
          onChange={setOther}
          usages={["KEY_AGREEMENT"]}
          errorText={theirs.misfit}
        />
        <Button formAction="none" disabled={other.trim() === "" || theirs.misfit !== undefined} loading={taking.busy} onClick={() => { void taking.run(); }}>
          Take its public key
        </Button>
        {taking.failure !== undefined && <FailureAlert failure={taking.failure} header="No public key" />}
      </SpaceBetween>
      <Choice label="Algorithm" value={algorithm} of={agreement} onChange={setChosen} />
    </BenchForm>
  );
}
