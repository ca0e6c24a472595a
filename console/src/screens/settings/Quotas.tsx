import ProgressBar from "@cloudscape-design/components/progress-bar";
import Table from "@cloudscape-design/components/table";

import type { GetServerStatusResponse, QuotaStatus } from "../../api/strongroom-types";
import { Empty } from "../../remote/Loaded";
import { bytes, count } from "../../ui/format";

export function Quotas({ status: { Quotas = [] } }: { readonly status: GetServerStatusResponse }) {
  return (
    <Table<QuotaStatus>
      variant="borderless"
      items={Quotas}
      trackBy={({ Name = "" }) => Name}
      ariaLabels={{ tableLabel: "Quotas" }}
      empty={<Empty>No quotas are set.</Empty>}
      columnDefinitions={[
        { id: "name", header: "Quota", cell: ({ Name = "" }) => Name.replaceAll("_", " "), isRowHeader: true },
        { id: "limit", header: "Limit", cell: limit },
        {
          id: "used",
          header: "Used in this account and Region",
          cell: ({ Name, Used, Limit }) =>
            Used === undefined ? (
              "-"
            ) : (
              <ProgressBar
                ariaLabel={`${Name ?? ""} used`}
                value={Limit === undefined || Limit === 0 ? 0 : Math.min(100, (Used / Limit) * 100)}
                additionalInfo={`${count(Used)} used`}
              />
            ),
        },
      ]}
    />
  );
}

function limit({ Limit, Unit }: QuotaStatus): string {
  if (Unit === "bytes") return bytes(Limit);
  return Unit === undefined || Unit === "count" ? count(Limit) : `${count(Limit)} ${Unit}`;
}
