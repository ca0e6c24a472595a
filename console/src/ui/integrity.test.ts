import { expect, test } from "vitest";

import { integrityOf } from "./integrity";

test("only what is known to be good looks good", () => {
  expect(integrityOf({ State: "VERIFIED" })).toEqual({ type: "success", text: "Intact" });
  expect(integrityOf({ State: "FAILED", Text: "segment 3" })).toEqual({ type: "error", text: "Not intact" });
  expect(integrityOf({})).toEqual({ type: "pending", text: "Not verified yet" });
  expect(integrityOf({ State: "SOMETHING" }).type).toBe("warning");
});
