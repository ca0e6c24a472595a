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

/** Named as SearchEvents' members are: addresses of other screens lead here. */
export interface Filters {
  /** One of SPANS, or CUSTOM for `startTime` and `endTime`; without an end it is now. */
  readonly span: string;
  readonly startTime: string;
  readonly endTime: string;
  /** Lists: words with commas or spaces between them; a comma in a word is written %2C. */
  readonly eventNames: string;
  readonly eventSources: string;
  readonly principals: string;
  readonly keys: string;
  /** `any`, `none`, or codes. */
  readonly errorCodes: string;
  readonly sourceAddress: string;
  readonly requestId: string;
  readonly eventId: string;
  /** Empty for all, or `true`, `false`. */
  readonly readOnly: string;
  readonly context: readonly Pair[];
}

export const NO_FILTERS: Filters = {
  span: DEFAULT_SPAN,
  startTime: "",
  endTime: "",
  eventNames: "",
  eventSources: "",
  principals: "",
  keys: "",
  errorCodes: "",
  sourceAddress: "",
  requestId: "",
  eventId: "",
  readOnly: "",
  context: [],
};

/** One word of a list, as it is written there. */
export function word(text: string): string {
  return text.replaceAll(",", "%2C");
}

const CONTEXT = "context";
type Name = Exclude<keyof Filters, "context">;
const NAMES = Object.keys(NO_FILTERS).filter((name): name is Name => name !== CONTEXT);

export function filtersIn(search: URLSearchParams): Filters {
  const given = Object.fromEntries(NAMES.map((name) => [name, search.get(name) ?? NO_FILTERS[name]]));
  const filters = { ...NO_FILTERS, ...given, context: search.getAll(CONTEXT).map(pairIn) };
  const spanned = filters.startTime === "" ? filters.span : CUSTOM;
  const [startTime, endTime] = [readable(filters.startTime), readable(filters.endTime)];
  return { ...filters, startTime, endTime, span: spanned === CUSTOM || Object.hasOwn(SPANS, spanned) ? spanned : DEFAULT_SPAN };
}

/** For the address; what is not chosen is not there. */
export function searchOf(filters: Filters): URLSearchParams {
  const custom = filters.span === CUSTOM;
  const pairs = NAMES.filter((name) => filters[name] !== NO_FILTERS[name])
    .filter((name) => (custom ? name !== "span" : name !== "startTime" && name !== "endTime"))
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
    const from = secondsIn(filters.startTime);
    const to = filters.endTime === "" ? Math.ceil(now) : secondsIn(filters.endTime);
    if (from !== undefined && to !== undefined && from < to) return { from, to };
  }
  const span = SPANS[filters.span] ?? SPANS[DEFAULT_SPAN] ?? 0;
  const step = stepOf(span);
  return { from: Math.floor((now - span) / step) * step, to: Math.ceil(now) };
}

/** Links may have seconds since 1970, as requests do. */
function readable(time: string): string {
  return /^\d{1,11}$/.test(time) ? isoOf(Number(time)) : time;
}

export function isoOf(seconds: number): string {
  return new Date(seconds * 1000).toISOString().replace(".000Z", "Z");
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
    ...given("EventNames", words(filters.eventNames)),
    ...given("EventSources", words(filters.eventSources)),
    ...given("Principals", words(filters.principals)),
    ...given("Keys", words(filters.keys)),
    ...given("ErrorCodes", words(filters.errorCodes)),
    ...given("SourceAddress", one(filters.sourceAddress)),
    ...given("RequestId", one(filters.requestId)),
    ...given("EventId", one(filters.eventId)),
    ...given("ReadOnly", filters.readOnly === "" ? undefined : filters.readOnly === "true"),
    ...given(
      "Context",
      context.length === 0 ? undefined : context.map(({ name, value }) => (value === "" ? { Name: name } : { Name: name, Value: value })),
    ),
  };
}

function given<Key extends string, Value>(name: Key, value: Value | undefined): Partial<Record<Key, Value>> {
  return value === undefined ? {} : ({ [name]: value } as Record<Key, Value>);
}

function words(text: string): readonly string[] | undefined {
  const found = text.split(/[\s,]+/).filter((each) => each !== "");
  return found.length === 0 ? undefined : found.map((each) => each.replaceAll(/%2c/gi, ","));
}
