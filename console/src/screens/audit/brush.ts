/** The histogram's arithmetic: bars from buckets, a stretch of time from a stretch of the picture. */

import type { Bucket } from "../../api/strongroom-types";
import type { Range } from "./filters";

export interface Bar {
  /** All three from 0 to 1, of the picture's width and height. */
  readonly left: number;
  readonly width: number;
  readonly height: number;
  readonly errorHeight: number;
  readonly from: number;
  readonly count: number;
  readonly errors: number;
}

export function barsOf(buckets: readonly Bucket[], { from, to }: Range, step: number): readonly Bar[] {
  const most = Math.max(1, ...buckets.map(({ Count = 0 }) => Count));
  const span = to - from;
  return buckets.map(({ Start = 0, Count = 0, Errors = 0 }) => ({
    left: (Start - from) / span,
    width: (Math.min(Start + step, to) - Start) / span,
    height: Count / most,
    errorHeight: Errors / most,
    from: Start,
    count: Count,
    errors: Errors,
  }));
}

/** The time between two places of the picture (0 to 1), in whole steps; undefined where it is no more than a press. */
export function brushed(one: number, other: number, { from, to }: Range, step: number): Range | undefined {
  const [left, right] = [Math.max(0, Math.min(one, other)), Math.min(1, Math.max(one, other))];
  if (right - left < 0.004) return undefined;
  const span = to - from;
  const first = from + Math.floor((left * span) / step) * step;
  const last = Math.min(to, from + Math.ceil((right * span) / step) * step);
  return { from: first, to: Math.max(last, first + 1) };
}

/** The middle half of a range, or twice as much around it; never beyond `now`. */
export function zoomed({ from, to }: Range, out: boolean, now: number): Range {
  const quarter = Math.max(1, Math.floor((to - from) / 4));
  if (!out) return to - from < 4 ? { from, to } : { from: from + quarter, to: to - quarter };
  return { from: from - 2 * quarter, to: Math.max(from + 1, Math.min(Math.ceil(now), to + 2 * quarter)) };
}

export function moved({ from, to }: Range, later: boolean): Range {
  const half = Math.max(1, Math.floor((to - from) / 2)) * (later ? 1 : -1);
  return { from: from + half, to: to + half };
}
