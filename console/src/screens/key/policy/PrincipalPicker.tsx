/** Choose users and roles of the account, and any other principal by its ARN. */

import { ListRolesCommand, ListUsersCommand } from "@aws-sdk/client-iam";
import Button from "@cloudscape-design/components/button";
import Input from "@cloudscape-design/components/input";
import Pagination from "@cloudscape-design/components/pagination";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Table from "@cloudscape-design/components/table";
import { useState } from "react";

import { iam } from "../../../api/iam";
import { FailureAlert } from "../../../remote/FailureAlert";
import { Empty } from "../../../remote/Loaded";
import { useRemote } from "../../../remote/useRemote";
import { Foreign, visible } from "../../../ui/Foreign";
import { count } from "../../../ui/format";

interface Principal {
  readonly arn: string;
  readonly name: string;
  readonly path: string;
  readonly type: "User" | "Role";
}

const PER_PAGE = 10;
const MAX_ITEMS = 1000;

export interface PrincipalPickerProps {
  readonly label: string;
  /** ARNs. */
  readonly chosen: readonly string[];
  readonly onChange: (chosen: readonly string[]) => void;
}

export function PrincipalPicker({ label, chosen, onChange }: PrincipalPickerProps) {
  const [text, setText] = useState("");
  const [other, setOther] = useState("");
  const [index, setIndex] = useState(1);
  const known = useRemote(["principals"], async (connection, signal) => {
    const [users, roles] = await Promise.all([
      iam(connection).send(new ListUsersCommand({ MaxItems: MAX_ITEMS }), { abortSignal: signal }),
      iam(connection).send(new ListRolesCommand({ MaxItems: MAX_ITEMS }), { abortSignal: signal }),
    ]);
    const principals: Principal[] = [
      ...(users.Users ?? []).map((user) => ({
        arn: user.Arn ?? "",
        name: user.UserName ?? "",
        path: user.Path ?? "",
        type: "User" as const,
      })),
      ...(roles.Roles ?? []).map((role) => ({
        arn: role.Arn ?? "",
        name: role.RoleName ?? "",
        path: role.Path ?? "",
        type: "Role" as const,
      })),
    ];
    return { principals, more: users.IsTruncated === true || roles.IsTruncated === true };
  });
  const all = known.last?.principals ?? [];
  const wanted = text.trim().toLowerCase();
  const found = all.filter(({ arn }) => arn.toLowerCase().includes(wanted));
  const listed = new Set(all.map(({ arn }) => arn));
  const others = chosen.filter((arn) => !listed.has(arn));
  const add = (): void => {
    const arn = other.trim();
    if (arn !== "" && !chosen.includes(arn)) onChange([...chosen, arn]);
    setOther("");
  };
  return (
    <SpaceBetween size="s">
      {known.status === "failed" && <FailureAlert failure={known.failure} retry={known.reload} />}
      <Table
        variant="borderless"
        contentDensity="compact"
        trackBy="arn"
        loading={known.status === "loading"}
        items={found.slice((index - 1) * PER_PAGE, index * PER_PAGE)}
        selectionType="multi"
        selectedItems={all.filter(({ arn }) => chosen.includes(arn))}
        onSelectionChange={({ detail }) => {
          onChange([...others, ...detail.selectedItems.map(({ arn }) => arn)]);
        }}
        ariaLabels={{
          tableLabel: label,
          selectionGroupLabel: label,
          allItemsSelectionLabel: () => "Choose all of this page",
          itemSelectionLabel: (_selection, { name }) => `Choose ${visible(name)}`,
        }}
        columnDefinitions={[
          { id: "name", header: "Name", isRowHeader: true, cell: ({ name }) => <Foreign text={name} /> },
          { id: "path", header: "Path", cell: ({ path }) => <Foreign text={path} /> },
          { id: "type", header: "Type", cell: ({ type }) => type },
        ]}
        filter={
          <Input
            type="search"
            ariaLabel={`Filter ${label.toLowerCase()}`}
            placeholder="Filter by name"
            value={text}
            onChange={({ detail }) => {
              setText(detail.value);
              setIndex(1);
            }}
          />
        }
        pagination={
          <Pagination
            currentPageIndex={index}
            pagesCount={Math.max(1, Math.ceil(found.length / PER_PAGE))}
            onChange={({ detail }) => {
              setIndex(detail.currentPageIndex);
            }}
          />
        }
        empty={<Empty>{wanted === "" ? "There are no users and roles yet." : "Nobody matches."}</Empty>}
      />
      {known.last?.more === true && <span>{`Only the first ${count(MAX_ITEMS)} users and roles are listed; name others by ARN.`}</span>}
      {others.map((arn) => (
        <SpaceBetween key={arn} direction="horizontal" size="xs" alignItems="center">
          <Foreign text={arn} />
          <Button
            variant="inline-link"
            ariaLabel={`Remove ${visible(arn)}`}
            onClick={() => {
              onChange(chosen.filter((one) => one !== arn));
            }}
          >
            Remove
          </Button>
        </SpaceBetween>
      ))}
      <SpaceBetween direction="horizontal" size="xs">
        <Input
          value={other}
          ariaLabel={`ARN to add to ${label.toLowerCase()}`}
          placeholder="arn:aws:iam::111122223333:role/name"
          spellcheck={false}
          onChange={({ detail }) => {
            setOther(detail.value);
          }}
        />
        <Button disabled={other.trim() === ""} onClick={add}>
          Add by ARN
        </Button>
      </SpaceBetween>
    </SpaceBetween>
  );
}
