import { expect, test } from "vitest";

import { filled, largest, OTHERS } from "./usage-points";

const one = (Name: string, ...counts: readonly number[]) => ({
  Name,
  Total: counts.reduce((sum, count) => sum + count, 0),
  Points: counts.map((Count, index) => ({ Start: index * 60, Count })),
});

test("few series stay as they are, the largest first", () => {
  expect(largest([one("a", 1), one("b", 2)], 3).map(({ Name }) => Name)).toEqual(["b", "a"]);
});

test("what is beyond the largest is added up", () => {
  const found = largest([one("a", 9, 9), one("b", 1, 2), one("c", 3, 0), one("d", 1)], 2);
  expect(found.map(({ Name, Total }) => [Name, Total])).toEqual([["a", 18], [OTHERS, 7]]);
  expect(found[1]?.Points).toEqual([{ Start: 0, Count: 5 }, { Start: 60, Count: 2 }]);
});

test("steps without calls are zero, and finer points are added up", () => {
  const points = [{ Start: 0, Count: 1 }, { Start: 30, Count: 2 }, { Start: 120, Count: 5 }];
  const found = filled(points, new Date(0), new Date(179_000), 60);
  expect(found.map(({ x, y }) => [x.getTime() / 1000, y])).toEqual([[0, 3], [60, 0], [120, 5]]);
});
