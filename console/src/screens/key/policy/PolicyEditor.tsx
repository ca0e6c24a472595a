import { PutKeyPolicyCommand } from "@aws-sdk/client-kms";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useState } from "react";

import { kms } from "../../../api/kms";
import { strongroom } from "../../../api/strongroom";
import type { TryKeyPolicyResponse } from "../../../api/strongroom-types";
import { DiffView } from "../../../policy/DiffView";
import { PolicyText } from "../../../policy/PolicyText";
import { FailureAlert } from "../../../remote/FailureAlert";
import { useAction } from "../../../remote/useAction";
import { useTask } from "../../../app/useTask";
import type { Parts } from "./document";
import { Administrators, Users } from "./PartsForm";
import { Verdict } from "./Verdict";

export interface PolicyEditorProps {
  readonly arn: string;
  readonly stored: string;
  /** Edited by its parts; undefined: as text. */
  readonly parts: Parts | undefined;
  readonly text: (parts: Parts) => string;
  readonly onDone: () => void;
  readonly onCancel: () => void;
}

interface Checked {
  readonly text: string;
  readonly verdict: TryKeyPolicyResponse;
}

export function PolicyEditor({ arn, stored, parts, text: textOf, onDone, onCancel }: PolicyEditorProps) {
  const [written, setWritten] = useState(stored);
  const [changed, setChanged] = useState(parts);
  const [checked, setChecked] = useState<Checked>();
  const text = changed === undefined ? written : changed === parts ? stored : textOf(changed);
  const check = useAction(async (connection) => {
    setChecked(undefined);
    setChecked({ text, verdict: await strongroom(connection, "TryKeyPolicy", { KeyId: arn, Policy: text }) });
  });
  const save = useTask(
    (connection) => kms(connection).send(new PutKeyPolicyCommand({ KeyId: arn, PolicyName: "default", Policy: text })),
    "The key policy was saved.",
    onDone,
  );
  return (
    <SpaceBetween size="l">
      {changed === undefined ? (
        <Container header={<Header variant="h2">Edit key policy</Header>}>
          <PolicyText ariaLabel="Key policy" value={written} onChange={setWritten} />
        </Container>
      ) : (
        <>
          <Administrators parts={changed} onChange={setChanged} />
          <Users parts={changed} onChange={setChanged} />
        </>
      )}
      <Container
        header={
          <Header variant="h2" description="Nothing is stored by looking: recorded calls are decided again under the changed policy.">
            What changes
          </Header>
        }
      >
        <SpaceBetween size="m">
          <DiffView before={stored} after={text} />
          {checked?.text === text && <Verdict of={checked.verdict} />}
          {check.failure !== undefined && <FailureAlert failure={check.failure} header="The policy could not be tried" />}
        </SpaceBetween>
      </Container>
      {save.failure !== undefined && <FailureAlert failure={save.failure} header="The key policy was not saved" />}
      <Box float="right">
        <SpaceBetween direction="horizontal" size="xs">
          <Button variant="link" onClick={onCancel}>
            Cancel
          </Button>
          <Button
            loading={check.busy}
            onClick={() => {
              void check.run();
            }}
          >
            Check policy
          </Button>
          <Button variant="primary" loading={save.busy} disabled={text === stored} onClick={save.run}>
            Save changes
          </Button>
        </SpaceBetween>
      </Box>
    </SpaceBetween>
  );
}
