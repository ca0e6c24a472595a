/** What audit records are searched by: in the form, in the address, in the request. */

import type { CountEventsRequest } from "../../api/strongroom-types";
import { pairIn, pairText, type Pair } from "../../ui/context";

/** Seconds of each span that ends now. */
export const SPANS: Readonly<Record<string, number>> = {
  "1h": 3600,
  "6h": 6 * 3600,
  "24h": 24 * 3600,
  "7d": 7 * 86_400,
  "30d": 30 * 86_400,
  "90d": 90 * 86_400,
  "400d": 400 * 86_400,
};
export const CUSTOM = "custom";
const DEFAULT_SPAN = "24h";

export interface Filters {
  /** One of SPANS, or CUSTOM for `from` and `to`. */
  readonly span: string;
  readonly from: string;
  readonly to: string;
  /** Words with spaces or commas between them. */
  readonly events: string;
  readonly sources: string;
  /** Words with spaces between them: a name may hold a comma. */
  readonly principals: string;
  readonly keys: string;
  /** Empty for all; `any`, `none`, or error codes with commas between them. */
  readonly errors: string;
  readonly address: string;
  readonly request: string;
  readonly event: string;
  /** Empty for all, or `read`, `write`. */
  readonly access: string;
  readonly context: readonly Pair[];
}

export const NO_FILTERS: Filters = {
  span: DEFAULT_SPAN,
  from: "",
  to: "",
  events: "",
  sources: "",
  principals: "",
  keys: "",
  errors: "",
  address: "",
  request: "",
  event: "",
  access: "",
  context: [],
};

const CONTEXT = "context";
type Name = Exclude<keyof Filters, "context">;
const NAMES = Object.keys(NO_FILTERS).filter((name): name is Name => name !== CONTEXT);

export function filtersIn(search: URLSearchParams): Filters {
  const given = Object.fromEntries(NAMES.map((name) => [name, search.get(name) ?? NO_FILTERS[name]]));
  const filters = { ...NO_FILTERS, ...given, context: search.getAll(CONTEXT).map(pairIn) };
  const spanned = filters.from !== "" && filters.to !== "" ? CUSTOM : filters.span;
  return { ...filters, span: spanned === CUSTOM || Object.hasOwn(SPANS, spanned) ? spanned : DEFAULT_SPAN };
}

/** For the address; what is not chosen is not there. */
export function searchOf(filters: Filters): URLSearchParams {
  const custom = filters.span === CUSTOM;
  const pairs = NAMES.filter((name) => filters[name] !== NO_FILTERS[name])
    .filter((name) => (custom ? name !== "span" : name !== "from" && name !== "to"))
    .map((name) => [name, filters[name]]);
  const context = filters.context.filter(({ name }) => name !== "").map((pair) => [CONTEXT, pairText(pair)]);
  return new URLSearchParams([...pairs, ...context]);
}

export interface Range {
  /** Seconds since 1970. */
  readonly from: number;
  readonly to: number;
}

/** `now` in seconds. A span begins at a full step, so that the histogram's steps are the clock's. */
export function rangeOf(filters: Filters, now: number): Range {
  if (filters.span === CUSTOM) {
    const [from, to] = [secondsIn(filters.from), secondsIn(filters.to)];
    if (from !== undefined && to !== undefined && from < to) return { from, to };
  }
  const span = SPANS[filters.span] ?? SPANS[DEFAULT_SPAN] ?? 0;
  const step = stepOf(span);
  return { from: Math.floor((now - span) / step) * step, to: Math.ceil(now) };
}

/** Seconds since 1970 of a time written as people or machines write it; without a zone it is the reader's own. */
export function secondsIn(text: string): number | undefined {
  const milliseconds = Date.parse(text.trim().replace(/^(\d{4}-\d\d-\d\d) /, "$1T"));
  return Number.isNaN(milliseconds) ? undefined : Math.floor(milliseconds / 1000);
}

const STEPS = [1, 5, 15, 60, 300, 900, 3600, 3 * 3600, 6 * 3600, 86_400, 7 * 86_400];
const BARS = 100;

/** Seconds that one bar of the histogram covers. */
export function stepOf(span: number): number {
  return STEPS.find((step) => span / step <= BARS) ?? Math.ceil(span / BARS);
}

export type EventFilters = Omit<CountEventsRequest, "BucketSeconds">;

/** What SearchEvents and CountEvents are asked. */
export function requestOf(filters: Filters, { from, to }: Range): EventFilters {
  const one = (text: string): string | undefined => (text.trim() === "" ? undefined : text.trim());
  const context = filters.context.filter(({ name }) => name !== "");
  return {
    StartTime: from,
    EndTime: to,
    ...given("EventNames", words(filters.events, /[\s,]+/)),
    ...given("EventSources", words(filters.sources, /[\s,]+/)),
    ...given("Principals", words(filters.principals, /\s+/)),
    ...given("Keys", words(filters.keys, /\s+/)),
    ...given("ErrorCodes", words(filters.errors, /[\s,]+/)),
    ...given("SourceAddress", one(filters.address)),
    ...given("RequestId", one(filters.request)),
    ...given("EventId", one(filters.event)),
    ...given("ReadOnly", filters.access === "" ? undefined : filters.access === "read"),
    ...given(
      "Context",
      context.length === 0 ? undefined : context.map(({ name, value }) => (value === "" ? { Name: name } : { Name: name, Value: value })),
    ),
  };
}

function given<Key extends string, Value>(name: Key, value: Value | undefined): Partial<Record<Key, Value>> {
  return value === undefined ? {} : ({ [name]: value } as Record<Key, Value>);
}

function words(text: string, between: RegExp): readonly string[] | undefined {
  const found = text.split(between).filter((word) => word !== "");
  return found.length === 0 ? undefined : found;
}
