import { ListGrantsCommand, RetireGrantCommand, RevokeGrantCommand, type GrantListEntry } from "@aws-sdk/client-kms";
import Alert from "@cloudscape-design/components/alert";
import Button from "@cloudscape-design/components/button";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Table from "@cloudscape-design/components/table";
import { useState } from "react";

import { kms } from "../../api/kms";
import { FailureAlert } from "../../remote/FailureAlert";
import { Empty } from "../../remote/Loaded";
import { usePages } from "../../remote/usePages";
import { ConfirmModal } from "../../ui/ConfirmModal";
import { Foreign, visible } from "../../ui/Foreign";
import { When } from "../../ui/When";
import { CreateGrant } from "./CreateGrant";
import { Pager } from "../../ui/Pager";
import type { TabProps } from "./tab";
import { useTask } from "../../app/useTask";

const PER_PAGE = 50;
const SHORT_ID = 12;

export default function GrantsTab({ of: { KeyState: state, KeyUsage: usage }, arn }: TabProps) {
  const [chosen, setChosen] = useState<readonly GrantListEntry[]>([]);
  const [asked, setAsked] = useState<"create" | "retire" | "revoke">();
  const pages = usePages<GrantListEntry>(["grants", arn], async (connection, signal, Marker) => {
    const request = { KeyId: arn, Limit: PER_PAGE, ...(Marker === undefined ? {} : { Marker }) };
    const { Grants: items = [], NextMarker: next } = await kms(connection).send(new ListGrantsCommand(request), { abortSignal: signal });
    return { items, next };
  });
  const { page } = pages;
  const close = (): void => {
    setAsked(undefined);
  };
  const after = (): void => {
    close();
    setChosen([]);
    page.reload();
  };
  const [first] = chosen;
  return (
    <>
      <Table
        variant="container"
        wrapLines
        contentDensity="compact"
        items={page.last?.items ?? []}
        loading={page.status === "loading"}
        trackBy="GrantId"
        selectionType="single"
        selectedItems={[...chosen]}
        onSelectionChange={({ detail }) => {
          setChosen(detail.selectedItems);
        }}
        ariaLabels={{
          tableLabel: "Grants",
          selectionGroupLabel: "Grants",
          itemSelectionLabel: (_selection, { Name: name, GrantId: id = "" }) => `Choose ${visible(name ?? id)}`,
        }}
        columnDefinitions={[
          {
            id: "id",
            header: "Grant",
            isRowHeader: true,
            cell: ({ Name: name, GrantId: id = "" }) => (
              <span title={id}>{name === undefined ? `${id.slice(0, SHORT_ID)}...` : <Foreign text={name} />}</span>
            ),
          },
          {
            id: "grantee",
            header: "Grantee principal",
            cell: ({ GranteePrincipal: who, GranteeServicePrincipal: service }) => <Foreign text={who ?? service ?? "-"} />,
          },
          { id: "operations", header: "Operations", cell: ({ Operations: operations = [] }) => operations.join(", ") },
          { id: "constraint", header: "Encryption context", cell: (grant) => <Constraint of={grant} /> },
          {
            id: "retiring",
            header: "Retiring principal",
            cell: ({ RetiringPrincipal: who, RetiringServicePrincipal: service }) => <Foreign text={who ?? service ?? "-"} />,
          },
          { id: "created", header: "Creation date", cell: ({ CreationDate: at }) => <When at={at} /> },
        ]}
        header={
          <Header
            variant="h2"
            description="A grant allows one principal some operations on this key, beside the key policy."
            actions={
              <SpaceBetween direction="horizontal" size="xs">
                <Button
                  disabled={first === undefined}
                  onClick={() => {
                    setAsked("retire");
                  }}
                >
                  Retire
                </Button>
                <Button
                  disabled={first === undefined}
                  onClick={() => {
                    setAsked("revoke");
                  }}
                >
                  Revoke
                </Button>
                <Button
                  disabled={state !== "Enabled"}
                  onClick={() => {
                    setAsked("create");
                  }}
                >
                  Create grant
                </Button>
              </SpaceBetween>
            }
          >
            Grants
          </Header>
        }
        pagination={<Pager of={pages} />}
        empty={
          page.status === "failed" ? <FailureAlert failure={page.failure} retry={page.reload} /> : <Empty>This key has no grants.</Empty>
        }
      />
      {asked === "create" && <CreateGrant arn={arn} usage={usage} onDone={after} onDismiss={close} />}
      {(asked === "retire" || asked === "revoke") && first !== undefined && (
        <EndGrant arn={arn} of={first} how={asked} onDone={after} onDismiss={close} />
      )}
    </>
  );
}

function Constraint({ of: { Constraints: constraints } }: { readonly of: GrantListEntry }) {
  const { EncryptionContextEquals: equals, EncryptionContextSubset: subset } = constraints ?? {};
  const pairs = Object.entries(equals ?? subset ?? {});
  if (pairs.length === 0) return "Any";
  return (
    <>
      {equals === undefined ? "At least " : "Exactly "}
      <Foreign text={pairs.map(([name, value]) => `${name}=${value}`).join(", ")} />
    </>
  );
}

interface EndGrantProps {
  readonly arn: string;
  readonly of: GrantListEntry;
  readonly how: "retire" | "revoke";
  readonly onDone: () => void;
  readonly onDismiss: () => void;
}

function EndGrant({ arn, of: { GrantId: id = "", Name: name, GranteePrincipal: grantee = "" }, how, onDone, onDismiss }: EndGrantProps) {
  const request = { KeyId: arn, GrantId: id };
  const task = useTask(
    async (connection) => {
      if (how === "retire") await kms(connection).send(new RetireGrantCommand(request));
      else await kms(connection).send(new RevokeGrantCommand(request));
    },
    how === "retire" ? "The grant was retired." : "The grant was revoked.",
    onDone,
  );
  return (
    <ConfirmModal
      header={how === "retire" ? "Retire grant" : "Revoke grant"}
      confirm={how === "retire" ? "Retire" : "Revoke"}
      name={name ?? id.slice(0, SHORT_ID)}
      busy={task.busy}
      failure={task.failure}
      onConfirm={task.run}
      onDismiss={onDismiss}
    >
      <Alert type="warning">
        <Foreign text={grantee} /> loses what this grant allows, at once.
        {how === "retire" && " Its retiring principal may retire it, and its grantee where it allows RetireGrant."}
      </Alert>
    </ConfirmModal>
  );
}
