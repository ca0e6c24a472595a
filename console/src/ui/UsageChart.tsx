/** Use over time: one line a series, those with the most use first. */

import LineChart from "@cloudscape-design/components/line-chart";

import type { UsageSeries } from "../api/strongroom-types";
import { Empty } from "../remote/Loaded";
import { visible } from "./Foreign";
import { filled, largest } from "./usage-points";

export interface UsageChartProps {
  readonly series: readonly UsageSeries[];
  readonly label: string;
  readonly from: Date;
  readonly to: Date;
  /** Seconds between two points: a day, or an hour. */
  readonly step: number;
  readonly height?: number;
}

const MAX_SERIES = 8;
const DAY_SECONDS = 86_400;

export function UsageChart({ series, label, from, to, step, height = 240 }: UsageChartProps) {
  const lines = largest(series, MAX_SERIES).map(({ Name = "", Points = [] }) => ({
    type: "line" as const,
    title: visible(Name),
    data: filled(Points, from, to, step),
  }));
  const format = new Intl.DateTimeFormat("en", step < DAY_SECONDS ? { weekday: "short", hour: "2-digit" } : { month: "short", day: "numeric" });
  return (
    <LineChart
      ariaLabel={label}
      height={height}
      hideFilter
      xScaleType="time"
      xDomain={[from, to]}
      xTickFormatter={(at) => format.format(at)}
      xTitle="Time"
      yTitle="Calls"
      yDomain={[0, Math.max(1, ...lines.flatMap(({ data }) => data.map(({ y }) => y)))]}
      series={lines}
      empty={<Empty>No calls in this time.</Empty>}
      noMatch={<Empty>Nothing chosen.</Empty>}
      legendTitle=""
    />
  );
}
