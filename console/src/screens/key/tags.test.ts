import { expect, test } from "vitest";

import { tagChanges } from "./tags";

test("only what differs is sent", () => {
  const before = [
    { TagKey: "a", TagValue: "1" },
    { TagKey: "b", TagValue: "2" },
    { TagKey: "c", TagValue: "3" },
  ];
  const rows = [
    { name: "a", value: "1" },
    { name: "b", value: "new" },
    { name: "d", value: "" },
    { name: "", value: "no name" },
  ];
  expect(tagChanges(before, rows)).toEqual({
    put: [
      { TagKey: "b", TagValue: "new" },
      { TagKey: "d", TagValue: "" },
    ],
    remove: ["c"],
  });
});
