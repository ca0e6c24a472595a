import { GetKeyPolicyCommand } from "@aws-sdk/client-kms";
import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useState } from "react";

import { kms } from "../../../api/kms";
import { Loaded } from "../../../remote/Loaded";
import { useRemote } from "../../../remote/useRemote";
import { Code } from "../../../ui/Code";
import { Foreign } from "../../../ui/Foreign";
import type { TabProps } from "../tab";
import { partsOf, policyText, pretty, type Kind, type Parts } from "./document";
import { PolicyEditor } from "./PolicyEditor";

export default function PolicyTab({ of: key, arn, changeable }: TabProps) {
  const [editing, setEditing] = useState(false);
  const [asJSON, setAsJSON] = useState(false);
  const policy = useRemote(["policy", arn], async (connection, signal) => {
    const { Policy: text = "" } = await kms(connection).send(new GetKeyPolicyCommand({ KeyId: arn, PolicyName: "default" }), {
      abortSignal: signal,
    });
    return text;
  });
  const kind: Kind = {
    spec: key.KeySpec ?? "",
    usage: key.KeyUsage ?? "",
    multiRegion: key.MultiRegion === true,
    external: key.Origin === "EXTERNAL",
  };
  return (
    <Loaded of={policy}>
      {(text) => {
        const parts = partsOf(text, key.AWSAccountId ?? "", kind);
        if (editing) {
          return (
            <PolicyEditor
              arn={arn}
              stored={pretty(text)}
              parts={asJSON ? undefined : parts}
              text={(changed) => policyText(changed, kind)}
              onDone={() => {
                setEditing(false);
                policy.reload();
              }}
              onCancel={() => {
                setEditing(false);
              }}
            />
          );
        }
        return (
          <SpaceBetween size="l">
            <Container
              header={
                <Header
                  variant="h2"
                  actions={
                    <SpaceBetween direction="horizontal" size="xs">
                      {parts !== undefined && (
                        <Button
                          onClick={() => {
                            setAsJSON(!asJSON);
                          }}
                        >
                          {asJSON ? "Switch to default view" : "Switch to policy view"}
                        </Button>
                      )}
                      {changeable && (
                        <Button
                          onClick={() => {
                            setEditing(true);
                          }}
                        >
                          Edit
                        </Button>
                      )}
                    </SpaceBetween>
                  }
                >
                  Key policy
                </Header>
              }
            >
              {parts === undefined || asJSON ? (
                <SpaceBetween size="s">
                  {parts === undefined && <Alert type="info">This policy says more than the default view can show.</Alert>}
                  <Code text={pretty(text)} label="key policy" />
                </SpaceBetween>
              ) : (
                <DefaultView of={parts} />
              )}
            </Container>
          </SpaceBetween>
        );
      }}
    </Loaded>
  );
}

function DefaultView({ of }: { readonly of: Parts }) {
  return (
    <SpaceBetween size="m">
      <Names title="Key administrators" names={of.administrators} none="None: identity policies of the account alone decide." />
      <div>
        <Box variant="awsui-key-label">Key deletion</Box>
        {of.deletable ? "Key administrators may delete this key." : "Key administrators may not delete this key."}
      </div>
      <Names title="Key users" names={of.users} none="None: identity policies of the account alone decide." />
      <Names title="Other AWS accounts" names={of.accounts} none="None" />
    </SpaceBetween>
  );
}

function Names({ title, names, none }: { readonly title: string; readonly names: readonly string[]; readonly none: string }) {
  return (
    <div>
      <Box variant="awsui-key-label">{names.length > 0 ? `${title} (${names.length})` : title}</Box>
      {names.length === 0
        ? none
        : names.map((name) => (
            <div key={name}>
              <Foreign text={name} />
            </div>
          ))}
    </div>
  );
}
