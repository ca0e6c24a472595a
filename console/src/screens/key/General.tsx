import { GetKeyLastUsageCommand, UpdateKeyDescriptionCommand, type KeyMetadata } from "@aws-sdk/client-kms";
import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import CopyToClipboard from "@cloudscape-design/components/copy-to-clipboard";
import Header from "@cloudscape-design/components/header";
import KeyValuePairs from "@cloudscape-design/components/key-value-pairs";
import Textarea from "@cloudscape-design/components/textarea";
import { useState } from "react";

import type { Failure } from "../../api/failure";
import { kms } from "../../api/kms";
import type { Remote } from "../../remote/useRemote";
import { useRemote } from "../../remote/useRemote";
import { ConfirmModal } from "../../ui/ConfirmModal";
import { Foreign } from "../../ui/Foreign";
import { KeyStateIndicator } from "../../ui/KeyStateIndicator";
import { regionalityText, shortAlias } from "../../ui/key-words";
import { When } from "../../ui/When";
import { useTask } from "../../app/useTask";

export interface GeneralProps {
  readonly of: KeyMetadata;
  readonly aliases: Remote<readonly string[]>;
  readonly changeable: boolean;
  readonly reload: () => void;
}

/** What AWS's console calls the general configuration. */
export function General({ of: key, aliases, changeable, reload }: GeneralProps) {
  const [editing, setEditing] = useState(false);
  const usage = useRemote(["last usage", key.Arn], (connection, signal) =>
    kms(connection).send(new GetKeyLastUsageCommand({ KeyId: key.Arn }), { abortSignal: signal }),
  );
  return (
    <Container
      header={
        <Header
          variant="h2"
          actions={
            changeable && (
              <Button
                onClick={() => {
                  setEditing(true);
                }}
              >
                Edit description
              </Button>
            )
          }
        >
          General configuration
        </Header>
      }
    >
      <KeyValuePairs
        columns={4}
        items={[
          { label: "Alias", value: <AliasValue of={aliases} /> },
          { label: "Status", value: <KeyStateIndicator state={key.KeyState} /> },
          { label: "Creation date", value: <When at={key.CreationDate} /> },
          { label: "Last used", value: <LastUsed of={usage} /> },
          { label: "Key ID", value: <Copied text={key.KeyId ?? ""} what="key ID" /> },
          { label: "ARN", value: <Copied text={key.Arn ?? ""} what="ARN" /> },
          {
            label: "Description",
            value: key.Description === undefined || key.Description === "" ? "-" : <Foreign text={key.Description} />,
          },
          { label: "Regionality", value: regionalityText(key.MultiRegion, key.MultiRegionConfiguration?.MultiRegionKeyType) },
        ]}
      />
      {editing && (
        <EditDescription
          of={key}
          onDone={() => {
            setEditing(false);
            reload();
          }}
          onDismiss={() => {
            setEditing(false);
          }}
        />
      )}
    </Container>
  );
}

function Copied({ text, what }: { readonly text: string; readonly what: string }) {
  return (
    <CopyToClipboard
      variant="inline"
      textToCopy={text}
      copyButtonAriaLabel={`Copy ${what}`}
      copySuccessText="Copied"
      copyErrorText="Could not be copied"
    />
  );
}

/** Where there is no room for more; the tab that is about it says it in full. */
function shortly({ kind, name }: Failure): string {
  return kind === "denied" ? "Access denied" : name;
}

function AliasValue({ of }: { readonly of: Remote<readonly string[]> }) {
  if (of.status === "failed") return shortly(of.failure);
  const [first, ...others] = of.last ?? [];
  if (first === undefined) return "-";
  return (
    <>
      <Foreign text={shortAlias(first)} />
      {others.length > 0 && ` and ${others.length} more`}
    </>
  );
}

function LastUsed({
  of,
}: {
  readonly of: Remote<{ KeyLastUsage?: { Operation?: string | undefined; Timestamp?: Date | undefined } | undefined }>;
}) {
  if (of.status === "failed") return shortly(of.failure);
  const { Operation: operation, Timestamp: at } = of.last?.KeyLastUsage ?? {};
  if (at === undefined) return of.status === "loading" ? "" : "Not since it is tracked";
  return (
    <>
      <When at={at} /> ({operation})
    </>
  );
}

interface EditProps {
  readonly of: KeyMetadata;
  readonly onDone: () => void;
  readonly onDismiss: () => void;
}

function EditDescription({ of: { Arn: arn, Description: before = "" }, onDone, onDismiss }: EditProps) {
  const [description, setDescription] = useState(before);
  const save = useTask(
    (connection) => kms(connection).send(new UpdateKeyDescriptionCommand({ KeyId: arn, Description: description })),
    "The description was saved.",
    onDone,
  );
  return (
    <ConfirmModal
      header="Edit description"
      confirm="Save"
      busy={save.busy}
      failure={save.failure}
      onConfirm={save.run}
      onDismiss={onDismiss}
    >
      <Textarea
        ariaLabel="Description"
        value={description}
        onChange={({ detail }) => {
          setDescription(detail.value);
        }}
      />
    </ConfirmModal>
  );
}
