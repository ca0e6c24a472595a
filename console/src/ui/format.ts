/** Numbers as people read them. */

const COUNT = new Intl.NumberFormat("en");
const SHORT = new Intl.NumberFormat("en", { maximumSignificantDigits: 3 });
const UNITS = ["bytes", "KiB", "MiB", "GiB", "TiB"] as const;
const DAY_MS = 86_400_000;

export function count(value: number | undefined): string {
  return value === undefined ? "-" : COUNT.format(value);
}

export function bytes(value: number | undefined): string {
  if (value === undefined) return "-";
  const power = value < 1 ? 0 : Math.min(UNITS.length - 1, Math.floor(Math.log2(value) / 10));
  return `${SHORT.format(value / 1024 ** power)} ${UNITS[power] ?? ""}`;
}

/** Microseconds as the server measures them. */
export function duration(microseconds: number | undefined): string {
  if (microseconds === undefined) return "-";
  if (microseconds < 1000) return `${SHORT.format(microseconds)}\u00a0\u00b5s`;
  if (microseconds < 1_000_000) return `${SHORT.format(microseconds / 1000)}\u00a0ms`;
  return `${SHORT.format(microseconds / 1_000_000)}\u00a0s`;
}

/** How far a day is away, as in "in 3 days". `at` is in seconds since 1970. */
export function distance(at: number, now: Date): string {
  const days = Math.round((at * 1000 - now.getTime()) / DAY_MS);
  return new Intl.RelativeTimeFormat("en", { numeric: "auto" }).format(days, "day");
}
