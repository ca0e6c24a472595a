import Box from "@cloudscape-design/components/box";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Table from "@cloudscape-design/components/table";

import type { TryIdentityPolicyResponse } from "../api/strongroom-types";
import { Foreign, visible } from "../ui/Foreign";
import { count } from "../ui/format";
import { When } from "../ui/When";

const DECISIONS: Readonly<Record<string, string>> = { ALLOWED: "Allowed", DENIED: "Denied" };

/** What a policy that is not stored yet would have changed: recorded calls, decided again. */
export function Changes({ of }: { readonly of: TryIdentityPolicyResponse }) {
  const changed = of.Changed ?? [];
  const untold = (of.Untold ?? []).reduce((sum, { Count: calls = 0 }) => sum + calls, 0);
  return (
    <SpaceBetween size="s">
      <Box>
        {`Of ${count(of.Tried)} recorded calls of the last 30 days, ${count(of.NowDenied)} would now be denied and ${count(of.NowAllowed)} would now be allowed.`}
        {of.Complete === false && " Only the newest calls were tried."}
        {untold > 0 &&
          ` ${count(untold)} more could not be decided again: ${(of.Untold ?? []).map(({ Reason: why = "" }) => visible(why)).join("; ")}.`}
      </Box>
      {changed.length > 0 && (
        <Table
          variant="embedded"
          contentDensity="compact"
          wrapLines
          ariaLabels={{ tableLabel: "Calls that would be decided otherwise" }}
          items={changed}
          columnDefinitions={[
            { id: "time", header: "Time", cell: ({ EventTime: at }) => <When at={at} /> },
            { id: "event", header: "Call", isRowHeader: true, cell: ({ EventName: name = "" }) => <Foreign text={name} /> },
            { id: "who", header: "Caller", cell: ({ Principal: who = "" }) => <Foreign text={who} /> },
            { id: "before", header: "Then", cell: ({ Before: decision = "" }) => DECISIONS[decision] },
            { id: "after", header: "With this policy", cell: ({ After: decision = "" }) => DECISIONS[decision] },
            { id: "reason", header: "Reason", cell: ({ Reason: reason = "" }) => <Foreign text={reason} /> },
          ]}
        />
      )}
    </SpaceBetween>
  );
}
