/** Whether a user may sign in to the console with a password. Nobody does before an administrator gives one. */

import { CreateLoginProfileCommand, DeleteLoginProfileCommand, GetLoginProfileCommand, UpdateLoginProfileCommand } from "@aws-sdk/client-iam";
import Button from "@cloudscape-design/components/button";
import Checkbox from "@cloudscape-design/components/checkbox";
import Container from "@cloudscape-design/components/container";
import FormField from "@cloudscape-design/components/form-field";
import Header from "@cloudscape-design/components/header";
import Input from "@cloudscape-design/components/input";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useState } from "react";

import { failureOf } from "../../api/failure";
import { iam } from "../../api/iam";
import { useNotices } from "../../app/notices";
import { FailureAlert } from "../../remote/FailureAlert";
import { Loaded } from "../../remote/Loaded";
import { useAction } from "../../remote/useAction";
import { useRemote } from "../../remote/useRemote";
import { visible } from "../../ui/Foreign";
import { When } from "../../ui/When";
import { FormModal } from "./FormModal";

interface Profile {
  readonly created: Date | undefined;
  readonly mustChange: boolean;
}

export function Password({ userName }: { readonly userName: string }) {
  const [setting, setSetting] = useState(false);
  const { notify } = useNotices();
  const found = useRemote(["login profile", userName], async (connection, signal): Promise<{ profile: Profile | undefined }> => {
    try {
      const { LoginProfile } = await iam(connection).send(new GetLoginProfileCommand({ UserName: userName }), { abortSignal: signal });
      return { profile: { created: LoginProfile?.CreateDate, mustChange: LoginProfile?.PasswordResetRequired === true } };
    } catch (error) {
      if (failureOf(error).kind === "not-found") return { profile: undefined };
      throw error;
    }
  });
  const removing = useAction(async (connection) => {
    await iam(connection).send(new DeleteLoginProfileCommand({ UserName: userName }));
    notify({ type: "success", header: `${visible(userName)} has no password any more` });
    found.reload();
  });
  const profile = found.status === "loaded" ? found.value.profile : undefined;
  return (
    <Container
      header={
        <Header
          variant="h2"
          actions={
            found.status === "loaded" && (
              <SpaceBetween direction="horizontal" size="xs">
                {profile !== undefined && <Button loading={removing.busy} onClick={() => { void removing.run(); }}>Take password away</Button>}
                <Button onClick={() => { setSetting(true); }}>{profile === undefined ? "Give a password" : "Change password"}</Button>
              </SpaceBetween>
            )
          }
        >
          Console sign-in
        </Header>
      }
    >
      <SpaceBetween size="s">
        {removing.failure !== undefined && <FailureAlert failure={removing.failure} />}
        <Loaded of={found}>
          {({ profile: has }) =>
            has === undefined ? (
              <div>No password: this user signs in with an access key only.</div>
            ) : (
              <div>
                Has a password since <When at={has.created} />{has.mustChange && ", and must change it at the next sign-in"}.
              </div>
            )
          }
        </Loaded>
      </SpaceBetween>
      {setting && (
        <SetPassword
          userName={userName}
          exists={profile !== undefined}
          onDone={() => { setSetting(false); found.reload(); }}
          onDismiss={() => { setSetting(false); }}
        />
      )}
    </Container>
  );
}

interface SetPasswordProps {
  readonly userName: string;
  readonly exists: boolean;
  readonly onDone: () => void;
  readonly onDismiss: () => void;
}

function SetPassword({ userName: UserName, exists, onDone, onDismiss }: SetPasswordProps) {
  const [password, setPassword] = useState("");
  const [mustChange, setMustChange] = useState(true);
  const { run, busy, failure } = useAction(async (connection) => {
    const asked = { UserName, Password: password, PasswordResetRequired: mustChange };
    if (exists) await iam(connection).send(new UpdateLoginProfileCommand(asked));
    else await iam(connection).send(new CreateLoginProfileCommand(asked));
    onDone();
  });
  return (
    <FormModal
      header={exists ? "Change password" : "Give a password"}
      act="Save password"
      ready={password !== ""}
      busy={busy}
      failure={failure}
      onAct={() => { void run(); }}
      onDismiss={onDismiss}
    >
      <FormField label="Password">
        <Input value={password} type="password" autoComplete="new-password" onChange={({ detail }) => { setPassword(detail.value); }} />
      </FormField>
      <Checkbox checked={mustChange} onChange={({ detail }) => { setMustChange(detail.checked); }}>
        The user must change it at the first sign-in
      </Checkbox>
    </FormModal>
  );
}
