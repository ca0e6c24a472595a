/** Deletion queue: the keys that will be gone, when, and who would miss them; the way back while there is one. */

import { CancelKeyDeletionCommand } from "@aws-sdk/client-kms";
import Button from "@cloudscape-design/components/button";
import StatusIndicator from "@cloudscape-design/components/status-indicator";
import type { TableProps } from "@cloudscape-design/components/table";
import { useState } from "react";

import { kms } from "../../api/kms";
import { strongroom } from "../../api/strongroom";
import type { FoundKey, SearchKeysRequest } from "../../api/strongroom-types";
import { useNotices } from "../../app/notices";
import { Page } from "../../app/Page";
import { useAction } from "../../remote/useAction";
import { usePages } from "../../remote/usePages";
import { ConfirmModal } from "../../ui/ConfirmModal";
import { visible } from "../../ui/Foreign";
import { KeyLink } from "../../ui/KeyLink";
import { KeyStateIndicator } from "../../ui/KeyStateIndicator";
import { PagedTable } from "../../ui/PagedTable";
import { When } from "../../ui/When";
import { daysLeft, leftText } from "./left";
import { ReportModal } from "./ReportModal";

const PAGE = 100;
const SOON_DAYS = 2;

export default function Deletions() {
  const [key, setChosen] = useState<FoundKey>();
  const [asking, setAsking] = useState<"cancel" | "report">();
  const { notify } = useNotices();
  const pages = usePages<FoundKey>(["deletion queue"], async (connection, signal, token) => {
    const asked: SearchKeysRequest = { States: ["PendingDeletion", "PendingReplicaDeletion"], Limit: PAGE, ...(token === undefined ? {} : { NextToken: token }) };
    const { Keys = [], Total, NextToken: next } = await strongroom(connection, "SearchKeys", asked, signal);
    return { items: Keys.toSorted((one, other) => dateOf(one) - dateOf(other)), total: Total, next };
  });
  const found = pages.page;
  const keyId = key?.KeyMetadata?.KeyId ?? "";
  const cancelling = useAction((connection) => kms(connection).send(new CancelKeyDeletionCommand({ KeyId: keyId })));
  const cancel = async (): Promise<void> => {
    if ((await cancelling.run()) === undefined) return;
    notify({ type: "success", header: "Deletion cancelled", content: `${visible(nameOf(key))} is disabled now: enable it to use it.` });
    close();
    setChosen(undefined);
    found.reload();
  };
  const close = (): void => {
    setAsking(undefined);
    cancelling.forget();
  };
  return (
    <Page screen="deletions" description="Keys that wait for their deletion cannot be used. What they encrypted cannot be decrypted once they are deleted; until then the deletion can be cancelled.">
      <PagedTable<FoundKey>
        of={pages}
        title="Keys pending deletion"
        counter={found.last?.total === undefined ? undefined : `(${found.last.total})`}
        columns={COLUMNS}
        trackBy={({ KeyMetadata }) => KeyMetadata?.KeyId ?? ""}
        actions={
          <>
            <Button disabled={key === undefined} onClick={() => { setAsking("report"); }}>Who used it</Button>
            <Button variant="primary" disabled={key === undefined} onClick={() => { setAsking("cancel"); }}>Cancel deletion</Button>
          </>
        }
        empty="No key waits for its deletion."
        choice={{ chosen: key, onChange: setChosen, label: "Choose a key", nameOf: (item) => visible(nameOf(item)) }}
      />
      {asking === "cancel" && (
        <ConfirmModal header="Cancel the deletion?" confirm="Cancel deletion" busy={cancelling.busy} failure={cancelling.failure} onConfirm={() => { void cancel(); }} onDismiss={close}>
          <div>{visible(nameOf(key))} stays, and will be disabled: nothing uses it before somebody enables it.</div>
        </ConfirmModal>
      )}
      {asking === "report" && <ReportModal keyId={keyId} onDismiss={close} />}
    </Page>
  );
}

function dateOf({ KeyMetadata }: FoundKey): number {
  return KeyMetadata?.DeletionDate ?? Infinity; // a primary key waits for its replicas first
}

function nameOf(key: FoundKey | undefined): string {
  return key?.Aliases?.[0]?.replace(/^alias\//, "") ?? key?.KeyMetadata?.KeyId ?? "";
}

const COLUMNS: readonly TableProps.ColumnDefinition<FoundKey>[] = [
  { id: "alias", header: "Alias", cell: ({ KeyMetadata, Aliases = [] }) => (Aliases[0] === undefined ? "-" : <KeyLink keyId={KeyMetadata?.KeyId ?? ""} alias={Aliases[0]} />) },
  { id: "key", header: "Key id", isRowHeader: true, cell: ({ KeyMetadata }) => <KeyLink keyId={KeyMetadata?.KeyId ?? ""} /> },
  { id: "state", header: "Status", cell: ({ KeyMetadata }) => <KeyStateIndicator state={KeyMetadata?.KeyState} /> },
  { id: "date", header: "Deletion date", cell: ({ KeyMetadata }) => <When at={KeyMetadata?.DeletionDate} never="when its replicas are gone" /> },
  {
    id: "left",
    header: "Time left",
    cell: ({ KeyMetadata }) => {
      const days = daysLeft(KeyMetadata?.DeletionDate, Date.now() / 1000);
      if (days === undefined) return "-";
      return <StatusIndicator type={days < SOON_DAYS ? "error" : "pending"}>{leftText(days)}</StatusIndicator>;
    },
  },
  { id: "used", header: "Last used", cell: ({ LastUsed }) => (LastUsed?.Time === undefined ? "-" : <When at={LastUsed.Time} />) },
];
