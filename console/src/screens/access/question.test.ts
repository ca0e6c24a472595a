// @vitest-environment node
import { expect, test } from "vitest";

import { isWhole, questionIn, requestOf, searchOf } from "./question";
import { inOrder } from "./statements";

const QUESTION = {
  principal: "arn:aws:iam::111122223333:user/a+b=c",
  action: "kms:Decrypt",
  key: "alias/x",
  context: [{ name: "a=b", value: "<i>" }],
  conditions: [{ name: "aws:SourceIp", value: "192.0.2.1" }],
};

test("a question comes back from the address as it went in", () => {
  expect(questionIn(searchOf(QUESTION))).toEqual(QUESTION);
  expect(isWhole(questionIn(new URLSearchParams("action=kms:Decrypt")))).toBe(false);
});

test("what is left empty is not asked", () => {
  expect(requestOf({ principal: " p ", action: "kms:ListKeys", key: "", context: [{ name: "", value: "" }], conditions: [] })).toEqual({
    PrincipalArn: "p",
    Action: "kms:ListKeys",
  });
  expect(requestOf(QUESTION)).toMatchObject({ KeyId: "alias/x", EncryptionContext: { "a=b": "<i>" }, ConditionContext: { "aws:SourceIp": "192.0.2.1" } });
});

test("what decides comes first, what is about others last", () => {
  const found = inOrder([{ Standing: "OTHER_RESOURCE" }, { Standing: "CONDITION_UNMET" }, {}, { Standing: "DECIDES" }]);
  expect(found.map(({ Standing }) => Standing)).toEqual(["DECIDES", "CONDITION_UNMET", "OTHER_RESOURCE", undefined]);
});
