import Textarea from "@cloudscape-design/components/textarea";

import "./policy.css";

const ROWS = { least: 14, most: 32 };

export interface PolicyTextProps {
  readonly value: string;
  readonly onChange: (value: string) => void;
  /** Left out where a form field has one. */
  readonly ariaLabel?: string;
}

/** A policy, written as JSON. */
export function PolicyText({ value, onChange, ariaLabel }: PolicyTextProps) {
  return (
    <div className="policy-editor">
      <Textarea
        {...(ariaLabel === undefined ? {} : { ariaLabel })}
        value={value}
        rows={Math.min(ROWS.most, Math.max(ROWS.least, value.split("\n").length + 1))}
        spellcheck={false}
        autoComplete={false}
        onChange={({ detail }) => {
          onChange(detail.value);
        }}
      />
    </div>
  );
}
