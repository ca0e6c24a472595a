/** A list that the server gives page by page, in the frame that all of them have: refreshing, paging, none yet, refused. */

import Button from "@cloudscape-design/components/button";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Table, { type TableProps } from "@cloudscape-design/components/table";
import type { ReactNode } from "react";

import { FailureAlert } from "../remote/FailureAlert";
import { Empty } from "../remote/Loaded";
import type { Pages } from "../remote/usePages";
import { Pager } from "./Pager";

/** In pixels: one long name takes not all the room. */
const WIDEST = 400;

export interface PagedTableProps<Item> {
  readonly of: Pages<Item>;
  readonly title: string;
  readonly counter?: string | undefined;
  readonly columns: readonly TableProps.ColumnDefinition<Item>[];
  readonly trackBy: TableProps.TrackBy<Item>;
  /** Buttons behind that for refreshing. */
  readonly actions?: ReactNode;
  /** What to say where there is none. */
  readonly empty: ReactNode;
  /** One of them can be chosen, for the actions; how each is called. */
  readonly choice?: {
    readonly chosen: Item | undefined;
    readonly onChange: (chosen: Item | undefined) => void;
    readonly label: string;
    readonly nameOf: (item: Item) => string;
  };
}

export function PagedTable<Item>({ of: pages, title, counter, columns, trackBy, actions, empty, choice }: PagedTableProps<Item>) {
  const found = pages.page;
  if (found.status === "failed") return <FailureAlert failure={found.failure} retry={found.reload} />;
  return (
    <Table<Item>
      items={found.last?.items ?? []}
      trackBy={trackBy}
      contentDensity="compact"
      loading={found.last === undefined}
      loadingText="Loading"
      columnDefinitions={columns.map((column) => ({ maxWidth: WIDEST, ...column }))}
      {...(choice === undefined
        ? {}
        : {
            selectionType: "single" as const,
            selectedItems: choice.chosen === undefined ? [] : [choice.chosen],
            onSelectionChange: ({ detail }) => {
              choice.onChange(detail.selectedItems[0]);
            },
          })}
      header={
        <Header
          variant="h2"
          {...(counter === undefined ? {} : { counter })}
          actions={
            <SpaceBetween direction="horizontal" size="xs">
              <Button iconName="refresh" ariaLabel="Refresh" loading={found.busy} onClick={found.reload} />
              {actions}
            </SpaceBetween>
          }
        >
          {title}
        </Header>
      }
      pagination={<Pager of={pages} />}
      empty={<Empty>{empty}</Empty>}
      ariaLabels={{
        tableLabel: title,
        ...(choice === undefined
          ? {}
          : { selectionGroupLabel: choice.label, itemSelectionLabel: (_selection, item) => `Choose ${choice.nameOf(item)}` }),
      }}
    />
  );
}
