import FormField from "@cloudscape-design/components/form-field";
import Textarea from "@cloudscape-design/components/textarea";

import { problemOf } from "./documents";

export interface PolicyFieldProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
}

export function PolicyField({ label, value, onChange }: PolicyFieldProps) {
  return (
    <FormField stretch label={label} description="JSON." errorText={problemOf(value)}>
      <Textarea value={value} rows={14} spellcheck={false} autoComplete={false} onChange={({ detail }) => { onChange(detail.value); }} />
    </FormField>
  );
}
