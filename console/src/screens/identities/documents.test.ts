// @vitest-environment node
import { expect, test } from "vitest";

import { IDENTITY_TEMPLATE, indented, problemOf, trustTemplate } from "./documents";
import { documentIn } from "./owners";

test("what is no JSON object is told before it is sent", () => {
  expect(problemOf(IDENTITY_TEMPLATE)).toBeUndefined();
  expect(problemOf(trustTemplate("111122223333"))).toBeUndefined();
  for (const bad of ["", "{", "[]", "3", "null"]) expect(problemOf(bad)).toBeTruthy();
});

test("documents come percent-encoded, or not", () => {
  expect(documentIn("%7B%22a%22%3A1%7D")).toBe('{"a":1}');
  expect(documentIn("100%")).toBe("100%");
  expect(indented('{"a":1}')).toBe('{\n  "a": 1\n}');
  expect(indented("no json")).toBe("no json");
});
