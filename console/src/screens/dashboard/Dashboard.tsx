import Button from "@cloudscape-design/components/button";
import ColumnLayout from "@cloudscape-design/components/column-layout";
import Grid from "@cloudscape-design/components/grid";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useState } from "react";

import { strongroom } from "../../api/strongroom";
import { Page } from "../../app/Page";
import { useRemote } from "../../remote/useRemote";
import { useServerStatus } from "../../remote/useServerStatus";
import { DeniedCalls } from "./DeniedCalls";
import { KeyCounts } from "./KeyCounts";
import { Traffic } from "./Traffic";
import { Upcoming } from "./Upcoming";
import { Usage } from "./Usage";

export default function Dashboard() {
  const [now, setNow] = useState(() => new Date());
  const summary = useRemote(["key summary", now], (connection, signal) => strongroom(connection, "GetKeySummary", {}, signal));
  const status = useServerStatus(now.getTime());
  return (
    <Page
      screen="dashboard"
      description="Your keys in this account and Region, and the server that keeps them."
      actions={
        <Button
          iconName="refresh"
          ariaLabel="Refresh"
          loading={summary.busy || status.busy}
          onClick={() => {
            setNow(new Date());
          }}
        />
      }
    >
      <SpaceBetween size="l">
        <KeyCounts summary={summary} />
        <Grid gridDefinition={[{ colspan: { default: 12, s: 6 } }, { colspan: { default: 12, s: 6 } }]}>
          <Traffic status={status} />
          <DeniedCalls now={now} />
        </Grid>
        <Usage now={now} />
        <ColumnLayout columns={3} minColumnWidth={280}>
          <Upcoming
            summary={summary}
            now={now}
            title="Pending deletion"
            none="No key is about to be deleted."
            of={({ PendingDeletion, PendingDeletionTotal }) => [PendingDeletion, PendingDeletionTotal]}
            all="deletions"
          />
          <Upcoming
            summary={summary}
            now={now}
            title="Expiring key material"
            none="No key material expires soon."
            of={({ ExpiringMaterial, ExpiringMaterialTotal }) => [ExpiringMaterial, ExpiringMaterialTotal]}
            tab="material"
          />
          <Upcoming
            summary={summary}
            now={now}
            title="Rotations due"
            none="No rotation is due soon."
            of={({ RotationsDue, RotationsDueTotal }) => [RotationsDue, RotationsDueTotal]}
            tab="material"
          />
        </ColumnLayout>
      </SpaceBetween>
    </Page>
  );
}
