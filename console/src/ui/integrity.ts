import type { StatusIndicatorProps } from "@cloudscape-design/components/status-indicator";

import type { IntegrityStatus } from "../api/strongroom-types";

const TYPES: Readonly<Record<string, StatusIndicatorProps.Type>> = { VERIFIED: "success", FAILED: "error", UNKNOWN: "pending" };
const WORDS: Readonly<Record<string, string>> = { VERIFIED: "Intact", FAILED: "Not intact", UNKNOWN: "Not verified yet" };

/** What a state of the journal's integrity looks like; a state that this console does not know is a warning, not a good sign. */
export function integrityOf({ State = "UNKNOWN" }: IntegrityStatus): { readonly type: StatusIndicatorProps.Type; readonly text: string } {
  return { type: TYPES[State] ?? "warning", text: WORDS[State] ?? State };
}
