import Button from "@cloudscape-design/components/button";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useState } from "react";

import { strongroom } from "../../api/strongroom";
import type { TryIdentityPolicyResponse } from "../../api/strongroom-types";
import { Changes } from "../../policy/Changes";
import { FailureAlert } from "../../remote/FailureAlert";
import { useAction } from "../../remote/useAction";
import { problemOf } from "./documents";

export interface Attempt {
  /** Of a user or role. */
  readonly principalArn: string;
  /** The policy that gives way; undefined: none. */
  readonly insteadOf: string | undefined;
}

interface TryPolicyProps {
  readonly attempt: Attempt;
  readonly document: string;
}

/** Recorded calls, decided again under a policy that is not stored yet. */
export function TryPolicy({ attempt: { principalArn: PrincipalArn, insteadOf }, document }: TryPolicyProps) {
  const [tried, setTried] = useState<{ readonly document: string; readonly answer: TryIdentityPolicyResponse }>();
  const { run, busy, failure } = useAction(async (connection) => {
    setTried(undefined);
    const asked = { PrincipalArn, Policy: document, ...(insteadOf === undefined ? {} : { InsteadOf: insteadOf }) };
    setTried({ document, answer: await strongroom(connection, "TryIdentityPolicy", asked) });
  });
  return (
    <SpaceBetween size="s">
      <Button formAction="none" disabled={problemOf(document) !== undefined} loading={busy} onClick={() => { void run(); }}>
        What would change
      </Button>
      {failure !== undefined && <FailureAlert failure={failure} header="The policy could not be tried" />}
      {tried?.document === document && <Changes of={tried.answer} />}
    </SpaceBetween>
  );
}
