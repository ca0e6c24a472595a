/** An explained decision: the verdict, why, which statements made it, and the smallest change that turns it. */

import Alert from "@cloudscape-design/components/alert";
import Badge from "@cloudscape-design/components/badge";
import Box from "@cloudscape-design/components/box";
import Container from "@cloudscape-design/components/container";
import ExpandableSection from "@cloudscape-design/components/expandable-section";
import Header from "@cloudscape-design/components/header";
import KeyValuePairs from "@cloudscape-design/components/key-value-pairs";
import SpaceBetween from "@cloudscape-design/components/space-between";

import type { ExplainAccessResponse, Explanation } from "../../api/strongroom-types";
import { Code } from "../../ui/Code";
import { Foreign, visible } from "../../ui/Foreign";
import { StatementCard } from "./StatementCard";
import { inOrder } from "./statements";

export function Decision({ answer }: { readonly answer: ExplainAccessResponse }) {
  const { Explanations = [] } = answer;
  if (Explanations.length === 0) return <Verdict explanation={answer} />;
  return (
    <SpaceBetween size="l">
      {Explanations.map((explanation, index) => (
        <Explained key={index} explanation={explanation} />
      ))}
    </SpaceBetween>
  );
}

function Verdict({ explanation: { Decision: decision, Reason = "" } }: { readonly explanation: Explanation }) {
  const allowed = decision === "ALLOWED";
  return (
    <Alert type={allowed ? "success" : "error"} header={allowed ? "Allowed" : "Denied"}>
      <Foreign text={Reason} />
    </Alert>
  );
}

function Explained({ explanation }: { readonly explanation: Explanation }) {
  const { Principal = "-", Action = "-", Resource = "-", Statements = [], Grants = [], Context = [], Absent = [], SmallestChange = [], Text = [] } = explanation;
  const statements = inOrder(Statements);
  const near = statements.filter(({ Standing }) => Standing === "DECIDES" || Standing === "CONDITION_UNMET" || Standing === "APPLIES");
  const far = statements.filter((statement) => !near.includes(statement));
  return (
    <SpaceBetween size="l">
      <Verdict explanation={explanation} />
      <Container header={<Header variant="h2">What was asked</Header>}>
        <SpaceBetween size="m">
          <KeyValuePairs
            columns={3}
            items={[
              { label: "Principal", value: <Foreign text={Principal} /> },
              { label: "Action", value: <Foreign text={Action} /> },
              { label: "Resource", value: <Foreign text={Resource} /> },
            ]}
          />
          {(Context.length > 0 || Absent.length > 0) && (
            <KeyValuePairs
              columns={3}
              items={[
                ...Context.map(({ Name = "", Values = [] }) => ({ label: visible(Name), value: <Foreign text={Values.join(", ")} /> })),
                ...Absent.map((name) => ({ label: visible(name), value: <Box color="text-status-inactive">not there</Box> })),
              ]}
            />
          )}
        </SpaceBetween>
      </Container>
      {SmallestChange.length > 0 && (
        <Container header={<Header variant="h2" description="Any one of these would turn the decision.">Smallest change</Header>}>
          <ul>
            {SmallestChange.map((change, index) => (
              <li key={index}>
                <Foreign text={change} />
              </li>
            ))}
          </ul>
        </Container>
      )}
      <Container header={<Header variant="h2" counter={`(${near.length})`}>Statements that count</Header>}>
        <SpaceBetween size="l">
          {near.length === 0 && <Box color="text-body-secondary">No statement is about this principal, action and resource.</Box>}
          {near.map((statement, index) => (
            <StatementCard key={index} statement={statement} />
          ))}
          {Grants.length > 0 && (
            <SpaceBetween direction="horizontal" size="xs">
              <Box variant="span">By the grant:</Box>
              {Grants.map((grant) => (
                <Badge key={grant}>{visible(grant)}</Badge>
              ))}
            </SpaceBetween>
          )}
          {far.length > 0 && (
            <ExpandableSection headerText={`Statements for other principals or resources (${far.length})`}>
              <SpaceBetween size="l">
                {far.map((statement, index) => (
                  <StatementCard key={index} statement={statement} />
                ))}
              </SpaceBetween>
            </ExpandableSection>
          )}
        </SpaceBetween>
      </Container>
      {Text.length > 0 && (
        <ExpandableSection headerText="The explanation as text">
          <Code label="Explanation" text={Text.join("\n")} wrap />
        </ExpandableSection>
      )}
    </SpaceBetween>
  );
}
