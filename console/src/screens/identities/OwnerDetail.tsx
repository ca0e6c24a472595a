import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import KeyValuePairs from "@cloudscape-design/components/key-value-pairs";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useState } from "react";
import { useNavigate } from "react-router";

import { iam } from "../../api/iam";
import { useNotices } from "../../app/notices";
import { Page } from "../../app/Page";
import { Loaded } from "../../remote/Loaded";
import { useAction } from "../../remote/useAction";
import { useRemote } from "../../remote/useRemote";
import { ConfirmModal } from "../../ui/ConfirmModal";
import { Foreign, visible } from "../../ui/Foreign";
import { LinkTo } from "../../ui/LinkTo";
import { When } from "../../ui/When";
import { path } from "../paths";
import { AccessKeys } from "./AccessKeys";
import { Boundary } from "./Boundary";
import { Memberships } from "./Memberships";
import { OWNERS, type Owner, type OwnerKind } from "./owners";
import { Password } from "./Password";
import { PoliciesPanel } from "./PoliciesPanel";
import { TrustPolicy } from "./TrustPolicy";

export interface OwnerDetailProps {
  readonly kind: OwnerKind;
  readonly name: string;
}

/** One user, group or role. */
export function OwnerDetail({ kind, name }: OwnerDetailProps) {
  const [deleting, setDeleting] = useState(false);
  const api = OWNERS[kind];
  const found = useRemote([kind, name], (connection, signal) => api.get(iam(connection), name, { abortSignal: signal }));
  return (
    <Page screen="identity" title={name} actions={<Button onClick={() => { setDeleting(true); }}>Delete {api.one}</Button>}>
      <SpaceBetween size="l">
        <Loaded of={found}>{(owner) => <Summary owner={owner} />}</Loaded>
        {found.status === "loaded" && (
          <SpaceBetween size="l">
            <PoliciesPanel kind={kind} name={name} arn={found.value.arn} />
            {api.boundary !== undefined && <Boundary api={api.boundary} name={name} boundary={found.value.boundary} onChanged={found.reload} />}
            {kind !== "roles" && <Memberships kind={kind} name={name} />}
            {kind === "users" && <AccessKeys userName={name} />}
            {kind === "users" && <Password userName={name} />}
            {found.value.trust !== undefined && <TrustPolicy roleName={name} document={found.value.trust} onChanged={found.reload} />}
          </SpaceBetween>
        )}
      </SpaceBetween>
      {deleting && <DeleteOwner kind={kind} name={name} onDismiss={() => { setDeleting(false); }} />}
    </Page>
  );
}

function Summary({ owner }: { readonly owner: Owner }) {
  return (
    <Container
      header={
        <Header
          variant="h2"
          actions={
            <SpaceBetween direction="horizontal" size="m">
              <LinkTo to={path("access", {}, { principal: owner.arn })}>Check access</LinkTo>
              <LinkTo to={path("audit", {}, { principals: owner.arn.replaceAll(",", "%2C"), span: "7d" })}>Calls in the audit</LinkTo>
            </SpaceBetween>
          }
        >
          Summary
        </Header>
      }
    >
      <KeyValuePairs
        columns={3}
        items={[
          { label: "ARN", value: <Foreign text={owner.arn} /> },
          { label: "Id", value: owner.id },
          { label: "Created", value: <When at={owner.created} /> },
        ]}
      />
    </Container>
  );
}

function DeleteOwner({ kind, name, onDismiss }: OwnerDetailProps & { readonly onDismiss: () => void }) {
  const api = OWNERS[kind];
  const navigate = useNavigate();
  const { notify } = useNotices();
  const { run, busy, failure } = useAction((connection) => api.remove(iam(connection), name));
  const remove = async (): Promise<void> => {
    if ((await run()) === undefined) return;
    notify({ type: "success", header: `${visible(name)} deleted` });
    await navigate(path("identities", { kind }));
  };
  return (
    <ConfirmModal header={`Delete ${api.one}?`} name={name} confirm="Delete" busy={busy} failure={failure} onConfirm={() => { void remove(); }} onDismiss={onDismiss}>
      <div>
        Whoever calls as <Foreign text={name} /> is refused from the next call on. Grants and key policies that name it stay, and mean nobody: a new
        {` ${api.one} `}of the same name is another one. Policies, access keys and memberships must be taken away before.
      </div>
    </ConfirmModal>
  );
}
