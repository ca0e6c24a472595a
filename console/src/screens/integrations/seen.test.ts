import { expect, test } from "vitest";

import { agentsIn } from "./seen";

const event = (EventTime: number, userAgent: unknown) => ({ EventTime, CloudTrailEvent: JSON.stringify({ userAgent }) });

test("programs are known by their user agent, the newest call counts", () => {
  const seen = agentsIn([
    event(30, "aws-cli/2.17.0 md/Botocore#1.35"),
    event(20, "Boto3/1.44.0 md/Botocore#1.44.0"),
    event(10, "aws-sdk-go-v2/1.30 ua/2.1"),
    event(5, "aws-cli/2.16.0"),
  ]);
  expect(seen).toEqual({ "aws-cli": 30, python: 20, go: 10 });
});

test("what is no record, or has no user agent, is nobody's", () => {
  expect(agentsIn([{ EventTime: 1, CloudTrailEvent: "{" }, event(1, null), { EventTime: 1 }])).toEqual({});
});
