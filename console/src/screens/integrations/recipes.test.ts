import { expect, test } from "vitest";

import { arnOf, CA_FILE, environment, RECIPES, type Place } from "./recipes";

const PLACE: Place = { endpoint: "https://kms.example.com", region: "eu-west-1", account: "111122223333", key: "alias/orders", tls: true };
const textOf = (place: Place, id: string): string =>
  RECIPES.filter((recipe) => recipe.id === id)
    .flatMap(({ steps }) => steps(place))
    .map(({ text }) => text)
    .join("\n");

test("each recipe can be told apart", () => {
  expect(new Set(RECIPES.map(({ id }) => id)).size).toBe(RECIPES.length);
});

test.each(RECIPES.filter(({ id }) => id !== "s3").map(({ id }) => id))("%s names this server, its Region or its key", (id) => {
  expect(textOf(PLACE, id)).toMatch(/kms\.example\.com/);
});

test("an ARN is made of what names the key", () => {
  expect(arnOf(PLACE)).toBe("arn:aws:kms:eu-west-1:111122223333:alias/orders");
  expect(arnOf({ ...PLACE, key: "1234abcd" })).toBe("arn:aws:kms:eu-west-1:111122223333:key/1234abcd");
  expect(arnOf({ ...PLACE, key: "arn:aws:kms:x" })).toBe("arn:aws:kms:x");
});

test("the CA is named where there is one", () => {
  expect(environment(PLACE).text).toContain(CA_FILE);
  expect(environment({ ...PLACE, tls: false }).text).not.toContain(CA_FILE);
  for (const { id } of RECIPES) expect(textOf({ ...PLACE, tls: false }, id)).not.toContain(CA_FILE);
});

test("what SeaweedFS reads is JSON", () => {
  const found = RECIPES.find(({ id }) => id === "s3")?.steps(PLACE)[1]?.text ?? "";
  expect(JSON.parse(found)).toMatchObject({ kms: { providers: { strongroom: { endpoint: PLACE.endpoint } } } });
});
