// @vitest-environment node
import { expect, test } from "vitest";

import { areGood, mapOf, pairIn, pairsOf, pairText, problemsOf } from "./context";

test("rows become the map that the API takes, empty rows do not count", () => {
  expect(mapOf([{ name: "", value: "" }])).toBeUndefined();
  expect(mapOf([{ name: "a", value: "1" }, { name: "", value: "" }, { name: "b", value: "" }])).toEqual({ a: "1", b: "" });
  expect(pairsOf({ a: "1" })).toEqual([{ name: "a", value: "1" }]);
});

test("names of JavaScript's own are names as all others", () => {
  const map = mapOf([{ name: "__proto__", value: "x" }, { name: "constructor", value: "y" }]);
  expect(JSON.stringify(map)).toBe('{"__proto__":"x","constructor":"y"}');
});

test("a value without a name and a name given twice are told", () => {
  expect(problemsOf([{ name: "a", value: "1" }, { name: "", value: "2" }, { name: "a", value: "3" }])).toEqual([
    undefined,
    "A name is needed.",
    "This name is there already.",
  ]);
  expect(areGood([{ name: "a", value: "1" }, { name: "", value: "" }])).toBe(true);
});

test("every pair comes back from an address as it went in", () => {
  for (const pair of [
    { name: "a=b", value: "c=d&e" },
    { name: "<b>", value: "100%" },
    { name: "päron", value: "" },
  ]) {
    expect(pairIn(pairText(pair))).toEqual(pair);
  }
  expect(pairIn("tenant=100%")).toEqual({ name: "tenant", value: "100%" });
  expect(pairIn("tenant")).toEqual({ name: "tenant", value: "" });
});
