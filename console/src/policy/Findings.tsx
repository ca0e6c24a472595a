import StatusIndicator, { type StatusIndicatorProps } from "@cloudscape-design/components/status-indicator";

import type { PolicyFinding } from "../api/strongroom-types";
import { Foreign } from "../ui/Foreign";

import "./policy.css";

const TYPES: Readonly<Record<string, StatusIndicatorProps.Type>> = { ERROR: "error", WARNING: "warning", SUGGESTION: "info" };

/** What an author should look at again. */
export function Findings({ of }: { readonly of: readonly PolicyFinding[] }) {
  if (of.length === 0) return <StatusIndicator type="success">Nothing to improve was found.</StatusIndicator>;
  return (
    <ul aria-label="Findings" className="findings">
      {of.map(({ Severity: severity = "", Code: code = "", Sid: sid = "", Text: text = "" }) => (
        <li key={`${code} ${sid} ${text}`}>
          <StatusIndicator type={TYPES[severity] ?? "info"}>
            {sid !== "" && (
              <>
                <b>
                  <Foreign text={sid} />
                </b>
                {": "}
              </>
            )}
            <Foreign text={text} />
          </StatusIndicator>
        </li>
      ))}
    </ul>
  );
}
