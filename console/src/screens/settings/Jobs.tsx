import StatusIndicator from "@cloudscape-design/components/status-indicator";
import Table from "@cloudscape-design/components/table";

import type { GetServerStatusResponse, JobStatus } from "../../api/strongroom-types";
import { Empty } from "../../remote/Loaded";
import { Foreign } from "../../ui/Foreign";
import { count } from "../../ui/format";
import { When } from "../../ui/When";

/** What happens by itself. */
export function Jobs({ status: { Jobs = [] } }: { readonly status: GetServerStatusResponse }) {
  return (
    <Table<JobStatus>
      variant="borderless"
      items={Jobs}
      trackBy={({ Name = "" }) => Name}
      ariaLabels={{ tableLabel: "Jobs" }}
      empty={<Empty>Nothing happens by itself.</Empty>}
      columnDefinitions={[
        { id: "name", header: "Job", cell: ({ Name = "" }) => <Foreign text={Name} />, isRowHeader: true },
        { id: "next", header: "Next", cell: ({ NextRun }) => <When at={NextRun} never="nothing due" /> },
        {
          id: "overdue",
          header: "Overdue",
          cell: ({ Overdue = 0 }) => (Overdue === 0 ? "-" : <StatusIndicator type="warning">{count(Overdue)}</StatusIndicator>),
        },
        { id: "last", header: "Last", cell: ({ LastRun }) => <When at={LastRun} never="not yet" /> },
        { id: "result", header: "What became of it", cell: ({ LastResult = "-" }) => <Foreign text={LastResult} /> },
      ]}
    />
  );
}
