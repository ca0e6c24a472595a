/** A list that the server gives page by page: to go to a page, the token at the end of the one before is needed. */

import { useState } from "react";

import type { Connection } from "../api/connection";
import { useRemote, type Remote } from "./useRemote";

export interface Sheet<Item> {
  readonly items: readonly Item[];
  readonly next: string | undefined;
  readonly total?: number | undefined;
}

export interface Pages<Item> {
  readonly page: Remote<Sheet<Item>>;
  readonly index: number;
  /** How many pages can be gone to now. */
  readonly reachable: number;
  readonly more: boolean;
  readonly go: (index: number) => void;
}

interface Place {
  readonly of: string;
  readonly index: number;
  /** By page; the first needs none. */
  readonly tokens: readonly (string | undefined)[];
}

/** `key` says what is asked for, as in `useRemote`; another key starts at its first page. */
export function usePages<Item>(
  key: readonly unknown[],
  load: (connection: Connection, signal: AbortSignal, token: string | undefined) => Promise<Sheet<Item>>,
): Pages<Item> {
  const of = JSON.stringify(key);
  const start: Place = { of, index: 1, tokens: [undefined] };
  const [held, setPlace] = useState<Place>(start);
  const place = held.of === of ? held : start;
  const token = place.tokens[place.index - 1];
  const page = useRemote([of, place.index, token], async (connection, signal) => {
    const sheet = await load(connection, signal, token);
    const known = place.tokens.slice(0, place.index);
    if (!signal.aborted) setPlace({ ...place, tokens: sheet.next === undefined ? known : [...known, sheet.next] });
    return sheet;
  });
  return {
    page,
    index: place.index,
    reachable: place.tokens.length,
    more: page.status === "loaded" && page.value.next !== undefined,
    go: (index) => {
      if (index >= 1 && index <= place.tokens.length) setPlace({ ...place, index });
    },
  };
}
