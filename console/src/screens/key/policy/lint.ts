/** What can be said of a key policy before there is a key; the server says more once there is one, and has the last word. */

import type { FindingSeverity, PolicyFinding } from "../../../api/strongroom-types";

type Statement = Readonly<Record<string, unknown>>;

const PUT = ["kms:putkeypolicy", "kms:put*", "kms:*", "*"];

const several = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : value === undefined ? [] : [value]);

function principals({ Principal: principal }: Statement): readonly string[] {
  if (principal === "*") return ["*"];
  if (typeof principal !== "object" || principal === null) return [];
  return Object.values(principal).flatMap(several).map(String);
}

/** `account` and `caller` are whose policy it is and who writes it. */
export function lint(text: string, account: string, caller: string): readonly PolicyFinding[] {
  const found: PolicyFinding[] = [];
  const say = (Severity: FindingSeverity, Code: string, Text: string, Sid = ""): void => {
    found.push({ Severity, Code, Sid, Text });
  };
  let policy: unknown;
  try {
    policy = JSON.parse(text);
  } catch (error) {
    say("ERROR", "NO_JSON", `This is no JSON: ${error instanceof Error ? error.message : String(error)}`);
    return found;
  }
  if (typeof policy !== "object" || policy === null || !("Statement" in policy)) {
    say("ERROR", "NO_STATEMENT", "A policy has statements, under Statement.");
    return found;
  }
  const statements = several(policy.Statement).filter((one): one is Statement => typeof one === "object" && one !== null);
  for (const [index, statement] of statements.entries()) {
    const sid = typeof statement["Sid"] === "string" ? statement["Sid"] : `Statement ${index + 1}`;
    const allows = statement["Effect"] === "Allow";
    if (!allows && statement["Effect"] !== "Deny") say("ERROR", "EFFECT", "Effect is Allow or Deny.", sid);
    if (!("Principal" in statement) && !("NotPrincipal" in statement))
      say("ERROR", "NO_PRINCIPAL", "A statement of a key policy has a Principal.", sid);
    if (!("Resource" in statement) && !("NotResource" in statement))
      say("ERROR", "NO_RESOURCE", "Resource is missing. Write *, which means this key.", sid);
    if (allows && principals(statement).includes("*") && statement["Condition"] === undefined) {
      say("WARNING", "EVERYBODY", "Everybody is let in, of every account, without a condition.", sid);
    }
    if (allows && "NotAction" in statement)
      say("WARNING", "ALLOW_NOT_ACTION", "Allow with NotAction allows all other actions, and those that are yet to come.", sid);
  }
  const root = `arn:aws:iam::${account}:root`;
  const stays = statements.some(
    (one) =>
      one["Effect"] === "Allow" &&
      principals(one).some((name) => [root, account, caller, "*"].includes(name)) &&
      several(one["Action"]).some((action) => PUT.includes(String(action).toLowerCase())),
  );
  if (!stays) say("ERROR", "LOCK_OUT", "Neither you nor your account could change this policy any more: the key will be refused.");
  return found;
}
