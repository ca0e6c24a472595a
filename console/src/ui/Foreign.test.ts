import { expect, test } from "vitest";

import { visible } from "./Foreign";

test("what hides or turns letters is shown", () => {
  expect(visible("safe\u202eevil\u2066")).toBe("safe\\u202eevil\\u2066");
  expect(visible("a\u200bb\u0000c\u{e0041}")).toBe("a\\u200bb\\u0000c\\ue0041");
});

test("what can be read stays", () => {
  for (const text of ["Schlüssel für Ämter", "鍵\n二行目", "🔑 <b>&amp;"]) expect(visible(text)).toBe(text);
});
