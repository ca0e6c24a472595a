/** The policies of a user, group or role: managed ones that are attached, and its own. */

import Autosuggest from "@cloudscape-design/components/autosuggest";
import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import ExpandableSection from "@cloudscape-design/components/expandable-section";
import FormField from "@cloudscape-design/components/form-field";
import Header from "@cloudscape-design/components/header";
import Input from "@cloudscape-design/components/input";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { ListPoliciesCommand } from "@aws-sdk/client-iam";
import { useState } from "react";

import { iam } from "../../api/iam";
import { FailureAlert } from "../../remote/FailureAlert";
import { Loaded } from "../../remote/Loaded";
import { useAction } from "../../remote/useAction";
import { useRemote } from "../../remote/useRemote";
import { Code } from "../../ui/Code";
import { ConfirmModal } from "../../ui/ConfirmModal";
import { Foreign, visible } from "../../ui/Foreign";
import { LinkTo } from "../../ui/LinkTo";
import { path } from "../paths";
import { IDENTITY_TEMPLATE, indented, problemOf } from "./documents";
import { FormModal } from "./FormModal";
import { OWNERS, type OwnerKind } from "./owners";
import { PolicyField } from "./PolicyField";

interface Of {
  readonly kind: OwnerKind;
  readonly name: string;
}

type Doing = { readonly what: "attach" } | { readonly what: "add" } | { readonly what: "remove"; readonly policy: string; readonly arn?: string };

const MOST = 1000;

export function PoliciesPanel({ kind, name }: Of) {
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
                <Button variant="inline-link" ariaLabel={`Detach ${PolicyName}`} onClick={() => { setDoing({ what: "remove", policy: PolicyName, arn: PolicyArn }); }}>
                  Detach
                </Button>
              </SpaceBetween>
            ))}
            {inline.map((policy) => (
              <ExpandableSection key={policy} headerText={`${visible(policy)} (inline)`}>
                <SpaceBetween size="s">
                  <Inline kind={kind} name={name} policy={policy} />
                  <Button onClick={() => { setDoing({ what: "remove", policy }); }}>Delete this policy</Button>
                </SpaceBetween>
              </ExpandableSection>
            ))}
          </SpaceBetween>
        )}
      </Loaded>
      {doing?.what === "attach" && <Attach kind={kind} name={name} onDone={done} onDismiss={close} />}
      {doing?.what === "add" && <AddInline kind={kind} name={name} onDone={done} onDismiss={close} />}
      {doing?.what === "remove" && <Remove kind={kind} name={name} policy={doing.policy} arn={doing.arn} onDone={done} onDismiss={close} />}
    </Container>
  );
}

function Inline({ kind, name, policy }: Of & { readonly policy: string }) {
  const found = useRemote(["inline", kind, name, policy], (connection, signal) => OWNERS[kind].document(iam(connection), name, policy, { abortSignal: signal }));
  return <Loaded of={found}>{(document) => <Code label={`Policy ${visible(policy)}`} text={indented(document)} />}</Loaded>;
}

interface Dialog extends Of {
  readonly onDone: () => void;
  readonly onDismiss: () => void;
}

function Attach({ kind, name, onDone, onDismiss }: Dialog) {
  const [arn, setArn] = useState("");
  const policies = useRemote(["policies to attach"], (connection, signal) => iam(connection).send(new ListPoliciesCommand({ MaxItems: MOST }), { abortSignal: signal }));
  const { run, busy, failure } = useAction((connection) => OWNERS[kind].attach(iam(connection), name, arn.trim()));
  return (
    <FormModal
      header="Attach policy"
      act="Attach policy"
      ready={arn.trim() !== ""}
      busy={busy}
      failure={failure}
      onAct={() => { void run().then((answer) => { if (answer !== undefined) onDone(); }); }}
      onDismiss={onDismiss}
    >
      {policies.status === "failed" && <FailureAlert failure={policies.failure} header="Policies cannot be listed: write the ARN" />}
      <FormField label="Policy" description="ARN; or choose one.">
        <Autosuggest
          value={arn}
          options={(policies.last?.Policies ?? []).map(({ Arn = "", PolicyName = "" }) => ({ value: Arn, label: visible(PolicyName), description: Arn }))}
          statusType={policies.busy ? "loading" : "finished"}
          loadingText="Loading policies"
          enteredTextLabel={(entered) => `Use ${entered}`}
          empty="No such policy"
          onChange={({ detail }) => { setArn(detail.value); }}
        />
      </FormField>
    </FormModal>
  );
}

function AddInline({ kind, name, onDone, onDismiss }: Dialog) {
  const [policy, setPolicy] = useState("");
  const [document, setDocument] = useState(IDENTITY_TEMPLATE);
  const { run, busy, failure } = useAction((connection) => OWNERS[kind].put(iam(connection), name, policy.trim(), document));
  return (
    <FormModal
      header="Add inline policy"
      act="Add policy"
      large
      ready={policy.trim() !== "" && problemOf(document) === undefined}
      busy={busy}
      failure={failure}
      onAct={() => { void run().then((answer) => { if (answer !== undefined) onDone(); }); }}
      onDismiss={onDismiss}
    >
      <FormField label="Policy name" description="A policy of the same name is replaced.">
        <Input value={policy} autoComplete="off" spellcheck={false} onChange={({ detail }) => { setPolicy(detail.value); }} />
      </FormField>
      <PolicyField label="Policy" value={document} onChange={setDocument} />
    </FormModal>
  );
}

function Remove({ kind, name, policy, arn, onDone, onDismiss }: Dialog & { readonly policy: string; readonly arn: string | undefined }) {
  const api = OWNERS[kind];
  const { run, busy, failure } = useAction((connection) =>
    arn === undefined ? api.drop(iam(connection), name, policy) : api.detach(iam(connection), name, arn),
  );
  const verb = arn === undefined ? "Delete" : "Detach";
  return (
    <ConfirmModal
      header={`${verb} policy?`}
      confirm={verb}
      busy={busy}
      failure={failure}
      {...(arn === undefined ? { name: policy } : {})}
      onConfirm={() => { void run().then((answer) => { if (answer !== undefined) onDone(); }); }}
      onDismiss={onDismiss}
    >
      <div>
        What only <Foreign text={policy} /> allows to <Foreign text={name} /> is refused from the next call on.
      </div>
    </ConfirmModal>
  );
}
