import { matchPath, matchRoutes } from "react-router";
import { expect, test } from "vitest";

import { path, PATHS, subject, type ScreenId } from "./paths";
import { NAVIGATION, SCREENS } from "./registry";

test("optional parts can be left out", () => {
  expect(path("key", { keyId: "k" })).toBe("/keys/k");
  expect(path("key", { keyId: "k", tab: "policy" })).toBe("/keys/k/policy");
  expect(path("dashboard", {})).toBe("/");
});

test("parts and search cannot leave their place", () => {
  expect(path("key", { keyId: "../a/b?c#d" })).toBe("/keys/..%2Fa%2Fb%3Fc%23d");
  expect(path("access", {}, { principal: "arn:aws:iam::1:user/a&b", action: "", key: undefined })).toBe(
    "/access?principal=arn%3Aaws%3Aiam%3A%3A1%3Auser%2Fa%26b",
  );
});

test("a part comes back as it went in", () => {
  const keyId = "arn:aws:kms:us-east-1:1:key/a b";
  expect(matchRoutes([{ path: PATHS.key }], path("key", { keyId, tab: "grants" }))?.[0]?.params).toEqual({ keyId, tab: "grants" });
});

test("what stands in the navigation can be opened without more", () => {
  const listed = NAVIGATION.flatMap(({ screens }) => screens);
  for (const screen of listed) expect(matchPath(PATHS[screen], path(screen as "keys", {}))).not.toBeNull();
  const reachable = (Object.keys(SCREENS) as ScreenId[]).filter((id) => listed.includes(id) || SCREENS[id].parent !== undefined);
  expect(reachable).toEqual(Object.keys(SCREENS));
});

test("another tab is about the same, another key is not", () => {
  expect(subject("/keys/a/grants")).toBe(subject("/keys/a"));
  expect(subject("/keys/a/grants")).not.toBe(subject("/keys/b/grants"));
  expect(subject("/identities/users/a")).not.toBe(subject("/identities/users/b"));
});
