/** Which groups a user is in, or which users a group has. */

import { AddUserToGroupCommand, GetGroupCommand, ListGroupsForUserCommand, RemoveUserFromGroupCommand } from "@aws-sdk/client-iam";
import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import FormField from "@cloudscape-design/components/form-field";
import Header from "@cloudscape-design/components/header";
import Input from "@cloudscape-design/components/input";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useState } from "react";

import { iam } from "../../api/iam";
import { FailureAlert } from "../../remote/FailureAlert";
import { Loaded } from "../../remote/Loaded";
import { useAction } from "../../remote/useAction";
import { useRemote } from "../../remote/useRemote";
import { Foreign } from "../../ui/Foreign";
import { LinkTo } from "../../ui/LinkTo";
import { path } from "../paths";
import { FormModal } from "./FormModal";

const MOST = 1000;

export interface MembershipsProps {
  readonly kind: "users" | "groups";
  readonly name: string;
}

export function Memberships({ kind, name }: MembershipsProps) {
  const [adding, setAdding] = useState(false);
  const [other, setOther] = useState("");
  const isUser = kind === "users";
  const pair = (chosen: string) => (isUser ? { UserName: name, GroupName: chosen } : { UserName: chosen, GroupName: name });
  const found = useRemote(["members", kind, name], async (connection, signal) => {
    const options = { abortSignal: signal };
    if (isUser) {
      const { Groups = [] } = await iam(connection).send(new ListGroupsForUserCommand({ UserName: name, MaxItems: MOST }), options);
      return { names: Groups.map(({ GroupName = "" }) => GroupName), more: false };
    }
    const { Users = [], IsTruncated: more = false } = await iam(connection).send(new GetGroupCommand({ GroupName: name, MaxItems: MOST }), options);
    return { names: Users.map(({ UserName = "" }) => UserName), more };
  });
  const add = useAction(async (connection) => {
    await iam(connection).send(new AddUserToGroupCommand(pair(other.trim())));
    setAdding(false);
    setOther("");
    found.reload();
  });
  const remove = useAction(async (connection, chosen: string) => {
    await iam(connection).send(new RemoveUserFromGroupCommand(pair(chosen)));
    found.reload();
  });
  return (
    <Container
      header={
        <Header variant="h2" actions={<Button onClick={() => { setAdding(true); }}>{isUser ? "Add to group" : "Add user"}</Button>}>
          {isUser ? "Groups" : "Users"}
        </Header>
      }
    >
      <SpaceBetween size="s">
        {remove.failure !== undefined && <FailureAlert failure={remove.failure} />}
        <Loaded of={found} isEmpty={({ names }) => names.length === 0} empty={isUser ? "In no group." : "No users."}>
          {({ names, more }) => (
            <SpaceBetween size="xs">
              {more && <div>Only the first {MOST} are listed.</div>}
              {names.map((one) => (
                <SpaceBetween key={one} direction="horizontal" size="s" alignItems="center">
                  <LinkTo to={path("identity", { kind: isUser ? "groups" : "users", name: one })}>
                    <Foreign text={one} />
                  </LinkTo>
                  <Button variant="inline-link" ariaLabel={`Remove ${one}`} onClick={() => { void remove.run(one); }}>
                    Remove
                  </Button>
                </SpaceBetween>
              ))}
            </SpaceBetween>
          )}
        </Loaded>
      </SpaceBetween>
      {adding && (
        <FormModal
          header={isUser ? "Add to group" : "Add user"}
          act="Add"
          ready={other.trim() !== ""}
          busy={add.busy}
          failure={add.failure}
          onAct={() => { void add.run(); }}
          onDismiss={() => { setAdding(false); add.forget(); }}
        >
          <FormField label={isUser ? "Group name" : "User name"}>
            <Input value={other} autoComplete="off" spellcheck={false} onChange={({ detail }) => { setOther(detail.value); }} />
          </FormField>
        </FormModal>
      )}
    </Container>
  );
}
