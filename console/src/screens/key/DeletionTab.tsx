import { CancelKeyDeletionCommand, ScheduleKeyDeletionCommand } from "@aws-sdk/client-kms";
import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import KeyValuePairs from "@cloudscape-design/components/key-value-pairs";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Table from "@cloudscape-design/components/table";
import { useState } from "react";

import { kms } from "../../api/kms";
import { strongroom } from "../../api/strongroom";
import type { GetKeyReportResponse, UseCount } from "../../api/strongroom-types";
import { Loaded } from "../../remote/Loaded";
import { useRemote } from "../../remote/useRemote";
import { ConfirmModal } from "../../ui/ConfirmModal";
import { Foreign, visible } from "../../ui/Foreign";
import { count } from "../../ui/format";
import { shortAlias } from "../../ui/key-words";
import { DaysField } from "../../ui/DaysField";
import { When } from "../../ui/When";
import type { TabProps } from "./tab";
import { useTask } from "../../app/useTask";

const PENDING = ["PendingDeletion", "PendingReplicaDeletion"];
const DAY_MS = 86_400_000;

export default function DeletionTab({ of: key, arn, reload }: TabProps) {
  const [asking, setAsking] = useState(false);
  const report = useRemote(["key report", arn], (connection, signal) => strongroom(connection, "GetKeyReport", { KeyId: arn }, signal));
  const cancel = useTask(
    (connection) => kms(connection).send(new CancelKeyDeletionCommand({ KeyId: arn })),
    "The deletion was cancelled. The key is disabled: enable it to use it again.",
    reload,
  );
  const pending = PENDING.includes(key.KeyState ?? "");
  const name = report.last?.Aliases?.[0];
  return (
    <SpaceBetween size="l">
      {pending && (
        <Alert
          type="warning"
          header="This key is pending deletion"
          action={
            <Button loading={cancel.busy} onClick={cancel.run}>
              Cancel key deletion
            </Button>
          }
        >
          {key.DeletionDate === undefined ? (
            "It is deleted after its last replica."
          ) : (
            <>
              It is deleted on <When at={key.DeletionDate} />, with its aliases and grants. Nothing can use it until then.
            </>
          )}
          {cancel.failure !== undefined && <Box color="text-status-error">{visible(cancel.failure.message)}</Box>}
        </Alert>
      )}
      <Container
        header={
          <Header
            variant="h2"
            description="Who used this key, and what hangs on it. What was encrypted under a deleted key can never be decrypted."
            actions={
              !pending && (
                <Button
                  onClick={() => {
                    setAsking(true);
                  }}
                >
                  Schedule key deletion
                </Button>
              )
            }
          >
            Before it is deleted
          </Header>
        }
      >
        <Loaded of={report} loading="Reading the audit">
          {(found) => <Report of={found} />}
        </Loaded>
      </Container>
      {asking && (
        <Schedule
          arn={arn}
          name={name === undefined ? (key.KeyId ?? "") : shortAlias(name)}
          report={report.last}
          onDone={() => {
            setAsking(false);
            reload();
          }}
          onDismiss={() => {
            setAsking(false);
          }}
        />
      )}
    </SpaceBetween>
  );
}

function Report({ of }: { readonly of: GetKeyReportResponse }) {
  const aliases = of.Aliases ?? [];
  return (
    <SpaceBetween size="m">
      {of.IndexLag?.Usable === false && <Alert type="info">The audit index is not complete: there may have been more calls.</Alert>}
      <KeyValuePairs
        columns={4}
        items={[
          { label: "Last used", value: <When at={of.LastUsed?.Time} never="Not since it is tracked" /> },
          { label: "Calls answered", value: count(of.Answered) },
          { label: "Calls refused", value: count(of.Refused) },
          { label: "Counted since", value: <When at={of.CountedSince ?? of.TrackedSince} /> },
          { label: "Ciphertexts made", value: count(of.CiphertextsMade) },
          { label: "Ciphertexts opened", value: count(of.CiphertextsOpened) },
          { label: "Grants", value: count(of.GrantsTotal) },
          { label: "Aliases", value: aliases.length === 0 ? "-" : <Foreign text={aliases.map(shortAlias).join(", ")} /> },
          ...(of.Replicas?.length ? [{ label: "In other Regions", value: of.Replicas.join(", ") }] : []),
        ]}
      />
      <Uses header="Callers" name="Caller" uses={of.ByPrincipal ?? []} />
      <Uses header="Operations" name="Operation" uses={of.ByOperation ?? []} />
    </SpaceBetween>
  );
}

function Uses({ header, name, uses }: { readonly header: string; readonly name: string; readonly uses: readonly UseCount[] }) {
  if (uses.length === 0) return null;
  return (
    <Table
      variant="embedded"
      wrapLines
      contentDensity="compact"
      header={<Header variant="h3">{header}</Header>}
      ariaLabels={{ tableLabel: header }}
      items={uses}
      columnDefinitions={[
        { id: "name", header: name, isRowHeader: true, cell: ({ Name: text = "" }) => <Foreign text={text} /> },
        { id: "calls", header: "Calls", cell: ({ Calls }) => count(Calls) },
        { id: "refused", header: "Refused", cell: ({ Refused }) => count(Refused) },
        { id: "last", header: "Last", cell: ({ LastUsed }) => <When at={LastUsed} /> },
      ]}
    />
  );
}

interface ScheduleProps {
  readonly arn: string;
  readonly name: string;
  readonly report: GetKeyReportResponse | undefined;
  readonly onDone: () => void;
  readonly onDismiss: () => void;
}

function Schedule({ arn, name, report, onDone, onDismiss }: ScheduleProps) {
  const [days, setDays] = useState("30");
  const task = useTask(
    (connection) => kms(connection).send(new ScheduleKeyDeletionCommand({ KeyId: arn, PendingWindowInDays: Number(days) })),
    "The key is scheduled for deletion.",
    onDone,
  );
  const [now] = useState(() => Date.now());
  return (
    <ConfirmModal
      header="Schedule key deletion"
      confirm="Schedule deletion"
      name={name}
      busy={task.busy}
      failure={task.failure}
      onConfirm={task.run}
      onDismiss={onDismiss}
    >
      <Alert type="warning">
        From now on nothing can use this key; after the waiting period nobody can ever decrypt what it encrypted.{" "}
        {report !== undefined &&
          `It made ${count(report.CiphertextsMade)} ciphertexts that are known of, for ${count(report.ByPrincipal?.length ?? 0)} callers. `}
        To only stop its use, disable it.
      </Alert>
      <DaysField
        label="Waiting period (in days)"
        description="7 to 30 days."
        constraintText={
          <>
            Deletion on <When at={new Date(now + (Number(days) || 0) * DAY_MS)} />
          </>
        }
        days={days}
        onChange={setDays}
      />
    </ConfirmModal>
  );
}
