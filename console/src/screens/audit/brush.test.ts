// @vitest-environment node
import { expect, test } from "vitest";

import { barsOf, brushed, moved, zoomed } from "./brush";

const RANGE = { from: 1000, to: 2000 };

test("bars stand where their time is, the highest fills the picture", () => {
  const bars = barsOf([{ Start: 1000, Count: 4, Errors: 1 }, { Start: 1900, Count: 2 }], RANGE, 150);
  expect(bars[0]).toMatchObject({ left: 0, width: 0.15, height: 1, errorHeight: 0.25 });
  expect(bars[1]).toMatchObject({ left: 0.9, width: 0.1, height: 0.5, errorHeight: 0 });
});

test("a brush gives whole steps, from either side, within the picture", () => {
  expect(brushed(0.21, 0.39, RANGE, 100)).toEqual({ from: 1200, to: 1400 });
  expect(brushed(0.39, 0.21, RANGE, 100)).toEqual({ from: 1200, to: 1400 });
  expect(brushed(-3, 7, RANGE, 300)).toEqual(RANGE);
  expect(brushed(0.5, 0.5, RANGE, 100)).toBeUndefined();
});

test("zooming in and out and moving", () => {
  expect(zoomed(RANGE, false, 5000)).toEqual({ from: 1250, to: 1750 });
  expect(zoomed(RANGE, true, 5000)).toEqual({ from: 500, to: 2500 });
  expect(zoomed(RANGE, true, 2100.5)).toEqual({ from: 500, to: 2101 });
  expect(moved(RANGE, false)).toEqual({ from: 500, to: 1500 });
  expect(moved(RANGE, true)).toEqual({ from: 1500, to: 2500 });
});
