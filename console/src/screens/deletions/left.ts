const DAY_SECONDS = 86_400;

/** Days, with their fractions; undefined without a date. */
export function daysLeft(date: number | undefined, now: number): number | undefined {
  return date === undefined ? undefined : Math.max(0, (date - now) / DAY_SECONDS);
}

export function leftText(days: number): string {
  if (days === 0) return "due";
  if (days < 1) {
    const hours = Math.floor(days * 24);
    return hours === 0 ? "less than an hour" : plural(hours, "hour");
  }
  return plural(Math.floor(days), "day");
}

function plural(count: number, unit: string): string {
  return `${count} ${unit}${count === 1 ? "" : "s"}`;
}
