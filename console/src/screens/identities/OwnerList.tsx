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
import { useSession } from "../../session/useSessions";
import { Foreign } from "../../ui/Foreign";
import { LinkTo } from "../../ui/LinkTo";
import { Pager } from "../../ui/Pager";
import { When } from "../../ui/When";
import { path } from "../paths";
import { problemOf, trustTemplate } from "./documents";
import { FormModal } from "./FormModal";
import { OWNERS, type Owner, type OwnerKind } from "./owners";
import { PolicyField } from "./PolicyField";

/** All users, groups or roles. */
export function OwnerList({ kind }: { readonly kind: OwnerKind }) {
  const [creating, setCreating] = useState(false);
  const api = OWNERS[kind];
  const pages = usePages<Owner>([kind], (connection, signal, token) => api.list(iam(connection), token, { abortSignal: signal }));
  const found = pages.page;
  if (found.status === "failed") return <FailureAlert failure={found.failure} retry={found.reload} />;
  return (
    <>
      <Table<Owner>
        items={found.last?.items ?? []}
        trackBy="arn"
        contentDensity="compact"
        loading={found.last === undefined}
        loadingText="Loading"
        columnDefinitions={[
          {
            id: "name",
            header: "Name",
            isRowHeader: true,
            cell: ({ name }) => (
              <LinkTo to={path("identity", { kind, name })}>
                <Foreign text={name} />
              </LinkTo>
            ),
          },
          { id: "path", header: "Path", cell: (owner) => <Foreign text={owner.path} /> },
          { id: "id", header: "Id", cell: ({ id }) => id },
          { id: "arn", header: "ARN", cell: ({ arn }) => <Foreign text={arn} /> },
          { id: "created", header: "Created", cell: ({ created }) => <When at={created} /> },
        ]}
        header={
          <Header
            variant="h2"
            actions={
              <SpaceBetween direction="horizontal" size="xs">
                <Button iconName="refresh" ariaLabel="Refresh" loading={found.busy} onClick={found.reload} />
                <Button variant="primary" onClick={() => { setCreating(true); }}>Create {api.one}</Button>
              </SpaceBetween>
            }
          >
            {kind.charAt(0).toUpperCase() + kind.slice(1)}
          </Header>
        }
        pagination={<Pager of={pages} />}
        empty={<Empty>There are none.</Empty>}
        ariaLabels={{ tableLabel: kind }}
      />
      {creating && <CreateOwner kind={kind} onDismiss={() => { setCreating(false); }} />}
    </>
  );
}

function CreateOwner({ kind, onDismiss }: { readonly kind: OwnerKind; readonly onDismiss: () => void }) {
  const { account } = useSession();
  const [name, setName] = useState("");
  const [trust, setTrust] = useState(trustTemplate(account));
  const navigate = useNavigate();
  const api = OWNERS[kind];
  const { run, busy, failure } = useAction((connection) => api.create(iam(connection), name.trim(), trust));
  const create = async (): Promise<void> => {
    if ((await run()) !== undefined) await navigate(path("identity", { kind, name: name.trim() }));
  };
  return (
    <FormModal
      header={`Create ${api.one}`}
      act={`Create ${api.one}`}
      ready={name.trim() !== "" && (kind !== "roles" || problemOf(trust) === undefined)}
      busy={busy}
      failure={failure}
      large={kind === "roles"}
      onAct={() => { void create(); }}
      onDismiss={onDismiss}
    >
      <FormField label="Name" description="Letters, digits and + = , . @ _ -">
        <Input value={name} autoComplete="off" spellcheck={false} onChange={({ detail }) => { setName(detail.value); }} />
      </FormField>
      {kind === "roles" && <PolicyField label="Who may take it on (trust policy)" value={trust} onChange={setTrust} />}
    </FormModal>
  );
}
