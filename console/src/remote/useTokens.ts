/** Pages of a list that the server gives piece by piece: each answer has the token that the next page begins at. */

import type { PaginationProps } from "@cloudscape-design/components/pagination";
import { useState } from "react";

export interface Tokens {
  /** Of the present page; the first has none. */
  readonly token: string | undefined;
  /** For `Pagination`; `next` is the token in the present page's answer, undefined also while there is none. */
  readonly pagination: (next: string | undefined) => Pick<PaginationProps, "currentPageIndex" | "pagesCount" | "openEnd" | "onChange">;
  readonly isOnePage: (next: string | undefined) => boolean;
  /** Back to the first page: something else is asked for. */
  readonly restart: () => void;
}

export function useTokens(): Tokens {
  const [tokens, setTokens] = useState<readonly (string | undefined)[]>([undefined]);
  const [page, setPage] = useState(1);
  return {
    token: tokens[page - 1],
    pagination: (next) => ({
      currentPageIndex: page,
      pagesCount: tokens.length,
      openEnd: page < tokens.length || next !== undefined,
      onChange: ({ detail: { currentPageIndex: wanted } }) => {
        if (wanted > tokens.length) {
          if (next === undefined) return;
          setTokens([...tokens, next]);
        }
        setPage(wanted);
      },
    }),
    isOnePage: (next) => tokens.length === 1 && next === undefined,
    restart: () => {
      setTokens([undefined]);
      setPage(1);
    },
  };
}
