/** How many calls when: drag over a stretch of time to look at that; the buttons do the same for the keyboard. */

import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useState, type PointerEvent } from "react";

import type { Bucket } from "../../api/strongroom-types";
import { barsOf, brushed, moved, zoomed } from "./brush";
import type { Range } from "./filters";
import "./histogram.css";

export interface HistogramProps {
  readonly buckets: readonly Bucket[];
  readonly range: Range;
  /** Seconds of one bar. */
  readonly step: number;
  readonly now: number;
  readonly onChange: (range: Range) => void;
}

const WIDTH = 1000;
const HEIGHT = 96;
const TIMES = 5;
const DAY_SECONDS = 86_400;

export function Histogram({ buckets, range, step, now, onChange }: HistogramProps) {
  const [drag, setDrag] = useState<{ readonly start: number; readonly end: number }>();
  const bars = barsOf(buckets, range, step);
  const count = bars.reduce((sum, bar) => sum + bar.count, 0);
  const errors = bars.reduce((sum, bar) => sum + bar.errors, 0);
  const most = Math.max(0, ...bars.map((bar) => bar.count));
  const format = formatOf(range.to - range.from);
  const handlers = {
    onPointerDown: (event: PointerEvent<SVGSVGElement>) => {
      event.currentTarget.setPointerCapture(event.pointerId);
      const start = placeOf(event);
      setDrag({ start, end: start });
    },
    onPointerMove: (event: PointerEvent<SVGSVGElement>) => {
      if (drag !== undefined) setDrag({ ...drag, end: placeOf(event) });
    },
    onPointerUp: (event: PointerEvent<SVGSVGElement>) => {
      const chosen = drag && brushed(drag.start, placeOf(event), range, step);
      setDrag(undefined);
      if (chosen !== undefined) onChange(chosen);
    },
    onPointerCancel: () => {
      setDrag(undefined);
    },
  };
  return (
    <SpaceBetween size="xs">
      <svg
        className="histogram"
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={`Calls over time: ${count} from ${format(range.from)} to ${format(range.to)}, ${errors} of them failed`}
        {...handlers}
      >
        <rect width={WIDTH} height={HEIGHT} fill="transparent" />
        {bars.map((bar) => (
          <g key={bar.from}>
            <title>{`${format(bar.from)}: ${bar.count} calls, ${bar.errors} failed`}</title>
            <rect {...rectangle(bar.left, bar.width, bar.height)} className="histogram-calls" />
            <rect {...rectangle(bar.left, bar.width, bar.errorHeight)} className="histogram-errors" />
          </g>
        ))}
        <rect y={HEIGHT - 1} width={WIDTH} height={1} className="histogram-axis" />
        {drag !== undefined && (
          <rect
            x={Math.min(drag.start, drag.end) * WIDTH}
            width={Math.abs(drag.end - drag.start) * WIDTH}
            height={HEIGHT}
            className="histogram-brush"
          />
        )}
      </svg>
      <div className="histogram-times">
        {Array.from({ length: TIMES }, (_, index) => (
          <Box key={index} variant="span" color="text-body-secondary" fontSize="body-s">
            {format(range.from + ((range.to - range.from) * index) / (TIMES - 1))}
          </Box>
        ))}
      </div>
      <SpaceBetween direction="horizontal" size="xs" alignItems="center">
        <Button variant="icon" iconName="angle-left" ariaLabel="Earlier" onClick={() => { onChange(moved(range, false)); }} />
        <Button variant="icon" iconName="angle-right" ariaLabel="Later" disabled={range.to >= now} onClick={() => { onChange(moved(range, true)); }} />
        <Button variant="icon" iconName="zoom-in" ariaLabel="Zoom in" onClick={() => { onChange(zoomed(range, false, now)); }} />
        <Button variant="icon" iconName="zoom-out" ariaLabel="Zoom out" onClick={() => { onChange(zoomed(range, true, now)); }} />
        <Box variant="small">Drag over a stretch of time to look at it. The highest bar is {most} calls; the red of it failed.</Box>
      </SpaceBetween>
    </SpaceBetween>
  );
}

function rectangle(left: number, width: number, height: number) {
  const tall = height === 0 ? 0 : Math.max(2, height * (HEIGHT - 2)); // a single call among thousands is seen, too
  return { x: left * WIDTH, width: Math.max(1, width * WIDTH * 0.85), y: HEIGHT - tall, height: tall };
}

function placeOf(event: PointerEvent<SVGSVGElement>): number {
  const { left, width } = event.currentTarget.getBoundingClientRect();
  return (event.clientX - left) / width;
}

function formatOf(span: number): (seconds: number) => string {
  const format = new Intl.DateTimeFormat(
    "en",
    span <= 2 * DAY_SECONDS
      ? { month: "short", day: "numeric", hour: "2-digit", minute: "2-digit", hour12: false, ...(span < 600 ? { second: "2-digit" } : {}) }
      : { year: "numeric", month: "short", day: "numeric" },
  );
  return (seconds) => format.format(seconds * 1000);
}
