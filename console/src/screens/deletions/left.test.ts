// @vitest-environment node
import { expect, test } from "vitest";

import { daysLeft, leftText } from "./left";

test("how long a key has left", () => {
  const text = (seconds: number): string => leftText(daysLeft(1000 + seconds, 1000) ?? -1);
  expect([-5, 60, 3600, 7200, 86_400, 30 * 86_400 - 1].map(text)).toEqual(["due", "less than an hour", "1 hour", "2 hours", "1 day", "29 days"]);
  expect(daysLeft(undefined, 0)).toBeUndefined();
});
