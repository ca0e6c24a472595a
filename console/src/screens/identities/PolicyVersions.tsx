/** The versions of a managed policy, up to five: one of them is the default, and counts. */

import {
  CreatePolicyVersionCommand,
  DeletePolicyVersionCommand,
  GetPolicyVersionCommand,
  ListPolicyVersionsCommand,
  SetDefaultPolicyVersionCommand,
  type PolicyVersion,
} from "@aws-sdk/client-iam";
import Button from "@cloudscape-design/components/button";
import Checkbox from "@cloudscape-design/components/checkbox";
import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Table from "@cloudscape-design/components/table";
import { useState } from "react";

import { iam } from "../../api/iam";
import { useTask } from "../../app/useTask";
import { FailureAlert } from "../../remote/FailureAlert";
import { Loaded } from "../../remote/Loaded";
import { useRemote } from "../../remote/useRemote";
import { DiffView } from "../../policy/DiffView";
import { Code } from "../../ui/Code";
import { ConfirmModal } from "../../ui/ConfirmModal";
import { When } from "../../ui/When";
import { indented } from "./documents";
import { EditPolicy } from "./EditPolicy";
import { documentIn } from "./owners";

export interface PolicyVersionsProps {
  readonly arn: string;
  readonly changeable: boolean;
  readonly onChanged: () => void;
}

type Asked = { readonly what: "create" } | { readonly what: "default" | "delete"; readonly version: string };

export function PolicyVersions({ arn, changeable, onChanged }: PolicyVersionsProps) {
  const PolicyArn = arn;
  const [chosen, setChosen] = useState<string>();
  const [asked, setAsked] = useState<Asked>();
  const [atOnce, setAtOnce] = useState(true);
  const versions = useRemote(["policy versions", arn], async (connection, signal) => {
    return (await iam(connection).send(new ListPolicyVersionsCommand({ PolicyArn }), { abortSignal: signal })).Versions ?? [];
  });
  const counting = versions.last?.find(({ IsDefaultVersion }) => IsDefaultVersion)?.VersionId;
  const shown = chosen ?? counting;
  const documents = useRemote(["policy documents", arn, counting, shown], async (connection, signal) => {
    const read = async (VersionId: string): Promise<string> => {
      const { PolicyVersion: version } = await iam(connection).send(new GetPolicyVersionCommand({ PolicyArn, VersionId }), { abortSignal: signal });
      return indented(documentIn(version?.Document));
    };
    if (counting === undefined || shown === undefined) return undefined;
    const current = await read(counting);
    return { current, chosen: shown === counting ? current : await read(shown) };
  });
  const done = (): void => {
    setAsked(undefined);
    setChosen(undefined);
    versions.reload();
    onChanged();
  };
  const version = asked === undefined || asked.what === "create" ? "" : asked.version;
  const setting = useTask((connection) => iam(connection).send(new SetDefaultPolicyVersionCommand({ PolicyArn, VersionId: version })), "The default version was set.", done);
  const deleting = useTask((connection) => iam(connection).send(new DeletePolicyVersionCommand({ PolicyArn, VersionId: version })), "The version was deleted.", done);
  const task = asked?.what === "default" ? setting : deleting;
  if (versions.status === "failed") return <FailureAlert failure={versions.failure} retry={versions.reload} />;
  return (
    <SpaceBetween size="l">
      <Container
        header={
          <Header
            variant="h2"
            {...(shown === undefined ? {} : { description: shown === counting ? `Version ${shown}, which counts.` : `Version ${shown}, which does not count.` })}
            actions={changeable && <Button disabled={documents.status !== "loaded"} onClick={() => { setAsked({ what: "create" }); }}>Create version</Button>}
          >
            Policy
          </Header>
        }
      >
        <Loaded of={documents}>
          {(found) =>
            found === undefined ? "-" : (
              <SpaceBetween size="s">
                <Code label="Policy" text={found.chosen} />
                {shown !== counting && (
                  <>
                    <span>{`What would change if it counted instead of ${counting ?? ""}:`}</span>
                    <DiffView before={found.current} after={found.chosen} />
                  </>
                )}
              </SpaceBetween>
            )
          }
        </Loaded>
      </Container>
      <Table<PolicyVersion>
        items={versions.last ?? []}
        trackBy="VersionId"
        contentDensity="compact"
        loading={versions.last === undefined}
        loadingText="Loading"
        header={<Header variant="h2" description="At most five; the default version counts.">Versions</Header>}
        ariaLabels={{ tableLabel: "Versions" }}
        columnDefinitions={[
          { id: "version", header: "Version", isRowHeader: true, cell: ({ VersionId = "" }) => VersionId },
          { id: "default", header: "Default", cell: ({ IsDefaultVersion }) => (IsDefaultVersion === true ? "Yes" : "-") },
          { id: "created", header: "Created", cell: ({ CreateDate }) => <When at={CreateDate} /> },
          {
            id: "actions",
            header: "Actions",
            cell: ({ VersionId = "", IsDefaultVersion }) => (
              <SpaceBetween direction="horizontal" size="s">
                <Button variant="inline-link" ariaLabel={`Show ${VersionId}`} onClick={() => { setChosen(VersionId); }}>Show</Button>
                {changeable && IsDefaultVersion !== true && (
                  <>
                    <Button variant="inline-link" ariaLabel={`Set as default: ${VersionId}`} onClick={() => { setChosen(VersionId); setAsked({ what: "default", version: VersionId }); }}>
                      Set as default
                    </Button>
                    <Button variant="inline-link" ariaLabel={`Delete ${VersionId}`} onClick={() => { setAsked({ what: "delete", version: VersionId }); }}>Delete</Button>
                  </>
                )}
              </SpaceBetween>
            ),
          },
        ]}
      />
      {asked?.what === "create" && documents.status === "loaded" && documents.value !== undefined && (
        <EditPolicy
          header="Create version"
          act="Create version"
          kind="identity"
          stored={documents.value.chosen}
          save={(connection, PolicyDocument) => iam(connection).send(new CreatePolicyVersionCommand({ PolicyArn, PolicyDocument, SetAsDefault: atOnce }))}
          saved="The version was created."
          onDone={done}
          onDismiss={() => { setAsked(undefined); }}
        >
          <Checkbox checked={atOnce} onChange={({ detail }) => { setAtOnce(detail.checked); }}>
            It is the default version at once
          </Checkbox>
        </EditPolicy>
      )}
      {asked !== undefined && asked.what !== "create" && (
        <ConfirmModal
          header={asked.what === "default" ? `Set ${version} as default?` : `Delete version ${version}?`}
          confirm={asked.what === "default" ? "Set as default" : "Delete"}
          busy={task.busy}
          failure={task.failure}
          onConfirm={task.run}
          onDismiss={() => { task.forget(); setAsked(undefined); }}
        >
          {asked.what === "default" ? (
            <SpaceBetween size="s">
              <div>From the next call on it counts for all whom the policy is attached to.</div>
              <Loaded of={documents}>{(found) => found !== undefined && <DiffView before={found.current} after={found.chosen} />}</Loaded>
            </SpaceBetween>
          ) : (
            <div>It does not count now; it cannot be gone back to any more.</div>
          )}
        </ConfirmModal>
      )}
    </SpaceBetween>
  );
}
