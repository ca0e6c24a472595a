// @vitest-environment node
import { expect, test } from "vitest";

import { CUSTOM, filtersIn, NO_FILTERS, rangeOf, requestOf, searchOf, stepOf, word } from "./filters";

const NOW = 1_795_550_400.5;

test("no filters: the last day, nothing in the address", () => {
  expect(searchOf(NO_FILTERS).toString()).toBe("");
  expect(filtersIn(new URLSearchParams())).toEqual(NO_FILTERS);
  const { from, to } = rangeOf(NO_FILTERS, NOW);
  expect(to).toBe(1_795_550_401);
  expect(from % stepOf(86_400)).toBe(0);
  expect(to - from).toBeGreaterThanOrEqual(86_400);
});

test("every filter comes back from the address as it went in", () => {
  const filters = {
    ...NO_FILTERS,
    span: CUSTOM,
    startTime: "2026-11-24T10:00:00Z",
    endTime: "2026-11-24T11:00:00Z",
    eventNames: "Encrypt, Decrypt",
    eventSources: "kms.amazonaws.com",
    principals: "alice%2C1@example bob",
    keys: "alias/a=b",
    errorCodes: "any",
    sourceAddress: "192.0.2.1",
    requestId: "r",
    eventId: "e",
    readOnly: "false",
    context: [{ name: "<b>=", value: "&x" }, { name: "tenant", value: "" }],
  };
  expect(filtersIn(searchOf(filters))).toEqual(filters);
  expect(requestOf(filters, rangeOf(filters, NOW))).toEqual({
    StartTime: 1_795_514_400,
    EndTime: 1_795_518_000,
    EventNames: ["Encrypt", "Decrypt"],
    EventSources: ["kms.amazonaws.com"],
    Principals: ["alice,1@example", "bob"],
    Keys: ["alias/a=b"],
    ErrorCodes: ["any"],
    SourceAddress: "192.0.2.1",
    RequestId: "r",
    EventId: "e",
    ReadOnly: false,
    Context: [{ Name: "<b>=", Value: "&x" }, { Name: "tenant" }],
  });
});

test("nonsense in an address is the default, not an error", () => {
  const filters = filtersIn(new URLSearchParams("span=toString&from=x&to=y"));
  expect(rangeOf(filters, NOW)).toEqual(rangeOf(NO_FILTERS, NOW));
  expect(filtersIn(new URLSearchParams("span=constructor")).span).toBe("24h");
});

test("never more than a hundred bars, whose width people know", () => {
  expect([3600, 86_400, 7 * 86_400, 30 * 86_400].map(stepOf)).toEqual([60, 900, 3 * 3600, 86_400]);
  for (const span of [10, 1000, 1e6, 1e9]) expect(span / stepOf(span)).toBeLessThanOrEqual(100);
});

test("addresses of other screens lead here", () => {
  const filters = filtersIn(new URLSearchParams("errorCodes=AccessDenied,AccessDeniedException&keys=k&context=aws:s3:arn&context=a=b"));
  expect(requestOf(filters, rangeOf(filters, NOW))).toMatchObject({
    ErrorCodes: ["AccessDenied", "AccessDeniedException"],
    Keys: ["k"],
    Context: [{ Name: "aws:s3:arn" }, { Name: "a", Value: "b" }],
  });
  const { from, to } = rangeOf(filtersIn(new URLSearchParams("startTime=1795514400")), NOW);
  expect([from, to]).toEqual([1_795_514_400, 1_795_550_401]);
  expect(word("a,b")).toBe("a%2Cb");
});
