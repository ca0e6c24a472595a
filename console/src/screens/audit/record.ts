/** A record of the audit as a row: what it says of a call, whatever service wrote it. */

import type { FoundEvent } from "../../api/strongroom-types";
import type { Pair } from "../../ui/context";

export interface Row {
  readonly id: string;
  readonly at: number | undefined;
  readonly name: string;
  readonly source: string;
  /** What people call the caller; the ARN is beside it where there is one. */
  readonly caller: string;
  readonly callerArn: string;
  readonly address: string;
  readonly errorCode: string;
  readonly errorMessage: string;
  /** ARNs. */
  readonly keys: readonly string[];
  readonly context: readonly Pair[];
  readonly requestId: string;
  /** The record itself, as it stands in the journal. */
  readonly text: string;
}

type Json = Readonly<Record<string, unknown>>;

export function rowOf({ EventId = "", EventTime, CloudTrailEvent = "" }: FoundEvent): Row {
  const record = parsed(CloudTrailEvent);
  const identity = objectIn(record, "userIdentity");
  const parameters = objectIn(record, "requestParameters");
  const callerArn = textIn(identity, "arn");
  return {
    id: EventId || textIn(record, "eventID"),
    at: EventTime,
    name: textIn(record, "eventName"),
    source: textIn(record, "eventSource"),
    caller: callerOf(identity),
    callerArn,
    address: textIn(record, "sourceIPAddress"),
    errorCode: textIn(record, "errorCode"),
    errorMessage: textIn(record, "errorMessage"),
    keys: keysIn(record["resources"]),
    context: ["encryptionContext", "sourceEncryptionContext", "destinationEncryptionContext"].flatMap((name) =>
      Object.entries(objectIn(parameters, name)).flatMap(([key, value]) => (typeof value === "string" ? [{ name: key, value }] : [])),
    ),
    requestId: textIn(record, "requestID"),
    text: CloudTrailEvent,
  };
}

/** Easier to read; as it is where it is no JSON. */
export function indented(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), undefined, 2);
  } catch {
    return text;
  }
}

export function keyIdOf(arn: string): string {
  return arn.split("/").slice(1).join("/") || arn;
}

function callerOf(identity: Json): string {
  const arn = textIn(identity, "arn");
  const resource = arn.split(":").slice(5).join(":");
  if (resource.startsWith("assumed-role/")) return resource.slice("assumed-role/".length);
  const name = textIn(identity, "userName") || (resource.split("/").at(-1) ?? "") || textIn(identity, "invokedBy");
  return name || textIn(identity, "principalId") || textIn(identity, "type");
}

function keysIn(resources: unknown): readonly string[] {
  if (!Array.isArray(resources)) return [];
  const arns = resources.map((resource: unknown) => textIn(asObject(resource), "ARN")).filter((arn) => arn.includes(":key/"));
  return [...new Set(arns)];
}

function parsed(text: string): Json {
  try {
    return asObject(JSON.parse(text));
  } catch {
    return {};
  }
}

function asObject(value: unknown): Json {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Json) : {};
}

function objectIn(of: Json, name: string): Json {
  return asObject(of[name]);
}

function textIn(of: Json, name: string): string {
  const value = of[name];
  return typeof value === "string" ? value : "";
}
