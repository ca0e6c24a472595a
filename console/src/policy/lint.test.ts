import { expect, test } from "vitest";

import { policyText } from "../screens/key/policy/document";
import { lint, lintNewKey } from "./lint";

const ACCOUNT = "111122223333";
const CALLER = `arn:aws:iam::${ACCOUNT}:user/alice`;
const codes = (policy: unknown): readonly unknown[] =>
  lintNewKey(typeof policy === "string" ? policy : JSON.stringify(policy), ACCOUNT, CALLER).map(({ Code }) => Code);
const allow = (more: object) => ({ Sid: "a", Effect: "Allow", Principal: { AWS: CALLER }, Action: "kms:*", Resource: "*", ...more });

test("what the wizard writes has no fault", () => {
  const kind = { spec: "SYMMETRIC_DEFAULT", usage: "ENCRYPT_DECRYPT", multiRegion: false, external: false };
  const parts = { account: ACCOUNT, administrators: [CALLER], deletable: true, users: [CALLER], accounts: ["444455556666"] };
  expect(codes(policyText(parts, kind))).toEqual([]);
});

test("faults are told", () => {
  expect(codes("{")).toEqual(["NO_JSON"]);
  expect(codes({})).toEqual(["NO_STATEMENT"]);
  expect(codes({ Statement: allow({ Principal: "*" }) })).toEqual(["EVERYBODY"]);
  expect(codes({ Statement: [allow({}), { Effect: "allow", Action: "kms:*" }] })).toEqual(["EFFECT", "NO_PRINCIPAL", "NO_RESOURCE"]);
});

test("whoever locks himself out is told before the server refuses", () => {
  expect(codes({ Statement: allow({ Action: "kms:Decrypt" }) })).toEqual(["LOCK_OUT"]);
  expect(codes({ Statement: allow({ Principal: { AWS: "arn:aws:iam::444455556666:root" } }) })).toEqual(["LOCK_OUT"]);
  expect(codes({ Statement: allow({ Principal: { AWS: [ACCOUNT] }, Action: ["kms:Put*"] }) })).toEqual([]);
});

test("a policy of an identity names nobody, a trust policy somebody and no resource", () => {
  const found = (kind: "identity" | "trust", statement: object): readonly unknown[] =>
    lint(kind, JSON.stringify({ Statement: statement })).map(({ Code }) => Code);
  const use = { Effect: "Allow", Action: "kms:Decrypt", Resource: "*" };
  const trust = { Effect: "Allow", Action: "sts:AssumeRole", Principal: { AWS: CALLER } };
  expect([found("identity", use), found("trust", trust)]).toEqual([[], []]);
  expect(found("identity", { ...use, Action: "*" })).toEqual(["EVERYTHING"]);
  expect(found("identity", trust)).toEqual(["PRINCIPAL", "NO_RESOURCE"]);
  expect(found("trust", { ...use, Principal: "*" })).toEqual(["RESOURCE", "NOT_STS", "EVERYBODY"]);
  expect(found("identity", { Effect: "Deny", Resource: "*" })).toEqual(["NO_ACTION"]);
});
