import { expect, test } from "vitest";

import { diff } from "./diff";

const shown = (before: string, after: string): string[] =>
  diff(before, after).map(({ kind, text }) => `${kind === "same" ? " " : kind === "added" ? "+" : "-"}${text}`);

test("lines that stay, go and come", () => {
  expect(shown("a\nb\nc", "a\nx\nc\nd")).toEqual([" a", "-b", "+x", " c", "+d"]);
  expect(shown("a", "a")).toEqual([" a"]);
  expect(shown("", "a")).toEqual(["-", "+a"]);
});
