// @vitest-environment node
import { expect, test } from "vitest";

import { csvFile, recordsFile } from "./export";
import { indented, keyIdOf, rowOf } from "./record";

const ARN = "arn:aws:kms:us-east-1:111122223333:key/1234";
const record = (more: object): string => JSON.stringify({ eventName: "Decrypt", eventID: "e", ...more });

test("a record as a row", () => {
  const row = rowOf({
    EventTime: 5,
    CloudTrailEvent: record({
      userIdentity: { type: "IAMUser", arn: "arn:aws:iam::111122223333:user/a/alice", userName: "alice" },
      resources: [{ ARN, type: "AWS::KMS::Key" }, { ARN }],
      requestParameters: { encryptionContext: { tenant: "<b>" } },
      errorCode: "AccessDenied",
      requestID: "r",
    }),
  });
  expect(row).toMatchObject({ id: "e", at: 5, caller: "alice", keys: [ARN], context: [{ name: "tenant", value: "<b>" }], errorCode: "AccessDenied" });
  expect(keyIdOf(ARN)).toBe("1234");
});

test("sessions, services, the root user and strangers have names", () => {
  const caller = (userIdentity: object) => rowOf({ CloudTrailEvent: record({ userIdentity }) }).caller;
  expect(caller({ arn: "arn:aws:sts::111122223333:assumed-role/Deploy/build-7" })).toBe("Deploy/build-7");
  expect(caller({ type: "AWSService", invokedBy: "s3.amazonaws.com" })).toBe("s3.amazonaws.com");
  expect(caller({ arn: "arn:aws:iam::111122223333:root" })).toBe("root");
  expect(caller({ type: "AWSAccount", principalId: "AIDA" })).toBe("AIDA");
});

test("what is no record is shown all the same", () => {
  for (const text of ["", "null", "[1]", '{"resources":[null,3],"userIdentity":"x","requestParameters":{"encryptionContext":[1]}}']) {
    expect(rowOf({ CloudTrailEvent: text }).text).toBe(text);
  }
  expect(indented("no json")).toBe("no json");
});

test("a spreadsheet runs nothing that a caller wrote", () => {
  const row = rowOf({
    CloudTrailEvent: record({ sourceIPAddress: '=HYPERLINK("http://x")', errorMessage: 'a "b", c', userIdentity: { userName: "@SUM(A1)" } }),
  });
  const [, line] = csvFile([row]).split("\r\n");
  expect(line).toBe(`,Decrypt,,'@SUM(A1),,,"'=HYPERLINK(""http://x"")",,"a ""b"", c",,e`);
});

test("the records in a file are those of the journal", () => {
  const texts = ['{"eventName":"A","n":12345678901234567890}', '{"eventName":"B"}'];
  const file = recordsFile(texts.map((CloudTrailEvent) => rowOf({ CloudTrailEvent })));
  expect(file).toContain(texts[0]);
  expect((JSON.parse(file) as { Records: unknown[] }).Records).toHaveLength(2);
});
