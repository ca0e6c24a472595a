/** Statements in the order that people want them: what decides, what nearly did, what was never about this. */

import type { ExplainedStatement, StandingType, PolicyDocumentKind } from "../../api/strongroom-types";

const ORDER: readonly StandingType[] = ["DECIDES", "CONDITION_UNMET", "APPLIES", "OTHER_PRINCIPAL", "OTHER_RESOURCE"];

export const STANDINGS: Readonly<Record<StandingType, string>> = {
  DECIDES: "Decides",
  APPLIES: "Applies",
  CONDITION_UNMET: "Condition not met",
  OTHER_PRINCIPAL: "For another principal",
  OTHER_RESOURCE: "For another resource",
};

export const KINDS: Readonly<Record<PolicyDocumentKind, string>> = {
  KEY_POLICY: "Key policy",
  IDENTITY_POLICY: "Identity policy",
  PERMISSIONS_BOUNDARY: "Permissions boundary",
  SESSION_POLICY: "Session policy",
  GRANT: "Grant",
  ROOT_USER: "Root user of the account",
};

export function inOrder(statements: readonly ExplainedStatement[]): readonly ExplainedStatement[] {
  const rank = ({ Standing }: ExplainedStatement): number => (Standing === undefined ? ORDER.length : ORDER.indexOf(Standing));
  return statements.toSorted((one, other) => rank(one) - rank(other));
}
