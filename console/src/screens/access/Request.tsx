/** A call that was made: why it was decided as it was, by its request id; under the policies as they are now. */

import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import ExpandableSection from "@cloudscape-design/components/expandable-section";
import Form from "@cloudscape-design/components/form";
import FormField from "@cloudscape-design/components/form-field";
import Header from "@cloudscape-design/components/header";
import Input from "@cloudscape-design/components/input";
import KeyValuePairs from "@cloudscape-design/components/key-value-pairs";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useState } from "react";

import { strongroom } from "../../api/strongroom";
import type { ExplainRequestResponse } from "../../api/strongroom-types";
import { Loaded } from "../../remote/Loaded";
import { useRemote } from "../../remote/useRemote";
import { Code } from "../../ui/Code";
import { Foreign } from "../../ui/Foreign";
import { When } from "../../ui/When";
import { Decision } from "./Decision";

export interface RequestFormProps {
  readonly request: string;
  readonly onAsk: (request: string) => void;
}

export function RequestForm({ request, onAsk }: RequestFormProps) {
  const [draft, setDraft] = useState(request);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (draft.trim() !== "") onAsk(draft.trim());
      }}
    >
      <Form
        actions={
          <Button variant="primary" formAction="submit" disabled={draft.trim() === ""}>
            Explain request
          </Button>
        }
      >
        <FormField stretch label="Request id or event id" description="It stands in the error of a refused call, in every answer (x-amzn-RequestId) and in every audit record.">
          <Input value={draft} autoComplete="off" spellcheck={false} onChange={({ detail }) => { setDraft(detail.value); }} />
        </FormField>
      </Form>
    </form>
  );
}

export function RequestExplained({ request }: { readonly request: string }) {
  const explained = useRemote(["explain request", request], (connection, signal) =>
    strongroom(connection, "ExplainRequest", { RequestId: request }, signal),
  );
  return (
    <Loaded of={explained} loading="Looking for the request">
      {(answer) => (
        <SpaceBetween size="l">
          <Recorded answer={answer} />
          <Decision answer={answer} />
        </SpaceBetween>
      )}
    </Loaded>
  );
}

function Recorded({ answer: { Recorded: recorded, Decision: now } }: { readonly answer: ExplainRequestResponse }) {
  if (recorded === undefined) return null;
  const { EventName = "-", EventTime, Principal = "-", ErrorCode, Outcome, CloudTrailEvent = "" } = recorded;
  const changed = Outcome !== undefined && Outcome !== now;
  return (
    <SpaceBetween size="l">
      {changed && (
        <Alert type="info" header="Policies have changed since">
          The call was {Outcome === "ALLOWED" ? "allowed" : "denied"} then; now it would be {now === "ALLOWED" ? "allowed" : "denied"}. Below is how policies decide now.
        </Alert>
      )}
      <Container header={<Header variant="h2">The call</Header>}>
        <SpaceBetween size="m">
          <KeyValuePairs
            columns={4}
            items={[
              { label: "Operation", value: <Foreign text={EventName} /> },
              { label: "Time", value: <When at={EventTime} /> },
              { label: "Principal", value: <Foreign text={Principal} /> },
              { label: "Result", value: ErrorCode === undefined ? <Box>Succeeded</Box> : <Foreign text={ErrorCode} /> },
            ]}
          />
          <ExpandableSection headerText="Audit record">
            <Code label="Audit record" text={JSON.stringify(JSON.parse(CloudTrailEvent || "{}"), undefined, 2)} />
          </ExpandableSection>
        </SpaceBetween>
      </Container>
    </SpaceBetween>
  );
}
