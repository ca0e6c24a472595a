import type { Bucket, NamedCount } from "../../api/strongroom-types";

/** What the server does not name is not there. */
export function countOf(counts: readonly NamedCount[] = [], name: string): number {
  return counts.find(({ Name }) => Name === name)?.Count ?? 0;
}

/** A bucket a step, zero where the server gives none. Times in seconds since 1970. */
export function everyBucket(buckets: readonly Bucket[], start: number, end: number, step: number): readonly { readonly x: Date; readonly y: number }[] {
  const counts = new Map<number, number>();
  for (const { Start = 0, Count = 0 } of buckets) {
    const at = Math.floor((Start - start) / step);
    counts.set(at, (counts.get(at) ?? 0) + Count);
  }
  return Array.from({ length: Math.ceil((end - start) / step) }, (_nothing, at) => ({
    x: new Date((start + at * step) * 1000),
    y: counts.get(at) ?? 0,
  }));
}
