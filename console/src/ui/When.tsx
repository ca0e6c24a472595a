/** A point in time, in the reader's own time zone; pointing at it gives it in UTC as the audit has it. */

const FORMAT = new Intl.DateTimeFormat("en", { dateStyle: "medium", timeStyle: "short" });
const EXACT = new Intl.DateTimeFormat("en", { dateStyle: "medium", timeStyle: "medium", hour12: false });
const DATE = new Intl.DateTimeFormat("en", { dateStyle: "medium" });

export interface WhenProps {
  /** Seconds since 1970 (the strongroom service), or a Date (AWS's clients). */
  readonly at: number | Date | undefined;
  readonly never?: string;
  /** With seconds. */
  readonly exact?: boolean;
  readonly dateOnly?: boolean;
}

export function When({ at, never = "-", exact = false, dateOnly = false }: WhenProps) {
  if (at === undefined) return never;
  const date = typeof at === "number" ? new Date(at * 1000) : at;
  if (Number.isNaN(date.getTime())) return never;
  const utc = date.toISOString();
  const format = dateOnly ? DATE : exact ? EXACT : FORMAT;
  return (
    <time dateTime={utc} title={utc}>
      {format.format(date)}
    </time>
  );
}
