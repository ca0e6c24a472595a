import { GetPublicKeyCommand } from "@aws-sdk/client-kms";
import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";

import { kms } from "../../api/kms";
import { Loaded } from "../../remote/Loaded";
import { useRemote } from "../../remote/useRemote";
import { Code } from "../../ui/Code";
import { download } from "../../ui/download";
import { pem } from "./pem";
import type { TabProps } from "./tab";

export default function PublicKeyTab({ of: { KeyId: id = "key" }, arn }: TabProps) {
  const key = useRemote(["public key", arn], async (connection, signal) => {
    const { PublicKey: bytes = new Uint8Array() } = await kms(connection).send(new GetPublicKeyCommand({ KeyId: arn }), {
      abortSignal: signal,
    });
    return { bytes: new Uint8Array(bytes), text: pem(bytes, "PUBLIC KEY") };
  });
  const held = key.status === "loaded" ? key.value : undefined;
  return (
    <Container
      header={
        <Header
          variant="h2"
          description="Whoever has it can encrypt to this key or verify its signatures, without asking the server."
          actions={
            <SpaceBetween direction="horizontal" size="xs">
              <Button
                disabled={held === undefined}
                onClick={() => {
                  if (held !== undefined) download(`${id}.der`, held.bytes);
                }}
              >
                Download DER
              </Button>
              <Button
                disabled={held === undefined}
                onClick={() => {
                  if (held !== undefined) download(`${id}.pem`, held.text, "application/x-pem-file");
                }}
              >
                Download PEM
              </Button>
            </SpaceBetween>
          }
        >
          Public key
        </Header>
      }
    >
      <Loaded of={key}>{({ text }) => <Code text={text} label="public key" />}</Loaded>
    </Container>
  );
}
