import type { UsagePoint, UsageSeries } from "../api/strongroom-types";

export const OTHERS = "Others";

const callsOf = ({ Total = 0 }: UsageSeries): number => Total;

/** The series with the most calls; what is left of them as one more. */
export function largest(series: readonly UsageSeries[], count: number): readonly UsageSeries[] {
  const sorted = series.toSorted((a, b) => callsOf(b) - callsOf(a));
  if (sorted.length <= count) return sorted;
  const rest = sorted.slice(count - 1);
  const byStart = new Map<number, number>();
  for (const { Start = 0, Count = 0 } of rest.flatMap(({ Points = [] }) => Points)) {
    byStart.set(Start, (byStart.get(Start) ?? 0) + Count);
  }
  const Points = [...byStart].map(([Start, Count]) => ({ Start, Count })).sort((a, b) => a.Start - b.Start);
  return [...sorted.slice(0, count - 1), { Name: OTHERS, Total: rest.reduce((sum, one) => sum + callsOf(one), 0), Points }];
}

/** A point a step, zero where the server says nothing: it leaves out steps without calls. */
export function filled(
  points: readonly UsagePoint[],
  from: Date,
  to: Date,
  step: number,
): readonly { readonly x: Date; readonly y: number }[] {
  const counts = new Map<number, number>();
  for (const { Start = 0, Count = 0 } of points) {
    const at = Math.floor(Start / step) * step;
    counts.set(at, (counts.get(at) ?? 0) + Count);
  }
  const first = Math.floor(from.getTime() / 1000 / step) * step;
  const result: { x: Date; y: number }[] = [];
  for (let at = first; at * 1000 <= to.getTime(); at += step) result.push({ x: new Date(at * 1000), y: counts.get(at) ?? 0 });
  return result;
}
