import Box from "@cloudscape-design/components/box";
import Header from "@cloudscape-design/components/header";
import Link from "@cloudscape-design/components/link";
import SpaceBetween from "@cloudscape-design/components/space-between";
import StatusIndicator from "@cloudscape-design/components/status-indicator";
import Table, { type TableProps } from "@cloudscape-design/components/table";
import type { ReactNode } from "react";

import type { Pages } from "../../remote/usePages";
import { Foreign, visible } from "../../ui/Foreign";
import { KeyLink } from "../../ui/KeyLink";
import { Pager } from "../../ui/Pager";
import { When } from "../../ui/When";
import { keyIdOf, type Row } from "./record";

const COLUMNS = (open: (row: Row) => void): readonly TableProps.ColumnDefinition<Row>[] => [
  { id: "time", header: "Time", sortingField: "at", width: 175, cell: ({ at }) => <When at={at} exact /> },
  {
    id: "event",
    header: "Operation",
    width: 165,
    cell: (row) => (
      <Link variant="secondary" ariaLabel={`Record of ${row.name}`} onFollow={(event) => { event.preventDefault(); open(row); }}>
        {visible(row.name)}
      </Link>
    ),
  },
  { id: "principal", header: "Principal", width: 120, cell: ({ caller }) => <Foreign text={caller} /> },
  { id: "key", header: "Key", width: 150, cell: ({ keys }) => (keys.length === 0 ? "-" : keys.map((arn) => <span key={arn}><KeyLink keyId={keyIdOf(arn)} /> </span>)) },
  {
    id: "result",
    header: "Result",
    width: 195,
    cell: ({ errorCode }) =>
      errorCode === "" ? <StatusIndicator type="success">Succeeded</StatusIndicator> : <StatusIndicator type="error" wrapText={false}>{visible(errorCode)}</StatusIndicator>,
  },
  {
    id: "context",
    header: "Encryption context",
    width: 175,
    cell: ({ context }) =>
      context.length === 0 ? "-" : <Foreign text={context.map(({ name, value }) => `${name} = ${value}`).join(", ")} />,
  },
  { id: "address", header: "Source", minWidth: 90, cell: ({ address }) => <Foreign text={address} /> },
];

export interface EventsTableProps {
  readonly pages: Pages<Row>;
  /** Of all that match, as far as they are counted. */
  readonly counter: string | undefined;
  readonly descending: boolean;
  readonly onSort: (descending: boolean) => void;
  readonly actions: ReactNode;
  readonly empty: ReactNode;
  readonly onOpen: (row: Row) => void;
}

export function EventsTable({ pages, counter, descending, onSort, actions, empty, onOpen }: EventsTableProps) {
  const columns = COLUMNS(onOpen);
  const time = columns[0];
  return (
    <Table<Row>
      items={pages.page.status === "loaded" ? pages.page.value.items : []}
      trackBy={({ id, requestId, at }) => `${id} ${requestId} ${at ?? ""}`}
      columnDefinitions={columns}
      contentDensity="compact"
      stickyHeader
      resizableColumns
      loading={pages.page.status === "loading"}
      loadingText="Searching the audit"
      {...(time === undefined ? {} : { sortingColumn: time })}
      sortingDescending={descending}
      onSortingChange={({ detail }) => { onSort(detail.isDescending === true); }}
      header={
        <Header variant="h2" actions={<SpaceBetween direction="horizontal" size="xs">{actions}</SpaceBetween>} {...(counter === undefined ? {} : { counter })}>
          Records
        </Header>
      }
      pagination={<Pager of={pages} />}
      empty={<Box textAlign="center" color="text-body-secondary">{empty}</Box>}
      ariaLabels={{ tableLabel: "Audit records" }}
    />
  );
}
