import { ListPoliciesCommand } from "@aws-sdk/client-iam";
import Autosuggest from "@cloudscape-design/components/autosuggest";
import FormField from "@cloudscape-design/components/form-field";
import { useState } from "react";

import type { Connection } from "../../api/connection";
import { iam } from "../../api/iam";
import { useTask } from "../../app/useTask";
import { FailureAlert } from "../../remote/FailureAlert";
import { useRemote } from "../../remote/useRemote";
import { visible } from "../../ui/Foreign";
import { FormModal } from "./FormModal";

const MOST = 1000;

export interface ChoosePolicyProps {
  readonly act: string;
  readonly description?: string;
  readonly apply: (connection: Connection, policyArn: string) => Promise<unknown>;
  readonly applied: string;
  readonly onDone: () => void;
  readonly onDismiss: () => void;
}

/** A managed policy to be chosen, or named by its ARN. */
export function ChoosePolicy({ act, description = "ARN; or choose one.", apply, applied, onDone, onDismiss }: ChoosePolicyProps) {
  const [arn, setArn] = useState("");
  const policies = useRemote(["policies to choose"], (connection, signal) => iam(connection).send(new ListPoliciesCommand({ MaxItems: MOST }), { abortSignal: signal }));
  const applying = useTask((connection) => apply(connection, arn.trim()), applied, onDone);
  return (
    <FormModal header={act} act={act} ready={arn.trim() !== ""} busy={applying.busy} failure={applying.failure} onAct={applying.run} onDismiss={onDismiss}>
      {policies.status === "failed" && <FailureAlert failure={policies.failure} header="Policies cannot be listed: write the ARN" />}
      <FormField label="Policy" description={description}>
        <Autosuggest
          value={arn}
          options={(policies.last?.Policies ?? []).map(({ Arn = "", PolicyName = "" }) => ({ value: Arn, label: visible(PolicyName), description: Arn }))}
          statusType={policies.busy ? "loading" : "finished"}
          loadingText="Loading policies"
          enteredTextLabel={(entered) => `Use ${entered}`}
          empty="No such policy"
          onChange={({ detail }) => { setArn(detail.value); }}
        />
      </FormField>
    </FormModal>
  );
}
