/** The permissions boundary of a user or role: what its policies can allow at most. */

import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useState } from "react";

import { iam } from "../../api/iam";
import { useTask } from "../../app/useTask";
import { Empty } from "../../remote/Loaded";
import { ConfirmModal } from "../../ui/ConfirmModal";
import { Foreign } from "../../ui/Foreign";
import { LinkTo } from "../../ui/LinkTo";
import { path } from "../paths";
import { ChoosePolicy } from "./ChoosePolicy";
import type { BoundaryApi } from "./owners";

export interface BoundaryProps {
  readonly api: BoundaryApi;
  readonly name: string;
  /** ARN of a managed policy. */
  readonly boundary: string | undefined;
  readonly onChanged: () => void;
}

export function Boundary({ api, name, boundary, onChanged }: BoundaryProps) {
  const [asking, setAsking] = useState<"set" | "remove">();
  const done = (): void => {
    setAsking(undefined);
    onChanged();
  };
  const removing = useTask((connection) => api.unbind(iam(connection), name), "The permissions boundary was removed.", done);
  return (
    <Container
      header={
        <Header
          variant="h2"
          description="What policies here can allow at most. Allowed is what both the boundary and a policy allow."
          actions={
            <SpaceBetween direction="horizontal" size="xs">
              {boundary !== undefined && <Button onClick={() => { setAsking("remove"); }}>Remove boundary</Button>}
              <Button onClick={() => { setAsking("set"); }}>{boundary === undefined ? "Set boundary" : "Change boundary"}</Button>
            </SpaceBetween>
          }
        >
          Permissions boundary
        </Header>
      }
    >
      {boundary === undefined ? (
        <Empty>No boundary: policies alone say what is allowed.</Empty>
      ) : (
        <LinkTo to={path("identity", { kind: "policies", name: boundary })}>
          <Foreign text={boundary} />
        </LinkTo>
      )}
      {asking === "set" && (
        <ChoosePolicy
          act={boundary === undefined ? "Set boundary" : "Change boundary"}
          description="ARN, or choose one. It allows nothing by itself."
          apply={(connection, arn) => api.bind(iam(connection), name, arn)}
          applied="The permissions boundary was set."
          onDone={done}
          onDismiss={() => { setAsking(undefined); }}
        />
      )}
      {asking === "remove" && (
        <ConfirmModal
          header="Remove the boundary?"
          confirm="Remove boundary"
          busy={removing.busy}
          failure={removing.failure}
          onConfirm={removing.run}
          onDismiss={() => { setAsking(undefined); removing.forget(); }}
        >
          <div>
            What the policies of <Foreign text={name} /> allow and the boundary held back is allowed from the next call on.
          </div>
        </ConfirmModal>
      )}
    </Container>
  );
}
