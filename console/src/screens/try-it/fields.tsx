/** The fields and results that the tabs share. */

import FormField from "@cloudscape-design/components/form-field";
import RadioGroup from "@cloudscape-design/components/radio-group";
import Select from "@cloudscape-design/components/select";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Textarea from "@cloudscape-design/components/textarea";

import { ContextEditor } from "../../ui/ContextEditor";
import type { Pair } from "../../ui/context";
import { bytesOf, fromBase64, type Form, type Written } from "./bytes";

export interface BytesFieldProps {
  readonly label: string;
  readonly value: Written;
  readonly onChange: (value: Written) => void;
  readonly description?: string;
}

/** Bytes, written as text or in Base64. */
export function BytesField({ label, value, onChange, description = "At most 4,096 bytes." }: BytesFieldProps) {
  const bad = bytesOf(value) === undefined;
  return (
    <SpaceBetween size="xs">
      <FormField label={label} description={description} errorText={bad && "This is no Base64."}>
        <Textarea
          value={value.text}
          rows={3}
          autoComplete={false}
          spellcheck={false}
          onChange={({ detail }) => {
            onChange({ ...value, text: detail.value });
          }}
        />
      </FormField>
      <RadioGroup
        ariaLabel={`How ${label.toLowerCase()} is written`}
        direction="horizontal"
        value={value.form}
        items={[
          { value: "text", label: "Text" },
          { value: "base64", label: "Base64" },
        ]}
        onChange={({ detail }) => {
          onChange({ ...value, form: detail.value as Form });
        }}
      />
    </SpaceBetween>
  );
}

export interface Base64FieldProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly description?: string;
  /** undefined where the text is not what it should be. */
  readonly read?: (text: string) => Uint8Array | undefined;
}

export function Base64Field({ label, value, onChange, description = "Base64.", read = fromBase64 }: Base64FieldProps) {
  return (
    <FormField label={label} description={description} errorText={read(value) === undefined && "This is no Base64."}>
      <Textarea
        value={value}
        rows={4}
        autoComplete={false}
        spellcheck={false}
        onChange={({ detail }) => {
          onChange(detail.value);
        }}
      />
    </FormField>
  );
}

export interface ChoiceProps {
  readonly label: string;
  readonly value: string;
  readonly of: readonly string[];
  readonly onChange: (value: string) => void;
  readonly description?: string;
}

export function Choice({ label, value, of, onChange, description }: ChoiceProps) {
  return (
    <FormField label={label} description={description}>
      <Select
        options={of.map((one) => ({ value: one }))}
        selectedOption={{ value }}
        onChange={({ detail }) => {
          onChange(detail.selectedOption.value ?? "");
        }}
      />
    </FormField>
  );
}

export interface ContextFieldProps {
  readonly pairs: readonly Pair[];
  readonly onChange: (pairs: readonly Pair[]) => void;
  readonly label?: string;
  /** What tells its pairs from those of another field. */
  readonly noun?: string;
}

export function ContextField({ pairs, onChange, label = "Encryption context", noun = "context pair" }: ContextFieldProps) {
  return (
    <FormField stretch label={label} description="Authenticated, not secret: it stands in the audit. Decryption needs the very same pairs. For symmetric keys only.">
      <ContextEditor pairs={pairs} noun={noun} onChange={onChange} />
    </FormField>
  );
}
