import { expect, test } from "vitest";

import { moved, understood, type TablePreferences } from "./usePreferences";

const STANDARD: TablePreferences = {
  pageSize: 20,
  wrapLines: false,
  contentDisplay: [
    { id: "a", visible: true },
    { id: "b", visible: false },
  ],
};

test("what was kept counts; a column that is new comes last", () => {
  const kept = JSON.stringify({
    pageSize: 50,
    wrapLines: true,
    contentDisplay: [
      { id: "b", visible: true },
      { id: "gone", visible: true },
    ],
  });
  expect(understood(kept, STANDARD, [20, 50])).toEqual({
    pageSize: 50,
    wrapLines: true,
    contentDisplay: [
      { id: "b", visible: true },
      { id: "a", visible: true },
    ],
  });
});

test("nonsense counts for nothing", () => {
  for (const text of [undefined, "", "[", "null", "7", '{"pageSize": 9, "contentDisplay": [null, 3]}'])
    expect(understood(text, STANDARD, [20, 50])).toEqual(STANDARD);
});

test("a column moves one place", () => {
  expect(moved(["a", "b", "c"], 2, -1)).toEqual(["a", "c", "b"]);
  expect(moved(["a", "b", "c"], 0, 1)).toEqual(["b", "a", "c"]);
});
