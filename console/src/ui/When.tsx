/** A point in time, in the reader's own time zone; pointing at it gives it in UTC as the audit has it. */

const FORMAT = new Intl.DateTimeFormat("en", { dateStyle: "medium", timeStyle: "short" });
const EXACT = new Intl.DateTimeFormat("en", { dateStyle: "medium", timeStyle: "medium", hour12: false });

export interface WhenProps {
  /** Seconds since 1970 (the strongroom service), or a Date (AWS's clients). */
  readonly at: number | Date | undefined;
  readonly never?: string;
  /** With seconds. */
  readonly exact?: boolean;
}

export function When({ at, never = "-", exact = false }: WhenProps) {
  if (at === undefined) return never;
  const date = typeof at === "number" ? new Date(at * 1000) : at;
  if (Number.isNaN(date.getTime())) return never;
  const utc = date.toISOString();
  return (
    <time dateTime={utc} title={utc}>
      {(exact ? EXACT : FORMAT).format(date)}
    </time>
  );
}
