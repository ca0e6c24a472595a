import { expect, test } from "vitest";

import { each, toType } from "./bulk";

test("one refusal does not stop the others, and is told", async () => {
  const done: number[] = [];
  const acted: string[] = [];
  const refused = await each(
    ["a", "b", "c"],
    (key) => {
      acted.push(key);
      return key === "b" ? Promise.reject(new Error("no")) : Promise.resolve();
    },
    (count) => done.push(count),
  );
  expect(acted).toEqual(["a", "b", "c"]);
  expect(done).toEqual([1, 2, 3]);
  expect(refused.map(({ key, failure }) => [key, failure.message])).toEqual([["b", "no"]]);
});

test("what destroys asks for the key's name, or the number of keys", () => {
  expect(toType("enable", ["a"])).toBeUndefined();
  expect(toType("disable", ["a"])).toBe("a");
  expect(toType("delete", ["a", "b"])).toBe("delete 2 keys");
});
