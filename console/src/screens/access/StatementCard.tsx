import Badge from "@cloudscape-design/components/badge";
import Box from "@cloudscape-design/components/box";
import SpaceBetween from "@cloudscape-design/components/space-between";
import StatusIndicator from "@cloudscape-design/components/status-indicator";

import type { ExplainedStatement, UnmetCondition } from "../../api/strongroom-types";
import { Code } from "../../ui/Code";
import { Foreign, visible } from "../../ui/Foreign";
import { KINDS, STANDINGS } from "./statements";

/** One statement of a policy, and what it had to say. */
export function StatementCard({ statement }: { readonly statement: ExplainedStatement }) {
  const { PolicyName = "", Kind, Effect, Sid = "", Standing, Document, UnmetConditions = [] } = statement;
  const name = Sid || PolicyName;
  return (
    <SpaceBetween size="xs">
      <SpaceBetween direction="horizontal" size="xs" alignItems="center">
        <Badge color={Effect === "Deny" ? "red" : "green"}>{Effect}</Badge>
        <Box variant="strong">{visible(name)}</Box>
        <Box variant="span" color="text-body-secondary">
          {Kind === undefined ? "" : KINDS[Kind]}
          {PolicyName !== "" && PolicyName !== name && <>: <Foreign text={PolicyName} /></>}
        </Box>
        {Standing !== undefined && (
          <StatusIndicator type={Standing === "DECIDES" ? "success" : Standing === "CONDITION_UNMET" ? "warning" : "info"}>
            {STANDINGS[Standing]}
          </StatusIndicator>
        )}
      </SpaceBetween>
      {UnmetConditions.map((condition, index) => (
        <Unmet key={index} condition={condition} />
      ))}
      {Document !== undefined && <Code label={`Statement ${visible(name)}`} text={pretty(Document)} />}
    </SpaceBetween>
  );
}

function Unmet({ condition: { Operator = "", Key = "", Wanted = [], Seen } }: { readonly condition: UnmetCondition }) {
  return (
    <div>
      <Foreign text={Key} /> must satisfy <Foreign text={Operator} /> <Foreign text={Wanted.join(", ")} />;{" "}
      {Seen === undefined ? "the request has none." : <>the request has <Foreign text={Seen.join(", ")} />.</>}
    </div>
  );
}

function pretty(document: string): string {
  try {
    return JSON.stringify(JSON.parse(document), undefined, 2);
  } catch {
    return document;
  }
}
