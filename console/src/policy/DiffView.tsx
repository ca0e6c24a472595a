import { diff } from "./diff";

import "./policy.css";

const SIGNS = { same: " ", added: "+", removed: "-" } as const;

export function DiffView({ before, after }: { readonly before: string; readonly after: string }) {
  const lines = diff(before, after);
  if (lines.every(({ kind }) => kind === "same")) return "Nothing differs.";
  return (
    // Scrolls, so the keyboard must reach it.
    // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <pre className="diff" tabIndex={0} role="region" aria-label="What differs">
      {lines.map(({ kind, text }, index) => (
        <span key={index} className={`diff-${kind}`}>{`${SIGNS[kind]} ${text}\n`}</span>
      ))}
    </pre>
  );
}
