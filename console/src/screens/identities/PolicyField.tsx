import FormField from "@cloudscape-design/components/form-field";
import SpaceBetween from "@cloudscape-design/components/space-between";

import { DiffView } from "../../policy/DiffView";
import { Findings } from "../../policy/Findings";
import { lint, type PolicyKind } from "../../policy/lint";
import { PolicyText } from "../../policy/PolicyText";
import { useQuiet } from "../../ui/useQuiet";

export interface PolicyFieldProps {
  readonly kind: PolicyKind;
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  /** What there is now; shown is what differs from it. */
  readonly stored?: string | undefined;
}

/** A policy to write, and what is to be said of it meanwhile. */
export function PolicyField({ kind, label, value, onChange, stored }: PolicyFieldProps) {
  const settled = useQuiet(value);
  return (
    <SpaceBetween size="s">
      <FormField stretch label={label} description="JSON.">
        <PolicyText value={value} onChange={onChange} />
      </FormField>
      <Findings of={lint(kind, settled)} />
      {stored !== undefined && <DiffView before={stored} after={settled} />}
    </SpaceBetween>
  );
}
