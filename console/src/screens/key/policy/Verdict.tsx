/** What the server says of a policy before it is stored: whether its author locks himself out, what looks wrong, what it would have changed. */

import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Table from "@cloudscape-design/components/table";

import type { TryKeyPolicyResponse } from "../../../api/strongroom-types";
import { Findings } from "../../../policy/Findings";
import { Foreign, visible } from "../../../ui/Foreign";
import { count } from "../../../ui/format";
import { When } from "../../../ui/When";

const DECISIONS: Readonly<Record<string, string>> = { ALLOWED: "Allowed", DENIED: "Denied" };

export function Verdict({ of }: { readonly of: TryKeyPolicyResponse }) {
  const changed = of.Changed ?? [];
  const untold = (of.Untold ?? []).reduce((sum, { Count: calls = 0 }) => sum + calls, 0);
  return (
    <SpaceBetween size="s">
      {of.LockOut?.Safe === true ? (
        <Alert type="success" header="You keep control of the key">
          <Foreign text={of.LockOut.Reason ?? "With this policy you can still change the policy."} />
        </Alert>
      ) : (
        <Alert type="error" header="This policy would lock you out">
          <Foreign text={of.LockOut?.Reason ?? "You could not change the policy any more."} />
        </Alert>
      )}
      <Findings of={of.Findings ?? []} />
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
