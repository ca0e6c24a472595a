import { expect, test } from "vitest";

import { denialIn, failureOf, isAbort, ServiceError } from "./failure";

const USER = "arn:aws:iam::111122223333:user/alice";
const KEY = "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";

test("a denial names who wanted what with which key", () => {
  const message = `User: ${USER} is not authorized to perform: kms:Encrypt on resource: ${KEY} because no identity-based policy allows the kms:Encrypt action`;
  const failure = failureOf(new ServiceError("AccessDeniedException", message, 400, "r-1"));
  expect(failure).toMatchObject({ kind: "denied", message, requestId: "r-1", denial: { principal: USER, action: "kms:Encrypt", resource: KEY } });
});

test("a denial on every resource names none", () => {
  expect(denialIn(`User: ${USER} is not authorized to perform: kms:ListKeys on resource: * because`)?.resource).toBe("");
  expect(denialIn(`User: ${USER} is not authorized to perform: kms:CreateKey`)).toEqual({ principal: USER, action: "kms:CreateKey", resource: "" });
  expect(denialIn("Access to this is denied")).toBeUndefined();
});

test.each([
  ["UnknownOperationException", "not-built"],
  ["ExpiredTokenException", "expired"],
  ["UnrecognizedClientException", "expired"],
  ["NotFoundException", "not-found"],
  ["NoSuchEntity", "not-found"],
  ["ThrottlingException", "throttled"],
  ["DisabledException", "other"],
])("%s is %s", (name, kind) => {
  const failure = failureOf(new ServiceError(name, "words of the server", 400, undefined));
  expect(failure.kind).toBe(kind);
  expect(failure.message).toBe("words of the server");
  expect(failure.advice).not.toBe("");
  expect(failure).not.toHaveProperty("requestId");
});

test("no answer is told from a refusal", () => {
  expect(failureOf(new TypeError("Failed to fetch"))).toMatchObject({ kind: "unreachable" });
});

test("what nobody knows is shown as it is", () => {
  expect(failureOf(new ServiceError("NewException", "", 500, undefined))).toMatchObject({ kind: "other", message: "NewException" });
  expect(failureOf("text")).toMatchObject({ kind: "other", message: "text" });
});

test("a call that was ended is no failure", () => {
  expect(isAbort(new DOMException("aborted", "AbortError"))).toBe(true);
  expect(isAbort(new TypeError("Failed to fetch"))).toBe(false);
});
