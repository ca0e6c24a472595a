/** What the server says of a policy before it is stored: whether its author locks himself out, what looks wrong, what it would have changed. */

import Alert from "@cloudscape-design/components/alert";
import SpaceBetween from "@cloudscape-design/components/space-between";

import type { TryKeyPolicyResponse } from "../../../api/strongroom-types";
import { Changes } from "../../../policy/Changes";
import { Findings } from "../../../policy/Findings";
import { Foreign } from "../../../ui/Foreign";

export function Verdict({ of }: { readonly of: TryKeyPolicyResponse }) {
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
      <Changes of={of} />
    </SpaceBetween>
  );
}
