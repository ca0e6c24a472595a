/** Which columns, in which order; how many rows. Cloudscape's own brings a library for dragging that is larger than all of our screens. */

import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Checkbox from "@cloudscape-design/components/checkbox";
import FormField from "@cloudscape-design/components/form-field";
import Modal from "@cloudscape-design/components/modal";
import Select from "@cloudscape-design/components/select";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useState } from "react";

import { moved, type TablePreferences } from "./usePreferences";

import "./preferences.css";

export interface PreferencesModalProps {
  readonly preferences: TablePreferences;
  readonly names: Readonly<Record<string, string>>;
  readonly always: string;
  readonly sizes: readonly number[];
  readonly onConfirm: (preferences: TablePreferences) => void;
  readonly onDismiss: () => void;
}

export function PreferencesModal({ preferences, names, always, sizes, onConfirm, onDismiss }: PreferencesModalProps) {
  const [{ pageSize, wrapLines, contentDisplay: columns }, set] = useState(preferences);
  const change = (part: Partial<TablePreferences>): void => {
    set((before) => ({ ...before, ...part }));
  };
  const options = sizes.map((size) => ({ value: String(size), label: `${size} keys` }));
  return (
    <Modal
      visible
      header="Preferences"
      onDismiss={onDismiss}
      footer={
        <Box float="right">
          <SpaceBetween direction="horizontal" size="xs">
            <Button variant="link" onClick={onDismiss}>
              Cancel
            </Button>
            <Button
              variant="primary"
              onClick={() => {
                onConfirm({ pageSize, wrapLines, contentDisplay: columns });
              }}
            >
              Confirm
            </Button>
          </SpaceBetween>
        </Box>
      }
    >
      <SpaceBetween size="m">
        <FormField label="Page size">
          <Select
            options={options}
            selectedOption={options.find(({ value }) => value === String(pageSize)) ?? null}
            onChange={({ detail }) => {
              change({ pageSize: Number(detail.selectedOption.value) });
            }}
          />
        </FormField>
        <Checkbox
          checked={wrapLines}
          onChange={({ detail }) => {
            change({ wrapLines: detail.checked });
          }}
        >
          Wrap lines
        </Checkbox>
        <div role="group" aria-label="Columns">
          <Box variant="awsui-key-label">Columns</Box>
          {columns.map(({ id, visible }, index) => (
            <div key={id} className="preferences-column">
              <Checkbox
                checked={visible || id === always}
                disabled={id === always}
                onChange={({ detail }) => {
                  change({ contentDisplay: columns.map((one) => (one.id === id ? { id, visible: detail.checked } : one)) });
                }}
              >
                {names[id]}
              </Checkbox>
              <span>
                <Move
                  iconName="angle-up"
                  label={`Move ${names[id] ?? id} up`}
                  disabled={index === 0}
                  move={() => {
                    change({ contentDisplay: moved(columns, index, -1) });
                  }}
                />
                <Move
                  iconName="angle-down"
                  label={`Move ${names[id] ?? id} down`}
                  disabled={index === columns.length - 1}
                  move={() => {
                    change({ contentDisplay: moved(columns, index, 1) });
                  }}
                />
              </span>
            </div>
          ))}
        </div>
      </SpaceBetween>
    </Modal>
  );
}

interface MoveProps {
  readonly iconName: "angle-up" | "angle-down";
  readonly label: string;
  readonly disabled: boolean;
  readonly move: () => void;
}

function Move({ iconName, label, disabled, move }: MoveProps) {
  return <Button variant="icon" iconName={iconName} ariaLabel={label} disabled={disabled} onClick={move} />;
}
