import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Modal from "@cloudscape-design/components/modal";
import SpaceBetween from "@cloudscape-design/components/space-between";
import type { ReactNode } from "react";

import type { Failure } from "../../api/failure";
import { FailureAlert } from "../../remote/FailureAlert";

export interface FormModalProps {
  readonly header: string;
  /** The verb on the button. */
  readonly act: string;
  readonly ready: boolean;
  readonly busy: boolean;
  readonly failure: Failure | undefined;
  readonly onAct: () => void;
  readonly onDismiss: () => void;
  readonly large?: boolean;
  readonly children: ReactNode;
}

/** A form over the page: for what is made or set in one go. */
export function FormModal({ header, act, ready, busy, failure, onAct, onDismiss, large = false, children }: FormModalProps) {
  return (
    <Modal
      visible
      header={header}
      size={large ? "large" : "medium"}
      onDismiss={onDismiss}
      footer={
        <Box float="right">
          <SpaceBetween direction="horizontal" size="xs">
            <Button variant="link" onClick={onDismiss}>Cancel</Button>
            <Button variant="primary" disabled={!ready} loading={busy} onClick={onAct}>{act}</Button>
          </SpaceBetween>
        </Box>
      }
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (ready && !busy) onAct();
        }}
      >
        <SpaceBetween size="m">
          {children}
          {failure !== undefined && <FailureAlert failure={failure} />}
        </SpaceBetween>
      </form>
    </Modal>
  );
}
