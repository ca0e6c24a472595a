import { beforeEach, expect, test, vi } from "vitest";

import { linePoints, loadSparks } from "./sparks";

const ask = vi.hoisted(() => vi.fn());
vi.mock("../../api/strongroom", () => ({ strongroom: ask }));

const CONNECTION = { endpoint: "http://localhost", region: "us-east-1", credentials: () => Promise.reject(new Error()) };
const NOW = new Date("2026-11-24T12:00:00Z");
const TODAY = Date.parse("2026-11-24T00:00:00Z") / 1000;
const load = (keys: readonly string[]) => loadSparks(CONNECTION, keys, NOW, new AbortController().signal);

beforeEach(() => {
  ask.mockReset();
});

test("one question is enough when every key is named", async () => {
  ask.mockResolvedValue({ Series: [{ Name: "arn:aws:kms:us-east-1:1:key/a", Points: [{ Start: TODAY, Count: 7 }] }] });
  const { a, b } = await load(["a", "b"]);
  expect(ask).toHaveBeenCalledTimes(1);
  expect(a?.at(-1)).toBe(7);
  expect([a?.length, b?.length]).toEqual([30, 30]);
  expect(b?.every((count) => count === 0)).toBe(true);
});

test("keys that only the sum of others holds are asked for one by one", async () => {
  ask.mockImplementation((_connection: unknown, _name: unknown, input: { KeyId?: string }) =>
    Promise.resolve({
      Series:
        input.KeyId === undefined
          ? [{ Name: "key/a", Points: [] }, { Points: [] }]
          : [{ Name: "key/b", Points: [{ Start: TODAY, Count: 2 }] }],
    }),
  );
  const { b } = await load(["a", "b"]);
  expect(ask).toHaveBeenCalledTimes(2);
  expect(b?.at(-1)).toBe(2);
});

test("the line stays in its box", () => {
  expect(linePoints([0, 5, 10], 100, 20)).toBe("0.0,20.0 50.0,10.0 100.0,0.0");
  expect(linePoints([0, 0], 10, 20)).toBe("0.0,20.0 10.0,20.0");
});
