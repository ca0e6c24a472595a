import Box from "@cloudscape-design/components/box";
import StatusIndicator from "@cloudscape-design/components/status-indicator";

/** A whole screen is on its way. */
export function Loading() {
  return (
    <Box textAlign="center" padding="xxl">
      <StatusIndicator type="loading">Loading</StatusIndicator>
    </Box>
  );
}
