/** Pairs of name and value: an encryption context, or condition values. */

import AttributeEditor from "@cloudscape-design/components/attribute-editor";
import Input from "@cloudscape-design/components/input";

import { NO_PAIR, problemsOf, type Pair } from "./context";

export interface ContextEditorProps {
  readonly pairs: readonly Pair[];
  readonly onChange: (pairs: readonly Pair[]) => void;
  /** What a pair is, as in "context pair". */
  readonly noun?: string;
  readonly empty?: string;
  readonly valueOptional?: boolean;
}

export function ContextEditor({ pairs, onChange, noun = "context pair", empty = "No encryption context.", valueOptional = false }: ContextEditorProps) {
  const problems = problemsOf(pairs);
  const set = (index: number, change: Partial<Pair>): void => {
    onChange(pairs.map((pair, at) => (at === index ? { ...pair, ...change } : pair)));
  };
  const control = (part: keyof Pair) => (pair: Pair, index: number) => (
    <Input
      value={pair[part]}
      ariaLabel={`${part === "name" ? "Name" : "Value"} of ${noun} ${index + 1}`}
      autoComplete="off"
      spellcheck={false}
      onChange={({ detail }) => {
        set(index, { [part]: detail.value });
      }}
    />
  );
  return (
    <AttributeEditor<Pair>
      items={pairs}
      definition={[
        { label: "Name", control: control("name"), errorText: (_pair, index) => problems[index] },
        { label: valueOptional ? "Value (empty: any)" : "Value", control: control("value") },
      ]}
      addButtonText={`Add ${noun}`}
      removeButtonText="Remove"
      removeButtonAriaLabel={(pair) => `Remove ${noun} ${pair.name}`}
      empty={empty}
      gridLayout={[{ rows: [[1, 1]], removeButton: { width: "auto" } }]}
      onAddButtonClick={() => {
        onChange([...pairs, NO_PAIR]);
      }}
      onRemoveButtonClick={({ detail }) => {
        onChange(pairs.filter((_pair, index) => index !== detail.itemIndex));
      }}
    />
  );
}
