import Box from "@cloudscape-design/components/box";

import { LinkTo } from "./LinkTo";

export interface FigureProps {
  readonly label: string;
  readonly value: string;
  /** Where the numbered things are listed. */
  readonly to?: string;
}

/** One number, large, with its name above. */
export function Figure({ label, value, to }: FigureProps) {
  return (
    <div>
      <Box variant="awsui-key-label">{label}</Box>
      <Box variant="awsui-value-large">{to === undefined ? value : <LinkTo to={to} variant="awsui-value-large" ariaLabel={`${label}: ${value}`}>{value}</LinkTo>}</Box>
    </div>
  );
}
