import { ListResourceTagsCommand, TagResourceCommand, UntagResourceCommand, type Tag } from "@aws-sdk/client-kms";
import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Table from "@cloudscape-design/components/table";
import { useState } from "react";

import type { Connection } from "../../api/connection";
import { kms } from "../../api/kms";
import { FailureAlert } from "../../remote/FailureAlert";
import { Empty, Loaded } from "../../remote/Loaded";
import { useRemote } from "../../remote/useRemote";
import { Foreign } from "../../ui/Foreign";
import { Rows, type Row } from "./Rows";
import type { TabProps } from "./tab";
import { tagChanges } from "./tags";
import { useTask } from "../../app/useTask";

const MAX_TAGS = 50;

async function save(connection: Connection, KeyId: string, before: readonly Tag[], rows: readonly Row[]): Promise<void> {
  const { put, remove } = tagChanges(before, rows);
  if (put.length > 0) await kms(connection).send(new TagResourceCommand({ KeyId, Tags: [...put] }));
  if (remove.length > 0) await kms(connection).send(new UntagResourceCommand({ KeyId, TagKeys: [...remove] }));
}

export default function TagsTab({ arn, changeable }: TabProps) {
  const [rows, setRows] = useState<readonly Row[]>();
  const tags = useRemote(["tags", arn], async (connection, signal) => {
    const { Tags: found = [] } = await kms(connection).send(new ListResourceTagsCommand({ KeyId: arn, Limit: MAX_TAGS }), {
      abortSignal: signal,
    });
    return found;
  });
  const task = useTask(
    (connection) => save(connection, arn, tags.last ?? [], rows ?? []),
    "The tags were saved.",
    () => {
      setRows(undefined);
      tags.reload();
    },
  );
  return (
    <Container
      header={
        <Header
          variant="h2"
          {...(tags.last === undefined ? {} : { counter: `(${tags.last.length})` })}
          actions={
            changeable &&
            (rows === undefined ? (
              <Button
                disabled={tags.status !== "loaded"}
                onClick={() => {
                  setRows((tags.last ?? []).map(({ TagKey: name = "", TagValue: value = "" }) => ({ name, value })));
                }}
              >
                Edit tags
              </Button>
            ) : (
              <SpaceBetween direction="horizontal" size="xs">
                <Button
                  variant="link"
                  onClick={() => {
                    setRows(undefined);
                    task.forget();
                  }}
                >
                  Cancel
                </Button>
                <Button variant="primary" loading={task.busy} onClick={task.run}>
                  Save
                </Button>
              </SpaceBetween>
            ))
          }
        >
          Tags
        </Header>
      }
    >
      <SpaceBetween size="s">
        {task.failure !== undefined && <FailureAlert failure={task.failure} header="The tags were not all saved" />}
        {rows === undefined ? (
          <Loaded of={tags} isEmpty={(found) => found.length === 0} empty="This key has no tags.">
            {(found) => (
              <Table
                variant="embedded"
                wrapLines
                contentDensity="compact"
                ariaLabels={{ tableLabel: "Tags" }}
                items={found}
                empty={<Empty>This key has no tags.</Empty>}
                columnDefinitions={[
                  { id: "key", header: "Tag key", isRowHeader: true, cell: ({ TagKey: text = "" }) => <Foreign text={text} /> },
                  { id: "value", header: "Tag value", cell: ({ TagValue: text = "" }) => <Foreign text={text} /> },
                ]}
              />
            )}
          </Loaded>
        ) : (
          <Rows rows={rows} onChange={setRows} names="Tag key" values="Tag value" add="Add tag" max={MAX_TAGS} />
        )}
      </SpaceBetween>
    </Container>
  );
}
