/** Fetch all records that match, page by page, and give them as a file. */

import { useState } from "react";

import type { Failure } from "../../api/failure";
import { strongroom } from "../../api/strongroom";
import { useAction } from "../../remote/useAction";
import { download } from "../../ui/download";
import { csvFile, recordsFile } from "./export";
import type { EventFilters } from "./filters";
import { rowOf, type Row } from "./record";

const PAGE = 50; // what SearchEvents gives at most
/** More than a browser should hold; the command line has no such limit. */
export const MOST = 10_000;

export interface Export {
  readonly run: (format: "csv" | "json", filters: EventFilters, descending: boolean) => Promise<{ readonly complete: boolean; readonly count: number } | undefined>;
  readonly busy: boolean;
  readonly failure: Failure | undefined;
  /** Records fetched so far. */
  readonly fetched: number;
}

export function useExport(): Export {
  const [fetched, setFetched] = useState(0);
  const { run, busy, failure } = useAction(async (connection, format: "csv" | "json", filters: EventFilters, descending: boolean) => {
    const rows: Row[] = [];
    let token: string | undefined;
    setFetched(0);
    do {
      const { Events = [], NextToken }: Awaited<ReturnType<typeof search>> = await search(token);
      rows.push(...Events.map(rowOf));
      setFetched(rows.length);
      token = NextToken;
    } while (token !== undefined && rows.length < MOST);
    if (format === "csv") download("audit.csv", csvFile(rows), "text/csv");
    else download("audit.json", recordsFile(rows), "application/json");
    return { complete: token === undefined, count: rows.length };

    function search(NextToken: string | undefined) {
      return strongroom(connection, "SearchEvents", { ...filters, Descending: descending, Limit: PAGE, ...(NextToken === undefined ? {} : { NextToken }) });
    }
  });
  return { run, busy, failure, fetched };
}
