/** A list that the server gives page by page: to go to a page, the token at the end of the one before is needed. */

import { useState } from "react";

import type { FoundKey, SearchKeysRequest } from "../../api/strongroom-types";
import { strongroom } from "../../api/strongroom";
import { useRemote, type Remote } from "../../remote/useRemote";

export interface KeysPage {
  readonly keys: readonly FoundKey[];
  readonly total: number;
  readonly next: string | undefined;
}

export interface Pages {
  readonly page: Remote<KeysPage>;
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

export function usePages(request: SearchKeysRequest, size: number): Pages {
  const of = JSON.stringify([request, size]);
  const start: Place = { of, index: 1, tokens: [undefined] };
  const [held, setPlace] = useState<Place>(start);
  const place = held.of === of ? held : start; // another question starts at its first page
  const token = place.tokens[place.index - 1];
  const page = useRemote(["keys", of, place.index, token], async (connection, signal): Promise<KeysPage> => {
    const asked = { ...request, Limit: size, ...(token === undefined ? {} : { NextToken: token }) };
    const { Keys = [], Total = 0, NextToken: next } = await strongroom(connection, "SearchKeys", asked, signal);
    setPlace({ ...place, tokens: [...place.tokens.slice(0, place.index), ...(next === undefined ? [] : [next])] });
    return { keys: Keys, total: Total, next };
  });
  return {
    page,
    index: place.index,
    reachable: place.tokens.length,
    more: place.tokens.length > place.index,
    go: (index) => {
      if (index >= 1 && index <= place.tokens.length) setPlace({ ...place, index });
    },
  };
}
