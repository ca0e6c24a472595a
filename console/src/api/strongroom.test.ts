import { beforeEach, expect, test, vi } from "vitest";

import type { Connection } from "./connection";
import { strongroom } from "./strongroom";

const SECRET = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
const connection: Connection = {
  endpoint: "http://127.0.0.1:4599",
  region: "eu-west-1",
  credentials: () => Promise.resolve({ accessKeyId: "AKIDEXAMPLE", secretAccessKey: SECRET, sessionToken: "token" }),
};
const calls: { headers: Record<string, string>; body: string }[] = [];
const answers: Response[] = [];

const answer = (status: number, content: unknown, at = Date.now()): Response =>
  new Response(JSON.stringify(content), { status, headers: { date: new Date(at).toUTCString(), "x-amzn-requestid": "r-1" } });

beforeEach(() => {
  calls.length = 0;
  answers.length = 0;
  vi.stubGlobal("fetch", (_url: URL, { headers, body }: { headers: Record<string, string>; body: string }) => {
    calls.push({ headers, body });
    const next = answers.shift();
    return next === undefined ? Promise.reject(new TypeError("Failed to fetch")) : Promise.resolve(next);
  });
});

test("a call is signed for the service, with what decides under the signature", async () => {
  answers.push(answer(200, { Version: "1" }));
  expect(await strongroom(connection, "GetServerStatus", {})).toEqual({ Version: "1" });
  const { headers, body } = calls[0] ?? { headers: {}, body: "" };
  expect(body).toBe("{}");
  expect(headers["x-amz-target"]).toBe("Strongroom_20261124.GetServerStatus");
  expect(headers["authorization"]).toMatch(/^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE\/\d{8}\/eu-west-1\/strongroom\/aws4_request, /);
  const signed = /SignedHeaders=([^,]+)/.exec(headers["authorization"] ?? "")?.[1]?.split(";");
  expect(signed).toEqual(expect.arrayContaining(["host", "x-amz-date", "x-amz-security-token", "x-amz-target"]));
  expect(headers).not.toHaveProperty("host");
  expect(JSON.stringify(headers)).not.toContain(SECRET);
});

test("an error has the server's name, words and request id", async () => {
  answers.push(answer(400, { __type: "com.example#NotFoundException", message: "no such key" }));
  await expect(strongroom(connection, "GetKeyReport", { KeyId: "k" })).rejects.toMatchObject({
    name: "NotFoundException",
    message: "no such key",
    $metadata: { httpStatusCode: 400, requestId: "r-1" },
  });
  expect(calls).toHaveLength(1);
});

test("an answer that is not the service's own is told by its status", async () => {
  answers.push(new Response("<html>", { status: 502, statusText: "Bad Gateway" }));
  await expect(strongroom(connection, "GetServerStatus", {})).rejects.toMatchObject({ name: "HTTP 502", message: "Bad Gateway" });
});

test("where this computer's clock is wrong, the server's counts from the second try on", async () => {
  const server = Date.now() + 3_600_000;
  answers.push(answer(400, { __type: "InvalidSignatureException", message: "Signature not yet current" }, server), answer(200, {}, server));
  await strongroom(connection, "GetServerStatus", {});
  const dates = calls.map(({ headers }) => headers["x-amz-date"]);
  expect(dates[1]?.slice(0, 11)).toBe(new Date(server).toISOString().replace(/[-:]/g, "").slice(0, 11));
  expect(dates[0]).not.toBe(dates[1]);
  answers.push(answer(200, {}));
  await strongroom(connection, "GetServerStatus", {});
  expect(calls).toHaveLength(3);
});
