/** Managed policies: the account's own and AWS's. */

import { CreatePolicyCommand, ListPoliciesCommand, type Policy } from "@aws-sdk/client-iam";
import Button from "@cloudscape-design/components/button";
import FormField from "@cloudscape-design/components/form-field";
import Header from "@cloudscape-design/components/header";
import Input from "@cloudscape-design/components/input";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Table from "@cloudscape-design/components/table";
import { useState } from "react";
import { useNavigate } from "react-router";

import { iam } from "../../api/iam";
import { FailureAlert } from "../../remote/FailureAlert";
import { Empty } from "../../remote/Loaded";
import { useAction } from "../../remote/useAction";
import { usePages } from "../../remote/usePages";
import { Foreign } from "../../ui/Foreign";
import { LinkTo } from "../../ui/LinkTo";
import { Pager } from "../../ui/Pager";
import { When } from "../../ui/When";
import { path } from "../paths";
import { IDENTITY_TEMPLATE, problemOf } from "./documents";
import { FormModal } from "./FormModal";
import { PolicyField } from "./PolicyField";

const PAGE = 100;

export function PolicyList() {
  const [creating, setCreating] = useState(false);
  const pages = usePages<Policy>(["managed policies"], async (connection, signal, token) => {
    const command = new ListPoliciesCommand({ MaxItems: PAGE, ...(token === undefined ? {} : { Marker: token }) });
    const { Policies: items = [], IsTruncated, Marker } = await iam(connection).send(command, { abortSignal: signal });
    return { items, next: IsTruncated === true ? Marker : undefined };
  });
  const found = pages.page;
  if (found.status === "failed") return <FailureAlert failure={found.failure} retry={found.reload} />;
  return (
    <>
      <Table<Policy>
        items={found.last?.items ?? []}
        trackBy="Arn"
        contentDensity="compact"
        loading={found.last === undefined}
        loadingText="Loading"
        columnDefinitions={[
          {
            id: "name",
            header: "Name",
            isRowHeader: true,
            cell: ({ Arn = "", PolicyName = "" }) => (
              <LinkTo to={path("identity", { kind: "policies", name: Arn })}>
                <Foreign text={PolicyName} />
              </LinkTo>
            ),
          },
          { id: "type", header: "Type", cell: ({ Arn = "" }) => (Arn.startsWith("arn:aws:iam::aws:") ? "AWS managed" : "Customer managed") },
          { id: "attached", header: "Attached to", cell: ({ AttachmentCount = 0 }) => AttachmentCount },
          { id: "version", header: "Default version", cell: ({ DefaultVersionId = "-" }) => DefaultVersionId },
          { id: "updated", header: "Updated", cell: ({ UpdateDate }) => <When at={UpdateDate} /> },
        ]}
        header={
          <Header
            variant="h2"
            actions={
              <SpaceBetween direction="horizontal" size="xs">
                <Button iconName="refresh" ariaLabel="Refresh" loading={found.busy} onClick={found.reload} />
                <Button variant="primary" onClick={() => { setCreating(true); }}>Create policy</Button>
              </SpaceBetween>
            }
          >
            Policies
          </Header>
        }
        pagination={<Pager of={pages} />}
        empty={<Empty>There are none.</Empty>}
        ariaLabels={{ tableLabel: "Policies" }}
      />
      {creating && <CreatePolicy onDismiss={() => { setCreating(false); }} />}
    </>
  );
}

function CreatePolicy({ onDismiss }: { readonly onDismiss: () => void }) {
  const [name, setName] = useState("");
  const [document, setDocument] = useState(IDENTITY_TEMPLATE);
  const navigate = useNavigate();
  const { run, busy, failure } = useAction(async (connection) => {
    const { Policy: made } = await iam(connection).send(new CreatePolicyCommand({ PolicyName: name.trim(), PolicyDocument: document }));
    await navigate(path("identity", { kind: "policies", name: made?.Arn ?? "" }));
  });
  return (
    <FormModal
      header="Create policy"
      act="Create policy"
      large
      ready={name.trim() !== "" && problemOf(document) === undefined}
      busy={busy}
      failure={failure}
      onAct={() => { void run(); }}
      onDismiss={onDismiss}
    >
      <FormField label="Name">
        <Input value={name} autoComplete="off" spellcheck={false} onChange={({ detail }) => { setName(detail.value); }} />
      </FormField>
      <PolicyField label="Policy" value={document} onChange={setDocument} />
    </FormModal>
  );
}
