import Button from "@cloudscape-design/components/button";
import FormField from "@cloudscape-design/components/form-field";
import Input from "@cloudscape-design/components/input";
import type { TableProps } from "@cloudscape-design/components/table";
import { useState } from "react";
import { useNavigate } from "react-router";

import { iam } from "../../api/iam";
import { useAction } from "../../remote/useAction";
import { usePages } from "../../remote/usePages";
import { useSession } from "../../session/useSessions";
import { Foreign } from "../../ui/Foreign";
import { LinkTo } from "../../ui/LinkTo";
import { PagedTable } from "../../ui/PagedTable";
import { When } from "../../ui/When";
import { path } from "../paths";
import { problemOf, trustTemplate } from "./documents";
import { FormModal } from "./FormModal";
import { OWNERS, type Owner, type OwnerKind } from "./owners";
import { PolicyField } from "./PolicyField";

const NONE: Readonly<Record<OwnerKind, string>> = {
  users: "No users: only the account's root could sign in. A user is somebody, or a program, with access keys or a password.",
  groups: "No groups yet. What a policy of a group allows, it allows to all users in it.",
  roles: "No roles yet. A role has policies and no keys: whom its trust policy names may take it on for a while.",
};

function columnsOf(kind: OwnerKind): readonly TableProps.ColumnDefinition<Owner>[] {
  return [
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
  ];
}

/** All users, groups or roles. */
export function OwnerList({ kind }: { readonly kind: OwnerKind }) {
  const [creating, setCreating] = useState(false);
  const api = OWNERS[kind];
  const pages = usePages<Owner>([kind], (connection, signal, token) => api.list(iam(connection), token, { abortSignal: signal }));
  return (
    <>
      <PagedTable<Owner>
        of={pages}
        title={kind.charAt(0).toUpperCase() + kind.slice(1)}
        columns={columnsOf(kind)}
        trackBy="arn"
        actions={<Button variant="primary" onClick={() => { setCreating(true); }}>Create {api.one}</Button>}
        empty={NONE[kind]}
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
      {kind === "roles" && <PolicyField kind="trust" label="Who may take it on (trust policy)" value={trust} onChange={setTrust} />}
    </FormModal>
  );
}
