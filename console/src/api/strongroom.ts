/** The `strongroom` service: what AWS's APIs do not give. AWS JSON 1.1, signed as the others are (SigV4 name `strongroom`). */

import { Sha256 } from "@smithy/core/checksum";
import { SignatureV4 } from "@smithy/signature-v4";

import type { Connection } from "./connection";
import { ServiceError } from "./failure";
import type { Operations, SignInRequest, SignInResponse } from "./strongroom-types";

const TARGET_PREFIX = "Strongroom_20261124";
const CONTENT_TYPE = "application/x-amz-json-1.1";

/** How far the server's clock is ahead of this computer's, as far as it is known. */
let ahead = 0;
const NOTEWORTHY_MS = 60_000; // the server allows five minutes

/** The server's time, as near as it is known here, in milliseconds since 1970. */
export function serverNow(): number {
  return Date.now() + ahead;
}

/** Call one operation. Throws `ServiceError`, and what fetch throws. */
export async function strongroom<Name extends keyof Operations>(
  connection: Connection,
  name: Name,
  input: Operations[Name]["input"],
  signal?: AbortSignal,
): Promise<Operations[Name]["output"]> {
  const url = new URL(connection.endpoint);
  const body = JSON.stringify(input);
  const before = ahead;
  try {
    return await post(url, await signed(connection, url, name, body), body, signal);
  } catch (error) {
    // A wrong clock here makes a signature that the server refuses; its answer has just said what time it is.
    if (!(error instanceof ServiceError) || Math.abs(ahead - before) < NOTEWORTHY_MS) throw error;
    return post(url, await signed(connection, url, name, body), body, signal);
  }
}

/** The one operation that nobody signs: it is how somebody gets something to sign with. */
export async function signIn(endpoint: string, input: SignInRequest): Promise<SignInResponse> {
  return post(new URL(endpoint), { "content-type": CONTENT_TYPE, "x-amz-target": `${TARGET_PREFIX}.SignIn` }, JSON.stringify(input));
}

async function signed(connection: Connection, url: URL, name: string, body: string): Promise<Record<string, string>> {
  const signer = new SignatureV4({
    service: "strongroom",
    region: connection.region,
    credentials: connection.credentials,
    sha256: Sha256,
  });
  const { headers } = await signer.sign(
    {
      method: "POST",
      protocol: url.protocol,
      hostname: url.hostname,
      path: "/",
      query: {},
      headers: { host: url.host, "content-type": CONTENT_TYPE, "x-amz-target": `${TARGET_PREFIX}.${name}` },
      body,
    },
    { signingDate: new Date(serverNow()) },
  );
  delete headers["host"]; // the browser sends it itself and takes it from nobody
  return headers;
}

async function post<Output>(url: URL, headers: Record<string, string>, body: string, signal?: AbortSignal): Promise<Output> {
  const answer = await fetch(url, {
    method: "POST",
    headers,
    body,
    cache: "no-store",
    credentials: "omit",
    redirect: "error",
    ...(signal === undefined ? {} : { signal }),
  });
  noteTime(answer);
  const text = await answer.text();
  if (!answer.ok) throw serviceError(answer, text);
  return (text === "" ? {} : JSON.parse(text)) as Output; // the server's own model checks its answers
}

function noteTime(answer: Response): void {
  const now = Date.parse(answer.headers.get("date") ?? "");
  if (Number.isNaN(now)) return;
  const off = now - Date.now();
  ahead = Math.abs(off) < NOTEWORTHY_MS ? 0 : off;
}

function serviceError(answer: Response, text: string): ServiceError {
  let name = `HTTP ${answer.status}`;
  let message = answer.statusText;
  try {
    const content = JSON.parse(text) as { __type?: string; message?: string; Message?: string };
    name = content.__type?.split("#").at(-1) ?? name;
    message = content.message ?? content.Message ?? message;
  } catch {
    // not one of the service's own answers: the status says what there is to say
  }
  return new ServiceError(name, message, answer.status, answer.headers.get("x-amzn-requestid") ?? undefined);
}
