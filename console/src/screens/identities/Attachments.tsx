/** To whom a managed policy is attached, and whose boundary it is. */

import { ListEntitiesForPolicyCommand, type ListEntitiesForPolicyCommandOutput } from "@aws-sdk/client-iam";
import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import FormField from "@cloudscape-design/components/form-field";
import Header from "@cloudscape-design/components/header";
import Input from "@cloudscape-design/components/input";
import Select from "@cloudscape-design/components/select";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useState } from "react";

import { iam } from "../../api/iam";
import { useTask } from "../../app/useTask";
import { Loaded } from "../../remote/Loaded";
import { useRemote } from "../../remote/useRemote";
import { ConfirmModal } from "../../ui/ConfirmModal";
import { Foreign, visible } from "../../ui/Foreign";
import { LinkTo } from "../../ui/LinkTo";
import { path } from "../paths";
import { FormModal } from "./FormModal";
import { isOwner, OWNERS, type OwnerKind } from "./owners";

interface Holder {
  readonly kind: OwnerKind;
  readonly name: string;
}

const MOST = 1000;
const KINDS = Object.entries(OWNERS).map(([value, { one }]) => ({ value, label: one }));

function holdersOf({ PolicyUsers = [], PolicyGroups = [], PolicyRoles = [] }: ListEntitiesForPolicyCommandOutput): readonly Holder[] {
  return [
    ...PolicyUsers.map(({ UserName: name = "" }) => ({ kind: "users" as const, name })),
    ...PolicyGroups.map(({ GroupName: name = "" }) => ({ kind: "groups" as const, name })),
    ...PolicyRoles.map(({ RoleName: name = "" }) => ({ kind: "roles" as const, name })),
  ];
}

export function Attachments({ arn }: { readonly arn: string }) {
  const [attaching, setAttaching] = useState(false);
  const [detaching, setDetaching] = useState<Holder>();
  const found = useRemote(["holders", arn], async (connection, signal) => {
    const holders = async (PolicyUsageFilter: "PermissionsPolicy" | "PermissionsBoundary") =>
      holdersOf(await iam(connection).send(new ListEntitiesForPolicyCommand({ PolicyArn: arn, PolicyUsageFilter, MaxItems: MOST }), { abortSignal: signal }));
    const [attached, bounded] = await Promise.all([holders("PermissionsPolicy"), holders("PermissionsBoundary")]);
    return { attached, bounded };
  });
  const detach = useTask(
    (connection, { kind, name }: Holder) => OWNERS[kind].detach(iam(connection), name, arn),
    "The policy was detached.",
    () => { setDetaching(undefined); found.reload(); },
  );
  return (
    <Container
      header={
        <Header
          variant="h2"
          {...(found.last === undefined ? {} : { counter: `(${found.last.attached.length})` })}
          actions={<Button onClick={() => { setAttaching(true); }}>Attach</Button>}
        >
          Attached to
        </Header>
      }
    >
      <Loaded of={found} isEmpty={({ attached, bounded }) => attached.length + bounded.length === 0} empty="To nobody: it allows and denies nothing yet.">
        {({ attached, bounded }) => (
          <SpaceBetween size="xs">
            {attached.map((holder) => (
              <SpaceBetween key={`${holder.kind} ${holder.name}`} direction="horizontal" size="s" alignItems="center">
                <Named of={holder} />
                <Button variant="inline-link" ariaLabel={`Detach from ${visible(holder.name)}`} onClick={() => { setDetaching(holder); }}>Detach</Button>
              </SpaceBetween>
            ))}
            {bounded.map((holder) => (
              <SpaceBetween key={`boundary ${holder.kind} ${holder.name}`} direction="horizontal" size="s">
                <Named of={holder} />
                <span>as permissions boundary</span>
              </SpaceBetween>
            ))}
          </SpaceBetween>
        )}
      </Loaded>
      {attaching && <Attach arn={arn} onDone={() => { setAttaching(false); found.reload(); }} onDismiss={() => { setAttaching(false); }} />}
      {detaching !== undefined && (
        <ConfirmModal
          header="Detach policy?"
          confirm="Detach"
          busy={detach.busy}
          failure={detach.failure}
          onConfirm={() => { detach.run(detaching); }}
          onDismiss={() => { detach.forget(); setDetaching(undefined); }}
        >
          <div>
            What only this policy allows to <Foreign text={detaching.name} /> is refused from the next call on.
          </div>
        </ConfirmModal>
      )}
    </Container>
  );
}

function Named({ of: { kind, name } }: { readonly of: Holder }) {
  return (
    <LinkTo to={path("identity", { kind, name })}>
      {OWNERS[kind].one} <Foreign text={name} />
    </LinkTo>
  );
}

function Attach({ arn, onDone, onDismiss }: { readonly arn: string; readonly onDone: () => void; readonly onDismiss: () => void }) {
  const [kind, setKind] = useState<OwnerKind>("users");
  const [name, setName] = useState("");
  const attach = useTask((connection) => OWNERS[kind].attach(iam(connection), name.trim(), arn), "The policy was attached.", onDone);
  return (
    <FormModal header="Attach policy" act="Attach policy" ready={name.trim() !== ""} busy={attach.busy} failure={attach.failure} onAct={attach.run} onDismiss={onDismiss}>
      <FormField label="To a">
        <Select
          options={KINDS}
          selectedOption={KINDS.find(({ value }) => value === kind) ?? null}
          onChange={({ detail }) => {
            const { value = "" } = detail.selectedOption;
            if (isOwner(value)) setKind(value);
          }}
        />
      </FormField>
      <FormField label="Name">
        <Input value={name} autoComplete="off" spellcheck={false} onChange={({ detail }) => { setName(detail.value); }} />
      </FormField>
    </FormModal>
  );
}
