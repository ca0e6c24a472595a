import StatusIndicator, { type StatusIndicatorProps } from "@cloudscape-design/components/status-indicator";

const STATES: Readonly<Record<string, { readonly type: StatusIndicatorProps.Type; readonly text: string }>> = {
  Enabled: { type: "success", text: "Enabled" },
  Disabled: { type: "stopped", text: "Disabled" },
  PendingDeletion: { type: "warning", text: "Pending deletion" },
  PendingReplicaDeletion: { type: "warning", text: "Pending replica deletion" },
  PendingImport: { type: "pending", text: "Pending import" },
  Creating: { type: "in-progress", text: "Creating" },
  Updating: { type: "in-progress", text: "Updating" },
  Unavailable: { type: "error", text: "Unavailable" },
};

export function keyStateText(state: string): string {
  return STATES[state]?.text ?? state;
}

/** A key's state in AWS's words, and its colour. */
export function KeyStateIndicator({ state }: { readonly state: string | undefined }) {
  if (state === undefined) return "-";
  return <StatusIndicator type={STATES[state]?.type ?? "info"}>{keyStateText(state)}</StatusIndicator>;
}
