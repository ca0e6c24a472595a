import { UpdateAssumeRolePolicyCommand } from "@aws-sdk/client-iam";
import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import { useState } from "react";

import { iam } from "../../api/iam";
import { Code } from "../../ui/Code";
import { indented } from "./documents";
import { EditPolicy } from "./EditPolicy";

export interface TrustPolicyProps {
  readonly roleName: string;
  readonly document: string;
  readonly onChanged: () => void;
}

/** Who may take a role on. */
export function TrustPolicy({ roleName, document, onChanged }: TrustPolicyProps) {
  const [editing, setEditing] = useState(false);
  return (
    <Container
      header={
        <Header
          variant="h2"
          description="Who may take the role on."
          actions={<Button onClick={() => { setEditing(true); }}>Edit trust policy</Button>}
        >
          Trust policy
        </Header>
      }
    >
      <Code label="Trust policy" text={indented(document)} />
      {editing && (
        <EditPolicy
          header="Edit trust policy"
          kind="trust"
          stored={document}
          save={(connection, PolicyDocument) => iam(connection).send(new UpdateAssumeRolePolicyCommand({ RoleName: roleName, PolicyDocument }))}
          saved="The trust policy was saved."
          onDone={() => { setEditing(false); onChanged(); }}
          onDismiss={() => { setEditing(false); }}
        />
      )}
    </Container>
  );
}
