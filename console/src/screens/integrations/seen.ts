/** Which programs have called, as the audit tells. */

import type { Connection } from "../../api/connection";
import { strongroom } from "../../api/strongroom";
import type { EpochSeconds, FoundEvent } from "../../api/strongroom-types";
import { RECIPES, type Mark } from "./recipes";

const PAGES = 4;
const PAGE_EVENTS = 50;
export const LOOKED_AT = PAGES * PAGE_EVENTS;

/** By recipe: when it was last seen. Not there: not seen. */
export type Seen = Readonly<Record<string, EpochSeconds>>;

/**
 * Contexts are asked for one by one, over all time. User agents are no filter of the audit: the newest calls are looked
 * through for them.
 */
export async function lastSeen(connection: Connection, signal: AbortSignal): Promise<Seen> {
  const agents = agentsIn(await newest(connection, signal));
  const contexts = await Promise.all(
    RECIPES.map(async ({ id, mark }): Promise<Seen> => {
      const at = mark !== undefined && "context" in mark ? await lastWith(connection, mark.context, signal) : undefined;
      return at === undefined ? {} : { [id]: at };
    }),
  );
  return Object.assign({}, agents, ...contexts) as Seen;
}

async function lastWith(connection: Connection, name: string, signal: AbortSignal): Promise<EpochSeconds | undefined> {
  const { Events = [] } = await strongroom(connection, "SearchEvents", { Context: [{ Name: name }], Descending: true, Limit: 1 }, signal);
  return Events[0]?.EventTime;
}

async function newest(connection: Connection, signal: AbortSignal): Promise<readonly FoundEvent[]> {
  const found: FoundEvent[] = [];
  let token: string | undefined;
  for (let page = 0; page < PAGES; page += 1) {
    const { Events = [], NextToken } = await strongroom(
      connection,
      "SearchEvents",
      { EventSources: ["kms.amazonaws.com"], Descending: true, Limit: PAGE_EVENTS, ...(token === undefined ? {} : { NextToken: token }) },
      signal,
    );
    found.push(...Events);
    token = NextToken;
    if (token === undefined) break;
  }
  return found;
}

/** The newest event of each program that is known by its user agent; `events` begin with the newest. */
export function agentsIn(events: readonly FoundEvent[]): Seen {
  const seen: Record<string, EpochSeconds> = {};
  for (const { EventTime, CloudTrailEvent = "" } of events) {
    const agent = agentOf(CloudTrailEvent);
    for (const { id, mark } of RECIPES) {
      if (EventTime !== undefined && matches(mark, agent)) seen[id] ??= EventTime;
    }
  }
  return seen;
}

function matches(mark: Mark | undefined, agent: string): boolean {
  return mark !== undefined && "agent" in mark && mark.agent.test(agent);
}

function agentOf(record: string): string {
  try {
    const { userAgent } = JSON.parse(record) as { userAgent?: unknown };
    return typeof userAgent === "string" ? userAgent : "";
  } catch {
    return "";
  }
}
