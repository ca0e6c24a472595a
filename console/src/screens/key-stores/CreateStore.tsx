import { CreateCustomKeyStoreCommand } from "@aws-sdk/client-kms";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import FormField from "@cloudscape-design/components/form-field";
import Input from "@cloudscape-design/components/input";
import Modal from "@cloudscape-design/components/modal";
import RadioGroup from "@cloudscape-design/components/radio-group";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Textarea from "@cloudscape-design/components/textarea";
import { useState } from "react";

import { kms } from "../../api/kms";
import { FailureAlert } from "../../remote/FailureAlert";
import { useAction } from "../../remote/useAction";
import { EMPTY, isWhole, requestOf, TYPES, type Draft, type StoreType } from "./stores";

export interface CreateStoreProps {
  readonly onDone: (name: string) => void;
  readonly onDismiss: () => void;
}

export function CreateStore({ onDone, onDismiss }: CreateStoreProps) {
  const [draft, setDraft] = useState(EMPTY);
  const { run, busy, failure } = useAction(async (connection) => {
    await kms(connection).send(new CreateCustomKeyStoreCommand(requestOf(draft)));
    onDone(draft.name.trim());
  });
  const set = (change: Partial<Draft>): void => {
    setDraft((before) => ({ ...before, ...change }));
  };
  const field = (name: keyof Draft, label: string, description = "", type: "text" | "password" = "text") => (
    <FormField label={label} description={description}>
      <Input value={draft[name]} type={type} autoComplete={type === "password" ? "new-password" : "off"} spellcheck={false} onChange={({ detail }) => { set({ [name]: detail.value }); }} />
    </FormField>
  );
  return (
    <Modal
      visible
      size="large"
      header="Create custom key store"
      onDismiss={onDismiss}
      footer={
        <Box float="right">
          <SpaceBetween direction="horizontal" size="xs">
            <Button variant="link" onClick={onDismiss}>Cancel</Button>
            <Button variant="primary" disabled={!isWhole(draft)} loading={busy} onClick={() => { void run(); }}>Create key store</Button>
          </SpaceBetween>
        </Box>
      }
    >
      <SpaceBetween size="m">
        {field("name", "Name")}
        <FormField label="Type">
          <RadioGroup
            value={draft.type}
            items={Object.entries(TYPES).map(([value, label]) => ({ value, label }))}
            onChange={({ detail }) => { set({ type: detail.value as StoreType }); }}
          />
        </FormField>
        {draft.type === "AWS_CLOUDHSM" ? (
          <>
            {field("cluster", "Cluster id", "As in cluster-1a2b3c4d5e6.")}
            <FormField label="Trust anchor certificate" description="PEM.">
              <Textarea value={draft.anchor} rows={5} spellcheck={false} onChange={({ detail }) => { set({ anchor: detail.value }); }} />
            </FormField>
            {field("password", "Password of the crypto user kmsuser", "", "password")}
          </>
        ) : (
          <>
            {field("endpoint", "Proxy's address", "As in https://xks.example.com.")}
            {field("path", "Path", "Ends in /kms/xks/v1.")}
            {field("accessKeyId", "Access key id at the proxy")}
            {field("secret", "Secret access key at the proxy", "", "password")}
          </>
        )}
        {failure !== undefined && <FailureAlert failure={failure} />}
      </SpaceBetween>
    </Modal>
  );
}
