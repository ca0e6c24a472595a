/** Key policies as AWS's console writes them: built from who may do what, and read back when they say nothing else. */

export interface Parts {
  /** The account whose identity policies count: in AWS's console always the key's own. */
  readonly account: string;
  readonly administrators: readonly string[];
  /** Whether the administrators may schedule the key's deletion. */
  readonly deletable: boolean;
  readonly users: readonly string[];
  /** Account ids. */
  readonly accounts: readonly string[];
}

/** What of the key decides which actions there are. */
export interface Kind {
  readonly spec: string;
  readonly usage: string;
  readonly multiRegion: boolean;
  readonly external: boolean;
}

export interface Statement {
  readonly Sid: string;
  readonly Effect: "Allow";
  readonly Principal: { readonly AWS: string | readonly string[] };
  readonly Action: string | readonly string[];
  readonly Resource: "*";
  readonly Condition?: unknown;
}

const ROOT = "Enable IAM User Permissions";
const ADMINISTRATORS = "Allow access for Key Administrators";
const USERS = "Allow use of the key";
const ATTACHMENT = "Allow attachment of persistent resources";

const ADMINISTER = [
  "Create*",
  "Describe*",
  "Enable*",
  "List*",
  "Put*",
  "Update*",
  "Revoke*",
  "Disable*",
  "Get*",
  "Delete*",
  "TagResource",
  "UntagResource",
];
const DELETE = ["ScheduleKeyDeletion", "CancelKeyDeletion"];
const USE: Readonly<Record<string, readonly string[]>> = {
  SIGN_VERIFY: ["DescribeKey", "GetPublicKey", "Sign", "Verify"],
  GENERATE_VERIFY_MAC: ["DescribeKey", "GenerateMac", "VerifyMac"],
  KEY_AGREEMENT: ["DescribeKey", "GetPublicKey", "DeriveSharedSecret"],
  ENCAPSULATE_DECAPSULATE: ["DescribeKey", "GetPublicKey", "Encapsulate", "Decapsulate"],
};
const USE_SYMMETRIC = ["Encrypt", "Decrypt", "ReEncrypt*", "GenerateDataKey*", "DescribeKey"];
const USE_ASYMMETRIC = ["Encrypt", "Decrypt", "ReEncrypt*", "DescribeKey", "GetPublicKey"];

const actions = (names: readonly string[]): readonly string[] => names.map((name) => `kms:${name}`);
export const rootOf = (account: string): string => `arn:aws:iam::${account}:root`;
const oneOrMore = (names: readonly string[]): string | readonly string[] => (names.length === 1 ? (names[0] ?? "") : names);

function uses({ spec, usage }: Kind): readonly string[] {
  return USE[usage] ?? (spec === "SYMMETRIC_DEFAULT" ? USE_SYMMETRIC : USE_ASYMMETRIC);
}

function administrationOf({ spec, multiRegion, external }: Kind, deletable: boolean): readonly string[] {
  return [
    ...ADMINISTER,
    ...(external ? ["ImportKeyMaterial"] : []),
    ...(deletable ? DELETE : []),
    ...(spec === "SYMMETRIC_DEFAULT" ? ["RotateKeyOnDemand"] : []),
    ...(multiRegion ? ["ReplicateKey"] : []),
  ];
}

export function statements(parts: Parts, kind: Kind): readonly Statement[] {
  const allow = (Sid: string, who: readonly string[], what: readonly string[], Condition?: unknown): readonly Statement[] =>
    who.length === 0
      ? []
      : [
          {
            Sid,
            Effect: "Allow",
            Principal: { AWS: oneOrMore(who) },
            Action: oneOrMore(actions(what)),
            Resource: "*",
            ...(Condition === undefined ? {} : { Condition }),
          },
        ];
  const users = [...parts.users, ...parts.accounts.filter((account) => account !== "").map(rootOf)];
  const forServices = { Bool: { "kms:GrantIsForAWSResource": "true" } };
  return [
    ...allow(ROOT, [rootOf(parts.account)], ["*"]),
    ...allow(ADMINISTRATORS, parts.administrators, administrationOf(kind, parts.deletable)),
    ...allow(USERS, users, uses(kind)),
    ...allow(ATTACHMENT, users, ["CreateGrant", "ListGrants", "RevokeGrant"], forServices),
  ];
}

export function policyText(parts: Parts, kind: Kind): string {
  return JSON.stringify({ Version: "2012-10-17", Id: "key-consolepolicy-3", Statement: statements(parts, kind) }, null, 2);
}

const ROOT_ARN = /^arn:aws:iam::(\d{12}):root$/;

/** The parts that a policy is made of; undefined when it says anything that the parts cannot. */
export function partsOf(text: string, account: string, kind: Kind): Parts | undefined {
  const found = statementsIn(text);
  if (found === undefined) return undefined;
  const named = (sid: string): Readonly<Record<string, unknown>> | undefined => found.find(({ Sid }) => Sid === sid);
  const who = (sid: string): readonly string[] => {
    const principal = named(sid)?.["Principal"];
    const names = typeof principal === "object" && principal !== null && "AWS" in principal ? principal.AWS : [];
    return (Array.isArray(names) ? names : [names]).map(String);
  };
  const users = who(USERS);
  const accounts = users.flatMap((name) => ROOT_ARN.exec(name)?.[1] ?? []);
  const parts: Parts = {
    account,
    administrators: who(ADMINISTRATORS),
    deletable: named(ADMINISTRATORS) === undefined || JSON.stringify(named(ADMINISTRATORS)).includes("ScheduleKeyDeletion"),
    users: users.filter((name) => !ROOT_ARN.test(name)),
    accounts,
  };
  return canonical(found) === canonical(statements(parts, kind)) ? parts : undefined;
}

function statementsIn(text: string): readonly Readonly<Record<string, unknown>>[] | undefined {
  try {
    const { Statement: found } = JSON.parse(text) as { Statement?: unknown };
    return (Array.isArray(found) ? found : [found]) as Readonly<Record<string, unknown>>[];
  } catch {
    return undefined;
  }
}

/** The same for policies that mean the same: one or several, in any order. */
function canonical(value: unknown): string {
  const sorted = (one: unknown): unknown => {
    if (Array.isArray(one)) {
      const items = one.map((item) => JSON.stringify(sorted(item))).sort();
      return items.length === 1 ? (JSON.parse(items[0] ?? "null") as unknown) : items;
    }
    if (typeof one !== "object" || one === null) return one;
    return Object.fromEntries(
      Object.entries(one)
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([name, item]) => [name, sorted(item)]),
    );
  };
  return JSON.stringify(sorted(value));
}

/** Laid out for reading; as it is when it is no JSON. */
export function pretty(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
