// @vitest-environment node
import { expect, test, vi } from "vitest";

import { patiently } from "./patiently";

test("what cannot be loaded is tried again, and in the end given up", async () => {
  vi.useFakeTimers();
  const load = vi.fn<() => Promise<string>>().mockRejectedValueOnce(new TypeError("Failed to fetch")).mockResolvedValueOnce("screen");
  const loaded = patiently(load);
  await vi.advanceTimersByTimeAsync(2000);
  await expect(loaded).resolves.toBe("screen");
  const gone = vi.fn<() => Promise<string>>().mockRejectedValue(new TypeError("gone"));
  const given = expect(patiently(gone)).rejects.toThrow("gone");
  await vi.advanceTimersByTimeAsync(60_000);
  await given;
  expect(gone).toHaveBeenCalledTimes(10);
  vi.useRealTimers();
});
