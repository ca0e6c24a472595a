/** Asked before anything that destroys: says what will break, and takes the thing's name for a yes. */

import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import FormField from "@cloudscape-design/components/form-field";
import Input from "@cloudscape-design/components/input";
import Modal from "@cloudscape-design/components/modal";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useState, type ReactNode } from "react";

import type { Failure } from "../api/failure";
import { FailureAlert } from "../remote/FailureAlert";

export interface ConfirmModalProps {
  readonly header: string;
  /** What will break, in sentences. */
  readonly children: ReactNode;
  /** What must be typed before the button can be pressed; leave it out for what can be undone. */
  readonly name?: string;
  /** The verb on the button, as in "Schedule deletion". */
  readonly confirm: string;
  readonly busy: boolean;
  readonly failure: Failure | undefined;
  readonly onConfirm: () => void;
  readonly onDismiss: () => void;
}

export function ConfirmModal({ header, children, name, confirm, busy, failure, onConfirm, onDismiss }: ConfirmModalProps) {
  const [typed, setTyped] = useState("");
  const ready = name === undefined || typed.trim() === name;
  return (
    <Modal
      visible
      header={header}
      onDismiss={onDismiss}
      footer={
        <Box float="right">
          <SpaceBetween direction="horizontal" size="xs">
            <Button variant="link" onClick={onDismiss}>
              Cancel
            </Button>
            <Button variant="primary" disabled={!ready} loading={busy} onClick={onConfirm}>
              {confirm}
            </Button>
          </SpaceBetween>
        </Box>
      }
    >
      <SpaceBetween size="m">
        {children}
        {name !== undefined && (
          <FormField label={`To confirm, type ${name}`}>
            <Input
              value={typed}
              autoComplete="off"
              spellcheck={false}
              onChange={({ detail }) => {
                setTyped(detail.value);
              }}
            />
          </FormField>
        )}
        {failure !== undefined && <FailureAlert failure={failure} />}
      </SpaceBetween>
    </Modal>
  );
}
