import ColumnLayout from "@cloudscape-design/components/column-layout";
import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";

import type { GetServerStatusResponse } from "../../api/strongroom-types";
import { Loaded } from "../../remote/Loaded";
import type { Remote } from "../../remote/useRemote";
import { Figure } from "../../ui/Figure";
import { count, duration } from "../../ui/format";

/** How busy the server is, of all accounts and Regions. */
export function Traffic({ status }: { readonly status: Remote<GetServerStatusResponse> }) {
  return (
    <Container fitHeight header={<Header variant="h2" description="All accounts and Regions of this server.">Requests</Header>}>
      <Loaded of={status}>
        {({ Requests = {}, Workers }) => (
          <ColumnLayout columns={3} variant="text-grid" minColumnWidth={160}>
            <Figure label="Per minute" value={count(Requests.PerMinute)} />
            <Figure label="Failed per minute" value={count(Requests.FailedPerMinute)} />
            <Figure label="Connections" value={count(Requests.Connections)} />
            <Figure label="Median latency" value={duration(Requests.LatencyMicroseconds?.P50)} />
            <Figure label="99th percentile" value={duration(Requests.LatencyMicroseconds?.P99)} />
            <Figure label="Workers" value={count(Workers)} />
          </ColumnLayout>
        )}
      </Loaded>
    </Container>
  );
}
