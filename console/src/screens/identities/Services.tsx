/** Services that use keys for the account: seen in the audit; made on the server's command line. */

import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Table from "@cloudscape-design/components/table";
import { useState } from "react";

import { strongroom } from "../../api/strongroom";
import type { UsageSeries } from "../../api/strongroom-types";
import { Empty, Loaded } from "../../remote/Loaded";
import { useRemote } from "../../remote/useRemote";
import { Code } from "../../ui/Code";
import { Foreign } from "../../ui/Foreign";
import { LinkTo } from "../../ui/LinkTo";
import { When } from "../../ui/When";
import { path } from "../paths";

const DAYS = 30;
const COMMANDS = `strongroom service add s3      # credentials, kept as profile service-s3
strongroom service list
strongroom service remove s3`;

export function Services() {
  const [now] = useState(() => Math.ceil(Date.now() / 1000));
  const used = useRemote(["services"], (connection, signal) =>
    strongroom(connection, "GetUsage", { StartTime: now - DAYS * 86_400, EndTime: now, GroupBy: "PRINCIPAL" }, signal),
  );
  return (
    <SpaceBetween size="l">
      <Loaded of={used} loading="Looking through the audit">
        {({ Series = [] }) => (
          <Table<UsageSeries>
            items={Series.filter(({ Name = "" }) => Name.endsWith(".amazonaws.com"))}
            trackBy="Name"
            contentDensity="compact"
            columnDefinitions={[
              {
                id: "name",
                header: "Service",
                isRowHeader: true,
                cell: ({ Name = "" }) => (
                  <LinkTo to={path("audit", {}, { principals: Name, span: "30d" })}>
                    <Foreign text={Name} />
                  </LinkTo>
                ),
              },
              { id: "calls", header: "Calls", cell: ({ Total = 0 }) => Total },
              { id: "errors", header: "Refused", cell: ({ Errors = 0 }) => Errors },
              { id: "last", header: "Last used", cell: ({ LastUsed }) => <When at={LastUsed} /> },
            ]}
            header={<Header variant="h2" description={`Service principals that called in the last ${DAYS} days.`}>Services</Header>}
            empty={<Empty>No service has called.</Empty>}
            ariaLabels={{ tableLabel: "Services" }}
          />
        )}
      </Loaded>
      <Container header={<Header variant="h2" description="The server's operator does this; the services sign for the account, or for a user of it.">Add, list, remove</Header>}>
        <Code label="Commands" text={COMMANDS} />
      </Container>
    </SpaceBetween>
  );
}
