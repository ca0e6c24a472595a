import Button from "@cloudscape-design/components/button";
import Form from "@cloudscape-design/components/form";
import FormField from "@cloudscape-design/components/form-field";
import Input from "@cloudscape-design/components/input";
import RadioGroup from "@cloudscape-design/components/radio-group";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useState } from "react";

import { failureOf, type Failure } from "../api/failure";
import { keep, kept } from "../preferences/preferences";
import { FailureAlert } from "../remote/FailureAlert";
import { signInWithKey, signInWithPassword } from "./session";

interface Fields {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  readonly account: string;
  readonly userName: string;
  readonly password: string;
  readonly newPassword: string;
}

const NOTHING: Fields = {
  accessKeyId: "",
  secretAccessKey: "",
  sessionToken: "",
  account: "",
  userName: "",
  password: "",
  newPassword: "",
};
const MUST_CHANGE = "PasswordChangeRequiredException";

export function SignInForm() {
  const [way, setWay] = useState(kept("sign-in") === "password" ? "password" : "key");
  const [fields, setFields] = useState(NOTHING);
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<Failure>();
  const [mustChange, setMustChange] = useState(false);
  const set = (name: keyof Fields) => ({
    value: fields[name],
    onChange: ({ detail }: { detail: { value: string } }) => {
      setFields((before) => ({ ...before, [name]: detail.value }));
    },
  });

  const signIn = async (): Promise<void> => {
    setBusy(true);
    setFailure(undefined);
    keep("sign-in", way);
    try {
      await (way === "password" ? byPassword(fields) : byKey(fields));
    } catch (error) {
      const failed = failureOf(error);
      setFailure(failed);
      setMustChange((before) => before || failed.name === MUST_CHANGE);
      setBusy(false);
    }
  };

  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (!busy) void signIn();
      }}
    >
      <Form
        actions={
          <Button variant="primary" formAction="submit" loading={busy}>
            Sign in
          </Button>
        }
      >
        <SpaceBetween size="m">
          {failure !== undefined && <FailureAlert failure={failure} header="You are not signed in" />}
          <RadioGroup
            ariaLabel="How to sign in"
            direction="horizontal"
            value={way}
            items={[
              { value: "key", label: "Access key" },
              { value: "password", label: "User and password" },
            ]}
            onChange={({ detail }) => {
              setWay(detail.value);
              setFailure(undefined);
            }}
          />
          {way === "key" ? (
            <SpaceBetween size="m">
              <FormField label="Access key ID">
                <Input {...set("accessKeyId")} name="access-key-id" autoComplete="off" spellcheck={false} />
              </FormField>
              <FormField label="Secret access key" description="Kept in this page's memory and nowhere else.">
                <Input {...set("secretAccessKey")} name="secret-access-key" type="password" autoComplete="off" />
              </FormField>
              <FormField label="Session token (optional)" description="Only temporary credentials have one.">
                <Input {...set("sessionToken")} name="session-token" type="password" autoComplete="off" />
              </FormField>
            </SpaceBetween>
          ) : (
            <SpaceBetween size="m">
              <FormField label="Account" description="Twelve digits, or the account's alias.">
                <Input {...set("account")} name="account" autoComplete="organization" spellcheck={false} />
              </FormField>
              <FormField label="User name">
                <Input {...set("userName")} name="username" autoComplete="username" spellcheck={false} />
              </FormField>
              <FormField label="Password">
                <Input {...set("password")} name="password" type="password" autoComplete="current-password" />
              </FormField>
              {mustChange && (
                <FormField label="New password" description="The password that you were given is good for changing it only.">
                  <Input {...set("newPassword")} name="new-password" type="password" autoComplete="new-password" />
                </FormField>
              )}
            </SpaceBetween>
          )}
        </SpaceBetween>
      </Form>
    </form>
  );
}

function byKey({ accessKeyId, secretAccessKey, sessionToken }: Fields) {
  const token = sessionToken.trim();
  return signInWithKey({
    accessKeyId: accessKeyId.trim(),
    secretAccessKey: secretAccessKey.trim(),
    ...(token === "" ? {} : { sessionToken: token }),
  });
}

function byPassword({ account, userName, password, newPassword }: Fields) {
  return signInWithPassword({
    account: account.trim(),
    userName: userName.trim(),
    password,
    ...(newPassword === "" ? {} : { newPassword }),
  });
}
