import { expect, test } from "vitest";

import { countOf, everyBucket } from "./counts";

test("what is not named is not there", () => {
  expect(countOf([{ Name: "Enabled", Count: 3 }], "Enabled")).toBe(3);
  expect(countOf([{ Name: "Enabled", Count: 3 }], "Disabled")).toBe(0);
  expect(countOf(undefined, "Disabled")).toBe(0);
});

test("there is a bucket a step", () => {
  const found = everyBucket([{ Start: 3600, Count: 2 }, { Start: 7200, Count: 1 }], 0, 3 * 3600, 3600);
  expect(found.map(({ x, y }) => [x.getTime(), y])).toEqual([[0, 0], [3_600_000, 2], [7_200_000, 1]]);
});

test("buckets that begin elsewhere fall into the step they begin in", () => {
  expect(everyBucket([{ Start: 100, Count: 1 }, { Start: 170, Count: 1 }], 90, 210, 60).map(({ y }) => y)).toEqual([1, 1]);
});
