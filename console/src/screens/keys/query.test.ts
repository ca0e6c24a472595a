import { expect, test } from "vitest";

import { fromSearch, settled, toRequest, toSearch, type Query } from "./query";

const SORTING = { by: "CREATED", descending: true } as const;
const QUERY: Query = {
  operation: "and",
  tokens: [
    { propertyKey: "state", operator: "=", value: ["Enabled", "Disabled"] },
    { propertyKey: "multiRegion", operator: "=", value: "true" },
    { propertyKey: "tagKey", operator: "=", value: "team" },
    { operator: ":", value: "pay <b>" },
  ],
};

test("a filter comes back from the address as it went in", () => {
  const search = new URLSearchParams(toSearch(QUERY, SORTING));
  expect(fromSearch(search)).toEqual({ query: QUERY, sorting: SORTING });
});

test("what an address says that nobody can choose is left out", () => {
  const { query, sorting } = fromSearch(new URLSearchParams("state=Enabled,Nonsense&multiRegion=maybe&sort=evil"));
  expect(query.tokens).toEqual([{ propertyKey: "state", operator: "=", value: ["Enabled"] }]);
  expect(sorting).toEqual({ by: "ALIAS", descending: false });
});

test("the request says the same", () => {
  expect(toRequest(QUERY, SORTING, "CUSTOMER")).toEqual({
    Managers: ["CUSTOMER"],
    SortBy: "CREATED",
    Descending: true,
    States: ["Enabled", "Disabled"],
    MultiRegion: true,
    TagKey: "team",
    Text: "pay <b>",
  });
});

test("of one property the last token counts; texts add up", () => {
  const twice: Query = {
    operation: "or",
    tokens: [
      { propertyKey: "tagKey", operator: "=", value: "a" },
      { operator: ":", value: "one" },
      { propertyKey: "tagKey", operator: "=", value: "b" },
      { operator: ":", value: "two" },
    ],
  };
  const { operation, tokens } = settled(twice);
  expect(operation).toBe("and");
  expect(tokens.map(({ value }) => value as string)).toEqual(["b", "one", "two"]);
});
