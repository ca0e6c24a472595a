import { expect, test } from "vitest";

import { partsOf, policyText, pretty, type Kind, type Parts } from "./document";

const ACCOUNT = "111122223333";
const KIND: Kind = { spec: "SYMMETRIC_DEFAULT", usage: "ENCRYPT_DECRYPT", multiRegion: false, external: false };
const PARTS: Parts = {
  account: ACCOUNT,
  administrators: [`arn:aws:iam::${ACCOUNT}:user/alice`],
  deletable: false,
  users: [`arn:aws:iam::${ACCOUNT}:role/app`, `arn:aws:iam::${ACCOUNT}:user/bob`],
  accounts: ["444455556666"],
};

const KINDS: readonly Kind[] = [
  KIND,
  { ...KIND, multiRegion: true, external: true },
  { ...KIND, spec: "RSA_2048" },
  { ...KIND, spec: "RSA_2048", usage: "SIGN_VERIFY" },
  { ...KIND, spec: "HMAC_256", usage: "GENERATE_VERIFY_MAC" },
  { ...KIND, spec: "ECC_NIST_P256", usage: "KEY_AGREEMENT" },
];

test("a policy that was built is read back", () => {
  for (const kind of KINDS) {
    for (const parts of [
      PARTS,
      { ...PARTS, deletable: true },
      { ...PARTS, administrators: [], deletable: true, users: [], accounts: [] },
    ]) {
      expect(partsOf(policyText(parts, kind), ACCOUNT, kind)).toEqual(parts);
    }
  }
});

test("AWS's default policy has no parts but the account", () => {
  const text = `{"Version": "2012-10-17", "Id": "key-default-1", "Statement": [{"Sid": "Enable IAM User Permissions", "Effect": "Allow",
    "Principal": {"AWS": "arn:aws:iam::${ACCOUNT}:root"}, "Action": "kms:*", "Resource": "*"}]}`;
  expect(partsOf(text, ACCOUNT, KIND)).toEqual({ account: ACCOUNT, administrators: [], deletable: true, users: [], accounts: [] });
});

test("a policy that says more has no default view", () => {
  const policy = JSON.parse(policyText(PARTS, KIND)) as { Statement: Record<string, unknown>[] };
  const with_ = (change: (statements: Record<string, unknown>[]) => void): string => {
    const copy = structuredClone(policy);
    change(copy.Statement);
    return JSON.stringify(copy);
  };
  const others = [
    with_((all) => all.push({ Effect: "Deny", Principal: "*", Action: "kms:Decrypt", Resource: "*" })),
    with_((all) => Object.assign(all[1] ?? {}, { Condition: { Bool: { "aws:MultiFactorAuthPresent": "true" } } })),
    with_((all) => Object.assign(all[2] ?? {}, { Action: ["kms:Decrypt"] })),
    with_((all) => all.splice(0, 1)),
    "not JSON",
    "null",
  ];
  for (const text of others) expect(partsOf(text, ACCOUNT, KIND)).toBeUndefined();
});

test("what is no JSON stays as it is", () => {
  expect(pretty('{"a":1}')).toBe('{\n  "a": 1\n}');
  expect(pretty("{<b>")).toBe("{<b>");
});
