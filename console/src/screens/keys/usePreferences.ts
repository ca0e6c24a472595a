/** Which columns a reader wants, in which order, and how many rows; kept by the browser. */

import { useState } from "react";

import { keep, kept, type Preference } from "../../preferences/preferences";

export interface TablePreferences {
  readonly pageSize: number;
  readonly wrapLines: boolean;
  readonly contentDisplay: readonly { readonly id: string; readonly visible: boolean }[];
}

/** What was kept may be of an older console, or anything at all: only what is known counts, and what is new comes last. */
export function understood(text: string | undefined, standard: TablePreferences, sizes: readonly number[]): TablePreferences {
  let found: unknown;
  try {
    found = JSON.parse(text ?? "");
  } catch {
    return standard;
  }
  if (typeof found !== "object" || found === null) return standard;
  const { pageSize, wrapLines, contentDisplay } = found as Readonly<Record<string, unknown>>;
  const known = new Set(standard.contentDisplay.map(({ id }) => id));
  const columns: { id: string; visible: boolean }[] = [];
  for (const one of Array.isArray(contentDisplay) ? (contentDisplay as unknown[]) : []) {
    const { id, visible } = (one ?? {}) as Readonly<Record<string, unknown>>;
    if (typeof id === "string" && known.delete(id)) columns.push({ id, visible: visible === true });
  }
  return {
    pageSize: typeof pageSize === "number" && sizes.includes(pageSize) ? pageSize : standard.pageSize,
    wrapLines: typeof wrapLines === "boolean" ? wrapLines : standard.wrapLines,
    contentDisplay: [...columns, ...standard.contentDisplay.filter(({ id }) => known.has(id))],
  };
}

export function usePreferences(
  name: Preference,
  standard: TablePreferences,
  sizes: readonly number[],
): readonly [TablePreferences, (preferences: TablePreferences) => void] {
  const [preferences, set] = useState(() => understood(kept(name), standard, sizes));
  return [
    preferences,
    (next) => {
      keep(name, JSON.stringify(next));
      set(next);
    },
  ];
}

export function moved<Item>(items: readonly Item[], index: number, by: -1 | 1): readonly Item[] {
  const result = [...items];
  const [item] = result.splice(index, 1);
  if (item !== undefined) result.splice(index + by, 0, item);
  return result;
}
