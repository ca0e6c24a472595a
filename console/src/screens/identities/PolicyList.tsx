/** Managed policies: the account's own and AWS's. */

import { CreatePolicyCommand, ListPoliciesCommand, type Policy } from "@aws-sdk/client-iam";
import Button from "@cloudscape-design/components/button";
import FormField from "@cloudscape-design/components/form-field";
import Input from "@cloudscape-design/components/input";
import type { TableProps } from "@cloudscape-design/components/table";
import { useState } from "react";
import { useNavigate } from "react-router";

import { iam } from "../../api/iam";
import { useAction } from "../../remote/useAction";
import { usePages } from "../../remote/usePages";
import { Foreign } from "../../ui/Foreign";
import { LinkTo } from "../../ui/LinkTo";
import { PagedTable } from "../../ui/PagedTable";
import { When } from "../../ui/When";
import { path } from "../paths";
import { IDENTITY_TEMPLATE, isOfAWS, problemOf } from "./documents";
import { FormModal } from "./FormModal";
import { PolicyField } from "./PolicyField";

const PAGE = 100;
const COLUMNS: readonly TableProps.ColumnDefinition<Policy>[] = [
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
  { id: "type", header: "Type", cell: ({ Arn = "" }) => (isOfAWS(Arn) ? "AWS managed" : "Customer managed") },
  { id: "attached", header: "Attached to", cell: ({ AttachmentCount = 0 }) => AttachmentCount },
  { id: "version", header: "Default version", cell: ({ DefaultVersionId = "-" }) => DefaultVersionId },
  { id: "updated", header: "Updated", cell: ({ UpdateDate }) => <When at={UpdateDate} /> },
];

export function PolicyList() {
  const [creating, setCreating] = useState(false);
  const pages = usePages<Policy>(["managed policies"], async (connection, signal, token) => {
    const command = new ListPoliciesCommand({ MaxItems: PAGE, ...(token === undefined ? {} : { Marker: token }) });
    const { Policies: items = [], IsTruncated, Marker } = await iam(connection).send(command, { abortSignal: signal });
    return { items, next: IsTruncated === true ? Marker : undefined };
  });
  return (
    <>
      <PagedTable<Policy>
        of={pages}
        title="Policies"
        columns={COLUMNS}
        trackBy="Arn"
        actions={<Button variant="primary" onClick={() => { setCreating(true); }}>Create policy</Button>}
        empty="There are none."
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
      <PolicyField kind="identity" label="Policy" value={document} onChange={setDocument} />
    </FormModal>
  );
}
