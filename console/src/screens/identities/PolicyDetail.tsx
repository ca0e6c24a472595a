import { DeletePolicyCommand, GetPolicyCommand, GetPolicyVersionCommand, ListEntitiesForPolicyCommand } from "@aws-sdk/client-iam";
import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import KeyValuePairs from "@cloudscape-design/components/key-value-pairs";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useState } from "react";
import { useNavigate } from "react-router";

import { iam } from "../../api/iam";
import { Page } from "../../app/Page";
import { Loaded } from "../../remote/Loaded";
import { useAction } from "../../remote/useAction";
import { useRemote } from "../../remote/useRemote";
import { Code } from "../../ui/Code";
import { ConfirmModal } from "../../ui/ConfirmModal";
import { Foreign } from "../../ui/Foreign";
import { LinkTo } from "../../ui/LinkTo";
import { When } from "../../ui/When";
import { path } from "../paths";
import { indented } from "./documents";
import { documentIn, type OwnerKind } from "./owners";

/** One managed policy: what it says, and for whom. */
export function PolicyDetail({ arn }: { readonly arn: string }) {
  const [deleting, setDeleting] = useState(false);
  const navigate = useNavigate();
  const name = arn.split("/").at(-1) ?? arn;
  const foreign = arn.startsWith("arn:aws:iam::aws:");
  const found = useRemote(["managed policy", arn], async (connection, signal) => {
    const [client, options] = [iam(connection), { abortSignal: signal }];
    const { Policy: policy } = await client.send(new GetPolicyCommand({ PolicyArn: arn }), options);
    const [version, entities] = await Promise.all([
      client.send(new GetPolicyVersionCommand({ PolicyArn: arn, VersionId: policy?.DefaultVersionId ?? "" }), options),
      client.send(new ListEntitiesForPolicyCommand({ PolicyArn: arn }), options),
    ]);
    const owners: readonly (readonly [OwnerKind, string])[] = [
      ...(entities.PolicyUsers ?? []).map(({ UserName = "" }) => ["users", UserName] as const),
      ...(entities.PolicyGroups ?? []).map(({ GroupName = "" }) => ["groups", GroupName] as const),
      ...(entities.PolicyRoles ?? []).map(({ RoleName = "" }) => ["roles", RoleName] as const),
    ];
    return { policy, document: documentIn(version.PolicyVersion?.Document), owners };
  });
  const removing = useAction(async (connection) => {
    await iam(connection).send(new DeletePolicyCommand({ PolicyArn: arn }));
    await navigate(path("identities", { kind: "policies" }));
  });
  return (
    <Page screen="identity" title={name} actions={foreign ? undefined : <Button onClick={() => { setDeleting(true); }}>Delete policy</Button>}>
      <Loaded of={found}>
        {({ policy, document, owners }) => (
          <SpaceBetween size="l">
            <Container header={<Header variant="h2">Summary</Header>}>
              <KeyValuePairs
                columns={4}
                items={[
                  { label: "ARN", value: <Foreign text={arn} /> },
                  { label: "Description", value: <Foreign text={policy?.Description ?? "-"} /> },
                  { label: "Default version", value: policy?.DefaultVersionId ?? "-" },
                  { label: "Updated", value: <When at={policy?.UpdateDate} /> },
                ]}
              />
            </Container>
            <Container header={<Header variant="h2">Policy</Header>}>
              <Code label="Policy" text={indented(document)} />
            </Container>
            <Container header={<Header variant="h2" counter={`(${owners.length})`}>Attached to</Header>}>
              <SpaceBetween size="xs">
                {owners.length === 0 && <div>Nobody.</div>}
                {owners.map(([kind, owner]) => (
                  <LinkTo key={`${kind} ${owner}`} to={path("identity", { kind, name: owner })}>
                    {kind.slice(0, -1)} <Foreign text={owner} />
                  </LinkTo>
                ))}
              </SpaceBetween>
            </Container>
          </SpaceBetween>
        )}
      </Loaded>
      {deleting && (
        <ConfirmModal
          header="Delete policy?"
          name={name}
          confirm="Delete"
          busy={removing.busy}
          failure={removing.failure}
          onConfirm={() => { void removing.run(); }}
          onDismiss={() => { setDeleting(false); removing.forget(); }}
        >
          <div>It must be detached everywhere before, and its other versions deleted.</div>
        </ConfirmModal>
      )}
    </Page>
  );
}
