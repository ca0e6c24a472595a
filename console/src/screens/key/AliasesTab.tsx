import { CreateAliasCommand, DeleteAliasCommand, ListAliasesCommand, type AliasListEntry } from "@aws-sdk/client-kms";
import Alert from "@cloudscape-design/components/alert";
import Button from "@cloudscape-design/components/button";
import FormField from "@cloudscape-design/components/form-field";
import Header from "@cloudscape-design/components/header";
import Input from "@cloudscape-design/components/input";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Table from "@cloudscape-design/components/table";
import { useState } from "react";

import { kms } from "../../api/kms";
import { FailureAlert } from "../../remote/FailureAlert";
import { Empty } from "../../remote/Loaded";
import { usePages } from "../../remote/usePages";
import { ConfirmModal } from "../../ui/ConfirmModal";
import { Foreign, visible } from "../../ui/Foreign";
import { shortAlias } from "../../ui/key-words";
import { When } from "../../ui/When";
import { Pager } from "../../ui/Pager";
import type { TabProps } from "./tab";
import { useTask } from "../../app/useTask";

const PER_PAGE = 50;

export default function AliasesTab({ arn, changeable, reload }: TabProps) {
  const [chosen, setChosen] = useState<readonly AliasListEntry[]>([]);
  const [creating, setCreating] = useState(false);
  const [deleting, setDeleting] = useState(false);
  const [name, setName] = useState("");
  const pages = usePages<AliasListEntry>(["aliases", arn], async (connection, signal, Marker) => {
    const asked = { KeyId: arn, Limit: PER_PAGE, ...(Marker === undefined ? {} : { Marker }) };
    const { Aliases: items = [], NextMarker: next } = await kms(connection).send(new ListAliasesCommand(asked), { abortSignal: signal });
    return { items, next };
  });
  const { page } = pages;
  const after = (): void => {
    setCreating(false);
    setDeleting(false);
    setChosen([]);
    setName("");
    page.reload();
    reload();
  };
  const create = useTask(
    (connection) => kms(connection).send(new CreateAliasCommand({ AliasName: `alias/${shortAlias(name.trim())}`, TargetKeyId: arn })),
    "The alias was created.",
    after,
  );
  const [first] = chosen;
  const remove = useTask(
    (connection) => kms(connection).send(new DeleteAliasCommand({ AliasName: first?.AliasName })),
    "The alias was deleted.",
    after,
  );
  return (
    <>
      <Table<AliasListEntry>
        variant="container"
        items={page.last?.items ?? []}
        loading={page.status === "loading"}
        trackBy="AliasName"
        wrapLines
        ariaLabels={{
          tableLabel: "Aliases",
          selectionGroupLabel: "Aliases",
          itemSelectionLabel: (_selection, { AliasName: one = "" }) => `Choose ${visible(one)}`,
        }}
        {...(changeable
          ? {
              selectionType: "single" as const,
              selectedItems: [...chosen],
              onSelectionChange: ({ detail }) => {
                setChosen(detail.selectedItems);
              },
            }
          : {})}
        columnDefinitions={[
          { id: "name", header: "Alias name", isRowHeader: true, cell: ({ AliasName: one = "" }) => <Foreign text={shortAlias(one)} /> },
          { id: "arn", header: "Alias ARN", cell: ({ AliasArn: one = "" }) => <Foreign text={one} /> },
          { id: "created", header: "Creation date", cell: ({ CreationDate: at }) => <When at={at} /> },
          { id: "updated", header: "Last changed", cell: ({ LastUpdatedDate: at }) => <When at={at} /> },
        ]}
        header={
          <Header
            variant="h2"
            actions={
              changeable && (
                <SpaceBetween direction="horizontal" size="xs">
                  <Button
                    disabled={first === undefined}
                    onClick={() => {
                      setDeleting(true);
                    }}
                  >
                    Delete
                  </Button>
                  <Button
                    onClick={() => {
                      setCreating(true);
                    }}
                  >
                    Create alias
                  </Button>
                </SpaceBetween>
              )
            }
          >
            Aliases
          </Header>
        }
        pagination={<Pager of={pages} />}
        empty={
          page.status === "failed" ? <FailureAlert failure={page.failure} retry={page.reload} /> : <Empty>This key has no alias.</Empty>
        }
      />
      {creating && (
        <ConfirmModal
          header="Create alias"
          confirm="Create alias"
          busy={create.busy}
          failure={create.failure}
          onConfirm={create.run}
          onDismiss={() => {
            setCreating(false);
            create.forget();
          }}
        >
          <FormField label="Alias name" description="Up to 250 letters, digits, slashes, underscores and dashes; not beginning with aws/.">
            <Input
              value={name}
              spellcheck={false}
              onChange={({ detail }) => {
                setName(detail.value);
              }}
            />
          </FormField>
        </ConfirmModal>
      )}
      {deleting && first?.AliasName !== undefined && (
        <ConfirmModal
          header="Delete alias"
          confirm="Delete"
          name={shortAlias(first.AliasName)}
          busy={remove.busy}
          failure={remove.failure}
          onConfirm={remove.run}
          onDismiss={() => {
            setDeleting(false);
            remove.forget();
          }}
        >
          <Alert type="warning">
            Whatever names the key by this alias no longer finds it. The key itself, and what it encrypted, stays.
          </Alert>
        </ConfirmModal>
      )}
    </>
  );
}
