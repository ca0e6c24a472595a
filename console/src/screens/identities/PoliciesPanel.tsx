/** The policies of a user, group or role: managed ones that are attached, and its own. */

import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import ExpandableSection from "@cloudscape-design/components/expandable-section";
import FormField from "@cloudscape-design/components/form-field";
import Header from "@cloudscape-design/components/header";
import Input from "@cloudscape-design/components/input";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useState } from "react";

import { iam } from "../../api/iam";
import { useTask } from "../../app/useTask";
import { Loaded } from "../../remote/Loaded";
import { useRemote } from "../../remote/useRemote";
import { Code } from "../../ui/Code";
import { ConfirmModal } from "../../ui/ConfirmModal";
import { Foreign, visible } from "../../ui/Foreign";
import { LinkTo } from "../../ui/LinkTo";
import { path } from "../paths";
import { ChoosePolicy } from "./ChoosePolicy";
import { IDENTITY_TEMPLATE, indented, problemOf } from "./documents";
import { EditPolicy } from "./EditPolicy";
import { FormModal } from "./FormModal";
import { OWNERS, type OwnerKind } from "./owners";
import { PolicyField } from "./PolicyField";
import { TryPolicy, type Attempt } from "./TryPolicy";

interface Of {
  readonly kind: OwnerKind;
  readonly name: string;
  readonly arn: string;
}

/** Calls are recorded of users and roles, not of groups. */
function attemptOf({ kind, arn }: Of, insteadOf?: string): Attempt | undefined {
  return kind === "groups" ? undefined : { principalArn: arn, insteadOf };
}

type Doing = { readonly what: "attach" } | { readonly what: "add" } | { readonly what: "remove"; readonly policy: string; readonly arn?: string };

export function PoliciesPanel(of: Of) {
  const { kind, name } = of;
  const [doing, setDoing] = useState<Doing>();
  const api = OWNERS[kind];
  const found = useRemote(["policies of", kind, name], async (connection, signal) => {
    const [client, options] = [iam(connection), { abortSignal: signal }];
    const [attached, inline] = await Promise.all([api.attached(client, name, options), api.inline(client, name, options)]);
    return { attached, inline };
  });
  const done = (): void => {
    setDoing(undefined);
    found.reload();
  };
  const close = (): void => {
    setDoing(undefined);
  };
  return (
    <Container
      header={
        <Header
          variant="h2"
          actions={
            <SpaceBetween direction="horizontal" size="xs">
              <Button onClick={() => { setDoing({ what: "add" }); }}>Add inline policy</Button>
              <Button onClick={() => { setDoing({ what: "attach" }); }}>Attach policy</Button>
            </SpaceBetween>
          }
        >
          Permissions
        </Header>
      }
    >
      <Loaded of={found} isEmpty={({ attached, inline }) => attached.length + inline.length === 0} empty="No policies: key policies and grants alone say what is allowed.">
        {({ attached, inline }) => (
          <SpaceBetween size="s">
            {attached.map(({ PolicyArn = "", PolicyName = "" }) => (
              <SpaceBetween key={PolicyArn} direction="horizontal" size="s" alignItems="center">
                <LinkTo to={path("identity", { kind: "policies", name: PolicyArn })}>
                  <Foreign text={PolicyName} />
                </LinkTo>
                <span>attached</span>
                <Button variant="inline-link" ariaLabel={`Detach ${visible(PolicyName)}`} onClick={() => { setDoing({ what: "remove", policy: PolicyName, arn: PolicyArn }); }}>
                  Detach
                </Button>
              </SpaceBetween>
            ))}
            {inline.map((policy) => (
              <ExpandableSection key={policy} headerText={`${visible(policy)} (inline)`}>
                <Inline {...of} policy={policy} onRemove={() => { setDoing({ what: "remove", policy }); }} />
              </ExpandableSection>
            ))}
          </SpaceBetween>
        )}
      </Loaded>
      {doing?.what === "attach" && (
        <ChoosePolicy
          act="Attach policy"
          apply={(connection, arn) => api.attach(iam(connection), name, arn)}
          applied="The policy was attached."
          onDone={done}
          onDismiss={close}
        />
      )}
      {doing?.what === "add" && <AddInline {...of} onDone={done} onDismiss={close} />}
      {doing?.what === "remove" && <Remove {...of} policy={doing.policy} policyArn={doing.arn} onDone={done} onDismiss={close} />}
    </Container>
  );
}

function Inline({ policy, onRemove, ...of }: Of & { readonly policy: string; readonly onRemove: () => void }) {
  const { kind, name } = of;
  const [editing, setEditing] = useState(false);
  const api = OWNERS[kind];
  const found = useRemote(["inline", kind, name, policy], (connection, signal) => api.document(iam(connection), name, policy, { abortSignal: signal }));
  return (
    <SpaceBetween size="s">
      <Loaded of={found}>{(document) => <Code label={`Policy ${visible(policy)}`} text={indented(document)} />}</Loaded>
      <SpaceBetween direction="horizontal" size="xs">
        <Button ariaLabel={`Edit policy ${visible(policy)}`} disabled={found.status !== "loaded"} onClick={() => { setEditing(true); }}>Edit policy</Button>
        <Button ariaLabel={`Delete policy ${visible(policy)}`} onClick={onRemove}>Delete policy</Button>
      </SpaceBetween>
      {editing && found.status === "loaded" && (
        <EditPolicy
          header={`Edit ${visible(policy)}`}
          kind="identity"
          stored={found.value}
          attempt={attemptOf(of, policy)}
          save={(connection, document) => api.put(iam(connection), name, policy, document)}
          saved="The policy was saved."
          onDone={() => { setEditing(false); found.reload(); }}
          onDismiss={() => { setEditing(false); }}
        />
      )}
    </SpaceBetween>
  );
}

interface Dialog extends Of {
  readonly onDone: () => void;
  readonly onDismiss: () => void;
}

function AddInline({ onDone, onDismiss, ...of }: Dialog) {
  const { kind, name } = of;
  const attempt = attemptOf(of);
  const [policy, setPolicy] = useState("");
  const [document, setDocument] = useState(IDENTITY_TEMPLATE);
  const adding = useTask((connection) => OWNERS[kind].put(iam(connection), name, policy.trim(), document), "The policy was added.", onDone);
  return (
    <FormModal
      header="Add inline policy"
      act="Add policy"
      large
      ready={policy.trim() !== "" && problemOf(document) === undefined}
      busy={adding.busy}
      failure={adding.failure}
      onAct={adding.run}
      onDismiss={onDismiss}
    >
      <FormField label="Policy name" description="A policy of the same name is replaced.">
        <Input value={policy} autoComplete="off" spellcheck={false} onChange={({ detail }) => { setPolicy(detail.value); }} />
      </FormField>
      <PolicyField kind="identity" label="Policy" value={document} onChange={setDocument} />
      {attempt !== undefined && <TryPolicy attempt={attempt} document={document} />}
    </FormModal>
  );
}

function Remove({ kind, name, policy, policyArn, onDone, onDismiss }: Dialog & { readonly policy: string; readonly policyArn: string | undefined }) {
  const api = OWNERS[kind];
  const removing = useTask(
    (connection): Promise<unknown> => (policyArn === undefined ? api.drop(iam(connection), name, policy) : api.detach(iam(connection), name, policyArn)),
    policyArn === undefined ? "The policy was deleted." : "The policy was detached.",
    onDone,
  );
  const verb = policyArn === undefined ? "Delete" : "Detach";
  return (
    <ConfirmModal
      header={`${verb} policy?`}
      confirm={verb}
      busy={removing.busy}
      failure={removing.failure}
      {...(policyArn === undefined ? { name: policy } : {})}
      onConfirm={removing.run}
      onDismiss={onDismiss}
    >
      <div>
        What only <Foreign text={policy} /> allows to <Foreign text={name} /> is refused from the next call on.
      </div>
    </ConfirmModal>
  );
}
