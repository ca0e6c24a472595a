/** A user's access keys. INVARIANT: a secret is shown once, in the dialog of its making, and goes with that. */

import {
  CreateAccessKeyCommand,
  DeleteAccessKeyCommand,
  ListAccessKeysCommand,
  UpdateAccessKeyCommand,
  type AccessKeyMetadata,
} from "@aws-sdk/client-iam";
import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Header from "@cloudscape-design/components/header";
import Modal from "@cloudscape-design/components/modal";
import SpaceBetween from "@cloudscape-design/components/space-between";
import StatusIndicator from "@cloudscape-design/components/status-indicator";
import Table from "@cloudscape-design/components/table";
import { useState } from "react";

import { iam } from "../../api/iam";
import { FailureAlert } from "../../remote/FailureAlert";
import { Empty } from "../../remote/Loaded";
import { useAction } from "../../remote/useAction";
import { useRemote } from "../../remote/useRemote";
import { Code } from "../../ui/Code";
import { ConfirmModal } from "../../ui/ConfirmModal";
import { LinkTo } from "../../ui/LinkTo";
import { When } from "../../ui/When";
import { path } from "../paths";

interface Made {
  readonly id: string;
  readonly secret: string;
}

export function AccessKeys({ userName }: { readonly userName: string }) {
  const [made, setMade] = useState<Made>();
  const [deleting, setDeleting] = useState<string>();
  const UserName = userName;
  const found = useRemote(["access keys", userName], (connection, signal) =>
    iam(connection).send(new ListAccessKeysCommand({ UserName }), { abortSignal: signal }),
  );
  const creating = useAction(async (connection) => {
    const { AccessKey } = await iam(connection).send(new CreateAccessKeyCommand({ UserName }));
    setMade({ id: AccessKey?.AccessKeyId ?? "", secret: AccessKey?.SecretAccessKey ?? "" });
    found.reload();
  });
  const turning = useAction(async (connection, AccessKeyId: string, active: boolean) => {
    await iam(connection).send(new UpdateAccessKeyCommand({ UserName, AccessKeyId, Status: active ? "Active" : "Inactive" }));
    found.reload();
  });
  const removing = useAction(async (connection, AccessKeyId: string) => {
    await iam(connection).send(new DeleteAccessKeyCommand({ UserName, AccessKeyId }));
    setDeleting(undefined);
    found.reload();
  });
  const failure = creating.failure ?? turning.failure;
  if (found.status === "failed") return <FailureAlert failure={found.failure} retry={found.reload} />;
  return (
    <SpaceBetween size="s">
      {failure !== undefined && <FailureAlert failure={failure} />}
      <Table<AccessKeyMetadata>
        items={found.last?.AccessKeyMetadata ?? []}
        trackBy="AccessKeyId"
        contentDensity="compact"
        loading={found.last === undefined}
        loadingText="Loading"
        columnDefinitions={[
          { id: "id", header: "Access key id", isRowHeader: true, cell: ({ AccessKeyId = "" }) => <LinkTo to={path("audit", {}, { principals: AccessKeyId, span: "7d" })}>{AccessKeyId}</LinkTo> },
          { id: "status", header: "Status", cell: ({ Status }) => <StatusIndicator type={Status === "Active" ? "success" : "stopped"}>{Status}</StatusIndicator> },
          { id: "created", header: "Created", cell: ({ CreateDate }) => <When at={CreateDate} /> },
          {
            id: "actions",
            header: "Actions",
            cell: ({ AccessKeyId = "", Status }) => (
              <SpaceBetween direction="horizontal" size="s">
                <Button variant="inline-link" ariaLabel={`${Status === "Active" ? "Deactivate" : "Activate"} ${AccessKeyId}`} onClick={() => { void turning.run(AccessKeyId, Status !== "Active"); }}>
                  {Status === "Active" ? "Deactivate" : "Activate"}
                </Button>
                <Button variant="inline-link" ariaLabel={`Delete ${AccessKeyId}`} onClick={() => { setDeleting(AccessKeyId); }}>
                  Delete
                </Button>
              </SpaceBetween>
            ),
          },
        ]}
        header={
          <Header
            variant="h2"
            actions={<Button loading={creating.busy} onClick={() => { void creating.run(); }}>Create access key</Button>}
          >
            Access keys
          </Header>
        }
        empty={<Empty>No access keys.</Empty>}
        ariaLabels={{ tableLabel: "Access keys" }}
      />
      {made !== undefined && <NewKey made={made} onDismiss={() => { setMade(undefined); }} />}
      {deleting !== undefined && (
        <ConfirmModal
          header="Delete access key?"
          name={deleting}
          confirm="Delete"
          busy={removing.busy}
          failure={removing.failure}
          onConfirm={() => { void removing.run(deleting); }}
          onDismiss={() => { setDeleting(undefined); removing.forget(); }}
        >
          <div>Programs that sign with it are refused from the next call on. A deactivated key can be activated again, a deleted one cannot.</div>
        </ConfirmModal>
      )}
    </SpaceBetween>
  );
}

function NewKey({ made: { id, secret }, onDismiss }: { readonly made: Made; readonly onDismiss: () => void }) {
  return (
    <Modal
      visible
      header="Access key created"
      onDismiss={onDismiss}
      footer={
        <Box float="right">
          <Button variant="primary" onClick={onDismiss}>Done</Button>
        </Box>
      }
    >
      <SpaceBetween size="m">
        <Alert type="warning">The secret is shown now and never again.</Alert>
        <Code label="Access key id" text={id} wrap />
        <Code label="Secret access key" text={secret} wrap />
      </SpaceBetween>
    </Modal>
  );
}
