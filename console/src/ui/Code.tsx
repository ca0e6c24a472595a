import CopyToClipboard from "@cloudscape-design/components/copy-to-clipboard";

import "./code.css";

export interface CodeProps {
  readonly text: string;
  /** What this is, for those who do not see it. */
  readonly label: string;
  readonly wrap?: boolean;
}

/** A block of text to read and to copy: a policy, a command, a record. */
export function Code({ text, label, wrap = false }: CodeProps) {
  return (
    <div className="code-block">
      {/* Scrolls, so the keyboard must reach it. */}
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <pre className={wrap ? "code-text code-wrap" : "code-text"} tabIndex={0} role="region" aria-label={label}>
        {text}
      </pre>
      <div className="code-copy">
        <CopyToClipboard variant="icon" textToCopy={text} copyButtonAriaLabel={`Copy ${label}`} copySuccessText="Copied" copyErrorText="Could not be copied" />
      </div>
    </div>
  );
}
