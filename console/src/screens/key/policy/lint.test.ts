import { expect, test } from "vitest";

import { policyText } from "./document";
import { lint } from "./lint";

const ACCOUNT = "111122223333";
const CALLER = `arn:aws:iam::${ACCOUNT}:user/alice`;
const codes = (policy: unknown): readonly unknown[] =>
  lint(typeof policy === "string" ? policy : JSON.stringify(policy), ACCOUNT, CALLER).map(({ Code }) => Code);
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
