import Box from "@cloudscape-design/components/box";
import StatusIndicator from "@cloudscape-design/components/status-indicator";
import type { ReactNode } from "react";

import { FailureAlert } from "./FailureAlert";
import type { Remote } from "./useRemote";

export interface LoadedProps<Value> {
  readonly of: Remote<Value>;
  readonly children: (value: Value) => ReactNode;
  /** What to say instead of children when there is nothing to show. */
  readonly empty?: ReactNode;
  readonly isEmpty?: (value: Value) => boolean;
  readonly loading?: string;
}

/** Shows the state that something from the server is in: loading, failed (or denied), empty, or there. */
export function Loaded<Value>({ of, children, empty, isEmpty, loading = "Loading" }: LoadedProps<Value>) {
  const value = of.status === "loaded" ? of.value : of.last;
  if (of.status === "failed") return <FailureAlert failure={of.failure} retry={of.reload} />;
  if (value === undefined) return <StatusIndicator type="loading">{loading}</StatusIndicator>;
  if (isEmpty?.(value) === true) return <Empty>{empty}</Empty>;
  return children(value);
}

/** Nothing there; `children` say what would be, and how it comes to be. */
export function Empty({ children }: { readonly children: ReactNode }) {
  return (
    <Box textAlign="center" color="text-body-secondary" padding={{ vertical: "m" }}>
      {children}
    </Box>
  );
}
