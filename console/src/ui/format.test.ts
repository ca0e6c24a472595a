import { expect, test } from "vitest";

import { bytes, count, distance, duration } from "./format";

test("counts", () => {
  expect([count(undefined), count(0), count(1234567)]).toEqual(["-", "0", "1,234,567"]);
});

test.each([
  [0, "0 bytes"],
  [1023, "1,020 bytes"],
  [1024, "1 KiB"],
  [16 * 1024 ** 2, "16 MiB"],
  [1.5 * 1024 ** 4, "1.5 TiB"],
  [2048 * 1024 ** 4, "2,050 TiB"],
])("%d is %s", (given, shown) => {
  expect(bytes(given)).toBe(shown);
});

test("durations", () => {
  expect([duration(undefined), duration(17), duration(1234), duration(2_500_000)]).toEqual(["-", "17\u00a0\u00b5s", "1.23\u00a0ms", "2.5\u00a0s"]);
});

test("days", () => {
  const now = new Date(0);
  expect([distance(0, now), distance(86_400, now), distance(3 * 86_400, now), distance(-86_400, now)]).toEqual(["today", "tomorrow", "in 3 days", "yesterday"]);
});
