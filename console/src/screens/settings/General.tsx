import KeyValuePairs from "@cloudscape-design/components/key-value-pairs";

import type { GetServerStatusResponse } from "../../api/strongroom-types";
import { Foreign } from "../../ui/Foreign";
import { count } from "../../ui/format";
import { When } from "../../ui/When";

export function General({ status }: { readonly status: GetServerStatusResponse }) {
  const { Version = "-", Endpoint = "-", Regions = [], Workers, StartedAt, Now, Account } = status;
  return (
    <KeyValuePairs
      columns={3}
      items={[
        { label: "Version", value: Version },
        { label: "Endpoint", value: Endpoint },
        { label: "Running since", value: <When at={StartedAt} /> },
        { label: "Server's clock", value: <When at={Now} /> },
        { label: "Worker processes", value: count(Workers) },
        { label: "Regions served", value: Regions.length > 5 ? `${count(Regions.length)}, see the menu at the top` : Regions.join(", ") },
        { label: "Account", value: Account?.Id ?? "-" },
        { label: "Account alias", value: <Foreign text={Account?.Alias ?? "-"} /> },
      ]}
    />
  );
}
