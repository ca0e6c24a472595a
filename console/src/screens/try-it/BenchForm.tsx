/** One tab of the bench: a form on the left, what came of it on the right. */

import Button from "@cloudscape-design/components/button";
import ColumnLayout from "@cloudscape-design/components/column-layout";
import ExpandableSection from "@cloudscape-design/components/expandable-section";
import Form from "@cloudscape-design/components/form";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import type { ReactNode } from "react";

import type { Failure } from "../../api/failure";
import { FailureAlert } from "../../remote/FailureAlert";
import { Empty } from "../../remote/Loaded";
import { Code } from "../../ui/Code";

export interface BenchFormProps {
  /** The verb on the button. */
  readonly act: string;
  readonly ready: boolean;
  readonly busy: boolean;
  readonly onAct: () => void;
  readonly failure: Failure | undefined;
  /** What was not done, as in "Not encrypted". */
  readonly failed: string;
  readonly children: ReactNode;
  /** undefined while there is none. */
  readonly result: ReactNode;
  readonly actions?: ReactNode;
  /** The same for the AWS CLI. */
  readonly command: string;
}

export function BenchForm({ act, ready, busy, onAct, failure, failed, children, result, actions, command }: BenchFormProps) {
  return (
    <ColumnLayout columns={2} variant="text-grid">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (ready && !busy) onAct();
        }}
      >
        <Form
          actions={
            <Button variant="primary" formAction="submit" disabled={!ready} loading={busy}>
              {act}
            </Button>
          }
        >
          <SpaceBetween size="m">
            {children}
            <ExpandableSection headerText="As a command of the AWS CLI">
              <Code label="Command" text={command} wrap />
            </ExpandableSection>
          </SpaceBetween>
        </Form>
      </form>
      <SpaceBetween size="m">
        <Header variant="h2" actions={result !== undefined && actions}>
          Result
        </Header>
        {failure !== undefined && <FailureAlert failure={failure} header={failed} />}
        {failure === undefined && (result ?? <Empty>Nothing yet.</Empty>)}
      </SpaceBetween>
    </ColumnLayout>
  );
}
