import { DeletePolicyCommand, GetPolicyCommand } from "@aws-sdk/client-iam";
import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import KeyValuePairs from "@cloudscape-design/components/key-value-pairs";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useState } from "react";
import { useNavigate } from "react-router";

import { iam } from "../../api/iam";
import { Page } from "../../app/Page";
import { useTask } from "../../app/useTask";
import { Loaded } from "../../remote/Loaded";
import { useRemote } from "../../remote/useRemote";
import { ConfirmModal } from "../../ui/ConfirmModal";
import { Foreign } from "../../ui/Foreign";
import { When } from "../../ui/When";
import { path } from "../paths";
import { Attachments } from "./Attachments";
import { isOfAWS } from "./documents";
import { PolicyVersions } from "./PolicyVersions";

/** One managed policy: what it says, in which versions, and for whom. */
export function PolicyDetail({ arn }: { readonly arn: string }) {
  const [deleting, setDeleting] = useState(false);
  const navigate = useNavigate();
  const name = arn.split("/").at(-1) ?? arn;
  const changeable = !isOfAWS(arn);
  const found = useRemote(["managed policy", arn], async (connection, signal) => {
    return (await iam(connection).send(new GetPolicyCommand({ PolicyArn: arn }), { abortSignal: signal })).Policy;
  });
  const removing = useTask(
    (connection) => iam(connection).send(new DeletePolicyCommand({ PolicyArn: arn })),
    "The policy was deleted.",
    () => {
      void navigate(path("identities", { kind: "policies" }));
    },
  );
  const policy = found.status === "loaded" ? found.value : found.last;
  return (
    <Page screen="identity" title={name} actions={changeable && <Button onClick={() => { setDeleting(true); }}>Delete policy</Button>}>
      <SpaceBetween size="l">
        <Loaded of={found}>
          {(shown) => (
            <Container header={<Header variant="h2">Summary</Header>}>
              <KeyValuePairs
                columns={4}
                items={[
                  { label: "ARN", value: <Foreign text={arn} /> },
                  { label: "Description", value: <Foreign text={shown?.Description ?? "-"} /> },
                  { label: "Default version", value: shown?.DefaultVersionId ?? "-" },
                  { label: "Updated", value: <When at={shown?.UpdateDate} /> },
                ]}
              />
            </Container>
          )}
        </Loaded>
        {policy !== undefined && found.status !== "failed" && (
          <SpaceBetween size="l">
            <PolicyVersions arn={arn} changeable={changeable} onChanged={found.reload} />
            <Attachments arn={arn} />
          </SpaceBetween>
        )}
      </SpaceBetween>
      {deleting && (
        <ConfirmModal
          header="Delete policy?"
          name={name}
          confirm="Delete"
          busy={removing.busy}
          failure={removing.failure}
          onConfirm={removing.run}
          onDismiss={() => { setDeleting(false); removing.forget(); }}
        >
          <div>It must be detached everywhere before, and its other versions deleted.</div>
        </ConfirmModal>
      )}
    </Page>
  );
}
