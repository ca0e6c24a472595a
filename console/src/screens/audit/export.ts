/** Audit records as files to take along. */

import type { Row } from "./record";

/** CloudTrail's own form of a file; each record byte for byte as it is in the journal. */
export function recordsFile(rows: readonly Row[]): string {
  return `{"Records":[\n${rows.map(({ text }) => text).join(",\n")}\n]}\n`;
}

const COLUMNS: readonly (readonly [string, (row: Row) => string])[] = [
  ["eventTime", ({ at }) => (at === undefined ? "" : new Date(at * 1000).toISOString())],
  ["eventName", ({ name }) => name],
  ["eventSource", ({ source }) => source],
  ["principal", ({ callerArn, caller }) => callerArn || caller],
  ["keys", ({ keys }) => keys.join(" ")],
  ["encryptionContext", ({ context }) => (context.length === 0 ? "" : JSON.stringify(Object.fromEntries(context.map(({ name, value }) => [name, value]))))],
  ["sourceIPAddress", ({ address }) => address],
  ["errorCode", ({ errorCode }) => errorCode],
  ["errorMessage", ({ errorMessage }) => errorMessage],
  ["requestID", ({ requestId }) => requestId],
  ["eventID", ({ id }) => id],
];

export function csvFile(rows: readonly Row[]): string {
  const lines = [COLUMNS.map(([name]) => name), ...rows.map((row) => COLUMNS.map(([, of]) => cell(of(row))))];
  return lines.map((line) => `${line.join(",")}\r\n`).join("");
}

/** INVARIANT: no cell begins as a formula does: spreadsheets run those, and callers choose what stands in records. */
function cell(text: string): string {
  const harmless = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
