/** What can be said of a policy while it is written; the server has the last word, and of key policies it says more. */

import type { FindingSeverity, PolicyFinding } from "../api/strongroom-types";

type Statement = Readonly<Record<string, unknown>>;

export type PolicyKind = "key" | "identity" | "trust";

const PUT = ["kms:putkeypolicy", "kms:put*", "kms:*", "*"];
const WHO: Readonly<Record<PolicyKind, string>> = {
  key: "A statement of a key policy has a Principal.",
  identity: "No Principal here: the policy is for whom it belongs to.",
  trust: "A statement of a trust policy has a Principal: who may take the role on.",
};
const WHAT: Readonly<Record<PolicyKind, string>> = {
  key: "Resource is missing. Write *, which means this key.",
  identity: "Resource is missing. Write * or the ARNs of keys.",
  trust: "No Resource here: it is this role.",
};

const several = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : value === undefined ? [] : [value]);

function principals({ Principal: principal }: Statement): readonly string[] {
  if (principal === "*") return ["*"];
  if (typeof principal !== "object" || principal === null) return [];
  return Object.values(principal).flatMap(several).map(String);
}

const has = (statement: Statement, name: string): boolean => name in statement || `Not${name}` in statement;
const actions = (statement: Statement): readonly string[] => several(statement["Action"]).map((action) => String(action).toLowerCase());

interface Parsed {
  readonly found: PolicyFinding[];
  readonly statements: readonly Statement[];
}

function finding(Severity: FindingSeverity, Code: string, Text: string, Sid = ""): PolicyFinding {
  return { Severity, Code, Sid, Text };
}

function parsed(text: string): Parsed {
  let policy: unknown;
  try {
    policy = JSON.parse(text);
  } catch (error) {
    return { found: [finding("ERROR", "NO_JSON", `This is no JSON: ${error instanceof Error ? error.message : String(error)}`)], statements: [] };
  }
  if (typeof policy !== "object" || policy === null || !("Statement" in policy)) {
    return { found: [finding("ERROR", "NO_STATEMENT", "A policy has statements, under Statement.")], statements: [] };
  }
  return { found: [], statements: several(policy.Statement).filter((one): one is Statement => typeof one === "object" && one !== null) };
}

function about(kind: PolicyKind, statement: Statement, sid: string): readonly PolicyFinding[] {
  const found: PolicyFinding[] = [];
  const allows = statement["Effect"] === "Allow";
  if (!allows && statement["Effect"] !== "Deny") found.push(finding("ERROR", "EFFECT", "Effect is Allow or Deny.", sid));
  if (!has(statement, "Action")) found.push(finding("ERROR", "NO_ACTION", "Action is missing: what is allowed or denied.", sid));
  if (has(statement, "Principal") === (kind === "identity"))
    found.push(finding("ERROR", kind === "identity" ? "PRINCIPAL" : "NO_PRINCIPAL", WHO[kind], sid));
  if (has(statement, "Resource") === (kind === "trust"))
    found.push(finding("ERROR", kind === "trust" ? "RESOURCE" : "NO_RESOURCE", WHAT[kind], sid));
  if (kind === "trust" && actions(statement).some((action) => !/^(\*|sts:.*)$/.test(action)))
    found.push(finding("WARNING", "NOT_STS", "Only actions of sts count here, such as sts:AssumeRole.", sid));
  if (!allows) return found;
  if (principals(statement).includes("*") && statement["Condition"] === undefined)
    found.push(finding("WARNING", "EVERYBODY", "Everybody is let in, of every account, without a condition.", sid));
  if ("NotAction" in statement)
    found.push(finding("WARNING", "ALLOW_NOT_ACTION", "Allow with NotAction allows all other actions, and those that are yet to come.", sid));
  if (kind === "identity" && actions(statement).includes("*") && several(statement["Resource"]).includes("*"))
    found.push(finding("WARNING", "EVERYTHING", "Everything is allowed: this makes an administrator.", sid));
  return found;
}

export function lint(kind: PolicyKind, text: string): readonly PolicyFinding[] {
  const { found, statements } = parsed(text);
  return [
    ...found,
    ...statements.flatMap((statement, index) => {
      const { Sid: sid } = statement;
      return about(kind, statement, typeof sid === "string" ? sid : `Statement ${index + 1}`);
    }),
  ];
}

/** Of a key that is yet to be made: also whether its policy could be changed later. `account` and `caller`: whose it is, who writes it. */
export function lintNewKey(text: string, account: string, caller: string): readonly PolicyFinding[] {
  const { found, statements } = parsed(text);
  if (found.length > 0) return found;
  const mighty = [`arn:aws:iam::${account}:root`, account, caller, "*"];
  const stays = statements.some(
    (one) =>
      one["Effect"] === "Allow" &&
      principals(one).some((name) => mighty.includes(name)) &&
      actions(one).some((action) => PUT.includes(action)),
  );
  const lockOut = finding("ERROR", "LOCK_OUT", "Neither you nor your account could change this policy any more: the key will be refused.");
  return [...lint("key", text), ...(stays ? [] : [lockOut])];
}
