/** The calls on each key of a page, day by day. */

import type { Connection } from "../../api/connection";
import { strongroom } from "../../api/strongroom";
import type { UsageSeries } from "../../api/strongroom-types";
import { filled } from "../../ui/usage-points";

export const SPARK_DAYS = 30;
const DAY_SECONDS = 86_400;
const AT_ONCE = 4;

/** By key id. */
export type Sparks = Readonly<Record<string, readonly number[]>>;

/**
 * One answer names the keys with the most calls; a series without a name sums up the others. Only when there is one, the keys
 * that were not named are asked for one by one.
 */
export async function loadSparks(connection: Connection, keyIds: readonly string[], now: Date, signal: AbortSignal): Promise<Sparks> {
  const to = Math.floor(now.getTime() / 1000);
  const times = { StartTime: to - (SPARK_DAYS - 1) * DAY_SECONDS, EndTime: to };
  const counts = (series: UsageSeries | undefined): readonly number[] =>
    filled(series?.Points ?? [], new Date(times.StartTime * 1000), now, DAY_SECONDS).map(({ y }) => y);
  const { Series = [] } = await strongroom(connection, "GetUsage", { ...times, GroupBy: "KEY" }, signal);
  const named = new Map(Series.map((series) => [series.Name?.split("/").at(-1) ?? "", series]));
  const found: Record<string, readonly number[]> = {};
  for (const id of keyIds) found[id] = counts(named.get(id));
  if (!named.has("")) return found;
  const left = keyIds.filter((id) => !named.has(id));
  const work = async (): Promise<void> => {
    for (let id = left.pop(); id !== undefined; id = left.pop()) {
      const { Series: [own] = [] } = await strongroom(connection, "GetUsage", { ...times, GroupBy: "KEY", KeyId: id }, signal);
      found[id] = counts(own);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return found;
}

/** The points of a line in a box, as SVG writes them; flat at the bottom when nothing was called. */
export function linePoints(counts: readonly number[], width: number, height: number): string {
  const top = Math.max(1, ...counts);
  const step = width / Math.max(1, counts.length - 1);
  return counts.map((count, index) => `${(index * step).toFixed(1)},${(height - (count / top) * height).toFixed(1)}`).join(" ");
}
