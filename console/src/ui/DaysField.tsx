/** A number of days, with what it is for and what it may be. */

import FormField from "@cloudscape-design/components/form-field";
import Input from "@cloudscape-design/components/input";
import type { ReactNode } from "react";

export interface DaysFieldProps {
  readonly label: string;
  readonly description: string;
  readonly constraintText?: ReactNode;
  readonly days: string;
  readonly onChange: (days: string) => void;
}

export function DaysField({ label, description, constraintText, days, onChange }: DaysFieldProps) {
  return (
    <FormField label={label} description={description} constraintText={constraintText}>
      <Input
        type="number"
        inputMode="numeric"
        value={days}
        onChange={({ detail }) => {
          onChange(detail.value);
        }}
      />
    </FormField>
  );
}
